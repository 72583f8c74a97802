"""The decision file of codings: `decisions/codings.jsonl` in the case folder."""

import json
import re
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from upstander.errors import BadDecision
from upstander.review.codings.coding import Coding
from upstander.storage import Case, decisions
from upstander.storage.files import write_json

__all__ = ["CODINGS", "History", "append", "codings", "history"]

#: Name of the decision file.
CODINGS = "codings.jsonl"
#: New bytes after which it is written down what was found in them.
_MUCH = 200_000

#: The texts of a field, as JSON: a quote within a text is escaped, so that no note is taken for a field.
_TEXTS = r'(?<!\\)"%s"\s*:\s*("(?:[^"\\]|\\.)*")'
_BY, _CODEBOOK = (re.compile((_TEXTS % field).encode()) for field in ("by", "codebook"))


def append(case: Case, made: Sequence[Coding]) -> None:
    """Write codings after those that are there; they are on disk when this returns. Raises `BadDecision`."""
    decisions.add(case.decisions / CODINGS, [coding.line() for coding in made], what="the coding")


def codings(case: Case) -> list[Coding]:
    """Every coding in the order in which they were made; none where nobody has coded. Raises `BadDecision`."""
    return [Coding.of(line, where) for line, where in decisions.lines(case.decisions / CODINGS)]


def history(case: Case) -> "History":
    """What a new coding must know of those before it. Raises `BadDecision` where the file cannot be read."""
    path = case.decisions / CODINGS
    try:
        content = path.read_bytes() if path.is_file() else b""
    except OSError as problem:
        raise BadDecision(f"the decision file {path} cannot be read: {problem}") from problem
    kept = case.index / "codings.json"
    upto, names, codebooks = _remembered(kept, content)
    tail = content[upto:]
    names, codebooks = _added(names, _texts(_BY, tail)), _added(codebooks, _texts(_CODEBOOK, tail))
    if len(tail) >= _MUCH and tail.endswith(b"\n"):
        # It may be thrown away at any time, and where it cannot be kept the next one looks through more.
        with suppress(OSError):
            kept.parent.mkdir(exist_ok=True)
            whole = {"bytes": len(content), "crc32": crc32(content), "names": names, "codebooks": codebooks}
            write_json(kept, whole)
    return History(path, content, names, codebooks)


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

    Its bytes are looked through for the message, and what is new since the last time for names and codebooks. A line
    elsewhere that is no coding keeps nobody from going on; whoever reads all of them is told of it.
    """

    path: Path
    content: bytes
    #: Who has coded, each once, the latest last.
    names: list[str]
    #: The codebooks that were coded with, as name@version, each once, the latest last.
    codebooks: list[str]

    def about(self, sightings: Collection[str]) -> list[Coding]:
        """The codings of these sightings, in order. Raises `BadDecision`."""
        starts = {start for sighting in sightings for start in self._lines(json.dumps(sighting).encode())}
        found = [Coding.of(*self._line(start)) for start in sorted(starts)]
        return [coding for coding in found if coding.sighting in sightings]

    def _lines(self, words: bytes) -> set[int]:
        """Where the lines begin that have these words."""
        starts, place = set(), self.content.find(words)
        while place >= 0:
            starts.add(self.content.rfind(b"\n", 0, place) + 1)
            end = self.content.find(b"\n", place)
            place = self.content.find(words, end) if end >= 0 else -1
        return starts

    def _line(self, start: int) -> tuple[str, str]:
        end = self.content.find(b"\n", start)
        number = self.content.count(b"\n", 0, start) + 1
        where = f"line {number} of the decision file {self.path}"
        try:
            return self.content[start : end if end >= 0 else None].decode(), where
        except UnicodeDecodeError as problem:
            raise BadDecision(f"{where} is no UTF-8; correct or remove the line") from problem


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
