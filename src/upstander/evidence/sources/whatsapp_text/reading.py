"""Turns a document into rows: messages by whole columns, everything that is rare one by one."""

from collections.abc import Iterator
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np

from upstander.errors import Unreadable
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Reading, Rows
from upstander.evidence.sources.whatsapp_text.chat import Chat
from upstander.evidence.sources.whatsapp_text.judging import Judge
from upstander.evidence.sources.whatsapp_text.messages import Messages
from upstander.evidence.sources.whatsapp_text.overview import Overview
from upstander.evidence.sources.whatsapp_text.spans import Spans, spans
from upstander.evidence.sources.whatsapp_text.streaming import Piece, pieces, survey

__all__ = ["NAME", "read", "warn_assumptions", "warn_at_end"]

NAME = "whatsapp_text"

#: Rows at which an export is known to stop, give or take a few that the app counts and does not show, or the reverse.
_CUT_AT = 40_000
_CUT_AT_WITH_MEDIA = 10_000
_CUT_SLACK = 10

#: Bytes of pieces that are kept between the two passes: more than any one export of 40,000 messages has.
_KEPT = 12 * 1024 * 1024

_ORDERS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}


def read(document: Document, reading: Reading) -> Iterator[Rows]:
    """Rows of a WhatsApp text export."""
    zone = _zone(reading)
    with document.file.open() as stream:
        judge = survey(stream, reading.date_order)
    if judge is None:
        raise Unreadable(f"{document.file.name} has no line that starts a WhatsApp message")
    overview, ahead = _overview(document, judge)
    if ahead is None:
        with document.file.open() as stream:
            judge = survey(stream, reading.date_order) or judge
    capture = Capture(document, source=NAME, platform="whatsapp")
    conversation = capture.conversation("chat", kind="unknown")
    chat = Chat(capture, conversation, writers=frozenset(overview.writers))
    chat.known |= overview.stated | overview.writers
    chat.phrases.met.update(overview.phrases.met)
    warn_assumptions(capture, judge, reading, conversation.id)
    messages = Messages(document, chat, judge, overview, zone=zone, stated=reading.time_zone is not None)
    with document.file.open() as stream:
        again = ((piece, None) for piece in pieces(stream, judge, size=document.file.size))
        for piece, found in again if ahead is None else ahead:
            yield from messages.rows(piece, found)
            yield from capture.drain(piece.done)
    messages.finish()
    warn_at_end(capture, chat)
    chat.finish(document.file.name)
    yield from capture.close()


def _overview(document: Document, judge: Judge) -> tuple[Overview, list[tuple[Piece, Spans | None]] | None]:
    """What the whole document shows; and its pieces, where they are few enough to be kept for the second pass."""
    overview = Overview()
    ahead: list[tuple[Piece, Spans | None]] | None = []
    kept = 0
    with document.file.open() as stream:
        for piece in pieces(stream, judge, size=document.file.size):
            found = None
            if len(piece.verdict.heads):
                found = spans(piece, np.frombuffer(piece.data, np.uint8))
                overview.take(piece, found)
            kept += len(piece.data)
            if ahead is not None and kept <= _KEPT:
                ahead.append((piece, found))
            else:
                ahead = None
    return overview, ahead


def _zone(reading: Reading) -> str:
    zone = reading.time_zone or "UTC"
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise Unreadable(f"{zone} is no time zone of the IANA database; state one such as Europe/London") from problem
    return zone


def warn_assumptions(capture: Capture, judge: Judge, reading: Reading, conversation: str) -> None:
    """Say where a time zone or an order of dates was assumed, or one that was stated was not followed."""
    if reading.time_zone is None:
        capture.warn(
            "time_zone_assumed",
            "the export writes local times without a zone, and they were read as UTC; state the phone's time zone",
            conversation=conversation,
        )
    decision = judge.decisions[judge.main]
    layout = judge.scanner.layouts[judge.main]
    if decision.assumed is not None:
        capture.warn(
            "date_order_ambiguous",
            f"the dates can be read in more than one order, and {_ORDERS[decision.order]} was assumed because"
            f" {decision.assumed}; state the date order",
            conversation=conversation,
        )
    if reading.date_order is not None and layout.year == 1 and reading.date_order != decision.order:
        capture.warn(
            "date_order_conflict",
            "dates start with a year of four digits and were read year first, not"
            f" {_ORDERS[reading.date_order]} as stated",
            conversation=conversation,
        )


def warn_at_end(capture: Capture, chat: Chat) -> None:
    """Say what only the whole document shows: system lines that nothing explains, and an export cut short."""
    rows = chat.authored + chat.system
    if chat.system and not chat.languages:
        capture.warn(
            "language_unknown",
            f"none of {chat.system} system lines is in a language whose phrases are known; they were told apart by"
            " their layout and by U+200E, and say nothing about who was in the group",
            conversation=chat.conversation.id,
        )
    if abs(rows - _CUT_AT) <= _CUT_SLACK or (chat.media and abs(rows - _CUT_AT_WITH_MEDIA) <= _CUT_SLACK):
        limit = _CUT_AT if abs(rows - _CUT_AT) <= _CUT_SLACK else _CUT_AT_WITH_MEDIA
        capture.warn(
            "export_cut_short",
            f"the export has {rows:,} rows and WhatsApp stops at about {limit:,}: what was before the first is unknown",
            conversation=chat.conversation.id,
        )
