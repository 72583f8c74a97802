"""Whom two captures name as the author of the same message.

A message that one capture has from A and another from B was written by one person, whatever they are called. That is
exact where the platform's own key matched the message, and one such message is enough. Where the text or the media
matched it, at least `ENOUGH` messages must say so, and `AGREED` of all that can be compared: of the messages that were
so matched between the two captures and are A's in the one or B's in the other. Messages matched only by their place
and time are no evidence here: matching them took the names for granted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from upstander.people.participants import Participants
from upstander.people.rows import Capture, conversation_rows
from upstander.storage import Case

__all__ = ["AGREED", "ENOUGH", "Coauthors", "coauthors"]

#: Messages matched by text or media that are enough.
ENOUGH = 5
#: Share of what is comparable that must agree.
AGREED = 0.98

#: Captures that each is compared with: those that hold most. Beyond that, comparing adds time and no evidence.
_COMPARED = 8

_ANCHORS = ("media", "unique_body")


@dataclass(frozen=True, slots=True)
class Coauthors:
    """Two participants of two captures that are named as authors of the same messages."""

    a: int
    b: int
    #: Messages matched by the platform's key.
    by_key: int
    #: Messages matched by text or media.
    by_content: int
    #: Messages of either that were so matched, whoever the other capture says wrote them.
    comparable: int
    #: Whether both always named the other where a key could say so.
    exact: bool

    @property
    def shared(self) -> int:
        """Messages of which the one capture names the one as author and the other the other."""
        return self.by_key + self.by_content

    @property
    def detail(self) -> str:
        """In words."""
        how = [f"{self.by_key:,} by the platform's key"] if self.by_key else []
        how += [f"{self.by_content:,} of {self.comparable:,} by text or media"] if self.by_content else []
        return f"the captures name them as author of the same messages ({', '.join(how)})"


def coauthors(
    case: Case, known: Participants, captures: Sequence[Capture], *, wrote: set[int] | None = None
) -> Iterator[Coauthors]:
    """Every such pair, conversation by conversation. `wrote` is filled with the participants that wrote anything.

    Linear in sightings: each capture is compared with the `_COMPARED` largest of its conversation.
    """
    by_conversation: dict[str, list[Capture]] = {}
    for capture in captures:
        by_conversation.setdefault(capture.conversation, []).append(capture)
    for conversation, members in sorted(by_conversation.items()):
        names = [member.capture for member in members]
        asked = conversation_rows(case, conversation, names, sightings=["capture", "method"], messages=["author"])
        asked = asked.filter(pl.col("author").is_not_null()).drop("sighting")
        rows = _placed(asked.collect(engine="streaming"), known)
        if wrote is not None:
            wrote.update(rows["place"].unique().to_list())
        if len(names) > 1 and rows.height:
            yield from _pairs(rows, _contradicted(case, known, conversation, names))


#: Characters from which words that nothing joined say that two captures name another author, and how far off (ms).
_TELLING, _OFF = 12, 120_000

#: Messages by pair of captures and author in the first of them.
_Contradicted = dict[tuple[str, str], dict[int, int]]


def _contradicted(case: Case, known: Participants, conversation: str, names: Sequence[str]) -> _Contradicted:
    """What stands in two captures in the same words at the same time under authors that were not taken for one.

    Such rows were left apart, so that no count of joined messages shows them: they speak against the names.
    """
    seen = conversation_rows(
        case, conversation, names, sightings=["capture", "method", "at"], messages=["author", "text"]
    )
    alone = seen.filter(
        pl.col("method") == "alone", pl.col("author").is_not_null(), pl.col("text").str.len_chars() >= _TELLING
    )
    rows = _placed(alone.select("capture", "author", "text", "at").collect(engine="streaming"), known)
    rows = rows.with_columns(pl.col("capture").cast(pl.String)).unique(["capture", "text"], keep="none")
    beside = rows.join(rows, on="text", suffix="_there").filter(
        pl.col("capture") != pl.col("capture_there"), (pl.col("at") - pl.col("at_there")).abs() <= _OFF
    )
    found: _Contradicted = {}
    for capture, there, place, count in beside.group_by("capture", "capture_there", "place").len().iter_rows():
        found.setdefault((capture, there), {})[place] = count
    return found


def _placed(rows: pl.DataFrame, known: Participants) -> pl.DataFrame:
    places = rows.select("capture", "author").unique()
    numbered = [known.places.get((capture, author)) for capture, author in places.iter_rows()]
    return rows.join(
        places.with_columns(pl.Series("place", numbered, pl.Int64)), on=["capture", "author"], how="left"
    ).filter(pl.col("place").is_not_null())


def _pairs(rows: pl.DataFrame, contradicted: _Contradicted) -> Iterator[Coauthors]:
    sizes = rows.group_by("capture").len().sort(["len", "capture"], descending=[True, False])
    order = sizes["capture"].to_list()
    size = int(rows["ordinal"].max()) + 1  # type: ignore[arg-type]
    authors: dict[str, tuple[np.ndarray, np.ndarray, list[int]]] = {}
    for capture in order:
        own = rows.filter(pl.col("capture") == capture)
        places = own["place"].unique().sort().to_list()
        # -1 where the capture does not name an author; 0 key, 1 content, 2 neither.
        who = np.full(size, -1, np.int32)
        how = np.full(size, 2, np.int8)
        at = own["ordinal"].to_numpy()
        who[at] = np.searchsorted(np.array(places), own["place"].to_numpy())
        method = own["method"]
        how[at] = np.select([(method == "key").to_numpy(), method.is_in(_ANCHORS).to_numpy()], [0, 1], 2)
        authors[capture] = (who, how, places)
    for index, capture in enumerate(order):
        for other in order[: min(index, _COMPARED)]:
            against = contradicted.get((other, capture), {}), contradicted.get((capture, other), {})
            yield from _between(authors[other], authors[capture], against)


def _between(
    one: tuple[np.ndarray, np.ndarray, list[int]],
    other: tuple[np.ndarray, np.ndarray, list[int]],
    against: tuple[dict[int, int], dict[int, int]],
) -> Iterator[Coauthors]:
    (who, how, places), (whom, wise, others) = one, other
    both = (who >= 0) & (whom >= 0) & (how < 2) & (wise < 2)
    keyed = both & (how == 0) & (wise == 0)
    width, height = len(others), len(places)
    codes = who.astype(np.int64) * width + whom
    by_key = np.bincount(codes[keyed], minlength=height * width).reshape(height, width)
    content = np.bincount(codes[both & ~keyed], minlength=height * width).reshape(height, width)
    rows, columns = content.sum(axis=1), content.sum(axis=0)
    for i, j in zip(*np.nonzero(by_key + content), strict=True):
        comparable = int(rows[i] + columns[j] - content[i, j])
        comparable += against[0].get(places[i], 0) + against[1].get(others[j], 0)
        agreed = content[i, j] >= ENOUGH and content[i, j] >= AGREED * comparable
        yield Coauthors(
            a=places[i],
            b=others[j],
            by_key=int(by_key[i, j]),
            by_content=int(content[i, j]),
            comparable=comparable,
            exact=bool(by_key[i, j] or agreed),
        )
