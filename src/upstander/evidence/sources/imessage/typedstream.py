"""Reads `streamtyped` archives: NeXTSTEP's NSArchiver, in which Messages keeps attributed text.

A stream is a header, then groups of values, each behind the types it has. Types, classes and objects are written once
and referred to by number after that. Only what attributed text holds is understood (strings, numbers, dictionaries,
URLs, data); the first thing that is not ends the reading, and what stands before it is given.
"""

import struct
from dataclasses import dataclass, field
from typing import Any

__all__ = ["Attributed", "Run", "attributed"]

_HEADER = b"\x04\x0bstreamtyped"
_INT16, _INT32, _FLOAT, _NEW, _NIL, _END = 0x81, 0x82, 0x83, 0x84, 0x85, 0x86
#: Numbers of references start here.
_FIRST = 0x92
_INTEGERS = frozenset("sSiIlLqQ")
_DEPTH = 40
#: Values one stream may have: a message of a million characters with a thousand runs has far fewer.
_VALUES = 200_000
#: The end of the text's object and the types of the first run.
_AFTER_TEXT = b"\x86\x84\x02iI"
#: Bytes at the head in which nothing but names of classes stands before the text.
_NAMES = {
    start + b"\x84\x01+": start
    for start in (
        b"\x84\x84\x84\x19NSMutableAttributedString\x00\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85"
        b"\x92\x84\x84\x84\x0fNSMutableString\x01\x84\x84\x08NSString\x01\x95",
        b"\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x08NSString\x01\x94",
    )
}


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of the text with the same attributes."""

    #: UTF-16 units, as Apple counts.
    length: int
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attributed:
    """A text with attributes. `text` is None where the stream holds none that can be read."""

    text: str | None
    runs: tuple[Run, ...]
    #: Whether the stream was understood to its end.
    whole: bool


class _Damaged(ValueError):
    """The stream ends, or holds what is not understood."""


@dataclass
class _Object:
    """An archived object: names of its class and of those above it, and its values."""

    classes: tuple[str, ...] = ()
    values: list[Any] = field(default_factory=list)


def attributed(data: bytes, *, runs: bool = True) -> Attributed:
    """The attributed text that `data` holds; with `runs` False the text alone, which is quicker."""
    if not runs:
        quick = _quick(data)
        if quick is not None:
            return Attributed(quick, (), whole=True)
    reader = _Reader(data)
    root = _Object()
    whole = True
    try:
        reader.header()
        reader.root(root)
    except (_Damaged, UnicodeDecodeError):
        whole = False
    values = root.values
    first = _plain(values[0]) if values else None
    text = first if isinstance(first, str) else None
    return Attributed(text, _runs(values[1:]), whole=whole and text is not None)


def _quick(data: bytes) -> str | None:
    """The text behind one of the two heads that Messages writes; None for any other."""
    if data[13:16] != b"\x81\xe8\x03" or data[16:19] != b"\x84\x01@":
        return None
    for head in _NAMES:
        if data.startswith(head, 19):
            reader = _Reader(data)
            reader.at = 19 + len(head)
            try:
                return reader.bytes_of(reader.length()).decode("utf-8")
            except (_Damaged, UnicodeDecodeError):
                return None
    return None


def _runs(values: list[Any]) -> tuple[Run, ...]:
    """Runs are (number of the attributes, length) pairs; attributes follow where their number is met first."""
    found: list[Run] = []
    known: list[dict[str, Any]] = []
    at = 0
    while at + 1 < len(values) and isinstance(values[at], int) and isinstance(values[at + 1], int):
        number, length = values[at], values[at + 1]
        at += 2
        if number == len(known) + 1 and at < len(values):
            plain = _plain(values[at])
            known.append(plain if isinstance(plain, dict) else {})
            at += 1
        if not 1 <= number <= len(known):
            break
        found.append(Run(length, known[number - 1]))
    return tuple(found)


def _plain(value: Any, depth: int = 0) -> Any:
    """An archived object as Python's own: text, number, dictionary, list or bytes; None for any other."""
    if not isinstance(value, _Object):
        return value
    if depth > _DEPTH:
        return None
    names, values = value.classes, value.values
    if "NSString" in names:
        raw = values[0] if values else None
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else None
    if "NSDictionary" in names:
        inner = [_plain(item, depth + 1) for item in values[1:]]
        pairs = zip(inner[::2], inner[1::2], strict=False)
        return {key: item for key, item in pairs if isinstance(key, str)}
    if "NSArray" in names:
        return [_plain(item, depth + 1) for item in values[1:]]
    if "NSAttributedString" in names:
        return _plain(values[0], depth + 1) if values else None
    # NSNumber is its type and its number, NSURL a flag and its text, NSData its length and its bytes.
    return _plain(values[-1], depth + 1) if values else None


class _Reader:
    """Walks through one stream."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0
        self.strings: list[bytes] = []
        self.objects: list[Any] = []
        self.count = 0

    def header(self) -> None:
        if not self.data.startswith(_HEADER):
            raise _Damaged
        self.at = len(_HEADER)
        self.integer()

    def root(self, root: _Object) -> None:
        if self.types() != "@" or self.byte() != _NEW:
            raise _Damaged
        self.contents(root, 0)

    def byte(self) -> int:
        if self.at >= len(self.data):
            raise _Damaged
        self.at += 1
        return self.data[self.at - 1]

    def bytes_of(self, length: int) -> bytes:
        if length < 0 or self.at + length > len(self.data):
            raise _Damaged
        self.at += length
        return self.data[self.at - length : self.at]

    def integer(self, head: int | None = None, *, signed: bool = True) -> int:
        head = self.byte() if head is None else head
        if head == _INT16:
            return int.from_bytes(self.bytes_of(2), "little", signed=signed)
        if head == _INT32:
            return int.from_bytes(self.bytes_of(4), "little", signed=signed)
        if _INT32 < head < _FIRST:
            raise _Damaged
        return head - 256 if signed and head > 0x7F else head

    def length(self) -> int:
        return self.integer(signed=False)

    def reference(self, head: int) -> int:
        """Which earlier thing is meant; many of them need more than a byte, and are then written signed."""
        if head in {_INT16, _INT32}:
            return self.integer(head) + 256 - _FIRST
        if head < _FIRST:
            raise _Damaged
        return head - _FIRST

    def shared(self, head: int | None = None) -> bytes | None:
        head = self.byte() if head is None else head
        if head == _NIL:
            return None
        if head == _NEW:
            self.strings.append(self.bytes_of(self.length()))
            return self.strings[-1]
        found: bytes = _at(self.strings, self.reference(head))
        return found

    def types(self) -> str:
        written = self.shared()
        return (written or b"").decode("ascii", "replace")

    def group(self, into: list[Any], depth: int) -> None:
        written = self.types()
        if not written:
            raise _Damaged
        self.typed(written, into, depth)

    def typed(self, written: str, into: list[Any], depth: int) -> None:
        at = 0
        while at < len(written):
            self.count += 1
            if self.count > _VALUES:
                raise _Damaged
            kind = written[at]
            at += 1
            if kind == "@":
                self.object(into, depth)
            elif kind == "+":
                self.string(into)
            elif kind == "*":
                into.append(self.c_string())
            elif kind in _INTEGERS:
                into.append(self.integer())
            elif kind in "cCB":
                value = self.byte()
                into.append(value - 256 if kind == "c" and value > 0x7F else value)
            elif kind in "fd":
                into.append(self.real(4 if kind == "f" else 8))
            elif kind == "[":
                end = written.find("]", at)
                size, item = written[at:end][:-1], written[at:end][-1:]
                if end < 0 or not size.isdecimal() or len(size) > 9 or item not in {"c", "C"}:
                    raise _Damaged
                into.append(self.bytes_of(int(size)))
                at = end + 1
            else:
                raise _Damaged

    def string(self, into: list[Any]) -> None:
        length = self.length()
        if self.at + length > len(self.data):
            # A cut stream: what is there of the text is given, up to where its attributes start.
            into.append(self.data[self.at :].partition(_AFTER_TEXT)[0])
        into.append(self.bytes_of(length))

    def real(self, size: int) -> float:
        head = self.byte()
        if head != _FLOAT:
            return float(self.integer(head))
        (value,) = struct.unpack("<f" if size == 4 else "<d", self.bytes_of(size))
        return float(value)

    def c_string(self) -> bytes | None:
        head = self.byte()
        if head == _NIL:
            return None
        if head == _NEW:
            self.objects.append(self.shared())
            return bytes(self.objects[-1] or b"")
        found = _at(self.objects, self.reference(head))
        return found if isinstance(found, bytes) else None

    def object(self, into: list[Any], depth: int) -> None:
        head = self.byte()
        if head == _NIL:
            into.append(None)
        elif head == _NEW:
            made = _Object()
            into.append(made)  # what was read of it stands, should the rest be damaged
            self.contents(made, depth + 1)
        else:
            into.append(_at(self.objects, self.reference(head)))

    def contents(self, made: _Object, depth: int) -> None:
        if depth > _DEPTH:
            raise _Damaged
        self.objects.append(made)
        made.classes = self.classes()
        while self.at < len(self.data) and self.data[self.at] != _END:
            self.group(made.values, depth)
        if self.byte() != _END:
            raise _Damaged

    def classes(self) -> tuple[str, ...]:
        """The class that comes next and those above it; each is numbered among the objects."""
        names: list[str] = []
        fresh: list[int] = []
        while True:
            head = self.byte()
            if head == _NIL:
                break
            if head != _NEW:
                known = _at(self.objects, self.reference(head))
                if not isinstance(known, tuple):
                    raise _Damaged
                names += known
                break
            if len(fresh) > _DEPTH:
                raise _Damaged
            names.append((self.shared() or b"").decode("ascii", "replace"))
            self.integer()  # the class's version
            fresh.append(len(self.objects))
            self.objects.append(())
        for above, place in enumerate(fresh):
            self.objects[place] = tuple(names[above:])
        return tuple(names)


def _at(known: list[Any], number: int) -> Any:
    if not 0 <= number < len(known):
        raise _Damaged
    return known[number]
