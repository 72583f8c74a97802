"""SMS, MMS and calls from *SMS Backup & Restore* for Android, in XML.

A conversation is an address, or the set of addresses of a group MMS. The exporting phone does not state its own
number; it writes as `me`. A received message has two times: `date`, when this phone received it, and `date_sent`, the
network's stamp. The first is its sent_at, since the phone's one clock orders what was sent and what was received; the
second is its server_at, and where the two part by more than a minute a warning says so.
"""

import errno
from collections.abc import Iterator

from upstander.errors import LimitReached, SourceError
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose
from upstander.evidence.sources.sms_xml.clocks import Clocks
from upstander.evidence.sources.sms_xml.spool import Spool
from upstander.evidence.sources.sms_xml.stream import Mender, elements, root
from upstander.evidence.sources.sms_xml.texts import Texts

__all__ = ["SOURCE"]

NAME = "sms_backup"

CARD = Card(
    title="SMS Backup & Restore, XML",
    tried_on=(
        "KhasMek/python-smsbackuptools sms.xml (9 SMS, states 2): 9 messages in 5 conversations, 4 of them with times"
        " in seconds; the 3 received ones that have a network's stamp have it an hour before the phone's time",
    ),
    limits=(
        "sent_at is the phone's own time, of received messages too: when the sender sent is not known. The network's"
        " stamp is server_at.",
        "National and international forms of one number (07700…, +447700…) are two conversations: the backup states no"
        " country.",
        "The phone's own number is not stated; its messages are by 'me', and a subject stands as the first line of the"
        " text.",
        "Delivery reports, read flags, the length of calls and the layout of MMS slides are not read.",
        "No MMS or call backup of a real phone was at hand; those were tried on invented ones.",
        "One record of more than 16 million characters, base64 left out, stops the reading there.",
    ),
)


def recognise(document: Document) -> tuple[str, ...]:
    """Raise `WrongSource` where the root element is not a backup's; nothing is read together with it."""
    root(document.head)
    return ()


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - times are stored instants
    """Lay the records aside, then give them oldest first; what was read before damage is given before it is raised."""
    root(document.head)
    capture = Capture(document, source=NAME, platform="sms")
    loose = Loose(capture, {})
    mender = Mender()
    stated: dict[str, str] = {}
    problem: SourceError | None = None
    with Spool(document.scratch) as spool:
        try:
            for element, _ in elements(document, mender, stated):
                spool.add(element)
        except SourceError as damage:
            problem = damage
        except OSError as full:
            if full.errno in (errno.ENOSPC, errno.EDQUOT):
                # No limit of the backup's: the run ends, and the next one reads it.
                raise
            problem = LimitReached(
                f"the scratch folder took no more records ({full.strerror}); make room and try again"
            )
        texts = Texts(capture, loose, Clocks(loose))
        for count, element in enumerate(spool.oldest_first()):
            texts.add(element)
            yield from capture.drain(0.5 + 0.5 * count / spool.count)
        texts.clocks.close()
        _compare(stated, spool.count, loose, cut=problem is not None)
    if mender.replaced:
        detail = f"{mender.replaced:,} characters that are not UTF-8 or not allowed in XML were replaced by U+FFFD"
        loose.warn("invalid_text", detail)
    yield from capture.close()
    if problem is not None:
        raise problem


def _compare(stated: dict[str, str], found: int, loose: Loose, *, cut: bool) -> None:
    count = stated.get("count", "")
    if not cut and count.isdecimal() and len(count) < 10 and int(count) > found:
        detail = f"the backup states {int(count):,} records and holds {found:,}; ask whether it was edited"
        loose.warn("unreadable", detail)
    unknown = stated.get("unknown", "0")
    if unknown != "0":
        loose.warn("unknown_value", f"{unknown} elements of the backup are no SMS, MMS or call and were not read")


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
