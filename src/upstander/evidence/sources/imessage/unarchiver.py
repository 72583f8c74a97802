"""Walks through a `streamtyped` archive and gives its objects as they stand, classes and values.

A stream is a header, then groups of values, each behind the types it has. Types, classes and objects are written once
and referred to by number after that. The first thing that is not understood ends the walk; what was met stands.
"""

import struct
from dataclasses import dataclass, field
from typing import Any

__all__ = ["DEPTH", "Archived", "Damaged", "Reader"]

_HEADER = b"\x04\x0bstreamtyped"
_INT16, _INT32, _FLOAT, _NEW, _NIL, _END = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86
#: Numbers of references start here.
_FIRST = 0x92
_INTEGERS = frozenset("sSiIlLqQ")
#: Objects within objects that are followed.
DEPTH = 40
#: Values one stream may have: a message of a million characters with a thousand runs has far fewer.
_VALUES = 200_000
#: The end of the text's object and the types of the first run.
_AFTER_TEXT = b"\x86\x84\x02iI"


class Damaged(ValueError):
    """The stream ends, or holds what is not understood."""


@dataclass
class Archived:
    """An archived object: names of its class and of those above it, and its values."""

    classes: tuple[str, ...] = ()
    values: list[Any] = field(default_factory=list)


class Reader:
    """Walks through one stream; `at` is the next byte. Raises `Damaged` at the first thing that is not understood."""

    def __init__(self, data: bytes) -> None:
        """Stand at the beginning of `data`."""
        self._data = data
        self.at = 0
        self._strings: list[bytes] = []
        self._objects: list[Any] = []
        self._count = 0

    def header(self) -> None:
        """Read what every stream begins with."""
        if not self._data.startswith(_HEADER):
            raise Damaged
        self.at = len(_HEADER)
        self._integer()

    def root(self, root: Archived) -> None:
        """Read the stream's one object into `root`, so that what was read of it stands, should the rest be damaged."""
        if self._types() != "@" or self._byte() != _NEW:
            raise Damaged
        self._contents(root, 0)

    def _byte(self) -> int:
        if self.at >= len(self._data):
            raise Damaged
        self.at += 1
        return self._data[self.at - 1]

    def bytes_of(self, length: int) -> bytes:
        """The next `length` bytes."""
        if length < 0 or self.at + length > len(self._data):
            raise Damaged
        self.at += length
        return self._data[self.at - length : self.at]

    def _integer(self, head: int | None = None, *, signed: bool = True) -> int:
        head = self._byte() if head is None else head
        if head == _INT16:
            return int.from_bytes(self.bytes_of(2), "little", signed=signed)
        if head == _INT32:
            return int.from_bytes(self.bytes_of(4), "little", signed=signed)
        if _INT32 < head < _FIRST:
            raise Damaged
        return head - 256 if signed and head > 0x7F else head

    def length(self) -> int:
        """The length that stands next."""
        return self._integer(signed=False)

    def _reference(self, head: int) -> int:
        """Which earlier thing is meant; many of them need more than a byte, and are then written signed."""
        if head in {_INT16, _INT32}:
            return self._integer(head) + 256 - _FIRST
        if head < _FIRST:
            raise Damaged
        return head - _FIRST

    def _shared(self, head: int | None = None) -> bytes | None:
        head = self._byte() if head is None else head
        if head == _NIL:
            return None
        if head == _NEW:
            self._strings.append(self.bytes_of(self.length()))
            return self._strings[-1]
        found: bytes = _at(self._strings, self._reference(head))
        return found

    def _types(self) -> str:
        written = self._shared()
        return (written or b"").decode("ascii", "replace")

    def _group(self, into: list[Any], depth: int) -> None:
        written = self._types()
        if not written:
            raise Damaged
        self._typed(written, into, depth)

    def _typed(self, written: str, into: list[Any], depth: int) -> None:
        at = 0
        while at < len(written):
            self._count += 1
            if self._count > _VALUES:
                raise Damaged
            kind = written[at]
            at += 1
            if kind == "@":
                self._object(into, depth)
            elif kind == "+":
                self._string(into)
            elif kind == "*":
                into.append(self._c_string())
            elif kind in _INTEGERS:
                into.append(self._integer())
            elif kind in "cCB":
                value = self._byte()
                into.append(value - 256 if kind == "c" and value > 0x7F else value)
            elif kind in "fd":
                into.append(self._real(4 if kind == "f" else 8))
            elif kind == "[":
                end = written.find("]", at)
                size, item = written[at:end][:-1], written[at:end][-1:]
                if end < 0 or not size.isdecimal() or len(size) > 9 or item not in {"c", "C"}:
                    raise Damaged
                into.append(self.bytes_of(int(size)))
                at = end + 1
            else:
                raise Damaged

    def _string(self, into: list[Any]) -> None:
        length = self.length()
        if self.at + length > len(self._data):
            # A cut stream: what is there of the text is given, up to where its attributes start.
            into.append(self._data[self.at :].partition(_AFTER_TEXT)[0])
        into.append(self.bytes_of(length))

    def _real(self, size: int) -> float:
        head = self._byte()
        if head != _FLOAT:
            return float(self._integer(head))
        (value,) = struct.unpack("<f" if size == 4 else "<d", self.bytes_of(size))
        return float(value)

    def _c_string(self) -> bytes | None:
        head = self._byte()
        if head == _NIL:
            return None
        if head == _NEW:
            self._objects.append(self._shared())
            return bytes(self._objects[-1] or b"")
        found = _at(self._objects, self._reference(head))
        return found if isinstance(found, bytes) else None

    def _object(self, into: list[Any], depth: int) -> None:
        head = self._byte()
        if head == _NIL:
            into.append(None)
        elif head == _NEW:
            made = Archived()
            into.append(made)  # what was read of it stands, should the rest be damaged
            self._contents(made, depth + 1)
        else:
            into.append(_at(self._objects, self._reference(head)))

    def _contents(self, made: Archived, depth: int) -> None:
        if depth > DEPTH:
            raise Damaged
        self._objects.append(made)
        made.classes = self._classes()
        while self.at < len(self._data) and self._data[self.at] != _END:
            self._group(made.values, depth)
        if self._byte() != _END:
            raise Damaged

    def _classes(self) -> tuple[str, ...]:
        """The class that comes next and those above it; each is numbered among the objects."""
        names: list[str] = []
        fresh: list[int] = []
        while True:
            head = self._byte()
            if head == _NIL:
                break
            if head != _NEW:
                known = _at(self._objects, self._reference(head))
                if not isinstance(known, tuple):
                    raise Damaged
                names += known
                break
            if len(fresh) > DEPTH:
                raise Damaged
            names.append((self._shared() or b"").decode("ascii", "replace"))
            self._integer()  # the class's version
            fresh.append(len(self._objects))
            self._objects.append(())
        for above, place in enumerate(fresh):
            self._objects[place] = tuple(names[above:])
        return tuple(names)


def _at(known: list[Any], number: int) -> Any:
    if not 0 <= number < len(known):
        raise Damaged
    return known[number]
