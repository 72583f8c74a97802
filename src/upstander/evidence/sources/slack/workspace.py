"""Who is in the workspace, and which conversations it has, from the lists at the export's root."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture
from upstander.evidence.document import File
from upstander.evidence.sources.loose import Loose, items, record, shown
from upstander.evidence.sources.slack.export import CONVERSATIONS, PEOPLE, Export
from upstander.evidence.sources.slack.records import records

__all__ = ["Listed", "Workspace", "word"]


def word(value: object) -> str | None:
    """A text, or a whole number as text; None for anything else, and for an empty one."""
    if isinstance(value, str):
        return value[:4_000] or None
    if isinstance(value, int) and not isinstance(value, bool):
        return shown(value)[:100]
    return None


@dataclass(frozen=True, slots=True)
class Listed:
    """One conversation as its list has it."""

    kind: str
    entry: dict[str, Any]
    #: The list, and the place in it.
    file: File
    row: str

    @property
    def members(self) -> list[str]:
        """Ids of its members on the day of the export."""
        return list(dict.fromkeys(one for one in items(self.entry.get("members")) if isinstance(one, str) and one))


@dataclass
class Workspace:
    """The lists, read."""

    #: Columns of a participant by id: name, number, second id.
    people: dict[str, dict[str, str | None]] = field(default_factory=dict)
    listed: list[Listed] = field(default_factory=list)
    #: Ids that no list of people has.
    strangers: dict[str, None] = field(default_factory=dict)

    @classmethod
    def of(cls, export: Export, capture: Capture) -> "Workspace":
        """Read the lists of `export`."""
        made = cls()
        for name in PEOPLE:
            for _, _, entry in _entries(export, capture, name):
                made._person(entry)
        for name, kind in CONVERSATIONS.items():
            for row, file, entry in _entries(export, capture, name):
                made.listed.append(Listed(kind, entry, file, row))
        return made

    def folders(self) -> dict[str, Listed]:
        """Conversations by the folder that their days are in: channels by name, direct messages by id."""
        by_name = {name: one for one in reversed(self.listed) if (name := word(one.entry.get("name")))}
        by_id = {key: one for one in self.listed if (key := word(one.entry.get("id")))}
        return by_id | by_name

    def person(self, handle: str, entry: dict[str, Any]) -> dict[str, str | None]:
        """Columns of the participant `handle`; of one who is in no list, by what the message says of its author."""
        known = self.people.get(handle)
        if known is not None:
            return known
        profile, bot = record(entry.get("user_profile")), record(entry.get("bot_profile"))
        names = (profile.get("real_name"), profile.get("name"), entry.get("username"), bot.get("name"))
        name = next((found for one in names if (found := word(one))), None)
        if name is None and handle.startswith(("U", "W")) and handle != "USLACKBOT" and len(self.strangers) < 100_000:
            self.strangers[handle] = None
        return {"name": name if name != handle else None}

    def _person(self, entry: dict[str, Any]) -> None:
        profile, handle = record(entry.get("profile")), word(entry.get("id"))
        if handle is None:
            return
        names = (
            profile.get("real_name"),
            entry.get("real_name"),
            profile.get("display_name"),
            entry.get("name"),
        )
        digits = "".join(filter(str.isdecimal, word(profile.get("phone")) or ""))
        number = f"+{digits}" if 7 <= len(digits) <= 15 and (word(profile.get("phone")) or "").startswith("+") else None
        self.people.setdefault(
            handle,
            {
                "name": next((found for one in names if (found := word(one))), None),
                "number": number,
                # The address that the account signs in with; else its name in the workspace.
                "linked_id": word(profile.get("email")) or word(entry.get("name")),
            },
        )


def _entries(export: Export, capture: Capture, name: str) -> Iterator[tuple[str, File, dict[str, Any]]]:
    file = export.lists.get(name)
    if file is None:
        return
    loose = Loose(capture, {"exhibit": file.exhibit, "member": file.member})
    for index, entry in records(file, loose, name):
        row = f"{name}[{index}]"
        if isinstance(entry, dict) and word(entry.get("id")):
            yield row, file, entry
        else:
            loose.warn("invalid_record", f"the record at {row} has no id and was left out", row)
