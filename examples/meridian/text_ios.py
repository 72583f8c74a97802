"""WhatsApp for iOS, "Export chat": a zip with `_chat.txt` and some of the media.

Seconds, CRLF, and U+200E before what the application wrote itself.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from meridian import archive, media, wording
from meridian.addresses import Addresses
from meridian.holdings import Holding, exhibit_of, gone
from meridian.truth import Event, Exhibit, Message, Sighting
from meridian.world import World, happening

_MARK, _BLANK = "\u200e", "\u00a0"
_OMITTED = {"image": "image omitted", "video": "video omitted", "voice": "audio omitted", "gif": "GIF omitted",
            "sticker": "sticker omitted", "view_once": "image omitted"}  # fmt: skip
#: Exports carry the newest media only; of these, one in this many is named and yet did not come.
_CARRIED, _LOST = 24, 12


def write(world: World, holding: Holding, folder: Path) -> Exhibit:
    """Make the zip and say what it holds."""
    source, zone = holding.source, ZoneInfo(holding.source.zone)
    (conversation,) = source.conversations
    exhibit = exhibit_of(source, [f"{folder.name}/WhatsApp Chat - Meridian.zip"])
    names, authors = Addresses(world, source), dict[str, set[str]]()
    title = world.title(conversation, source.taken_ms)
    carriers = [m for m in holding.items if isinstance(m, Message) and media.file_of(m) and not gone(m, source)]
    carried = {m.id: number for number, m in enumerate(carriers[-_CARRIED:], 1)}
    members: dict[str, bytes] = {}
    text = bytearray()

    def put(ms: int, author: str, body: str, mark: str = "") -> tuple[str, str]:
        moment = datetime.fromtimestamp((ms + source.offset_at(ms)) / 1000, zone)
        written = f"{moment:%d/%m/%Y, %H:%M:%S}"
        start = len(text)
        text.extend(f"{mark}[{written}] {author}: {body}\r\n".encode())
        return written, f"bytes:{start}-{len(text)}"

    put(happening(holding.items[0]), title, _MARK + wording.ENCRYPTED)
    exhibit.count(conversation, "system_events")
    for item in holding.items:
        if isinstance(item, Event):

            def called(person: str, at: int = item.at_ms - 1) -> str:
                return names.written(person, at, blank=_BLANK)

            said = wording.line(item, called, owner=source.owner, old_title="", ios=True)
            if said:
                group = source.owner in item.targets
                _, place = put(item.at_ms, title if group else called(item.actor), _MARK + said)
                exhibit.events.append((item.id, place))
                exhibit.count(conversation, "system_events")
            continue
        author = names.written(item.author, item.sent_ms, blank=_BLANK)
        authors.setdefault(item.author, set()).add(author)
        body, state = _body(item, holding, carried, names, exhibit)
        written, place = put(item.sent_ms, author, body, _MARK if body.startswith(_MARK + "<attached") else "")
        exhibit.sightings.append(Sighting(item.id, place, state, written))
        exhibit.count(conversation, "messages")
        file = media.file_of(item)
        if file and item.id in carried and carried[item.id] % _LOST:
            members[_file_name(item, carried[item.id], zone)] = file.data
    archive.write(folder / "WhatsApp Chat - Meridian.zip", {"_chat.txt": bytes(text), **members})
    exhibit.conversations[conversation] = title
    exhibit.owner_handle = names.written(source.owner, source.taken_ms, blank=_BLANK)
    exhibit.handles = {p: sorted(n.strip("\u202a\u202c") for n in found) for p, found in sorted(authors.items())}
    exhibit.names = exhibit.handles
    exhibit.by_conversation[conversation].participants = sum(len(n) for n in authors.values())
    exhibit.absences += holding.absences
    exhibit.total()
    return exhibit


def _file_name(message: Message, number: int, zone: ZoneInfo) -> str:
    if message.kind == "document":
        return f"{number:08d}-{message.text}"
    _, ending, word, _ = media.SORTS[message.kind]
    moment = datetime.fromtimestamp(message.sent_ms // 1000, zone)
    return f"{number:08d}-{word}-{moment:%Y-%m-%d-%H-%M-%S}.{ending}"


def _body(
    message: Message, holding: Holding, carried: dict[str, int], names: Addresses, exhibit: Exhibit
) -> tuple[str, str]:
    source = holding.source
    if gone(message, source) and message.revoked:
        by = message.revoked
        if by.how == "by_administrator":
            who = names.written(by.by, by.at_ms, blank=_BLANK)
            return f"{_MARK}This message was deleted by admin {who}.", "tombstone"
        mine = message.author == source.owner
        return _MARK + ("You deleted this message." if mine else "This message was deleted."), "tombstone"
    if message.kind == "text":
        body = (message.text or "").replace("\n", "\r\n")
        if message.edits and message.edits[-1].at_ms < source.taken_ms:
            exhibit.count(message.conversation, "edits")
            return f"{body} {_MARK}<This message was edited>", "full"
        return body, "full"
    exhibit.attach(message.conversation, message.kind)
    if message.kind == "location":
        return f"{_MARK}Location: https://maps.google.com/?q=51.5,-0.12", "full"
    state = "omitted" if media.caption(message) else "full"
    attached = message.id in carried
    tail = f"{_MARK}<attached: {_file_name(message, carried[message.id], ZoneInfo(source.zone))}>" if attached else ""
    if message.kind == "document":
        return f"{message.text} • {_MARK}1 page {tail or _MARK + 'document omitted'}", state
    return tail or _MARK + _OMITTED[message.kind], state
