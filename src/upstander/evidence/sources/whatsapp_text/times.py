"""When messages were sent, and what is odd about it."""

from dataclasses import dataclass, field

import numpy as np

from upstander.evidence.capture import Capture
from upstander.evidence.sources.whatsapp_text.judging import DAY_SECONDS, NO_TIME
from upstander.evidence.sources.whatsapp_text.scanning import Integers
from upstander.evidence.sources.whatsapp_text.zones import to_utc
from upstander.model import message_id

__all__ = ["NO_INSTANT", "Times"]

#: Milliseconds of a message whose time cannot be told.
NO_INSTANT = -(2**62)

_LATEST = 4_102_444_800  # 2100-01-01
#: Seconds that times may run backwards before it is said: an export in minutes sorts within one.
_BACKWARDS = 60


@dataclass
class Times:
    """The times of one document, piece by piece."""

    capture: Capture
    conversation: str
    zone: str
    ambiguous: int = 0
    missing: int = 0
    #: Local time and place of the last two messages with a time: neighbours of what comes next.
    _before: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    _places: Integers = field(default_factory=lambda: np.zeros(0, np.int64))
    _ends: Integers = field(default_factory=lambda: np.zeros(0, np.int64))

    def instants(self, local: Integers, places: Integers, ends: Integers) -> Integers:
        """Milliseconds since 1970 UTC of the messages at `places` in the document; `NO_INSTANT` where not known."""
        known = local != NO_TIME
        self._each("date_order_conflict", np.flatnonzero(~known), places, ends,
                   "the date cannot be read in the order of the other dates, or in the one stated; the message is kept"
                   " without a time")  # fmt: skip
        possible = known & (local >= 0) & (local < _LATEST)
        self._each("impossible_date", np.flatnonzero(known & ~possible), places, ends,
                   "the date is before 1970 or after 2100; the message is kept without a time")  # fmt: skip
        rows: Integers | slice = slice(None) if possible.all() else np.flatnonzero(possible)
        read = to_utc(local[rows], self.zone)
        self.ambiguous += len(read.ambiguous)
        self.missing += len(read.missing)
        result = np.full(len(local), NO_INSTANT, np.int64)
        result[rows] = read.seconds * 1000
        twice = np.zeros(len(read.seconds), np.bool_)
        twice[read.ambiguous] = True
        self._order(local[rows], places[rows], ends[rows], twice)
        return result

    def finish(self) -> None:
        """Say how many times a clock change made doubtful."""
        for count, kind, taken in (
            (self.ambiguous, "ambiguous_local_time", "repeats, and the earlier reading was taken"),
            (self.missing, "missing_local_time", "skips, and were read one hour later"),
        ):
            if count:
                self.capture.warn(
                    kind,
                    f"{count} times fall in an hour that a clock change of {self.zone} {taken}",
                    conversation=self.conversation,
                )

    def _order(self, local: Integers, places: Integers, ends: Integers, twice: np.ndarray) -> None:
        carried = len(self._before)
        local = np.concatenate((self._before, local))
        places = np.concatenate((self._places, places))
        ends = np.concatenate((self._ends, ends))
        self._before, self._places, self._ends = local[-2:].copy(), places[-2:].copy(), ends[-2:].copy()
        steps = np.diff(local)
        back = np.flatnonzero(steps < -_BACKWARDS) + 1
        if len(back):
            # The repeated hour of a clock change runs backwards on paper only.
            back = back[(back >= carried) & ~((back - carried < len(twice)) & (steps[back - 1] >= -3600)
                        & np.append(twice, False)[np.clip(back - carried, 0, len(twice))])]  # fmt: skip
            self._backwards(back, steps, places, ends)
        if not len(steps) or int(np.abs(steps).max()) <= DAY_SECONDS:
            return
        before, this, after = local[:-2], local[1:-1], local[2:]
        apart = (after >= before - _BACKWARDS) & (
            (this < before - DAY_SECONDS) | ((this > after + DAY_SECONDS) & (this > before + DAY_SECONDS))
        )
        self._each("header_like_line", np.flatnonzero(apart) + 1, places, ends,
                   "the message is stamped more than a day away from the messages before and after it, which are in"
                   " order; it was kept as a message and may be a line typed inside the one before")  # fmt: skip

    def _backwards(self, rows: Integers, steps: Integers, places: Integers, ends: Integers) -> None:
        listed = self.capture.listed("times_run_backwards")
        for row in rows[:listed].tolist():
            self.capture.warn(
                "times_run_backwards",
                f"the message is stamped {-int(steps[row - 1]):,} seconds earlier than the one before it; the order of"
                " the export was kept",
                conversation=self.conversation,
                message=message_id(self.conversation, int(places[row])),
                byte_start=int(places[row]),
                byte_end=int(ends[row]),
            )
        self.capture.warn_unlisted("times_run_backwards", max(0, len(rows) - listed))

    def _each(self, kind: str, rows: Integers, places: Integers, ends: Integers, detail: str) -> None:
        listed = self.capture.listed(kind)
        for row in rows[:listed].tolist():
            self.capture.warn(
                kind,
                detail,
                conversation=self.conversation,
                message=message_id(self.conversation, int(places[row])),
                byte_start=int(places[row]),
                byte_end=int(ends[row]),
            )
        self.capture.warn_unlisted(kind, max(0, len(rows) - listed))
