"""A protobuf message of the backup as the record that its JSON form would be.

Values that the schema does not name are left out and their numbers kept under `UNKNOWN`: a newer app may have written a
kind of message that nobody here knows yet, and its reader must be told.
"""

from typing import Any

from upstander.evidence.protobuf import decode, varints
from upstander.evidence.sources.signal_backup.schema import ENUMS, MESSAGES, Field

__all__ = ["UNKNOWN", "record_of"]

#: Key of the numbers of fields that the schema does not name.
UNKNOWN = "?"
#: Messages within messages that are read; a real one has ten.
NESTING = 24


def record_of(name: str, blob: bytes, depth: int = 0) -> tuple[dict[str, Any], bool]:
    """The message called `name` in `blob`, and whether all of it could be read."""
    schema, fields = MESSAGES[name], decode(blob)
    whole = fields.whole
    found: dict[str, Any] = {}
    for number, written in fields.all:
        field = schema.get(number)
        if field is None:
            if schema or name != "Empty":
                found.setdefault(UNKNOWN, []).append(number)
            continue
        if field.type == "int" and isinstance(written, int):
            value: Any = written
        else:
            value, good = _value(field, written, depth)
            whole = whole and good
            if value is None:
                continue
        if field.repeated:
            values = found.setdefault(field.name, [])
            values.extend(value if isinstance(value, list) else [value])
        else:
            found[field.name] = value
    return found, whole


def _value(field: Field, written: int | bytes, depth: int) -> tuple[Any, bool]:
    if isinstance(written, int):
        if field.type == "int":
            return written, True
        if field.type == "flag":
            return written != 0, True
        names = ENUMS.get(field.type)
        if names is None:
            return None, False
        return names[written] if written < len(names) else written, True
    if field.type == "text":
        # What is no UTF-8 is made legible further on, where it can be said; lone surrogates carry it there.
        return written.decode("utf-8", "surrogateescape"), True
    if field.type == "bytes":
        return written, True
    if field.type == "int" and field.repeated:
        return varints(written), True
    if field.type not in MESSAGES or depth >= NESTING:
        return None, False
    return record_of(field.type, written, depth + 1)
