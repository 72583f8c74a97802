"""The decision file of codings: `decisions/codings.jsonl` in the case folder.

Several reviewers may write at once: a line is written whole, under a lock on the file, and put on disk before the next.
"""

import fcntl
import os
from collections.abc import Sequence

from upstander.errors import BadDecision
from upstander.review.codings.coding import Coding
from upstander.storage import Case

__all__ = ["CODINGS", "append", "codings"]

#: Name of the decision file.
CODINGS = "codings.jsonl"


def append(case: Case, made: Sequence[Coding]) -> None:
    """Write codings after those that are there; they are on disk when this returns. Raises `BadDecision`."""
    path = case.decisions / CODINGS
    data = "".join(coding.line() + "\n" for coding in made).encode()
    try:
        path.parent.mkdir(exist_ok=True)
        with path.open("a+b", buffering=0) as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)
            end = stream.seek(0, os.SEEK_END)
            # A line that was cut short when the machine stopped stays a line of its own, and is reported when read.
            if end and os.pread(stream.fileno(), 1, end - 1) != b"\n":
                data = b"\n" + data
            stream.write(data)
            os.fsync(stream.fileno())
    except OSError as problem:
        raise BadDecision(f"the coding cannot be written to {path}: {problem.strerror}") from problem


def codings(case: Case) -> list[Coding]:
    """Every coding in the order in which they were made; none where nobody has coded. Raises `BadDecision`."""
    path = case.decisions / CODINGS
    if not path.is_file():
        return []
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as problem:
        raise BadDecision(f"the decision file {path} cannot be read: {problem}") from problem
    return [
        Coding.of(line, f"line {number} of the decision file {path}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
