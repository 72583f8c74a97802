"""One SMS, MMS or call as a row of messages."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.loose import Loose, shown
from upstander.evidence.sources.sms_xml.clocks import Clocks
from upstander.evidence.sources.sms_xml.people import OWN, Party, party, stated
from upstander.evidence.sources.sms_xml.spool import stamp
from upstander.evidence.sources.sms_xml.stream import Element

__all__ = ["Texts"]

#: Records whose digests are kept to find duplicates: 64 bits each.
REMEMBERED = 1_000_000
#: A step back of more than this, by the phone's own clock, is said.
_BACKWARDS = 60_000

_NOT_SENT = {
    "3": "a draft",
    "4": "a message in the outbox",
    "5": "a message that failed",
    "6": "a message in the queue",
}
_NUMBER = re.compile(r"\+[0-9]+")
_KINDS = {"image": "image", "video": "video", "audio": "audio"}
_CARDS = frozenset({"text/x-vcard", "text/vcard", "text/directory"})


@dataclass
class Texts:
    """Turns records into rows, and remembers what it has seen."""

    capture: Capture
    loose: Loose
    clocks: Clocks
    _seen: dict[int, str] = field(default_factory=dict)
    _latest: dict[str, int] = field(default_factory=dict)
    _full: bool = False

    def add(self, element: Element) -> None:
        """Add one record, unless it stands in the backup before."""
        row = f"{element.tag}[{element.number}]"
        with_whom = party(element)
        if self._repeated(element, with_whom, row):
            return
        conversation = self._conversation(with_whom, element.tag)
        self.loose.where["conversation"] = conversation.id
        columns = self._columns(element, with_whom, row, conversation)
        if element.tag == "mms":
            self._mms(element, columns, conversation, row)
        elif element.tag == "call":
            columns["kind"] = "call"
            conversation.message(_place(element), **columns)
        else:
            text = self.loose.text(element.fields.get("body"), row)
            subject = stated(self.loose.text(element.fields.get("subject"), row))
            columns["text"] = text if subject is None else f"{subject}\n{text or ''}"
            columns["kind"] = "text" if columns["text"] else "empty"
            conversation.message(_place(element), **columns)
        del self.loose.where["conversation"]

    def _conversation(self, with_whom: Party, tag: str) -> Conversation:
        group = len(with_whom.addresses) > 1
        conversation = self.capture.conversation(
            with_whom.key,
            kind="group" if group else "direct" if with_whom.addresses else "unknown",
            platform="mms" if group else "unknown" if tag == "call" else "sms",
            platform_key=with_whom.key or None,
            title=", ".join(with_whom.names.values()) or None,
            account=OWN,
        )
        conversation.participant(OWN, owner=True, standing="unknown")
        for address in with_whom.addresses:
            # Whom a message was addressed to is the export's own list of members, message by message.
            conversation.participant(
                address,
                name=with_whom.names.get(address),
                number=address if _NUMBER.fullmatch(address) else None,
                standing="unknown",
            )
        return conversation

    def _columns(self, element: Element, with_whom: Party, row: str, conversation: Conversation) -> dict[str, Any]:
        fields = element.fields
        written = fields.get("date")
        date, seconds = stamp(written)
        if date is None:
            self.loose.instant(None, row)
        if seconds:
            detail = f"the time of {row} is stored in seconds where milliseconds are due; it was read as seconds"
            self.loose.warn("unit_assumed", detail, row)
        sent, _ = stamp(fields.get("date_sent"))
        columns: dict[str, Any] = {
            "row": row,
            "sent_at": date,
            "sent_at_written": shown(written)[:100],
            "sent_at_precision": "second" if seconds else "millisecond",
            "time_zone": "UTC",
            "time_zone_basis": "recorded",
            "author": with_whom.author or "",
            "outgoing": with_whom.outgoing,
            "recipients": max(len(with_whom.addresses), 1) if with_whom.outgoing else None,
        }
        if with_whom.author is None:
            self.loose.warn("author_uncertain", f"{row} names no sender; its author is left empty", row)
        if not with_whom.outgoing:
            # One clock stamps question and answer alike; the service centre's would tear them apart where it is off.
            columns |= {"received_at": date, "server_at": sent}
            self.clocks.compare(date, sent, row)
        self._box(element, columns, row)
        latest, published = self._latest.get(conversation.id), columns["sent_at"]
        if published is not None:
            if latest is not None and published < latest - _BACKWARDS:
                detail = f"{row} is stamped earlier than the record before it; the backup's order is kept"
                self.loose.warn("times_run_backwards", detail, row)
            self._latest[conversation.id] = published
        return columns

    def _box(self, element: Element, columns: dict[str, Any], row: str) -> None:
        if element.tag == "call":
            return
        box = element.fields.get("msg_box" if element.tag == "mms" else "type")
        what = _NOT_SENT.get(box or "")
        if what is not None:
            self.loose.warn("not_sent", f"{row} is {what}; nothing shows that it reached anyone", row)
            if box == "3":
                columns["sent_at"] = None
        elif box not in ("1", "2"):
            detail = f"{row} has the type {shown(box)[:40]!r}, which this source does not know; it was read as received"
            self.loose.warn("unknown_value", detail, row)

    def _mms(self, element: Element, columns: dict[str, Any], conversation: Conversation, row: str) -> None:
        texts: list[str] = []
        files: list[dict[str, str]] = []
        for position, part in enumerate(element.parts):
            media = (part.get("ct") or "").lower()
            if media == "application/smil":
                continue  # the layout of the slides, made by the app
            if media == "text/plain" and not stated(part.get("data")):
                text = self.loose.text(part.get("text"), f"{row}.part[{position}]")
                if text is not None and text != "null":
                    texts.append(text)
            else:
                files.append(part)
        subject = stated(self.loose.text(element.fields.get("sub"), row))
        text = "\n".join(texts if subject is None else [subject, *texts])
        columns["text"] = text or None
        kinds = [_kind(part) for part in files]
        columns["kind"] = (
            kinds[0] if kinds and kinds[0] != "unknown" else "media" if kinds else "text" if text else "empty"
        )
        identity = conversation.message(_place(element), **columns)
        if element.dropped:
            detail = f"{row} has {element.dropped:,} more parts or addresses than are read; see the exhibit"
            self.loose.warn("limit_reached", detail, row)
        for ordinal, part in enumerate(files):
            digest, size = _digest(part.get("data"))
            held = "omitted" if part.get("data") is None else "absent" if digest is None else "held"
            if held == "absent":
                self.loose.warn("invalid_record", f"a part of {row} is no valid base64; see the exhibit", row)
            conversation.attachment(
                identity,
                ordinal=ordinal,
                kind=_kind(part),
                held=held,
                name=self._named(part, row),
                media_type=self.loose.text(part.get("ct"), row),
                sha256=digest,
                bytes=size,
            )

    def _named(self, part: dict[str, str], row: str) -> str | None:
        found = next((name for key in ("cl", "name", "fn") if (name := stated(part.get(key)))), None)
        return self.loose.text(found, row)

    def _repeated(self, element: Element, with_whom: Party, row: str) -> bool:
        """Whether the same address, time, box and content stood before; backups merged by hand are full of these."""
        fields = element.fields
        digest = hashlib.blake2b(digest_size=8)
        own = (
            element.tag,
            with_whom.key,
            with_whom.author,
            fields.get("date"),
            fields.get("type"),
            fields.get("msg_box"),
        )
        parts = [(part.get("ct"), part.get("text"), part.get("data")) for part in element.parts]
        rest = (fields.get("body"), fields.get("subject"), fields.get("sub"), fields.get("duration"), parts)
        digest.update(repr((own, rest)).encode("utf-8", "surrogatepass"))
        key = int.from_bytes(digest.digest(), "big")
        first = self._seen.get(key)
        if first is not None:
            detail = f"{row} repeats {first}: the same address, time and content; it was read once"
            self.loose.warn("duplicate_record", detail, row)
            return True
        if len(self._seen) < REMEMBERED:
            self._seen[key] = row
        elif not self._full:
            self._full = True
            detail = f"duplicates are looked for among the first {REMEMBERED:,} records only; later ones are all kept"
            self.loose.warn("limit_reached", detail, row)
        return False


def _place(element: Element) -> str:
    return f"{element.tag}.{element.number}"


def _kind(part: dict[str, str]) -> str:
    media = (part.get("ct") or "").lower()
    if media in _CARDS:
        return "contact"
    if media == "image/gif":
        return "gif"
    family = media.split("/", 1)[0]
    return _KINDS.get(family) or ("document" if family in ("application", "text") else "unknown")


def _digest(data: str | None) -> tuple[str | None, int | None]:
    """SHA-256 and size of a part's bytes; long ones were hashed while they were read."""
    if data is None:
        return None, None
    if data.startswith("sha256:"):
        _, digest, size = data.split(":")
        return digest, int(size)
    try:
        held = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return None, None
    return hashlib.sha256(held).hexdigest(), len(held)
