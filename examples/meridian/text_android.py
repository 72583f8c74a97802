"""WhatsApp for Android, "Export chat" without media, US English: m/d/yy, twelve hours, minutes.

The phone was abroad and its clock fast. This build stamps what it receives by the phone's own clock, so every line
is off.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from meridian import wording
from meridian.addresses import Addresses
from meridian.holdings import Holding, exhibit_of, gone
from meridian.story import FORGERY
from meridian.truth import Event, Exhibit, Message, Sighting
from meridian.world import World, happening


def write(world: World, holding: Holding, folder: Path) -> Exhibit:
    """Make the file and say what it holds."""
    source, zone = holding.source, ZoneInfo(holding.source.zone)
    (conversation,) = source.conversations
    title = world.title(conversation, source.taken_ms)
    name = f"WhatsApp Chat with {title.split(' ')[0]}.txt"
    exhibit = exhibit_of(source, [f"{folder.name}/{name}"])
    names, authors = Addresses(world, source), dict[str, set[str]]()
    text = bytearray()

    def put(ms: int, body: str) -> tuple[str, str]:
        moment = datetime.fromtimestamp((ms + source.offset_at(ms)) / 1000, zone)
        hour, half = moment.hour % 12 or 12, "AM" if moment.hour < 12 else "PM"
        written = f"{moment.month}/{moment.day}/{moment:%y}, {hour}:{moment:%M}\u202f{half}"
        start = len(text)
        text.extend(f"{written} - {body}\n".encode())
        return written, f"bytes:{start}-{len(text)}"

    put(happening(holding.items[0]), wording.ENCRYPTED + " Learn more.")
    exhibit.count(conversation, "system_events")
    for item in holding.items:
        if isinstance(item, Event):

            def called(person: str, at: int = item.at_ms - 1) -> str:
                return names.written(person, at, blank=" ")

            old = world.title(conversation, item.at_ms - 1)
            said = wording.line(item, called, owner=source.owner, old_title=old, ios=False)
            if said:
                exhibit.events.append((item.id, put(item.at_ms, said)[1]))
                exhibit.count(conversation, "system_events")
            continue
        author = names.written(item.author, item.sent_ms, blank=" ")
        authors.setdefault(item.author, set()).add(author)
        body, state = _body(item, holding, names, exhibit)
        written, place = put(item.sent_ms, f"{author}:{body}")
        exhibit.sightings.append(Sighting(item.id, place, state, written))
        exhibit.count(conversation, "messages")
        if item.text == FORGERY and state == "full":
            exhibit.warnings["header_like_line"] = exhibit.warnings.get("header_like_line", 0) + 1
    folder.mkdir(parents=True)
    (folder / name).write_bytes(bytes(text))
    exhibit.conversations[conversation] = title
    exhibit.owner_handle = names.written(source.owner, source.taken_ms, blank=" ")
    exhibit.handles = {p: sorted(n.strip("\u202a\u202c") for n in found) for p, found in sorted(authors.items())}
    exhibit.names = exhibit.handles
    exhibit.by_conversation[conversation].participants = sum(len(n) for n in authors.values())
    exhibit.absences += holding.absences
    exhibit.total()
    return exhibit


def _body(message: Message, holding: Holding, names: Addresses, exhibit: Exhibit) -> tuple[str, str]:
    """What follows the colon: a blank and the text, or nothing at all."""
    source = holding.source
    if gone(message, source) and message.revoked:
        if message.revoked.how == "by_administrator":
            who = names.written(message.revoked.by, message.revoked.at_ms, blank=" ")
            return f" This message was deleted by admin {who}", "tombstone"
        mine = message.author == source.owner
        return " You deleted this message" if mine else " This message was deleted", "tombstone"
    if message.kind == "view_once":
        return "", "empty"
    if message.kind == "text":
        if message.edits and message.edits[-1].at_ms < source.taken_ms:
            exhibit.count(message.conversation, "edits")
            return f" {message.text} <This message was edited>", "full"
        return f" {message.text}", "full"
    exhibit.attach(message.conversation, message.kind)
    if message.kind == "location":
        return " location: https://maps.google.com/?q=51.5,-0.12", "full"
    return " <Media omitted>", "omitted" if message.text else "full"
