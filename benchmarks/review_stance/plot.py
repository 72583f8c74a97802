"""Draws the abstention curve: readable in print, told apart by dashes as well as by colour."""

from collections.abc import Mapping, Sequence

import altair as alt
import vl_convert
from benchmarks.review_stance.measures import Point

__all__ = ["as_svg"]

_COLOURS = ["#1d70b8", "#942514", "#005a30"]
_DASHES = [[1, 0], [6, 3], [2, 2]]


def as_svg(curves: Mapping[str, Sequence[Point]]) -> str:
    """Share of replies shown against share of these that is right, a line a set."""
    rows = [
        {"set": name, "shown": point.shown, "right": point.alike} for name, points in curves.items() for point in points
    ]
    order = list(curves)
    lines = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(point=True)
        .encode(
            x=alt.X("shown:Q", title="replies whose stance is shown", axis=alt.Axis(format="%"), sort="descending"),
            y=alt.Y(
                "right:Q",
                title="of these right, stances alike",
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0.3, 1]),
            ),
            color=alt.Color("set:N", sort=order, scale=alt.Scale(domain=order, range=_COLOURS), title="set"),
            strokeDash=alt.StrokeDash("set:N", sort=order, scale=alt.Scale(domain=order, range=_DASHES), title="set"),
            order=alt.Order("shown:Q"),
        )
        .properties(width=420, height=240)
    )
    chart = lines.configure_view(stroke="#b1b4b6").configure(font="Helvetica, Arial, sans-serif")
    return str(vl_convert.vegalite_to_svg(chart.to_json()))
