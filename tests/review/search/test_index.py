"""The index: made whole or not at all, and again when the tables have changed."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.review.conftest import CaseOf

from upstander.errors import CaseBusy, NotIndexed
from upstander.review.search import Asked, search
from upstander.review.search.building import build, place_of
from upstander.review.search.disguises import masking, readings
from upstander.review.search.fitting import distance
from upstander.review.search.highlighting import Highlighter, snippet
from upstander.review.search.nodes import Word
from upstander.review.search.source import Names
from upstander.stages import indexing
from upstander.stages.indexing import index, indexed


def test_it_is_made_once_and_again_when_the_tables_change(case_of: CaseOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second search makes nothing; other tables, another index."""
    case = case_of([("Ann", "dog")])
    with pytest.raises(NotIndexed, match="has no text index"):
        indexed(case)
    told: list[tuple[str, int, int]] = []
    first = index(case, progress=lambda *now: told.append(now)).record
    assert told == [("indexing", 1, 1)]
    index(case, progress=lambda *now: told.append(now))
    assert len(told) == 1
    monkeypatch.setattr(indexing, "_VERSION", "another")
    with pytest.raises(NotIndexed, match="older than its tables"):
        indexed(case)
    again = index(case, progress=lambda *_: None)
    assert again.record["made_from"] != first["made_from"]
    assert search(again, Asked("dog")).count == 1


def test_killed_half_way_it_leaves_what_was_there(case_of: CaseOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """The old index stands until the new one is whole."""
    case = case_of([("Ann", "dog")])
    index(case, progress=lambda *_: None)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(indexing, "_VERSION", "another")
        with pytest.raises(KeyboardInterrupt):
            index(case, progress=stop)
    assert search(indexed(case), Asked("dog")).count == 1


def test_a_case_at_work_is_busy(case_of: CaseOf) -> None:
    """The index is not made while another writes."""
    case = case_of([("Ann", "dog")])
    with case.writing(), pytest.raises(CaseBusy):
        index(case, progress=lambda *_: None)


def test_a_damaged_index_is_named(case_of: CaseOf) -> None:
    """And made again where only its record is gone."""
    case = case_of([("Ann", "dog")])
    there = index(case, progress=lambda *_: None)
    (there.folder / "record.json").unlink()
    assert search(index(case, progress=lambda *_: None), Asked("dog")).count == 1


@pytest.mark.parametrize(
    ("chunk", "plain", "masked"),
    [
        ("s-l-a-b", "slab", "s*l*a*b"),
        ("f4n", "fan", None),
        ("d*g", None, "d*g"),
        ("sh**", None, "sh**"),
        ("s***", None, None),
        ("*bold*", None, None),
        ("b@d", "bad", None),
        ("r-pe", "rpe", "r*pe"),
        ("don't", "dont", None),
        ("2018", None, None),
    ],
)
def test_disguises(chunk: str, plain: str | None, masked: str | None) -> None:
    """Signs that stand for letters, and letters that are masked."""
    assert readings(chunk) == ((plain,) if plain else (), masked)


@given(st.text(min_size=1, max_size=50))
def test_any_chunk_is_read(chunk: str) -> None:
    """Nothing is raised, and a masked word has its length."""
    _, masked = readings(chunk)
    assert masked is None or masking([masked], masked.replace("*", "x")) == [masked]


def test_distance() -> None:
    """Put in, left out, exchanged and swapped letters each count one."""
    assert [distance("dog", other) for other in ("dog", "dogs", "do", "dig", "dgo", "cat")] == [0, 1, 1, 1, 1, 3]


@given(st.text(max_size=300), st.integers(0, 300), st.integers(1, 20))
def test_snippets_show_what_was_found(text: str, start: int, length: int) -> None:
    """The first place is whole within the stretch, and says the same."""
    first, last = min(start, len(text)), min(start + length, len(text))
    if first == last:
        return
    shown = snippet(text, [(first, last)], width=40)
    (place,) = shown.spans
    assert shown.text[place[0] : place[1]] == text[first:last]


@given(st.text(max_size=200))
def test_highlights_lie_within_any_text(text: str) -> None:
    """Places are in order, apart and within."""
    spans = Highlighter([Word("a", 0, begins=True), Word("é", 0)]).spans(text)
    ends = [place for span in spans for place in span]
    assert ends == sorted(ends)
    assert all(0 <= place <= len(text) for place in ends)


def test_places_of_ids() -> None:
    """Odd ids have places too, and different ones have different ones."""
    ids = pl.Series(["00000000000000ff-1", "00000000000000ff-2", "fe-1", "odd", "a-b-c", "00000000000000ff-01"])
    places = place_of(ids)
    assert len(set(places.tolist())) >= 5


def test_building_nothing(tmp_path: object) -> None:
    """No frames make an empty index."""
    from pathlib import Path

    record = build([], Names(), Path(str(tmp_path)) / "t", made_from="x", progress=lambda _: None)
    assert record["rows"] == 0
