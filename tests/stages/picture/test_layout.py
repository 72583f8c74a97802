"""Where things stand on the picture: nothing overlaps, nothing leaves the sheet, nothing that is there is left out."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from tests.conftest import Sample
from tests.support.made_view import made_view

from upstander.evidence.lanes import View, view
from upstander.stages.picture.layout import layout
from upstander.stages.picture.look import PLOT_LEFT, PLOT_RIGHT, fitted, legible, text_width, wrapped
from upstander.stages.picture.shapes import Box, Drawing
from upstander.stages.picture.ticks import ticks

DAY = timedelta(days=1)


def _meet(one: Box, other: Box) -> bool:
    across = one.x < other.x + other.width and other.x < one.x + one.width
    return across and one.y < other.y + other.height and other.y < one.y + one.height


def _clashes(drawing: Drawing) -> list[tuple[str, str]]:
    boxes = [(said.text, said.box) for said in drawing.texts]
    found = [(a, b) for (a, one), (b, other) in itertools.combinations(boxes, 2) if _meet(one, other)]
    for text, box in boxes:
        if box.x < 0 or box.y < 0 or box.x + box.width > drawing.width or box.y + box.height > drawing.height:
            found.append((text, "the edge"))
    return found


def _marks_under_words(drawing: Drawing) -> list[str]:
    """Words that a mark of a finding or a bracket of a clock stands on."""
    marks = [Box(mark.x - 5, mark.y - 5, 10, 10) for mark in (*drawing.deleted, *drawing.unexplained)]
    marks += [Box(line.x, line.y - 0.5, line.width, max(line.height, 1)) for line in drawing.clocks]
    return [said.text for said in drawing.texts if any(_meet(said.box, mark) for mark in marks)]


@pytest.fixture(scope="module")
def shown(sample: Sample) -> View:
    """The sample operation's view."""
    found = view(sample.case)
    assert found is not None
    return found


def test_no_words_meet_on_the_sample(shown: View) -> None:
    """On the sample's picture no two texts overlap, none is cut by the edge, and no mark stands on one."""
    drawing = layout(shown)
    assert _clashes(drawing) == []
    assert _marks_under_words(drawing) == []
    assert len(drawing.texts) > 80


@pytest.mark.parametrize(
    ("lanes", "days"), [(1, 1 / 288), (2, 1), (2, 1826), (8, 30), (8, 400), (25, 1), (25, 1826), (40, 7000)]
)
def test_no_words_meet_on_any_picture(lanes: int, days: float) -> None:
    """One phone to forty, five minutes to nineteen years, names that are too long: nothing overlaps or is cut off."""
    for seed, long_names in itertools.product(range(2), (False, True)):
        drawing = layout(made_view(lanes, days * DAY, seed=seed, long_names=long_names))
        assert _clashes(drawing) == []
        assert _marks_under_words(drawing) == []


def test_the_check_sees_a_clash() -> None:
    """Two texts in one place, and one over the edge, are found."""
    drawing = layout(made_view(2, DAY))
    drawing.texts.append(drawing.texts[-1])
    assert _clashes(drawing)
    narrow = layout(made_view(2, DAY))
    narrow.width = 400
    assert ("lacks nothing that others hold", "the edge") in _clashes(narrow)


def test_every_lane_and_gap_is_there(shown: View) -> None:
    """A ground line a lane; the numbers at the marks add up to every deletion; a bar for every bin that holds any."""
    drawing = layout(shown)
    lanes = [lane for group in shown.groups for lane in group.lanes]
    assert len(drawing.grounds) == len(lanes) == 17
    assert len(drawing.bars) == sum(len(lane.bars) for lane in lanes) + 4
    deletions = sum(lane.gaps.get("deleted_on_phone", 0) for lane in lanes)
    numbers = [int(said.text) for said in drawing.texts if said.bold and said.text.isdigit()]
    # The legend has one mark.
    assert len(drawing.deleted) - 1 - len(numbers) + sum(numbers) == deletions
    assert len(drawing.stretches) == sum(len(lane.stretches) for lane in lanes) + 1
    texts = [said.text for said in drawing.texts]
    assert texts.count("clock 45 h 59 min fast") == sum(lane.reference == "MS/2.1" for lane in lanes)
    assert any("clock 4 min 0 s fast" in text for text in texts)


def test_shapes_stay_in_the_plot(shown: View) -> None:
    """Bars, stretches and marks of lanes stand between the edges of the time axis."""
    for drawn in (shown, made_view(25, 1826 * DAY)):
        drawing = layout(drawn)
        for box in (*drawing.bars[4:], *drawing.stretches[1:], *drawing.covered):
            assert box.x >= PLOT_LEFT - 0.1
            assert box.x + box.width <= PLOT_RIGHT + 0.2
            assert box.y + box.height <= drawing.height


def test_the_tallest_bar_fills_the_band(shown: View) -> None:
    """Within a conversation all phones have one scale: equal counts are equally tall."""
    group = shown.groups[0]
    drawing = layout(View(shown.since, shown.until, shown.bin, (group,), 0))
    heights: dict[int, set[float]] = {}
    bars = iter(drawing.bars[4:])
    for lane in group.lanes:
        for _, count in lane.bars:
            heights.setdefault(count, set()).add(next(bars).height)
    assert all(len(found) == 1 for found in heights.values())
    assert max(heights) == max(heights, key=lambda count: max(heights[count]))


def test_days_are_british() -> None:
    """The axis has the day before the month, months by name, and the year where it changes; as many as fit."""
    since = datetime(2016, 3, 2, tzinfo=UTC)
    two_years = [label for _, label in ticks(since, since + 745 * DAY, 600)]
    assert two_years[0].endswith(" 2016")
    assert [label for label in two_years if label.endswith("2017")] == ["Jan 2017"]
    fortnight = [label for _, label in ticks(since, since + 12 * DAY, 600)]
    assert fortnight[:2] == ["3 Mar 2016", "5 Mar"]
    hours = [label for _, label in ticks(since.replace(hour=20), since.replace(hour=20) + 0.5 * DAY, 600)]
    assert "3 Mar 2016, 00:00" in hours
    assert len(ticks(since, since + timedelta(minutes=1), 600)) == 2
    assert len(ticks(datetime(1990, 1, 1, tzinfo=UTC), since + 4000 * DAY, 600)) > 3


def test_widths_are_the_printers() -> None:
    """A text's width is Arial's, wide scripts are square, and what does not fit ends with an ellipsis."""
    assert text_width("AV", 10) == pytest.approx(13.34)
    assert text_width("語", 10) == 10
    assert fitted("Featherstonehaugh", 12, 50).endswith("…")
    assert text_width(fitted("Featherstonehaugh", 12, 50), 12) <= 50
    assert fitted("Ann", 12, 50) == "Ann"
    assert wrapped("one two three", 10, 40) == ["one two", "three"]


def test_labels_hold_nothing_that_prints_as_a_box() -> None:
    """Pictographs, direction marks and control characters go; letters of every script stay."""
    assert legible("Knitting Circle 🧶") == "Knitting Circle"
    assert legible("Zoë 🏴\U000e0067\U000e0062\U000e007f 語 \u202eabc") == "Zoë 語 <U+202E>abc"
    assert legible("❤️") == ""
