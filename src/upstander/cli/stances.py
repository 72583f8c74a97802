"""`upstander stances`."""

import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, counting, emit, note, page, table
from upstander.cli.unread import unread
from upstander.cli.whole import settled
from upstander.cli.written import instant, present, visible
from upstander.errors import UsageError
from upstander.evidence.standing import PEOPLE
from upstander.people.who import find
from upstander.review.stance import Counts, Ruling, Stance, append, counts
from upstander.review.stance.listed import Shown, found, listed
from upstander.stages import review
from upstander.storage import Case
from upstander.storage.scan import scan
from upstander.storage.signing import signed

__all__ = ["stances"]

Decided = Literal["challenge", "approve", "laugh_along", "move_on", "undecided"]


def stances(
    reference: Reference,
    message: Annotated[
        str | None,
        Parameter(help="Only responses to this message: an id, the beginning of exactly one, or its platform key."),
    ] = None,
    /,
    *,
    confirm: Annotated[
        Decided | None,
        Parameter(help="Record what the response does; `undecided` takes back what was recorded. Needs --by."),
    ] = None,
    response: Annotated[
        str | None, Parameter(help="The response that is meant: the id of the reply or post, or its beginning.")
    ] = None,
    reaction: Annotated[str | None, Parameter(help="The reaction that is meant: its emoji as listed.")] = None,
    person: Annotated[
        str | None, Parameter(help="Whose response is meant, where several fit: the name or id as listed.")
    ] = None,
    by: Annotated[str | None, Parameter(help="Who decides: a name that stands in the decision file.")] = None,
    remark: Annotated[str | None, Parameter(name="--note", help="Why, kept with the decision.")] = None,
    show_text: Annotated[
        bool, Parameter(negative="", show_default=False, help="Show the words of responses, which may be offensive.")
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Show whether responses challenge, approve, laugh along or move on, and record what a person decides.

    A stance is a guess until somebody confirms or corrects it, and is marked as one: it is wrong often. Laughter and
    emoji alone are what was seen, and no guess of what was meant. The counts are of confirmed responses only, with
    how many are not confirmed. Decisions are lines of decisions/stances.jsonl in the case folder; the last one on a
    response stands.
    """
    case = shared.case(reference)
    ends = settled(case, PEOPLE)
    with counting() as told:
        made = review.stances(case, told)
    ends = unread(made, ends)
    of = _message(case, message) if message is not None else None
    if confirm is not None:
        _confirm(case, of, Stance(confirm), response, reaction, person, by, remark, shared)
    elif (response, reaction, person, by, remark) != (None,) * 5:
        raise UsageError("--response, --reaction, --person, --by and --note say what --confirm is about; add --confirm")
    rows = listed(case, of)
    counted = counts(case, None if of is None else [of])
    if shared.json:
        emit({"case": case.path.name, "counts": _counts(counted), "stances": [_plain(row, show_text) for row in rows]})
    else:
        _show(rows, counted, show_text=show_text)
    return ends


def _message(case: Case, asked: str) -> str:
    conversation, ordinal = find(case, asked)
    held = scan(case, "sightings").filter(conversation=conversation, ordinal=ordinal).select("message")
    return str(held.first().collect().item())


def _confirm(
    case: Case,
    of: str | None,
    stance: Stance,
    response: str | None,
    reaction: str | None,
    person: str | None,
    by: str | None,
    remark: str | None,
    shared: Shared,
) -> None:
    if of is None or by is None or (response is None) == (reaction is None):
        raise UsageError("--confirm needs the MESSAGE, --by NAME, and either --response ID or --reaction EMOJI")
    name = signed(by)
    meant = found(case, of, response=response, reaction=reaction, person=person)
    reacted = meant["act"] == "reaction"
    append(
        case,
        [
            Ruling(
                message=of,
                act=meant["act"],
                response=None if reacted else meant["response"],
                person=meant["person"] if reacted else None,
                emoji=meant["emoji"] if reacted else None,
                stance=stance,
                by=name,
                at=shared.now(),
                note=remark,
            )
        ],
    )
    review.stances(case)


def _counts(counted: Counts) -> dict[str, Any]:
    return {
        "confirmed_responses": dict(counted.responses),
        "confirmed_people": dict(counted.people),
        "unconfirmed": counted.unconfirmed,
    }


def _plain(row: Mapping[str, Any], show_text: bool) -> dict[str, Any]:
    named = ("conversation", "ordinal", "message", "person", "label", "act", "response", "emoji", "at", "basis")
    likely = {name: round(row[name], 3) for name in ("challenge", "approve", "laugh_along", "move_on")}
    told = {name: row[name] for name in named} | {"text": row["text"] if show_text else None}
    return present(told) | {"guess": row["stance"], "confirmed": row["confirmed"], "probabilities": likely}


def _show(rows: Sequence[Mapping[str, Any]], counted: Counts, *, show_text: bool) -> None:
    if show_text and sys.stdout.isatty():
        note("What follows is evidence and may be offensive or distressing.")
    columns = [("To", ""), ("Who", ""), ("What they did", "*"), ("Stance", "="), ("Known by", "")]
    screen = page()
    screen.print(table("Stances", columns, [_row(row, show_text) for row in rows]))
    screen.print(Text(counted.words()))


def _row(row: Mapping[str, Any], show_text: bool) -> list[Text]:
    did = {"reply": "replied", "reaction": f"reacted {row['emoji']}", "next_post": "posted soon after"}[row["act"]]
    what = cell(did)
    if row["response"] is not None:
        what.append(f" {visible(row['response'])}", style="dim")
    if row["at"] is not None:
        what.append(f" {instant(row['at'])}", style="dim")
    if show_text and row["text"]:
        what.append("\n" + visible(row["text"]))
    shown = Shown.of(row)
    style = "bold" if shown.confirmed else "dim" if shown.stance == Stance.UNDECIDED else ""
    basis = {"emoji": "the emoji", "laughter": "laughter alone", "text": "its words"}[row["basis"]]
    return [
        cell(row["message"], "cyan"),
        cell(row["label"] or row["person"]),
        what,
        cell(shown.words(), style),
        cell("a person" if shown.confirmed else basis, "dim"),
    ]
