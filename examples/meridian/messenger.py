"""Messenger, "Download your information": JSON in which every string is UTF-8 read as Latin-1, newest message first."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from meridian import archive, media
from meridian.holdings import Holding, exhibit_of, gone
from meridian.truth import Event, Exhibit, Message, Sighting
from meridian.world import World

INBOX = "your_activity_across_facebook/messages/inbox"
#: Real downloads break at 10,000 messages; a sample of a thousand has to break sooner to be one.
_PER_FILE = 700
_LISTS = {"image": "photos", "video": "videos", "voice": "audio_files", "gif": "gifs", "document": "files"}


def mojibake(value: Any) -> Any:
    """Strings as the download writes them: each byte of the UTF-8 as a character of its own."""
    if isinstance(value, str):
        return value.encode().decode("latin-1")
    if isinstance(value, list):
        return [mojibake(v) for v in value]
    if isinstance(value, dict):
        return {k: mojibake(v) for k, v in value.items()}
    return value


def write(world: World, holding: Holding, folder: Path) -> Exhibit:
    """Make the zip and say what it holds."""
    source = holding.source
    exhibit = exhibit_of(source, [f"{folder.name}/facebook-lewispryor.zip"])
    exhibit.owner_handle = world.plot.people[source.owner].facebook
    members: dict[str, bytes] = {}
    for number, conversation in enumerate(source.conversations, 1):
        rows = [i for i in holding.items if i.conversation == conversation]
        _thread(world, holding, conversation, 4100 + number, rows, members, exhibit)
    archive.write(folder / "facebook-lewispryor.zip", members)
    people = sorted({s.person for c in source.conversations for s in world.members[c].spells})
    exhibit.handles = {p: [world.plot.people[p].facebook] for p in people}
    exhibit.names = exhibit.handles
    exhibit.absences += holding.absences
    exhibit.total()
    return exhibit


def _thread(
    world: World, holding: Holding, conversation: str, number: int, rows: Iterable[Message | Event],
    members: dict[str, bytes], exhibit: Exhibit,
) -> None:  # fmt: skip
    source, plot = holding.source, world.plot.conversations[conversation]
    faces = {p: who.facebook for p, who in world.plot.people.items()}
    others = [faces[p] for p in plot.between if p != source.owner]
    title = world.title(conversation, source.taken_ms) or others[0]
    path = f"{INBOX}/{''.join(c for c in title.lower() if c.isalnum())}_{number}"
    current = world.members[conversation].at(source.taken_ms)
    newest = sorted(rows, key=lambda i: -(i.sent_ms if isinstance(i, Message) else i.at_ms))
    entries = [(i, e) for i in newest for e in [_entry(world, holding, path, i, exhibit)]]
    authors = {faces[i.author] for i in newest if isinstance(i, Message)}
    exhibit.by_conversation[conversation].participants = len(authors | {faces[p] for p in current})
    exhibit.conversations[conversation] = path.removeprefix("your_activity_across_facebook/messages/")
    for start in range(0, len(entries), _PER_FILE):
        name = f"{path}/message_{start // _PER_FILE + 1}.json"
        for at, (item, entry) in enumerate(entries[start : start + _PER_FILE]):
            place = f"{name.rsplit('/', 1)[1]}#/messages/{at}"
            if isinstance(item, Event):
                exhibit.events.append((item.id, place))
                exhibit.count(conversation, "system_events")
            else:
                state = "tombstone" if gone(item, source) else "full"
                exhibit.sightings.append(Sighting(item.id, place, state, str(entry["timestamp_ms"])))
                exhibit.count(conversation, "messages")
                file = media.file_of(item)
                if file and item.kind == "image" and not gone(item, source):
                    members[f"{path}/photos/{item.id}.jpg"] = file.data
        document = {
            "participants": [{"name": faces[p]} for p in current],
            "messages": [entry for _, entry in entries[start : start + _PER_FILE]],
            "title": title,
            "is_still_participant": True,
            "thread_path": path.removeprefix("your_activity_across_facebook/messages/"),
            "magic_words": [],
        }
        members[name] = json.dumps(mojibake(document), indent=2).encode()


def _entry(world: World, holding: Holding, path: str, item: Message | Event, exhibit: Exhibit) -> dict[str, Any]:
    faces = {p: who.facebook for p, who in world.plot.people.items()}
    if isinstance(item, Event):
        return _event(item, faces)
    row: dict[str, Any] = {"sender_name": faces[item.author], "timestamp_ms": item.sent_ms}
    if gone(item, holding.source):
        return {**row, "is_unsent": True, "is_geoblocked_for_viewer": False}
    file = media.file_of(item)
    if item.kind == "text":
        row["content"] = item.text
    elif item.kind == "sticker":
        row["sticker"] = {"uri": "messages/stickers_used/369239263222822.png", "ai_stickers": []}
    elif item.kind == "location":
        row["share"] = {"link": "https://maps.google.com/?q=51.5,-0.12"}
    elif file:
        folder = _LISTS[item.kind]
        uri = f"{path}/{folder}/{item.id}.{'jpg' if item.kind == 'image' else file.ending}"
        row[folder] = [{"uri": uri, "creation_timestamp": item.sent_ms // 1000}]
        if media.caption(item):
            row["content"] = item.text
    if item.kind != "text":
        exhibit.attach(item.conversation, item.kind)
    reactions = [r for r in world.reactions.get(item.id, ()) if r.at_ms < holding.source.taken_ms]
    if reactions:
        row["reactions"] = [{"reaction": r.emoji, "actor": faces[r.person]} for r in reactions]
        exhibit.count(item.conversation, "reactions", len(reactions))
    return {**row, "is_geoblocked_for_viewer": False}


def _event(event: Event, faces: dict[str, str]) -> dict[str, Any]:
    """Joins and departures have a type and the people; other changes are a sentence and nothing else."""
    who, whom = faces[event.actor], [faces[p] for p in event.targets]
    row: dict[str, Any] = {"sender_name": who, "timestamp_ms": event.at_ms}
    match event.kind:
        case "added":
            said = f"{who} added {', '.join(whom)} to the group."
            row |= {"content": said, "type": "Subscribe", "users": [{"name": n} for n in whom]}
        case "left":
            row |= {"content": f"{who} left the group.", "type": "Unsubscribe", "users": [{"name": who}]}
        case "removed":
            said = f"{who} removed {', '.join(whom)} from the group."
            row |= {"content": said, "type": "Unsubscribe", "users": [{"name": n} for n in whom]}
        case "created":
            row["content"] = f"{who} created the group."
        case _:
            row["content"] = f"{who} named the group {event.title}."
    return {**row, "is_geoblocked_for_viewer": False}
