"""WhatsApp's own phrases, read from `phrases/*.yaml`: what a system line says, and who is named in it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from typing import Any, cast

import yaml

__all__ = ["Event", "Language", "Phrases", "languages", "plain", "straight"]

#: Marks that carry no text: LRM, RLM, ALM, embeddings, isolates, byte order mark.
_MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"))
#: One character for one, so that places found in the straightened text hold in the other.
_STRAIGHT = str.maketrans("“”„‟«»‹›’‘‚´`\u00a0\u202f\u2009\u2007\u2011", '"' * 8 + "'" * 5 + " " * 4 + "-")
_HOLE = re.compile(r"\{(actor|person|name|number|any)\}")
_INSIDE = {
    "actor": r"(?P<actor>[^\n]{1,300}?)",
    "person": r"(?P<person>[^\n]{1,2000}?)",
    "name": r"(?P<name>.{0,2000}?)",
    "number": r"(?P<number>\+?[\d(][\d ()\-]{3,30}\d)",
    "any": r"[\s\S]{0,4000}?",
}
#: Longest line that is compared with the phrases; none is as long.
_LONGEST = 8_000
#: Longest line that is remembered, as the same line may stand again.
_REPEATED = 500


def plain(text: str) -> str:
    """`text` without direction marks."""
    return text.translate(_MARKS)


def straight(text: str) -> str:
    """`text` with straight quotation marks and plain spaces, character for character."""
    return text.translate(_STRAIGHT)


@dataclass(frozen=True, slots=True)
class Event:
    """What a system line reports."""

    event: str
    language: str
    actor: str | None = None
    #: Whom it happened to, as written: one name or several.
    person: str | None = None
    #: The group's name, or the new number.
    name: str | None = None
    number: str | None = None
    #: Where the first literal words start in the line; names in front of it are shorter.
    literal: int = 0
    #: Whether it has no subject though it does not speak of the phone's owner: "This group was created by …".
    impersonal: bool = False


#: How such sentences start.
_IMPERSONAL = ("Se ", "This ")


@dataclass
class _Pattern:
    event: str
    text: str

    @cached_property
    def literals(self) -> list[str]:
        # Split at quotation marks too, which differ from one version to the next.
        parts = (part for literal in _HOLE.split(self.text)[::2] for part in literal.split('"'))
        return [part for part in parts if part.strip()]

    @cached_property
    def key(self) -> str:
        """The longest literal part: a line without it cannot match."""
        return max(self.literals, key=len).rstrip(".")

    @cached_property
    def expression(self) -> re.Pattern[str]:
        parts = _HOLE.split(self.text.rstrip("."))
        made = "".join(re.escape(part) if index % 2 == 0 else _INSIDE[part] for index, part in enumerate(parts))
        return re.compile(made.replace('"', "[\"']") + r"\.?\s*", re.IGNORECASE if self.text[:1] == "Y" else 0)


@dataclass(frozen=True)
class Language:
    """The phrases of one language."""

    code: str
    conjunctions: tuple[str, ...]
    #: How a sentence speaks of the phone's owner, in small letters; and as its subject.
    you: frozenset[str]
    subject: str
    events: tuple[_Pattern, ...]
    #: What may stand in place of a body, by meaning.
    bodies: Mapping[str, tuple[str, ...]]
    #: How the export names its file.
    titles: tuple[str, ...]

    def event(self, line: str) -> Event | None:
        """What `line` (without direction marks) reports; None where it is no phrase of this language."""
        wanted = straight(line)
        for pattern in self.events:
            if pattern.key not in wanted:
                continue
            match = pattern.expression.fullmatch(wanted)
            if match is not None:
                holes = {name: line[slice(*match.span(name))].strip() for name in match.groupdict()}
                first = pattern.literals[0].rstrip(".") if pattern.literals else ""
                return Event(
                    event=pattern.event,
                    language=self.code,
                    actor=holes.get("actor"),
                    person=holes.get("person"),
                    name=holes.get("name"),
                    number=holes.get("number"),
                    literal=wanted.find(first),
                    impersonal=pattern.text.startswith(_IMPERSONAL),
                )
        return None


@lru_cache(maxsize=4096)
def _may_start(words: str) -> bool:
    """Asked of every name of every piece, and the names of a file are few."""
    wanted = f"{straight(words)} "
    return not _openers().isdisjoint(wanted.split()) and any(literal in wanted for literal in _starts())


@cache
def languages() -> tuple[Language, ...]:
    """Every language that has a file of phrases, English first."""
    folder = files("upstander.evidence.sources.whatsapp_text").joinpath("phrases")
    found = [_language(entry.read_bytes()) for entry in folder.iterdir() if entry.name.endswith(".yaml")]
    return tuple(sorted(found, key=lambda language: (language.code != "en", language.code)))


@cache
def _starts() -> tuple[str, ...]:
    """Every phrase's first literal part."""
    return tuple({straight(pattern.literals[0]) for language in languages() for pattern in language.events})


@cache
def _openers() -> frozenset[str]:
    """First words of every phrase's first literal part."""
    literals = [straight(pattern.literals[0]) for language in languages() for pattern in language.events]
    return frozenset(literal.split()[0].rstrip(".") for literal in literals)


def _language(text: bytes) -> Language:
    # libyaml where it was built in: the pure Python reader takes ten times as long on these files.
    spec = cast(dict[str, Any], yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)))  # noqa: S506
    patterns = [_Pattern(event, text) for event, texts in spec["events"].items() for text in texts]
    # The most particular phrase first: "now an admin" before "now".
    patterns.sort(key=lambda pattern: -sum(map(len, pattern.literals)))
    return Language(
        code=spec["language"],
        conjunctions=tuple(spec["and"]),
        you=frozenset(spec["you"]),
        subject=spec["you"][0].capitalize(),
        events=tuple(patterns),
        bodies={meaning: tuple(texts) for meaning, texts in spec["bodies"].items()},
        titles=tuple(spec["titles"]),
    )


@dataclass
class Phrases:
    """The phrases of every language, with those of the languages met in this document first."""

    #: How many system lines of each language were met.
    met: Counter[str] = field(default_factory=Counter)
    _known: dict[str, Event | None] = field(default_factory=dict)

    def event(self, line: str) -> Event | None:
        """What a system line reports; None where no language has such a phrase."""
        if len(line) > _LONGEST:
            return None
        if line in self._known:
            return self._known[line]
        if len(self._known) > 10_000:
            self._known.clear()
        found = next((event for language in self._ordered() if (event := language.event(line))), None)
        if len(line) <= _REPEATED:
            self._known[line] = found
        return found

    def may_start(self, words: str) -> bool:
        """Whether a phrase can have started within `words`; False costs next to nothing."""
        return _may_start(words)

    def note(self, event: Event) -> None:
        """Count a phrase that was taken as such."""
        self.met[event.language] += 1

    def people(self, names: str, language: str, known: frozenset[str] | set[str]) -> list[str]:
        """The several names in `names`: `Ben, Cal and Dee`. A name of this conversation is never taken apart."""
        if names in known:
            return [names]
        spoken = next(each for each in languages() if each.code == language)
        for conjunction in spoken.conjunctions:
            head, found, tail = names.rpartition(conjunction)
            if found and head:
                listed = [part.strip() for part in head.split(",")] if "," in head else [head.strip()]
                return [part for part in [*listed, tail.strip()] if part]
        parts = [part.strip() for part in names.split(",")]
        return [part for part in parts if part] if len(parts) > 1 and all(parts) else [names]

    def _ordered(self) -> Iterator[Language]:
        yield from sorted(languages(), key=lambda language: -self.met[language.code])
