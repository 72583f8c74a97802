"""Who knew of one message: the answer to `upstander who`, put together from the ladder, the responses and a roster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl

from upstander.errors import UsageError
from upstander.people.own import UNDATED
from upstander.people.presence import OUT, Presence, Standing
from upstander.people.rows import narrowed, strings
from upstander.people.silence import DAY, Silence
from upstander.people.supervisors import Named, Office, Offices, offices
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Knower", "Knowledge", "find", "knowers", "persons_named", "who"]

#: Characters of an id that are enough to look for it by its beginning.
_BEGINNING = 4


@dataclass(frozen=True, slots=True)
class Knower:
    """One person, one message: where they stand, and what they did about it."""

    standing: Standing
    office: Office | None
    #: Whether a roster names them as somebody's supervisor, and as the author's.
    supervisor: bool
    authors_supervisor: bool
    #: reply, reaction, reaction_withdrawn; with the reply's id, the emoji, and the lag in milliseconds.
    acts: tuple[tuple[str, str | None, int | None], ...]
    #: Lag of their next own post in milliseconds, absent where there is none or the message has no time.
    next_post: int | None
    left: bool
    #: Messages posted in the conversation within the window after the message, and their own among them; absent where
    #: the message has no time.
    posted: int | None
    own_posts: int | None


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All that is known of who knew of a message."""

    conversation: str
    title: str | None
    message: str
    ordinal: int
    at: datetime | None
    author: str | None
    label: str | None
    kind: str
    text: str | None
    window: int
    #: Who could act first: supervisors, then the others, each by rung; those who were not in come last.
    people: tuple[Knower, ...]
    #: Lines of the roster that fit nobody, or more than one.
    unplaced: tuple[str, ...]


def find(case: Case, asked: str) -> tuple[str, int]:
    """Conversation and ordinal of the message of that id, beginning of an id, or platform key.

    Raises `UsageError` unless it is exactly one.
    """
    sightings = scan(case, "sightings")
    places = [pl.col("conversation").cast(pl.String), pl.col("ordinal")]
    found = sightings.filter(pl.col("sighting") == asked).select(places).collect()
    if found.is_empty():
        keyed = scan(case, "messages").filter(pl.col("platform_key") == asked)
        joined = keyed.select(pl.col("message").alias("sighting")).join(sightings, on="sighting")
        found = joined.select(places).unique().collect()
    if found.is_empty() and len(asked) >= _BEGINNING:
        found = sightings.filter(pl.col("sighting").str.starts_with(asked)).select(places).unique().head(3).collect()
    if found.height == 1:
        return found.row(0)
    if found.is_empty():
        if not persons_known(case):
            name = case.path.name
            raise UsageError(f"who was there is not worked out yet in case {name}: `upstander rebuild {name}` does it")
        raise UsageError(
            f"case {case.path.name} has no message {asked!r}; give an id as `upstander messages --json` shows it, the"
            " beginning of exactly one, or a platform key"
        )
    raise UsageError(f"{asked!r} fits more than one message of case {case.path.name}; give more of it")


def persons_known(case: Case) -> bool:
    """Whether the case has persons at all."""
    return bool(scan(case, "persons").select(pl.len()).collect().item())


def persons_named(case: Case, people: Sequence[str] | None = None) -> list[Named]:
    """What the persons (all, or those) are known by."""
    lazy = strings(scan(case, "persons"))
    if people is not None:
        lazy = lazy.filter(pl.col("person").is_in(list(people)))
    rows = lazy.select("person", "label", "handle", "name", "number").collect()
    names: dict[str, set[str]] = {}
    numbers: dict[str, set[str]] = {}
    for person, label, handle, name, number in rows.iter_rows():
        names.setdefault(person, set()).update(word for word in (label, handle, name) if word)
        numbers.setdefault(person, set()).update([number] if number else [])
    return [Named(person, frozenset(names[person]), frozenset(numbers[person])) for person in sorted(names)]


def who(case: Case, asked: str, *, roster: Path | None, window: int = 7 * DAY) -> Knowledge:
    """Who knew of the message that `asked` names. Raises `UsageError`, `BadRoster`."""
    conversation, ordinal = find(case, asked)
    presence = Presence.open(case, conversation)
    of = presence.of
    held = offices(roster, persons_named(case))
    author = int(of.author[ordinal])
    known = knowers(presence, ordinal, held, window=window)
    said = _said(case, conversation, ordinal)
    at = int(of.at[ordinal])
    return Knowledge(
        conversation=conversation,
        title=said["title"],
        message=said["message"],
        ordinal=ordinal,
        at=datetime.fromtimestamp(at / 1000, UTC) if at != UNDATED else None,
        author=of.ids[author] if author >= 0 else None,
        label=of.labels[author] if author >= 0 else None,
        kind=said["kind"],
        text=said["text"],
        window=window,
        people=known,
        unplaced=held.unplaced,
    )


def knowers(
    presence: Presence, ordinal: int, held: Offices | None = None, *, window: int = 7 * DAY
) -> tuple[Knower, ...]:
    """Everybody of an open conversation, as they stand to the message at `ordinal`: who could act first.

    `held` are the offices of a roster, where there is one; `window` is in milliseconds.
    """
    of, offices_held = presence.of, held or Offices()
    author = int(of.author[ordinal])
    written = of.ids[author] if author >= 0 else None
    silent = presence.silence([ordinal], window=window)
    place = {person: number for number, person in enumerate(of.ids)}
    acts: dict[int, list[int]] = {}
    for number in _range(of.acts.ordinal, ordinal):
        acts.setdefault(int(of.acts.person[number]), []).append(number)
    found = [
        _knower(presence, standing, place[standing.person], acts, silent, offices_held, written)
        for standing in presence.ladder(ordinal)
    ]
    found.sort(
        key=lambda knower: (knower.standing.strongest in OUT, not knower.authors_supervisor, not knower.supervisor)
    )
    return tuple(found)


def _knower(
    presence: Presence,
    standing: Standing,
    place: int,
    acted: Mapping[int, Sequence[int]],
    silent: Silence,
    held: Offices,
    author: str | None,
) -> Knower:
    acts = presence.of.acts
    office = held.of.get(standing.person)
    written = held.of.get(author) if author else None
    return Knower(
        standing=standing,
        office=office,
        supervisor=standing.person in held.supervisors,
        authors_supervisor=written is not None and written.supervisor == standing.person,
        acts=tuple(
            (
                acts.act[number],
                acts.response[number] or acts.emoji[number],
                int(acts.lag[number]) if acts.lag[number] >= 0 else None,
            )
            for number in acted.get(place, ())
        ),
        next_post=int(silent.lag[place, 0]) if silent.lag[place, 0] >= 0 else None,
        left=bool(silent.left[place, 0]),
        posted=int(silent.posted[0]) if silent.posted[0] >= 0 else None,
        own_posts=int(silent.own_posts[place, 0]) if silent.own_posts[place, 0] >= 0 else None,
    )


def _range(ordinals: Any, ordinal: int) -> range:
    first, last = ordinals.searchsorted([ordinal, ordinal + 1])
    return range(int(first), int(last))


def _said(case: Case, conversation: str, ordinal: int) -> dict[str, Any]:
    """What the sighting that stands for the message shows."""
    sighting = (
        strings(narrowed(scan(case, "sightings"), [conversation]))
        .filter(pl.col("ordinal") == ordinal, pl.col("lead"))
        .select("sighting", "message", "capture")
        .collect()
        .row(0, named=True)
    )
    told = strings(narrowed(scan(case, "messages"), [sighting["capture"]])).filter(
        pl.col("message") == sighting["sighting"]
    )
    row = told.select("kind", "text").collect().row(0, named=True)
    title = scan(case, "conversations").filter(pl.col("conversation") == sighting["capture"]).select("title").collect()
    return {**row, "message": sighting["message"], "title": title.item() if title.height else None}
