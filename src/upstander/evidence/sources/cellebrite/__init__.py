"""Reports of Cellebrite Physical Analyzer: `report.xml`, by itself or in a UFDR, which is a zip of it with its files.

A report is an examiner's tool's reading of a phone, app by app. A message in it that is marked as deleted was recovered
by the tool: the report does not say who deleted it. It is a message like others here, with `deleted` saying so.
"""

from collections import Counter
from collections.abc import Iterator

from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.cellebrite.carried import Carried
from upstander.evidence.sources.cellebrite.clock import Clock
from upstander.evidence.sources.cellebrite.exchanges import Exchanges
from upstander.evidence.sources.cellebrite.laying import lay
from upstander.evidence.sources.cellebrite.mending import Mender
from upstander.evidence.sources.cellebrite.messages import Rows as Maker
from upstander.evidence.sources.cellebrite.responses import Responses
from upstander.evidence.sources.cellebrite.spool import Spool
from upstander.evidence.sources.cellebrite.stream import Seen, recognise_root
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose

__all__ = ["SOURCE"]

NAME = "cellebrite"

CARD = Card(
    title="Cellebrite Physical Analyzer report (UFDR, report.xml)",
    tried_on=(
        "IPED's test resources, two fragments of real reports with the names changed, put into one report (83 KB): one"
        " chat with 10 messages (9 of WhatsApp, 1 of Telegram), 1 system line, 2 receipts with 3 times each, 1 contact"
        " card, 6 files that did not come, 1 forwarded and 1 answered message; 2 accounts",
        "A made report of 300 MB (299,248 files listed, 102,335 messages): 30 seconds of one CPU, 204 MB of memory at"
        " most, of which 63 MB before reading",
    ),
    limits=(
        "No whole report or UFDR of a real phone was at hand: its sections and the list of files are read as open"
        " readers of the format describe them, and SMS, MMS, calls, reactions, activities other than ParticipantJoined"
        " and duplicates were tried on invented ones.",
        "deleted_state Deleted is read as deleted by an unknown hand: the tool says that it recovered the record, and"
        " an app deletes too, for a timer, a revocation or when it tidies its database. Only Trash, the app's own bin,"
        " is read as deleted by the owner. DeletionReason is given in a warning.",
        "Records of one Identifier in one chat are read once where they agree in all that both state, the intact one;"
        " where they differ all are read. A message that is also there intact does not count as deleted.",
        "Two extractions in one report are two captures of a conversation.",
        "The participants of a group are given as its members; whether the tool lists those who left is not known.",
        "decoding_confidence and a chat's own deleted_state are in warnings, counted; those of parties, Status (Read,"
        " Delivered) without a time, the length and outcome of calls, transcripts and profile pictures are not read;"
        " nor are e-mails and models of other types, which a warning counts.",
        "The parser gives every line end as a line feed, as XML demands.",
        "The report is laid aside in the scratch folder before the first row is given: about a third of its size.",
    ),
)


def recognise(document: Document) -> tuple[str, ...]:
    """Raise `WrongSource` where the root element is not a report's; the files beside it are read on their own too."""
    recognise_root(document.head)
    return ()


def read(document: Document, reading: Reading) -> Iterator[Rows]:
    """Lay the report aside, then give it conversation by conversation; damage is raised after what stands before it."""
    recognise_root(document.head)
    capture = Capture(document, source=NAME, platform="unknown")
    loose = Loose(capture, {})
    mender, seen = Mender(), Seen()
    with Spool(document.scratch) as spool:
        laid = lay(document, mender, seen, spool)
        clock = Clock(loose, reading.time_zone)
        maker = Maker(loose, clock, Carried(document, spool, loose), Responses(loose, clock))
        exchanges = Exchanges(capture, loose, maker, spool, laid)
        yield from exchanges.rows()
        clock.close()
        _notes(seen, mender, maker.unknown, loose)
        yield from capture.close()
        if laid.problem is not None:
            raise laid.problem


def _notes(seen: Seen, mender: Mender, unknown: Counter[str], loose: Loose) -> None:
    for place in seen.cut:
        loose.warn("line_too_long", f"{place} is larger than is read; the tables lack its rest, see the exhibit", place)
    if mender.replaced:
        detail = f"{mender.replaced:,} characters that are not UTF-8 or not allowed in XML were replaced by U+FFFD"
        loose.warn("invalid_text", detail)
    for what, count in unknown.most_common(200):
        loose.warn("unknown_value", f"{count:,} records have {what}, which this source does not know")
    if seen.unread:
        listed = ", ".join(f"{name} ({count:,})" for name, count in seen.unread.most_common(20))
        loose.warn("unknown_value", f"the report also holds models that are no messages and were not read: {listed}")


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
