"""`upstander queue next` and `upstander queue show`."""

from shlex import quote
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, number, page, table
from upstander.cli.unread import unread
from upstander.cli.whole import settled
from upstander.cli.worded import plural
from upstander.cli.written import instant, present, visible
from upstander.errors import UsageError
from upstander.review.codings import Via
from upstander.stages.queue import Next, Opened, next_for, opened
from upstander.storage.signing import signed

__all__ = ["next_", "show"]

Code = Annotated[str, Parameter(help="Id of the code, as `upstander codebook show NAME` lists it.")]
Seed = Annotated[int, Parameter(help="Seed of the random stream and of every draw; keep to one for a whole review.")]

#: Messages ahead that a terminal shows.
SHOWN = 10


def next_(
    reference: Reference,
    /,
    *,
    code: Code,
    by: Annotated[
        str | None, Parameter(help="Who reads: the message is held for them, and nobody else is given it meanwhile.")
    ] = None,
    seed: Seed = 0,
    show_text: Annotated[
        bool, Parameter(negative="", show_default=False, help="Show the words of the message, which may be offensive.")
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Show what to read next for a code, and why.

    The order is learnt from every coding so far; one of ten messages is drawn at random instead, for the certificate,
    and teaches nothing. What to say afterwards is printed: `upstander code` with the right --via. Messages that say the
    same are shown once. What the random stream had shown and rank then comes to is written down as read by rank, with
    what was decided. With --json: {"next": …}, which is null where all is read.
    """
    case = shared.case(reference)
    ends = settled(case)
    _check(seed)
    name = "" if by is None else signed(by)
    found, given = next_for(case, code, by=name, seed=seed, now=shared.now())
    ends = unread(found.unread, ends)
    if shared.json:
        emit({"case": case.path.name, "code": found.code, "next": _plain(given, show_text=show_text)})
        return ends
    screen = page()
    if given is None:
        none = "The case has no message with words, so that there is nothing to read."
        screen.print(Text(f"Every message with words is read for {found.code}." if len(found.pool.ids) else none))
        return ends
    row = given.row
    screen.print(Text(visible(f"{row['message']}  in {row['conversation']}"), style="bold"))
    when = instant(row["at"]) if row["at"] is not None else "undated"
    screen.print(Text(visible(f"{row['label'] or row['author'] or 'nobody'}, {when}"), style="dim"))
    if show_text:
        screen.print(Text(visible(row["text"])))
    why = given.item.why.value
    if given.spans:
        said = [
            visible(row["text"][span.start : span.end]) if show_text else f"characters {span.start} to {span.end}"
            for span in given.spans
        ]
        why += f", most by {'; '.join(said)}"
    screen.print(Text(f"Why: {why}."))
    if given.same:
        screen.print(Text(f"{plural(len(given.same), 'message')} more say the same and are not shown again."))
    who = quote(visible(name)) if name else "NAME"
    line = f"upstander code {case.path.name} {row['message']} {found.code} --by {who} --via {given.item.via.value}"
    screen.print(Text(line + "   (and --not where it does not apply, --nothing where no code does)", style="dim"))
    return ends


def show(reference: Reference, /, *, code: Code, seed: Seed = 0, shared: Shared = SHARED) -> int:
    """Show how far ranked reading of a code has come.

    How many messages were read by rank, how many of them are relevant, what the random stream has drawn, and the next
    ones of the ranking by their ids. Nothing is changed and no text is shown.
    """
    case = shared.case(reference)
    ends = settled(case)
    _check(seed)
    found = opened(case, code, seed=seed)
    ends = unread(found.unread, ends)
    told = _state(found)
    if shared.json:
        emit({"case": case.path.name, **told})
        return ends
    screen = page()
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
    "repeats": "say the same as an earlier one",
    "rankings": "rankings made",
}


def _state(found: Opened) -> dict[str, Any]:
    queue = found.queue
    sample = queue.sample()
    ahead = [found.pool.ids[int(place)] for place in queue.order().places if queue.label[place] < 0][:SHOWN]
    return {
        "code": found.code,
        "codebook": found.codebook,
        "messages": len(queue.matrix),
        "wordless": found.pool.wordless,
        "ranked": int(queue.ranked.sum()),
        "found": int((queue.label[queue.ranked] > 0).sum()),
        "drawn": len(sample),
        "drawn_relevant": sum(1 for relevant, _ in sample if relevant),
        "repeats": found.pool.repeats,
        "rankings": queue.rankings,
        "ahead": ahead,
    }


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
            "spans": given.spans,
            "same": given.same or None,
        }
    )


def _check(seed: int) -> None:
    if seed < 0:
        raise UsageError(f"--seed is {seed}; give a number from 0")
