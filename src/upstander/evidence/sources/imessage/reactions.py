"""Tapbacks and votes in polls: rows of `message` that are no messages but something done to one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.imessage.chats import Chat, Chats
from upstander.evidence.sources.imessage.codes import TAPBACKS
from upstander.evidence.sources.imessage.payload import Payload
from upstander.evidence.sources.imessage.schema import Row
from upstander.evidence.sources.imessage.traces import Guids
from upstander.evidence.sources.imessage.values import instant, integer, target_of, text

__all__ = ["Reactions"]

#: Characters of a lost message that a warning repeats.
_SHOWN = 200


@dataclass
class Reactions:
    """Reactions of one conversation, given when its messages have been read: only then is known what they are to."""

    chats: Chats
    guids: Guids
    _waiting: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)
    #: Text of each option of each poll, by the poll's guid and the option's identifier.
    _options: dict[tuple[str, str], str] = field(default_factory=dict)

    def tapback(self, row: Row, who: str, *, files: list[Row]) -> None:
        """A tapback, or the taking back of one: its emoji is then empty."""
        code = integer(row["associated_message_type"]) or 0
        emoji = ""
        if code < 3000:
            emoji = TAPBACKS[code] or text(row["associated_message_emoji"]) or "\ufffd"
            if code == 2007 and files:
                # A sticker is a file, and a reaction has no attachments: its name at least.
                emoji = " ".join(filter(None, [emoji, text(files[0]["transfer_name"])]))
        target, part = target_of(row["associated_message_guid"])
        place = f"message:{row['rowid']}" + (f"/part:{part}" if part else "")
        self._add(target, place, row, emoji=emoji, participant=who)

    def poll(self, guid: str | None, payload: Payload) -> None:
        """Remember the options of a poll, or of its update."""
        for identifier, words in payload.options:
            self._options[guid or "", identifier] = words

    def vote(self, row: Row, who: str, payload: Payload) -> None:
        """A vote: a reaction for each option, and an empty one where every vote was taken back."""
        target, _ = target_of(row["associated_message_guid"])
        place = f"message:{row['rowid']}"
        if not payload.votes:
            self._add(target, place, row, emoji="", participant=who)
        for number, (identifier, voter) in enumerate(payload.votes):
            words = self._options.get((target or "", identifier)) or identifier
            self._add(target, f"{place}/vote:{number}", row, emoji=words, participant=voter or who)

    def give(self, chat: Chat, known: Mapping[str, str]) -> None:
        """Hand on the conversation's reactions; `known` has the message of every guid that was read."""
        for target, place, columns in self._waiting:
            said = columns.pop("said")
            message = known.get(target)
            chat.conversation.reaction(place, message=message, target_key=target or None, **columns)
            chat.note(columns["participant"])
            if target not in self.guids.held:
                quoted = f"; the reaction's own text is {said[:_SHOWN]!r}" if said else ""
                detail = f"{place} is a reaction to message {target or '(none)'}, which is not here{quoted}"
                self.chats.capture.warn("missing_reference", detail, row=place, conversation=chat.conversation.id)
        self._waiting.clear()
        self._options.clear()

    def _add(self, target: str | None, place: str, row: Row, **columns: Any) -> None:
        said = (text(row["text"]) or "").strip("\ufffc\ufffd ")
        self._waiting.append((target or "", place, columns | {"at": instant(row["date"]), "said": said}))
