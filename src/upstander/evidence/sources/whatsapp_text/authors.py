"""Tells names from what only stands where a name stands, one look at each different name."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from upstander.evidence.sources.whatsapp_text.bodies import MARKS
from upstander.evidence.sources.whatsapp_text.chat import Chat
from upstander.evidence.sources.whatsapp_text.columns import Grouped
from upstander.evidence.sources.whatsapp_text.names import handle
from upstander.evidence.sources.whatsapp_text.overview import Overview
from upstander.evidence.sources.whatsapp_text.phrases import plain, straight
from upstander.evidence.sources.whatsapp_text.scanning import Integers

__all__ = ["Authors", "Cast"]

#: Code of a row without an author.
NOBODY = -1


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
    overview: Overview
    #: Names as they stand in the bytes, with their handles, and whether each line under them must be looked at.
    _settled: dict[bytes, tuple[str, bool]] = field(default_factory=dict)
    #: Names of whose habit was told.
    _told: set[str] = field(default_factory=set)

    def cast(
        self, codes: Integers, names: list[bytes], named: npt.NDArray[np.bool_], line: Callable[[int], str]
    ) -> Cast:
        """Who wrote each row. `codes` point into `names`; `line` gives a row from its name to its line's end."""
        handles: dict[str, int] = {}
        of_code = np.full(len(names), NOBODY, np.int32)
        cast = Cast(np.zeros(0, np.int32), [])
        full = {name for name in self.overview.stated if ": " in name}
        starts = {name.partition(": ")[0] for name in full}
        closer: list[tuple[int, str]] = []
        for code in np.flatnonzero(np.bincount(codes[named], minlength=len(names))).tolist():
            settled = self._settled.get(names[code])
            if settled is None:
                settled = self._settled[names[code]] = self._settle(names[code])
            name, doubtful = settled
            of_code[code] = handles.setdefault(name, len(handles))
            if doubtful or name in starts or name in self.overview.habits:
                closer.append((code, name))
        cast.codes = np.where(named, of_code[codes], np.int32(NOBODY)).astype(np.int32)
        grouped = Grouped(codes, len(names), named)
        for code, name in closer:
            rows = grouped.rows(code).tolist()
            written = names[code].decode("utf-8", "replace")
            if self._settled[names[code]][1]:
                rows = [row for row in rows if not self._system(written, line(row), row, cast)]
            if name in starts:
                self._known(cast, rows, len(written) + 2, name, full, handles, line)
            elif name in self.overview.habits:
                self._habit(cast, rows, name, handles)
        cast.handles = list(handles)
        return cast

    def _settle(self, name: bytes) -> tuple[str, bool]:
        written = plain(name.decode("utf-8", "replace"))
        short = handle(written)
        doubtful = not short or straight(written).count('"') % 2 > 0 or self.chat.phrases.may_start(written)
        return short, doubtful

    def _system(self, written: str, line: str, row: int, cast: Cast) -> bool:
        """Whether the line is a system line whose text holds a colon: `Ava changed the subject to "Rota: new"`."""
        name = plain(written)
        event = self.chat.phrases.event(plain(line).strip()) if self.chat.phrases.may_start(name) else None
        if event is not None and event.literal < len(name.rstrip()) and event.actor != name:
            cast.codes[row] = NOBODY
            return True
        if not name.strip():
            cast.uncertain.append((row, "nothing stands where the name would; it was kept as a message without a name"))
        elif straight(name).count('"') % 2 and straight(plain(line))[len(name) :].count('"') % 2:
            cast.uncertain.append(
                (row, "a quotation is open where the name ends, and no known notice reads so: read as a message")
            )
        return False

    def _known(
        self,
        cast: Cast,
        rows: list[int],
        skip: int,
        short: str,
        full: set[str],
        handles: dict[str, int],
        line: Callable[[int], str],
    ) -> None:
        """Give rows to the longest name that a notice states: `Dr: Smith: hello`."""
        candidates = sorted((each for each in full if each.startswith(f"{short}: ")), key=len, reverse=True)
        for row in rows:
            whole = line(row)
            text = whole[skip:]
            for candidate in candidates:
                second = candidate[len(short) + 2 :]
                if plain(text).startswith(f"{second}:"):
                    self._move(cast, row, candidate, text[: text.index(":", len(second))], handles)
                    break
                if plain(text).startswith(f"{second} ") and not text.startswith(MARKS):
                    event = self.chat.phrases.event(plain(whole).strip())
                    if event is not None and candidate in (event.actor, event.person):
                        cast.codes[row] = NOBODY
                        cast.uncertain.append((row, f"read as a notice about {candidate!r}, whom another notice names"))
                        break

    def _habit(self, cast: Cast, rows: list[int], short: str, handles: dict[str, int]) -> None:
        """Nothing states the name: only what no habit does, in dozens of messages over months, shows a longer one."""
        habit = self.overview.habits[short]
        longer = f"{short}: {habit.second}"
        if rows and short not in self._told and (habit.shows_name or habit.remarkable):
            self._told.add(short)
            reading = (
                f"{longer!r} was taken as the author of all that starts so, not {short!r}"
                if habit.shows_name
                else f"{short!r} was taken as its author, who may be {longer!r}"
            )
            cast.uncertain.append((rows[0], reading))
        if habit.shows_name:
            for row in rows:
                self._move(cast, row, longer, habit.second, handles)

    def _move(self, cast: Cast, row: int, name: str, second: str, handles: dict[str, int]) -> None:
        cast.codes[row] = handles.setdefault(name, len(handles))
        cast.shift[row] = len(second.encode()) + 1
