"""`upstander status`."""

from dataclasses import asdict
from typing import Any

from rich.text import Text

from upstander.cli.exits import DONE
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.shown import conversations_shown, exhibits_shown, warnings_shown
from upstander.cli.terminal import emit, page
from upstander.cli.whole import alongside
from upstander.cli.written import present, visible
from upstander.evidence.contents import (
    Totals,
    conversations,
    exhibits,
    participants_by_conversation,
    totals,
    warnings_by_kind,
)
from upstander.evidence.reconciled import Reconciled, reconciled
from upstander.evidence.standing import standing, unread
from upstander.evidence.worded import plural
from upstander.storage import Case

__all__ = ["described", "reconciled_line", "status", "totals_line"]


def status(reference: Reference, /, *, shared: Shared = SHARED) -> int:
    """Show what a case holds.

    Exhibits, conversations with their date range (UTC), messages and system events, participants, and warnings by
    kind. A conversation stands once for every exhibit that shows it; what reconciliation makes of them is said below
    the totals, each message once. Ends with status 1 where a stopped run left exhibits unread, or where reconciliation
    does not know of all that they hold.
    """
    case = shared.case(reference)
    ends = alongside(case)
    if shared.json:
        emit(described(case))
    else:
        _show(case, empty=ends == DONE)
    return ends


def described(case: Case) -> dict[str, Any]:
    """What a case holds, for a program: rows in the columns of their tables, without what is absent."""
    people = participants_by_conversation(case)
    together = reconciled(case)
    return {
        "case": {**asdict(case.cover), "path": case.path},
        "totals": totals(case),
        **({"reconciled": together} if together is not None else {}),
        "exhibits": [present(row) for row in exhibits(case)],
        "conversations": [
            present({**row, "participants": people.get(row["conversation"], 0)}) for row in conversations(case)
        ],
        "warnings": warnings_by_kind(case),
        "unread": list(unread(case)),
        "standing": standing(case),
    }


def _show(case: Case, *, empty: bool) -> None:
    screen = page()
    cover = case.cover
    screen.print(Text(visible(f"Case {cover.reference}  {cover.title}".rstrip()), style="bold"))
    screen.print(Text(visible(f"opened {cover.opened_at}, in {case.path}"), style="dim"))
    received = exhibits(case)
    if not received:
        if not empty:
            return
        screen.print(Text(f"It is empty. Next: upstander ingest {cover.reference} PATH…"))
        return
    screen.print()
    screen.print(exhibits_shown("Exhibits", received))
    references = {row["exhibit"]: row["reference"] for row in received}
    people = participants_by_conversation(case)
    held = conversations(case)
    if held:
        screen.print(conversations_shown("Conversations", held, references=references, participants=people))
    warned = warnings_by_kind(case)
    if warned:
        screen.print(warnings_shown("Warnings", warned))
    screen.print(totals_line(totals(case)))
    together = reconciled(case)
    if together is not None:
        screen.print(reconciled_line(together))


def totals_line(held: Totals) -> Text:
    """The six counts in one sentence."""
    return Text(
        f"{held.exhibits:,} exhibits, {held.conversations:,} conversations, {held.messages:,} messages,"
        f" {held.system_events:,} system events, {held.participants:,} participants, {held.warnings:,} warnings."
    )


def reconciled_line(found: Reconciled) -> Text:
    """What reconciliation makes of it, in one sentence."""
    return Text(
        f"Reconciled: {plural(found.conversations, 'conversation')}, {plural(found.messages, 'message')},"
        f" {plural(found.sightings, 'sighting')}; {plural(found.gaps, 'gap')}, {found.deletions:,} with the trace of"
        f" deletion, {found.unexplained:,} unexplained; {plural(found.clock_steps, 'moved clock')}."
    )
