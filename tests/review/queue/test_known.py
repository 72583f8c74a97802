"""What is known of messages by their words: beside an oracle that looks at all decisions each time."""

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.codings import Via
from upstander.review.queue.known import Known
from upstander.review.queue.matrix import matrix
from upstander.review.queue.reading import Queue, Why
from upstander.review.queue.twins import twins
from upstander.review.queue.wordings import leaders, wordings

#: Few words, so that many messages have the same.
TEXTS = st.lists(
    st.sampled_from(["lol", "LOL", "lol!", "tea", "van", "late again", "harm him"]), min_size=1, max_size=14
)
SAID = st.lists(
    st.tuples(st.integers(0, 13), st.booleans(), st.sampled_from([via for via in Via if via is not Via.SECOND])),
    max_size=20,
)


def _known(texts: list[str]) -> tuple[Known, list[int]]:
    rows = wordings(pl.Series(texts))
    return Known(len(texts), leaders(rows)[rows]), rows.tolist()


@settings(max_examples=150, deadline=None)
@given(texts=TEXTS, said=SAID)
def test_carried_as_an_oracle_says(texts: list[str], said: list[tuple[int, bool, Via]]) -> None:
    """A message has its own last word; else that of its words, where all that were decided on agree; else none."""
    known, rows = _known(texts)
    own: dict[int, bool] = {}
    sought: set[int] = set()
    for place, applies, via in said:
        if place >= len(texts):
            continue
        known.said(place, applies, via)
        own[place] = applies
        if via in (Via.READ, Via.SEARCH, Via.QUEUE):
            sought.add(place)
    for place, row in enumerate(rows):
        alike = [each for each in range(len(texts)) if rows[each] == row and each in own]
        ways = {own[each] for each in alike}
        label = own.get(place, ways.pop() if len(ways) == 1 else None)
        assert known.label[place] == (-1 if label is None else label)
        together = len({own[each] for each in alike}) == 1
        assert known.ranked[place] == (any(each in sought for each in alike) if together else place in sought)
        source = known.source(place)
        if place in own:
            assert source == place
        elif label is None:
            assert source is None
        else:
            assert source in alike
    again = Known(len(texts), known.words)
    again.resume(known.state())
    for name in ("own", "sought", "drawn", "label", "ranked", "apart"):
        assert (getattr(again, name) == getattr(known, name)).all()


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, said=SAID, cut=st.integers(0, 20), seed=st.integers(0, 3), carried=st.booleans())
def test_the_same_decisions_give_the_same_next(
    texts: list[str], said: list[tuple[int, bool, Via]], cut: int, seed: int, carried: bool
) -> None:
    """With and without what was kept on the way, whatever was decided, and in two ways at that."""
    rows = wordings(pl.Series(texts))
    features = matrix(pl.Series(texts).gather(leaders(rows)))
    said = [each for each in said if each[0] < len(texts)]

    def made() -> Queue:
        return Queue(features, seed=seed, rows=rows, carried=carried, every=4)

    whole, kept = made(), made()
    for number, (place, applies, via) in enumerate(said):
        whole.said(place, applies, via)
        if number == cut:
            kept.order()
            state, kept = kept.state(), made()
            kept.resume(state)
        kept.said(place, applies, via)
    assert kept.due() == whole.due()
    assert kept.sample() == whole.sample()
    assert kept.ahead(5) == whole.ahead(5)
    assert kept.order().places.tolist() == whole.order().places.tolist()
    assert [kept.next(name) for name in "AB"] == [whole.next(name) for name in "AB"]


@settings(max_examples=60, deadline=None)
@given(texts=TEXTS, seed=st.integers(0, 5), every=st.sampled_from([0, 3]))
def test_each_wording_is_read_once_and_all_is_known(texts: list[str], seed: int, every: int) -> None:
    """As many readings as there are wordings; the sample is the stream's beginning, in its order, copies among it."""
    rows = wordings(pl.Series(texts))
    queue = Queue(matrix(pl.Series(texts).gather(leaders(rows))), seed=seed, rows=rows, every=every)
    truth = ["harm" in text for text in texts]
    read = 0
    while True:
        for place in queue.due():
            queue.said(place, truth[place], Via.QUEUE)
        item = queue.next()
        if item is None:
            break
        read += 1
        queue.said(item.place, truth[item.place], item.via)
        sample = queue.beginning()
        assert (queue.stream[: len(sample)] == sample).all()
        assert all(queue.known.label[place] == truth[place] for place in sample)
    assert read == len(leaders(rows))
    assert (queue.known.label == np.array(truth)).all()


def test_words_that_were_decided_both_ways_are_read_each() -> None:
    """What was carried is given back to the queue when somebody decides on a copy otherwise."""
    texts = pl.Series(["lol", "tea", "LOL", "lol ", "van"])
    rows = wordings(texts)
    queue = Queue(matrix(texts.gather(leaders(rows))), seed=0, rows=rows, every=0)
    queue.said(0, False)
    assert queue.known.label.tolist() == [0, -1, 0, 0, -1]
    queue.said(2, True, Via.READ)
    assert queue.known.label.tolist() == [0, -1, 1, -1, -1]
    assert queue.known.source(3) is None
    left = set()
    while (item := queue.next()) is not None:
        left.add(item.place)
        queue.said(item.place, False)
    assert left == {1, 3, 4}
    queue.said(2, False, Via.READ)
    assert queue.known.source(3) == 3


def test_what_a_final_sample_showed_is_passed_over() -> None:
    """It is known, teaches nothing, is not written down again as read by rank, and rank goes on behind it."""
    texts = pl.Series([f"harm {number}" for number in range(6)])
    queue = Queue(matrix(texts), seed=0, every=0)
    for place in range(4):
        queue.said(place, True, Via.SAMPLE)
    assert queue.due() == []
    item = queue.next()
    assert item is not None
    assert item.place in (4, 5)


def test_nobody_is_given_what_says_the_same_as_what_another_holds() -> None:
    """The very same words, or nearly: by rank and at random, and not in the list of what is ahead."""
    texts = pl.Series(["lol", "LOL", "lol!", "lol", "tea"])
    rows = wordings(texts)
    alike = np.array([0, 0, 2])
    assert rows.tolist() == [0, 0, 1, 0, 2]
    for every in (0, 1):
        queue = Queue(matrix(texts.gather(leaders(rows))), seed=1, rows=rows, twins=alike, every=every)
        ahead = queue.ahead(9)
        assert len(ahead) == 2
        given = [queue.next(name) for name in "ABC"]
        assert given[2] is None, "what is left says the same as what A or B holds"
        assert {item.place == 4 for item in given if item} == {True, False}
        assert queue.ahead(9) == []
        first = next(item for item in given if item and item.place != 4)
        queue.said(first.place, False, first.via)
        later = queue.next("C")
        assert later is not None
        assert (later.place == 2) == (first.place != 2), "the rest of its group is free again"


def test_the_copy_that_is_likeliest_where_it_stands_is_shown() -> None:
    """Of the same words; and what is learnt has the same score of all of them, whichever chance had shown."""
    texts = pl.Series(["haha", "kit", "haha", "van", "haha"])
    rows = wordings(texts)
    prior = np.array([0.1, 0.2, 0.9, 0.3, 0.9], np.float32)
    queue = Queue(matrix(texts.gather(leaders(rows))), seed=0, rows=rows, prior=prior, every=0)
    assert queue.ahead(9) == [2, 3, 1]
    assert queue.prior is not None
    assert queue.prior[[0, 2, 4]].tolist() == [np.float32(0.9)] * 3
    each = Queue(matrix(texts.gather(leaders(rows))), seed=0, rows=rows, prior=prior, carried=False, every=0)
    assert each.ahead(1) == [2]
    assert each.prior is not None
    assert each.prior.tolist() == prior.tolist()


def test_what_is_like_a_find_is_not_put_off() -> None:
    """Near twins of what does not count come last; those of a find come by their rank; corrections count."""
    texts = pl.Series(["harm him now", "harm him now!", *[f"tea {number}" for number in range(30)]])
    alike = np.array([0, 0, *range(2, 32)])
    queue = Queue(matrix(texts), seed=0, twins=alike, every=0)
    queue.said(0, True, Via.SEARCH)
    queue.said(2, False, Via.SEARCH)
    assert queue.ahead(1) == [1]
    queue.said(0, False, Via.READ)
    queue.said(3, True, Via.SEARCH)
    assert 1 not in queue.ahead(40)
    queue.said(0, True, Via.READ)
    for place in (4, 5, 6):
        queue.said(place, False)
    assert 1 in queue.ahead(40), "from the next ranking on"


@settings(max_examples=50, deadline=None)
@given(texts=TEXTS, seed=st.integers(0, 4))
def test_rank_reads_the_same_wordings_whatever_the_stream_draws(texts: list[str], seed: int) -> None:
    """Copies that chance showed, and twins of them, move nothing in the ranking: what a certificate rests on."""
    rows = wordings(pl.Series(texts))
    features = matrix(pl.Series(texts).gather(leaders(rows)))
    alike = twins(pl.Series(texts).gather(leaders(rows)))
    truth = ["harm" in text or "late" in text for text in texts]
    orders = []
    for every in (0, 2):
        queue = Queue(features, seed=seed, rows=rows, twins=alike, every=every)
        ranked: list[int] = []
        while True:
            if due := queue.due():
                ranked.append(int(rows[due[0]]))
                queue.said(due[0], truth[due[0]], Via.QUEUE)
                continue
            item = queue.next()
            if item is None or item.why is Why.LEFT:
                break
            if item.via is Via.QUEUE:
                ranked.append(int(rows[item.place]))
            queue.said(item.place, truth[item.place], item.via)
        orders.append(ranked)
    assert orders[0][: len(orders[1])] == orders[1]
