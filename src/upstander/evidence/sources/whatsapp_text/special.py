"""Reads the few bodies that may be something else than somebody's own words."""

from dataclasses import dataclass

from upstander.evidence.sources.whatsapp_text.bodies import MARKS, Body, body
from upstander.evidence.sources.whatsapp_text.chat import MEMBERSHIP, Chat
from upstander.evidence.sources.whatsapp_text.overview import Overview
from upstander.evidence.sources.whatsapp_text.phrases import Event, languages, plain

__all__ = ["Outcome", "Special"]

_OTHER = Event("other", "")
_TYPED = (
    "author_uncertain",
    "the words are those of a system notice, but without WhatsApp's mark and under the name of somebody who writes;"
    " they were kept as that author's",
)

#: Words of the longest name that is looked for at the start of a sentence.
_NAME_WORDS = 6

_UNMARKED = (
    "author_uncertain",
    "the words are those that WhatsApp puts in place of a text, but without the mark that it sets before them in this"
    " file; they were kept as their author's own",
)
_BARE = (
    "the line reads as a notice of WhatsApp's, has neither the mark nor the name that this file's notices have, and may"
    " have been typed into the message before it"
)
_FOLLOWED = (
    "the line reads as a notice of WhatsApp's, but further lines follow it; it may have been typed into the message"
    " before it"
)
_UNEXPLAINED = "no known phrase explains this notice; it says nothing here about who was in the group"


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
    overview: Overview

    def unnamed(self, text: str) -> tuple[Event | None, list[tuple[str, str]]]:
        """What a line without an author reports, and warnings where that is not known or may have been typed."""
        event = self.chat.phrases.event(plain(text).strip())
        warnings = []
        if self.overview.marks_notices and not text.startswith(MARKS):
            warnings.append(("notice_doubtful", _BARE))
        elif "\n" in text and self._followed(text, event):
            warnings.append(("notice_doubtful", _FOLLOWED))
        if event is None and self.overview.language_known:
            warnings.append(("notice_unknown", _UNEXPLAINED))
        return event, warnings

    def _followed(self, text: str, event: Event | None) -> bool:
        if event is None:
            event = self.chat.phrases.event(plain(text.partition("\n")[0]).strip())
        return event is not None and event.event != "description_changed"

    def outcome(self, author: str, text: str) -> Outcome:
        """What `author`: `text` is."""
        writes = self.overview.writes(author)
        marked = text.startswith(MARKS)
        clean = plain(text).strip()
        found = body(text)
        if found is not None and self.overview.marks_bodies and not _signed(text, found):
            return Outcome(warning=_UNMARKED)
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
            known = self.overview.language_known
            return Outcome(event=_OTHER, warning=("notice_unknown", _UNEXPLAINED) if known else None)
        if self.overview.is_group(author) and self._followed(clean, None):
            return Outcome(event=_OTHER, warning=("notice_doubtful", _FOLLOWED))
        if self.overview.language_known or self.chat.languages:
            return Outcome(
                warning=(
                    "forged_mark",
                    "the text starts with the mark that WhatsApp puts before its own text, and is no known phrase; it"
                    " was kept as its author's words",
                )
            )
        self.chat.unexplained += 1
        if self._opens_with_a_name(author, clean) or (
            not self.overview.is_placeholder(clean) and self.overview.is_group(author)
        ):
            return Outcome(
                event=_OTHER,
                warning=(
                    "author_uncertain",
                    f"a line under the name {author!r} starts with WhatsApp's mark, in a language that is not known; it"
                    " was read as a system line",
                ),
            )
        return Outcome(
            # What it says nobody knows, so that it may be somebody's words.
            body=Body("unknown", bare=False),
            warning=None
            if writes or self.overview.is_placeholder(clean)
            else (
                "author_uncertain",
                f"a line under the name {author!r}, who writes nothing else, starts with WhatsApp's mark, in a language"
                " that is not known; it was kept as a message of theirs",
            ),
        )

    def _opens_with_a_name(self, author: str, clean: str) -> bool:
        """Whether the sentence starts with somebody's name, as what stands in place of a text never does."""
        if clean.startswith(f"{author} "):
            return True
        words = clean.split(" ", _NAME_WORDS)
        return any(" ".join(words[:count]) in self.overview.writers for count in range(1, len(words)))


def _signed(text: str, found: Body) -> bool:
    """Whether WhatsApp's mark shows that the words are its own, in a file that sets it."""
    if found.edited:
        at = text.rfind("<")
        return at > 0 and text[at - 1] in MARKS
    return any(mark in text for mark in MARKS)
