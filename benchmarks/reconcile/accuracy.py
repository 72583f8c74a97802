"""The page that says how exactly captures are reconciled."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from benchmarks.reconcile.knobs import PRECISION, RECALL
from benchmarks.reconcile.plot import alternative

if TYPE_CHECKING:
    from benchmarks.reconcile.cells import Cell

__all__ = ["as_markdown"]


#: Where the picture stands, seen from the page.
PICTURE = "../pictures/accuracy.svg"


def as_markdown(cells: Sequence["Cell"], *, messages: int, seeds: int) -> str:
    """Tables of precision and recall, a pair of layouts each; bars that were missed stand with those that were met."""
    lines = [
        "# How exactly captures are reconciled",
        "",
        f"`just accuracy` wrote this page: made operations of {messages:,} messages among twelve people over 300 days,"
        f" which cross both clock changes, {seeds} of them a figure. Bodies are short and repetitive: `distinct` is the"
        " share of messages with words whose words occur once in the conversation; the others come from a small"
        " vocabulary (ok, lol, 👍 and the like) and from phrases that come again. A third of the messages follow within"
        " seconds of the one before. Each phone deletes messages by itself, calls people by other names, and one person"
        " changes their number half way. What the captures are is in `benchmarks/reconcile/layouts.py`.",
        "",
        "A pair is two sightings of one message in two captures. Precision is the share of the pairs found that are"
        " right, recall the share of the true pairs that were found. Twins are messages of one author and one body that"
        " were sent within two minutes of each other (the second `lol`, the next picture of an album): where one of"
        " them is gone from a phone, or the order is not kept, nothing in the captures shows which is which.",
        "",
    ]
    keyless = [each for each in cells if not each.pair.startswith("keyed")]
    if keyless:
        worst = min(each.precision for each in keyless), min(each.recall for each in keyless)
        lines += [
            "| bar | asked | worst of all cells | |",
            "| --- | --- | ---: | --- |",
            f"| precision without keys | at least {PRECISION} | {worst[0]:.5f} | {_verdict(worst[0] >= PRECISION)} |",
            f"| recall without keys | at least {RECALL} | {worst[1]:.5f} | {_verdict(worst[1] >= RECALL)} |",
            f"| gaps called deleted that are not | at most 0 | {sum(each.false_deletions for each in cells)} |"
            f" {_verdict(not any(each.false_deletions for each in cells))} |",
            "",
        ]
    if cells:
        lines += [f"![{alternative(cells)}]({PICTURE})", "", "The black lines are the bars.", ""]
    for pair in dict.fromkeys(each.pair for each in cells):
        lines += _pair(pair, [each for each in cells if each.pair == pair])
    return "\n".join(lines).rstrip() + "\n"


def _pair(pair: str, cells: Sequence["Cell"]) -> list[str]:
    lines = [
        f"## {pair}",
        "",
        "| deleted | distinct | true pairs | precision | recall | without twins | wrong | of them twins |"
        " captures joined | called deleted wrongly | deletions named | reasons right | largest clock error |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for each in cells:
        named = f"{each.deletions_found:,} of {each.deletions:,}" if each.deletions else ""
        clock = "" if each.clock_error_ms is None else f"{each.clock_error_ms / 1000:.1f} s"
        lines.append(
            f"| {each.deleted:.0%} | {each.distinct:.0%} | {each.true:,} | {each.precision:.5f} | {each.recall:.5f}"
            f" | {each.recall_apart:.5f} | {each.found - each.right:,} | {each.interchangeable:,}"
            f" | {each.joined} of {each.joined_true}"
            f" | {each.false_deletions} | {named} | {each.reasons_right:.4f} | {clock} |"
        )
    return [*lines, ""]


def _verdict(met: bool) -> str:
    return "met" if met else "**missed**"
