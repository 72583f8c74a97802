"""Message properties as Core Data keeps them: a property list, plain or as NSKeyedArchiver writes it.

An archive is a list of objects that point at one another, perhaps at themselves; it is unfolded to a stated depth and
number of values.
"""

import plistlib
from typing import Any
from xml.parsers.expat import ExpatError

import orjson

__all__ = ["unfold"]

#: Bytes of a property list that are read.
_BYTES = 8 * 1024 * 1024
_DEPTH = 32
_VALUES = 50_000
_UID = plistlib.UID


def unfold(value: object) -> tuple[dict[str, Any], bool]:
    """The properties that `value` holds (a property list, or JSON), and whether it could be read."""
    if value is None or value in (b"", ""):
        return {}, True
    if isinstance(value, str):
        value = value.encode("utf-8", "surrogatepass")
    if not isinstance(value, bytes) or len(value) > _BYTES:
        return {}, False
    if value.lstrip()[:1] == b"{":
        try:
            loaded = orjson.loads(value)
        except orjson.JSONDecodeError:
            return {}, False
        return (loaded, True) if isinstance(loaded, dict) else ({}, False)
    try:
        loaded = plistlib.loads(value)
    # What plistlib raises for a damaged file is as many-sided as the damage.
    except (
        plistlib.InvalidFileException,
        ExpatError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        OverflowError,
        RecursionError,
        MemoryError,
        AssertionError,
    ):
        return {}, False
    if not isinstance(loaded, dict):
        return {}, False
    objects = loaded.get("$objects")
    if isinstance(objects, list):
        top = loaded.get("$top")
        root = top.get("root") if isinstance(top, dict) else None
        loaded = _Archive(objects).plain(root)
    return (loaded, True) if isinstance(loaded, dict) else ({}, False)


class _Archive:
    """One archive while it is unfolded."""

    def __init__(self, objects: list[Any]) -> None:
        self._objects = objects
        self._left = _VALUES

    def plain(self, value: Any, depth: int = 0) -> Any:
        """What `value` stands for."""
        self._left -= 1
        if depth > _DEPTH or self._left < 0:
            return None
        if isinstance(value, _UID):
            index = int(value.data)
            if index == 0 or index >= len(self._objects):
                return None
            return self.plain(self._objects[index], depth + 1)
        if isinstance(value, list):
            return [self.plain(entry, depth + 1) for entry in value]
        if not isinstance(value, dict):
            return value
        keys, objects = value.get("NS.keys"), value.get("NS.objects")
        if isinstance(keys, list) and isinstance(objects, list):
            named = [self.plain(key, depth + 1) for key in keys]
            return {
                str(key): self.plain(entry, depth + 1)
                for key, entry in zip(named, objects, strict=False)
                if isinstance(key, str | int)
            }
        if isinstance(objects, list):
            return [self.plain(entry, depth + 1) for entry in objects]
        for single in ("NS.string", "NS.data", "NS.time"):
            if single in value:
                return self.plain(value[single], depth + 1)
        return {str(key): self.plain(entry, depth + 1) for key, entry in value.items() if key != "$class"}
