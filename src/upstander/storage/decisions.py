"""Files of what people decided: JSON lines in the case's `decisions`, appended to and never edited.

Several people may write at once: lines are written whole, under a lock on the file, and put on disk before the next.
What a line says is for whoever reads it; that it is a line, an object and dated is read here.
"""

import fcntl
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from typing import Any

from upstander.errors import BadDecision

__all__ = ["add", "add_numbered", "instant", "lines", "row", "unnumbered", "written"]

#: How a line ends that has a number: that of its entry in the ledger.
_NUMBERED = re.compile(rb', "ledger": ([1-9][0-9]{0,17})\}$', re.MULTILINE)
#: Bytes of the end of a file that are looked through for the last number, at first.
_TAIL = 64 * 1024


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


def lines(path: Path, *, named: str = "the decision file") -> list[tuple[str, str]]:
    """Every line that is not empty, and where it stands, for a sentence; none where there is no file.

    Raises `BadDecision` where the file cannot be read.
    """
    if not path.is_file():
        return []
    try:
        content = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadDecision(f"{named} {path} cannot be read: {problem}") from problem
    return [(line, f"line {number} of {named} {path}") for number, line in enumerate(content, start=1) if line.strip()]


def row(line: str, where: str) -> dict[str, Any]:
    """A line's object. Raises `BadDecision`, which says `where`, when it is none."""
    try:
        found: Any = json.loads(line)
    except (ValueError, RecursionError) as problem:
        raise BadDecision(f"{where} is no JSON: {problem}; correct or remove the line") from problem
    if not isinstance(found, dict):
        raise BadDecision(f"{where} is no JSON object; correct or remove the line")
    return found


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
