"""When messages were sent, and what is odd about it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from upstander.evidence.capture import Capture
from upstander.evidence.sources.whatsapp_text.judging import NO_TIME
from upstander.evidence.sources.whatsapp_text.scanning import Integers
from upstander.evidence.sources.whatsapp_text.zones import to_utc
from upstander.model import message_id

__all__ = ["NO_INSTANT", "Times"]

#: Milliseconds of a message whose time cannot be told.
NO_INSTANT = -(2**62)

_LATEST = 4_102_444_800  # 2100-01-01
#: Seconds that times may run backwards before it is said: an export in minutes sorts within one.
_BACKWARDS = 60
#: Places where times run backwards that are listed; the rest are counted: nobody looks at hundreds.
_LISTED = 20


@dataclass(slots=True)
class _Tally:
    """How many messages something is so of, and where the first and the last of them stand."""

    count: int = 0
    first: int = 0
    last: int = 0
    end: int = 0

    def add(self, rows: Integers, places: Integers, ends: Integers) -> None:
        """Count `rows`, whose messages stand at `places` and are over at `ends`."""
        if len(rows):
            if not self.count:
                self.first = int(places[rows[0]])
            self.count += len(rows)
            self.last, self.end = int(places[rows[-1]]), int(ends[rows[-1]])


@dataclass
class Times:
    """The times of one document, piece by piece."""

    capture: Capture
    conversation: str
    zone: str
    ambiguous: _Tally = field(default_factory=_Tally)
    missing: _Tally = field(default_factory=_Tally)
    #: Those beyond the first, which are listed.
    backwards: _Tally = field(default_factory=_Tally)
    #: Times in a repeated hour that the order of the file puts into its second pass.
    second: int = 0
    #: By the start of each repeated hour: the latest time so far, and whether its second pass has begun.
    _hours: dict[int, tuple[int, bool]] = field(default_factory=dict)
    _said: int = 0
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
        seconds = read.seconds
        if len(read.ambiguous):
            later = self._later(local[rows][read.ambiguous], read.low)
            self.second += int(later.sum())
            seconds = seconds.copy()
            seconds[read.ambiguous] += np.where(later, read.length, 0)
        self.ambiguous.add(read.ambiguous, places[rows], ends[rows])
        self.missing.add(read.missing, places[rows], ends[rows])
        result = np.full(len(local), NO_INSTANT, np.int64)
        result[rows] = seconds * 1000
        twice = np.zeros(len(seconds), np.bool_)
        twice[read.ambiguous] = True
        self._order(local[rows], places[rows], ends[rows], twice)
        return result

    def finish(self) -> None:
        """Say how many times a clock change made doubtful, and how many more run backwards than were listed."""
        taken = "the earlier reading was taken"
        if self.second:
            taken += f", but for {self.second:,} that the order of the file puts after the change"
        for tally, kind, detail in (
            (self.ambiguous, "ambiguous_local_time",
             f"times fall in an hour that a clock change of {self.zone} repeats; {taken}"),
            (self.missing, "missing_local_time",
             f"times fall in an hour that a clock change of {self.zone} skips, and were read one hour later"),
            (self.backwards, "times_run_backwards",
             "further messages are stamped earlier than the one before them, and are not listed; the order of the"
             " export was kept"),
        ):  # fmt: skip
            if tally.count:
                self.capture.warn(
                    kind,
                    f"{tally.count:,} {detail}; the first starts at byte {tally.first}, the last at byte {tally.last}",
                    conversation=self.conversation,
                    message=message_id(self.conversation, tally.first),
                    byte_start=tally.first,
                    byte_end=tally.end,
                )

    def _later(self, local: Integers, low: Integers) -> npt.NDArray[np.bool_]:
        """Which of the times in repeated hours, that start at `low`, belong to the second pass.

        The file is in order, so a time earlier than one before it in the same hour is after the clock went back.
        """
        later = np.zeros(len(local), np.bool_)
        for hour in np.unique(low).tolist():
            rows = np.flatnonzero(low == hour)
            latest, begun = self._hours.get(hour, (hour, False))
            peaks = np.maximum.accumulate(np.append(latest, local[rows]))
            later[rows] = begun | np.logical_or.accumulate(local[rows] < peaks[:-1] - _BACKWARDS)
            self._hours[hour] = int(peaks[-1]), bool(later[rows[-1]])
        return later

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

    def _backwards(self, rows: Integers, steps: Integers, places: Integers, ends: Integers) -> None:
        room = max(0, _LISTED - self._said)
        for row in rows[:room].tolist():
            self.capture.warn(
                "times_run_backwards",
                f"the message is stamped {-int(steps[row - 1]):,} seconds earlier than the one before it; the order of"
                " the export was kept",
                conversation=self.conversation,
                message=message_id(self.conversation, int(places[row])),
                byte_start=int(places[row]),
                byte_end=int(ends[row]),
            )
        self._said += len(rows[:room])
        self.backwards.add(rows[room:], places, ends)

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
