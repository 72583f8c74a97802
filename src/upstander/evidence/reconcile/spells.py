"""When the owner of a capture was in the conversation, as its own notices and those of the other captures say.

Only what bears on what the capture can hold; who was in a conversation, person by person, is computed elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl

from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.spine import Placed
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Notices", "Spells", "notices", "spells", "timers"]

#: What text exports call the phone's owner, in the languages whose notices are read.
_YOU = frozenset({"me", "you", "du", "sie", "vous", "tú", "usted", "você", "tu", "je", "jij", "u", "ti"})

_IN = frozenset({"created", "added", "joined"})
_OUT = frozenset({"left", "removed"})


@dataclass(frozen=True, slots=True)
class Spells:
    """Changes of the owner's membership, by time (ms): +1 in, -1 out. Empty where nothing is said."""

    at: tuple[int, ...]
    change: tuple[int, ...]
    #: Whether they are those of somebody who may be the owner, because nothing says who that is.
    supposed: bool = False

    def state(self, at: int) -> str:
        """`member`, `before_join`, `after_leave`, or `unknown` where nothing before or after says it."""
        before = [change for time, change in zip(self.at, self.change, strict=True) if time <= at]
        if before:
            return "member" if before[-1] > 0 else "after_leave"
        if not self.change:
            return "unknown"
        return "before_join" if self.change[0] > 0 else "member"

    def states(self, at: np.ndarray) -> np.ndarray:
        """The same for many times: 0 member or unknown, 1 before joining, 2 after leaving."""
        if not self.at:
            return np.zeros(len(at), np.int8)
        place = np.searchsorted(np.array(self.at), at, side="right")
        change = np.array([1 if self.change[0] > 0 else -1, *self.change])
        # Before the first change, the opposite of it held.
        found = np.where(change[place] > 0, 0, 2)
        return np.where(place == 0, 1 if self.change[0] > 0 else 0, found).astype(np.int8)


@dataclass(frozen=True, slots=True)
class Notices:
    """What notices say of members and timers: rows (capture, kind, participant, message id or None, ms or None)."""

    members: Mapping[str, tuple[tuple[str, str | None, str | None, int | None], ...]]
    #: Changes of the timer by capture: message id, seconds (None: not stated).
    timers: Mapping[str, tuple[tuple[str, int | None], ...]]


def notices(case: Case) -> Notices:
    """Read the notices of every capture."""
    members: dict[str, list[tuple[str, str | None, str | None, int | None]]] = {}
    kinds = [*_IN, *_OUT]
    rows = (
        scan(case, "membership_events")
        .with_columns(pl.col("kind", "conversation").cast(pl.String))
        .filter(pl.col("kind").is_in(kinds), pl.col("evidence").cast(pl.String) == "system_event")
        .select("conversation", "kind", "participant", "actor", "message", pl.col("at").dt.epoch("ms"), "position")
        .collect()
        .sort("conversation", "position")
    )
    for capture, kind, participant, actor, message, at, _ in rows.rows():
        who = participant or (actor if kind in ("created", "left", "joined") else None)
        members.setdefault(capture, []).append((kind, who, message, at))
    timers: dict[str, list[tuple[str, int | None]]] = {}
    changed = (
        scan(case, "messages")
        .filter(pl.col("event") == "timer_changed")
        .select(pl.col("conversation").cast(pl.String), "message", "text")
        .collect()
        .sort("conversation", "message")
    )
    for capture, message, text in changed.rows():
        timers.setdefault(capture, []).append((message, _seconds(text)))
    return Notices({k: tuple(v) for k, v in members.items()}, {k: tuple(v) for k, v in timers.items()})


_UNITS = (("second", 1), ("minute", 60), ("hour", 3600), ("day", 86_400), ("week", 604_800), ("month", 2_592_000))
_OFF = (
    "turned off",
    "off disappearing",
    "ausgeschaltet",
    "deaktiviert",
    "désactivé",
    "desactivó",
    "desativou",
    "disattivato",
    "uitgezet",
)


def _seconds(text: str | None) -> int | None:
    """The length of a timer that a notice states; 0 where it was switched off, None where it does not say."""
    if text is None:
        return None
    written = text.strip().casefold()
    if written.isdigit():
        return int(written)
    if any(word in written for word in _OFF):
        return 0
    words = written.replace("-", " ").split()
    for number, unit in pairwise(words):
        if number.isdigit():
            for name, seconds in _UNITS:
                if unit.startswith(name):
                    return int(number) * seconds
    return None


def spells(joined: Joined, said: Notices, places: Mapping[str, Mapping[str, int]]) -> dict[str, Spells]:
    """The owner's spells, by capture. `places` gives the row of a message id in its capture."""
    found = {}
    for here in joined.placed:
        own = _own_names(here.held.capture, joined)
        changes: set[tuple[int, int]] = set()
        for other in joined.placed:
            mine = other.held.capture == here.held.capture
            names = own.get(other.held.capture, frozenset())
            for kind, who, message, at in said.members.get(other.held.capture, ()):
                if who is None or not (who in names or (mine and who.casefold() in _YOU)):
                    continue
                time = _when(message, at, other, joined, places)
                if time is not None:
                    changes.add((time, 1 if kind in _IN else -1))
        found[here.held.capture] = Spells(*_settled(sorted(changes)))
        if not changes and not here.held.own.any() and (here.held.account or "me").casefold() in _YOU:
            found[here.held.capture] = _supposed(here, joined, said, places)
    return found


def _supposed(here: Placed, joined: Joined, said: Notices, places: Mapping[str, Mapping[str, int]]) -> Spells:
    """Changes of whoever may be the owner of a capture that never wrote and whose account nobody knows.

    That is anybody whom notices name and whom this capture never shows writing. Where there are several, the owner is
    taken to be out whenever one of them is: what was sent then is not known to be lacking.
    """
    shown = np.unique(joined.spine.author[here.message[here.held.author >= 0]])
    writers = set(here.held.authors)
    for other in joined.placed:
        mine = np.isin(joined.spine.author[other.message], shown) & (other.held.author >= 0)
        writers |= {other.held.authors[number] for number in np.unique(other.held.author[mine]).tolist()}
    of_each: dict[str, set[tuple[int, int]]] = {}
    for other in joined.placed:
        for kind, who, message, at in said.members.get(other.held.capture, ()):
            if who is None or who in writers or who.casefold() in _YOU:
                continue
            time = _when(message, at, other, joined, places)
            if time is not None:
                of_each.setdefault(who, set()).add((time, 1 if kind in _IN else -1))
    settled = [_settled(sorted(changes)) for _, changes in sorted(of_each.items())]
    # In only while everybody who may be the owner is in, as far as is said.
    times = sorted({time for times, _ in settled for time in times})
    one = [Spells(times, changes) for times, changes in settled]
    changes = [(time, 1 if all(spell.state(time) == "member" for spell in one) else -1) for time in times]
    return Spells(*_settled(changes), supposed=True) if changes else Spells((), ())


def _when(
    message: str | None, at: int | None, here: Placed, joined: Joined, places: Mapping[str, Mapping[str, int]]
) -> int | None:
    """When a notice came: by the conversation's clock where it stands in a row, else as the export has it."""
    row = places[here.held.capture].get(message) if message else None
    return int(joined.spine.at[here.message[row]]) if row is not None else at


def _settled(changes: list[tuple[int, int]]) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The changes without those that say again what was so already."""
    kept: list[tuple[int, int]] = []
    for time, change in changes:
        if not kept or kept[-1][1] != change:
            kept.append((time, change))
    return tuple(time for time, _ in kept), tuple(change for _, change in kept)


def _own_names(capture: str, joined: Joined) -> dict[str, frozenset[str]]:
    """What the owner of a capture is called in every capture, by what the owner wrote and by the account's address."""
    here = next(placed for placed in joined.placed if placed.held.capture == capture)
    wrote = joined.spine.author[here.message[here.held.own]]
    numbers = np.flatnonzero(np.bincount(wrote[wrote >= 0]))
    names: dict[str, frozenset[str]] = {}
    for other in joined.placed:
        held = other.held
        called = {held.account} if held.capture == capture else set()
        # An author of what the owner's number wrote is the owner, whatever this capture calls them.
        mine = np.isin(joined.spine.author[other.message], numbers) & (held.author >= 0)
        called |= {held.authors[number] for number in np.flatnonzero(np.bincount(held.author[mine])).tolist()}
        names[held.capture] = frozenset(name for name in called if name)
    address = here.held.account
    if address and "@" in address:
        names = {capture: known | {address} for capture, known in names.items()}
    return names


def timers(joined: Joined, said: Notices, places: Mapping[str, Mapping[str, int]]) -> list[tuple[int, int | None]]:
    """Changes of the timer by time, with the seconds that any capture states."""
    found: dict[int, int | None] = {}
    for here in joined.placed:
        for message, seconds in said.timers.get(here.held.capture, ()):
            row = places[here.held.capture].get(message)
            if row is not None:
                number = int(here.message[row])
                known = found.get(number)
                found[number] = seconds if known is None else known
    return sorted((int(joined.spine.at[number]), seconds) for number, seconds in found.items())
