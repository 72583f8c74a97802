"""What is known of the conversation while it is being read: who wrote, what the group is called, whose phone it is."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.sources.whatsapp_text.names import display, handle, number
from upstander.evidence.sources.whatsapp_text.phrases import Event, Phrases, languages, plain

__all__ = ["MEMBERSHIP", "Chat"]

#: What a system event is as evidence on who was in the group.
MEMBERSHIP = {
    "group_created": "created",
    **{
        event: event
        for event in (
            "added", "joined", "left", "removed", "invited", "requested", "administrator_added",
            "administrator_removed", "number_changed", "history_shared", "ended",
        )
    },
}  # fmt: skip
_GROUP = {*MEMBERSHIP, "group_renamed", "icon_changed", "description_changed", "settings_changed", "community"}
_DIRECT = {"blocked"}


@dataclass
class Chat:
    """The conversation of one document."""

    capture: Capture
    conversation: Conversation
    phrases: Phrases = field(default_factory=Phrases)
    #: Names that system lines state, and those who write: none of them is taken apart.
    known: set[str] = field(default_factory=set)
    writers: frozenset[str] = frozenset()
    #: Names that the group had.
    groups: set[str] = field(default_factory=set)
    title: str | None = None
    group: bool = False
    direct: bool = False
    #: Authors of texts that speak to the owner of the phone.
    owners: Counter[str] = field(default_factory=Counter)
    #: Names under which a system line says that "you" did something: the owner's, or the group's.
    acting: list[str] = field(default_factory=list)
    authored: int = 0
    system: int = 0
    #: System lines that no phrase explains.
    unexplained: int = 0
    languages: Counter[str] = field(default_factory=Counter)
    #: Authors of at least one message, with how many of them.
    authors: Counter[str] = field(default_factory=Counter)
    #: Handles that notices stand under: a group's name, or the other party of a one-to-one exchange.
    notices: list[str] = field(default_factory=list)
    media: int = 0

    def event(self, event: Event, message: str, at: int | None) -> None:
        """Take a system event into account, and add what it says about who was in the group."""
        self.phrases.note(event)
        self.languages[event.language] += 1
        self.group |= event.event in _GROUP
        self.direct |= event.event in _DIRECT
        if event.event in ("group_created", "group_renamed") and event.name:
            self.title = plain(event.name)
            self.groups.add(self.title)
        kind = MEMBERSHIP.get(event.event)
        if kind is not None:
            self._membership(event, kind, message, at)

    def _membership(self, event: Event, kind: str, message: str, at: int | None) -> None:
        spoken = next(language for language in languages() if language.code == event.language)
        you = spoken.subject
        actor = handle(event.actor) if event.actor else None
        people = self.phrases.people(handle(event.person), event.language, self.known) if event.person else []
        # One handle for the phone's owner, however the sentence speaks to them.
        people = [you if self._is_owner(person, spoken.you) else person for person in people]
        if actor is not None and self._is_owner(actor, spoken.you):
            actor = you
        if kind == "created":
            actor = actor or you
            people = [actor]
        elif kind == "ended":
            people = people or []
        elif not people:
            people = [you]
        elif actor is None and event.literal == 0 and not event.impersonal:
            actor = you
        detail = event.number or (event.name if kind == "created" else None)
        named: list[str | None] = [*people] or [None]
        for person in named:
            self.conversation.membership(
                kind, participant=person, actor=actor, detail=detail, at=at, evidence="system_event", message=message
            )
            if person is not None and person.lower() not in spoken.you:
                self.known.add(person)
        if actor is not None and actor.lower() not in spoken.you:
            self.known.add(actor)

    def _is_owner(self, name: str, you: frozenset[str]) -> bool:
        return name.lower() in you and name not in self.writers

    def finish(self, file: str) -> None:
        """Describe the conversation and its participants; call it once, at the end."""
        self.owners.update(name for name in self.acting if name in self.authors)
        owner = next(iter(self.owners)) if len(self.owners) == 1 else None
        for name in self.authors:
            self.conversation.participant(
                name, name=display(name), number=number(name), standing="author_only", owner=name == owner or None
            )
        pseudonyms = [name for name in self.notices if name not in self.authors]
        title = self.title or next(iter(pseudonyms), None) or _titled(file)
        group = self.group or len(self.authors) > 2
        direct = self.direct or (any(name in self.authors for name in self.notices) and len(self.authors) <= 2)
        self.conversation.describe(
            title=title,
            kind="group" if group else "direct" if direct else "unknown",
            account=owner,
            languages=",".join(sorted(self.languages)) or None,
        )


def _titled(name: str) -> str | None:
    """The name in a file's name such as `WhatsApp Chat with Bob.txt`."""
    stem = PurePosixPath(name).stem
    for language in languages():
        for title in language.titles:
            start = title.removesuffix("{name}")
            if stem.startswith(start) and len(stem) > len(start):
                return stem[len(start) :].strip() or None
    return None
