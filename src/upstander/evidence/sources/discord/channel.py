"""The channel that a file is of: its conversation, and how people are named in it."""

from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import File
from upstander.evidence.sources.loose import record, shown

__all__ = ["Channel", "described", "word"]

_KINDS = {
    "DirectTextChat": "direct",
    "DirectGroupTextChat": "group",
    "GuildNews": "broadcast",
}
#: The id that the exporter gives to the server of direct messages.
_NO_SERVER = "0"


def word(value: object) -> str | None:
    """A string or whole number as text; None for anything else, and for an empty string."""
    if isinstance(value, str):
        return value[:1_000] or None
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**30:
        return str(value)
    return None


@dataclass
class Channel:
    """What stands before the messages."""

    values: dict[str, dict[str, Any]] = field(default_factory=dict)
    _conversation: Conversation | None = None

    def told(self, what: str, value: Any) -> None:
        """Keep the guild, channel or date range of the file; the first part's stand."""
        if what in {"guild", "channel", "dateRange"}:
            self.values.setdefault(what, record(value))

    def conversation(self, capture: Capture, file: File) -> Conversation:
        """The conversation, made when it is first needed."""
        if self._conversation is None:
            channel, guild = self.values.get("channel", {}), self.values.get("guild", {})
            kind = word(channel.get("type")) or ""
            made = capture.conversation(
                "channel",
                kind=_KINDS.get(kind, "group" if kind.startswith("Guild") else "unknown"),
                platform_key=word(channel.get("id")),
                title=word(channel.get("name")),
            )
            if kind not in _KINDS and not kind.startswith("Guild"):
                detail = f"the channel is of the type {kind[:60]!r}, which is not known; its kind is left open"
                capture.warn("unknown_value", detail, conversation=made.id)
            server = word(guild.get("id")) != _NO_SERVER
            parts = (
                ("server", guild.get("name") if server else None),
                ("server id", guild.get("id") if server else None),
                ("category", channel.get("category") if server else None),
                ("topic", channel.get("topic")),
            )
            detail = "; ".join(f"{name}: {said}" for name, value in parts if (said := word(value)))
            if detail:
                # Where the channel is has no other place in the tables.
                made.membership("changed", detail=detail, evidence="header", row="channel", exhibit=file.exhibit)
            self._conversation = made
            self._range(capture, made)
        return self._conversation

    def _range(self, capture: Capture, conversation: Conversation) -> None:
        limits = self.values.get("dateRange", {})
        said = [f"{name} {shown(limits[name])[:40]}" for name in ("after", "before") if limits.get(name) is not None]
        if said:
            detail = f"the export was limited to messages {' and '.join(said)}; what lies outside is unknown"
            capture.warn("export_cut_short", detail, row="dateRange", conversation=conversation.id)


def described(person: dict[str, Any], handle: str) -> dict[str, Any]:
    """Columns of a participant: the name shown, and the account's own, which outlives nicknames."""
    account, tag = word(person.get("name")), word(person.get("discriminator"))
    name = word(person.get("nickname")) or account
    if account is not None and tag is not None and tag.strip("0"):
        account = f"{account}#{tag}"
    return {
        "name": name if name != handle else None,
        "linked_id": account if account != handle else None,
        "standing": "author_only",
    }
