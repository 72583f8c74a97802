"""What a message says: its text from whichever column has it, and what an app put beside it."""

from dataclasses import dataclass

from upstander.evidence.sources.imessage.codes import BALLOONS, balloon
from upstander.evidence.sources.imessage.payload import Payload, read_payload
from upstander.evidence.sources.imessage.schema import Row
from upstander.evidence.sources.imessage.summary import Summary
from upstander.evidence.sources.imessage.typedstream import attributed
from upstander.evidence.sources.imessage.values import blob, text

__all__ = ["Body", "read_body", "transfers"]

#: Stands in the text where a file or an app's bubble does.
_PLACES = "\ufffc\ufffd"
#: Drawings: their payload is no property list.
_DRAWN = frozenset({"com.apple.Handwriting.HandwritingProvider", "com.apple.DigitalTouchBalloonProvider"})
#: Attribute that names the attachment a place in the text stands for.
_TRANSFER = "__kIMFileTransferGUIDAttributeName"


@dataclass(frozen=True, slots=True)
class Body:
    """What one message says."""

    text: str | None
    #: Kind that the app which made it gives it; None for an ordinary message.
    kind: str | None
    payload: Payload
    app: str | None
    #: What could not be read, in words.
    problems: tuple[str, ...]


def read_body(row: Row, summary: Summary) -> Body:
    """Read text, attributed text, subject and payload; text stays as received, marks of places included."""
    problems: list[str] = []
    words = text(row["text"])
    data = blob(row["attributedBody"])
    if not words and data is not None:
        read = attributed(data, runs=False)
        words = read.text
        if not read.whole:
            problems.append("attributedBody")
    if not words:
        words = summary.text
    if words is not None and not words.strip(_PLACES + " \n"):
        words = None
    app = balloon(text(row["balloon_bundle_id"]))
    payload = Payload()
    kind = None
    if app is not None:
        payload = read_payload(blob(row["payload_data"])) if app not in _DRAWN else payload
        if not payload.whole:
            problems.append("payload_data")
        # What a poll asks stands in its payload alone; elsewhere a person's own words go first.
        words = payload.text or words if payload.options else words or payload.text
        kind = BALLOONS.get(app) or ("link" if payload.url else "text" if words else "unknown")
        if payload.place:
            kind = "location"
    subject = text(row["subject"])
    if subject:
        # As in MMS: the subject is a line of its own above the text.
        words = f"{subject}\n{words}" if words else subject
    return Body(words or None, kind, payload, app, tuple(problems))


def transfers(row: Row) -> list[str]:
    """Guids of the attachments that the text has places for."""
    data = blob(row["attributedBody"])
    found = [run.attributes.get(_TRANSFER) for run in attributed(data).runs] if data is not None else []
    return [guid for guid in found if isinstance(guid, str)]
