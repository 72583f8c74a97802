"""`upstander who`."""

import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, note, page, table
from upstander.cli.whole import settled
from upstander.cli.written import instant, present, visible
from upstander.evidence.holdings import holdings
from upstander.evidence.standing import PEOPLE
from upstander.evidence.worded import MATCHED, plural
from upstander.people.presence import Rung
from upstander.people.who import Knower, Knowledge
from upstander.people.who import who as known
from upstander.people.worded import did, words
from upstander.review.stance.listed import Shown, beside

__all__ = ["shown", "who"]

_DAY = 86_400_000

#: By person, act, and the response's id or the emoji.
Stances = Mapping[tuple[str, str, str | None], Shown]


def who(
    reference: Reference,
    message: Annotated[
        str, Parameter(help="Id of any sighting of the message, the beginning of exactly one, or its platform key.")
    ],
    /,
    *,
    roster: Annotated[
        Path | None,
        Parameter(help="CSV file with a head line: person, name or number; rank; supervisor. Supervisors come first."),
    ] = None,
    window: Annotated[
        int, Parameter(help="Days after the message in which posts count as opportunity.", validator=Number(gte=1))
    ] = 7,
    show_text: Annotated[
        bool, Parameter(negative="", show_default=False, help="Show the words of the message, which may be offensive.")
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Show who knew of a message, how that is known, and what they did.

    Everybody of the conversation, with every rung of the ladder that holds: what was seen directly (a receipt, a
    reaction, a reply, a later post, the own phone) before membership by events or inference; or why they were not in.
    Beside it what they did about the message (with the stance that `upstander stances` worked out: a guess unless a
    person confirmed it), and the opportunity: their own posts, and all posts, within the window.
    A missing receipt is no evidence of not reading, and no number here ranks anybody. Below it, which captures hold the
    message and how they were matched, and which lack it and why.
    """
    case = shared.case(reference)
    ends = settled(case, PEOPLE)
    answer = known(case, message, roster=roster, window=window * _DAY)
    if answer.unplaced:
        note(f"{len(answer.unplaced):,} lines of the roster fit nobody, or more than one: {', '.join(answer.unplaced)}")
    held, lacked = holdings(case, answer.message)
    stances = beside(case, answer.message)
    if shared.json:
        stands = {"sightings": [present(row) for row in held], "gaps": [present(row) for row in lacked]}
        emit({**_plain(answer, stances, show_text=show_text), **stands})
    else:
        _show(answer, held, lacked, stances, show_text=show_text)
    return ends


def _plain(answer: Knowledge, stances: Stances, *, show_text: bool) -> dict[str, Any]:
    return present(
        {
            "conversation": answer.conversation,
            "title": answer.title,
            "message": answer.message,
            "ordinal": answer.ordinal,
            "at": answer.at,
            "author": answer.author,
            "label": answer.label,
            "kind": answer.kind,
            "text": answer.text if show_text else None,
            "window_days": answer.window // _DAY,
            "people": [_person(knower, stances) for knower in answer.people],
            "unplaced": list(answer.unplaced) or None,
        }
    )


def _person(knower: Knower, stances: Stances) -> dict[str, Any]:
    standing = knower.standing
    guessed = {act: stances[act].plain() for act in stances if act[0] == standing.person}
    return present(
        {
            "person": standing.person,
            "label": standing.label,
            "rung": standing.strongest,
            "rungs": [
                present({"rung": rung.rung, "evidence": rung.evidence, "at": _at(rung)}) for rung in standing.rungs
            ],
            "administrator": standing.administrator,
            "rank": knower.office.rank if knower.office else None,
            "supervisor": knower.supervisor,
            "supervises_author": knower.authors_supervisor,
            "responses": [
                present(
                    {
                        "act": act,
                        "response" if act == "reply" else "emoji": what,
                        "lag_ms": lag,
                        "stance": guessed.get((standing.person, act, what)),
                    }
                )
                for act, what, lag in knower.acts
            ],
            "next_post_lag_ms": knower.next_post,
            "next_post_stance": next((told for act, told in guessed.items() if act[1] == "next_post"), None),
            "left": knower.left,
            "opportunity": present({"posted": knower.posted, "own_posts": knower.own_posts}),
        }
    )


def _at(rung: Rung) -> str | None:
    return None if rung.at is None else instant(datetime.fromtimestamp(rung.at / 1000, UTC))


def _show(
    answer: Knowledge,
    held: Sequence[Mapping[str, Any]],
    lacked: Sequence[Mapping[str, Any]],
    stances: Stances,
    *,
    show_text: bool,
) -> None:
    if show_text and sys.stdout.isatty():
        note("What follows is evidence and may be offensive or distressing.")
    screen = page()
    shown(screen, answer, stances, show_text=show_text)
    screen.print(
        table(
            "Where it stands",
            [("Exhibit", "="), ("Custodian", ""), ("Holds it", ""), ("How that is known", "*")],
            [*map(_holding, held), *map(_lack, lacked)],
        )
    )


def _holding(row: Mapping[str, Any]) -> list[Text]:
    shows = "yes" if row["shows"] == "full" else f"as {words(row['shows'])}"
    how = MATCHED[row["method"]] + (f"; score {row['score']:.3f}" if row["score"] < 1 else "")
    return [cell(row["reference"], "cyan"), cell(row["custodian"]), cell(shows), cell(how, "dim")]


def _lack(row: Mapping[str, Any]) -> list[Text]:
    # What was recovered is held all the same, and stands above.
    style = "bold" if row["reason"] in ("deleted_on_phone", "unexplained") else ""
    why = Text("no: ", style=style) + cell(words(row["reason"]), style)
    return [cell(row["reference"], "cyan"), cell(row["custodian"]), why, cell(row["detail"], "dim")]


def shown(
    screen: Console, answer: Knowledge, stances: Stances = MappingProxyType({}), *, show_text: bool = False
) -> None:
    """Print who knew of a message; its words only where they are asked for."""
    when = instant(answer.at) if answer.at is not None else "undated"
    screen.print(Text(visible(f"{answer.title or '(no title)'}  {answer.message}"), style="bold"))
    screen.print(Text(visible(f"{answer.kind} by {answer.label or 'nobody (a system event)'}, {when}"), style="dim"))
    if show_text:
        screen.print(Text(visible(answer.text or "(no text)")))
    columns = [("Person", ""), ("Known by", ""), ("Evidence", "*"), ("What they did", "")]
    screen.print(table("Who knew", columns, [_row(knower, stances) for knower in answer.people]))
    posted = answer.people[0].posted if answer.people else None
    days = answer.window // _DAY
    chance = (
        f"{plural(posted, 'message')} posted here in the {days} days after it"
        if posted is not None
        else "unknown, for the message has no time"
    )
    screen.print(Text(f"Opportunity: {chance}. A missing receipt does not mean unread."))


def _row(knower: Knower, stances: Stances) -> list[Text]:
    standing = knower.standing
    name = cell(standing.label, "bold" if knower.supervisor else "")
    offices = [knower.office.rank] if knower.office and knower.office.rank else []
    offices += ["author's supervisor"] if knower.authors_supervisor else ["supervisor"] if knower.supervisor else []
    offices += ["group administrator"] if standing.administrator else []
    if offices:
        name.append("\n" + visible(", ".join(offices)), style="dim")
    rungs = list(dict.fromkeys(rung.rung for rung in standing.rungs))
    shown = Text("\n").join([cell(words(rung), "cyan" if not place else "dim") for place, rung in enumerate(rungs)])
    return [name, shown, cell(standing.rungs[0].evidence), cell(did(knower, stances))]
