"""Tells names from what only stands where a name stands, one look at each different name."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.whatsapp_text.bodies import body
from upstander.evidence.sources.whatsapp_text.chat import Chat
from upstander.evidence.sources.whatsapp_text.names import handle
from upstander.evidence.sources.whatsapp_text.phrases import plain, straight
from upstander.evidence.sources.whatsapp_text.scanning import Integers

__all__ = ["Authors", "Cast"]

#: Code of a row without an author.
NOBODY = -1
#: The second part of a name with a colon: up to three words.
_NAMELIKE = re.compile(r"\w[\w.'-]{0,29}(?: [\w.'-]{1,29}){0,2}")
#: Messages that must all go on with the same words before these are taken for a part of the name.
_SHOWN = 5


@dataclass(slots=True)
class Cast:
    """Who wrote each message of a piece."""

    #: Index into `handles`, or `NOBODY`.
    codes: npt.NDArray[np.int32]
    handles: list[str]
    #: Bytes by which the text starts later: the second part of a name with a colon.
    shift: dict[int, int] = field(default_factory=dict)
    #: Rows that read either way, and what was taken.
    uncertain: list[tuple[int, str]] = field(default_factory=list)


@dataclass
class Authors:
    """The names met so far."""

    chat: Chat
    #: Names as they stand in the bytes, with their handles.
    _settled: dict[bytes, str] = field(default_factory=dict)

    def cast(
        self, codes: Integers, names: list[bytes], named: npt.NDArray[np.bool_], line: Callable[[int], str]
    ) -> Cast:
        """Who wrote each row. `codes` point into `names`; `line` gives a row from its name to its line's end."""
        handles: dict[str, int] = {}
        of_code = np.full(len(names), NOBODY, np.int32)
        rows = np.flatnonzero(named)
        first = np.zeros(len(names), np.int64)
        first[codes[rows][::-1]] = rows[::-1]
        present = np.zeros(len(names), np.bool_)
        present[codes[rows]] = True
        cast = Cast(np.zeros(0, np.int32), [])
        fresh: list[int] = []
        for code in np.flatnonzero(present).tolist():
            settled = self._settled.get(names[code])
            if settled is None:
                written = names[code].decode("utf-8", "replace")
                if self._system(written, line(int(first[code])), int(first[code]), cast):
                    continue
                settled = self._settled[names[code]] = handle(written)
                fresh.append(code)
            of_code[code] = handles.setdefault(settled, len(handles))
        cast.codes = np.where(named, of_code[codes], np.int32(NOBODY)).astype(np.int32)
        self._colons(cast, codes, names, handles, fresh, line)
        cast.handles = list(handles)
        return cast

    def _system(self, written: str, line: str, row: int, cast: Cast) -> bool:
        """Whether the line is a system line whose text holds a colon: `Ava changed the subject to "Rota: new"`."""
        name = plain(written)
        event = self.chat.phrases.event(plain(line).strip()) if self.chat.phrases.may_start(name) else None
        if event is not None and event.literal < len(name.rstrip()) and event.actor != name:
            for person in (event.actor, event.person):
                if person:
                    self.chat.known.add(handle(person))
            return True
        if straight(name).count('"') % 2 and straight(plain(line))[len(name) :].count('"') % 2:
            cast.uncertain.append((row, "a quotation is open where the name would end: read as a system line"))
            return True
        return False

    def _colons(
        self,
        cast: Cast,
        codes: Integers,
        names: list[bytes],
        handles: dict[str, int],
        fresh: Iterable[int],
        line: Callable[[int], str],
    ) -> None:
        """Names with a colon and a space in them: `Dr: Smith: hello`."""
        full = {name for name in self.chat.known if ": " in name}
        starts = {name.partition(": ")[0] for name in full}
        fresh = set(fresh)
        if not fresh and not starts:
            return
        order = np.argsort(codes, kind="stable")
        bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
        for code in range(len(names)):
            known = handle(names[code].decode("utf-8", "replace"))
            if code not in fresh and known not in starts:
                continue
            rows = order[bounds[code] : bounds[code + 1]]
            rows = rows[cast.codes[rows] != NOBODY]
            if not len(rows):
                continue
            if known in starts:
                self._known(cast, rows, names[code], known, full, handles, line)
            else:
                self._guess(cast, rows, names[code], known, handles, line)

    def _known(
        self,
        cast: Cast,
        rows: Integers,
        name: bytes,
        short: str,
        full: set[str],
        handles: dict[str, int],
        line: Callable[[int], str],
    ) -> None:
        """Give rows to the longest name that a system line states."""
        candidates = sorted((each for each in full if each.startswith(f"{short}: ")), key=len, reverse=True)
        for row in rows.tolist():
            text = line(row)[len(name.decode("utf-8", "replace")) + 2 :]
            for candidate in candidates:
                second = candidate[len(short) + 2 :]
                if plain(text).startswith(f"{second}:"):
                    self._move(cast, row, candidate, text[: text.index(":", len(second))], handles)
                    break

    def _guess(
        self,
        cast: Cast,
        rows: Integers,
        name: bytes,
        short: str,
        handles: dict[str, int],
        line: Callable[[int], str],
    ) -> None:
        """Nothing states the name: it has a colon where all texts under the short one go on with the same words."""
        skip = len(name.decode("utf-8", "replace")) + 2
        text = line(int(rows[0]))[skip:]
        second, found, _ = text.partition(": ")
        if not found or not _NAMELIKE.fullmatch(second) or body(text) is not None:
            return
        if second[0].islower() and len(rows) < _SHOWN:
            return  # "ps: see you": a few such texts show nothing
        if not all(line(row)[skip:].startswith(f"{second}:") for row in rows.tolist()):
            return
        longer = f"{short}: {second}"
        if len(rows) < _SHOWN:
            cast.uncertain.append((int(rows[0]), f"{short!r} was taken as its author, who may be {longer!r}"))
            return
        cast.uncertain.append(
            (int(rows[0]), f"{longer!r} was taken as the author of all that starts so, not {short!r}")
        )
        self.chat.known.add(longer)
        for row in rows.tolist():
            self._move(cast, row, longer, second, handles)

    def _move(self, cast: Cast, row: int, name: str, second: str, handles: dict[str, int]) -> None:
        cast.codes[row] = handles.setdefault(name, len(handles))
        cast.shift[row] = len(second.encode()) + 1
