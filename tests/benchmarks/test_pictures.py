"""Pictures of measurements: told without colour, and in words for whoever cannot see them."""

import json
from pathlib import Path

from benchmarks.review_certificate.plot import as_svg, described
from benchmarks.review_stance.measures import Point
from benchmarks.review_stance.plot import as_svg as stance_svg

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


def test_rules_are_named_beside_their_marks() -> None:
    """Every rule of every set has its name in the picture, guaranteed or not, and the text says what is drawn."""
    measured = json.loads((BENCHMARKS / "review_certificate" / "results.json").read_text(encoding="utf-8"))
    drawn = as_svg(measured)
    names = (
        "both",
        "both, with a sample",
        "fixed",
        "final",
        "watched",
        "quantile (QBCB)",
        "buscar",
        "knee",
        "knee, farthest",
    )
    for name in (*names, "50 in a row"):
        # Twice: what lies below the letters is white.
        assert drawn.count(f">{name}</text>") == 2 * len(measured["sets"])
    words = described(measured)
    assert all(f"{each['set']}: both read " in words for each in measured["sets"])
    assert '<title id="rules-title">' in drawn
    assert words[:60] in drawn
    # The picture in the documentation is of the results that are kept.
    assert drawn == (BENCHMARKS.parent / "docs" / "pictures" / "certificate.svg").read_text(encoding="utf-8")


def test_stances_have_a_legend_and_units() -> None:
    """Sets are told by mark, dashes and name; both axes say of what their percentages are."""
    points = [Point(0.0, 1.0, 0.5, 0.45, 0.5, 0.5), Point(0.5, 0.5, 0.6, 0.55, 0.5, 0.5)]
    drawn = stance_svg({"First": points, "Second": points[:1]})
    for said in ("set of labelled replies", "% of the set's replies", "(%, mean of the stances)"):
        assert said in drawn.replace("&#39;", "'")
    assert drawn.count(">First</text>") == 2
    assert "First: 45% with 100% shown, 55% with 50% shown." in drawn
    kept = (BENCHMARKS.parent / "docs" / "pictures" / "stance.svg").read_text(encoding="utf-8")
    assert "set of labelled replies" in kept
