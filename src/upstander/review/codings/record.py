"""The decision file of codings: `decisions/codings.jsonl` in the case folder."""

import json
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from upstander.errors import BadCodebook, BadDecision
from upstander.review.codebook.kept import kept
from upstander.review.codebook.shelf import loaded
from upstander.review.codings.coding import Coding
from upstander.review.codings.nothing import Nothing, expanded, said
from upstander.storage import Case, decisions
from upstander.storage.decisions import Told
from upstander.storage.files import replaced, write_json

__all__ = ["CODINGS", "Codes", "History", "about", "append", "codings", "history", "told"]

#: Name of the decision file.
CODINGS = "codings.jsonl"
#: New bytes after which it is written down what was found in them.
_MUCH = 200_000

#: Bytes of what was looked through that are compared before what is new is believed to follow them.
_BEFORE = 1_024

#: The texts of a field, as JSON: a quote within a text is escaped, so that no note is taken for a field.
_TEXTS = r'(?<!\\)"%s"\s*:\s*("(?:[^"\\]|\\.)*")'
_BY, _CODEBOOK = (re.compile((_TEXTS % field).encode()) for field in ("by", "codebook"))


def append(case: Case, made: Sequence[Coding | Nothing]) -> None:
    """Write codings, and words that nothing applies; they are on disk when this returns. Raises `BadDecision`."""
    decisions.add(case.decisions / CODINGS, [coding.line() for coding in made], what="the coding")


def told(case: Case, *, code: str | None = None) -> Told[Coding]:
    """Every coding in the order in which they were made, of one code where asked for, with the number of its line.

    A word that nothing applies is a coding of each code; they have the number of its line together. What could not be
    read is said in it. Raises `BadDecision` where the file itself cannot be read.
    """
    codes = Codes(case)
    found = decisions.told(case.decisions / CODINGS, codes.said)
    return Told(list(expanded(found.rows, codes, code=code)), found.unread)


def codings(case: Case, *, code: str | None = None) -> list[Coding]:
    """The same without what `told` says beside it; none where nobody has coded. Raises `BadDecision`."""
    return [coding for _, coding in told(case, code=code).rows]


class Codes:
    """The codes of the codebooks that a case keeps: what a word that nothing applies is about."""

    def __init__(self, case: Case) -> None:
        """Nothing is read until it is asked for."""
        self._case = case
        self._known: dict[str, tuple[str, ...]] = {}

    def __call__(self, reference: str) -> tuple[str, ...]:
        """Ids of the codes of `NAME@VERSION`. Raises `BadCodebook`."""
        if reference not in self._known:
            path = kept(self._case).get(reference)
            if path is None:
                raise BadCodebook(f"this case keeps no codebook {reference}")
            self._known[reference] = tuple(loaded(path).book.codes)
        return self._known[reference]

    def said(self, line: str, where: str) -> Coding | Nothing:
        """What a line says, of a codebook whose codes are known where it needs them. Raises `BadDecision`."""
        word = said(line, where)
        if isinstance(word, Nothing):
            try:
                self(word.codebook)
            except BadCodebook as problem:
                raise BadDecision(f"{where} says that nothing applies, and {problem}") from problem
        return word


@dataclass(frozen=True, slots=True)
class _Looked:
    """What was found in a file when this process last looked, and by what it is the same file: it only grows."""

    file: int
    upto: int
    #: The last bytes of what was looked through.
    before: bytes
    names: list[str]
    codebooks: list[str]


_looked: dict[Path, _Looked] = {}


def about(case: Case, sightings: Collection[str]) -> list[Coding]:
    """The codings of these sightings, in order. Raises `BadDecision` where the file cannot be read."""
    return History(case.decisions / CODINGS, [], [], Codes(case)).about(sightings)


def history(case: Case) -> "History":
    """What a new coding must know of those before it. Raises `BadDecision` where the file cannot be read.

    A process that asks again reads what is new since; all of it where the file is another, or shorter.
    """
    path = case.decisions / CODINGS
    known = _looked.get(path)
    tail = None if known is None else decisions.later(path, known.file, known.upto, known.before)
    if known is not None and tail is not None:
        names, codebooks = _found(known.names, known.codebooks, tail)
        _keep(path, known.file, known.upto, known.before, tail, names, codebooks)
        return History(path, names, codebooks, Codes(case))
    content = decisions.content(path)
    names, codebooks = _looked_through(case, content)
    if content:
        _keep(path, path.stat().st_ino, 0, b"", content, names, codebooks)
    return History(path, names, codebooks, Codes(case))


def _found(names: list[str], codebooks: list[str], tail: bytes) -> tuple[list[str], list[str]]:
    return _added(names, _texts(_BY, tail)), _added(codebooks, _texts(_CODEBOOK, tail))


def _keep(path: Path, file: int, upto: int, before: bytes, new: bytes, names: list[str], codebooks: list[str]) -> None:
    """Remember it where what is new ends with a line: half of one is looked at again."""
    if new.endswith(b"\n"):
        _looked[path] = _Looked(file, upto + len(new), (before + new)[-_BEFORE:], names, codebooks)


def _looked_through(case: Case, content: bytes) -> tuple[list[str], list[str]]:
    """Names and codebooks of the whole file, with what an earlier process found."""
    kept_in = case.index / "codings.json"
    upto, names, codebooks = _remembered(kept_in, content)
    tail = content[upto:]
    names, codebooks = _found(names, codebooks, tail)
    if len(tail) >= _MUCH and tail.endswith(b"\n"):
        # It may be thrown away at any time, and where it cannot be kept the next one looks through more.
        with suppress(OSError):
            kept_in.parent.mkdir(exist_ok=True)
            whole = {"bytes": len(content), "crc32": crc32(content), "names": names, "codebooks": codebooks}
            with replaced(kept_in) as path:
                write_json(path, whole)
    return names, codebooks


def _remembered(kept: Path, content: bytes) -> tuple[int, list[str], list[str]]:
    """Up to which byte somebody looked before, and what was found; nothing where the file was changed since."""
    try:
        row = json.loads(kept.read_bytes())
        upto, names, codebooks = row["bytes"], row["names"], row["codebooks"]
        texts = all(isinstance(each, str) for each in [*names, *codebooks])
        if texts and 0 <= upto <= len(content) and crc32(memoryview(content)[:upto]) == row["crc32"]:
            return upto, names, codebooks
    except (OSError, ValueError, TypeError, KeyError):
        pass
    return 0, [], []


def _added(before: list[str], later: list[str]) -> list[str]:
    return [each for each in before if each not in later] + later


@dataclass(frozen=True, slots=True)
class History:
    """The decision file, of which only the lines that are asked for are read as codings.

    Its bytes are looked through for a message that is asked for, and for names and codebooks what is new. A line
    elsewhere that is no coding keeps nobody from going on; whoever reads all of them is told of it.
    """

    path: Path
    #: Who has coded, each once, the latest last.
    names: list[str]
    #: The codebooks that were coded with, as name@version, each once, the latest last.
    codebooks: list[str]
    codes: Codes

    def about(self, sightings: Collection[str], *, code: str | None = None) -> list[Coding]:
        """The codings of these sightings, in order, of one code where asked for; a line that is none is left out."""
        content = decisions.content(self.path)
        starts = {start for sighting in sightings for start in _lines(content, json.dumps(sighting).encode())}
        found: list[tuple[int, Coding | Nothing]] = []
        for start in sorted(starts):
            end = content.find(b"\n", start)
            with suppress(BadDecision, UnicodeDecodeError):
                line = content[start : end if end >= 0 else None].decode("utf-8-sig" if not start else "utf-8")
                word = self.codes.said(line, "a line")
                if word.sighting in sightings:
                    found.append((start, word))
        return [coding for _, coding in expanded(found, self.codes, code=code)]


def _lines(content: bytes, words: bytes) -> set[int]:
    """Where the lines begin that have these words."""
    starts, place = set(), content.find(words)
    while place >= 0:
        starts.add(content.rfind(b"\n", 0, place) + 1)
        end = content.find(b"\n", place)
        place = content.find(words, end) if end >= 0 else -1
    return starts


def _texts(pattern: re.Pattern[bytes], content: bytes) -> list[str]:
    """The texts that a field has, each once, in the order of their last mention."""
    last = {text: place for place, text in enumerate(pattern.findall(content))}
    found = []
    for text in sorted(last, key=last.__getitem__):
        try:
            found.append(str(json.loads(text)))
        except ValueError:
            # Of a line that is no coding.
            continue
    return found
