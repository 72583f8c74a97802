"""What a thread's own notices say: who was added, removed or came, what was renamed, which call took place.

A notice's content is XML (`<addmember>…`) or, for those who join and leave by themselves, JSON. Microsoft documents
both for Azure Communication Services (chat concepts, message types), which share the service with Teams.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from upstander.evidence.sources.loose import items, record, shown
from upstander.evidence.sources.teams.values import mri, unix

__all__ = ["Activity", "Move", "is_notice", "read_activity"]

_EVENTS = {
    "addmember": "added",
    "deletemember": "removed",
    "memberjoined": "joined",
    "memberleft": "left",
    "topicupdate": "group_renamed",
    "pictureupdate": "icon_changed",
    "descriptionupdate": "description_changed",
    "historydisclosedupdate": "settings_changed",
    "joiningenabledupdate": "settings_changed",
    "meetingpolicyupdated": "settings_changed",
    "tabupdated": "settings_changed",
    "customappupdated": "settings_changed",
    "lockthread": "settings_changed",
    "roleupdate": "administrator_added",
    "pinneditemsupdate": "pinned",
    "createthread": "group_created",
    "call": "call",
    "callstarted": "call",
    "callended": "call",
    "callrecording": "call",
    "media_callrecording": "call",
    "media_calltranscript": "call",
    "media_meetingrecording": "call",
    "partlist": "call",
    "ended": "call",
    "started": "call",
    "missed": "call",
}
_ROOTS = (
    *("<addmember", "<deletemember", "<topicupdate", "<pictureupdate", "<historydisclosedupdate"),
    *("<joiningenabledupdate", "<roleupdate", "<partlist", "<ended", "<started", "<missed"),
)
#: Kinds of message that are the thread's, and no one's words.
_FAMILIES = ("threadactivity/", "event/", "control/", "signal/", "notice")
_OTHERS = {"richtext/media_callrecording", "richtext/media_calltranscript", "richtext/media_meetingrecording"}


@dataclass(frozen=True, slots=True)
class Move:
    """One person to whom something happened."""

    kind: str
    participant: str
    actor: str | None
    detail: str | None


@dataclass
class Activity:
    """What one notice says."""

    event: str = "other"
    at: int | None = None
    moves: list[Move] = field(default_factory=list)
    #: Whether the notice is of a known kind, and its content could be read.
    known: bool = True
    whole: bool = True


def is_notice(kind: str, content: str | None) -> bool:
    """Whether a record of that message type, or with that content where no type is known, is the thread's own."""
    folded = kind.casefold()
    if folded.startswith(_FAMILIES) or folded in _OTHERS:
        return True
    return not folded and (content or "").lstrip()[:30].casefold().startswith(_ROOTS)


def read_activity(kind: str, content: str | None) -> Activity:
    """Read one notice; what cannot be read is said in the result, and never raised."""
    written = (content or "").strip()
    name = kind.rpartition("/")[2].casefold()
    found = Activity()
    told: dict[str, Any] = {}
    root = None
    if written.startswith("{"):
        try:
            told = record(json.loads(written))
        except (ValueError, RecursionError):
            found.whole = False
    elif written.startswith("<"):
        root = _parsed(f"<notice>{written}</notice>")
        found.whole = root is not None
        first = next((entry for entry in root if isinstance(entry.tag, str)), None) if root is not None else None
        if first is not None and first.tag.casefold() in _EVENTS and name not in _EVENTS:
            name = first.tag.casefold()
        if first is not None and first.tag.casefold() == name:
            root = first
    event = _EVENTS.get(name)
    found.event, found.known = event or "other", event is not None
    if event in ("added", "removed", "joined", "left", "administrator_added"):
        if root is not None:
            _from_xml(found, root)
        else:
            _from_json(found, told)
        if not found.moves:
            found.whole = False
        # What all of the people did is what the event is called by.
        kinds = {move.kind for move in found.moves}
        if len(kinds) == 1:
            found.event = kinds.pop()
    elif root is not None:
        found.at = unix(_word(root, "eventtime"))
    else:
        found.at = unix(told.get("eventtime"))
    return found


def _parsed(written: str) -> etree._Element | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, recover=True, load_dtd=False)
    try:
        return etree.fromstring(written.encode("utf-8", "replace"), parser)
    except (etree.LxmlError, ValueError):
        return None


def _word(root: etree._Element, name: str) -> str | None:
    found = root.find(name)
    return None if found is None or not found.text else found.text.strip() or None


def _from_xml(found: Activity, root: etree._Element) -> None:
    found.at = unix(_word(root, "eventtime"))
    actor = mri(_word(root, "initiator"))
    details = {}
    for entry in root.findall("detailedtargetinfo"):
        stated = [
            _word(entry, "friendlyName"),
            (history := _word(entry, "sharehistorytime")) and f"sharehistorytime {history}",
            (standing := _word(entry, "meetingMemberType")) and f"meetingMemberType {standing}",
        ]
        details[mri(_word(entry, "id"))] = ", ".join(part for part in stated if part) or None
    people: dict[str, str | None] = {}
    for target in root.findall("target"):
        who = mri(_word(target, "id")) or mri(target.text)
        if who is not None:
            people.setdefault(who, _word(target, "role"))
    for who in details:
        if who is not None:
            people.setdefault(who, None)
    for who, role in people.items():
        found.moves.append(
            Move(_kind(found.event, who, actor, role, len(people)), who, actor, details.get(who) or role)
        )


def _from_json(found: Activity, told: dict[str, Any]) -> None:
    found.at = unix(told.get("eventtime"))
    actor = mri(told.get("initiator"))
    for entry in items(told.get("members")):
        member = record(entry)
        who = mri(member.get("id"))
        if who is not None:
            name = shown(member.get("friendlyname") or member.get("friendlyName"))[:500] or None
            kind = _kind(found.event, who, actor, None, len(items(told.get("members"))))
            found.moves.append(Move(kind, who, actor, name))


def _kind(event: str, who: str, actor: str | None, role: str | None, people: int) -> str:
    if event == "added" and who == actor and people == 1:
        return "joined"
    if event == "removed" and who == actor:
        return "left"
    if event == "administrator_added" and role is not None and role.casefold() != "admin":
        return "administrator_removed"
    return event
