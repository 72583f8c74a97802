"""Where everything on the picture stands: title, legend, conversations, lanes, the time axis."""

from collections.abc import Sequence

from upstander.evidence.lanes import Lane, View
from upstander.evidence.worded import plural
from upstander.stages.picture.lane import SMALL, Sheet, lane
from upstander.stages.picture.look import LEFT, PLOT_LEFT, PLOT_RIGHT, WIDTH, fitted, legible, text_width, wrapped
from upstander.stages.picture.shapes import Box, Drawing, Said, Scale, bracket
from upstander.stages.picture.ticks import SIZE as TICK
from upstander.stages.picture.ticks import ticks
from upstander.stages.picture.words import bin_in_words, headline, subtitle

__all__ = ["LANES", "layout"]

#: Lanes that a picture has at most: more would be narrower than their labels.
LANES = 40

_TITLE, _SUBTITLE, _HEADING = 18.0, 12.0, 13.0


def layout(view: View) -> Drawing:
    """The picture of `view`."""
    drawing = Drawing()
    number = sum(len(group.lanes) for group in view.groups)
    band = 34.0 if number <= 8 else 26.0 if number <= 18 else 20.0
    sheet = Sheet(drawing=drawing, scale=Scale(view.since, view.until), bin=view.bin, band=band)
    top = _legend(drawing, view, _head(drawing, view)) + 34
    y = top
    #: Where lanes stand, between headings: the time grid is drawn there only.
    stands: list[tuple[float, float]] = []
    for group in view.groups:
        if group.captures > 1:
            tallest = _tallest(group.lanes)
            some = f", {len(group.lanes)} of them drawn" if len(group.lanes) < group.captures else ""
            said = (
                f"{plural(group.messages, 'message')} on {plural(group.captures, 'phone')}{some}; the tallest bar is"
                f" {plural(tallest, 'message')}"
            )
            begins = _heading(drawing, y, legible(group.title) or "(a title of pictographs)", said)
            y = begins
            for one in group.lanes:
                y = lane(sheet, group, one, y, tallest, named=False)
            stands.append((begins, y))
            y += 4
    alone = [group for group in view.groups if group.captures == 1]
    if alone:
        y = begins = _heading(drawing, y, "Shown by one phone only", plural(len(alone), "conversation"))
        for group in alone:
            y = lane(sheet, group, group.lanes[0], y, _tallest(group.lanes), named=True)
        stands.append((begins, y))
    drawing.rules.append(Box(LEFT, y + 2, WIDTH - 2 * LEFT))
    _axis(drawing, view, top, y + 2, stands)
    drawing.height = round(_foot(drawing, view, y + 18) + 14)
    return drawing


def _head(drawing: Drawing, view: View) -> float:
    y = 12.0
    for line in wrapped(f"{headline(view)}.", _TITLE, WIDTH - 2 * LEFT, bold=True):
        y += 23
        drawing.texts.append(Said(line, LEFT, y, _TITLE, bold=True))
    y += 3
    for line in wrapped(subtitle(view), _SUBTITLE, WIDTH - 2 * LEFT):
        y += 17
        drawing.texts.append(Said(line, LEFT, y, _SUBTITLE, quiet=True))
    return y


def _legend(drawing: Drawing, view: View, y: float) -> float:
    """What the marks mean, in a row, and only those that there are."""
    y += 26
    x = float(LEFT)
    for kind, said in _entries(view):
        width = text_width(said, SMALL)
        if x > LEFT and x + 26 + width > WIDTH - LEFT:
            x, y = float(LEFT), y + 20
        _sample(drawing, kind, x, y)
        drawing.texts.append(Said(said, x + 26, y, SMALL))
        x += 26 + width + 22
    return y


def _entries(view: View) -> list[tuple[str, str]]:
    lanes = [one for group in view.groups for one in group.lanes]
    reasons = {mark.reason for one in lanes for mark in one.marks}
    findings = {"deleted_on_phone", "unexplained"}
    each = " (each conversation to its own scale)" if len(view.groups) > 1 else ""
    found = [
        ("bars", f"messages held in {bin_in_words(view)}{each}", True),
        ("stretch", "not covered by this phone or export", any(one.stretches for one in lanes)),
        ("deleted", "deleted: the trace is on the phone", "deleted_on_phone" in reasons),
        ("unexplained", "missing, unexplained", "unexplained" in reasons),
        ("explained", "missing, explained", bool(reasons - findings)),
        ("clock", "clock moved", any(row["kind"] == "moved" for one in lanes for row in one.clocks)),
    ]
    return [(kind, said) for kind, said, there in found if there]


def _sample(drawing: Drawing, kind: str, x: float, y: float) -> None:
    match kind:
        case "bars":
            drawing.bars += [Box(x + 5 * place, y - height, 4, height) for place, height in enumerate((5, 10, 7, 3))]
        case "stretch":
            drawing.stretches.append(Box(x, y - 10, 20, 11))
        case "deleted":
            drawing.deleted.append(Box(x + 10, y - 6, 0, 8))
        case "unexplained":
            drawing.unexplained.append(Box(x + 10, y - 4))
        case "explained":
            drawing.explained += [Box(x + place, y - 6, 0, 5) for place in (4, 10, 16)]
        case _:
            drawing.clocks += bracket(x, x + 20, y - 2)


def _heading(drawing: Drawing, y: float, title: str, said: str) -> float:
    """A conversation's title under a rule, with what there is of it; gives where its first lane begins."""
    drawing.rules.append(Box(LEFT, y, WIDTH - 2 * LEFT))
    shown = fitted(title, _HEADING, 620, bold=True)
    drawing.texts.append(Said(shown, LEFT, y + 17, _HEADING, bold=True))
    x = LEFT + text_width(shown, _HEADING, bold=True) + 10
    drawing.texts.append(Said(said, x, y + 17, SMALL, quiet=True))
    return y + 21


def _tallest(lanes: Sequence[Lane]) -> int:
    return max((count for one in lanes for _, count in one.bars), default=1)


def _axis(drawing: Drawing, view: View, top: float, bottom: float, stands: Sequence[tuple[float, float]]) -> None:
    """Days along the top and the bottom, with lines through every conversation's lanes."""
    scale = Scale(view.since, view.until)
    for at, said in ticks(view.since, view.until, PLOT_RIGHT - PLOT_LEFT):
        x = scale.x(at)
        drawing.grid += [Box(x, begins, 0, ends - begins) for begins, ends in stands]
        drawing.texts.append(Said(said, x, top - 6, TICK, align="center"))
        drawing.texts.append(Said(said, x, bottom + 14, TICK, align="center"))


def _foot(drawing: Drawing, view: View, y: float) -> float:
    """What could not be drawn, said."""
    notes = []
    if view.unplaced:
        number = sum(view.unplaced.values())
        on = ", ".join(f"{count:,} on {legible(name)}" for name, count in view.unplaced.items())
        notes.append(f"Not drawn: {plural(number, 'trace')} that do not say which conversation they are of ({on}).")
    if view.undrawn:
        entries = "entry" if view.undrawn == 1 else "entries"
        notes.append(f"Not drawn: {view.undrawn:,} {entries} without a time, or with one far outside the rest.")
    if view.left_out:
        notes.append(f"Not drawn: {plural(view.left_out, 'capture')} for which there was no room.")
    for note in notes:
        for line in wrapped(note, SMALL, WIDTH - 2 * LEFT):
            y += 16
            drawing.texts.append(Said(line, LEFT, y, SMALL, quiet=True))
    return y
