"""The files of one conversation: `message_1.json` and the companions in its folder, in the order of time."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import HEAD_BYTES, Document, File
from upstander.evidence.sources import json_whole
from upstander.evidence.sources.loose import instant, items, record

__all__ = ["Part", "check", "companions", "in_order", "number", "oldest_first"]

_NUMBERED = re.compile(r"(?P<stem>.*message_)(?P<number>[0-9]{1,6})(?P<suffix>\.json)", re.IGNORECASE)
_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\{[ \t\r\n]*[\"}]")
_SENDER = re.compile(rb'(?<!\\)"sender_name"[ \t\r\n]*:')
_STAMP = re.compile(rb'(?<!\\)"timestamp_ms"[ \t\r\n]*:')
_PEOPLE = re.compile(rb'(?<!\\)"participants"[ \t\r\n]*:[ \t\r\n]*\[[ \t\r\n]*(?:\]|\{[ \t\r\n]*"name")')
_MESSAGES = re.compile(rb'(?<!\\)"messages"[ \t\r\n]*:[ \t\r\n]*\[')


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the conversation, read."""

    number: int
    file: File
    loaded: json_whole.Loaded

    @property
    def messages(self) -> list[Any]:
        """Its messages as the file has them."""
        return items(self.loaded.value.get("messages"))


def check(head: bytes) -> None:
    """Raise `WrongSource` where the first bytes are not those of a Messenger or Instagram conversation."""
    if _START.match(head):
        if _SENDER.search(head) and (_STAMP.search(head) or _MESSAGES.search(head)):
            return
        # A conversation without messages, or whose list of participants fills the first bytes.
        if _PEOPLE.search(head) and (_MESSAGES.search(head) or len(head) >= HEAD_BYTES):
            return
    raise WrongSource("the document is no Messenger or Instagram conversation in JSON")


def number(name: str) -> int:
    """N of `message_N.json`; 1 of a file that was renamed."""
    match = _NUMBERED.fullmatch(name.rsplit("/", 1)[-1])
    return int(match["number"]) if match else 1


def companions(document: Document) -> tuple[str, ...]:
    """The higher-numbered files of the same folder that are conversations too, by number."""
    path = PurePosixPath(document.file.name)
    match = _NUMBERED.fullmatch(path.name)
    if match is None:
        return ()
    found: dict[int, str] = {}
    for name, file in document.siblings.items():
        sibling = PurePosixPath(name)
        other = _NUMBERED.fullmatch(sibling.name)
        if sibling.parent != path.parent or other is None or other["stem"] != match["stem"]:
            continue
        if int(other["number"]) > int(match["number"]) and _is_conversation(file):
            found.setdefault(int(other["number"]), name)
    return tuple(found[key] for key in sorted(found))


def _is_conversation(file: File) -> bool:
    try:
        with file.open() as stream:
            check(stream.read(HEAD_BYTES))
    except (SourceError, OSError):
        return False
    return True


def in_order(document: Document) -> Iterator[Part]:
    """Every file of the conversation, the oldest first, by what their messages' times say.

    Files are read twice where there are several, so that one is held at a time.
    """
    files = [(number(document.file.name), document.file)]
    files += [(number(name), document.siblings[name]) for name in companions(document)]
    if len(files) > 1:
        # The highest number is the oldest in every download seen; times decide, and the number where there are none.
        files.sort(key=lambda entry: -entry[0])
        starts = [_start(file) for _, file in files]
        if None not in starts:
            files = [entry for _, entry in sorted(zip(starts, files, strict=True), key=lambda pair: pair[0] or 0)]
    for ordinal, file in files:
        yield Part(ordinal, file, json_whole.load(file))


def _start(file: File) -> int | None:
    stamps = [
        instant(record(entry).get("timestamp_ms")) for entry in items(json_whole.load(file).value.get("messages"))
    ]
    return min((stamp for stamp in stamps if stamp is not None), default=None)


def oldest_first(messages: list[Any]) -> list[tuple[int, Any]]:
    """(index in the file, message), turned round where the file is newest first, and never sorted."""
    indexed = list(enumerate(messages))
    stamps = [stamp for entry in messages if (stamp := instant(record(entry).get("timestamp_ms"))) is not None]
    steps = list(pairwise(stamps))
    rising = sum(later > earlier for earlier, later in steps)
    falling = sum(later < earlier for earlier, later in steps)
    # Equal times throughout say nothing; downloads are newest first.
    return indexed if rising > falling else indexed[::-1]
