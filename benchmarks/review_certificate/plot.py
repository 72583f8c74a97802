"""Draws effort against the recall reached: rules that guarantee it beside those that people use."""

from typing import Any

import altair as alt
import vl_convert

__all__ = ["as_svg"]

_SHAPES = {"certificate": "circle", "other bound": "square", "buscar": "diamond", "no guarantee": "cross"}
_COLOURS = ["#1d70b8", "#6e5200", "#005a30", "#942514"]


def _kind(rule: str) -> str:
    if rule.startswith(("final", "fixed", "watched")):
        return "certificate"
    return "other bound" if rule.startswith("QBCB") else "buscar" if rule.startswith("buscar") else "no guarantee"


def as_svg(measured: dict[str, Any]) -> str:
    """A small chart a set: the bar from the least recall reached to the mean, at the mean effort; four fifths asked."""
    charts = []
    domain = list(_SHAPES)
    for each in measured["sets"]:
        rows = [
            {"rule": row["rule"], "kind": _kind(row["rule"]), "effort": row["effort"], "mean": row["reached"],
             "least": row["least"]}
            for row in each["rules"]
            if row["able"] and row["recall"] in (None, 0.8)
        ]  # fmt: skip
        data = alt.InlineData(values=rows)
        x = alt.X("effort:Q", title="share of messages read", scale=alt.Scale(domain=[0, 1]))
        colour = alt.Color("kind:N", title=None, scale=alt.Scale(domain=domain, range=_COLOURS))
        shape = alt.Shape("kind:N", title=None, scale=alt.Scale(domain=domain, range=list(_SHAPES.values())))
        points = (
            alt.Chart(data)
            .mark_point(filled=True, size=60, opacity=1)
            .encode(x=x, y=alt.Y("mean:Q", title="recall: mean, least", scale=alt.Scale(domain=[0, 1])), color=colour,
                    shape=shape)
        )  # fmt: skip
        whiskers = alt.Chart(data).mark_rule().encode(x=x, y="least:Q", y2="mean:Q", color=colour)
        asked = alt.Chart(alt.InlineData(values=[{"mean": 0.8}])).mark_rule(color="#0b0c0c", strokeDash=[6, 3])
        charts.append(
            (asked.encode(y="mean:Q") + whiskers + points).properties(
                width=220, height=180, title=f"{each['set']}: {each['relevant']:,} of {each['messages']:,}"
            )
        )
    rows_of_three = [alt.hconcat(*charts[place : place + 3]) for place in range(0, len(charts), 3)]
    chart = alt.vconcat(*rows_of_three).configure(font="Helvetica, Arial, sans-serif").configure_view(stroke="#b1b4b6")
    return str(vl_convert.vegalite_to_svg(chart.to_json()))
