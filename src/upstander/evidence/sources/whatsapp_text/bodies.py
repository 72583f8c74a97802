"""What stands in place of a message's text: a file's name, `image omitted`, a deletion, a call, a poll."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import PurePosixPath

from upstander.evidence.sources.whatsapp_text.phrases import languages, plain, straight

__all__ = ["MARKS", "Body", "body", "endings", "openings"]

#: The marks that WhatsApp puts in front of text of its own.
MARKS = ("\u200e", "\u200f")

_MEDIA = ("media", "image", "video", "audio", "voice", "sticker", "gif", "contact", "document")
_DELETED = {"deleted": "by_author", "deleted_by_owner": "by_author", "deleted_by_administrator": "by_administrator"}
_FILE = r"[^\n<>|*?\"]{1,240}?\.\w{1,8}"

#: What Android writes, in every language, where the message has no text that it can export: sent to be seen once.
_NULL = "null"

#: Characters of a text that is worth remembering: the same few placeholders stand thousands of times.
_SHORT = 100

#: Kinds by how WhatsApp names files (Android IMG-20180129-WA0025.jpg, iOS 00000010-PHOTO-2020-11-02-21-49-51.jpg).
_NAMED = (
    (re.compile(r"(?:^|-)(?:PTT)-"), "voice"),
    (re.compile(r"^\d{8}-AUDIO-.*\.opus$", re.IGNORECASE), "voice"),
    (re.compile(r"(?:^|-)(?:IMG|PHOTO)-"), "image"),
    (re.compile(r"^\d{8}-GIF-"), "gif"),
    (re.compile(r"(?:^|-)(?:VID|VIDEO)-"), "video"),
    (re.compile(r"(?:^|-)(?:AUD|AUDIO)-"), "audio"),
    (re.compile(r"(?:^|-)(?:STK|STICKER)-"), "sticker"),
)
_SUFFIXES = {
    **dict.fromkeys((".jpg", ".jpeg", ".png", ".heic", ".bmp", ".tif", ".tiff"), "image"),
    **dict.fromkeys((".mp4", ".mov", ".3gp", ".avi", ".mkv", ".m4v", ".webm"), "video"),
    **dict.fromkeys((".opus",), "voice"),
    **dict.fromkeys((".mp3", ".m4a", ".aac", ".amr", ".ogg", ".wav", ".caf"), "audio"),
    ".webp": "sticker",
    ".gif": "gif",
    ".vcf": "contact",
}


@dataclass(frozen=True, slots=True)
class Body:
    """What a body turned out to be."""

    kind: str
    language: str | None = None
    #: Name of the file that it names.
    file: str | None = None
    #: Whether it stands for media that the export left out.
    omitted: bool = False
    deleted: str | None = None
    edited: bool = False
    #: Whether it is said to the exporting account: its author owns the phone.
    owner: bool = False
    #: Whether nothing of it is its author's own words: there is no caption beside it, and it asks nothing.
    bare: bool = True

    @property
    def stock(self) -> bool:
        """Whether it stands for media that were left out and says nothing else: the same words always mean the same."""
        return self.omitted and not (self.file or self.edited)


@dataclass(frozen=True, slots=True)
class _Tables:
    exact: dict[str, Body]
    attached: re.Pattern[str]
    enclosed: re.Pattern[str]
    document: re.Pattern[str]
    #: How such a line ends.
    left_out: tuple[str, ...]
    #: Phrases with something free at their end, taken for such only behind WhatsApp's mark.
    marked: tuple[tuple[str, Body], ...]
    locations: tuple[tuple[str, Body], ...]
    polls: dict[str, str]
    edited: tuple[str, ...]


def body(text: str) -> Body | None:
    """What `text` stands for; None where it is somebody's own words as far as is known."""
    return _repeated(text) if len(text) <= _SHORT else _body(text)


@lru_cache(maxsize=4096)
def _repeated(text: str) -> Body | None:
    return _body(text)


def _body(text: str) -> Body | None:
    tables = _tables()
    clean = straight(plain(text)).strip()
    edited = next((mark for mark in tables.edited if clean.endswith(mark)), None)
    if edited is not None:
        inner = body(text[: straight(plain(text)).rstrip().rfind(edited)]) if len(clean) > len(edited) else None
        # Without anything before the mark nothing is left of what its author wrote.
        return replace(inner or Body("text", bare=len(clean) == len(edited)), edited=True)
    return _whole(clean, text, tables) or _line(clean, text, tables)


def _whole(clean: str, text: str, tables: _Tables) -> Body | None:
    found = tables.exact.get(clean.rstrip("."))
    if found is not None:
        return found
    if text == _NULL:
        return Body("empty")
    # Behind a caption WhatsApp sets its mark again: "caption ‎image omitted".
    before, _, after = text.rpartition(MARKS[0])
    tail = tables.exact.get(straight(plain(after)).strip().rstrip("."))
    if tail is not None and MARKS[0] in text and tail.omitted:
        named = tables.document.match(clean.partition("\n")[0])
        if named is not None:
            return replace(tail, file=named["file"], bare=named[0].strip() == clean)
        return replace(tail, bare=not plain(before).strip())
    found = next((made for start, made in tables.marked if clean.startswith(start)), None)
    # Android sets no mark before its own words; of those only a deletion by a named administrator is believed.
    if found is None or not (text.startswith(MARKS) or (found.deleted and "\n" not in clean)):
        return None
    return replace(found, bare="\n" not in clean)


def _line(clean: str, text: str, tables: _Tables) -> Body | None:
    """What the first line stands for; what follows it is a caption, or the options of a poll."""
    line = clean.partition("\n")[0].rstrip()
    if line in tables.polls:
        return Body("poll", tables.polls[line], bare=line == clean)
    enclosed = tables.enclosed.search(straight(plain(text)).rstrip()) or tables.enclosed.search(line)
    if enclosed is not None:
        return _file(enclosed["file"], bare=_untold(clean, enclosed))
    attached = tables.attached.match(line) if line.endswith(")") or ") " in line else None
    if attached is not None:
        return _file(attached["file"], bare=attached[0].strip() == clean)
    document = tables.document.fullmatch(line) if line.endswith(tables.left_out) else None
    if document is not None:
        return Body("document", file=document["file"], omitted=True, bare=line == clean)
    if "https://" in line:
        start, place = next((each for each in tables.locations if line.startswith(each[0])), ("", None))
        # Anybody can type this with words of their own between.
        return place and replace(place, bare=not re.search(r"\s", clean.removeprefix(start).strip()))
    return None


def _untold(clean: str, enclosed: re.Match[str]) -> bool:
    """Whether beside the name of an enclosed file stands only what iOS says of a document: its title and size."""
    rest = clean.replace(enclosed[0].strip(), "", 1).strip()
    title = re.escape(re.sub(r"^\d{8}-", "", enclosed["file"].strip()))
    return not rest or re.fullmatch(rf"{title} • \d+ \S+", rest) is not None


def _file(name: str, *, bare: bool) -> Body:
    name = name.strip()
    kind = next((kind for pattern, kind in _NAMED if pattern.search(name)), None)
    return Body(kind or _SUFFIXES.get(PurePosixPath(name).suffix.lower(), "document"), file=name, bare=bare)


@cache
def _tables() -> _Tables:
    exact: dict[str, Body] = {}
    marked: list[tuple[str, Body]] = []
    locations: list[tuple[str, Body]] = []
    polls: dict[str, str] = {}
    attached: list[str] = []
    enclosed: list[str] = []
    omitted: list[str] = []
    edited: list[str] = []
    for language in languages():
        for meaning, texts in language.bodies.items():
            for each in texts:
                written = straight(each)
                if meaning == "attached":
                    (enclosed if written.startswith("<") else attached).append(written)
                elif meaning == "edited":
                    edited.append(written)
                elif meaning == "poll":
                    polls.setdefault(written, language.code)
                elif meaning == "location":
                    locations.append((written.removesuffix("{any}"), Body("location", language.code)))
                elif "{name}" in written:
                    omitted.append(written.removeprefix("{name}"))
                elif written.endswith("{any}") or "{any}" in written:
                    marked.append((written.partition("{any}")[0], _meant(meaning, language.code)))
                else:
                    exact.setdefault(written.rstrip("."), _meant(meaning, language.code))
    return _Tables(
        exact=exact,
        attached=re.compile(f"(?P<file>{_FILE})(?:{_any(each.removeprefix('{name}') for each in attached)})"),
        enclosed=re.compile(
            f"<(?:{_any(each[1:-1].removesuffix('{name}').strip() for each in enclosed)}) ?(?P<file>[^<>\\n]+)>$"
        ),
        document=re.compile(f"(?P<file>{_FILE})(?: • [^\\n]{{1,40}}?)?(?:{_any(omitted)})"),
        left_out=tuple(omitted),
        marked=tuple(sorted(marked, key=lambda entry: -len(entry[0]))),
        locations=tuple(locations),
        polls=polls,
        edited=tuple(edited),
    )


def _any(texts: Iterable[str]) -> str:
    return "|".join(sorted({re.escape(text) for text in texts}, key=len, reverse=True))


def _meant(meaning: str, language: str) -> Body:
    if meaning in _DELETED:
        return Body("deleted", language, deleted=_DELETED[meaning], owner=meaning == "deleted_by_owner")
    if meaning == "live_location":
        return Body("location", language)
    return Body(meaning, language, omitted=meaning in _MEDIA)


@cache
def endings() -> frozenset[bytes]:
    """Last four bytes of the lines that may stand for something: a body without one of them needs no closer look."""
    tables = _tables()
    whole = [*tables.exact, *(f"{text}." for text in tables.exact), *tables.polls, *tables.edited]
    parts = [text for language in languages() for text in language.bodies["attached"] + language.bodies["document"]]
    return frozenset(text.encode()[-4:] for text in [_NULL, *whole, *parts] if not text.endswith("}>"))


@cache
def openings() -> frozenset[bytes]:
    """First four bytes of bodies that may stand for something whatever their end: places, deletions and notices."""
    notices = [
        pattern.text for language in languages() for pattern in language.events if pattern.event == "encryption_notice"
    ]
    deletions = [start for start, made in _tables().marked if made.deleted]
    places = [start for start, _ in _tables().locations]
    return frozenset(text.encode()[:4] for text in [*places, *deletions, *notices])
