"""`upstander clocks`."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, number, page, table
from upstander.cli.whole import settled
from upstander.cli.written import day, present, visible
from upstander.evidence.contents import conversations, exhibits_named
from upstander.evidence.reconciled import clocks as stretches
from upstander.evidence.worded import clock, plural
from upstander.storage import Case

__all__ = ["clocks"]

_SCOPES = {"own": "what its owner sent", "all": "everything in it"}
_BASES = {"server_stamp": "the server's stamp on the same rows", "other_captures": "the same messages on other phones"}


def clocks(
    reference: Reference,
    /,
    *,
    exhibit: Annotated[str | None, Parameter(help="Only the clock of this exhibit: its reference or SHA-256.")] = None,
    shared: Shared = SHARED,
) -> int:
    """Show how each phone's clock stood to the platform's, stretch by stretch.

    A stretch ends where the offset changes. What a time zone or a change of the clocks makes is said to be so; a step
    that nobody's calendar explains is a clock that was moved, with its size and the messages whose times it touches.
    Days are UTC, by the platform's clock. With --json, {"clocks": […]} in the columns of the clocks table, the
    exhibit's reference and custodian, and the offset in words.
    """
    case = shared.case(reference)
    ends = settled(case)
    rows = stretches(case, exhibits=exhibits_named(case, exhibit) if exhibit is not None else None)
    if shared.json:
        emit({"case": case.path.name, "clocks": [present({**row, "offset_in_words": clock(row)}) for row in rows]})
    else:
        _as_text(page(), case, rows)
    return ends


def _as_text(screen: Console, case: Case, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        screen.print(
            Text("No clock could be measured: it takes the server's stamp, or the same message on two phones.")
        )
        return
    titles = {row["conversation"]: row["title"] for row in conversations(case)}
    for _, group in groupby(rows, key=lambda row: (row["exhibit"], row["capture"], row["scope"])):
        screen.print(_stretches(list(group), titles))
    moved = [row for row in rows if row["kind"] == "moved"]
    for row in moved:
        touched = plural(row["messages"], "message")
        said = (
            f"{visible(row['reference'] or row['exhibit'][:12])}: {clock(row)}, {day(row['since'])} to"
            f" {day(row['until'])}, which touches {touched}."
        )
        screen.print(Text(said, style="bold"))
    if not moved:
        screen.print(Text("No clock was moved."))


def _stretches(group: Sequence[Mapping[str, Any]], titles: Mapping[str, str | None]) -> Any:
    first = group[0]
    whose = f"  {first['custodian']}" if first["custodian"] else ""
    where = f" of {titles.get(first['capture']) or first['capture']}" if first["capture"] else ""
    title = (
        f"{first['reference'] or first['exhibit'][:12]}{whose}: {_SCOPES[first['scope']]}{where}, against"
        f" {_BASES[first['basis']]}"
    )
    lines = [
        [
            cell(day(row["since"])),
            cell(day(row["until"])),
            cell(clock(row), "bold red" if row["kind"] == "moved" else ""),
            cell(f"± {_spread(row['spread_ms'])}", "dim"),
            number(row["pairs"]),
            number(row["messages"]),
        ]
        for row in group
    ]
    columns = [("From", "="), ("To", "="), ("Clock", "*"), ("Within", "="), ("Measured", ">="), ("Touched", ">=")]
    return table(visible(title), columns, lines)


def _spread(milliseconds: int) -> str:
    return f"{milliseconds / 1000:.1f} s" if milliseconds < 10_000 else f"{round(milliseconds / 1000)} s"
