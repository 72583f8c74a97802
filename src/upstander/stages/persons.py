"""One person of a case as a page shows them: who they are, where they were, and what their responses did."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.errors import UsageError
from upstander.people.listed import persons
from upstander.people.rows import strings
from upstander.review.stance.standing import standing
from upstander.storage import Case
from upstander.storage.kept import kept, tables_digest
from upstander.storage.scan import collect, scan

__all__ = ["Person", "Place", "Spell", "Stances", "person"]

#: What shows somebody in a conversation, or a message on their own phone.
_THERE = ("own_phone_past", "own_phone_holds", "verified_roster", "by_events", "by_inference")


@dataclass(frozen=True, slots=True)
class Spell:
    """One spell in one conversation; each bound is a range, and absent where nothing bounds it."""

    conversation: str
    since_earliest: datetime | None
    since_latest: datetime | None
    until_earliest: datetime | None
    until_latest: datetime | None
    began: str
    ended: str


@dataclass(frozen=True, slots=True)
class Place:
    """One conversation that they were in, or may have been."""

    conversation: str
    title: str | None
    spells: tuple[Spell, ...]
    #: Messages of it, those that were sent while something shows them there or that their own phone holds, and theirs.
    sent: int
    present: int
    own: int


@dataclass(frozen=True, slots=True)
class Stances:
    """Their responses to any message of others."""

    #: By stance, what somebody confirmed.
    confirmed: dict[str, int]
    #: By stance, what is guessed and nobody has confirmed.
    guessed: dict[str, int]


@dataclass(frozen=True, slots=True)
class Person:
    """One person of a case."""

    person: str
    label: str
    #: Columns of the persons table, one a participant.
    participants: tuple[dict[str, Any], ...]
    #: What joins their handles, and how often each reason does.
    reasons: dict[str, int]
    places: tuple[Place, ...]
    #: None where no response of the case was weighed.
    stances: Stances | None


def person(case: Case, asked: str) -> Person:
    """The person of that id. Raises `UsageError` where there is none."""
    entry = next((row for row in persons(case) if row["person"] == asked), None)
    if entry is None:
        raise UsageError(f"case {case.path.name} has no person {asked!r}")
    return Person(
        person=asked,
        label=entry["label"],
        participants=tuple(entry["participants"]),
        reasons=entry["reasons"],
        places=tuple(_places(case, asked, entry["participants"])),
        stances=_stances(case, asked),
    )


def _places(case: Case, asked: str, participants: Collection[dict[str, Any]]) -> list[Place]:
    spells: dict[str, list[Spell]] = {}
    for spell in _spells(case, asked):
        spells.setdefault(spell.conversation, []).append(spell)
    placed = strings(scan(case, "presence")).filter(pl.col("person") == asked, pl.col("rung").is_in(_THERE))
    stretches: dict[str, list[tuple[int, int]]] = {}
    for conversation, since, until in collect(
        placed.select("conversation", "since_ordinal", "until_ordinal")
    ).iter_rows():
        stretches.setdefault(conversation, []).append((since, until))
    sent = _sent(case, tables_digest(case, ("sightings", "messages")))
    own = _own(sent, participants)
    titles = _titles(case)
    made = []
    for conversation, mine in spells.items():
        ordinals = sent.ordinals.get(conversation, _NONE)
        there = sum(int(np.diff(np.searchsorted(ordinals, pair))[0]) for pair in stretches.get(conversation, []))
        title = titles.get(conversation)
        made.append(Place(conversation, title, tuple(mine), len(ordinals), there, own[conversation]))
    return sorted(made, key=lambda place: (-place.own, -place.present, place.conversation))


@dataclass(frozen=True, slots=True)
class _Sent:
    """What was sent in a case, counted once for all its persons."""

    #: By conversation, the ordinals of its messages, ascending.
    ordinals: Mapping[str, npt.NDArray[np.int64]]
    #: By capture and author, conversations and how many messages stand by that capture's row.
    by: Mapping[tuple[str, str], tuple[tuple[str, int], ...]]


_NONE = np.zeros(0, np.int64)


@lru_cache(maxsize=4)
def _sent(case: Case, of: str) -> _Sent:  # noqa: ARG001 - what tells an older one from a newer
    lead = strings(scan(case, "sightings").filter("lead", ~pl.col("notice")))
    rows = collect(lead.select("conversation", "ordinal").sort("conversation", "ordinal"))
    parted = rows.partition_by("conversation", as_dict=True, maintain_order=True, include_key=False)
    wrote = strings(scan(case, "messages").select(pl.col("message").alias("sighting"), "author"))
    told = lead.select("sighting", "capture", "conversation").join(wrote.drop_nulls(), on="sighting")
    counted = collect(told.group_by("capture", "author", "conversation").len().sort("conversation"))
    by: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for capture, author, conversation, count in counted.iter_rows():
        by.setdefault((capture, author), []).append((conversation, count))
    ordinals = {str(name): part["ordinal"].to_numpy() for (name,), part in parted.items()}
    return _Sent(ordinals, {key: tuple(found) for key, found in by.items()})


def _own(sent: _Sent, participants: Collection[dict[str, Any]]) -> Counter[str]:
    """By conversation, how many messages they wrote."""
    made: Counter[str] = Counter()
    for entry in participants:
        for conversation, count in sent.by.get((entry["capture"], entry["handle"]), ()):
            made[conversation] += count
    return made


def _stances(case: Case, asked: str) -> Stances | None:
    rows = standing(case)
    told = collect(rows.filter(pl.col("person") == asked).select("confirmed", "stance"))
    if told.is_empty() and collect(rows.select(pl.len())).item() == 0:
        return None
    confirmed = told.drop_nulls("confirmed").group_by("confirmed").len().sort("confirmed")
    guessed = told.filter(pl.col("confirmed").is_null()).group_by("stance").len().sort("stance")
    return Stances(dict(confirmed.iter_rows()), dict(guessed.iter_rows()))


def _spells(case: Case, asked: str) -> tuple[Spell, ...]:
    rows = _memberships(case).filter(person=asked)
    return tuple(Spell(**{name: row[name] for name in Spell.__slots__}) for row in rows.iter_rows(named=True))


@kept("memberships", most=4)
def _memberships(case: Case) -> pl.DataFrame:
    rows = strings(scan(case, "memberships")).sort("conversation", "ordinal")
    return collect(rows.select("person", *Spell.__slots__))


@kept("captures", "conversations", most=4)
def _titles(case: Case) -> dict[str, str]:
    """What each conversation is called, by the capture with the most to say: the first that has a title."""
    placed = strings(scan(case, "captures")).select("conversation", "capture")
    named = strings(scan(case, "conversations")).select(pl.col("conversation").alias("capture"), "title").drop_nulls()
    rows = collect(placed.join(named, on="capture").sort("conversation", "capture"))
    return dict(reversed(list(rows.select("conversation", "title").iter_rows())))
