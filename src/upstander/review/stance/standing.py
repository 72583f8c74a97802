"""The table of stances with what people decided since it was made: a decision counts at once, the table follows later.

The decision file only grows. It is read on from where it was read to, and of one response the last word is kept: by
the ids that stand in it, which are those of the table that whoever decided looked at.
"""

import hashlib
import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from upstander.errors import BadDecision
from upstander.review.stance.decision import STANCES_FILE, Ruling
from upstander.review.stance.kinds import Stance
from upstander.storage import Case, Part, decisions, parts
from upstander.storage.kept import Kept, stamp
from upstander.storage.scan import collect, scan

__all__ = ["DECISIONS", "Key", "Said", "key_of", "said", "short", "standing", "state"]

#: Under which name the part says how many bytes of the decision file it was made with.
DECISIONS = "decisions"

_PART = "stances"
#: Rows of a table that is kept in memory while it stands, some 40 MB; a larger one is read for every question.
_ROWS = 300_000
_STRINGS = ("conversation", "act", "stance", "confirmed", "basis")

#: Message, act, and what tells the response from others: its id, or the person and the emoji.
Key = tuple[str, str, str]


def key_of(message: str, act: str, response: str | None, person: str | None, emoji: str | None) -> Key:
    """What one response goes by."""
    return message, act, response if response is not None else f"{person or ''}\n{emoji or ''}"


def short(*said: str) -> str:
    """A word for what is too long, or has signs that no form brings back as they were."""
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:32]


@dataclass
class Said:
    """What a decision file says."""

    path: Path
    #: The last word on each response, and the byte that its line begins at.
    last: dict[Key, tuple[int, Ruling]] = field(default_factory=dict)
    _upto: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def catch_up(self) -> None:
        """Read what is new; all of it where the file is shorter than it was, as after a backup was put back."""
        with self._lock:
            size = self.path.stat().st_size if self.path.is_file() else 0
            if size < self._upto:
                self._upto, self.last = 0, {}
            if size == self._upto:
                return
            new = decisions.content(self.path)[self._upto :]
            last, place = dict(self.last), self._upto
            for raw in new.splitlines(keepends=True):
                if not raw.endswith(b"\n"):
                    # A line that is being written is read when it is whole.
                    break
                ruling = self._read(raw, place)
                if ruling is not None:
                    key = key_of(ruling.message, ruling.act, ruling.response, ruling.person, ruling.emoji)
                    last[key] = (place, ruling)
                place += len(raw)
            self.last, self._upto = last, place

    def _read(self, raw: bytes, place: int) -> Ruling | None:
        """A line as the table has it: one that cannot be read counts for nothing, and the table's maker says so."""
        try:
            text = raw.decode().strip()
            return Ruling.of(text, f"the line at byte {place:,} of {self.path}") if text else None
        except (BadDecision, UnicodeDecodeError):
            return None

    def since(self, place: int) -> dict[Key, Ruling]:
        """The last words that begin at that byte or after it."""
        return {key: ruling for key, (begins, ruling) in self.last.items() if begins >= place}


def said(case: Case) -> Said:
    """What the case's decision file says now. Raises `BadDecision` where it cannot be read."""
    known = _said(case.decisions / STANCES_FILE)
    known.catch_up()
    return known


@lru_cache(maxsize=64)
def _said(path: Path) -> Said:
    return Said(path)


def standing(case: Case) -> pl.LazyFrame:
    """The rows of `stances`, `confirmed` as it stands now; categories come as strings. Raises `BadDecision`."""
    part = _part(case)
    if part is not None and part.tables[_PART]["rows"] > _ROWS:
        return _joined(_read(case), said(case).since(_made_with(part)))
    return _standing.of(case.path, _state(case, part), lambda: _stands(case, part)).lazy()


def state(case: Case) -> tuple[object, ...]:
    """What tells one state of what `standing` gives from another."""
    return _state(case, _part(case))


_tables: Kept[pl.DataFrame] = Kept(2)
_standing: Kept[pl.DataFrame] = Kept(2)


def _state(case: Case, part: Part | None) -> tuple[object, ...]:
    return _sha256(part), _made_with(part), stamp(case, STANCES_FILE)


def _sha256(part: Part | None) -> str:
    return "" if part is None else str(part.tables[_PART]["sha256"])


def _read(case: Case) -> pl.LazyFrame:
    return scan(case, _PART).with_columns(pl.col(*_STRINGS).cast(pl.String))


def _stands(case: Case, part: Part | None) -> pl.DataFrame:
    """The kept table with what was decided since: of its columns `confirmed` alone is made anew."""
    rows = _tables.of(case.path, _sha256(part), lambda: collect(_read(case)))
    newer = said(case).since(_made_with(part))
    if not newer:
        return rows
    about = pl.Series(sorted({message for message, _, _ in newer}), dtype=pl.String)
    names = ("message", "act", "response", "person", "emoji")
    chosen = rows.select(*names).with_row_index("place").filter(pl.col("message").is_in(about.implode()))
    words = {place: newer.get(key_of(*row)) for place, *row in chosen.iter_rows()}
    decided = {place: ruling.stance for place, ruling in words.items() if ruling is not None}
    told = [None if stance is Stance.UNDECIDED else stance.value for stance in decided.values()]
    if not decided:
        return rows
    confirmed = rows["confirmed"].clone().scatter(list(decided), pl.Series(told, dtype=pl.String))
    return rows.with_columns(confirmed.alias("confirmed"))


def _joined(rows: pl.LazyFrame, newer: Mapping[Key, Ruling]) -> pl.LazyFrame:
    if not newer:
        return rows
    names = ["message", "act", "_what"]
    columns = {name: [key[place] for key in newer] for place, name in enumerate(names)}
    columns["_said"] = [ruling.stance.value for ruling in newer.values()]
    frame = pl.LazyFrame(columns, schema=dict.fromkeys(columns, pl.String))
    what = pl.coalesce("response", pl.concat_str("person", pl.lit("\n"), "emoji")).alias("_what")
    word = pl.when(pl.col("_said") != Stance.UNDECIDED.value).then("_said")
    confirmed = pl.when(pl.col("_said").is_null()).then("confirmed").otherwise(word).alias("confirmed")
    joined = rows.with_columns(what).join(frame, on=names, how="left", maintain_order="left")
    return joined.with_columns(confirmed).drop("_what", "_said")


def _part(case: Case) -> Part | None:
    return next((part for part in parts(case) if part.name == _PART and _PART in part.tables), None)


def _made_with(part: Part | None) -> int:
    """How many bytes of the decision file the table knows."""
    known = 0 if part is None else part.about.get(DECISIONS, 0)
    return known if isinstance(known, int) else 0
