"""Which messages were coded with what, by anybody or by some: looked up while people code."""

import threading
from collections import Counter
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from upstander.errors import BadCodebook, BadDecision
from upstander.evidence.transcript import Line
from upstander.review.codebook import Code, Codebook, kept
from upstander.review.codebook.shelf import codebook, loaded, shipped
from upstander.review.codings.coding import Coding
from upstander.review.codings.nothing import said
from upstander.review.codings.record import CODINGS
from upstander.review.triage.codes import HEADS
from upstander.storage import Case

__all__ = ["code_of", "titles", "words_on"]

#: The axis whose codes say what was done: what a reader may want to be told before they read it.
_GRAVE = "behaviour"


def words_on(case: Case, lines: Sequence[Line], *, by: Collection[str] | None = None) -> dict[str, set[str]]:
    """The codes that apply to each message among these, by the last word of anybody, or of one of `by`."""
    known = _known(case.decisions / CODINGS)
    known.catch_up()
    found: dict[str, set[str]] = {}
    for line in lines:
        words = [word for held in line.held for word in known.words(held.sighting)]
        codes = {code for (code, who), applies in words if applies and (by is None or who in by)}
        if codes:
            found[line.message] = codes
    return found


def titles(case: Case, codes: Counter[str]) -> list[tuple[str, int]]:
    """What the codes of what was done are called, with how many messages have each, the most first.

    Of a codebook without such an axis, all codes are told; of the first ranking's own heads, those that a codebook has.
    """
    named: dict[str, str | None] = {**dict.fromkeys(HEADS.values()), **_travelling()}
    for path in sorted(kept(case).values()):
        with suppress(BadCodebook, OSError):
            named |= _told(path, path.stat().st_mtime_ns)
    told = [(named.get(code, code), count) for code, count in codes.items()]
    return sorted(((title, count) for title, count in told if title), key=lambda row: (-row[1], row[0]))


def code_of(case: Case, asked: str) -> Code | None:
    """The code of that id, as a codebook that the case was coded with has it; None where none has."""
    for path in sorted(kept(case).values()):
        with suppress(BadCodebook, OSError):
            found = _book(path, path.stat().st_mtime_ns).codes.get(asked)
            if found is not None:
                return found
    return None


@lru_cache(maxsize=32)
def _book(path: Path, touched: int) -> Codebook:  # noqa: ARG001 - what tells an older one from a newer
    return loaded(path).book


@lru_cache(maxsize=32)
def _told(path: Path, touched: int) -> dict[str, str | None]:
    return _named(_book(path, touched))


@lru_cache(maxsize=1)
def _travelling() -> dict[str, str | None]:
    """Titles of the codes of the codebooks that travel with the package: of a case that nobody coded yet."""
    return {code: title for name in shipped() for code, title in _named(codebook(name)).items()}


def _named(book: Codebook) -> dict[str, str | None]:
    """Titles of the codes of a codebook; None of those that say nothing of what was done."""
    grave = any(axis.name == _GRAVE for axis in book.axes)
    return {code.id: code.title if not grave or code.axis == _GRAVE else None for code in book.codes.values()}


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
                    self._take(line, f"line {number + 1} after byte {self._upto:,} of {self.path}")
            self._upto += whole

    def _take(self, line: bytes, where: str) -> None:
        """A line's word. That nothing applies overturns nothing; what cannot be read is told by whoever reads all."""
        with suppress(BadDecision, UnicodeDecodeError):
            word = said(line.decode(), where)
            if isinstance(word, Coding):
                self._last.setdefault(word.sighting, {})[word.code, word.by] = word.applies

    def words(self, sighting: str) -> list[tuple[tuple[str, str], bool]]:
        """By code and who decided, whether it applies."""
        return list(self._last.get(sighting, {}).items())


@lru_cache(maxsize=64)
def _known(path: Path) -> _Known:
    return _Known(path)
