"""`upstander queue next` and `upstander queue show`."""

from shlex import quote
from typing import Annotated, Any

from cyclopts import Parameter
from cyclopts.validators import Number
from rich.console import Console
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, number, page, table
from upstander.cli.unread import unread
from upstander.cli.whole import settled
from upstander.cli.written import instant, part, present, visible
from upstander.evidence.worded import plural
from upstander.review.codings import Via
from upstander.review.queue.begun import Copies
from upstander.stages.holding import holdings
from upstander.stages.queue import Carried, Next, Opened, carried, hold, next_for, opened
from upstander.storage.signing import signed

__all__ = ["next_", "show"]

Code = Annotated[str, Parameter(help="Id of the code, as `upstander codebook show NAME` lists it.")]
Seed = Annotated[
    int | None,
    Parameter(
        validator=Number(gte=0),
        help="Seed of the random stream and of every draw: written down when reading begins, 0 if absent, and the same"
        " from then on.",
    ),
]

#: Messages ahead, and decided by words, that a terminal shows.
SHOWN, LISTED = 10, 50


def next_(
    reference: Reference,
    /,
    *,
    code: Code,
    by: Annotated[
        str | None, Parameter(help="Who reads: the message is held for them, and nobody else is given it meanwhile.")
    ] = None,
    seed: Seed = None,
    copies: Annotated[
        Copies | None,
        Parameter(
            help="Whether a decision stands for every message with the very same words (carry), or each is read. If"
            " absent, as it was; at first, carry, but read for a code of what a message does about another."
        ),
    ] = None,
    random: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Give the next message that chance draws, whoever's turn it is: for a certificate that counts a number"
            " of draws.",
        ),
    ] = False,
    context: Annotated[
        int,
        Parameter(help="Messages of the conversation to show before and after it.", validator=Number(gte=0, lte=1000)),
    ] = 0,
    show_text: Annotated[
        bool, Parameter(negative="", show_default=False, help="Show the words of the message, which may be offensive.")
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Show what to read next for a code, and why.

    The order is learnt from every coding so far; one of ten messages is drawn at random instead, for the certificate,
    and teaches nothing; --random gives one at once. What to say afterwards is printed; `upstander code` knows how the
    message was given, and how many around it were on show. A decision stands for every message with the very same
    words; those that nearly say the same come last. What the random stream had shown and rank then comes to is written
    down as read by rank, with what was decided. With --json: {"next": …}, which is null where nothing is left to give.
    """
    case = shared.case(reference)
    ends = settled(case)
    name = "" if by is None else signed(by)
    found, given = next_for(
        case, code, by=name, now=shared.now(), seed=seed, copies=copies, context=context, on_show=show_text,
        random=random,
    )  # fmt: skip
    ends = unread(found.lost, ends)
    if shared.json:
        told = {"next": _plain(given, show_text=show_text), "unread": found.left}
        emit({"case": case.path.name, "code": found.code, **told})
        return ends
    screen = page()
    if given is None:
        screen.print(Text(_nothing(found)))
        return ends
    row = given.row
    for each in given.before:
        _print(screen, each, show_text=show_text, around=True)
    screen.print(Text(visible(f"{row['message']}  in {row['conversation']}"), style="bold"))
    _print(screen, row, show_text=show_text)
    for each in given.after:
        _print(screen, each, show_text=show_text, around=True)
    why = given.item.why.value
    if given.spans:
        said = [
            visible(row["text"][span.start : span.end]) if show_text else f"characters {part(span.start, span.end)}"
            for span in given.spans
        ]
        why += f", most by {'; '.join(said)}"
    screen.print(Text(f"Why: {why}."))
    if given.copies:
        has = "has" if given.copies == 1 else "have"
        screen.print(
            Text(f"{plural(given.copies, 'message')} more {has} the very same words and will be decided by it.")
        )
    if given.near:
        says = "says" if given.near == 1 else "say"
        screen.print(Text(f"{plural(given.near, 'message')} more {says} the same, or nearly, and will come last."))
    who = quote(visible(name)) if name else "NAME"
    line = f"upstander code {case.path.name} {row['message']} {found.code} --by {who} --via {given.item.via.value}"
    if show_text and context:
        line += f" --context {len(given.before)}:{len(given.after)}"
    screen.print(Text(line + "   (and --not where it does not apply, --nothing where no code does)", style="dim"))
    return ends


def _print(screen: Console, row: dict[str, Any], *, show_text: bool, around: bool = False) -> None:
    """Who wrote a message, when, and on request its words."""
    when = instant(row["at"]) if row["at"] is not None else "undated"
    margin = "  | " if around else ""
    screen.print(Text(visible(f"{margin}{row['label'] or row['author'] or 'nobody'}, {when}"), style="dim"))
    if show_text:
        screen.print(Text(visible(margin + (row["text"] or "(no words)"))))


def _nothing(found: Opened) -> str:
    if not len(found.pool.ids):
        return "The case has no message with words, so that there is nothing to read."
    if found.left:
        return (
            f"Nothing can be given now: {plural(found.left, 'message')} that nobody has decided on, and others hold"
            " them or what says the same. Ask again when they have decided."
        )
    return f"Every message with words is read for {found.code}."


def show(
    reference: Reference,
    /,
    *,
    code: Code,
    seed: Seed = None,
    carried_: Annotated[
        bool,
        Parameter(
            name="--carried",
            negative="",
            show_default=False,
            help="List the messages that have the decision of another with the same words, and the coding it is.",
        ),
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Show how far ranked reading of a code has come.

    How many messages were read by rank, how many of them are relevant, what the random stream has drawn, how many were
    decided by the words of another, and the next ones of the ranking by their ids: none that somebody holds, and no two
    that say the same. Nothing is changed and no text is shown.
    """
    case = shared.case(reference)
    ends = settled(case)
    found = opened(case, code, seed=seed)
    ends = unread(found.lost, ends)
    hold(found, holdings(case, found.code))
    told = _state(found)
    listed = carried(found) if carried_ else []
    if shared.json:
        emit({"case": case.path.name, **told, **({"decided_by_words": list(map(_source, listed))} if carried_ else {})})
        return ends
    screen = page()
    if carried_:
        columns = [("Message", "="), ("Words of", "="), ("Applies", "="), ("By", ""), ("At", "="), ("Via", "=")]
        rows = [_cells(each) for each in listed[:LISTED]]
        screen.print(table(f"Decided for {found.code} by the words of another", columns, rows))
        more = f"; {LISTED} are shown, and --json lists all" if len(listed) > LISTED else ""
        screen.print(Text(f"{plural(len(listed), 'message')}{more}."))
        return ends
    rows = [[cell(name), number(told[key])] for key, name in _NAMES.items()]
    screen.print(table(f"Ranked reading of {found.code}", [("", "*"), ("Messages", ">=")], rows))
    screen.print(Text("Next by rank: " + (", ".join(told["ahead"]) or "nothing"), style="dim"))
    return ends


_NAMES = {
    "messages": "with words",
    "wordless": "without words, which are not covered",
    "ranked": "read by rank, search or while reading",
    "found": "relevant among them",
    "drawn": "drawn by the random stream",
    "drawn_relevant": "relevant among those",
    "carried": "decided by the very same words of another, in all of these",
    "unread": "not decided",
    "repeats": "say the same as an earlier one, or nearly",
    "rankings": "rankings made",
}


def _state(found: Opened) -> dict[str, Any]:
    queue = found.queue
    known = queue.known
    sample = queue.sample()
    return {
        "code": found.code,
        "codebook": found.codebook,
        "seed": found.way.seed,
        "copies": found.way.copies.value,
        "messages": len(queue),
        "wordless": found.pool.wordless,
        "ranked": int(known.ranked.sum()),
        "found": int((known.label[known.ranked] > 0).sum()),
        "drawn": len(sample),
        "drawn_relevant": sum(1 for relevant, _ in sample if relevant),
        "carried": int(known.carried.sum()),
        "unread": found.left,
        "held": len(queue.held),
        "repeats": found.pool.repeats,
        "rankings": queue.rankings,
        "ahead": [found.pool.ids[place] for place in queue.ahead(SHOWN)],
    }


def _source(each: Carried) -> dict[str, Any]:
    coding = each.coding
    return {
        "message": each.message,
        "source": each.source,
        "applies": coding.applies,
        "by": coding.by,
        "at": instant(coding.at),
        "via": coding.via.value,
        "codebook": coding.codebook,
    }


def _cells(each: Carried) -> list[Text]:
    said = _source(each)
    return [
        cell(said["message"]), cell(said["source"]), cell("yes" if said["applies"] else "no"), cell(said["by"]),
        cell(f"{each.coding.at:%Y-%m-%d %H:%M}"), cell(said["via"]),
    ]  # fmt: skip


def _plain(given: Next | None, *, show_text: bool) -> dict[str, Any] | None:
    if given is None:
        return None
    row = given.row
    return present(
        {
            **{name: row[name] for name in ("message", "conversation", "ordinal", "at", "exhibit", "author", "label")},
            "text": row["text"] if show_text else None,
            "why": given.item.why.value,
            "via": given.item.via.value,
            "random": given.item.via is Via.RANDOM,
            "spans": [{"span": part(span.start, span.end), "weight": span.weight} for span in given.spans],
            "same": given.same or None,
            "copies": given.copies,
            "near": given.near,
            "context": [len(given.before), len(given.after)],
            "before": [_beside(each, show_text=show_text) for each in given.before] or None,
            "after": [_beside(each, show_text=show_text) for each in given.after] or None,
        }
    )


def _beside(row: dict[str, Any], *, show_text: bool) -> dict[str, Any]:
    names = ("message", "ordinal", "at", "author", "label", *(["text"] if show_text else []))
    return present({name: row[name] for name in names})
