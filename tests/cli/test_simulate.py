"""`upstander simulate`: labelled sets of every shape, replayed through the queue."""

import csv
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.commands import Command, Said

from upstander.errors import BadDataset
from upstander.review.simulation.dataset import dataset


def _file(folder: Path, rows: Sequence[tuple[object, ...]], head: Sequence[str] = ("said", "relevant")) -> Path:
    path = folder / "set.csv"
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, *rows])
    return path


def _simulated(upstander: Command, path: Path, *more: str) -> Said:
    return upstander("simulate", path, "--text", "said", "--label", "relevant", *more)


#: 240 messages in which every twelfth is a threat.
ROWS = [
    (f"he will be harmed by us {number}", 1) if number % 12 == 0 else (f"bring kit {number} to gate {number % 7}", 0)
    for number in range(240)
]


def test_a_set_is_replayed(upstander: Command, tmp_path: Path) -> None:
    """Effort at each recall, recall and time; the same file and seed give the same answer."""
    path = _file(tmp_path, ROWS)
    said = _simulated(upstander, path, "--recall", "0.5,1", "--json").json
    found = said["simulated"]
    assert (found["messages"], found["different"], found["relevant"]) == (240, 240, 20)
    half, whole = found["efforts"]
    assert 10 <= half["read"] <= whole["read"] < 120, "far fewer than all"
    assert whole["share"] == whole["read"] / 240
    again = _simulated(upstander, path, "--recall", "0.5,1", "--json").json["simulated"]
    clocks = ("loading", "features", "reading", "ranking", "slowest")
    assert {key: again[key] for key in again if key not in clocks} == {
        key: found[key] for key in found if key not in clocks
    }
    table = " ".join(_simulated(upstander, path).out.split())
    assert "240 texts, 240 of them different, 20 relevant. Seed 0." in table
    assert "harmed" not in table


def test_a_claim_stands_beside_the_truth(upstander: Command, tmp_path: Path) -> None:
    """Where the certificate would have allowed to stop, what had been found by then is told too."""
    rows = [(f"{'harm' if number % 2 else 'tea'} {number}", number % 2) for number in range(1200)]
    (claim,) = _simulated(upstander, _file(tmp_path, rows), "--recall", "0.5", "--json").json["simulated"]["claims"]
    assert claim["read"] < 1200
    assert claim["truth"] >= 0.5


def test_search_and_a_first_ranking_begin_it(upstander: Command, tmp_path: Path) -> None:
    """Search hits, a column of scores and the shipped model are each read first."""
    rows = [(*row, 1 - number / 240) for number, row in enumerate(ROWS)]
    path = _file(tmp_path, rows, ("said", "relevant", "sure"))
    plain = _simulated(upstander, path, "--recall", "1", "--json").json["simulated"]
    assert plain["hits"] == 0
    hits = _simulated(upstander, path, "--recall", "1", "--search", "harm*", "--json").json["simulated"]
    assert hits["hits"] == 20
    assert hits["efforts"][0]["read"] <= plain["efforts"][0]["read"]
    for prior in ("sure", "model"):
        said = _simulated(upstander, path, "--prior", prior, "--json")
        assert said.status == 0, said.err
        assert said.json["simulated"]["efforts"][0]["read"] < 120


def test_a_head_of_the_label_s_name_is_the_one_that_ranks(upstander: Command, tmp_path: Path) -> None:
    """A label called like a head of the model is ranked by that head."""
    path = _file(tmp_path, ROWS, ("said", "threat"))
    said = upstander("simulate", path, "--text", "said", "--label", "threat", "--prior", "model", "--json")
    assert said.status == 0, said.err


@pytest.mark.parametrize("label", [0, 1])
def test_all_alike(upstander: Command, tmp_path: Path, label: int) -> None:
    """Where all is relevant all must be read; where nothing is there is no recall, and that is said."""
    path = _file(tmp_path, [(text, label) for text, _ in ROWS])
    found = _simulated(upstander, path, "--recall", "1", "--json").json["simulated"]
    assert [effort["read"] for effort in found["efforts"]] == ([240] if label else [])
    assert ("Nothing is relevant" in _simulated(upstander, path).out) is not label


def test_few_and_odd_messages(upstander: Command, tmp_path: Path) -> None:
    """One message; the same words with two labels; one of a megabyte among many writing systems and empty rows."""
    assert _simulated(upstander, _file(tmp_path, [("tea", 1)])).status == 0
    same = [("tea", 1), ("TEA ", 0), ("tea", 1), ("Tea!", 0), ("van", "no")]
    said = _simulated(upstander, _file(tmp_path, same), "--json").json["simulated"]
    assert (said["messages"], said["different"], said["carried"], said["contradictory"]) == (5, 3, 2, 1)
    assert said["relevant"] == 3, "as most of the labels of the same words say"
    scripts = [(chr(start) * 3, int(start % 3 == 0)) for start in range(0x400, 0xA000, 190)]
    rows = [("x " * 500_000, 1), ("", 1), (" ", 0), *scripts]
    said = _simulated(upstander, _file(tmp_path, rows), "--json").json["simulated"]
    assert said["empty"] == 2
    assert said["messages"] == len(rows) - 2


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "is empty"),
        ("said,label\ntea,1\n", "has no column 'relevant'"),
        ("said,relevant\n,1\n", "has no words in any row"),
        ("said,relevant\n", "has no words in any row"),
        ("said,relevant\ntea,1\nvan,3\n", "says '3', and a label is 1 or 0"),
        ("said,relevant\ntea,1,4,5\n", "is no CSV file"),
    ],
)
def test_refused_in_a_sentence(upstander: Command, tmp_path: Path, content: str, sentence: str) -> None:
    """What is no labelled set is refused, with what to do."""
    path = tmp_path / "set.csv"
    path.write_text(content, encoding="utf-8")
    said = _simulated(upstander, path)
    assert said.status == 2
    assert sentence in " ".join(said.err.split())


@pytest.mark.parametrize(
    "options",
    [
        ("--recall", "x"),
        ("--recall", "1.2"),
        ("--recall", "0"),
        ("--seed", "-1"),
        ("--prior", "said"),
        ("--search", "*"),
    ],
)
def test_options_that_mean_nothing(upstander: Command, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Shares outside 0 to 1, seeds below 0, a ranking that is no number and a search for nothing are refused."""
    said = _simulated(upstander, _file(tmp_path, ROWS[:5]), *options)
    assert said.status == 2
    assert options[0] in said.err


def test_a_file_that_is_not_there(upstander: Command, tmp_path: Path) -> None:
    """A path to nothing is one sentence."""
    said = _simulated(upstander, tmp_path / "none.csv")
    assert said.status == 2
    assert "cannot be read" in " ".join(said.err.split())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=120))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    """Whatever the file holds, it is a data set or a refusal."""
    path = tmp_path / "any.csv"
    path.write_bytes(b"said,relevant\n" + content)
    try:
        made = dataset(path, text="said", label="relevant")
    except BadDataset:
        return
    assert len(made.texts) == len(made.relevant) > 0


def test_one_reading_decides_all_of_the_same_words(upstander: Command, tmp_path: Path) -> None:
    """A word that stands a hundred times costs one reading and finds a hundred; the certificate counts all of them."""
    rows = [("we will harm him", 1)] * 100 + [(f"bring kit {number}", 0) for number in range(60)]
    found = _simulated(upstander, _file(tmp_path, rows), "--recall", "1", "--json").json["simulated"]
    assert (found["different"], found["carried"], found["relevant"]) == (61, 99, 100)
    (effort,), (claim,) = found["efforts"], found["claims"]
    assert effort["share"] == effort["read"] / 61
    assert claim["read"] <= 61
    assert "99 take the decision of another with their words" in " ".join(
        _simulated(upstander, _file(tmp_path, rows)).out.split()
    )


def test_a_claim_at_the_end_is_one(upstander: Command, tmp_path: Path) -> None:
    """Where only reading all of it settles it, that is said; nothing is `never`."""
    path = _file(tmp_path, ROWS[:40])
    (claim,) = _simulated(upstander, path, "--recall", "1", "--json").json["simulated"]["claims"]
    assert claim == {"recall": 1.0, "read": 40, "share": 1.0, "truth": 1.0, "whole": True}
    table = _simulated(upstander, path, "--recall", "1").out
    assert "when all is read" in table
    assert "never" not in table
