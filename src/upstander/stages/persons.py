"""One person of a case as a page shows them: where they were, what they did, and what they had the chance to do.

Nothing here is a score and no number ranks anybody: each count stands beside the opportunity it is stated against.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from upstander.errors import UsageError
from upstander.people.listed import persons
from upstander.people.presence import Presence
from upstander.people.rows import strings
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Coded", "Person", "Spell", "person"]


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell in one conversation; each bound is a range, and absent where nothing bounds it."""

    conversation: str
    title: str | None
    since_earliest: datetime | None
    since_latest: datetime | None
    until_earliest: datetime | None
    until_latest: datetime | None
    began: str
    ended: str


@dataclass(frozen=True, slots=True)
class Coded:
    """What one person did about the messages that a code was found to apply to."""

    code: str
    #: Messages of others that were sent while they are known to have been in the conversation.
    present: int
    #: Those of them that they answered, reacted to, and did neither; left within a week of.
    replied: int
    reacted: int
    nothing: int
    left: int
    #: Replies and reactions of theirs that somebody confirmed to challenge, and those that nobody has looked at.
    challenged: int
    unconfirmed: int
    #: Their own messages that it applies to, by id, in the order of conversations.
    own: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a case."""

    person: str
    label: str
    #: Columns of the persons table, one a participant.
    participants: tuple[dict[str, Any], ...]
    #: What joins their handles, and how often each reason does.
    reasons: dict[str, int]
    spells: tuple[Spell, ...]
    coded: tuple[Coded, ...]


def person(case: Case, asked: str, *, opened: Callable[[Case, str], Presence] = Presence.open) -> Person:
    """The person of that id. Raises `UsageError` where there is none.

    `opened` gives a conversation's arrays: whoever shows many persons keeps them.
    """
    entry = next((row for row in persons(case) if row["person"] == asked), None)
    if entry is None:
        raise UsageError(f"case {case.path.name} has no person {asked!r}")
    spells = _spells(case, asked)
    return Person(
        person=asked,
        label=entry["label"],
        participants=tuple(entry["participants"]),
        reasons=entry["reasons"],
        spells=spells,
        coded=tuple(_coded(case, asked, opened)),
    )


def _spells(case: Case, asked: str) -> tuple[Spell, ...]:
    rows = strings(scan(case, "memberships")).filter(person=asked).sort("conversation", "ordinal")
    titles = _titles(case)
    return tuple(
        Spell(
            title=titles.get(row["conversation"]),
            **{name: row[name] for name in Spell.__slots__ if name != "title"},
        )
        for row in collect(rows).iter_rows(named=True)
    )


def _titles(case: Case) -> dict[str, str]:
    """What each conversation is called, by the capture with the most to say: the first that has a title."""
    placed = strings(scan(case, "captures")).select("conversation", "capture")
    named = strings(scan(case, "conversations")).select(pl.col("conversation").alias("capture"), "title").drop_nulls()
    rows = collect(placed.join(named, on="capture").sort("conversation", "capture"))
    return dict(reversed(list(rows.select("conversation", "title").iter_rows())))


def _coded(case: Case, asked: str, opened: Callable[[Case, str], Presence]) -> list[Coded]:
    """By code, over the messages that it applies to by the last word of all who read them."""
    found = _applied(case)
    if found.is_empty():
        return []
    mine = collect(strings(scan(case, "stances")).filter(person=asked).select("message", "confirmed", "act"))
    challenged = set(mine.filter(pl.col("confirmed") == "challenge")["message"])
    open_ = set(mine.filter(pl.col("confirmed").is_null(), pl.col("act") != "next_post")["message"])
    counted: dict[str, Any] = {}
    for (conversation,), rows in found.partition_by("conversation", as_dict=True).items():
        presence = opened(case, str(conversation))
        if asked not in presence.of.ids:
            continue
        place = presence.of.ids.index(asked)
        silent = presence.silence(rows["ordinal"].to_list())
        for column, (code, message) in enumerate(rows.select("code", "message").iter_rows()):
            told = counted.setdefault(code, {**dict.fromkeys(_COUNTS, 0), "own": []})
            if silent.wrote[place, column]:
                told["own"].append(message)
            elif silent.present[place, column]:
                told["present"] += 1
                for name in ("replied", "reacted", "nothing", "left"):
                    told[name] += int(getattr(silent, name)[place, column])
                told["challenged"] += message in challenged
                told["unconfirmed"] += message in open_
    return [Coded(code=code, **{**told, "own": tuple(told["own"])}) for code, told in sorted(counted.items())]


_COUNTS = ("present", "replied", "reacted", "nothing", "left", "challenged", "unconfirmed")


def _applied(case: Case) -> pl.DataFrame:
    """Messages (conversation, ordinal, message) and the codes that apply to them: nobody who stands says otherwise."""
    stands = strings(scan(case, "codings")).filter("stands", pl.col("message").is_not_null())
    agreed = stands.group_by("message", "code").agg(pl.col("applies").all(), pl.col("conversation").first())
    lead = scan(case, "sightings").filter("lead").select(pl.col("message"), pl.col("ordinal"))
    rows = agreed.filter("applies").join(lead, on="message", how="inner")
    return collect(rows.select("conversation", "ordinal", "message", "code").sort("conversation", "ordinal", "code"))
