"""What a message of Telegram carries: files, contacts, places, polls, payments."""

from typing import Any

from upstander.evidence.document import Document

__all__ = ["attachments", "kind_of", "text_of_poll"]

_MEDIA = {
    "sticker": "sticker",
    "video_message": "video",
    "voice_message": "voice",
    "animation": "gif",
    "video_file": "video",
    "audio_file": "audio",
}
#: What the export writes in place of a path, in Telegram's own words.
_LEFT_OUT = (
    "(File not included.",
    "(File exceeds maximum size.",
    "(File unavailable,",
    "(Photo not included.",
    "(Photo exceeds maximum size.",
    "(Photo unavailable,",
)


def kind_of(record: dict[str, Any], text: str | None) -> str:
    """Kind of an authored message."""
    if "photo" in record or "file" in record or "media_type" in record:
        if "self_destruct_period_seconds" in record:
            return "view_once"
        return _file_kind(record)
    for field, kind in (
        ("contact_information", "contact"),
        ("location_information", "location"),
        ("place_name", "location"),
        ("poll", "poll"),
        ("invoice_information", "payment"),
        ("game_title", "link"),
    ):
        if field in record:
            return kind
    return "text" if text else "empty"


def attachments(record: dict[str, Any], document: Document) -> list[dict[str, Any]]:
    """Rows of the attachments table for one message, without its id and ordinal."""
    found = []
    for field, size in (("photo", "photo_file_size"), ("file", "file_size")):
        if field in record:
            kind = "image" if field == "photo" else _file_kind(record)
            found.append(_file(record, record[field], kind, record.get(size), document))
    contact = record.get("contact_information")
    if isinstance(contact, dict):
        name = " ".join(part for part in (_word(contact.get("first_name")), _word(contact.get("last_name"))) if part)
        number = _word(contact.get("phone_number"))
        found.append({"kind": "contact", "held": "held", "name": name or number, "caption": number})
    if "contact_vcard" in record:
        found.append(_file(record, record["contact_vcard"], "contact", None, document))
    place = record.get("location_information")
    if isinstance(place, dict) or "place_name" in record:
        point = place if isinstance(place, dict) else {}
        where = f"{point.get('latitude')},{point.get('longitude')}" if point else None
        named = ", ".join(part for part in (_word(record.get("place_name")), _word(record.get("address"))) if part)
        found.append({"kind": "location", "held": "held", "name": (where or named)[:200], "caption": named or None})
    return found


def text_of_poll(record: dict[str, Any]) -> str | None:
    """Question and answers, a line each: a poll has no text of its own."""
    poll = record.get("poll")
    if not isinstance(poll, dict):
        return None
    answers = poll.get("answers")
    lines = [_word(poll.get("question"))]
    lines += [_word(one.get("text")) for one in answers if isinstance(one, dict)] if isinstance(answers, list) else []
    return "\n".join(line for line in lines if line) or None


def _file_kind(record: dict[str, Any]) -> str:
    media = record.get("media_type")
    if isinstance(media, str) and media in _MEDIA:
        return _MEDIA[media]
    return "image" if "photo" in record else "document"


def _file(record: dict[str, Any], path: object, kind: str, size: object, document: Document) -> dict[str, Any]:
    written = _word(path)
    row: dict[str, Any] = {"kind": kind, "name": _word(record.get("file_name")), "held": "omitted"}
    if kind != "contact":
        row["media_type"] = (_word(record.get("mime_type")) or "")[:128] or None
    if isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 2**62:
        row["bytes"] = size
    if written is None or written.startswith(_LEFT_OUT):
        return row
    file = document.beside(written)
    row |= {"name": written, "held": "absent" if file is None else "held"}
    if file is not None:
        row |= {"bytes": file.size, "sha256": file.digest()}
    return row


def _word(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
