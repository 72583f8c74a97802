"""The demo: the whole job, every count compared, and no evidence shown."""

import re
from pathlib import Path

import pytest
from tests.support.commands import Command, Said

from upstander.cli import sample
from upstander.cli.timeline import timeline
from upstander.evidence import contents
from upstander.storage import Case, Home


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which the demo ran once."""
    return tmp_path_factory.mktemp("demo") / "home"


def _demo(upstander: Command, home: Path, *arguments: str) -> Said:
    return upstander("demo", "--no-serve", "--home", home, *arguments)


def test_all_counts_agree_with_the_truth(upstander: Command, finished: Path) -> None:
    """Ten counts of each of six exhibits are what the operation's truth says, and the totals are their sums."""
    said = _demo(upstander, finished, "--json")
    told = said.json
    assert told["agreement"] == {"compared": 60, "differences": []}
    assert said.status == 0
    totals = told["totals"]
    assert totals["messages"] == sum(row["messages"] for row in told["conversations"]) > 20_000
    assert totals["conversations"] == len(told["conversations"]) == 17
    assert totals["exhibits"] == len(told["exhibits"]) == 9
    assert totals["warnings"] == sum(told["warnings"].values())
    assert told["case"]["reference"] == sample.REFERENCE


def test_a_second_run_changes_nothing(upstander: Command, finished: Path) -> None:
    """Run again, the demo ends with the same totals and the same manifest."""
    first = _demo(upstander, finished, "--json").json
    manifest = (finished / sample.REFERENCE / "manifest.json").read_bytes()
    assert _demo(upstander, finished, "--json").json == first
    assert (finished / sample.REFERENCE / "manifest.json").read_bytes() == manifest


def test_what_people_see(upstander: Command, finished: Path) -> None:
    """Exhibits, conversations, months, warnings, totals and what to do next, in 80 columns and without a message."""
    said = _demo(upstander, finished)
    assert said.status == 0
    for part in ("MS/4", "Knitting Circle", "Messages month by month", "header_like_line", "upstander rebuild"):
        assert part in said.out
    assert "All 60 counts agree with the operation's truth." in said.out
    assert "all invented" in said.out
    lines = [line for line in said.out.splitlines() if not line.startswith("  upstander ")]
    assert max(map(len, lines)) <= 80
    case = Home(finished).open(sample.REFERENCE)
    shown = upstander("messages", sample.REFERENCE, "--home", finished, "--format", "table").out
    texts = {line[43:] for line in shown.splitlines() if re.match(r"20\d\d-", line) and len(line) > 70}
    assert len(texts) > 500
    assert not [text for text in texts if text in said.out]
    assert str(case.path) in said.err


def test_a_case_of_ones_own_is_left_alone(upstander: Command, home: Path) -> None:
    """A case that happens to have the demo's reference is not added to."""
    upstander("case", "new", sample.REFERENCE, "--title", "A real one")
    said = _demo(upstander, home)
    assert said.status == 2
    assert "a case of your own" in said.err
    assert upstander("status", sample.REFERENCE, "--json").json["totals"]["exhibits"] == 0


def test_other_exhibits_are_not_counted_with_the_demos(upstander: Command, home: Path, chat: Path) -> None:
    """A demo case that somebody added to is refused with what to do."""
    upstander("case", "new", sample.REFERENCE, "--title", sample.TITLE)
    upstander("ingest", sample.REFERENCE, chat, "--exhibit", "ZZ/1")
    said = _demo(upstander, home)
    assert said.status == 2
    assert "ZZ/1" in said.err
    assert "delete" in said.err


def test_the_timeline_shows_a_month_without_messages_as_a_gap() -> None:
    """Views of one group stand together, one column a month, each on its own scale; ASCII where asked for."""
    rows = [
        {"conversation": name, "exhibit": "e", "title": title}
        for name, title in (("a", "G"), ("b", "Other"), ("c", "G"))
    ]
    months = {"a": {(2017, 12): 8, (2018, 2): 4}, "b": {(2018, 1): 1}, "c": {(2018, 2): 1}}
    drawn = timeline(rows, months, references={"e": "AB/1"}, plain=False)
    assert drawn is not None
    assert "2017-12 to 2018-02" in str(drawn.title)
    bars = [str(cell) for cell in drawn.columns[2].cells]
    assert bars == ["█ ▄", "  █", " █ "]
    plain = timeline(rows, months, references={"e": "AB/1"}, plain=True)
    assert plain is not None
    assert all(str(cell).isascii() for cell in plain.columns[2].cells)
    assert timeline(rows, {}, references={}, plain=False) is None


def test_a_disagreement_is_shown_and_fails(upstander: Command, finished: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A count that is not the truth's is listed with both numbers, and the status is 1."""
    counted = contents.counts_by_exhibit

    def miscounted(case: Case) -> dict[str, dict[str, int]]:
        return {
            exhibit: {name: number + (name == "system_events" and number == 9) for name, number in counts.items()}
            for exhibit, counts in counted(case).items()
        }

    monkeypatch.setattr(sample, "counts_by_exhibit", miscounted)
    said = _demo(upstander, finished)
    assert said.status == 1
    assert "59 of 60 counts agree" in said.out
    assert re.search(r"MS/6 +system_events +10 +9", said.out)
