"""Stances as they stand now: what is kept in memory is what reading the table gives, whatever was decided since."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from tests.review.conftest import CaseOf
from tests.support.made_group import Shown, group

from upstander.review.codings import Coding
from upstander.review.codings import append as code
from upstander.review.stance import STANCES_FILE, Ruling, Stance, append
from upstander.review.stance import standing as places
from upstander.review.stance.standing import standing
from upstander.stages import review
from upstander.stages.stances import Asked, listed, made
from upstander.storage import Case
from upstander.storage.scan import scan

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """Two replies, and reactions of which two are to one message by one person."""
    messages = {1: "Ann", 2: "Bo", 3: "Cy"}
    reactions = [(1, "Bo", "😂"), (1, "Cy", "👎"), (2, "Cy", "👍"), (2, "Ann", "👍")]
    made, _ = group(tmp_path / "home", [Shown("aaa", messages, replies={2: 1, 3: 1}, reactions=reactions)])
    review.stances(made)
    return made


def said(row: dict[str, str], stance: Stance) -> Ruling:
    """A ruling on a row."""
    reacted = row["act"] == "reaction"
    response, person, emoji = (None, row["person"], row["emoji"]) if reacted else (row["response"], None, None)
    return Ruling(row["message"], row["act"], response, person, emoji, stance, "DC Example", NOW)


def test_what_is_kept_is_what_the_table_and_the_file_say(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    """After each decision, of replies and reactions, made, changed and taken back; and when the file is taken away."""
    whole = standing(case).collect()
    assert whole.height == 6
    for place, stance in ((0, "approve"), (3, "challenge"), (0, "move_on"), (5, "approve"), (3, "undecided")):
        append(case, [said(whole.row(place, named=True), Stance(stance))])
        now = standing(case).collect()
        assert now["confirmed"][place] == (None if stance == "undecided" else stance)
        with monkeypatch.context() as patched:
            patched.setattr(places, "_ROWS", 0)
            assert standing(case).collect().equals(now)
    assert now["confirmed"].drop_nulls().to_list() == ["move_on", "approve"]
    (case.decisions / STANCES_FILE).unlink()
    assert standing(case).collect().equals(whole)


def test_a_table_that_is_made_again_is_read_again(case: Case) -> None:
    """It knows what was decided, and nothing of what was kept before stands."""
    whole = standing(case).collect()
    append(case, [said(whole.row(1, named=True), Stance.CHALLENGE)])
    before = standing(case).collect()
    review.stances(case)
    assert scan(case, "stances").collect()["confirmed"].drop_nulls().len() == 1
    assert standing(case).collect().equals(before)


def test_a_list_is_of_what_was_decided_and_coded_by_now(case_of: CaseOf) -> None:
    """Its order is kept, until somebody decides or codes."""
    case = case_of([("Ash", "one"), ("Bo", "haha", 1), ("Cy", "two"), ("Di", "haha", 3)])
    review.stances(case)
    first, second = listed(case, Asked()).rows
    reply = Ruling(first.message, first.act, first.response, None, None, Stance.CHALLENGE, "DC Example", NOW)
    append(case, [reply])
    assert [row.key for row in listed(case, Asked()).rows] == [second.key]
    assert [row.key for row in listed(case, Asked(show="confirmed")).rows] == [first.key]
    told = made(case).counts
    assert told is not None
    assert told.responses[Stance.CHALLENGE] == 1
    assert [row.key for row in listed(case, Asked(show="all")).rows] == [first.key, second.key]
    code(case, [Coding(second.message, "threat_violence", "police-misconduct@1", True, "Bo Example", NOW)])
    review.codings(case)
    assert [row.key for row in listed(case, Asked(show="all")).rows] == [second.key, first.key]
    assert listed(case, Asked(show="all", coded=True)).count == 1


def test_kept_columns_are_those_of_the_table(case: Case) -> None:
    """As strings, so that frames of several tables can be compared."""
    told = standing(case).collect()
    assert told.columns == scan(case, "stances").collect().columns
    assert not [name for name, kind in told.schema.items() if kind == pl.Categorical]
