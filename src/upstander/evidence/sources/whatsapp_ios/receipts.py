"""What ZWAMESSAGEINFO.ZRECEIPTINFO says of one message: who received and read it, who reacted, what a poll asks.

The blob is a protobuf without a published schema. Field 2, once a recipient: 1 their number, 4 and 5 seconds from field
3 (a Unix time) until delivery and until reading; that 4 and 5 mean this was inferred, and a reader of the tables is
warned of it. Field 7: reactions. Field 8: a poll.
"""

from dataclasses import dataclass

from upstander.evidence.protobuf import decode
from upstander.evidence.sources.whatsapp_ios.values import jid, packed, unix

__all__ = ["Info", "Reaction", "Receipt", "read_info"]

_DAYS_400 = 400 * 86_400


@dataclass(frozen=True, slots=True)
class Receipt:
    """One recipient's entry."""

    digits: str
    delivered_at: int | None
    read_at: int | None


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction; `reactor` is None where the record names none."""

    place: str
    emoji: str
    reactor: str | None
    own: bool
    count: int
    at: int | None


@dataclass(frozen=True, slots=True)
class Info:
    """What one blob says."""

    receipts: tuple[Receipt, ...]
    reactions: tuple[Reaction, ...]
    poll: str | None
    whole: bool


def read_info(blob: bytes) -> Info:
    """Read the blob as far as it goes; `whole` says whether that was to its end."""
    fields = decode(blob)
    start = fields.number(3)
    receipts: list[Receipt] = []
    for entry in fields.messages(2):
        number = entry.blobs(1)
        digits = packed(number[-1]) if number else None
        if digits is not None:
            receipts.append(Receipt(digits, _later(start, entry.number(4)), _later(start, entry.number(5))))
    reactions: list[Reaction] = []
    for group in fields.messages(7):
        for entry in group.messages(1):
            reactor, emoji, at = jid(entry.text(2)), entry.text(3), entry.number(4)
            if emoji is not None and reactor is not None:
                place = f"7.1.{len(reactions)}"
                reactions.append(Reaction(place, emoji, reactor, own=False, count=1, at=_milliseconds(at)))
        for entry in group.messages(2):
            emoji, at = entry.text(2), entry.number(3)
            if emoji is not None:
                place = f"7.2.{len(reactions)}"
                reactions.append(Reaction(place, emoji, None, own=True, count=1, at=_milliseconds(at)))
        for tally in group.messages(3):
            for entry in tally.messages(1):
                emoji, count = entry.text(1), entry.number(2)
                if emoji is not None and count is not None and 0 < count < 2**53:
                    place = f"7.3.{len(reactions)}"
                    reactions.append(Reaction(place, emoji, None, own=False, count=count, at=None))
    polls = [entry for entry in fields.messages(8) if entry.text(2)]
    poll = None
    if polls:
        options = [option.text(1) for option in polls[-1].messages(3)]
        poll = "\n".join(line for line in (polls[-1].text(2), *options) if line)
    return Info(tuple(receipts), tuple(reactions), poll, fields.whole)


def _later(start: int | None, seconds: int | None) -> int | None:
    if start is None or seconds is None or seconds > _DAYS_400:
        return None
    return unix(start + seconds)


def _milliseconds(value: int | None) -> int | None:
    return value if value is not None and unix(value // 1000) is not None else None
