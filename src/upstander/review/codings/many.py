"""Many codings from a file: every row is checked as one coding is, all that are sound are written at once."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from upstander.errors import BadCode, UpstanderError, UsageError
from upstander.review.codebook import Codebook, keep
from upstander.review.codebook.book import Code
from upstander.review.codings.checks import one_spelling, remark, span_of
from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.named import BEGINNING, Named
from upstander.review.codings.record import append, told
from upstander.review.codings.sheet import Row, sheet
from upstander.review.codings.used import book_of_case
from upstander.review.collection import known_as, words
from upstander.storage import Case, decisions
from upstander.storage.scan import collect, scan
from upstander.storage.signing import signed

__all__ = ["Taken", "take"]

#: Rows after which it is told how far the work is.
_STEP = 2_000

#: How a message may have come before a reviewer; a disagreement is settled one by one.
_WAYS = {via.value: via for via in Via if via is not Via.SETTLED}

Progress = Callable[[str, int, int], None]
#: A message, code, codebook and reviewer.
_About = tuple[str, str, str, str]
#: What is said of it: applies, span, note, way.
_Word = tuple[bool, tuple[int, int] | None, str | None, Via]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of the rows of a file."""

    rows: int
    written: int
    #: Rows that say what their reviewer had said before, and of these those whose reviewer has said otherwise since.
    known: int
    overtaken: int
    #: Line and sentence of every row that was not written.
    refused: tuple[tuple[int, str], ...]
    #: Columns that mean nothing here.
    unused: tuple[str, ...]
    #: One sentence for each line of the decision file that could not be read.
    unread: tuple[str, ...]
    book: Codebook


def take(
    case: Case,
    path: Path,
    *,
    by: str | None,
    now: datetime,
    codebook: str | None = None,
    progress: Progress = lambda *_: None,
) -> Taken:
    """Check every row of the file and write those that are sound, all of them or none.

    A row without `by` is by the one who is given here, and one without `at` is of now. A row that its reviewer's
    decisions hold already is not written again, so that the same file may be given twice. Raises `UsageError` where the
    file is none, and `BadCodebook`, `BadDecision`.
    """
    name = None if by is None else signed(by)
    rows, unused = sheet(path)
    before = told(case)
    used = book_of_case(case, codebook, used=[coding.codebook for _, coding in before.rows])
    found = _messages(case, [row for row in rows if row.wrong is None])
    desk = _Desk(used.book, name, now, found, dict.fromkeys(coding.by for _, coding in before.rows))
    said = _Said(case, [coding for _, coding in before.rows])
    made: list[Coding] = []
    refused: list[tuple[int, str]] = []
    known = overtaken = 0
    for place, row in enumerate(rows):
        if not place % _STEP:
            progress("checking", place, len(rows))
        try:
            coding, of, dated = desk.coding(row)
            if said.holds(of, coding, dated=dated):
                known += 1
                overtaken += not said.stands(of, coding)
                continue
            if "via" not in row.said:
                coding = replace(coding, via=said.came(of, coding.via))
            said.add(of, coding)
        except UpstanderError as problem:
            refused.append((row.line, str(problem)))
            continue
        made.append(coding)
    if made:
        keep(case, used)
        append(case, made)
    return Taken(len(rows), len(made), known, overtaken, tuple(refused), tuple(unused), before.unread, used.book)


class _Desk:
    """Checks rows: what is the same in many of them is checked once."""

    def __init__(
        self, book: Codebook, by: str | None, now: datetime, found: dict[str, Named | str], names: Iterable[str]
    ) -> None:
        self._book, self._by, self._now, self._found = book, by, now, found
        self._names, self._signed = list(names), dict[str, str]()
        self._codes: dict[str, Code | BadCode] = dict(book.codes)

    def coding(self, row: Row) -> tuple[Coding, Named, bool]:
        """The coding of a row, what it is of, and whether it says when. Raises `UpstanderError`."""
        if row.wrong is not None:
            raise UsageError(row.wrong)
        said = row.said
        by = self._by if "by" not in said else self._name(said["by"])
        if by is None:
            raise UsageError("does not say who decides; fill the column by, or give --by NAME")
        if by not in self._names:
            one_spelling(by, self._names)
            self._names.append(by)
        of = self._found[said["message"]]
        if isinstance(of, str):
            raise UsageError(of)
        code = self._code(said["code"])
        span = span_of(said["span"], of, code, applies=said["applies"]) if "span" in said else None
        via = _WAYS.get(said.get("via", "read"))
        if via is None:
            raise UsageError(f"says {said['via']!r} as via, which is one of {', '.join(_WAYS)}")
        at = decisions.instant(said["at"], "the row") if "at" in said else self._now
        if at > self._now:
            raise UsageError(f"is of {said['at']}, which is still to come")
        note = remark(said.get("note"))
        coding = Coding(
            of.sighting, code.id, self._book.reference, said["applies"], by, at, via, span, note
        )  # fmt: skip
        return coding, of, "at" in said

    def _code(self, said: str) -> Code:
        if said not in self._codes:
            try:
                self._book.code(said)
            except BadCode as problem:
                # What it may have been meant to be is looked for once.
                self._codes[said] = problem
        found = self._codes[said]
        if isinstance(found, BadCode):
            raise BadCode(str(found))
        return found

    def _name(self, said: str) -> str:
        if said not in self._signed:
            self._signed[said] = signed(said, option="by")
        return self._signed[said]


class _Said:
    """What reviewers have said until now, the rows before included."""

    def __init__(self, case: Case, made: list[Coding]) -> None:
        self._words: Counter[tuple[_About, _Word]] = Counter()
        self._dated: set[tuple[_About, _Word, datetime]] = set()
        self._drawn: set[str] = set()
        #: The last word of the file that is read.
        self._here: dict[_About, _Word] = {}
        self._last: dict[_About, tuple[_Word, datetime]] = {}
        ids = pl.DataFrame({"sighting": [coding.sighting for coding in made]}, schema={"sighting": pl.String})
        placed = collect(ids.lazy().join(known_as(case), on="sighting", how="left", maintain_order="left"))
        for coding, message in zip(made, placed["message"].to_list(), strict=True):
            if coding.via is Via.RANDOM:
                self._drawn.add(message or coding.sighting)
            if coding.via is not Via.SETTLED:
                about, word = _key(message or coding.sighting, coding)
                self._words[about, word] += 1
                self._add(about, word, coding)

    def came(self, of: Named, via: Via) -> Via:
        """The same as of one coding: what was drawn stays drawn."""
        return Via.RANDOM if via is Via.READ and of.message in self._drawn else via

    def holds(self, of: Named, coding: Coding, *, dated: bool) -> bool:
        """Whether its reviewer has said it: at that time, or at any time where the row has none of its own."""
        about, word = _key(of.message, coding)
        if dated:
            return (about, word, coding.at) in self._dated
        return self._words[about, word] > 0 or self._here.get(about) == word

    def stands(self, of: Named, coding: Coding) -> bool:
        """Count off one that is held; gives whether it is still the last word.

        One without a time may stand in the file as often as it was said before, and each of those is known; what only
        repeats the row before on the same message and code is no other.
        """
        about, word = _key(of.message, coding)
        if self._here.get(about) != word:
            self._words[about, word] -= self._words[about, word] > 0
        self._here[about] = word
        return self._last[about][0] == word

    def add(self, of: Named, coding: Coding) -> None:
        """Take a new one. Raises `UsageError` for a word that is older than the last one, and would stand after it."""
        about, word = _key(of.message, coding)
        at = self._last[about][1] if about in self._last else coding.at
        if coding.at < at:
            raise UsageError(
                f"is of {decisions.written(coding.at)}, and {coding.by} decided on {coding.code} for that message on"
                f" {decisions.written(at)}; the last line stands, so that an older word cannot be added"
            )
        self._add(about, word, coding)
        self._here[about] = word
        if coding.via is Via.RANDOM:
            self._drawn.add(of.message)

    def _add(self, about: _About, word: _Word, coding: Coding) -> None:
        self._dated.add((about, word, coding.at))
        self._last[about] = word, coding.at


def _key(message: str, coding: Coding) -> tuple[_About, _Word]:
    about = (message, coding.code, coding.book, coding.by)
    return about, (coding.applies, coding.span, coding.note, coding.via)


def _messages(case: Case, rows: list[Row]) -> dict[str, Named | str]:
    """What each row's message is, by the words that it is named with; a sentence where it is none or several."""
    asked = pl.DataFrame({"asked": list({row.said["message"]: None for row in rows})}, schema={"asked": pl.String})
    seen = collect(
        scan(case, "sightings").select(
            pl.col("sighting").cast(pl.String), "message", pl.col("conversation").cast(pl.String), "ordinal", "lead"
        )
    )
    found: dict[str, Named | str] = {}
    _name(found, asked.join(seen, left_on="asked", right_on="sighting", how="inner", coalesce=False))
    rest = asked.filter(~pl.col("asked").is_in(list(found)))
    keys = scan(case, "messages").select("platform_key", pl.col("message").cast(pl.String).alias("sighting"))
    keyed = collect(rest.lazy().join(keys, left_on="asked", right_on="platform_key").join(seen.lazy(), on="sighting"))
    meant = keyed.select("asked", "message").unique()
    rest = rest.filter(~pl.col("asked").is_in(meant["asked"].implode()))
    if rest.height:
        meant = pl.concat([meant, _begun(rest["asked"].to_list(), seen)])
    many = meant.filter(pl.len().over("asked") > 1)["asked"].unique().to_list()
    leads = seen.filter("lead").join(meant.filter(pl.len().over("asked") == 1), on="message")
    _name(found, leads)
    for each in many:
        found[each] = f"{each!r} fits more than one message of case {case.path.name}; give more of it"
    for each in asked["asked"]:
        found.setdefault(each, f"case {case.path.name} has no message {_brief(each)}")
    spanned = {row.said["message"] for row in rows if "span" in row.said}
    _tell(case, found, spanned)
    return found


def _name(found: dict[str, Named | str], rows: pl.DataFrame) -> None:
    for row in rows.select("asked", "sighting", "message", "conversation", "ordinal").iter_rows():
        found[row[0]] = Named(row[1], row[2], row[3], row[4], None)


def _begun(asked: list[str], seen: pl.DataFrame) -> pl.DataFrame:
    """The messages of which some sighting's id begins so: one, or two where there are more."""
    ordered = seen.sort("sighting")
    ids, messages = ordered["sighting"].to_list(), ordered["message"].to_list()
    pairs: list[tuple[str, str]] = []
    for each in asked:
        if len(each) < BEGINNING:
            continue
        own: dict[str, None] = {}
        place = bisect_left(ids, each)
        while place < len(ids) and ids[place].startswith(each) and len(own) < 2:
            own[messages[place]] = None
            place += 1
        pairs += [(each, message) for message in own]
    return pl.DataFrame(pairs, schema={"asked": pl.String, "message": pl.String}, orient="row")


def _tell(case: Case, found: dict[str, Named | str], asked: set[str]) -> None:
    """Give the words of those messages of which a part is coded."""
    wanted = [of.sighting for name in asked if isinstance(of := found[name], Named)]
    if not wanted:
        return
    ids = pl.LazyFrame({"message": wanted}, schema={"message": pl.String}).unique()
    told = scan(case, "messages").select(pl.col("message").cast(pl.String), words()).join(ids, on="message")
    texts: dict[str, Any] = dict(collect(told).iter_rows())
    for name in asked:
        of = found[name]
        if isinstance(of, Named):
            found[name] = replace(of, text=texts.get(of.sighting))


def _brief(value: str) -> str:
    return repr(value) if len(value) <= 60 else f"{value[:60]!r}…"
