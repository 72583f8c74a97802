"""Finds lines that stand out of the sequence of a file's times: a jump of more than a day that is taken back."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

__all__ = ["FEW", "LONGEST", "Excursion", "excursions"]

Integers = npt.NDArray[np.int64]

_DAY = 86_400

#: So many times nearer must the neighbours of one excursion be than those of another for it to be clear which it is.
_NEARER = 4

#: So many lines in a row, or so many places in one buffer, may have been typed; more are a phone whose clock was wrong.
FEW = 3
#: So many lines in a row are looked at for the return of a jump; what goes on longer is another sequence.
LONGEST = 50


@dataclass(frozen=True, slots=True)
class Excursion:
    """Rows that are stamped more than a day away from the rows around them."""

    #: First row, and the one after the last.
    start: int
    end: int
    #: Whether the rows around it are in order, so that nothing but these rows is odd.
    clear: bool


@dataclass(frozen=True, slots=True)
class _Guess:
    start: int
    end: int
    #: Seconds from the row before to the row after: the nearer they are, the more it is what lies between that is odd.
    #: None where the document begins or ends there.
    gap: int | None
    clear: bool


def excursions(local: Integers, unknown: int, *, first: bool, final: bool) -> list[Excursion]:
    """The excursions in `local` seconds, of which some are `unknown`.

    `first` and `final` say that the document begins and ends with these rows: there an excursion has one neighbour.
    """
    known = np.flatnonzero(local != unknown)
    times = local[known]
    found: list[Excursion] = []
    done = 0
    # Of every excursion one end is a step back: the first if it goes back, the last if it goes forward.
    for at in (np.flatnonzero(np.diff(times) < -_DAY) + 1).tolist():
        if at < done:
            continue
        back, forward = _back(times, at, final=final), _forward(times, at, done, first=first)
        likely = _likely(back, forward)
        if likely is not None:
            found.append(Excursion(int(known[likely.start]), int(known[likely.end - 1]) + 1, likely.clear))
            done = likely.end
    return found


def _likely(back: _Guess | None, forward: _Guess | None) -> _Guess | None:
    """What is odd about a step back: the rows after it, or those before it; not clear where both may be."""
    if back is None or forward is None:
        return back or forward
    if back.gap is None and forward.gap is None:
        # The document is two parts, and the smaller is odd.
        return back if back.end - back.start <= forward.end - forward.start else forward
    if back.gap is None or forward.gap is None:
        sure, other = (forward, back) if back.gap is None else (back, forward)
        return sure if (sure.gap or 0) <= _DAY else replace(other, clear=False)
    # Of two that are as likely, what came first is the sequence, and what goes away from it is odd.
    near, far = (forward, back) if forward.gap <= back.gap else (back, forward)
    return replace(near, clear=near.clear and (far.gap or 0) > _NEARER * (near.gap or 0))


def _back(times: Integers, at: int, *, final: bool) -> _Guess | None:
    """The rows from `at` on, if these are too early."""
    before = int(times[at - 1])
    returned = np.flatnonzero(times[at : at + LONGEST + 1] >= before - _DAY)
    if len(returned):
        end = at + int(returned[0])
        gap = int(times[end]) - before
        return _Guess(at, end, abs(gap), clear=gap >= 0)
    return _Guess(at, len(times), None, clear=True) if final and len(times) - at <= LONGEST else None


def _forward(times: Integers, at: int, done: int, *, first: bool) -> _Guess | None:
    """The rows before `at`, if these are too late."""
    after = int(times[at])
    low = max(done, at - LONGEST - 1)
    fitting = np.flatnonzero(times[low:at] <= after + _DAY)
    if len(fitting):
        before = low + int(fitting[-1])
        gap = after - int(times[before])
        return _Guess(before + 1, at, abs(gap), clear=gap >= 0)
    return _Guess(0, at, None, clear=False) if first and low == 0 else None
