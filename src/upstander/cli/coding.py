"""`upstander code`."""

from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.coded import plainly
from upstander.cli.coding_many import denied, many
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import emit, page
from upstander.cli.whole import settled
from upstander.cli.written import instant, part, present, visible
from upstander.errors import UsageError
from upstander.evidence.worded import listed
from upstander.review.codings import Via
from upstander.review.codings.checks import window
from upstander.review.codings.deciding import Asked, Decided, decide
from upstander.review.codings.denying import Denying, deny
from upstander.stages.holding import given_as

__all__ = ["code"]


def code(
    reference: Reference,
    message: Annotated[
        str | None,
        Parameter(help="Id of any sighting of the message, the beginning of exactly one, or its platform key."),
    ] = None,
    code: Annotated[
        str | None,
        Parameter(
            help="Id of the code, as `upstander codebook show NAME` lists it; with --nothing what it was read for."
        ),
    ] = None,
    /,
    *,
    by: Annotated[str | None, Parameter(help="Who decides.")] = None,
    no: Annotated[
        bool,
        Parameter(
            name="--not",
            negative="",
            show_default=False,
            help="The code does not apply to the message, or to any part.",
        ),
    ] = False,
    nothing: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="It was read, and no code of the codebook applies; CODE may be absent.",
        ),
    ] = False,
    from_: Annotated[
        Path | None,
        Parameter(
            name="--from",
            help="Take many from this .csv or .jsonl: message, code, applies; perhaps span, note, at, by, via.",
        ),
    ] = None,
    span: Annotated[
        str | None,
        Parameter(
            help="Part it applies to, as `triage` and `search` say it: first character, counted from 0, and one past"
            " the last, such as 3:9. Not with --not, which is of the whole message."
        ),
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
    """Write down that a code applies to a message, or does not; or that none does; or many from a file.

    The decision is added to the case's codings with its name and time, and nothing is ever edited: say it again to
    change it, and the last word stands. The code is checked against the codebook and the span against the words of the
    message; the codebook is kept in the case. What others decided is not shown here, so that a second reading is blind.

    --nothing says of every code on which you have not decided that it does not apply; it is refused where you have said
    that one does. --from reads one decision a row. Rows that cannot be taken are said with their line, the others are
    written together, and what your decisions hold already is not written again; the status is then 1.
    """
    case = shared.case(reference)
    ends = settled(case)
    if settle and via not in (None, Via.READ, Via.SETTLED):
        raise UsageError(f"--settle is a way of its own; leave --via {via.value} out")
    shown = None if context is None else window(context)
    if from_ is not None:
        if message is not None or no or nothing or settle or (span, note_, shown, via) != (None,) * 4:
            raise UsageError("--from has messages, codes and what is said of them in its file; give only --by with it")
        return many(case, from_, by=by, codebook=codebook, shared=shared, ends=ends)
    if message is None or by is None or (code is None and not nothing):
        raise UsageError("a decision is on one MESSAGE and one CODE, --by somebody; or --from a file, or --nothing")
    way = Via.SETTLED if settle else via or Via.READ
    if code is not None and not settle:
        way, shown = given_as(case, code, by=by, message=message, via=via, shown=shown)
    if nothing:
        if no or span is not None:
            raise UsageError("--nothing speaks of every code and of the whole message; leave --not and --span out")
        word = Denying(message, by, code, way, note=note_, codebook=codebook, context=shown)
        return denied(case, deny(case, word, now=shared.now()), shared=shared, ends=ends)
    asked = Asked(message, code or "", by, not no, way, span=span, note=note_, codebook=codebook, context=shown)
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
            **plainly(coding),
            "codebook_digest": decided.book.digest,
            "supersedes": instant(decided.before.at) if decided.before else None,
            "waits_for": list(decided.waits_for) or None,
        }
    )


def _sentence(decided: Decided) -> str:
    coding = decided.coding
    applies = "applies" if coding.applies else "does not apply"
    where = f" to {part(*coding.span)} of" if coding.span else " to"
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
