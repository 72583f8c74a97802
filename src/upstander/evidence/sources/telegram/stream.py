"""Telegram's JSON, one record at a time, in memory that does not grow with the document."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import ijson

from upstander.errors import LimitReached
from upstander.evidence.sources.json_records import NESTING, CleanStream, build, no_json

__all__ = ["CleanStream", "Found", "Header", "walk"]


@dataclass
class Header:
    """What stands of a chat before its messages."""

    #: `messages` for an export of one chat; `chats.list[3].messages` in a full one.
    path: str
    left: bool = False
    #: Whether it has a list of messages, be it empty.
    holds: bool = False
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """One record: a message of a chat, or something about the account."""

    #: `message`, `chat` (its end; it may have had no message), `personal` or `contact`.
    what: str
    record: Any
    header: Header | None = None
    index: int = 0
    #: Whether the record was larger or deeper than the limits, and lacks its rest.
    cut: bool = False


def walk(stream: CleanStream, name: str) -> Iterator[Found]:
    """Every record of the document. Raises `Unreadable` where it is no JSON from some place on."""
    with no_json(stream, name):
        yield from _walk(iter(ijson.basic_parse(stream)))


def _walk(events: Iterator[tuple[str, Any]]) -> Iterator[Found]:
    #: Of every container that is open: its key or index in the one around it, and for an array the next index.
    path: list[str | int] = []
    counts: list[int] = []
    key: str | int = ""
    headers: dict[tuple[str | int, ...], Header] = {}
    for event, value in events:
        if event == "map_key":
            key = value
            continue
        if event in {"end_map", "end_array"}:
            closed = tuple(path)
            if closed in headers:
                yield Found("chat", None, headers.pop(closed))
            if path:
                path.pop()
                counts.pop()
            continue
        if counts and counts[-1] >= 0:
            key = counts[-1]
            counts[-1] += 1
        at = (*path[1:], key) if path else ()
        header = _header(at, headers)
        what = _what(at)
        if event in {"start_map", "start_array"}:
            if what is not None:
                record, cut = build(events, event)
                yield Found(what, record, header, int(key) if isinstance(key, int) else 0, cut)
                continue
            if len(path) >= NESTING:
                raise LimitReached(f"the document nests more than {NESTING} deep; what stands before was read")
            if _chat_of(at):
                headers[("", *at)] = _new_header(at)
            elif header is not None and at[-1] == "messages" and _chat_of(at[:-1]):
                header.holds = True
            path.append(key if path else "")
            counts.append(0 if event == "start_array" else -1)
        elif what == "message":
            yield Found(what, value, header, int(key) if isinstance(key, int) else 0)
        elif header is not None and at and at[-1] in {"name", "type", "id"} and _chat_of(at[:-1]):
            header.values.setdefault(str(at[-1]), value)


def _chat_of(at: tuple[str | int, ...]) -> bool:
    return at == () or (len(at) == 3 and at[0] in {"chats", "left_chats"} and at[1] == "list")


def _new_header(at: tuple[str | int, ...]) -> Header:
    if not at:
        return Header("messages")
    return Header(f"{at[0]}.list[{at[2]}].messages", left=at[0] == "left_chats")


def _header(at: tuple[str | int, ...], headers: dict[tuple[str | int, ...], Header]) -> Header | None:
    return headers.get(("", *at[:3])) if at[:1] in {("chats",), ("left_chats",)} else headers.get(("",))


def _what(at: tuple[str | int, ...]) -> str | None:
    if at[-2:-1] == ("messages",) and isinstance(at[-1], int) and _chat_of(at[:-2]):
        return "message"
    if at == ("personal_information",):
        return "personal"
    return "contact" if len(at) == 3 and at[:2] == ("contacts", "list") else None
