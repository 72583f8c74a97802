"""Responses for a person to say what they did: what waits, what was decided, and one with all that it is judged by."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import polars as pl

from upstander.evidence.standing import PEOPLE, STANCES, Standing
from upstander.evidence.standing import standing as stands
from upstander.review.search.codes import coded
from upstander.review.stance.counting import Counts, counts
from upstander.review.stance.decision import Ruling
from upstander.review.stance.kinds import ORDER, Stance
from upstander.review.stance.standing import Key, key_of, said, short, standing, state
from upstander.storage import Case, parts
from upstander.storage.kept import Kept, kept, tables_digest
from upstander.storage.scan import collect, scan

__all__ = ["SHOWS", "Asked", "Listed", "Made", "Response", "listed", "made", "named", "one"]

#: Which responses may be asked for: nobody looked, somebody decided, somebody looked and left it open, all.
SHOWS = ("waiting", "confirmed", "open", "all")

_ROW = ("conversation", "ordinal", "message", "person", "act", "response", "emoji", "stance", "confirmed", "basis")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which responses are meant."""

    show: str = "waiting"
    #: Only those to one message; of one person; guessed, or where it is confirmed decided, to be of one stance.
    message: str | None = None
    person: str | None = None
    stance: str | None = None
    #: Only those to messages that a code applies to.
    coded: bool = False


@dataclass(frozen=True, slots=True)
class Response:
    """One response, with what is guessed and what was decided of it."""

    key: Key
    conversation: str
    ordinal: int
    message: str
    person: str
    #: What the person is called.
    label: str
    act: str
    #: Id of the message that is the response; None of a reaction, which has an emoji.
    response: str | None
    emoji: str | None
    guess: Stance
    #: What people decided; None where nobody did, or it was taken back.
    confirmed: Stance | None
    basis: str
    #: How likely each stance is, in the order of the table.
    odds: Mapping[Stance, float]
    #: The last word that was said of it, which may be that it cannot be told; None where nobody said any.
    ruling: Ruling | None

    @property
    def name(self) -> str:
        """What a form calls it, beside its message."""
        return short(*self.key)

    @property
    def open(self) -> bool:
        """Whether somebody looked and said that it cannot be told."""
        return self.confirmed is None and self.ruling is not None


@dataclass(frozen=True, slots=True)
class Listed:
    """The responses that were asked for: how many, some of them, and what comes before and after."""

    count: int
    rows: tuple[Response, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """How far the stances of a case are."""

    #: Whether there are any to show, and whether they know all that was read and put together.
    there: bool
    current: bool
    counts: Counts | None


def made(case: Case) -> Made:
    """Whether responses were weighed, and the counts that may be published. Raises `BadDecision`."""
    there = any(part.name == STANCES for part in parts(case))
    return Made(there, stands(case, PEOPLE) is Standing.CURRENT, counts(case) if there else None)


def listed(case: Case, asked: Asked, *, first: int = 0, limit: int = 50) -> Listed:
    """Responses in their order: those to coded messages first, then as conversations go. Raises `BadDecision`."""
    given = (tables_digest(case, ("codings",)), state(case))
    places = _places.of((case.path, asked), given, lambda: _placed(case, asked))
    chosen = places.slice(first, limit)
    rows = collect(standing(case).select(pl.col(*_ROW, *ORDER).gather(chosen)))
    return Listed(len(places), tuple(_responses(case, list(rows.iter_rows(named=True)))))


#: Where the rows of what was asked for last stand in the table, in the order of the list: four bytes a response.
_places: Kept[pl.Series] = Kept(32)


def _placed(case: Case, asked: Asked) -> pl.Series:
    found = collect(_asked(case, asked).select("_place", "_coded"))
    return found.sort(~pl.col("_coded"), maintain_order=True)["_place"]


def named(case: Case, message: str, name: str) -> Response | None:
    """The response to that message which goes by that name; None where there is none. Raises `BadDecision`."""
    rows = collect(standing(case).filter(pl.col("message") == message).select(*_ROW, *ORDER))
    fits = [row for row in rows.iter_rows(named=True) if short(*_key(row)) == name]
    return next(iter(_responses(case, fits[:1])), None)


def one(case: Case, key: Key) -> Response | None:
    """The response that goes by `key`; None where there is none. Raises `BadDecision`."""
    rows = collect(standing(case).filter(pl.col("message") == key[0], pl.col("act") == key[1]).select(*_ROW, *ORDER))
    fits = [row for row in rows.iter_rows(named=True) if _key(row) == key]
    return next(iter(_responses(case, fits[:1])), None)


def _asked(case: Case, asked: Asked) -> pl.LazyFrame:
    rows = standing(case).with_row_index("_place")
    if asked.message is not None:
        rows = rows.filter(pl.col("message") == asked.message)
    if asked.person is not None:
        rows = rows.filter(pl.col("person") == asked.person)
    if asked.show == "confirmed":
        rows = rows.filter(pl.col("confirmed").is_not_null())
    elif asked.show != "all":
        rows = _left(case, rows.filter(pl.col("confirmed").is_null()), wanted=asked.show == "open")
    if asked.stance is not None:
        rows = rows.filter(pl.coalesce("confirmed", "stance") == asked.stance)
    rows = rows.with_columns(pl.col("message").is_in(_coded(case).implode()).alias("_coded"))
    return rows.filter("_coded") if asked.coded else rows


@kept("codings")
def _coded(case: Case) -> pl.Series:
    """Every message that a code applies to, by anybody."""
    return pl.Series(sorted({message for found in coded(case).values() for message in found}), dtype=pl.String)


def _left(case: Case, rows: pl.LazyFrame, *, wanted: bool) -> pl.LazyFrame:
    """Those of which the last word is that they cannot be told; or the others."""
    left = [key for key, (_, ruling) in said(case).last.items() if ruling.stance is Stance.UNDECIDED]
    names = ["message", "act", "_what"]
    columns = {name: [key[place] for key in left] for place, name in enumerate(names)}
    frame = pl.LazyFrame(columns, schema=dict.fromkeys(names, pl.String)).with_columns(
        pl.lit(value=True).alias("_left")
    )
    what = pl.coalesce("response", pl.concat_str("person", pl.lit("\n"), "emoji")).alias("_what")
    told = rows.with_columns(what).join(frame, on=names, how="left", maintain_order="left")
    return told.filter(pl.col("_left").is_not_null() if wanted else pl.col("_left").is_null()).drop("_what", "_left")


def _responses(case: Case, rows: Collection[Mapping[str, Any]]) -> list[Response]:
    if not rows:
        return []
    return list(map(partial(_response, labels=_labels(case), last=said(case).last), rows))


@kept("persons")
def _labels(case: Case) -> dict[str, str | None]:
    named = scan(case, "persons").select("person", "label")
    return dict(collect(named.unique("person", keep="first")).iter_rows())


def _response(
    row: Mapping[str, Any], *, labels: Mapping[str, str | None], last: Mapping[Key, tuple[int, Ruling]]
) -> Response:
    ruling = last.get(_key(row), (0, None))[1]
    if ruling is not None and ruling.stance != (row["confirmed"] or Stance.UNDECIDED):
        # It was made on ids of before, and another stands by those of now.
        ruling = None
    plain = ("conversation", "ordinal", "message", "person", "act", "response", "emoji", "basis")
    return Response(
        key=_key(row),
        label=labels.get(row["person"]) or row["person"],
        guess=Stance(row["stance"]),
        confirmed=None if row["confirmed"] is None else Stance(row["confirmed"]),
        odds={stance: row[stance.value] for stance in ORDER},
        ruling=ruling,
        **{name: row[name] for name in plain},
    )


def _key(row: Mapping[str, Any]) -> Key:
    return key_of(row["message"], row["act"], row["response"], row["person"], row["emoji"])
