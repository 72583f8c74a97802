"""Files of what people decided: JSON lines in the case's `decisions`, appended to and never edited.

Several people may write at once: lines are written whole, under a lock on the file, and put on disk before the next.
What a line says is for whoever reads it; that it is a line, an object and dated is read here.
"""

import fcntl
import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from upstander.errors import BadDecision

__all__ = ["add", "instant", "lines", "row", "written"]


def add(path: Path, made: Sequence[str], *, what: str) -> None:
    """Write lines after those that are there; they are on disk when this returns.

    Raises `BadDecision`, which says that `what` cannot be written.
    """
    try:
        data = "".join(f"{line}\n" for line in made).encode()
        path.parent.mkdir(exist_ok=True)
        with path.open("a+b", buffering=0) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
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
    except (OSError, UnicodeEncodeError) as problem:
        said = problem.strerror if isinstance(problem, OSError) else problem
        raise BadDecision(f"{what} cannot be written to {path}: {said}") from problem


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
