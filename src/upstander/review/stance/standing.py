"""The table of stances with what people decided since it was made: a decision counts at once, the table follows later.

The decision file only grows. It is read on from where it was read to, and of one response the last word is kept: by
the ids that stand in it, which are those of the table that whoever decided looked at.
"""

import hashlib
import json
import threading
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import polars as pl

from upstander.errors import BadDecision
from upstander.review.stance.decision import STANCES_FILE, Ruling
from upstander.review.stance.kinds import Stance
from upstander.storage import Case, decisions, parts
from upstander.storage.scan import scan

__all__ = ["DECISIONS", "Key", "Said", "key_of", "said", "short", "standing"]

#: Under which name the part says how many bytes of the decision file it was made with.
DECISIONS = "decisions"

_PART = "stances"
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
    rows = scan(case, "stances").with_columns(pl.col(*_STRINGS).cast(pl.String))
    newer = said(case).since(_made_with(case))
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


def _made_with(case: Case) -> int:
    """How many bytes of the decision file the table knows."""
    part = next((part for part in parts(case) if part.name == _PART), None)
    known = 0 if part is None else part.about.get(DECISIONS, 0)
    return known if isinstance(known, int) else 0
