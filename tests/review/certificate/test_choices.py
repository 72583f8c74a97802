"""Which of several choices counts, and what each may still use of the chance of error."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.review.conftest import NOW

from upstander.errors import BadDecision
from upstander.review.certificate import Plan, Rule
from upstander.review.certificate.choices import Choice, chooses, in_force
from upstander.review.certificate.draws import Draw
from upstander.review.certificate.told import late, told


def _choice(
    rule: Rule, seen: int, *, recall: float = 0.9, draws: int | None = None, start: int | None = None
) -> Choice:
    number = draws or (60 if rule.draws else None)
    begins = (0 if rule is Rule.FINAL else seen) if start is None else start
    return Choice("threat", "all", rule, recall, 0.95, number, begins, seen, 300, "DC Example", NOW)


DRAW = Draw("threat", "all", 7, 100, 12, ("m1", "m2"), "DC Example", NOW)
FIXED, WATCHED, FINAL, BOTH, QUANTILE = Rule.FIXED, Rule.WATCHED, Rule.FINAL, Rule.BOTH, Rule.QUANTILE


@pytest.mark.parametrize(
    ("record", "rule", "budget"),
    [
        ([], BOTH, 1.0),
        # Before any draw every choice has all of it, however often it is changed.
        ([_choice(FIXED, 0), _choice(WATCHED, 0), _choice(QUANTILE, 0)], QUANTILE, 1.0),
        # After draws the program's own has used what its stream may; once more what the next one's may is gone.
        ([_choice(FIXED, 20)], FIXED, 0.8),
        ([_choice(BOTH, 20), _choice(FIXED, 40)], FIXED, 0.64),
        ([_choice(FIXED, 20), _choice(WATCHED, 20)], WATCHED, 0.8),
        # A rule that may use everything leaves nothing.
        ([_choice(FIXED, 20), _choice(WATCHED, 21)], FIXED, 0.8),
        ([_choice(WATCHED, 0), _choice(FINAL, 5)], WATCHED, 1.0),
        # Final samples have used what attempts give them: another final sample may follow, and no stream.
        ([_choice(FINAL, 0), DRAW, _choice(FINAL, 2, recall=0.7)], FINAL, 1.0),
        ([DRAW, _choice(FINAL, 22)], FINAL, 0.8),
        ([DRAW, _choice(WATCHED, 22)], BOTH, 1.0),
        ([_choice(FINAL, 0), DRAW, _choice(BOTH, 2)], FINAL, 1.0),
        # The program's own, written down, is what it was; what replaces it afterwards pays for the draws before.
        ([_choice(BOTH, 20, recall=0.8, start=0)], BOTH, 1.0),
        ([_choice(BOTH, 20, recall=0.8, start=0), _choice(FIXED, 20)], FIXED, 0.8),
    ],
)
def test_what_counts(record: list[Choice | Draw], rule: Rule, budget: float) -> None:
    """The last choice that could still use something, and how much."""
    force = in_force(record)
    assert (force.rule, force.budget) == (rule, budget)
    assert force.attempts == record.count(DRAW)


@given(st.lists(st.sampled_from([*Rule, "own", "draw", "seen"]), max_size=14), st.floats(0.001, 0.5))
def test_all_claims_of_a_review_together_err_no_more(steps: list[Rule | str], alpha: float) -> None:
    """Whatever is chosen, drawn and seen in whatever order: what all plans may use sums to the chance of error."""
    record: list[Choice | Draw] = []
    streams: dict[str, float] = {}
    seen, finals = 0, 0.0
    for number, step in enumerate(steps):
        force = in_force(record)
        if isinstance(step, Rule):
            record.append(replace(_choice(step, seen), by=f"R{number}"))
        elif step == "own":
            record.append(_choice(BOTH, seen, recall=0.8, start=0))
        elif step == "seen" or force.rule in (FINAL, BOTH):
            # While it counts, something is drawn: its stream's share may be used, and a final sample's.
            name = force.choice.by if force.choice and not (force.choice.ordinary and not force.seen) else "own"
            streams[name] = force.plan(1).stream(alpha)
            seen += 1
            if step == "draw":
                record.append(DRAW)
                kept = alpha * force.budget - force.plan(1).stream(alpha)
                finals += kept * 0.8 * 0.2**force.attempts
    assert sum(streams.values()) + finals <= alpha * (1 + 1e-9)


def test_where_a_late_choice_begins() -> None:
    """Its draws are those from then on; the program's own counts from the first, whenever it is written down."""
    assert in_force([_choice(WATCHED, 20)]).plan(1) == Plan(WATCHED, start=20, budget=0.8)
    assert in_force([_choice(BOTH, 20, recall=0.8, start=0)]).plan(2) == Plan(BOTH, attempt=2)


@given(st.sampled_from(Rule), st.floats(0.01, 1), st.integers(0), st.integers(1))
def test_a_line_says_the_choice(rule: Rule, recall: float, seen: int, draws: int) -> None:
    """What is written is what is read."""
    made = _choice(rule, seen, recall=recall, draws=draws)
    assert chooses(made.line())
    assert Choice.of(made.line(), "line 1") == made


def test_a_line_of_an_earlier_version() -> None:
    """A number of draws without recall and confidence is a fixed plan that does not say for what."""
    line = '{"code": "threat", "population": "all", "draws": 60, "start": 10, "by": "A", "at": "2018-04-03T10:00:00Z"}'
    made = Choice.of(line, "line 1")
    assert (made.rule, made.draws, made.start, made.seen, made.recall) == (FIXED, 60, 10, 10, None)
    assert late(in_force([made]), scope="all", recall=0.7, confidence=0.9, seen=40) == ""
    assert "a recall that it does not say" in told(in_force([made]), scope="all", size=300)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('"rule": "fixed"|"rule": "lucky"', "no way to make a certificate"),
        ('"draws": 60|"draws": 0', "0 draws prove nothing"),
        ('"recall": 0.9|"recall": 2', "no share"),
        ('"seen": 20|"seen": -1', "no whole number"),
        ('"by": "DC Example"|"by": ""', "lacks 'by'"),
    ],
)
def test_a_bad_line(change: str, said: str) -> None:
    """Each is refused in a sentence that says where it stands."""
    before, after = change.split("|")
    line = _choice(FIXED, 20).line()
    assert before in line
    with pytest.raises(BadDecision, match=said):
        Choice.of(line.replace(before, after), "line 3")


def test_what_was_not_chosen_is_told() -> None:
    """Nothing is late before a draw was read; after it what differs from the plan is, and says from what."""
    force = in_force([_choice(FIXED, 20)])
    assert late(force, scope="all", recall=0.9, confidence=0.95, seen=80) == ""
    assert late(force, scope="all", recall=0.8, confidence=0.95, seen=0) == ""
    for scope, recall, confidence in (("all", 0.8, 0.95), ("all", 0.9, 0.9), ("unique", 0.9, 0.95)):
        said = late(force, scope=scope, recall=recall, confidence=confidence, seen=80)
        assert "was asked for after 80 random draws had been read; the plan is for 90 % found" in said
    assert "The population had 300 messages then and has 320 now" in told(force, scope="all", size=320)
    assert "before any random draw was read" in told(in_force([_choice(FIXED, 0)]), scope="all", size=300)
