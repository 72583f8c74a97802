"""Draws the abstention curve: readable in print, each set told by its name, its mark and its dashes, not its colour."""

from collections.abc import Mapping, Sequence
from html import escape

import altair as alt
import vl_convert
from benchmarks.review_stance.measures import Point

__all__ = ["as_svg"]

_COLOURS = ["#1d70b8", "#942514", "#005a30"]
_DASHES = [[1, 0], [6, 3], [2, 2]]
_SHAPES = ["circle", "square", "triangle-up"]
_TITLE = "How many of the stances that are shown are right"


def as_svg(curves: Mapping[str, Sequence[Point]]) -> str:
    """Share of replies shown against share of these that is right, a line a set."""
    rows = [
        {"set": name, "shown": point.shown, "right": point.alike} for name, points in curves.items() for point in points
    ]
    order = list(curves)
    # Each name stands at the point where about half of the replies are shown; the lowest below its line.
    halves = {name: min(points, key=lambda point: abs(point.shown - 0.5)) for name, points in curves.items()}
    lowest = min(halves.values(), key=lambda point: point.alike)
    ends = [
        {"set": name, "shown": point.shown, "right": point.alike, "below": point is lowest}
        for name, point in halves.items()
    ]
    x = alt.X(
        "shown:Q",
        title="replies whose stance is shown (% of the set's replies; fewer and surer to the right)",
        axis=alt.Axis(format="%"),
        sort="descending",
        scale=alt.Scale(domain=[0, 1]),
    )
    y = alt.Y(
        "right:Q",
        title="right among those shown (%, mean of the stances)",
        axis=alt.Axis(format="%"),
        scale=alt.Scale(domain=[0, 1]),
    )
    legend = alt.Legend(title="set of labelled replies", symbolSize=90, symbolStrokeWidth=2)
    colour = alt.Color("set:N", sort=order, scale=alt.Scale(domain=order, range=_COLOURS), legend=legend)
    dash = alt.StrokeDash("set:N", sort=order, scale=alt.Scale(domain=order, range=_DASHES), legend=None)
    shape = alt.Shape("set:N", sort=order, scale=alt.Scale(domain=order, range=_SHAPES), legend=legend)
    data = alt.Chart(alt.InlineData(values=rows)).encode(x=x, y=y, color=colour)
    names = [
        alt.Chart(alt.InlineData(values=[end]))
        .mark_text(dy=16 if end["below"] else -14, fontSize=12)
        .encode(x=x, y=y, text="set:N", color=colour)
        for end in ends
    ]
    lines = data.mark_line(strokeWidth=2).encode(strokeDash=dash, order=alt.Order("shown:Q"))
    marks = data.mark_point(filled=True, size=55, opacity=1).encode(shape=shape)
    chart = (
        alt.layer(lines, marks, *names)
        .properties(width=460, height=320, title=_TITLE)
        .configure_view(stroke="#b1b4b6")
        .configure(font="Helvetica, Arial, sans-serif")
    )
    drawn = str(vl_convert.vegalite_to_svg(chart.to_json()))
    head, rest = drawn.split(">", 1)
    opened = head.replace("<svg", '<svg role="img" aria-labelledby="stance-title stance-words"', 1)
    told = f'<title id="stance-title">{escape(_TITLE)}</title><desc id="stance-words">{escape(_words(curves))}</desc>'
    return f"{opened}>{told}{rest}"


def _words(curves: Mapping[str, Sequence[Point]]) -> str:
    """The same in sentences, for whoever cannot see it."""
    said = ["Share right among the replies whose stance is shown, each stance counting alike."]
    for name, points in curves.items():
        parts = [f"{point.alike:.0%} with {point.shown:.0%} shown" for point in points]
        said.append(f"{name}: {', '.join(parts)}.")
    return " ".join(said)
