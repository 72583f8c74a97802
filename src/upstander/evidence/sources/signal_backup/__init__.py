"""Signal's backup, version 2: protobuf frames in the clear or encrypted, and the plain-text export as JSON lines."""

from collections.abc import Iterator

from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Reading, Rows, Source
from upstander.evidence.sources.signal_backup.card import CARD
from upstander.evidence.sources.signal_backup.encrypted import companions, open_backup, stated_account
from upstander.evidence.sources.signal_backup.people import People
from upstander.evidence.sources.signal_backup.reading import Backup
from upstander.evidence.sources.signal_backup.recognising import Form, form_of

__all__ = ["SOURCE"]

NAME = "signal_backup"


def recognise(document: Document) -> tuple[str, ...]:
    """By content: a description of the backup and frames, the header of an encrypted one, or what lies beside it."""
    return companions(document) if form_of(document) is Form.ENCRYPTED else ()


def read(document: Document, reading: Reading) -> Iterator[Rows]:
    """Read people, groups and chats first, then messages in the order of the backup."""
    form = form_of(document)
    capture = Capture(document, source=NAME, platform="signal")
    if form is not Form.ENCRYPTED:
        people = People(aci=stated_account(reading.key))
        yield from Backup(capture, document.file, json=form is Form.JSON, people=people).rows()
        return
    opened = open_backup(document, reading.key)
    backup = Backup(capture, opened.file, json=False, people=People(aci=opened.aci), proves=opened.proves, opened=True)
    if opened.problem is not None:
        capture.warn("unreadable", f"{opened.problem}; what came out was read")
    yield from backup.rows()


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
