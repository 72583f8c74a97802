"""Reasons that two participants are one person, each with what it rests on: the exact ones."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import polars as pl

from upstander.people.coauthors import Coauthors
from upstander.people.participants import Participants, account, number
from upstander.people.rows import strings
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["EXACT", "Reason", "exact"]

#: Reasons that are applied, the strongest first: what the platform itself says before what is concluded.
EXACT = ("same_account", "same_number", "linked_id", "number_changed", "same_messages")


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason that participants `a` and `b` (places) may be one person."""

    a: int
    b: int
    reason: str
    #: 1 where exact.
    score: float
    detail: str
    #: Messages that the one capture says are by `a` and the other by `b`.
    shared: int = 0


def exact(case: Case, known: Participants, coauthors: Sequence[Coauthors]) -> Iterator[Reason]:
    """Exact reasons. Equal keys make a star about the first participant that has one, so their number is linear."""
    keys: dict[str, list[tuple[int, str, str]]] = {}
    for place, row in enumerate(known.rows):
        platform = row.capture.platform
        written = account(platform, row.handle)
        if written:
            keys.setdefault(written, []).append((place, "same_account", row.handle))
        if row.number:
            keys.setdefault(f"number {row.number}", []).append((place, "same_number", row.number))
        if row.linked_id:
            linked = account(platform, row.linked_id) or f"{platform} {row.linked_id}"
            keys.setdefault(linked, []).append((place, "linked_id", row.linked_id))
        if row.owner:
            own = f"own {row.capture.exhibit} {row.capture.source} {row.handle}"
            keys.setdefault(own, []).append((place, "same_account", "the exporting account itself"))
    for place, key, written in _changed(case, known):
        keys.setdefault(key, []).append((place, "number_changed", written))
    for _, holders in sorted(keys.items()):
        yield from _star(holders)
    for pair in coauthors:
        if pair.exact:
            yield Reason(pair.a, pair.b, "same_messages", 1.0, pair.detail, shared=pair.shared)


def _star(holders: Sequence[tuple[int, str, str]]) -> Iterator[Reason]:
    hub, how, _ = min(holders)
    seen = set()
    for place, reason, written in sorted(holders):
        if place == hub or (place, reason) in seen:
            continue
        seen.add((place, reason))
        # What one side has at second hand makes the reason: a linked id or a change of number.
        by = reason if reason in ("linked_id", "number_changed") else how
        yield Reason(hub, place, by, 1.0, _DETAILS[by].format(written))


_DETAILS = {
    "same_account": "both are {} on the platform",
    "same_number": "both have the number {}",
    "linked_id": "the platform links them: {}",
    "number_changed": "the platform says that the one changed its number to {}",
}


def _changed(case: Case, known: Participants) -> Iterator[tuple[int, str, str]]:
    """Who changed their number to what: the participant of old and the key of the new account or number."""
    lazy = strings(scan(case, "membership_events")).filter(
        pl.col("kind") == "number_changed", pl.col("participant").is_not_null(), pl.col("detail").is_not_null()
    )
    rows = lazy.select("conversation", "participant", "detail").unique().sort(pl.all()).collect()
    for capture, handle, detail in rows.iter_rows():
        place = known.place(capture, handle)
        if place is None:
            continue
        new = account(known.rows[place].capture.platform, detail)
        called = number(detail)
        if new:
            yield place, new, detail
        elif called:
            yield place, f"number {called}", called
        else:
            other = known.place(capture, detail)
            if other is not None:
                yield place, f"named {capture} {detail}", detail
                yield other, f"named {capture} {detail}", detail
