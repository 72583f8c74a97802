"""Evidence on who was in a conversation, brought onto the reconciled clock.

A system event is dated by its sighting, not by its capture: the phone's clock may be wrong. A member table is dated by
its own column where it has one, and holds at the capture's end otherwise.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from upstander.people.holds import Constant, SortedHolds, column, merged
from upstander.people.persons import Persons
from upstander.people.rows import SPANS, Capture, conversation_rows, milliseconds, narrowed, strings
from upstander.people.spells import Change, Hold
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Evidence", "created_at", "evidence"]

#: A WhatsApp group's key of the older kind: its creator's number, and when it was made (seconds).
_GROUP_KEY = re.compile(r"([0-9]{5,15})-([0-9]{9,10})@g\.us")

_ENTERS = ("created", "added", "joined")
_LEAVES = ("left", "removed")


@dataclass
class Evidence:
    """All that is known of who was in one conversation."""

    conversation: str
    #: Sightings, with author and kind, by ordinal and capture.
    rows: pl.DataFrame
    #: When each capture ends: the last message or event that it shows.
    ends: Mapping[str, int]
    #: By person.
    changes: dict[int, list[Change]] = field(default_factory=dict)
    holds: dict[int, list[Hold]] = field(default_factory=dict)
    posts: dict[int, SortedHolds] = field(default_factory=dict)
    floor: int | None = None
    #: Captures in which somebody is seen to come or go.
    telling: set[str] = field(default_factory=set)

    def of(self, person: int) -> SortedHolds:
        """Every hold of the person, posts and others together."""
        return merged(self.posts.get(person), self.holds.get(person, []))

    @property
    def people(self) -> list[int]:
        """Everybody that anything speaks of."""
        return sorted({*self.changes, *self.holds, *self.posts})


def created_at(key: str | None) -> tuple[str, int] | None:
    """Who made a group and when (milliseconds), where its WhatsApp key says so."""
    found = _GROUP_KEY.fullmatch(key or "")
    return (f"{found[1]}@s.whatsapp.net", int(found[2]) * 1000) if found else None


def evidence(case: Case, conversation: str, captures: Sequence[Capture], persons: Persons) -> Evidence:
    """Everything that the `captures` of a conversation say about who was in it."""
    names = [capture.capture for capture in captures]
    seen = ["capture", "at", "at_precision", "lead"]
    marks = ["platform_key", "row"] if any(capture.read_through for capture in captures) else []
    asked = conversation_rows(case, conversation, names, sightings=seen, messages=["author", *marks])
    rows = asked.sort("ordinal", "sighting").collect(engine="streaming")
    ends = dict(rows.group_by("capture").agg(pl.col("at").max()).drop_nulls().iter_rows())
    gathered = Evidence(conversation, rows, ends)
    for capture in captures:
        made = created_at(capture.platform_key)
        if made is not None:
            gathered.floor = made[1]
            person = persons.person(capture.capture, made[0])
            if person is not None and person not in gathered.changes:
                change = Change(made[1], made[1] + 999, True, "created", capture.capture, capture.capture)
                gathered.changes[person] = [change]
    _posts(gathered, persons)
    _events(case, gathered, captures, persons)
    _absences(gathered, captures, persons)
    _reached(case, gathered, captures, persons)
    return gathered


def _current(captures: Sequence[Capture], persons: Persons) -> dict[str, set[int]]:
    """Who is in each capture's member table, under whatever handle: a changed number leaves the old one as past."""
    names = {capture.capture for capture in captures}
    found: dict[str, set[int]] = {}
    for place, row in enumerate(persons.known.rows):
        if row.capture.capture in names and row.standing in ("member", "administrator"):
            found.setdefault(row.capture.capture, set()).add(persons.of[place])
    return found


def _posts(gathered: Evidence, persons: Persons) -> None:
    rows = gathered.rows
    authored = rows.filter(pl.col("author").is_not_null(), pl.col("at").is_not_null(), pl.col("lead"))
    pairs = authored.select("capture", "author").unique()
    who = [persons.person(capture, author) for capture, author in pairs.iter_rows()]
    authored = authored.join(
        pairs.with_columns(pl.Series("person", who, pl.Int64)), on=["capture", "author"], how="left"
    )
    authored = authored.filter(pl.col("person").is_not_null()).sort("person", "at", "ordinal")
    person = authored["person"].to_numpy()
    lo = authored["at"].to_numpy()
    hi = lo + authored["at_precision"].cast(pl.String).replace_strict(SPANS, return_dtype=pl.Int64).to_numpy()
    starts = np.flatnonzero(np.r_[True, person[1:] != person[:-1]]) if len(person) else np.array([], np.int64)
    for start, end in zip(starts, np.r_[starts[1:], len(person)], strict=False):
        gathered.posts[int(person[start])] = SortedHolds(
            lo[start:end], hi[start:end], Constant("first_post"), column(authored["sighting"], int(start))
        )


def _events(case: Case, gathered: Evidence, captures: Sequence[Capture], persons: Persons) -> None:
    names = [capture.capture for capture in captures]
    lazy = strings(narrowed(scan(case, "membership_events"), names)).with_columns(milliseconds("at"))
    dated = gathered.rows.lazy().select(
        pl.col("sighting").alias("message"), pl.col("at").alias("clock"), "at_precision", "ordinal"
    )
    rows = lazy.join(dated, on="message", how="left").sort("conversation", "position", "participant", "kind").collect()
    seen: set[tuple[int, int, str]] = set()
    current = _current(captures, persons)
    for row in rows.iter_rows(named=True):
        _event(row, gathered, persons, seen, current)


def _event(
    row: Mapping[str, object],
    gathered: Evidence,
    persons: Persons,
    seen: set[tuple[int, int, str]],
    current: Mapping[str, set[int]],
) -> None:
    capture, kind, handle, actor = (str(row["conversation"]), str(row["kind"]), row["participant"], row["actor"])
    person = persons.person(capture, handle)  # type: ignore[arg-type]
    doer = persons.person(capture, actor)  # type: ignore[arg-type]
    lo = row["clock"] if row["clock"] is not None else row["at"]
    place = str(row["message"] or f"{capture} {row['row']}")
    table = row["evidence"] in ("member_table", "past_member_table")
    if lo is None and not table:
        return
    span = SPANS[str(row["at_precision"])] if row["at_precision"] else 0
    by = None if actor is None else persons.ids[doer] if doer is not None else str(actor)
    if table:
        past = row["kind"] == "past_member" and person in current.get(capture, ())
        if person is not None and not past:
            _listed(row, gathered, person, lo, place)  # type: ignore[arg-type]
        return
    assert isinstance(lo, int)  # noqa: S101 - an event without a time was left out above
    if kind == "created" and person is None:
        person = doer
    if (
        doer is not None
        and doer != person
        and kind in (*_ENTERS, "removed", "administrator_added", "administrator_removed")
    ):
        gathered.holds.setdefault(doer, []).append(Hold(lo, lo + span, "unknown", place))
    if person is None:
        return
    if kind in _ENTERS or kind in _LEAVES:
        gathered.telling.add(capture)
        # The same event in another capture is the same message of the conversation.
        key = (person, int(row["ordinal"]), kind) if row["ordinal"] is not None else None  # type: ignore[call-overload]
        if key is None or key not in seen:
            if key is not None:
                seen.add(key)
            change = Change(lo, lo + span, kind in _ENTERS, kind, place, capture, by)
            gathered.changes.setdefault(person, []).append(change)
    elif kind in ("administrator_added", "number_changed"):
        gathered.holds.setdefault(person, []).append(Hold(lo, lo + span, "unknown", place))


def _listed(row: Mapping[str, object], gathered: Evidence, person: int, at: int | None, place: str) -> None:
    capture = str(row["conversation"])
    end = gathered.ends.get(capture)
    changes = gathered.changes.setdefault(person, [])
    if row["kind"] == "current_member":
        if row["detail"] == "pending":
            return
        if at is not None:
            changes.append(Change(at, at + 999, True, "recorded", place, capture))
        if end is not None:
            gathered.holds.setdefault(person, []).append(Hold(end, end, "member_table", place))
    elif row["kind"] == "past_member":
        kind = str(row["detail"]) if row["detail"] in _LEAVES else "recorded"
        if at is not None:
            changes.append(Change(at, at + 999, False, kind, place, capture))
        elif end is not None:
            changes.append(Change(end, end, False, "recorded", place, capture, seen=True))


def _reached(case: Case, gathered: Evidence, captures: Sequence[Capture], persons: Persons) -> None:
    """Whom a message reached: who has a receipt of it, or reacted to it, was in when it was sent or later.

    Between two changes the first and the last are kept, which is all that a bound can need: an own phone has receipts
    by the million.
    """
    names = [capture.capture for capture in captures]
    span = pl.col("at_precision").cast(pl.String).replace_strict(SPANS, return_dtype=pl.Int64)
    sent = gathered.rows.lazy().select(
        pl.col("sighting").alias("message"), pl.col("at").alias("lo"), (pl.col("at") + span).alias("hi")
    )
    times = pl.any_horizontal(pl.col("delivered_at", "read_at", "played_at").is_not_null())
    receipts = narrowed(scan(case, "receipts"), names).filter(times)
    reactions = narrowed(scan(case, "reactions"), names).select(*_REACHED, milliseconds("at"))
    found = pl.concat(
        [
            receipts.select(*_REACHED).join(sent, on="message"),
            # A reaction came after its message, by a clock that may be wrong: no later than it says is all it says.
            reactions.join(sent, on="message").with_columns(pl.max_horizontal("hi", "at").alias("hi")).drop("at"),
        ]
    )
    rows = (
        found.filter(pl.col("participant").is_not_null(), pl.col("lo").is_not_null())
        .drop("message")
        .sort("conversation", "participant", "lo", "row")
        .collect(engine="streaming")
    )
    for (capture, handle), group in rows.group_by("conversation", "participant", maintain_order=True):
        person = persons.person(str(capture), str(handle))
        if person is not None:
            _extremes(gathered, person, str(capture), group)


_REACHED = ("conversation", "participant", "message", "row")


def _extremes(gathered: Evidence, person: int, capture: str, group: pl.DataFrame) -> None:
    """Keep the first and the last of each gap between two changes."""
    changes = gathered.changes.get(person, [])
    cuts = np.array(sorted({change.lo for change in changes}), np.int64)
    lo, hi = group["lo"].to_numpy(), group["hi"].to_numpy()
    gap = np.searchsorted(cuts, lo, "right")
    edges = np.flatnonzero(np.r_[True, gap[1:] != gap[:-1]])
    for place in sorted({*edges.tolist(), *(edges[1:] - 1).tolist(), len(gap) - 1}):
        hold = Hold(int(lo[place]), int(hi[place]), "unknown", f"{capture} {group['row'][int(place)]}")
        gathered.holds.setdefault(person, []).append(hold)


def _absences(gathered: Evidence, captures: Sequence[Capture], persons: Persons) -> None:
    """Who is known to a capture that has a member table and is not in the table was out when the capture ended.

    Known means by a handle of that capture: of somebody who has none there, the table would not say that it is they.
    """
    tables = _current(captures, persons)
    handles: dict[str, set[int]] = {}
    for place, row in enumerate(persons.known.rows):
        handles.setdefault(row.capture.capture, set()).add(persons.of[place])
    for capture in captures:
        end = gathered.ends.get(capture.capture)
        listed = tables.get(capture.capture)
        if end is None or not listed or capture.kind == "direct":
            continue
        # The account's own row may stand under a handle that no exact reason joins to it.
        owner = persons.known.owners.get(capture.capture)
        for person in sorted(handles[capture.capture]):
            if person not in listed and (owner is None or persons.of[owner] != person):
                change = Change(end, end, False, "not_in_member_table", capture.capture, capture.capture, seen=True)
                gathered.changes.setdefault(person, []).append(change)
