"""Files of what people decided: JSON lines in the case's `decisions`, appended to and never edited.

Several people may write at once: lines are written whole, under a lock on the file, and put on disk before the next.
Who reads holds the lock too, so that no half of a line is seen that somebody is about to finish. What a line says is
for whoever reads it; that it is a line, an object and dated is read here.

A line that cannot be read is never passed over in silence. Where leaving it out can only mean that less is known
(codings, stances, searches) the rest is read, and whoever asks is told of the line: `told`. Where it could turn an
answer into its opposite (who is who; what a certificate or a draw rests on) nothing is answered until the line is
mended: `lines`, and the sentence says which it is.
"""

import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any, Generic, TypeVar

from upstander.errors import BadDecision

__all__ = [
    "MEND",
    "Told",
    "add",
    "add_numbered",
    "content",
    "instant",
    "later",
    "lines",
    "row",
    "told",
    "unnumbered",
    "written",
]

#: What to do about a line that cannot be read: numbers of lines are what other decisions refer to.
MEND = "mend the line or make it empty, and leave the others where they are"
#: How a line ends that has a number: that of its entry in the ledger.
_NUMBERED = re.compile(rb', "ledger": ([1-9][0-9]{0,17})\}$', re.MULTILINE)
#: Bytes of the end of a file that are looked through for the last number, at first.
_TAIL = 4 * 1024


Said = TypeVar("Said")


@dataclass(frozen=True, slots=True)
class Told(Generic[Said]):
    """What a decision file says, and what of it could not be read."""

    #: By the number of the line, counting from 1.
    rows: list[tuple[int, Said]]
    #: One sentence for each line that could not be read.
    unread: tuple[str, ...]


def add(path: Path, made: Sequence[str], *, what: str) -> None:
    """Write lines after those that are there; they are on disk when this returns.

    Raises `BadDecision`, which says that `what` cannot be written.
    """
    try:
        data = "".join(f"{line}\n" for line in made).encode()
        with _held(path) as stream:
            _append(stream, data)
    except (OSError, UnicodeEncodeError) as problem:
        said = problem.strerror if isinstance(problem, OSError) else problem
        raise BadDecision(f"{what} cannot be written to {path}: {said}") from problem


def add_numbered(path: Path, made: Sequence[tuple[int, str]], *, what: str) -> int:
    """Write lines that have numbers, in their order; those up to the file's last number are there already.

    However often, and by however many at once, a line is written once. Gives the last number of the file, 0 for none.
    Raises `BadDecision`, which says that `what` cannot be written.
    """
    try:
        with _held(path) as stream:
            last = _last_number(stream)
            due = [(number, line) for number, line in made if number > last]
            if due:
                data = "".join(f'{line[:-1]}, "ledger": {number}}}\n' for number, line in due).encode()
                _mend(stream, data)
                _append(stream, data)
                last = due[-1][0]
            return last
    except (OSError, UnicodeEncodeError) as problem:
        said = problem.strerror if isinstance(problem, OSError) else problem
        raise BadDecision(f"{what} cannot be written to {path}: {said}") from problem


def unnumbered(path: Path) -> list[str]:
    """The lines that have no number, in order: those that no ledger knows."""
    return [line for line, _ in lines(path) if not _NUMBERED.search(line.strip().encode())]


@contextmanager
def _held(path: Path) -> Iterator[FileIO]:
    """The file, open for appending, and nobody else's meanwhile."""
    path.parent.mkdir(exist_ok=True)
    with path.open("a+b", buffering=0) as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield stream


def _last_number(stream: FileIO) -> int:
    end = stream.seek(0, os.SEEK_END)
    size = _TAIL
    while True:
        found = _NUMBERED.findall(os.pread(stream.fileno(), size, max(0, end - size)))
        if found or size >= end:
            return int(found[-1]) if found else 0
        size *= 8


def _mend(stream: FileIO, data: bytes) -> None:
    """Take away the beginning of `data` at the end of the file: it was cut short while it was written."""
    end = stream.seek(0, os.SEEK_END)
    rest = os.pread(stream.fileno(), len(data), max(0, end - len(data))).rpartition(b"\n")[2]
    if rest and data.startswith(rest):
        stream.truncate(end - len(rest))


def _append(stream: FileIO, data: bytes) -> None:
    end = stream.seek(0, os.SEEK_END)
    # A line that was cut short when the machine stopped stays a line of its own, and is reported when read.
    if end and os.pread(stream.fileno(), 1, end - 1) != b"\n":
        data = b"\n" + data
    try:
        _write(stream.fileno(), data)
    except OSError:
        # Half of a line on a full disk was never said to be written: the file is as it was.
        stream.truncate(end)
        raise


def _write(file: int, data: bytes) -> None:
    """Write all of it, to disk: the system may take less at a time than it is given, as when the disk fills up."""
    while data:
        data = data[os.write(file, data) :]
    os.fsync(file)


def content(path: Path, *, named: str = "the decision file") -> bytes:
    """All that is in the file, as it is between two writings; nothing where there is none. Raises `BadDecision`."""
    try:
        with path.open("rb") as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)
            return stream.read()
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise BadDecision(f"{named} {path} cannot be read: {problem.strerror or problem}") from problem


def later(path: Path, file: int, upto: int, before: bytes) -> bytes | None:
    """What stands in the file behind its byte `upto`; None where it is not the one numbered `file`, or was changed.

    It is the same while `before` stands before that. Raises `BadDecision` where it cannot be read.
    """
    try:
        with path.open("rb", buffering=0) as stream:
            fcntl.flock(stream, fcntl.LOCK_SH)
            known = os.fstat(stream.fileno())
            if known.st_ino != file or known.st_size < upto:
                return None
            begin = upto - len(before)
            found = os.pread(stream.fileno(), known.st_size - begin, begin)
            return found[len(before) :] if found.startswith(before) else None
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise BadDecision(f"the decision file {path} cannot be read: {problem.strerror or problem}") from problem


def told(path: Path, read: Callable[[str, str], Said], *, named: str = "the decision file") -> Told[Said]:
    """Every line as `read` takes it, given the line and where it stands; those that it refuses are said and left out.

    Raises `BadDecision` where the file itself cannot be read.
    """
    rows: list[tuple[int, Said]] = []
    unread: list[str] = []
    for number, raw in _numbered(content(path, named=named)):
        where = f"line {number} of {named} {path}"
        try:
            rows.append((number, read(_text(raw, where), where)))
        except BadDecision as problem:
            unread.append(f"{str(problem).removesuffix(f'; {MEND}')}; it is left out: {MEND}")
    return Told(rows, tuple(unread))


def lines(path: Path, *, named: str = "the decision file") -> list[tuple[str, str]]:
    """Every line that is not empty, and where it stands, for a sentence; none where there is no file.

    Raises `BadDecision` where the file cannot be read, or a line is no text.
    """
    found = ((raw, f"line {number} of {named} {path}") for number, raw in _numbered(content(path, named=named)))
    return [(_text(raw, where), where) for raw, where in found]


def _numbered(data: bytes) -> Iterator[tuple[int, bytes]]:
    # Some editors write a mark at the beginning of what they save as UTF-8.
    split = data.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    return ((number, raw) for number, raw in enumerate(split, start=1) if raw.strip())


def _text(raw: bytes, where: str) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError as problem:
        if "unexpected end" in problem.reason:
            raise BadDecision(f"{where} {_TORN}; {MEND}") from problem
        raise BadDecision(f"{where} is no UTF-8; {MEND}") from problem


#: What is said of a line that ends too early: whoever made the decision was not told that it is written.
_TORN = "breaks off, as when the machine stopped while it was written: look whether its decision was made again"


def row(line: str, where: str) -> dict[str, Any]:
    """A line's object. Raises `BadDecision`, which says `where`, when it is none."""
    try:
        found: Any = json.loads(line)
        if "\\ud" in line or "\\uD" in line:
            # Half of a character, which no file can hold.
            json.dumps(found, ensure_ascii=False).encode()
    except json.JSONDecodeError as problem:
        if line.lstrip().startswith("{") and _broken_off(line, problem):
            raise BadDecision(f"{where} {_TORN}; {MEND}") from problem
        raise BadDecision(f"{where} is no JSON: {problem}; {MEND}") from problem
    except UnicodeEncodeError as problem:
        raise BadDecision(f"{where} has half of a character; {MEND}") from problem
    except (ValueError, RecursionError) as problem:
        raise BadDecision(f"{where} is no JSON: {problem}; {MEND}") from problem
    if not isinstance(found, dict):
        raise BadDecision(f"{where} is no JSON object; {MEND}")
    return found


def _broken_off(line: str, problem: json.JSONDecodeError) -> bool:
    """Whether the line may be the beginning of one: it ends within a text, or nothing is wrong but that it ends."""
    return problem.msg.startswith("Unterminated string") or problem.pos >= len(line.rstrip())


def written(at: datetime) -> str:
    """An instant as it stands in a line: ISO 8601, UTC."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def instant(said: Any, where: str) -> datetime:
    """The instant that `written` wrote; one without a zone is UTC. Raises `BadDecision`, which says `where`."""
    try:
        at = datetime.fromisoformat(said)
        return at.astimezone(UTC) if at.tzinfo is not None else at.replace(tzinfo=UTC)
    except (TypeError, ValueError, OverflowError) as problem:
        raise BadDecision(f"{where}: at is {said!r} and no ISO 8601 time") from problem
