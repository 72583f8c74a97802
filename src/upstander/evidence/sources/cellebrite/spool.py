"""What a report holds, laid aside on disk, with a small index in memory.

Files stand before the messages that carry them or after; a recovered message stands far from the intact one that it
repeats. So a report is read once and laid aside, and its conversations are given from there. The index takes some
sixty bytes a message and twenty-four a file.
"""

import hashlib
import tempfile
from array import array
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import orjson

__all__ = ["MISSING", "Spool", "digest"]

#: Stands in the index for a time that a record lacks.
MISSING = -(2**63)


def digest(text: str) -> int:
    """64 bits of a key."""
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class Spool:
    """The records of one report; a context manager."""

    def __init__(self, folder: Path) -> None:
        """Lay records aside in `folder`, or where the system keeps such files when that is not there."""
        where = folder if folder.is_dir() else None
        self._file = tempfile.TemporaryFile(dir=where)  # noqa: SIM115 - closed with the spool
        self._end = 0
        self._starts, self._lanes, self._times = array("q"), array("q"), array("q")
        self._keys, self._models = array("Q"), array("Q")
        #: Numbers of the activities that stand in a chat's own log.
        self.activities = array("q")
        self._files, self._places = array("Q"), array("q")
        self._sorted: tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def count(self) -> int:
        """Records laid aside."""
        return len(self._starts)

    def put(self, value: Any) -> int:
        """Lay a value aside and say where."""
        line = orjson.dumps(value)
        start = self._end
        self._file.write(line + b"\n")
        self._end += len(line) + 1
        return start

    def get(self, start: int) -> Any:
        """The value at a place."""
        self._file.seek(start)
        return orjson.loads(self._file.readline())

    def add(self, record: Any, *, lane: int, time: int | None, key: int, model: int) -> None:
        """Lay a record of a lane aside."""
        self._starts.append(self.put(record))
        self._lanes.append(lane)
        self._times.append(MISSING if time is None else time)
        self._keys.append(key)
        self._models.append(model)

    def record(self, number: int) -> Any:
        """The record of a number."""
        return self.get(self._starts[number])

    def add_file(self, identity: str, value: Any) -> None:
        """Lay aside what the report says of a file."""
        self._places.append(self.put(value))
        self._files.append(digest(identity))

    def file(self, identity: str) -> Any:
        """What the report says of a file; None where it says nothing."""
        if self._sorted is None:
            keys = np.array(self._files, np.uint64)
            order = np.argsort(keys, kind="stable")
            self._sorted = keys[order], np.array(self._places, np.int64)[order]
        keys, places = self._sorted
        at = int(np.searchsorted(keys, np.uint64(digest(identity))))
        while at < len(keys) and int(keys[at]) == digest(identity):
            value = self.get(int(places[at]))
            if value.get("id") == identity:
                return value
            at += 1
        return None

    def times(self) -> npt.NDArray[np.int64]:
        """Times of the records, `MISSING` where one has none."""
        return np.array(self._times, np.int64)

    def keys(self) -> npt.NDArray[np.uint64]:
        """Digests of what two records of one message have in common; 0 where there is nothing."""
        return np.array(self._keys, np.uint64)

    def models(self) -> npt.NDArray[np.uint64]:
        """Digests of the records' own ids in the report."""
        return np.array(self._models, np.uint64)

    def by_lane(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
        """(records in the order of their lanes, their lanes); within a lane as they stand in the report."""
        lanes = np.array(self._lanes, np.int64)
        order = np.argsort(lanes, kind="stable")
        return order, lanes[order]
