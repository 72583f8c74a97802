"""The whole answer of a case: figures, disagreements kept and settled, and what is due, blind."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from tests.review.conftest import CaseOf

from upstander.errors import BadCode, UsageError
from upstander.review.agreement import Agreement, Draw, agreement
from upstander.review.agreement.asking import drawn, shown_texts
from upstander.review.codings import Via, codings
from upstander.review.codings.deciding import Asked, decide
from upstander.stages import review
from upstander.storage import Case
from upstander.storage.scan import scan

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)


class Team:
    """Reviewers of a case with some messages."""

    def __init__(self, case: Case) -> None:
        """Begin with nothing coded."""
        self.case = case
        self.messages = scan(case, "sightings").filter("lead").sort("ordinal").collect()["message"].to_list()
        self.clock = 0

    def says(self, by: str, number: int, applies: bool = True, code: str = "joke", via: Via = Via.READ) -> None:
        """Somebody codes the message of that number."""
        self.clock += 1
        asked = Asked(self.messages[number], code, by, applies=applies, via=via)
        decide(self.case, asked, now=NOW + timedelta(minutes=self.clock))

    def agreement(self, code: str | None = None, reader: str | None = None) -> Agreement:
        """The answer, of all that was coded until now."""
        review.codings(self.case)
        return agreement(self.case, code=code, reader=reader)

    def draw(self, code: str | None, share: float, seed: int) -> Draw:
        """Draw what is to be read a second time."""
        review.codings(self.case)
        return drawn(self.case, code=code, share=share, seed=seed, now=NOW)


@pytest.fixture
def team(case_of: CaseOf) -> Team:
    """A case with twelve messages, on two phones."""
    return Team(case_of([("Ash", f"line {number}") for number in range(12)], phones=2))


def test_nobody_and_one_reviewer(team: Team) -> None:
    """Nothing coded, and one reviewer alone: no figures, and no error."""
    assert team.agreement().codes == ()
    with pytest.raises(UsageError, match="nobody has coded"):
        team.draw(None, 0.5, 1)
    team.says("A", 0)
    team.says("A", 1, applies=False)
    answer = team.agreement()
    (of,) = answer.codes
    assert (of.read, of.twice, of.figures, answer.together, answer.disagreements) == (2, 0, None, None, ())


def test_no_overlap(team: Team) -> None:
    """Two reviewers who read other messages agree on nothing and differ on nothing."""
    team.says("A", 0)
    team.says("B", 1)
    (of,) = team.agreement().codes
    assert (of.readers, of.twice, of.figures) == (("A", "B"), 0, None)


def test_the_last_word_of_a_reviewer_stands(team: Team) -> None:
    """Contradictory codings by one reviewer are one reading: the last."""
    team.says("A", 0, applies=False)
    team.says("A", 0)
    team.says("B", 0, via=Via.SECOND)
    (of,) = team.agreement().codes
    assert of.figures is not None
    assert (of.twice, of.differ, of.figures.yes, of.figures.no) == (1, 0, 2, 0)
    assert any("one message" in sentence for sentence in of.warnings)


def test_a_sighting_on_another_phone_is_the_message(team: Team) -> None:
    """Reviewers who name the message by other sightings read the same message."""
    seen = scan(team.case, "sightings").filter(pl.col("message") == team.messages[0]).collect()["sighting"].to_list()
    for by, sighting in zip("AB", seen, strict=True):
        decide(team.case, Asked(sighting, "joke", by), now=NOW)
    assert team.agreement().codes[0].twice == 1


def test_disagreements_are_settled_and_both_readings_stay(team: Team) -> None:
    """By a third name at once; the figures are of the readings, before and after."""
    for number in range(4):
        team.says("A", number, applies=number < 2)
        team.says("B", number, applies=number < 1, via=Via.SECOND)
    before = team.agreement()
    (row,) = before.disagreements
    assert (row.message, row.settled, row.applies) == (team.messages[1], None, None)
    team.says("C", 1, applies=True, via=Via.SETTLED)
    after = team.agreement()
    assert after.codes[0].figures == before.codes[0].figures
    (row,) = after.disagreements
    assert row.settled is not None
    assert (row.settled.by, row.applies, {by: coding.applies for by, coding in row.own.items()}) == (
        "C", True, {"A": True, "B": False},
    )  # fmt: skip
    assert (after.codes[0].differ, after.codes[0].settled, after.codes[0].readers) == (1, 1, ("A", "B"))


def test_its_readers_settle_it_together(team: Team) -> None:
    """One of them alone does not; both at one do; what they read before stays."""
    team.says("A", 0)
    team.says("B", 0, applies=False)
    team.says("A", 0, applies=False, via=Via.SETTLED)
    (row,) = team.agreement().disagreements
    assert row.settled is None
    team.says("B", 0, applies=False, via=Via.SETTLED)
    answer = team.agreement()
    (row,) = answer.disagreements
    assert (row.applies, answer.codes[0].differ, answer.codes[0].settled) == (False, 1, 1)


def test_nothing_to_settle(team: Team) -> None:
    """Where nobody differs, settling is refused and nothing is written."""
    team.says("A", 0)
    with pytest.raises(BadCode, match="nothing to settle"):
        team.says("B", 0, via=Via.SETTLED)
    assert len(codings(team.case)) == 1


def test_what_is_due_is_blind(team: Team) -> None:
    """Drawn messages that one has read wait for another; nothing in the list says what the first reader said."""
    for number in range(12):
        team.says("A", number, applies=number % 2 == 0)
    team.says("A", 3, code="banter")
    team.draw(None, 1.0, 1)
    due = team.agreement().due
    assert due is not None
    assert set(due.messages) == set(team.messages)
    assert (list(due.messages), due.codes, due.done) == (sorted(due.messages), ("banter", "joke"), 0)
    team.says("B", 0, via=Via.SECOND)
    team.says("B", 3, via=Via.SECOND)
    due = team.agreement().due
    assert due is not None
    # Of message 3 one code is still single.
    assert (len(due.messages), due.done) == (11, 1)
    mine = team.agreement(reader="A").due
    assert mine is not None
    assert mine.messages == ()
    theirs = team.agreement(reader="B").due
    assert theirs is not None
    assert len(theirs.messages) == 11


def test_a_draw_for_one_code(team: Team) -> None:
    """A draw for a code is of the messages read for it, and the figures for all that was coded are its."""
    for number in range(12):
        team.says("A", number, applies=number < 6)
        if number < 3:
            team.says("A", number, code="banter")
    team.draw("joke", 0.6, 2)
    answer = team.agreement()
    assert answer.due is not None
    assert answer.due.codes == ("joke",)
    assert 0 < len(answer.due.messages) < 12
    for message in answer.due.messages:
        team.says("B", team.messages.index(message), applies=team.messages.index(message) < 5, via=Via.SECOND)
    joke = next(of for of in team.agreement().codes if of.code == "joke")
    assert joke.drawn is not None
    assert joke.figures is not None
    assert joke.drawn.messages == joke.twice == joke.blind
    assert joke.drawn.agreement.value == pytest.approx(joke.figures.agreement.value)
    assert team.agreement(code="banter").due is None
    with pytest.raises(BadCode):
        team.draw("jokes", 0.6, 2)


def test_over_all_codes(team: Team) -> None:
    """Codes that two have read are also put together; messages are counted once."""
    for number in range(6):
        for by in "AB":
            team.says(by, number, applies=number < 3)
            team.says(by, number, applies=number == (1 if by == "A" else 2), code="banter")
    answer = team.agreement()
    assert answer.together is not None
    assert answer.together.figures is not None
    assert (answer.together.twice, answer.together.figures.decisions, answer.together.differ) == (6, 12, 2)
    assert team.agreement() == answer


def test_words_are_there_for_those_who_ask(team: Team) -> None:
    """The text of what is listed, by id."""
    assert shown_texts(team.case, team.messages[:1]) == {team.messages[0]: "line 0"}
