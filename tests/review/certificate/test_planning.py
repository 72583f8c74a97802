"""The price, before anyone pays it."""

from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.review.certificate import Plan, Reviewed, Rule
from upstander.review.certificate.planning import ALLOWED, by_rule, guess, narrower, price
from upstander.review.certificate.testing import stands


def test_a_million_messages_with_three_hundred_relevant() -> None:
    """Four fifths at 95 % costs some 47,000 random labels by the usual rule."""
    made = price(1_000_000, 300, 0.8, 0.95)
    assert made.usual == 46_667
    assert made.usual_relevant == 14
    assert made.draws == {0: 38_650, 1: 60_901, 3: 98_868}


@pytest.mark.parametrize("allowed", [0, 1, 3])
def test_the_price_buys_the_certificate(allowed: int) -> None:
    """With so many draws and no more of them missed the claim stands, and with one fewer draw it does not."""
    draws = price(20_000, 443, 0.8, 0.95).draws[allowed]
    sample = ((True, False),) * allowed + ((False, False),) * (draws - allowed)
    reviewed = Reviewed(20_000, 8_000, 443, sample)
    assert stands(reviewed, Plan(Rule.FIXED, draws), 0.8, 0.05)
    fewer = Reviewed(20_000, 8_000, 443, sample[:-1])
    assert not stands(fewer, Plan(Rule.FIXED, draws - 1), 0.8, 0.05)


@given(st.integers(0, 2000), st.integers(0, 2000), st.floats(0.01, 1), st.floats(0.01, 0.99))
def test_any_price(population: int, relevant: int, recall: float, confidence: float) -> None:
    """No price is above reading everything, and allowing more to be missed never costs less."""
    made = price(population, min(population, relevant), recall, confidence)
    assert 0 <= made.usual <= population
    assert list(made.draws.values()) == sorted(made.draws.values())
    assert made.draws[3] <= population


def test_a_guess_holds_what_is_known() -> None:
    """The interval runs from what is known to what chance allows; without a draw everything unread may be relevant."""
    none = guess(Reviewed(1000, 100, 20, ()))
    assert (none.low, none.likely, none.high) == (20, 20, 920)
    some = guess(Reviewed(1000, 100, 20, ((True, False),) * 2 + ((False, False),) * 198))
    assert 22 <= some.low <= some.likely <= some.high
    assert some.likely == 20 + 9
    assert guess(Reviewed(0, 0, 0, ())).likely == 1


@pytest.mark.parametrize("budget", [1.0, 0.8])
@pytest.mark.parametrize("allowed", ALLOWED)
@pytest.mark.parametrize("rule", [Rule.FIXED, Rule.WATCHED, Rule.BOTH, Rule.QUANTILE])
def test_every_rules_price_buys_its_certificate(rule: Rule, allowed: int, budget: float) -> None:
    """With so many draws, and so many of them missed, the claim stands; with one draw fewer it does not."""
    population, relevant, ranked = 20_000, 443, 8_000
    draws = by_rule(Plan(rule, 1 if rule.draws else None, budget=budget), population, 12_000, relevant, 0.8, 0.95)[
        allowed
    ]
    shown = draws * relevant // population if rule is Rule.QUANTILE else allowed
    # For the quantile rule as many of the draws are relevant as there are on the whole, and all but some are reached.
    sample = [(True, True)] * (shown - allowed) + [(True, False)] * allowed
    sample += [(False, False)] * (draws - len(sample))

    def holds(drawn: list[tuple[bool, bool]]) -> bool:
        plan = Plan(rule, len(drawn) if rule.draws else None, budget=budget)
        return stands(Reviewed(population, ranked, relevant, tuple(drawn)), plan, 0.8, 0.05)

    assert holds(sample)
    # A relevant draw fewer that reading had found too, or for the other rules any that is not relevant.
    assert not holds(sample[1:] if rule is Rule.QUANTILE else sample[:-1])


def test_a_final_samples_price_buys_it_and_later_ones_are_dearer() -> None:
    """From what is unread, for the share that its attempt may use."""
    made = [by_rule(Plan(Rule.FINAL, attempt=attempt), 20_000, 12_000, 443, 0.8, 0.95)[0] for attempt in (1, 2, 3)]
    assert made == sorted(set(made))
    for attempt, size in enumerate(made, 1):
        reviewed = Reviewed(20_000, 8_000, 443, (), final=(size, 0))
        assert stands(reviewed, Plan(Rule.FINAL, attempt=attempt), 0.8, 0.05)
        fewer = Reviewed(20_000, 8_000, 443, (), final=(size - 1, 0))
        assert not stands(fewer, Plan(Rule.FINAL, attempt=attempt), 0.8, 0.05)


def test_narrower_populations_are_priced_by_the_assumption_of_the_whole() -> None:
    """The same share of each is relevant as of all, and no fewer than are known there."""
    messages = pl.DataFrame(
        {
            "message": [f"m{place}" for place in range(1000)],
            "conversation": ["a"] * 600 + ["b"] * 400,
            "at": [datetime(2017 + place % 2, 3, 1, tzinfo=UTC) for place in range(1000)],
        }
    )
    units = messages.select("message", pl.col("message").alias("unit"))
    known = {"m0", *(f"m{place}" for place in range(600, 650))}
    made = {each.population: each.price for each in narrower(messages, units, 800, known, 100, 0.8, 0.95, 1.0, 0.8)}
    assert {name: price.relevant for name, price in made.items()} == {
        "unique": 80, "conversation:a": 60, "conversation:b": 50,
        "since:2017-01-01,until:2017-12-31": 50, "since:2018-01-01,until:2018-12-31": 50,
    }  # fmt: skip
    assert made["conversation:a"] == price(600, 60, 0.8, 0.95)
