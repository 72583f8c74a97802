"""A transcript that is there, read where it lies: nothing of it is loaded before it is asked for."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from upstander.errors import CaseDamaged
from upstander.evidence.transcript.building import CONVERSATIONS, IDS, LINES, RECORD
from upstander.evidence.transcript.lines import Conversation, Line
from upstander.storage.files import read_json

__all__ = ["Transcript"]

#: Characters of an id that are enough to look for it by its beginning.
_BEGINNING = 4
#: Conversations, and messages that were looked for by their ids, that are remembered while the transcript stands.
_REMEMBERED = 2_048


@dataclass(frozen=True)
class Transcript:
    """The transcript in `folder`. Raises `CaseDamaged` where it is not what was written; make it again then."""

    folder: Path

    @cached_property
    def made_from(self) -> str | None:
        """Digest of what it was made from; None where there is no whole one."""
        try:
            return str(read_json(self.folder / RECORD)["made_from"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    @cached_property
    def count(self) -> int:
        """Conversations."""
        return self._conversations.rows

    def conversations(
        self, *, named: str = "", exhibit: str = "", first: int = 0, limit: int | None = None
    ) -> list[Conversation]:
        """Conversations whose title, on any phone, or id holds `named`: most phones first, then the largest.

        `exhibit` is the reference of one that shows them.
        """
        chosen = self._chosen(named, exhibit)
        return [self._conversation(row) for row in chosen[first : None if limit is None else first + limit]]

    def counted(self, named: str, *, exhibit: str = "") -> int:
        """How many conversations there are whose title or id holds `named`, and that the exhibit shows."""
        return len(self._chosen(named, exhibit))

    def conversation(self, asked: str) -> Conversation | None:
        """The conversation of that id, or that the capture of that id shows; None where there is none."""
        row = self._places.get(asked)
        return None if row is None else self._conversation(row)

    def lines(self, of: Conversation, first: int, last: int) -> list[Line]:
        """The lines of a conversation from one place up to another, counting from 0."""
        first, last = max(0, first), min(of.lines, last)
        return [Line.of(row) for row in self._lines.rows_between(of.first + first, of.first + last)]

    def place_of(self, of: Conversation, ordinal: int) -> int:
        """The place of the line of that ordinal, or of the first after it."""
        found = bisect_left(range(of.lines), ordinal, key=lambda place: self._value("ordinal", of, place))
        return min(found, max(0, of.lines - 1))

    def place_at(self, of: Conversation, at: datetime) -> int:
        """The place of the first line that is not before `at`; the last line where all are."""
        found = bisect_left(range(of.lines), at, key=lambda place: self._value("clock", of, place) or _NEVER)
        return min(found, max(0, of.lines - 1))

    def find(self, asked: str) -> tuple[Conversation, int] | None:
        """Conversation and place of the message of that id, of any sighting, or that alone begins so; else None."""
        ids = self._ids
        place = bisect_left(range(ids.rows), asked, key=lambda row: str(ids.value("sighting", row)))
        if place >= ids.rows:
            return None
        if ids.value("sighting", place) != asked:
            end = bisect_right(range(ids.rows), f"{asked}\U0010ffff", key=lambda row: str(ids.value("sighting", row)))
            rows = {ids.value("row", number) for number in range(place, min(end, place + 50))}
            if len(asked) < _BEGINNING or end - place > 50 or len(rows) != 1:
                return None
        row = int(ids.value("row", place))
        of = self._conversation(bisect_right(self._begins, row, key=lambda begun: begun[0]) - 1, begun=True)
        return of, row - of.first

    @cached_property
    def line(self) -> Callable[[str], tuple[Conversation, Line] | None]:
        """Conversation and line of the message that `find` finds; those asked for last are remembered."""
        return lru_cache(_REMEMBERED)(self._line)

    def _line(self, asked: str) -> tuple[Conversation, Line] | None:
        place = self.find(asked)
        return None if place is None else (place[0], self.lines(place[0], place[1], place[1] + 1)[0])

    def _value(self, column: str, of: Conversation, place: int) -> Any:
        return self._lines.value(column, of.first + place)

    def _conversation(self, row: int, *, begun: bool = False) -> Conversation:
        return self._opened(self._begins[row][1] if begun else row)

    @cached_property
    def _opened(self) -> Callable[[int], Conversation]:
        return lru_cache(_REMEMBERED)(lambda row: Conversation.of(next(self._conversations.rows_between(row, row + 1))))

    def _chosen(self, named: str, exhibit: str) -> list[int]:
        chosen = self._order
        if named:
            chosen = [row for row in chosen if self._holds(row, named.casefold())]
        if exhibit:
            lanes = self._conversations.columns("lanes")["lanes"].to_pylist()
            chosen = [row for row in chosen if any(lane["reference"] == exhibit for lane in lanes[row])]
        return chosen

    def _holds(self, row: int, wanted: str) -> bool:
        return any(wanted in said for said in self._said[row])

    @cached_property
    def _order(self) -> list[int]:
        """Rows of conversations in the order of the list."""
        table = self._conversations.columns("lanes", "messages", "conversation")
        phones = pc.list_value_length(table["lanes"]).to_pylist()
        sizes, names = table["messages"].to_pylist(), table["conversation"].to_pylist()
        return sorted(range(len(names)), key=lambda row: (-phones[row], -sizes[row], names[row]))

    @cached_property
    def _said(self) -> list[tuple[str, ...]]:
        """What each conversation is called, in small letters."""
        table = self._conversations.columns("conversation", "title", "lanes")
        return [
            tuple({said.casefold() for said in (name, title, *(lane["title"] for lane in lanes)) if said})
            for name, title, lanes in zip(*(table[column].to_pylist() for column in table.column_names), strict=True)
        ]

    @cached_property
    def _places(self) -> dict[str, int]:
        """Rows of conversations by their id and by those of their captures."""
        table = self._conversations.columns("conversation", "lanes")
        found: dict[str, int] = {}
        for row, lanes in enumerate(table["lanes"].to_pylist()):
            found |= {lane["capture"]: row for lane in lanes}
        return found | {name: row for row, name in enumerate(table["conversation"].to_pylist())}

    @cached_property
    def _begins(self) -> list[tuple[int, int]]:
        """First line and row of every conversation, in the order of the lines."""
        return sorted(
            (first, row) for row, first in enumerate(self._conversations.columns("first")["first"].to_pylist())
        )

    @cached_property
    def _conversations(self) -> "_Kept":
        return _Kept(self.folder / CONVERSATIONS)

    @cached_property
    def _lines(self) -> "_Kept":
        return _Kept(self.folder / LINES)

    @cached_property
    def _ids(self) -> "_Kept":
        return _Kept(self.folder / IDS)


#: Before every date that somebody can ask for: a line without a time before it is looked for no further.
_NEVER = datetime.fromisoformat("0001-01-01T00:00:00+00:00")


class _Kept:
    """An Arrow file that is mapped: rows by their number."""

    def __init__(self, path: Path) -> None:
        try:
            reader = pa.ipc.open_file(pa.memory_map(str(path)))
            self._batches = [reader.get_batch(number) for number in range(reader.num_record_batches)]
            self._schema = reader.schema
        except (OSError, pa.ArrowException) as problem:
            if path.name == LINES and not path.exists():
                # A case without a line has no file of lines.
                self._batches, self._schema = [], pa.schema([])
            else:
                raise CaseDamaged(f"the transcript {path} cannot be read ({problem}); delete its folder") from problem
        self._starts: list[int] = []
        self.rows = 0
        for batch in self._batches:
            self._starts.append(self.rows)
            self.rows += batch.num_rows

    def rows_between(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """The rows from one up to another."""
        place = bisect_right(self._starts, first) - 1
        while first < last and 0 <= place < len(self._batches):
            batch, start = self._batches[place], self._starts[place]
            taken = batch.slice(first - start, min(last - start, batch.num_rows) - (first - start))
            yield from taken.to_pylist()
            first, place = start + batch.num_rows, place + 1

    def value(self, column: str, row: int) -> Any:
        """One value."""
        place = bisect_right(self._starts, row) - 1
        return self._batches[place].column(column)[row - self._starts[place]].as_py()

    def columns(self, *names: str) -> pa.Table:
        """Whole columns, for files that are small."""
        return pa.Table.from_batches(self._batches, schema=self._schema).select(list(names))
