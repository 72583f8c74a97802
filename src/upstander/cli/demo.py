"""`upstander demo`."""

import shlex
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from meridian.roster import roster
from upstander.cli.closing import closing
from upstander.cli.exits import DONE, STRICT
from upstander.cli.options import SHARED, Shared
from upstander.cli.sample import Agreement, run
from upstander.cli.shown import conversations_shown, exhibits_shown, warnings_shown
from upstander.cli.status import described, totals_line
from upstander.cli.terminal import cell, emit, note, number, page, progress, table
from upstander.cli.timeline import timeline
from upstander.cli.who import shown
from upstander.cli.written import visible
from upstander.evidence.contents import (
    conversations,
    exhibits,
    months,
    participants_by_conversation,
    totals,
    warnings,
    warnings_by_kind,
)
from upstander.model import warning_kinds
from upstander.people.who import who as known
from upstander.storage import Case

__all__ = ["demo"]

#: Warnings that are worth a look before anything is read, where there are any.
_FIRST = ("header_like_line", "forged_mark", "clock_wrong", "export_cut_short", "orphan_receipt", "times_run_backwards")


def demo(
    *,
    serve: Annotated[
        bool,
        Parameter(
            negative="--no-serve",
            show_default=False,
            help="Open the desk on the case afterwards; where nobody sits at a terminal, it never does.",
        ),
    ] = True,
    port: Annotated[int, Parameter(help="Port that the desk listens at.")] = 8000,
    shared: Shared = SHARED,
) -> int:
    """Run the whole job on an invented operation and show what it found.

    The exhibits of Operation Meridian, six phones of an invented police team, are made in a temporary folder, taken
    into the case MERIDIAN-DEMO of the home, read, and counted; every count is compared with the operation's truth. Run
    again, it finds everything up to date. It ends with status 1 where a count does not agree. Then the desk opens on
    the case, with an account for it, until Ctrl-C closes it.
    """
    note("Making the six exhibits of the sample operation, then taking them in and reading them …")
    with progress() as told:
        case, agreement = run(shared.cases(), now=shared.now(), progress=told)
    if shared.json:
        emit({**described(case), "agreement": agreement})
    else:
        _show(case, agreement, home=f" --home {shlex.quote(str(shared.home))}" if shared.home else "")
    if serve and not agreement.differences and not shared.json and sys.stdin.isatty() and sys.stdout.isatty():
        _serve(case, shared, port)
    return STRICT if agreement.differences else DONE


def _serve(case: Case, shared: Shared, port: int) -> None:
    """The desk, with an account for whoever looks; its password is made anew each time, and printed this once."""
    # Django is loaded where the desk is opened, and not for the counts.
    from upstander.cli.opened import opened
    from upstander.cli.serve import desk

    site = opened(shared, make=True)
    from upstander.actions.open_demo import open_demo

    username, password = open_demo(shared.now(), folder=case)

    def ready(where: str) -> None:
        print(f"\nThe desk is open at {where} (Ctrl-C closes it).")  # noqa: T201 - the result
        print(f"Sign in as {username} with the password {password}", flush=True)  # noqa: T201 - the result

    desk(site, shared, port=port, ready=ready)


def _show(case: Case, agreement: Agreement, *, home: str) -> None:
    screen = page()
    received = exhibits(case)
    held = conversations(case)
    references = {row["exhibit"]: row["reference"] for row in received}
    screen.print(Text("Operation Meridian", style="bold"))
    screen.print(
        Text(
            "Six phones of a police team, all invented: the people, the station and every word. A small part is"
            " misconduct, soberly written and with slurs masked; no message is shown here.",
            style="dim",
        )
    )
    screen.print()
    screen.print(exhibits_shown("What was handed in", received))
    people = participants_by_conversation(case)
    screen.print(conversations_shown("What each exhibit shows", held, references=references, participants=people))
    drawn = timeline(held, months(case), references=references, plain=screen.options.ascii_only)
    if drawn is not None:
        screen.print(drawn)
    screen.print(warnings_shown("What the sources warned of", warnings_by_kind(case)))
    _look_first(screen, case)
    screen.print(totals_line(totals(case)), style="bold")
    _agreement(screen, agreement)
    closing(screen, case, who=_who)
    screen.print()
    screen.print(Text("What to do next (the third shows evidence, some of it offensive):"))
    for command in (
        f"captures {case.path.name} -o captures.svg",
        f"gaps {case.path.name} --reason deleted_on_phone",
        f"messages {case.path.name} --conversation 'Knitting Circle 🧶' --from 2017-09-01 --to 2017-09-14",
        f"rebuild {case.path.name}",
    ):
        screen.print(Text(f"  upstander {command}{home}", style="cyan"), soft_wrap=True)
    note(f"The case stays in {case.path}; delete that folder when you are done with it.")


def _who(screen: Console, case: Case, message: str) -> None:
    """Who knew of one message, by the sample's own list of ranks and supervisors."""
    with TemporaryDirectory(prefix="upstander-demo-") as folder:
        answer = known(case, message, roster=roster(Path(folder) / "roster.csv"))
    shown(screen, answer)


def _look_first(screen: Console, case: Case) -> None:
    """Kind, exhibit and meaning; the details may quote evidence and are for `upstander warnings`."""
    rows = []
    for kind in _FIRST:
        if kind in warning_kinds():
            found: dict[str, int] = {}
            for row in warnings(case, kind=kind):
                reference = row["reference"] or "at intake"
                found[reference] = found.get(reference, 0) + 1
            rows += [
                [cell(kind, "yellow"), cell(reference, "cyan"), number(count)] for reference, count in found.items()
            ]
    if rows:
        screen.print(table("Look at these first", [("Kind", "="), ("Exhibit", "="), ("Number", ">=")], rows))


def _agreement(screen: Console, agreement: Agreement) -> None:
    if not agreement.differences:
        line = f"All {agreement.compared} counts agree with the operation's truth."
        screen.print(Text(line, style="bold green"))
        return
    rows = [
        [cell(entry.exhibit, "cyan"), cell(visible(entry.count)), number(entry.found), number(entry.truth)]
        for entry in agreement.differences
    ]
    columns = [("Exhibit", "="), ("Count", "="), ("Found", ">="), ("Truth", ">=")]
    screen.print(table("Counts that do not agree with the operation's truth", columns, rows))
    agreed = agreement.compared - len(agreement.differences)
    screen.print(Text(f"{agreed} of {agreement.compared} counts agree; the others are faults: please report them."))
