"""The records of one list of the export; what cannot be read of it is said, and the other files go on."""

from collections.abc import Iterator
from typing import IO, Any

import ijson
import orjson

from upstander.errors import SourceError, Unreadable
from upstander.evidence.document import File
from upstander.evidence.sources.json_records import CleanStream, build, no_json
from upstander.evidence.sources.loose import Loose

__all__ = ["records"]

#: Bytes of a file that are read at once; a longer one is read record by record, five times as slowly.
WHOLE = 16 * 1024 * 1024


def records(file: File, loose: Loose, row: str) -> Iterator[tuple[int, Any]]:
    """Every record with its index. Damage is warned of at `row`, after what stands before it."""
    if not file.size:
        loose.warn("empty_file", f"{file.name} is empty; check that it was copied whole", row)
        return
    try:
        whole = _whole(file)
        if whole is not None:
            yield from enumerate(whole)
            return
        with file.open() as opened:
            yield from _one_by_one(opened, file.name, loose, row)
    except SourceError as problem:
        loose.warn("unreadable", f"{problem}; ask for the file again", row)


def _whole(file: File) -> list[Any] | None:
    """The list, where the file is small and as the standard wants it."""
    if file.size > WHOLE:
        return None
    try:
        with file.open() as stream:
            value = orjson.loads(stream.read(WHOLE + 1).removeprefix(b"\xef\xbb\xbf"))
    except (orjson.JSONDecodeError, SourceError):  # the slow road keeps what stands before the damage
        return None
    return value if isinstance(value, list) else None


def _one_by_one(opened: IO[bytes], name: str, loose: Loose, row: str) -> Iterator[tuple[int, Any]]:
    stream = CleanStream(opened)
    try:
        with no_json(stream, name):
            events = iter(ijson.basic_parse(stream))
            if next(events, ("", None))[0] != "start_array":
                raise Unreadable(f"{name} is no list")
            for index, (event, value) in enumerate(events):
                if event == "end_array":
                    return
                cut = False
                if event in {"start_map", "start_array"}:
                    value, cut = build(events, event)
                if cut:
                    detail = f"the record {index} of {name} is larger than one may be; the tables lack its rest"
                    loose.warn("line_too_long", detail, f"{row}[{index}]")
                yield index, value
    finally:
        if stream.mended:
            detail = f"{stream.mended} places of {name} are no valid text; U+FFFD stands for them"
            loose.warn("invalid_text", detail, row)
