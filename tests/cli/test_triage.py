"""`upstander triage`, as people and programs see it."""

from pathlib import Path

import pytest
from tests.review.conftest import telegram
from tests.support.commands import Command

WORDS = "women are too stupid to drive, send them back to the kitchen"


@pytest.fixture
def made(upstander: Command, tmp_path: Path) -> str:
    """A case of one group: a sexist remark, laughter, and the day's business."""
    said = [("1", WORDS), ("2", "😂😂"), ("3", "the meeting starts at nine")]
    (tmp_path / "result.json").write_text(telegram(said), encoding="utf-8")
    assert upstander("case", "new", "T-1", "--title", "T").status == 0
    taken = upstander("ingest", "T-1", str(tmp_path / "result.json"), "--exhibit", "AB/1")
    assert taken.status == 0, taken.err
    return "T-1"


def test_a_program_gets_scores_and_reasons(upstander: Command, made: str) -> None:
    """--json has the counts, the first messages of each head, and why; text only where it was asked for."""
    said = upstander("triage", made, "--head", "misogyny", "--json")
    assert said.status == 0, said.err
    first = said.json["first"]["misogyny"]
    assert [row["ordinal"] for row in first] == [0, 1, 2]
    assert first[1]["because_of"] == first[0]["message"]
    assert first[0]["in_context"] == first[0]["score"] > first[1]["in_context"] > first[1]["score"]
    assert any("women" in WORDS[span["start"] : span["end"]] for span in first[0]["reasons"])
    assert [row["flagged"] for row in said.json["heads"]] == [1]
    assert WORDS not in said.out
    assert WORDS in upstander("triage", made, "--head", "misogyny", "--json", "--show-text").out


def test_people_read_tables(upstander: Command, made: str) -> None:
    """Every head has its table; words are shown where asked for, and what a score is not is said."""
    said = upstander("triage", made, "--limit", "2")
    assert said.status == 0, said.err
    for words in ("misogyny", "religion", "decides nothing", "What the model flags"):
        assert words in said.out
    assert "stupid" not in said.out
    assert "stupid" in upstander("triage", made, "--show-text").out


def test_an_unknown_head_is_refused(upstander: Command, made: str) -> None:
    """In one sentence that names those there are."""
    refused = upstander("triage", made, "--head", "weather")
    assert (refused.status, "has no head weather; it has misogyny" in refused.err) == (2, True)
