"""DiscordChatExporter's JSON, one record at a time, in memory that does not grow with the document."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import ijson

from upstander.errors import LimitReached
from upstander.evidence.sources.json_records import NESTING, CleanStream, build, no_json

__all__ = ["Found", "walk"]


@dataclass(frozen=True, slots=True)
class Found:
    """A message, or one member of the object around the messages."""

    #: `message`, or the member's name: `guild`, `channel`, `dateRange`, `exportedAt`, `messageCount`, any other.
    what: str
    value: Any
    index: int = 0
    #: Whether the record was larger or deeper than the limits, and lacks its rest.
    cut: bool = False


def walk(stream: CleanStream, name: str) -> Iterator[Found]:
    """Every record of the document. Raises `Unreadable` where it is no JSON from some place on."""
    with no_json(stream, name):
        yield from _walk(iter(ijson.basic_parse(stream)))


def _walk(events: Iterator[tuple[str, Any]]) -> Iterator[Found]:
    depth, key, index = 0, "", 0
    inside = False
    for event, value in events:
        if event == "map_key":
            key = value
        elif event in {"end_map", "end_array"}:
            depth -= 1
            inside = inside and depth >= 2
        elif depth == 0:
            if event not in {"start_map", "start_array"}:
                return
            depth = 1
        elif inside or (depth == 1 and key != "messages"):
            cut = False
            if event in {"start_map", "start_array"}:
                value, cut = build(events, event)
            yield Found("message" if inside else key, value, index, cut)
            index += inside
        elif event == "start_array" and depth == 1:
            inside, depth = True, 2
        elif event == "start_map":
            # `messages` that is no list: nothing in it is a message.
            value, cut = build(events, event)
            yield Found("messages", value, 0, cut)
        else:
            yield Found("messages", value)
        if depth > NESTING:
            raise LimitReached(f"the document nests more than {NESTING} deep; what stands before was read")
