"""What one person did about the messages that a code applies to, and what they had the chance to do.

Nothing here is a score and no number ranks anybody: each count stands beside the opportunity it is stated against, and
is the length of a list of messages that a page shows.
"""

from collections.abc import Callable
from dataclasses import dataclass, fields

import polars as pl

from upstander.people.presence import Presence
from upstander.people.rows import strings
from upstander.review.codings.verdicts import verdicts
from upstander.review.stance.standing import standing
from upstander.stages.knowing import presence
from upstander.storage import Case
from upstander.storage.kept import kept
from upstander.storage.scan import collect, scan

__all__ = ["DID", "Coded", "coded_of"]


@dataclass(frozen=True, slots=True)
class Coded:
    """What one person did about the messages that a code was found to apply to: ids, in the order of conversations."""

    code: str
    #: Their own messages that it applies to.
    own: tuple[str, ...] = ()
    #: Messages of others that were sent while they are known to have been in the conversation.
    present: tuple[str, ...] = ()
    #: Those of them that they answered, and reacted to.
    replied: tuple[str, ...] = ()
    reacted: tuple[str, ...] = ()
    #: Those that somebody confirmed they challenged, in whatever way.
    challenged: tuple[str, ...] = ()
    #: Those that they answered or reacted to, and nobody has confirmed what that was.
    unconfirmed: tuple[str, ...] = ()
    #: Those that they neither answered nor reacted to; of these, those after which they posted there within a week.
    nothing: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    #: Those within a week of which they left, or were removed.
    left: tuple[str, ...] = ()


#: What somebody did about coded messages: the names of the lists.
DID = tuple(field.name for field in fields(Coded) if field.name != "code")


def coded_of(
    case: Case, asked: str, *, opened: Callable[[Case, str], Presence] = presence, code: str | None = None
) -> list[Coded]:
    """What a person did about coded messages, by code, over what a code applies to by the last word of all who read it.

    `opened` gives a conversation's arrays; with `code`, of that one alone.
    """
    within = _within(case).get(asked, frozenset())
    mine = collect(standing(case).filter(pl.col("person") == asked).select("message", "confirmed", "act"))
    challenged = set(mine.filter(pl.col("confirmed") == "challenge")["message"])
    open_ = set(mine.filter(pl.col("confirmed").is_null(), pl.col("act") != "next_post")["message"])
    lists: dict[str, dict[str, list[str]]] = {}
    for conversation, found in _applied(case).items():
        rows = [row for row in found if code in (None, row[1])] if conversation in within else []
        if not rows:
            continue
        there = opened(case, conversation)
        if asked not in there.of.ids:
            continue
        ordinals = there.of.places([message for message, _ in rows])
        placed = sorted((at, *row) for at, row in zip(ordinals, rows, strict=True) if at is not None)
        silent = there.silence([at for at, _, _ in placed], person=there.of.ids.index(asked))
        for column, (_, message, name) in enumerate(placed):
            told = lists.setdefault(name, {each: [] for each in DID})
            if silent.wrote[0, column]:
                told["own"].append(message)
            elif silent.present[0, column]:
                nothing = bool(silent.nothing[0, column])
                did = {each: bool(getattr(silent, each)[0, column]) for each in ("replied", "reacted", "left")}
                did |= {"present": True, "nothing": nothing, "challenged": message in challenged}
                did |= {"active": nothing and silent.own_posts[0, column] > 0, "unconfirmed": message in open_}
                for each, so in did.items():
                    if so:
                        told[each].append(message)
    return [Coded(name, **{each: tuple(rows) for each, rows in lists[name].items()}) for name in sorted(lists)]


@kept("codings")
def _applied(case: Case) -> dict[str, list[tuple[str, str]]]:
    """By conversation, messages and codes that apply to them, as their readers agree or as it was settled."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = verdicts(case).filter("applies").select("conversation", "message", "code").unique()
    for conversation, message, code in rows.sort("conversation", "message", "code").iter_rows():
        found.setdefault(conversation, []).append((message, code))
    return found


@kept("persons")
def _within(case: Case) -> dict[str, frozenset[str]]:
    """By person, the conversations that a handle of theirs is in."""
    rows = (
        strings(scan(case, "persons"))
        .select("person", "conversation")
        .drop_nulls()
        .group_by("person")
        .agg(pl.col("conversation").unique())
    )
    return {person: frozenset(conversations) for person, conversations in collect(rows).iter_rows()}
