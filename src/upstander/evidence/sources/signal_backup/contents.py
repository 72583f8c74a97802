"""What one item of a chat holds: its kind, text, files, and who reacted to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.loose import Loose, items, record, shown
from upstander.evidence.sources.signal_backup.values import number, raw, whole

__all__ = ["ITEMS", "Content", "content_of"]

_SHA256 = 32
_MEDIA = {"image": "image", "video": "video", "audio": "audio"}


@dataclass
class Content:
    """What was said or sent."""

    kind: str
    text: str | None = None
    #: Rows of the attachments table, without their message and ordinal.
    attachments: list[dict[str, Any]] = field(default_factory=list)
    reactions: list[Any] = field(default_factory=list)
    quote: dict[str, Any] = field(default_factory=dict)
    #: Votes of a poll: the option's text, its place, and the vote's record.
    votes: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    deleted: str | None = None
    #: Whether the text goes on in a file that the backup does not hold.
    continued: bool = False


def content_of(item: dict[str, Any], loose: Loose, row: str) -> Content | None:
    """What an item holds; None where it holds nothing that is known."""
    name = next((name for name in ITEMS if isinstance(item.get(name), dict)), None)
    if name is None:
        return None
    body = record(item[name])
    found = ITEMS[name](body, loose, f"{row}.{name}")
    found.reactions = items(body.get("reactions"))
    return found


def _standard(body: dict[str, Any], loose: Loose, row: str) -> Content:
    text = loose.text(record(body.get("text")).get("body") or None, row)
    attachments = [_attachment(record(one), loose, row) for one in items(body.get("attachments"))]
    kind = attachments[0]["kind"] if attachments else "text" if text else "empty"
    found = Content("media" if kind == "unknown" else kind, text, attachments, quote=record(body.get("quote")))
    for written in items(body.get("linkPreview")):
        link = record(written)
        title = loose.text(link.get("title") or link.get("description") or None, row)
        url = loose.text(link.get("url") or None, row)
        attachments.append({"kind": "link", "held": "held", "name": url, "caption": title})
    _long(found, body, loose, row)
    return found


def _long(found: Content, body: dict[str, Any], loose: Loose, row: str) -> None:
    if isinstance(body.get("longText"), dict):
        found.continued = True
        found.attachments.append(_pointer(record(body["longText"]), loose, row) | {"kind": "document"})


def _contact(body: dict[str, Any], loose: Loose, row: str) -> Content:
    card = record(body.get("contact"))
    name = record(card.get("name"))
    order = ("prefix", "givenName", "middleName", "familyName", "suffix")
    parts = [loose.text(name.get(part) or None, row) for part in order]
    shown_as = " ".join(part for part in parts if part) or loose.text(
        name.get("nickname") or card.get("organization") or None, row
    )
    values = [record(one).get("value") for kind in ("number", "email") for one in items(card.get(kind))]
    reached = ", ".join(text for value in values if (text := loose.text(value or None, row)))
    attachment = {"kind": "contact", "held": "held", "name": shown_as or reached or None, "caption": reached or None}
    return Content("contact", None, [attachment])


def _sticker(body: dict[str, Any], loose: Loose, row: str) -> Content:
    sticker = record(body.get("sticker"))
    pack = raw(sticker.get("packId"))
    if pack is None or len(pack) != 16:
        loose.warn("unknown_value", f"the sticker at {row} is of no pack that has an id of 16 bytes", row)
    name = f"{pack.hex() if pack else ''}:{number(sticker.get('stickerId'))}"
    made = _pointer(record(sticker.get("data")), loose, row)
    emoji = loose.text(sticker.get("emoji") or None, row)
    return Content("sticker", None, [made | {"kind": "sticker", "name": name, "caption": emoji}])


def _view_once(body: dict[str, Any], loose: Loose, row: str) -> Content:
    attachment = body.get("attachment")
    return Content("view_once", None, [_attachment(attachment, loose, row)] if isinstance(attachment, dict) else [])


def _story_reply(body: dict[str, Any], loose: Loose, row: str) -> Content:
    reply = record(body.get("textReply"))
    text = loose.text(record(reply.get("text")).get("body") or body.get("emoji") or None, row)
    found = Content("text" if text else "empty", text)
    _long(found, reply, loose, row)
    return found


def _payment(body: dict[str, Any], loose: Loose, row: str) -> Content:
    details = record(body.get("transactionDetails"))
    failed = "failedTransaction" in details
    state = record(details.get("failedTransaction")).get("reason", "GENERIC") if failed else None
    state = f"failed: {shown(state)}" if failed else shown(record(details.get("transaction")).get("status")) or None
    amount = loose.text(body.get("amountMob") or None, row)
    attachment = {
        "kind": "unknown",
        "held": "held",
        "name": f"{amount} MOB" if amount else None,
        "caption": state,
    }
    return Content("payment", loose.text(body.get("note") or None, row), [attachment] if amount or state else [])


def _badge(body: dict[str, Any], _loose: Loose, _row: str) -> Content:
    state = shown(body.get("state") or "UNOPENED")
    return Content("payment", None, [{"kind": "unknown", "held": "held", "name": "gift badge", "caption": state}])


def _poll(body: dict[str, Any], loose: Loose, row: str) -> Content:
    lines, votes = [loose.text(body.get("question") or None, row)], []
    for index, written in enumerate(items(body.get("options"))):
        option, place = record(written), f"{row}.options[{index}]"
        text = loose.text(option.get("option") or None, place)
        lines.append(text)
        votes += [
            (text or "", f"{place}.votes[{index_}]", record(vote))
            for index_, vote in enumerate(items(option.get("votes")))
        ]
    return Content("poll", "\n".join(line for line in lines if line) or None, votes=votes)


def _attachment(written: Any, loose: Loose, row: str) -> dict[str, Any]:
    attachment = record(written)
    made = _pointer(record(attachment.get("pointer")), loose, row)
    flag = {"VOICE_MESSAGE": "voice", "GIF": "gif", 1: "voice", 3: "gif"}.get(_flag(attachment.get("flag")))
    return made | {"kind": flag or made["kind"]}


def _flag(value: Any) -> str | int | None:
    return value if isinstance(value, str | int) else None


def _pointer(pointer: dict[str, Any], loose: Loose, row: str) -> dict[str, Any]:
    """What is known of a file. The backup holds none: they lie encrypted on a server or beside it."""
    media = loose.text(pointer.get("contentType") or None, row)
    locator = record(pointer.get("locatorInfo"))
    digest = raw(locator.get("plaintextHash"))
    old = record(pointer.get("backupLocator")) or record(pointer.get("attachmentLocator"))
    size = whole(locator.get("size", old.get("size")))
    first = (media or "").partition("/")[0].lower()
    return {
        "kind": _MEDIA.get(first, "document") if media else "unknown",
        "held": "omitted",
        "name": loose.text(pointer.get("fileName") or None, row),
        "media_type": media,
        "bytes": size if size is not None and size < 1 << 62 else None,
        "sha256": digest.hex() if digest is not None and len(digest) == _SHA256 else None,
        "caption": loose.text(pointer.get("caption") or None, row),
    }


def _deleted(by: str) -> Callable[[dict[str, Any], Loose, str], Content]:
    return lambda _body, _loose, _row: Content("deleted", deleted=by)


#: The kinds of item, by the name of their field.
ITEMS: dict[str, Callable[[dict[str, Any], Loose, str], Content]] = {
    "standardMessage": _standard,
    "contactMessage": _contact,
    "stickerMessage": _sticker,
    "remoteDeletedMessage": _deleted("by_author"),
    "adminDeletedMessage": _deleted("by_administrator"),
    "paymentNotification": _payment,
    "giftBadge": _badge,
    "viewOnceMessage": _view_once,
    "directStoryReplyMessage": _story_reply,
    "poll": _poll,
}
