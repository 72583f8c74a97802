"""What some exports log of edits and deletions: hidden records with the text as it was before.

They stand on the day of the change, so a channel's days are looked through for them before its messages are read.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from upstander.errors import SourceError
from upstander.evidence.capture import Capture
from upstander.evidence.document import File
from upstander.evidence.sources.loose import Loose, record, shown
from upstander.evidence.sources.slack.clock import key_of, stamp
from upstander.evidence.sources.slack.records import records

__all__ = ["LOGGED", "Log", "Version", "scan"]

LOGGED = ("message_changed", "message_deleted")
_MARKS = tuple(name.encode() for name in LOGGED)
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Version:
    """One text of a message, with when it was made."""

    at: int | None
    text: str | None
    row: str
    exhibit: str


@dataclass
class Log:
    """The log of one channel."""

    #: By the message's key: its versions, by the `ts` of each; that of the first is empty.
    versions: dict[str, dict[str, Version]] = field(default_factory=dict)
    #: When each message was deleted.
    deleted: dict[str, int | None] = field(default_factory=dict)
    #: The last that is known of each message.
    known: dict[str, dict[str, Any]] = field(default_factory=dict)

    def add(self, entry: dict[str, Any], row: str, exhibit: str) -> None:
        """Take in one record of the log."""
        target = self.target(entry)
        if target is None:
            return
        before = record(entry.get("previous_message")) or record(entry.get("original"))
        after = record(entry.get("message"))
        at = stamp(entry.get("ts")).at
        # The first message of a thread is changed into a tombstone when it is deleted.
        if entry.get("subtype") == "message_deleted" or after.get("subtype") == "tombstone":
            self.deleted[target] = at
            after = {}
            self.known[target] = before or self.known.get(target) or {}
            return
        self.known[target] = after or self.known.get(target) or before
        edited = record(after.get("edited")).get("ts")
        if not edited and before and before.get("text") == after.get("text"):
            return  # a preview was added, a reply counted: no text was edited
        versions = self.versions.setdefault(target, {})
        if before:
            made = record(before.get("edited")).get("ts")
            key = "" if not made else shown(made)
            versions.setdefault(key, Version(stamp(made or target).at, _text(before), row, exhibit))
        if after:
            made = edited or entry.get("ts")
            versions[shown(made)] = Version(stamp(made).at, _text(after), row, exhibit)

    @staticmethod
    def target(entry: dict[str, Any]) -> str | None:
        """Key of the message that a record of the log is about."""
        for found in (
            entry.get("deleted_ts"),
            record(entry.get("message")).get("ts"),
            record(entry.get("previous_message")).get("ts"),
            record(entry.get("original")).get("ts"),
        ):
            key = key_of(found)
            if key is not None:
                return key
        return None


def scan(days: Iterable[tuple[str, File]], capture: Capture) -> Log:
    """The log of the channel whose days these are; only files that hold the words are taken apart."""
    log = Log()
    for row, file in days:
        if not _marked(file):
            continue
        quiet = _Quiet(capture, {"exhibit": file.exhibit, "member": file.member})
        for index, entry in records(file, quiet, row):
            if isinstance(entry, dict) and entry.get("subtype") in LOGGED:
                log.add(entry, f"{row}[{index}]", file.exhibit)
    return log


class _Quiet(Loose):
    """Says nothing: the same file is read again for its messages, and its damage said then."""

    def warn(self, kind: str, detail: str, row: str | None = None) -> None:
        """Nothing."""


def _marked(file: File) -> bool:
    kept = b""
    try:
        with file.open() as stream:
            while chunk := stream.read(_CHUNK):
                held = kept + chunk
                if any(mark in held for mark in _MARKS):
                    return True
                kept = held[-20:]
    except SourceError:
        return False
    return False


def _text(entry: dict[str, Any]) -> str | None:
    return None if entry.get("text") is None else shown(entry["text"])
