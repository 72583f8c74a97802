"""The replays' review at the queue's pace is the one that the queue gives and the certificate counts."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pytest
from benchmarks.review_certificate.default import both
from benchmarks.review_certificate.rankings import Labelled, Rankings
from benchmarks.review_certificate.reading import KNOWN, Reading
from benchmarks.review_certificate.rules import Replay

from upstander.review.certificate.copies import repeated
from upstander.review.certificate.draws import Draw
from upstander.review.certificate.gathering import gathered
from upstander.review.certificate.scope import Scope
from upstander.review.codings import Via
from upstander.review.queue.matrix import matrix
from upstander.review.queue.reading import Queue
from upstander.review.queue.twins import twins
from upstander.review.queue.wordings import leaders, wordings

SIZE, SEED = 300, 3
AT = datetime(2020, 1, 1, tzinfo=UTC)


def _labelled(seed: int) -> Labelled:
    """Short lines of few words, some of which are said again and again; one word in most of the relevant ones."""
    draw = np.random.default_rng(seed)
    words = [f"word{number}" for number in range(40)]
    lines, relevant = [], []
    for _ in range(SIZE):
        told = [words[int(draw.integers(40))] for _ in range(int(draw.integers(1, 5)))]
        is_one = bool(draw.random() < 0.1)
        lines.append(" ".join([*told, "threat"] if is_one and draw.random() < 0.8 else told))
        relevant.append(is_one)
    texts = pl.Series(lines)
    wording = wordings(texts)
    chosen = (2 * np.bincount(wording, weights=relevant) >= np.bincount(wording))[wording]
    return Labelled("invented", texts, wording, chosen, f"of-{seed}")


class _Case:
    """The queue itself, and every coding that it leads to."""

    def __init__(self, of: Labelled, place: npt.NDArray[np.int32]) -> None:
        """Begin with what is known before: what a ranking read first."""
        self.of, self.place, self.rows = of, place, list[tuple[int, str]]()
        different = of.texts.gather(leaders(of.wording))
        self.queue = Queue(matrix(different), seed=SEED, rows=of.wording, twins=twins(different), cap=1_000)
        for words in range(KNOWN):
            self.say(int(np.flatnonzero(place == words)[0]), Via.SEARCH)

    def say(self, place: int, via: Via) -> None:
        self.queue.said(place, bool(self.of.relevant[place]), via)
        self.rows.append((place, via.value))

    def due(self) -> None:
        while due := self.queue.due():
            self.say(due[0], Via.QUEUE)

    def read(self, number: int) -> None:
        for _ in range(number):
            self.due()
            item = self.queue.next()
            assert item is not None
            self.say(item.place, item.via)
        self.due()

    def codings(self) -> pl.DataFrame:
        places = [place for place, _ in self.rows]
        return pl.DataFrame(
            {
                "sequence": range(1, len(places) + 1), "message": [str(place) for place in places],
                "applies": self.of.relevant[places], "by": "R", "via": [via for _, via in self.rows], "stands": True,
            },
            schema_overrides={"sequence": pl.Int64},
        )  # fmt: skip

    def after(self, reading: Reading, depth: int, shown: int) -> None:
        """Codings of what was read since, as the queue makes them: of one message of each words."""
        assert reading.members is not None
        sampled = set(self.place[reading.members].tolist())
        drawn = {int(self.place[reading.stream[each]]): int(reading.stream[each]) for each in reading.random}
        for each in reading.random[shown:]:
            self.rows.append((int(reading.stream[each]), "random"))
        for words in sorted(set(range(depth, reading.depth)) - sampled):
            self.rows.append((drawn.get(words, int(np.flatnonzero(self.place == words)[0])), "queue"))


def test_it_is_what_the_queue_gives_and_the_certificate_counts(tmp_path: Path) -> None:
    """The same readings by rank and chance, and the same numbers, before a final sample and after it."""
    of = _labelled(1)
    ranking = Rankings(of, tmp_path)(SEED)
    case, reading = _Case(of, ranking.place), Reading.of(ranking, SEED)
    messages = pl.DataFrame({"message": [str(place) for place in range(SIZE)], "text": of.texts})
    units = messages.select("message", pl.col("message").alias("unit"))
    stream = [str(place) for place in reading.stream]
    draws: list[Draw] = []

    def same() -> None:
        made = reading.reviewed()
        found = gathered(units, case.codings(), draws, Scope(), None, stream, repeated(messages)).reviewed
        for name in ("population", "ranked", "found", "sample", "final", "since", "copies", "known", "read", "rest"):
            assert getattr(made, name) == getattr(found, name), name

    looks = reading.looks(20)
    for _ in range(5):
        before = reading.read
        next(looks)
        case.read(reading.read - before)
        same()
    assert sum(case.queue.known.drawn) == len(reading.random) > 5
    coded = len(case.rows)
    reading.final(25, 1)
    assert reading.members is not None
    unread = int((~reading.earlier[ranking.place]).sum())
    members = tuple(str(each) for each in reading.members)
    draws.append(Draw("x", "all", 1, unread, coded, members, "R", AT))
    case.rows += [(place, "sample") for place in reading.members.tolist()]
    same()
    # The queue learns nothing from the sample, so that its ranking goes on a little differently; the counting does not.
    looks = reading.looks(20)
    for _ in range(5):
        depth, shown = reading.depth, len(reading.random)
        next(looks)
        case.after(reading, depth, shown)
        same()


def test_the_default_stops_where_it_may_claim(tmp_path: Path) -> None:
    """More recall is never claimed earlier, and a stop knows no less than it claims where the claim is true."""
    of = _labelled(9)
    replay = Replay(Rankings(of, tmp_path)(0), 5)
    for claims in both(replay, (0.5, 0.8)):
        assert claims[0.5].effort <= claims[0.8].effort <= 1
        assert claims[0.5].recall > 0
    typed, sampled = both(replay, (0.5,))
    assert typed[0.5].drawn or sampled[0.5].drawn


def test_quick_arithmetic_changes_no_stop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked at every look, the certificate claims where it does when it is asked only where it may stand."""
    replay = Replay(Rankings(_labelled(4), tmp_path)(1), 6)
    quick = both(replay, (0.5, 0.7))
    monkeypatch.setattr("benchmarks.review_certificate.default._LATE", 0.0)
    assert both(replay, (0.5, 0.7)) == quick
