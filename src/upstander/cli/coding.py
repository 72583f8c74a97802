"""`upstander code` and `upstander codings`."""

from collections.abc import Mapping
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, page, table
from upstander.cli.whole import settled
from upstander.cli.worded import listed, plural
from upstander.cli.written import instant, present, visible
from upstander.errors import UsageError
from upstander.review.codings import Via
from upstander.review.codings.deciding import Asked, Decided, decide, window
from upstander.review.codings.listing import Coded, coded
from upstander.stages import review
from upstander.stages.holding import given_as
from upstander.storage.signing import signed

__all__ = ["code", "codings"]

#: Codings that a terminal shows.
SHOWN = 50


def code(
    reference: Reference,
    message: Annotated[
        str, Parameter(help="Id of any sighting of the message, the beginning of exactly one, or its platform key.")
    ],
    code: Annotated[str, Parameter(help="Id of the code, as `upstander codebook show NAME` lists it.")],
    /,
    *,
    by: Annotated[str, Parameter(help="Who decides.")],
    no: Annotated[
        bool, Parameter(name="--not", negative="", show_default=False, help="The code does not apply.")
    ] = False,
    span: Annotated[
        str | None,
        Parameter(help="Part it applies to: first character, counted from 0, and one past the last, such as 3:9."),
    ] = None,
    note_: Annotated[str | None, Parameter(name="--note", help="A remark that is kept beside it.")] = None,
    via: Annotated[
        Via | None,
        Parameter(
            help="How the message came before the reviewer; second is a blind second reading. If absent, as `queue"
            " next` gave it to them, as they said of it before, or else read."
        ),
    ] = None,
    settle: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Settle a disagreement: by a third name, or by all who read it, each."
        ),
    ] = False,
    context: Annotated[
        str | None,
        Parameter(help="Messages before and after it that were on show, such as 3:3, as `queue next` says."),
    ] = None,
    codebook: Annotated[
        str | None,
        Parameter(help="Name, NAME@VERSION or file of the codebook; if absent, the one this case is coded with."),
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """Write down that a code applies to a message, or does not.

    The decision is added to the case's codings with its name and time, and nothing is ever edited: say it again to
    change it, and the last word stands. The code is checked against the codebook and the span against the words of the
    message; the codebook is kept in the case. What others decided is not shown here, so that a second reading is blind.
    """
    case = shared.case(reference)
    ends = settled(case)
    if settle and via not in (None, Via.READ, Via.SETTLED):
        raise UsageError(f"--settle is a way of its own; leave --via {via.value} out")
    shown = None if context is None else window(context)
    way, shown = (Via.SETTLED, shown) if settle else given_as(case, code, by=by, message=message, via=via, shown=shown)
    asked = Asked(
        message, code, by, applies=not no, via=way, span=span, note=note_, codebook=codebook, context=shown
    )  # fmt: skip
    decided = decide(case, asked, now=shared.now())
    if shared.json:
        emit({"case": case.path.name, "coding": _plain(decided)})
    else:
        page().print(Text(_sentence(decided)))
    return ends


def _plain(decided: Decided) -> dict[str, Any]:
    coding = decided.coding
    return present(
        {
            "message": decided.of.message,
            "sighting": coding.sighting,
            "conversation": decided.of.conversation,
            "ordinal": decided.of.ordinal,
            "code": coding.code,
            "codebook": coding.codebook,
            "applies": coding.applies,
            "span": list(coding.span) if coding.span else None,
            "by": coding.by,
            "at": instant(coding.at),
            "via": coding.via.value,
            "note": coding.note,
            "context": list(coding.context) if coding.context else None,
            "codebook_digest": decided.book.digest,
            "supersedes": instant(decided.before.at) if decided.before else None,
            "waits_for": list(decided.waits_for) or None,
        }
    )


def _sentence(decided: Decided) -> str:
    coding = decided.coding
    applies = "applies" if coding.applies else "does not apply"
    where = f" to characters {coding.span[0]:,} to {coding.span[1] - 1:,} of" if coding.span else " to"
    said = f"{decided.code.title} ({coding.code}) {applies}{where} message {decided.of.message}, by {coding.by}"
    if coding.via is Via.SETTLED:
        said = f"Settled: {said}" if not decided.waits_for else f"To settle it: {said}"
    if decided.before is not None:
        was = "did" if decided.before.applies else "did not"
        said += f"; before, on {decided.before.at:%Y-%m-%d %H:%M}, they said that it {was}"
    if decided.waits_for:
        say = "says" if len(decided.waits_for) == 1 else "say"
        said += f"; it is settled when {listed(list(decided.waits_for))} {say} the same"
    return visible(said + ".")


def codings(
    reference: Reference,
    /,
    *,
    code: Annotated[str | None, Parameter(help="Only this code.")] = None,
    by: Annotated[str | None, Parameter(help="Only this reviewer's.")] = None,
    message: Annotated[
        str | None, Parameter(help="Only of this message: id of any sighting, its beginning, or platform key.")
    ] = None,
    superseded: Annotated[
        bool,
        Parameter(
            name="--all", negative="", show_default=False, help="Those that were superseded as well, and all rows."
        ),
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """List what reviewers decided: what stands, and on request what it took the place of.

    A terminal shows the latest 50 unless --all is given; --json has every coding, with whether it stands. Whoever is
    still to read a message a second time should not look here first: --by with their own name is safe. No text of
    messages is shown; notes are.
    """
    case = shared.case(reference)
    by = None if by is None else signed(by)
    review.codings(case)
    rows = coded(case, code=code, by=by, message=message)
    if shared.json:
        emit({"case": case.path.name, "codings": [present(_row(row)) for row in rows]})
        return 0
    shown = [row for row in rows if superseded or row.stands]
    if not shown:
        page().print(Text("No codings."))
        return 0
    latest = shown if superseded else shown[-SHOWN:]
    columns = [("At", "="), ("By", ""), ("Message", "="), ("Code", ""), ("Applies", "="), ("Via", "="), ("Note", "*")]
    page().print(table("What reviewers decided", columns, map(_cells, latest)))
    more = f"; the latest {len(latest)} are shown, and --all lists all" if len(latest) < len(shown) else ""
    stands = sum(row.stands for row in rows)
    page().print(
        Text(f"{plural(len(rows), 'coding')}, of which {stands:,} {'stands' if stands == 1 else 'stand'}{more}.")
    )
    return 0


def _row(row: Coded) -> Mapping[str, Any]:
    coding = row.coding
    return {
        "sequence": row.sequence,
        "message": row.message,
        "sighting": coding.sighting,
        "code": coding.code,
        "codebook": coding.codebook,
        "applies": coding.applies,
        "span": list(coding.span) if coding.span else None,
        "by": coding.by,
        "at": instant(coding.at),
        "via": coding.via.value,
        "note": coding.note,
        "context": list(coding.context) if coding.context else None,
        "stands": row.stands,
    }


def _cells(row: Coded) -> list[Text]:
    coding = row.coding
    style = "" if row.stands else "dim"
    applies = "yes" if coding.applies else "no"
    part = f" {coding.span[0]}:{coding.span[1]}" if coding.span else ""
    return [
        cell(f"{coding.at:%Y-%m-%d %H:%M}", style),
        cell(coding.by, style),
        cell(row.message or coding.sighting, style),
        cell(coding.code, style),
        cell((applies if row.stands else f"({applies})") + part, style),
        cell(coding.via.value, style),
        cell(coding.note, style),
    ]
