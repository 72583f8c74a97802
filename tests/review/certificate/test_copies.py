"""Certificates where messages repeat: decided by their words, and never claimed more often than was said."""

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest
from scipy.stats import binomtest

from upstander.review.certificate import Plan, Rule
from upstander.review.certificate.copies import repeated
from upstander.review.certificate.draws import Draw
from upstander.review.certificate.gathering import Gathered, gathered
from upstander.review.certificate.scope import Scope, units
from upstander.review.certificate.testing import stands
from upstander.review.codings import Via
from upstander.review.queue.known import Known
from upstander.review.simulation.outcome import counted

TEXTS = ["lol", "LOL", "tea", "lol", "van", "harm him", "Harm him", "kit"]
IDS = list("ABCDEFGH")
AT = datetime(2020, 1, 1, tzinfo=UTC)


def _gathered(said: list[tuple[str, bool, str]], stream: str = "".join(IDS), scope: Scope | None = None,
              draws: tuple[Draw, ...] = ()) -> Gathered:  # fmt: skip
    messages = pl.DataFrame(
        {"message": IDS, "conversation": list("xxxxyyyy"), "at": [None] * 8, "text": TEXTS},
        schema_overrides={"at": pl.Datetime("ms", "UTC")},
    )
    rows = [
        {"sequence": number, "message": message, "applies": applies, "by": "R", "via": via, "stands": True}
        for number, (message, applies, via) in enumerate(said, 1)
    ]
    codings = pl.DataFrame(
        rows,
        schema={"sequence": pl.Int64, "message": pl.String, "applies": pl.Boolean, "by": pl.String, "via": pl.String,
                "stands": pl.Boolean},
    )  # fmt: skip
    within, _ = units(messages, scope or Scope())
    inside = [each for each in stream if each in within["message"].to_list()]
    return gathered(within, codings, draws, scope or Scope(), None, inside, repeated(messages))


def test_a_draw_whose_words_are_known_costs_nothing() -> None:
    """A and D are drawn, of the same words: one coding, two draws; B has them too and is known, and is no draw."""
    seen = _gathered([("A", True, "random"), ("C", False, "random")], "ADCBEFGH")
    assert seen.reviewed.sample == ((True, False), (True, False), (False, False))
    assert seen.reviewed.copies == (1, 1)
    assert (seen.reviewed.known, seen.reviewed.read, seen.reviewed.ranked) == (3, 4, 0)
    assert seen.reviewed.by_words == 2
    assert set(seen.unread) == set("EFGH")


def test_rank_that_reads_a_copy_has_reached_them_all() -> None:
    """B is read by rank: A and D, which the stream draws, are reached and found with it, though nobody read them."""
    seen = _gathered([("B", True, "queue"), ("C", False, "random")], "ADCBEFGH")
    assert seen.reviewed.sample == ((True, True), (True, True), (False, False))
    assert (seen.reviewed.ranked, seen.reviewed.found, seen.reviewed.copies) == (3, 3, (0, 0))


def test_words_that_were_decided_both_ways_decide_nothing() -> None:
    """Two of three are coded, in two ways: the third is unread."""
    seen = _gathered([("A", True, "queue"), ("B", False, "search")])
    assert (seen.reviewed.by_words, seen.reviewed.found, seen.reviewed.read) == (0, 1, 2)
    assert "D" in seen.unread


def test_a_decision_elsewhere_stands_in_a_narrower_population() -> None:
    """What was read in one conversation decides the same words in another."""
    seen = _gathered([("F", True, "read")], scope=Scope("conversation:y", conversations=("y",)))
    assert (seen.reviewed.population, seen.reviewed.found, seen.reviewed.by_words) == (4, 2, 1)
    outside = _gathered([("G", True, "read")], scope=Scope("conversation:x", conversations=("x",)))
    assert outside.reviewed.read == 0


def test_copies_of_a_final_sample_are_known_and_no_part_of_it() -> None:
    """A is drawn of eight that are unread: its copies are known since, and the sample is one of eight."""
    draw = Draw("banter", "all", 1, 8, 0, ("A",), "R", AT)
    seen = _gathered([("A", True, "sample")], draws=(draw,))
    assert not seen.outdated
    assert (seen.reviewed.final, seen.reviewed.since, seen.reviewed.copies) == ((1, 1), (2, 2), (2, 2))
    assert (seen.reviewed.known, seen.reviewed.rest) == (3, 5)


POPULATION, RECALL, ALPHA, REVIEWS = 1000, 0.75, 0.3, 100


@pytest.mark.parametrize("often", [0.3, 1.2], ids=["many words", "few words"])
def test_first_claims_hold_where_messages_repeat(often: float) -> None:
    """Reviews by a ranking that tires, stopped at the first claim: no more are wrong than was said.

    Words are drawn by Zipf's law with exponent 1 + `often`; what is relevant goes by words.
    """
    draw = np.random.default_rng(3)
    wrong = claimed = 0
    for _ in range(REVIEWS):
        words = np.minimum(draw.zipf(1 + often, POPULATION) % 500, 499)
        first = np.unique(words, return_index=True)[1]
        leader = first[np.searchsorted(words[first], words)]
        relevant = (draw.random(500) < 0.12)[words]
        # Half of what is relevant among the first words, and the rest by chance: where a claim may go wrong.
        early = relevant[first] & (draw.random(len(first)) < 0.5)
        ranking = first[np.argsort(draw.random(len(first)) - np.where(early, 0.9, 0))]
        stream = draw.permutation(POPULATION)
        known = Known(POPULATION, leader)
        read = 0
        for place in ranking:
            if known.label[place] < 0 or not known.ranked[place]:
                known.said(int(place), bool(relevant[place]), Via.QUEUE)
                read += 1
            if read % 2:
                waiting = stream[known.label[stream] < 0]
                if len(waiting):
                    known.said(int(waiting[0]), bool(relevant[waiting[0]]), Via.RANDOM)
            last = np.flatnonzero(known.drawn[stream])
            state = counted(known, stream[: int(last[-1]) + 1] if len(last) else stream[:0])
            if read % 5 == 0 and state.rest and stands(state, Plan(Rule.WATCHED), RECALL, ALPHA):
                claimed += 1
                wrong += state.found < RECALL * relevant.sum()
                break
    assert claimed > REVIEWS // 10
    assert binomtest(wrong, REVIEWS, ALPHA, alternative="greater").pvalue > 0.001
