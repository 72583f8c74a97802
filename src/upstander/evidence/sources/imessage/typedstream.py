"""Reads `streamtyped` archives: NeXTSTEP's NSArchiver, in which Messages keeps attributed text.

Only what attributed text holds is understood (strings, numbers, dictionaries, URLs, data); the first thing that is not
ends the reading, and what stands before it is given.
"""

from dataclasses import dataclass
from typing import Any

from upstander.evidence.sources.imessage.unarchiver import DEPTH, Archived, Damaged, Reader

__all__ = ["Attributed", "Run", "attributed"]

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


def attributed(data: bytes, *, runs: bool = True) -> Attributed:
    """The attributed text that `data` holds; with `runs` False the text alone, which is quicker."""
    if not runs:
        quick = _quick(data)
        if quick is not None:
            return Attributed(quick, (), whole=True)
    reader = Reader(data)
    root = Archived()
    whole = True
    try:
        reader.header()
        reader.root(root)
    except (Damaged, UnicodeDecodeError):
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
            reader = Reader(data)
            reader.at = 19 + len(head)
            try:
                return reader.bytes_of(reader.length()).decode("utf-8")
            except (Damaged, UnicodeDecodeError):
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
    if not isinstance(value, Archived):
        return value
    if depth > DEPTH:
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
