"""The page of ranked reading says what was missed, first, and rounds nothing over a bar."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from benchmarks.review_encoder.page import page
from benchmarks.review_queue.bars import bars, exact, table
from benchmarks.review_queue.page import written


def _replays(recall: float, effort: float) -> dict[str, Any]:
    made = {
        "runs": [
            {"recall": {"500": 0.3, "1000": 0.4, "2000": recall, "4000": 0.8, "8000": 0.9}, "effort": [0, 0, effort]}
        ],
    }
    return {"seeds": 1, "alone": made, "stream": made}


@pytest.mark.parametrize(
    ("value", "bar", "said"), [(0.8099, 0.81, "0.8099"), (0.7553, 0.756, "0.755"), (0.56, 0.56, "0.560")]
)
def test_a_figure_is_not_rounded_over_its_bar(value: float, bar: float, said: str) -> None:
    """Digits are added until it is seen on which side it lies."""
    assert exact(value, bar) == said


def test_a_miss_by_less_than_is_printed_is_a_miss() -> None:
    """Means are compared as measured, with the stream and without."""
    found = bars({"recall": {"EDOS threats": _replays(0.56699, 0.56001)}})
    missed = {bar.what: bar.measured for bar in found if not bar.met}
    assert missed == {
        f"EDOS threats, {what}, {stream} the stream (1 seeds)": said
        for stream in ("without", "with")
        for what, said in (("recall at 2,000", "0.56699"), ("share to read for 95 %", "0.56001"))
    }


def test_behind_the_peer_is_missed_and_stands_first() -> None:
    """The summary counts the misses and begins with them."""
    run = {"ours": {"recall": {"500": 0.2, "1000": 0.3}, "cpu": 1.0}, "theirs": {"recall": {"500": 0.1, "1000": 0.4}}}
    lines = table({"peer": {"CONDA explicit": {"runs": {"0": run}}}})
    assert lines[0].startswith("**1 of 2 bars are missed.**")
    assert [("1,000" in line, line.endswith("| **missed** |")) for line in lines[4:]] == [(True, True), (False, False)]


@pytest.mark.parametrize(
    ("part", "made", "name"),
    [("review_queue", written, "ranked-reading-accuracy.md"), ("review_encoder", page, "encoder-accuracy.md")],
)
def test_the_page_is_what_its_results_say(part: str, made: Callable[[dict[str, Any]], str], name: str) -> None:
    """Nobody edits a page by hand, nor the results without it."""
    root = Path(__file__).parents[2]
    results = json.loads((root / "benchmarks" / part / "results.json").read_text(encoding="utf-8"))
    assert made(results) == (root / "docs" / "reference" / name).read_text(encoding="utf-8")
