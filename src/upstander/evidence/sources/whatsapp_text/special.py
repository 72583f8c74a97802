"""Reads the few bodies that may be something else than somebody's own words."""

from dataclasses import dataclass

from upstander.evidence.sources.whatsapp_text.bodies import MARKS, Body, body
from upstander.evidence.sources.whatsapp_text.chat import MEMBERSHIP, Chat
from upstander.evidence.sources.whatsapp_text.phrases import Event, languages, plain

__all__ = ["Outcome", "Special"]

_OTHER = Event("other", "")
_TYPED = (
    "author_uncertain",
    "the words are those of a system notice, but without WhatsApp's mark and under the name of somebody who writes;"
    " they were kept as that author's",
)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a row with a name turned out to be: a system event, or a message with a particular body, or neither."""

    event: Event | None = None
    body: Body | None = None
    #: Warning kind and sentence.
    warning: tuple[str, str] | None = None


@dataclass
class Special:
    """Judges bodies one by one, for one document."""

    chat: Chat

    def outcome(self, author: str, text: str, *, writes: bool) -> Outcome:
        """What `author`: `text` is. `writes` says whether messages in the author's own words are known."""
        marked = text.startswith(MARKS)
        clean = plain(text).strip()
        found = body(text)
        if found is not None:
            return Outcome(body=found)
        if not clean:
            return Outcome(body=Body("empty")) if marked else Outcome()
        event = self.chat.phrases.event(clean)
        if event is not None and (marked or author in self.chat.groups):
            return Outcome(event=event, warning=self._doubt(event, author, writes=writes) if marked else None)
        if event is not None and (event.event == "encryption_notice" or author in (event.actor, event.person)):
            # Without the mark the words alone do not show who wrote them: somebody who writes may have typed these too.
            return Outcome(warning=_TYPED) if writes else Outcome(event=event)
        return self._marked(author, clean, writes=writes) if marked else Outcome()

    def speaks(self, event: Event) -> bool:
        """Whether the line speaks to the phone's owner as the one who acted: `You added Ben`."""
        spoken = next(language for language in languages() if language.code == event.language)
        return event.actor is not None and event.actor.lower() in spoken.you

    def _doubt(self, event: Event, author: str, *, writes: bool) -> tuple[str, str] | None:
        """A warning where somebody may have typed what reads like a system line, mark and all."""
        if event.event not in MEMBERSHIP or author in self.chat.groups or not writes or self.speaks(event):
            return None
        if event.actor is None or author in (event.actor, event.person):
            return None
        return (
            "author_uncertain",
            f"a line under the name {author!r} reads as a system notice and was taken for one, but {author!r} may have"
            " typed it",
        )

    def _marked(self, author: str, clean: str, *, writes: bool) -> Outcome:
        """Text behind WhatsApp's mark that no phrase explains."""
        if author in self.chat.groups:
            return Outcome(event=_OTHER)
        if self.chat.languages:
            return Outcome(
                warning=(
                    "forged_mark",
                    "the text starts with the mark that WhatsApp puts before its own text, and is no known phrase; it"
                    " was kept as its author's words",
                )
            )
        self.chat.unexplained += 1
        if not writes or clean.startswith(f"{author} "):
            return Outcome(
                event=_OTHER,
                warning=(
                    "author_uncertain",
                    f"a line under the name {author!r} starts with WhatsApp's mark, in a language that is not known; it"
                    " was read as a system line",
                ),
            )
        return Outcome(body=Body("unknown"))
