"""`upstander gaps`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, number, page, table
from upstander.cli.whole import settled
from upstander.cli.written import as_json, present, visible
from upstander.evidence.contents import exhibits_named
from upstander.evidence.reconciled import (
    FINDINGS,
    Counted,
    Wanted,
    check_reasons,
    conversations_meant,
    gaps_by_reason,
    gaps_counted,
)
from upstander.evidence.reconciled import gaps as asked_for
from upstander.evidence.worded import REASONS, plural
from upstander.storage import Case

__all__ = ["gaps"]

#: Gaps of one reason that a terminal shows.
SHOWN = 25


def gaps(
    reference: Reference,
    /,
    *,
    exhibit: Annotated[str | None, Parameter(help="Only what this exhibit lacks: its reference or SHA-256.")] = None,
    reason: Annotated[
        str | None, Parameter(help="Only gaps of this reason, such as deleted_on_phone; several with commas.")
    ] = None,
    conversation: Annotated[
        str | None, Parameter(help="Only this conversation: the id of any capture of it, its beginning, or a title.")
    ] = None,
    every: Annotated[
        bool, Parameter(name="--all", negative="", show_default=False, help="List every gap, however many there are.")
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """List the messages that a phone should hold and does not, and why.

    First how many there are by exhibit and reason; then, one by one, the findings: what a trace on the phone shows to
    have been deleted there, and what nothing explains. Gaps that are explained are listed where --reason asks for them.
    A terminal shows the first 25 of each reason unless --all is given. Times are in UTC; no text is shown.

    With --json everything is there: {"gaps": […]} in the columns of the gaps table and the exhibit's reference, and the
    counts.
    """
    case = shared.case(reference)
    ends = settled(case)
    wanted = Wanted(
        exhibits=tuple(exhibits_named(case, exhibit)) if exhibit is not None else None,
        reasons=check_reasons(reason),
        conversations=conversations_meant(case, conversation) if conversation is not None else None,
    )
    counted = gaps_counted(case, wanted)
    if shared.json:
        _as_json(case, counted, asked_for(case, wanted))
    else:
        _as_text(page(), case, wanted, counted, every=every)
    return ends


def _as_json(case: Case, counted: Sequence[Counted], rows: Iterator[Mapping[str, Any]]) -> None:
    """One object, written as it comes: a phone that joined late lacks a hundred thousand messages."""
    print(f'{{"case": {as_json(case.path.name)}, "counts": {as_json(counted)}, "gaps": [', end="")  # noqa: T201
    before = "\n"
    for row in rows:
        print(before + as_json(present(row), indent=None), end="")  # noqa: T201 - the result
        before = ",\n"
    print("\n]}")  # noqa: T201 - the result


def _as_text(screen: Console, case: Case, wanted: Wanted, counted: Sequence[Counted], *, every: bool) -> None:
    if not counted:
        screen.print(Text("No gaps."))
        return
    screen.print(_summary(counted))
    by_reason = gaps_by_reason(counted)
    told = [name for name in by_reason if name in FINDINGS or wanted.reasons is not None or every]
    for name in told:
        _list(screen, case, replace(wanted, reasons=(name,)), name, by_reason[name], every=every)
    explained = sum(count for name, count in by_reason.items() if name not in told)
    if explained:
        screen.print(Text(f"{plural(explained, 'gap')} more, all explained; --reason lists them, and --all."))
    screen.print(Text(_sentence(by_reason), style="bold"))


def _summary(counted: Sequence[Counted]) -> Any:
    rows = [
        [
            cell(row.reason, _style(row.reason)),
            cell(row.reference, "cyan"),
            number(row.gaps),
            number(row.traced),
            cell(REASONS[row.reason], "dim"),
        ]
        for row in counted
    ]
    columns = [("Reason", "="), ("Lacking", "="), ("Gaps", ">="), ("With trace", ">="), ("In words", "*")]
    return table("What each exhibit lacks", columns, rows)


def _list(screen: Console, case: Case, wanted: Wanted, reason: str, count: int, *, every: bool) -> None:
    rows = asked_for(case, wanted)
    screen.print(Text(f"{reason}: {REASONS[reason]}", style="bold"))
    for row in rows if every else islice(rows, SHOWN):
        line = Text(f"{row['at']:%Y-%m-%d %H:%M:%S}" if row["at"] else "(no time)          ")
        line.append(f"  {visible(row['reference'] or row['exhibit'][:12])}", style="cyan")
        line.append(f"  {row['reason']}", style=_style(row["reason"]))
        line.append(f"  held by {row['held_by']}" if row["held_by"] else "  held by none")
        if row["traces"]:
            line.append(f"  {visible(row['traces']).replace(',', ', ')}", style="yellow")
        screen.print(line)
        screen.print(Text(f"  {visible(row['detail'])}", style="dim"))
    if not every and count > SHOWN:
        screen.print(Text(f"{count - SHOWN:,} more of {count:,}; --all lists them, --json gives everything."))
    screen.print()


def _style(reason: str) -> str:
    return "bold red" if reason == "deleted_on_phone" else "yellow" if reason == "unexplained" else ""


def _sentence(by_reason: Mapping[str, int]) -> str:
    total = sum(by_reason.values())
    deleted, unexplained = (by_reason.get(name, 0) for name in FINDINGS)
    verb = "shows" if deleted == 1 else "show"
    are = "is" if unexplained == 1 else "are"
    return f"{plural(total, 'gap')}: {deleted:,} {verb} the trace of deletion, {unexplained:,} {are} unexplained."
