"""Draws effort against the recall reached: rules that guarantee it beside those that people use.

Every rule has a shape of its own kind and its name beside it, so that nothing is told by colour alone: filled where a
recall is guaranteed, hollow where none is.
"""

from dataclasses import dataclass
from html import escape
from typing import Any

import altair as alt
import vl_convert

__all__ = ["as_svg", "described"]

#: Rules that are drawn: name on the page, name in the picture, shape.
_RULES = (
    ("both (default), as it is typed", "both", "triangle-left"),
    ("both (default), with a final sample", "both, with a sample", "triangle-left"),
    ("fixed, sized when yield falls", "fixed", "circle"),
    ("final sample", "final", "square"),
    ("watched", "watched", "diamond"),
    ("quantile (QBCB), 20 % drawn", "quantile (QBCB)", "triangle-up"),
    ("buscar, p < 0.05", "buscar", "triangle-down"),
    ("knee, greatest ratio", "knee", "cross"),
    ("knee, farthest point", "knee, farthest", "cross"),
    ("50 irrelevant in a row", "50 in a row", "triangle-right"),
    ("200 irrelevant in a row", "200 in a row", "triangle-right"),
    ("500 irrelevant in a row", "500 in a row", "triangle-right"),
)
#: Rules that guarantee nothing: hollow, and in another colour.
_NAIVE = ("buscar", "knee", "50", "200", "500")
_GUARANTEED, _NONE, _INK = "#1d70b8", "#942514", "#0b0c0c"
#: Pixels of a panel, of a letter and of a line of writing.
_WIDTH, _HEIGHT, _LETTER, _LINE = 400, 330, 6.0, 13
_FONT = "Helvetica, Arial, sans-serif"


@dataclass(frozen=True, slots=True)
class _Box:
    left: float
    top: float
    width: float
    height: float

    def over(self, other: "_Box") -> bool:
        """Whether they share any of the plane."""
        apart = self.left >= other.left + other.width or other.left >= self.left + self.width
        return not (apart or self.top >= other.top + other.height or other.top >= self.top + self.height)


def _rows(each: dict[str, Any]) -> list[dict[str, Any]]:
    """What is drawn of a set: rules asked for four fifths, and those that are asked for nothing."""
    found = {row["rule"]: row for row in each["rules"] if row["able"] and row["recall"] in (None, 0.8)}
    return [
        {"rule": name, "shape": shape, "effort": found[rule]["effort"], "mean": found[rule]["reached"],
         "least": found[rule]["least"], "naive": rule.startswith(_NAIVE)}
        for rule, name, shape in _RULES
        if rule in found
    ]  # fmt: skip


def _named(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Where each name stands: beside its mark, or wherever near it is free, with a line to it."""
    marks = [_Box(row["effort"] * _WIDTH - 6, (1 - row["mean"]) * _HEIGHT - 6, 12, 12) for row in rows]
    taken = [*marks, _Box(0, 0.2 * _HEIGHT - 2, _WIDTH, 4)]
    taken += [_Box(mark.left + 5, mark.top, 2, (row["mean"] - row["least"]) * _HEIGHT + 6)
              for mark, row in zip(marks, rows, strict=True)]  # fmt: skip
    made = []
    written: list[_Box] = []
    # From the right, where they are crowded.
    for row, mark in sorted(zip(rows, marks, strict=True), key=lambda pair: -pair[0]["effort"]):
        width = len(row["rule"]) * _LETTER
        places = [
            _Box(mark.left + 15 + across if right else mark.left - 3 - across - width, mark.top + down, width, _LINE)
            for down in range(-30, 160, 10)
            for across in (0, 14, 28, 42, 56)
            for right in (True, False)
        ]
        places.sort(key=lambda place, mark=mark: _far(place, mark))  # type: ignore[misc]
        # A name right beside another rule's mark would be taken for that rule's.
        near = [_Box(each.left - 12, each.top - 2, 36, 16) for each in marks if each is not mark]
        free = [place for place in places if _inside(place) and not any(map(place.over, [*taken, *near]))]
        # Where all is crowded a name may cross the lines that hang down, and nothing else.
        clear = [place for place in places if _inside(place) and not any(map(place.over, [*marks, *written]))]
        place = (free or clear or places)[0]
        written.append(place)
        taken.append(place)
        right = place.left > mark.left
        made.append(
            {"rule": row["rule"], "naive": row["naive"], "x": place.left, "y": place.top + _LINE / 2,
             "x1": mark.left + 6, "y1": mark.top + 6, "x2": place.left - 2 if right else place.left + width + 2}
        )  # fmt: skip
    return made


def _far(place: _Box, mark: _Box) -> float:
    """How far a name is from its mark, across its nearer end."""
    across = max(place.left - mark.left - 12, mark.left - place.left - place.width, 0)
    return across + abs(place.top - mark.top)


def _inside(place: _Box) -> bool:
    return place.left >= 2 and place.left + place.width <= _WIDTH and 0 <= place.top <= _HEIGHT - _LINE


def _panel(each: dict[str, Any]) -> Any:
    rows = _rows(each)
    names = _named(rows)
    percent = alt.Axis(format="%", grid=True, gridColor="#e8e8e8", tickCount=5)
    x = alt.X("effort:Q", title="messages read, share of all", scale=alt.Scale(domain=[0, 1]), axis=percent)
    y = alt.Y("mean:Q", title="recall reached, share of the relevant", scale=alt.Scale(domain=[0, 1]), axis=percent)
    colour = alt.condition("datum.naive", alt.value(_NONE), alt.value(_GUARANTEED))
    across = alt.Scale(domain=[0, _WIDTH], range=[0, _WIDTH])
    down = alt.Scale(domain=[0, _HEIGHT], range=[0, _HEIGHT])

    def pixels(channel: Any, name: str, scale: alt.Scale) -> Any:
        return channel(f"{name}:Q", scale=scale, axis=None)

    data, written = alt.InlineData(values=rows), alt.InlineData(values=names)
    asked = alt.Chart(alt.InlineData(values=[{"mean": 0.8}])).mark_rule(color=_INK, strokeDash=[6, 3]).encode(y=y)
    whiskers = alt.Chart(data).mark_rule().encode(x=x, y="least:Q", y2="mean:Q", color=colour)
    points = [
        alt.Chart(alt.InlineData(values=[row]))
        .mark_point(
            shape=row["shape"], size=75, opacity=1, strokeWidth=1.6, fill="white" if row["naive"] else _GUARANTEED,
            stroke=_NONE if row["naive"] else _GUARANTEED,
        )
        .encode(x=x, y=y)
        for row in rows
    ]  # fmt: skip
    leaders = (
        alt.Chart(alt.InlineData(values=[name for name in names if abs(name["x2"] - name["x1"]) > 12
                                         or abs(name["y"] - name["y1"]) > 3]))
        .mark_rule(strokeWidth=0.8, opacity=0.7)
        .encode(color=colour, x=pixels(alt.X, "x1", across), y=pixels(alt.Y, "y1", down), x2="x2:Q", y2="y:Q")
    )  # fmt: skip
    writing = alt.Chart(written).encode(
        x=pixels(alt.X, "x", across), y=pixels(alt.Y, "y", down), text="rule:N", color=colour
    )
    # White below the letters, where a line has to cross them.
    halo = writing.mark_text(align="left", baseline="middle", fontSize=11, stroke="white", strokeWidth=3.5)
    said = writing.mark_text(align="left", baseline="middle", fontSize=11)
    drawn = asked + whiskers
    for point in points:
        drawn += point
    return (
        alt.layer(drawn, leaders, halo, said)
        .resolve_scale(x="independent", y="independent")
        .properties(
            width=_WIDTH, height=_HEIGHT,
            title=f"{each['set']}: {each['relevant']:,} relevant of {each['messages']:,}",
        )
    )  # fmt: skip


def described(measured: dict[str, Any]) -> str:
    """The same in sentences, for whoever cannot see it."""
    said = [
        "Filled marks: rules that guarantee a recall of 80 % at 95 % confidence. Hollow marks: rules that guarantee"
        " none. Each stands at the mean share of messages read and the mean recall reached; a line hangs down to the"
        " least recall of all replays. The dashed line is 80 %."
    ]
    for each in measured["sets"]:
        parts = [
            f"{row['rule']} read {row['effort']:.0%} and reached {row['mean']:.0%} (least {row['least']:.0%})"
            for row in _rows(each)
        ]
        said.append(f"{each['set']}: {'; '.join(parts)}.")
    return " ".join(said)


def as_svg(measured: dict[str, Any]) -> str:
    """A panel a set: each rule at its mean effort and recall, a line down to the least recall; four fifths asked."""
    panels = [_panel(each) for each in measured["sets"]]
    title = alt.TitleParams(
        "Recall reached and messages read, by rule",
        subtitle=["Filled, blue: guaranteed to reach 80 % in 95 of 100 reviews. Hollow, red: guaranteed nothing.",
                  "Mark: mean of all replays; line down: the least recall of any. Dashed: the 80 % asked for."],
        anchor="start", fontSize=16, subtitleFontSize=12,
    )  # fmt: skip
    rows = [alt.hconcat(*panels[place : place + 2]) for place in range(0, len(panels), 2)]
    chart = alt.vconcat(*rows, title=title).configure(font=_FONT).configure_view(stroke="#b1b4b6")
    drawn = str(vl_convert.vegalite_to_svg(chart.to_json()))
    head, rest = drawn.split(">", 1)
    opened = head.replace("<svg", '<svg role="img" aria-labelledby="rules-title rules-words"', 1)
    words = escape(described(measured))
    named = '<title id="rules-title">Recall reached and messages read, by rule</title>'
    told = f'{named}<desc id="rules-words">{words}</desc>'
    return f"{opened}>{told}{rest}\n"
