"""A JSON object read whole, within a limit, and what can be saved of one that is cut short.

The exports read this way are small by their makers' own rule (10,000 messages a file) and stand newest first, so that
they must be held to be turned round.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

import orjson

from upstander.errors import Unreadable
from upstander.evidence.document import File

__all__ = ["LIMIT", "Loaded", "load", "loads"]

#: Bytes of JSON that are read; about four times that is needed in memory.
LIMIT = 128 * 1024 * 1024

_BOM = b"\xef\xbb\xbf"
_SPACE = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class Loaded:
    """An object, or as much of it as could be read."""

    value: dict[str, Any]
    #: Why the rest could not be read; None where all of it was.
    problem: str | None
    #: Whether bytes that are not UTF-8 were replaced.
    replaced: bool
    #: Whether the problem is the limit and not the file.
    limited: bool = False


def load(file: File, *, limit: int = LIMIT) -> Loaded:
    """Read the object in `file`; never raises for what stands in it."""
    chunks: list[bytes] = []
    held = 0
    problem = None
    try:
        with file.open() as stream:
            while held <= limit and (chunk := stream.read(min(1 << 20, limit + 1 - held))):
                chunks.append(chunk)
                held += len(chunk)
    except Unreadable as damage:  # a damaged member of an archive: what came before it is still good
        problem = str(damage)
    data = b"".join(chunks)
    if held > limit:
        cut = _salvage(data[:limit].decode("utf-8", "replace"))
        why = (
            f"{file.name} has more than {limit:,} bytes; what stands before that was read, split the file for the rest"
        )
        return Loaded(cut[0], why, replaced=False, limited=True)
    loaded = loads(data)
    if problem is not None:
        return Loaded(loaded.value, problem, loaded.replaced)
    return loaded


def loads(data: bytes) -> Loaded:
    """The object in `data`, by the fast parser where the bytes are as the standard wants them."""
    data = data.removeprefix(_BOM)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return _slow(data)
    if not isinstance(value, dict):
        return Loaded({}, "the JSON is no object", replaced=False)
    return Loaded(value, None, replaced=False)


def _slow(data: bytes) -> Loaded:
    """Invalid UTF-8, lone surrogates, NaN: what the strict parser refuses and the lenient one reads."""
    replaced = False
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", "replace")
        replaced = True
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        saved, problem = _salvage(text)
        return Loaded(saved, problem, replaced)
    if not isinstance(value, dict):
        return Loaded({}, "the JSON is no object", replaced)
    return Loaded(value, None, replaced)


def _salvage(text: str) -> tuple[dict[str, Any], str]:
    """The members of the top object up to the damage; of a list, the elements before it."""
    scan = json.JSONDecoder().raw_decode
    saved: dict[str, Any] = {}
    at = _after_space(text, 0)
    problem = f"the JSON is damaged or cut short at character {at:,}"
    if text[at : at + 1] != "{":
        return saved, problem
    at += 1
    try:
        while True:
            key, at = scan(text, _after_space(text, at))
            at = _after(text, at, ":")
            if not isinstance(key, str):
                raise ValueError(at)
            if text[at : at + 1] == "[":
                elements = saved[key] = []
                at = _after_space(text, at + 1)
                while text[at : at + 1] != "]":
                    element, end = scan(text, at)
                    # A number at the very end may have lost digits; an element counts once something follows it.
                    following = _after_space(text, end)
                    if text[following : following + 1] not in (",", "]"):
                        if isinstance(element, dict | list | str):
                            elements.append(element)
                        at = following
                        raise ValueError(at)
                    elements.append(element)
                    at = following if text[following] == "]" else _after_space(text, following + 1)
                at += 1
            else:
                value, end = scan(text, at)
                if end == len(text) and not isinstance(value, dict | str):
                    raise ValueError(end)
                saved[key] = value
                at = end
            at = _after(text, at, ",")
    except (ValueError, RecursionError, StopIteration):
        return saved, f"the JSON is damaged or cut short near character {at:,} of {len(text):,}"


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return at if match is None else match.end()


def _after(text: str, at: int, mark: str) -> int:
    at = _after_space(text, at)
    if text[at : at + 1] != mark:
        raise ValueError(at)
    return _after_space(text, at + 1)
