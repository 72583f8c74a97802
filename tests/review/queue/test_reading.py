"""The queue: it reads everything once, replays exactly, and its random stream stays apart."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.codings import Via
from upstander.review.queue.matrix import matrix
from upstander.review.queue.reading import Item, Queue, Why

WORDS = ["mug", "tea", "rota", "late", "van", "kit", "gate", "harm"]

#: Small pools: some texts, and which of them are relevant.
POOLS = st.lists(
    st.tuples(st.lists(st.sampled_from(WORDS), max_size=5).map(" ".join), st.booleans()), min_size=0, max_size=40
)


def _texts(pool: list[tuple[str, bool]]) -> pl.Series:
    return pl.Series([text for text, _ in pool], dtype=pl.String)


def _read(queue: Queue, truth: list[bool]) -> list[Item]:
    read: list[Item] = []
    while True:
        for place in queue.due():
            queue.said(place, truth[place], Via.QUEUE)
        item = queue.next()
        if item is None:
            return read
        read.append(item)
        queue.said(item.place, truth[item.place], item.via)


@settings(max_examples=40, deadline=None)
@given(pool=POOLS, seed=st.integers(0, 5), every=st.sampled_from([0, 3, 10]))
def test_everything_is_read_once(pool: list[tuple[str, bool]], seed: int, every: int) -> None:
    """Whatever the pool, each message is shown exactly once, and then nothing is."""
    truth = [relevant for _, relevant in pool]
    queue = Queue(matrix(_texts(pool)), seed=seed, every=every)
    read = _read(queue, truth)
    assert sorted(item.place for item in read) == list(range(len(pool)))
    assert queue.next() is None


def test_the_stream_is_given_sooner_on_request() -> None:
    """Draws out of their turn are those that would have come, in their order; the ranking is the same after them."""
    texts = pl.Series([f"{word} {number}" for number, word in enumerate(WORDS * 4)])
    truth = [text.startswith("harm") for text in texts]
    asked, waited = (Queue(matrix(texts), seed=2, every=4) for _ in range(2))
    for _ in range(6):
        item = asked.next(random=True)
        assert item is not None
        assert item.via is Via.RANDOM
        asked.said(item.place, truth[item.place], item.via)
    assert asked.beginning().tolist() == asked.stream[:6].tolist() == waited.stream[:6].tolist()
    assert asked.order().places.tolist() == waited.order().places.tolist()
    rest = _read(asked, truth)
    assert sorted(item.place for item in rest) == sorted(set(range(32)) - set(asked.stream[:6].tolist()))
    # One of four on the whole: with six drawn, the next one's turn is the 28th.
    assert [item.via for item in rest[:21]] == [Via.QUEUE] * 21
    assert rest[21].via is Via.RANDOM


@settings(max_examples=30, deadline=None)
@given(pool=POOLS, seed=st.integers(0, 5), cut=st.integers(0, 40))
def test_it_replays_from_the_decisions_and_the_seed(pool: list[tuple[str, bool]], seed: int, cut: int) -> None:
    """A queue that is told the decisions of another, at any moment of it, goes on as that one does."""
    truth = [relevant for _, relevant in pool]
    features = matrix(_texts(pool))
    first, said = Queue(features, seed=seed, every=4), list[tuple[int, Via]]()
    for _ in range(cut):
        if due := first.due():
            said.append((due[0], Via.QUEUE))
        elif item := first.next():
            said.append((item.place, item.via))
        else:
            break
        first.said(said[-1][0], truth[said[-1][0]], said[-1][1])
    second = Queue(features, seed=seed, every=4)
    for place, via in said:
        second.said(place, truth[place], via)
    assert second.due() == first.due()
    assert second.sample() == first.sample()
    third = Queue(features, seed=seed, every=4)
    for number, (place, via) in enumerate(said):
        if number == len(said) // 2:
            third.order()
            kept, third = third.state(), Queue(features, seed=seed, every=4)
            third.resume(kept)
        third.said(place, truth[place], via)
    assert third.due() == second.due()
    assert third.sample() == second.sample()
    assert third.order().places.tolist() == second.order().places.tolist()
    assert third.next() == second.next() == first.next()


def test_a_state_is_of_its_own_messages() -> None:
    """What was kept of other messages is refused."""
    kept = Queue(matrix(pl.Series(["tea", "van"])), seed=0).state()
    with pytest.raises(ValueError, match="other messages"):
        Queue(matrix(pl.Series(["tea"])), seed=0).resume(kept)


@settings(max_examples=25, deadline=None)
@given(pool=POOLS, seed=st.integers(0, 3))
def test_the_ranking_is_the_same_whatever_the_stream_draws(pool: list[tuple[str, bool]], seed: int) -> None:
    """What rank reads, and in which order, does not depend on whether a random stream runs beside it."""
    truth = [relevant for _, relevant in pool]
    features = matrix(_texts(pool))
    orders = []
    for every in (0, 3):
        queue = Queue(features, seed=seed, every=every)
        ranked: list[int] = []
        while True:
            if due := queue.due():
                ranked.append(due[0])
                queue.said(due[0], truth[due[0]], Via.QUEUE)
                continue
            item = queue.next()
            if item is None:
                break
            queue.said(item.place, truth[item.place], item.via)
            if item.via is Via.QUEUE:
                ranked.append(item.place)
        orders.append(ranked)
    assert orders[0][: len(orders[1])] == orders[1]


def test_several_reviewers_never_hold_the_same_message() -> None:
    """Everybody is given another message, keeps it until they decide, and is given it again when they ask again."""
    queue = Queue(matrix(pl.Series([f"tea {number}" for number in range(20)])), seed=1)
    held = {name: queue.next(name) for name in "ABCDE"}
    assert len({item.place for item in held.values() if item}) == 5
    assert {name: queue.next(name) for name in "ABCDE"} == held
    place = held["A"].place if held["A"] else -1
    queue.said(place, False)
    again = queue.next("A")
    assert again is not None
    assert again.place not in {item.place for item in held.values() if item}


def test_it_learns() -> None:
    """Once one relevant message is known, those that are like it come first."""
    texts = pl.Series([f"the rota for gate {number}" for number in range(60)] + ["they will harm him"] * 1)
    texts = pl.concat([texts, pl.Series([f"harm will come to him {number}" for number in range(5)])])
    queue = Queue(matrix(texts), seed=3, every=0)
    queue.said(60, True, Via.SEARCH)
    item = queue.next()
    assert item is not None
    assert item.why is Why.RANKED
    assert set(queue.order().places[:5].tolist()) == {61, 62, 63, 64, 65}


def test_seeds_come_first_and_then_the_first_ranking() -> None:
    """Before anything is known, search hits are read in the order of the first ranking, and then that ranking."""
    prior = np.array([0.1, 0.9, 0.5, 0.7], np.float32)
    queue = Queue(matrix(pl.Series(["a b", "c d", "e f", "g h"])), seed=0, hits=[0, 2], prior=prior, every=0)
    shown = _read(queue, [False] * 4)
    assert [item.place for item in shown] == [2, 0, 1, 3]
    assert [item.why for item in shown[:2]] == [Why.HIT, Why.HIT]
    assert shown[2].why is Why.PRIOR


def test_what_says_the_same_is_read_last() -> None:
    """The twin of a message that was read is not shown while there is anything else."""
    texts = pl.Series(["tea now", "van late", "tea now", "kit lost"])
    queue = Queue(matrix(texts), seed=0, twins=np.array([0, 1, 0, 3]), every=0)
    shown = [item.place for item in _read(queue, [False] * 4)]
    assert shown[-1] in (0, 2)
    assert sorted(shown) == [0, 1, 2, 3]


def test_contradictory_codings_are_taken() -> None:
    """The last word counts, a message is read by rank once, and a second reading teaches nothing."""
    queue = Queue(matrix(pl.Series(["tea", "van", "kit"])), seed=0, every=0)
    for applies, via in ((True, Via.QUEUE), (False, Via.QUEUE), (True, Via.SECOND)):
        queue.said(0, applies, via)
    assert queue.known.label[0] == 0, "what is read a second time waits to be settled"
    queue.said(0, True, Via.SETTLED)
    assert queue.known.label[0] == 1
    assert queue.known.ranked.sum() == 1
    assert queue.rankings == 1


@pytest.mark.parametrize("relevant", [True, False])
def test_all_or_nothing_relevant(relevant: bool) -> None:
    """A pool where all is relevant, or nothing, is read to its end."""
    texts = pl.Series([f"tea {number}" for number in range(30)])
    assert len(_read(Queue(matrix(texts), seed=0), [relevant] * 30)) == 30


def test_texts_of_every_kind() -> None:
    """A message of a megabyte, one without words, and many writing systems are messages like others."""
    odd = ["x " * 500_000, "", " ", "\u0000", *[chr(start) * 3 for start in range(0x400, 0xA000, 190)]]
    truth = [number % 7 == 0 for number in range(len(odd))]
    assert len(_read(Queue(matrix(pl.Series(odd)), seed=0), truth)) == len(odd)


def test_a_ranking_is_made_beside_the_reading() -> None:
    """With an executor the ranking in hand goes on until the next is there, which is the one made without it."""
    texts = pl.Series([f"{WORDS[number % 8]} {WORDS[number % 5]} {number}" for number in range(200)])
    features = matrix(texts)
    truth = [number % 8 == 7 for number in range(200)]
    with ThreadPoolExecutor(1) as executor:
        queue = Queue(features, seed=2, executor=executor)
        read = _read(queue, truth)
    assert sorted(item.place for item in read) == list(range(200))


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 60), st.integers(0, 9), st.lists(st.integers(0, 59), unique=True), st.sets(st.integers(0, 59)))
def test_the_sample_is_the_stream_up_to_its_last_draw_or_its_first_hole(
    size: int, seed: int, drawn: list[int], decided: set[int]
) -> None:
    """As one finds who goes through the stream from its beginning."""
    queue = Queue(matrix(pl.Series(["tea"] * size)), seed=seed, carried=False)
    for place in drawn:
        if place < size:
            queue.known.drawn[place] = True
    for place in decided:
        if place < size:
            queue.known.label[place] = 0
    shown = queue.stream.tolist()
    while shown and not queue.known.drawn[shown[-1]]:
        shown.pop()
    holes = [number for number, place in enumerate(shown) if queue.known.label[place] < 0]
    assert queue.beginning().tolist() == (shown[: holes[0]] if holes else shown)
