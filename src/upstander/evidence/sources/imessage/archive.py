"""Property lists, and the object graphs that NSKeyedArchiver keeps in them, as plain values.

A graph is a list of objects that point at each other by number. It comes from whoever sent the message, so it is
followed to a depth and a number of values only.
"""

import plistlib
import struct
from typing import Any
from xml.parsers.expat import ExpatError

__all__ = ["property_list", "unarchived"]

#: Bytes of one list that are read; previews keep their pictures elsewhere.
_BYTES = 16 * 1024 * 1024
_DEPTH = 24
_VALUES = 20_000

#: What plistlib raises on bytes that are no property list.
_PROBLEMS = (
    plistlib.InvalidFileException,
    ValueError,  # dates, integers and UTF-8 that cannot be
    IndexError,
    KeyError,
    TypeError,
    AttributeError,
    AssertionError,
    OverflowError,
    RecursionError,
    MemoryError,
    struct.error,
    ExpatError,
)


def property_list(data: bytes | None) -> Any:
    """The value that a property list holds; None where it is none."""
    if data is None or len(data) > _BYTES:
        return None
    try:
        return plistlib.loads(data)
    except _PROBLEMS:
        return None


def unarchived(data: bytes | None) -> Any:
    """The root of a keyed archive as dictionaries, lists, texts, numbers and bytes; None where it is none."""
    found = property_list(data)
    if not isinstance(found, dict):
        return None
    objects, top = found.get("$objects"), found.get("$top")
    if not isinstance(objects, list) or not isinstance(top, dict):
        return found  # a plain property list
    return _Graph(objects).value(top.get("root"), 0)


class _Graph:
    def __init__(self, objects: list[Any]) -> None:
        self._objects = objects
        self._count = 0

    def value(self, value: Any, depth: int) -> Any:
        self._count += 1
        if depth > _DEPTH or self._count > _VALUES:
            return None
        if isinstance(value, plistlib.UID):
            inner = self._objects[value.data] if value.data < len(self._objects) else None
            return None if inner == "$null" else self.value(inner, depth + 1)
        if isinstance(value, list):
            return [self.value(item, depth + 1) for item in value]
        if not isinstance(value, dict):
            return value
        if "NS.objects" in value:
            inner = self.value(value["NS.objects"], depth + 1)
            keys = self.value(value.get("NS.keys"), depth + 1)
            if not isinstance(inner, list) or not isinstance(keys, list):
                return inner
            return {key: item for key, item in zip(keys, inner, strict=False) if isinstance(key, str)}
        for name in ("NS.string", "NS.bytes", "NS.data"):
            if name in value:
                return self.value(value[name], depth + 1)
        if "NS.relative" in value:
            base, relative = (self.value(value.get(name), depth + 1) for name in ("NS.base", "NS.relative"))
            return f"{base}{relative}" if isinstance(base, str) and isinstance(relative, str) else relative
        return {name: self.value(item, depth + 1) for name, item in value.items() if name != "$class"}
