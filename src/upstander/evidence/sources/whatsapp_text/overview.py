"""What only the whole document shows, gathered in a first pass: names that notices state, who writes, what is marked.

Whether a line is somebody's must not depend on what happens to stand in front of it, nor on how much is read at a time.
"""

import re
from dataclasses import dataclass, field
from functools import cache

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.whatsapp_text.bodies import MARKS, body, openings
from upstander.evidence.sources.whatsapp_text.columns import Gathered, Grouped, Openers, word4
from upstander.evidence.sources.whatsapp_text.judging import DAY_SECONDS, NO_TIME
from upstander.evidence.sources.whatsapp_text.names import handle
from upstander.evidence.sources.whatsapp_text.phrases import Event, Phrases, plain
from upstander.evidence.sources.whatsapp_text.scanning import Integers
from upstander.evidence.sources.whatsapp_text.spans import Spans
from upstander.evidence.sources.whatsapp_text.streaming import Piece

__all__ = ["Habit", "Overview", "marked_rows"]

#: The second part of a name with a colon: up to three words.
_NAMELIKE = re.compile(r"\w[\w.'-]{0,29}(?: [\w.'-]{1,29}){0,2}")
#: What a name must show before it is taken to have a colon though nothing states it: no habit lasts so long without
#: one exception.
_ALWAYS, _ALWAYS_DAYS = 25, 30
#: Fewer texts that go on with a word in small letters (`ps: see you`) are not worth a remark.
_REMARKABLE = 5
#: Bodies behind the mark that are remembered, and the longest.
_BODIES, _LONGEST = 10_000, 200


@dataclass(slots=True)
class Habit:
    """All texts under one name go on with the same words and a colon: `Ann: Rota: …`."""

    second: str
    count: int = 0
    first: int = NO_TIME
    last: int = NO_TIME

    @property
    def shows_name(self) -> bool:
        """Whether it is too constant for a habit, so that the words are a part of the name."""
        return self.count >= _ALWAYS and self.last - self.first >= _ALWAYS_DAYS * DAY_SECONDS

    @property
    def remarkable(self) -> bool:
        """Whether a reader should be told."""
        return not self.second[0].islower() or self.count >= _REMARKABLE


@dataclass
class Overview:
    """Gathered piece by piece; complete after the last."""

    phrases: Phrases = field(default_factory=Phrases)
    #: Names that notices state.
    stated: set[str] = field(default_factory=set)
    #: Those with messages in words that are nobody's but their own.
    writers: set[str] = field(default_factory=set)
    habits: dict[str, Habit] = field(default_factory=dict)
    #: Handles under which each body behind the mark stands; and how often it stands there.
    bodies: dict[str, tuple[set[str], int]] = field(default_factory=dict)
    #: Who stands before the document's first line, if that is a line behind the mark.
    first: tuple[str, str] | None = None
    #: Whether the layout is that of iOS, where WhatsApp marks its own words.
    bracketed: bool = False
    #: Notices with WhatsApp's mark or under a name; and those without either. The first of all decides a tie.
    signed: int = 0
    bare: int = 0
    _first_signed: bool | None = None
    _placeholders: bool = False
    _started: bool = False
    _none: set[str] = field(default_factory=set)
    _handles: dict[bytes, str] = field(default_factory=dict)

    @property
    def marks_notices(self) -> bool:
        """Whether the file sets its mark, or a name, before its notices. Exports of old iOS versions do not."""
        return self.bracketed and (bool(self._first_signed) or self.signed > self.bare)

    @property
    def marks_bodies(self) -> bool:
        """Whether the file sets its mark before what stands in place of a text."""
        return self.marks_notices or (self.bracketed and self._placeholders and not self.bare)

    @property
    def language_known(self) -> bool:
        """Whether some notice is in a language whose phrases are known."""
        return bool(self.phrases.met)

    def is_group(self, name: str) -> bool:
        """Whether `name` opens the document with a marked line that stands nowhere else, and never writes."""
        return self.first is not None and self.first[0] == name and name not in self.writers and (
            self.bodies.get(self.first[1], (set(), 0))[1] <= 1
        )  # fmt: skip

    def is_placeholder(self, clean: str) -> bool:
        """Whether the same marked body stands more than once, as no notice of a group does under several names."""
        names, count = self.bodies.get(clean, (set[str](), 0))
        return len(names) > 1 or (count > 1 and not any(map(self.is_group, names)))

    def writes(self, author: str) -> bool:
        """Whether `author` has messages in their own words."""
        return author in self.writers or author.partition(": ")[0] in self.writers

    def take(self, piece: Piece, found: Spans) -> None:
        """Add what `piece` shows."""
        if not piece.size:
            return
        opening = not self._started
        if opening:
            self._started = True
            self.bracketed = b"[" in piece.data[: int(found.written_from[0])]
        strings = Gathered(piece.data, ((found.name_from, found.name_to), (found.text_from, found.text_to)))
        names = strings.column(0).dictionary_encode()
        codes = names.indices.to_numpy().astype(np.int64)
        handles = [self._handle(name) for name in names.dictionary.to_pylist()]
        marked, opens = marked_rows(piece, found)
        filled = found.text_to > found.text_from
        own = codes[found.named & ~marked & ~opens & filled]
        for code in np.flatnonzero(np.bincount(own, minlength=len(handles))).tolist():
            self.writers.add(handles[code])
        grouped = Grouped(codes, len(handles), found.named)
        special = (marked | ~found.named) & filled
        self._lines(found, codes, handles, strings, special, opening=opening)
        self._by_name(piece, found, handles, grouped, special)
        self._habits(piece, found, codes, handles, grouped)

    def _handle(self, name: bytes) -> str:
        known = self._handles.get(name)
        if known is None:
            known = self._handles[name] = handle(name.decode("utf-8", "replace"))
        return known

    def _lines(
        self,
        found: Spans,
        codes: Integers,
        handles: list[str],
        strings: Gathered,
        special: npt.NDArray[np.bool_],
        *,
        opening: bool,
    ) -> None:
        rows = np.flatnonzero(special)
        for row, written in zip(rows.tolist(), strings.column(1, rows).to_pylist(), strict=True):
            if written[:1] == b"\xe2" and written[3:4] == b"<":
                self._placeholders = True
                continue
            text = written.decode("utf-8", "replace")
            named, marked = bool(found.named[row]), text.startswith(MARKS)
            clean = plain(text).strip()
            if named and marked:
                self._marked(handles[int(codes[row])], clean, opening=opening and row == 0)
                if body(text) is not None:
                    self._placeholders = True
                    continue
            event = self.phrases.event(clean)
            if event is not None:
                self._stated(event, signed=marked or named)

    def _by_name(
        self, piece: Piece, found: Spans, handles: list[str], grouped: Grouped, special: npt.NDArray[np.bool_]
    ) -> None:
        for code, name in enumerate(handles):
            if self.phrases.may_start(name):
                # `Ava added Dr: Smith`: what stands where a name would is the first half of a notice.
                for row in grouped.rows(code).tolist():
                    whole = piece.data[int(found.name_from[row]) : int(found.line_to[row])].decode("utf-8", "replace")
                    event = self.phrases.event(plain(whole).strip())
                    if event is not None and event.literal < len(name):
                        self._stated(event, signed=whole.startswith(MARKS))
            elif name not in self.writers:
                rows = grouped.rows(code)
                self._under_a_name(piece, found, rows[~special[rows]])

    def _under_a_name(self, piece: Piece, found: Spans, rows: Integers) -> None:
        """The notice on encryption without the mark, under a group's name."""
        for row in rows[:1].tolist():
            text = piece.data[int(found.text_from[row]) : int(found.line_to[row])].decode("utf-8", "replace")
            event = self.phrases.event(plain(text).strip())
            if event is not None and event.event == "encryption_notice":
                self._stated(event, signed=True)

    def _marked(self, name: str, clean: str, *, opening: bool) -> None:
        if opening:
            self.first = (name, clean)
        if len(clean) <= _LONGEST and (clean in self.bodies or len(self.bodies) < _BODIES):
            names, count = self.bodies.get(clean, (set[str](), 0))
            self.bodies[clean] = (names | {name}, count + 1)

    def _stated(self, event: Event, *, signed: bool) -> None:
        self.phrases.note(event)
        self.signed += signed
        self.bare += not signed
        if self._first_signed is None:
            self._first_signed = signed
        if event.actor:
            self.stated.add(handle(event.actor))
        if event.person:
            self.stated.update(self.phrases.people(handle(event.person), event.language, self.stated))

    def _habits(self, piece: Piece, found: Spans, codes: Integers, handles: list[str], grouped: Grouped) -> None:
        first = np.full(len(handles), -1, np.int64)
        named = np.flatnonzero(found.named)
        first[codes[named][::-1]] = named[::-1]
        for code, name in enumerate(handles):
            if first[code] < 0 or name in self._none:
                continue
            habit = self.habits.get(name)
            if habit is None:
                second = _second(_line(piece, found, int(first[code])))
                if second is None:
                    self._none.add(name)
                    continue
                habit = self.habits[name] = Habit(second)
            rows = grouped.rows(code)
            start = f"{habit.second}:".encode()
            if not all(piece.data.startswith(start, int(found.text_from[row])) for row in rows.tolist()):
                del self.habits[name]
                self._none.add(name)
                continue
            habit.count += len(rows)
            times = piece.verdict.local[rows]
            times = times[times != NO_TIME]
            if len(times):
                habit.first = int(times.min()) if habit.first == NO_TIME else min(habit.first, int(times.min()))
                habit.last = max(habit.last, int(times.max()))


def marked_rows(piece: Piece, found: Spans) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Rows whose text starts with the mark; and rows that start as a phrase or as their own author's name does."""
    words = word4(piece.data)
    starts = words[found.text_from]
    three = starts & np.uint32(0xFFFFFF)
    marked = (three == 0x8E80E2) | (three == 0x8F80E2)
    return marked, _opens().among(starts) | (((starts ^ words[found.name_from]) & np.uint32(0xFFFFFF)) == 0)


@cache
def _opens() -> Openers:
    return Openers(openings())


def _line(piece: Piece, found: Spans, row: int) -> str:
    return piece.data[int(found.text_from[row]) : int(found.line_to[row])].decode("utf-8", "replace")


def _second(text: str) -> str | None:
    """The words before a colon with which `text` starts, where these may be a part of a name."""
    second, colon, rest = text.partition(":")
    if not colon or (rest.strip() and not rest.startswith(" ")) or not _NAMELIKE.fullmatch(second):
        return None
    stands = body(text)
    if stands is not None and stands.kind != "text" and body(rest.strip()) is None:
        return None  # `location: https://…`
    return second
