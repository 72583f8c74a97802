"""Messages month by month, as a line of bars for every conversation."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from upstander.cli.terminal import cell, number, table

__all__ = ["timeline"]

_BLOCKS = "▁▂▃▄▅▆▇█"
_PLAIN = ".:-=+*#@"

#: Months that a line can show; a longer span shows its latest.
_LONGEST = 36

Month = tuple[int, int]


def timeline(
    rows: Sequence[Mapping[str, Any]],
    months: Mapping[str, Mapping[Month, int]],
    *,
    references: Mapping[str, str],
    plain: bool,
) -> Table | None:
    """One line a conversation, the views of one group together; a blank is a month without a message.

    `plain` draws with ASCII. None where there is nothing to draw.
    """
    held = {month for counts in months.values() for month in counts}
    if not held:
        return None
    span = _span(min(held), max(held))[-_LONGEST:]
    alike: dict[str, int] = {}
    for row in rows:
        alike[row["title"] or ""] = alike.get(row["title"] or "", 0) + 1
    ordered = sorted(rows, key=lambda row: (-alike[row["title"] or ""], row["title"] or ""))
    lines = []
    above = None
    for row in ordered:
        counts = months.get(row["conversation"], {})
        lines.append(
            [
                Text("") if row["title"] == above and above else cell(row["title"]),
                cell(references.get(row["exhibit"]), "cyan"),
                Text(_bars([counts.get(month, 0) for month in span], _PLAIN if plain else _BLOCKS), style="blue"),
                number(max(counts.values(), default=0)),
            ]
        )
        above = row["title"]
    first, last = span[0], span[-1]
    title = f"Messages month by month, {first[0]}-{first[1]:02d} to {last[0]}-{last[1]:02d}"
    return table(
        title, [("Conversation", "*"), ("Exhibit", "="), ("Each on its own scale", "="), ("Peak", ">=")], lines
    )


def _span(first: Month, last: Month) -> list[Month]:
    start, end = first[0] * 12 + first[1] - 1, last[0] * 12 + last[1] - 1
    return [(month // 12, month % 12 + 1) for month in range(start, end + 1)]


def _bars(counts: Sequence[int], steps: str) -> str:
    highest = max(counts, default=0) or 1
    return "".join(" " if not count else steps[(count * len(steps) - 1) // highest] for count in counts)
