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
from upstander.evidence.sources.cellebrite.spool import Spool
from upstander.evidence.sources.cellebrite.stream import Seen, recognise_root
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose

__all__ = ["SOURCE"]

NAME = "cellebrite"

CARD = Card(
    title="Cellebrite Physical Analyzer report (UFDR, report.xml)",
    tried_on=(),
    limits=(),
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
        maker = Maker(loose, clock, Carried(document, spool, loose))
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
