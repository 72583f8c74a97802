"""Which messages were coded with what, by anybody or by some: looked up while people code."""

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from upstander.evidence.transcript import Line
from upstander.review.codings.coding import Coding
from upstander.review.codings.record import CODINGS
from upstander.storage import Case

__all__ = ["coded_with"]


def coded_with(
    case: Case, lines: Sequence[Line], *, codes: Collection[str], by: Collection[str] | None = None
) -> frozenset[str]:
    """Messages among these to which one of the codes applies, by the last word of anybody, or of one of `by`.

    Raises `BadDecision`.
    """
    known = _known(case.decisions / CODINGS)
    known.catch_up()
    found = set()
    for line in lines:
        words = [word for held in line.held for word in known.words(held.sighting)]
        if any(applies and code in codes and (by is None or who in by) for (code, who), applies in words):
            found.add(line.message)
    return frozenset(found)


@dataclass
class _Known:
    """What the decision file says, read on from where it was read to: it only grows."""

    path: Path
    _upto: int = 0
    _last: dict[str, dict[tuple[str, str], bool]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self) -> None:
        """Read what is new; all of it where the file is shorter than it was, as after a backup was put back."""
        with self._lock:
            size = self.path.stat().st_size if self.path.is_file() else 0
            if size < self._upto:
                self._upto, self._last = 0, {}
            if size == self._upto:
                return
            with self.path.open("rb") as stream:
                stream.seek(self._upto)
                new = stream.read()
            # A line that is being written is read when it is whole.
            whole = new.rfind(b"\n") + 1
            for number, line in enumerate(new[:whole].splitlines()):
                if line.strip():
                    text = line.decode("utf-8", "replace")
                    coding = Coding.of(text, f"line {number + 1} after byte {self._upto:,} of {self.path}")
                    self._last.setdefault(coding.sighting, {})[coding.code, coding.by] = coding.applies
            self._upto += whole

    def words(self, sighting: str) -> list[tuple[tuple[str, str], bool]]:
        """By code and who decided, whether it applies."""
        return list(self._last.get(sighting, {}).items())


@lru_cache(maxsize=64)
def _known(path: Path) -> _Known:
    return _Known(path)
