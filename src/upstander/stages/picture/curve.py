"""The lower bound of recall against messages read, drawn; Altair and the converter are loaded here."""

from collections.abc import Sequence
from html import escape

import altair as alt
import vl_convert

from upstander.review.certificate.curve import Point
from upstander.stages.picture.look import COLOURS, FONT

__all__ = ["curve_svg"]

_VEGA_LITE = "6.4"


def curve_svg(points: Sequence[Point], *, recall: float, title: str, words: str) -> str:
    """The curve as SVG, with a text that says what it shows."""
    rows = [{"read": 0, "bound": 0.0}, *({"read": point.read, "bound": point.bound} for point in points)]
    chart = (
        alt.Chart(alt.InlineData(values=rows))
        .mark_line(interpolate="step-after", color=COLOURS["deleted"], strokeWidth=2)
        .encode(
            x=alt.X("read:Q", title="messages read, each once", axis=alt.Axis(format=",d", tickCount=6)),
            y=alt.Y("bound:Q", title="recall is at least", scale=alt.Scale(domain=[0, 1]), axis=alt.Axis(format="%")),
        )
    )
    asked = (
        alt.Chart(alt.InlineData(values=[{"bound": recall}]))
        .mark_rule(color=COLOURS["ink"], strokeDash=[6, 3])
        .encode(y="bound:Q")
    )
    made = (asked + chart).properties(width=560, height=280, title=title).configure(font=FONT)
    drawn = vl_convert.vegalite_to_svg(made.to_dict(), vl_version=_VEGA_LITE)
    head, rest = drawn.split(">", 1)
    opened = head.replace("<svg", '<svg role="img" aria-labelledby="curve-title curve-words"', 1)
    told = f'<title id="curve-title">{escape(title)}</title><desc id="curve-words">{escape(words)}</desc>'
    return f"{opened}>{told}{rest}\n"
