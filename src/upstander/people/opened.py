"""One conversation opened for questions about single messages: arrays by ordinal and by person, loaded once.

All arrays are linear in sightings, posts, receipts and responses; nothing has a cell for every message and person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.errors import UsageError
from upstander.people.holds import Strings
from upstander.people.own import UNDATED, read_up_to
from upstander.people.receipts import Receipts, receipts
from upstander.people.rosters import Digests, load
from upstander.people.rows import Capture, Ints, captures, milliseconds, narrowed, strings
from upstander.people.spells import Spell
from upstander.people.stretches import Stretch, clock, membership
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Acts", "Opened", "Receipts", "opened"]

_Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Acts:
    """Responses by ordinal (ascending)."""

    ordinal: Ints
    person: _Codes
    act: Strings
    #: Null where there is none, as with the emoji of a reply.
    response: Strings
    emoji: Strings
    lag: Ints


@dataclass(frozen=True)
class Opened:
    """A conversation's arrays."""

    conversation: str
    captures: Sequence[Capture]
    #: Persons of the conversation by place: ids and labels.
    ids: Sequence[str]
    labels: Sequence[str]
    #: Times by ordinal, never running backwards, `UNDATED` before the first time.
    at: Ints
    #: Author by ordinal (place of the person), -1 for a system event.
    author: _Codes
    #: Ordinals of each person's posts, ascending.
    posts: Sequence[Ints]
    #: How many authored messages there are before each ordinal, and after the last.
    authored: Ints
    spells: Sequence[Sequence[Spell]]
    stretches: Sequence[Sequence[Stretch]]
    #: Own captures by person: reference, ordinals held, one past what was read.
    own: Mapping[int, Sequence[tuple[str, Ints, int]]]
    receipts: Receipts
    acts: Acts
    #: Administrators by the last word of any capture.
    administrators: frozenset[int]
    #: When history was shared with joiners, and the event that says so.
    shared: Sequence[tuple[int, str]]
    #: Roster digests, and the accounts that they may be made of.
    digests: Digests
    _hashes: npt.NDArray[np.uint64]
    _ordinals: Ints

    def ordinal(self, message: str) -> int | None:
        """Place of the message that the id of any of its sightings names."""
        return self.places([message])[0]

    def places(self, messages: Sequence[str]) -> list[int | None]:
        """The same of many: None for each that is not of the conversation."""
        wanted = pl.Series(messages, dtype=pl.String).hash().to_numpy()
        found = np.searchsorted(self._hashes, wanted)
        return [
            int(self._ordinals[place]) if place < len(self._hashes) and self._hashes[place] == one else None
            for place, one in zip(found.tolist(), wanted, strict=True)
        ]


def opened(case: Case, conversation: str) -> Opened:
    """Load the conversation. Raises `UsageError` where the case has none of that id."""
    of = [capture for capture in captures(case) if capture.conversation == conversation]
    if not of:
        raise UsageError(f"the case has no conversation {conversation}; `upstander captures` lists them")
    names = [capture.capture for capture in of]
    who = (
        scan(case, "persons")
        .filter(pl.col("conversation").cast(pl.String) == conversation)
        .select("person", "label", pl.col("capture").cast(pl.String), "handle", "owner")
        .collect()
    )
    ids = who["person"].unique().sort().to_list()
    place = {person: number for number, person in enumerate(ids)}
    labels = dict(zip(who["person"], who["label"], strict=True))
    who = who.with_columns(pl.col("person").replace_strict(place, return_dtype=pl.Int32).alias("code"))
    handles = who.select("capture", pl.col("handle").alias("author"), "code")
    lead = _lead(case, conversation, names, handles)
    size = int(lead["ordinal"][-1]) + 1 if lead.height else 0
    at = np.full(size, UNDATED, np.int64)
    at[lead["ordinal"].to_numpy()] = lead["at"].fill_null(UNDATED).to_numpy()
    at = clock(at)
    author = np.full(size, -1, np.int32)
    author[lead["ordinal"].to_numpy()] = lead["code"].fill_null(-1).to_numpy()
    sightings = _sightings(case, conversation)
    spells = _spells(case, conversation, place, [labels[person] for person in ids])
    events = strings(narrowed(scan(case, "membership_events"), names))
    ends = dict(sightings.group_by("capture").agg(pl.col("at").max()).drop_nulls().iter_rows())
    telling = (
        events.filter(pl.col("kind").is_in(["created", "added", "joined", "left", "removed"]))
        .filter(pl.col("evidence") == "system_event")
        .select("conversation")
        .unique()
        .collect()["conversation"]
    )
    covered = max((ends[name] for name in telling if name in ends), default=None)
    by_hash = sightings.select(pl.col("sighting").hash().alias("hash"), "ordinal").sort("hash")
    return Opened(
        conversation=conversation,
        captures=of,
        ids=ids,
        labels=[labels[person] for person in ids],
        at=at,
        author=author,
        posts=_posts(author, len(ids)),
        authored=np.concatenate([[0], np.cumsum(author >= 0)]),
        spells=spells,
        stretches=[membership(entry, at, covered) for entry in spells],
        own=_own(case, of, who, sightings),
        receipts=receipts(case, conversation, names, handles, sightings),
        acts=_acts(case, conversation, place),
        administrators=_administrators(case, names, handles),
        shared=_shared(events, sightings),
        digests=load(case, names, who, sightings),
        _hashes=by_hash["hash"].to_numpy(),
        _ordinals=by_hash["ordinal"].to_numpy(),
    )


def _lead(case: Case, conversation: str, names: Sequence[str], handles: pl.DataFrame) -> pl.DataFrame:
    """One row an ordinal: time, and the author's place."""
    rows = (
        narrowed(scan(case, "sightings"), [conversation])
        .filter(pl.col("lead"))
        .select("ordinal", "sighting", "capture", milliseconds("at"))
    )
    told = narrowed(scan(case, "messages"), names).select(pl.col("message").alias("sighting"), "author")
    categories = handles.with_columns(pl.col("capture", "author").cast(pl.Categorical))
    return (
        rows.join(told, on="sighting", how="left")
        .join(categories.lazy(), on=["capture", "author"], how="left")
        .select("ordinal", "at", "code")
        .sort("ordinal")
        .collect(engine="streaming")
    )


def _sightings(case: Case, conversation: str) -> pl.DataFrame:
    return (
        narrowed(scan(case, "sightings"), [conversation])
        .select("ordinal", "sighting", "capture", milliseconds("at"))
        .collect()
    )


def _posts(author: _Codes, size: int) -> list[Ints]:
    order = np.argsort(author, kind="stable")
    bounds = np.searchsorted(author[order], np.arange(size + 1))
    return [order[bounds[code] : bounds[code + 1]] for code in range(size)]


def _spells(case: Case, conversation: str, place: Mapping[str, int], labels: Sequence[str]) -> list[list[Spell]]:
    """Spells by person; who added or removed them is called by their label."""
    found: list[list[Spell]] = [[] for _ in labels]
    bounds = ("since_earliest", "since_latest", "until_earliest", "until_latest")
    rows = strings(narrowed(scan(case, "memberships"), [conversation]).with_columns(*map(milliseconds, bounds)))
    for row in rows.sort("person", "ordinal").collect().iter_rows(named=True):
        person = place.get(row.pop("person"))
        if person is not None:
            del row["conversation"], row["ordinal"]
            for name in ("began_by", "ended_by"):
                row[name] = labels[place[row[name]]] if row[name] in place else row[name]
            found[person].append(Spell(**row))
    return found


def _own(
    case: Case, of: Sequence[Capture], who: pl.DataFrame, sightings: pl.DataFrame
) -> dict[int, list[tuple[str, Ints, int]]]:
    own: dict[int, list[tuple[str, Ints, int]]] = {}
    for capture in of:
        owners = who.filter(pl.col("owner"), pl.col("capture") == capture.capture)["code"].unique().to_list()
        if len(owners) != 1:
            continue
        held = sightings.filter(pl.col("capture") == capture.capture).sort("ordinal")
        if capture.read_through is not None:
            keys = strings(narrowed(scan(case, "messages"), [capture.capture]))
            keys = keys.filter(pl.any_horizontal(pl.col("platform_key", "row", "message") == capture.read_through))
            marked = keys.select(pl.col("message").alias("sighting"), "platform_key", "row").collect()
            held = held.join(marked, on="sighting", how="left").sort("ordinal")
        own.setdefault(owners[0], []).append((capture.reference, held["ordinal"].to_numpy(), read_up_to(held, capture)))
    return own


def _acts(case: Case, conversation: str, place: Mapping[str, int]) -> Acts:
    rows = (
        strings(narrowed(scan(case, "responses"), [conversation]))
        .select("ordinal", "person", "act", "response", "emoji", "lag_ms")
        .sort("ordinal", "person", "act", "response", "emoji")
        .collect()
        .filter(pl.col("person").is_in(list(place)))
    )
    return Acts(
        ordinal=rows["ordinal"].to_numpy(),
        person=rows["person"].replace_strict(place, return_dtype=pl.Int32).to_numpy(),
        act=rows["act"].to_list(),
        response=rows["response"],
        emoji=rows["emoji"],
        lag=rows["lag_ms"].fill_null(-1).to_numpy(),
    )


def _administrators(case: Case, names: Sequence[str], handles: pl.DataFrame) -> frozenset[int]:
    rows = (
        strings(narrowed(scan(case, "participants"), names))
        .filter(pl.col("standing") == "administrator")
        .select(pl.col("conversation").alias("capture"), pl.col("handle").alias("author"))
        .collect()
    )
    return frozenset(rows.join(handles, on=["capture", "author"])["code"].to_list())


def _shared(events: pl.LazyFrame, sightings: pl.DataFrame) -> list[tuple[int, str]]:
    rows = (
        events.filter(pl.col("kind") == "history_shared", pl.col("message").is_not_null())
        .select("message")
        .join(sightings.lazy().select(pl.col("sighting").alias("message"), "ordinal"), on="message")
        .sort("ordinal", "message")
        .collect()
    )
    return [(ordinal, message) for message, ordinal in rows.select("message", "ordinal").iter_rows()]
