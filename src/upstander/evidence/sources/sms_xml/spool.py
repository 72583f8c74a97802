"""Records laid aside on disk, so that they can be given oldest first.

A backup lists all its SMS and then all its MMS, each oldest first or newest first by the app's version. Conversations
run through both, so both lists are laid aside and merged by time; the order within each list is kept as it stands.
"""

import tempfile
from array import array
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import orjson

from upstander.evidence.sources.loose import instant, paired
from upstander.evidence.sources.sms_xml.stream import Element

__all__ = ["Spool", "stamp"]

#: Times smaller than this are seconds: as milliseconds they would lie before 1973, and texts began in 1992.
SECONDS_BELOW = 100_000_000_000


def stamp(value: str | None) -> tuple[int | None, bool]:
    """(milliseconds, whether the number was in seconds) of a stored time; nothing for 0."""
    found = instant(value)
    if found is not None and found < SECONDS_BELOW:
        return instant(value, scale=1000), True
    return found, False


class _List:
    """One tag's records in a file of its own."""

    def __init__(self, folder: Path | None) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the spool
        self._starts = array("q")
        self._last: int | None = None
        self._rising = self._falling = 0

    def add(self, element: Element) -> None:
        self._starts.append(self._file.tell())
        fields = {key: paired(value) for key, value in element.fields.items()}
        line = [element.tag, element.number, fields, element.parts, element.addresses, element.dropped]
        self._file.write(orjson.dumps(line) + b"\n")
        at = stamp(element.fields.get("date"))[0]
        if at is not None:
            if self._last is not None:
                self._rising += at > self._last
                self._falling += at < self._last
            self._last = at

    def oldest_first(self) -> Iterator[Element]:
        order = range(len(self._starts))
        for index in reversed(order) if self._falling > self._rising else order:
            self._file.seek(self._starts[index])
            tag, number, fields, parts, addresses, dropped = orjson.loads(self._file.readline())
            yield Element(tag, number, fields, parts, addresses, dropped)

    def close(self) -> None:
        self._file.close()


class Spool:
    """All records of a backup; a context manager."""

    def __init__(self, folder: Path) -> None:
        """Lay records aside in `folder`, or where the system keeps such files when that is not there."""
        self._folder = folder if folder.is_dir() else None
        self._lists: dict[str, _List] = {}
        self.count = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        for held in self._lists.values():
            held.close()

    def add(self, element: Element) -> None:
        """Lay one record aside."""
        if element.tag not in self._lists:
            self._lists[element.tag] = _List(self._folder)
        self._lists[element.tag].add(element)
        self.count += 1

    def oldest_first(self) -> Iterator[Element]:
        """Every record, the lists merged by time."""
        streams = [held.oldest_first() for held in self._lists.values()]
        waiting: list[tuple[Element, Iterator[Element]]] = [
            (first, stream) for stream in streams if (first := next(stream, None)) is not None
        ]
        while waiting:
            position = min(range(len(waiting)), key=lambda index: stamp(waiting[index][0].fields.get("date"))[0] or 0)
            element, stream = waiting[position]
            yield element
            following = next(stream, None)
            if following is None:
                del waiting[position]
            else:
                waiting[position] = (following, stream)
