"""Somebody read a message and nothing of the codebook applies: one line, and a `not` for each code when it is read.

How the message came before them is said of the code that they read it for. What the random stream drew it drew for
every code, for the stream of one seed is one order of messages: were it called chosen for the others, their draws
would be known before their number is fixed. What a ranking or a final sample came to it came to for its own code, and
for the others it was read by the way (docs/decisions/0014).
"""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from upstander.errors import BadDecision
from upstander.review.codings.coding import Coding, Via, remarked, shown, texts
from upstander.storage import decisions

__all__ = ["Expansion", "Nothing", "expanded", "said"]

#: Ways that are of one code alone.
OF_ONE = frozenset({Via.QUEUE, Via.SAMPLE})


@dataclass(frozen=True, slots=True)
class Nothing:
    """One reviewer's word that none of a codebook's codes applies to a message."""

    sighting: str
    #: Name and version of the codebook, whose codes are those that the case keeps under it.
    codebook: str
    by: str
    at: datetime
    via: Via = Via.READ
    #: The code that the message was read for; None where it was for none.
    code: str | None = None
    #: Codes that the reviewer had decided on before, by whatever sighting of the message: their word on them stays.
    besides: tuple[str, ...] = ()
    note: str | None = None
    context: tuple[int, int] | None = None

    @property
    def book(self) -> str:
        """The codebook's name."""
        return self.codebook.partition("@")[0]

    def line(self) -> str:
        """The word as its line of the decision file."""
        row: dict[str, Any] = {"message": self.sighting, "nothing": True, "codebook": self.codebook, "by": self.by}
        row |= {"at": decisions.written(self.at), "via": self.via.value}
        beside: dict[str, Any] = {"for": self.code, "besides": self.besides or None, "note": self.note}
        beside["context"] = self.context
        row |= {name: value for name, value in beside.items() if value is not None}
        return json.dumps(row, ensure_ascii=False)

    @classmethod
    def of(cls, row: dict[str, Any], where: str) -> "Nothing":
        """The word of a line's object. Raises `BadDecision`, which says `where`, when it is none."""
        texts(row, ("message", "codebook", "by", "at"), where)
        if row["nothing"] is not True:
            raise BadDecision(f"{where}: nothing is said with true")
        if "code" in row or "applies" in row or "span" in row:
            raise BadDecision(f"{where} says that nothing applies, and speaks of one code as well")
        code = row.get("for")
        if code is not None and (not isinstance(code, str) or not code):
            raise BadDecision(f"{where}: for is no code")
        besides = row.get("besides", [])
        if not isinstance(besides, list) or not all(isinstance(each, str) for each in besides):
            raise BadDecision(f"{where}: besides is no list of codes")
        via, note = remarked(row, where)
        if via is Via.SETTLED or (via in OF_ONE and code is None):
            raise BadDecision(f"{where}: via is {via.value!r}, which is said of one code")
        at, context = decisions.instant(row["at"], where), shown(row, where)
        return cls(row["message"], row["codebook"], row["by"], at, via, code, tuple(besides), note, context)

    def coding(self, code: str) -> Coding:
        """What it says of one code."""
        via = Via.READ if self.via in OF_ONE and code != self.code else self.via
        return Coding(
            self.sighting, code, self.codebook, False, self.by, self.at, via, None, self.note, self.context
        )  # fmt: skip


def said(line: str, where: str) -> Coding | Nothing:
    """The coding of a line, or the word that nothing applies. Raises `BadDecision`, which says `where`."""
    row = decisions.row(line, where)
    return Nothing.of(row, where) if "nothing" in row else Coding.of_row(row, where)


def expanded(
    rows: Sequence[tuple[int, Coding | Nothing]],
    codes: Callable[[str], Sequence[str]],
    *,
    code: str | None = None,
) -> Iterator[tuple[int, Coding]]:
    """Every coding with the number of its line, of one code where asked for; `codes` are those of a codebook.

    A word that nothing applies is none on what its reviewer had decided on the same sighting before: it overturns
    nothing, whoever wrote the line.
    """
    about = {row.sighting for _, row in rows if isinstance(row, Nothing)}
    each = Expansion(codes, code=code, about=about)
    for number, row in rows:
        for coding in each.of(row):
            yield number, coding


class Expansion:
    """Rows of the file as codings, one row after the other, in the file's order."""

    def __init__(
        self, codes: Callable[[str], Sequence[str]], *, code: str | None = None, about: Collection[str] | None = None
    ) -> None:
        """Of one code where asked for; `about` are the sightings of which a row may say nothing: any, where absent."""
        self._codes, self._code, self._about = codes, code, about
        #: What was decided on: sighting, by whom, codebook, code.
        self._known: set[tuple[str, str, str, str]] = set()

    def of(self, row: Coding | Nothing) -> Iterator[Coding]:
        """What a row says of the code, or of each."""
        if isinstance(row, Coding):
            if self._code is None or row.code == self._code:
                yield row
            if (self._about is None or row.sighting in self._about) and row.via is not Via.SETTLED:
                self._known.add((row.sighting, row.by, row.book, row.code))
            return
        for each in self._codes(row.codebook):
            key = (row.sighting, row.by, row.book, each)
            if (self._code is None or each == self._code) and each not in row.besides and key not in self._known:
                self._known.add(key)
                yield row.coding(each)
