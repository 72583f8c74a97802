"""Which messages were coded with what, by anybody: looked up while people code."""

import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from upstander.errors import BadCodebook, BadDecision
from upstander.evidence.transcript import Line
from upstander.evidence.transcript.building import TABLES
from upstander.review.codebook import Code, Codebook, kept
from upstander.review.codebook.shelf import codebook, loaded, shipped
from upstander.review.codings.coding import Coding
from upstander.review.codings.nothing import said
from upstander.review.codings.record import CODINGS
from upstander.review.triage.codes import HEADS
from upstander.stages.sighted import messages_of
from upstander.storage import Case
from upstander.storage.kept import tables_digest

__all__ = ["code_of", "titles", "words_of", "words_on"]

#: The axis whose codes say what was done: what a reader may want to be told before they read it.
_GRAVE = "behaviour"


def words_on(case: Case, lines: Sequence[Line], *, by: Collection[str] | None = None) -> dict[str, set[str]]:
    """The codes that apply to each message among these, by the last word of anybody, or of those named."""
    known = _known(case.decisions / CODINGS)
    known.catch_up()
    return known.codes({line.message: [held.sighting for held in line.held] for line in lines}, by)


def words_of(case: Case, messages: Collection[str], *, by: Collection[str] | None = None) -> dict[str, set[str]]:
    """The same of messages by their ids: none of their lines is read."""
    known = _known(case.decisions / CODINGS)
    known.catch_up()
    coded = _coded(case, tables_digest(case, TABLES))
    coded.catch_up(case, known)
    there = {message: coded.sightings[message] for message in messages if message in coded.sightings}
    return known.codes(there, by)


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
    #: By sighting, in the order in which they were first coded: by code and who decided, whether it applies.
    last: dict[str, dict[tuple[str, str], bool]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self) -> None:
        """Read what is new; all of it where the file is shorter than it was, as after a backup was put back."""
        with self._lock:
            size = self.path.stat().st_size if self.path.is_file() else 0
            if size < self._upto:
                self._upto, self.last = 0, {}
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
                self.last.setdefault(word.sighting, {})[word.code, word.by] = word.applies

    def codes(self, sightings: Mapping[str, Sequence[str]], by: Collection[str] | None) -> dict[str, set[str]]:
        """The codes that apply to each message, whose sightings are given; one without any is left out."""
        made = {
            message: {
                code
                for each in ids
                for (code, who), applies in self.last.get(each, {}).items()
                if applies and (by is None or who in by)
            }
            for message, ids in sightings.items()
        }
        return {message: codes for message, codes in made.items() if codes}


@dataclass
class _Coded:
    """Which sightings of each message were coded, by tables that stay as they are."""

    sightings: dict[str, list[str]] = field(default_factory=dict)
    _of: dict[str, dict[tuple[str, str], bool]] | None = None
    _taken: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self, case: Case, known: _Known) -> None:
        """Take those that were coded since; all of them where the file is another than it was."""
        with self._lock:
            words = known.last
            if words is not self._of:
                self.sightings, self._of, self._taken = {}, words, 0
            if len(words) == self._taken:
                return
            new = list(islice(words, self._taken, len(words)))
            named = messages_of(case, new)
            for sighting in new:
                self.sightings.setdefault(named.get(sighting, sighting), []).append(sighting)
            self._taken += len(new)


@lru_cache(maxsize=16)
def _coded(case: Case, tables: str) -> _Coded:  # noqa: ARG001 - what tells an older one from a newer
    return _Coded()


@lru_cache(maxsize=64)
def _known(path: Path) -> _Known:
    return _Known(path)
