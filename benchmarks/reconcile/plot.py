"""Draws precision and recall as the sweep found them: readable in print, told apart by dashes as well as by colour."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import altair as alt
import polars as pl
import vl_convert
from benchmarks.reconcile.knobs import PRECISION, RECALL

if TYPE_CHECKING:
    from benchmarks.reconcile.cells import Cell

__all__ = ["alternative", "as_svg"]

_COLOURS = ["#1d70b8", "#942514", "#005a30", "#6e5200", "#4c2c92"]
_DASHES = [[1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [3, 1]]
_SIZE = 150
_BARS = {"precision": PRECISION, "recall": RECALL, "recall without twins": RECALL}


def as_svg(cells: Sequence["Cell"]) -> str:
    """One column of three small charts a pair of layouts: precision, recall, recall of messages without a twin."""
    rows = [
        {
            "pair": each.pair, "deleted": each.deleted, "distinct": f"{each.distinct:.0%}",
            "precision": each.precision, "recall": each.recall, "recall without twins": each.recall_apart,
        }
        for each in cells
    ]  # fmt: skip
    frame = pl.DataFrame(rows)
    order = list(dict.fromkeys(frame["distinct"].to_list()))
    pairs = list(dict.fromkeys(frame["pair"].to_list()))
    columns = [alt.vconcat(*(_chart(frame, pair, what, order) for what in _BARS)) for pair in pairs]
    chart = alt.hconcat(*columns).configure_view(stroke="#b1b4b6").configure(font="Helvetica, Arial, sans-serif")
    return str(vl_convert.vegalite_to_svg(chart.to_json()))


def _chart(frame: pl.DataFrame, pair: str, what: str, order: list[str]) -> alt.LayerChart:
    rows = frame.filter(pl.col("pair") == pair).select("deleted", "distinct", share=what)
    low = min(0.98 if what == "precision" else 0.9, float(frame[what].min() or 0))  # type: ignore[arg-type]
    lines = (
        alt.Chart(alt.InlineData(values=rows.to_dicts()))
        .mark_line(point=True)
        .encode(
            x=alt.X("deleted:Q", title="deleted on each phone", axis=alt.Axis(format="%", tickCount=5)),
            y=alt.Y("share:Q", title=what, scale=alt.Scale(domain=[low, 1], nice=False)),
            color=alt.Color("distinct:N", sort=order, scale=alt.Scale(domain=order, range=_COLOURS),
                            title="bodies that occur once"),
            strokeDash=alt.StrokeDash("distinct:N", sort=order, scale=alt.Scale(domain=order, range=_DASHES),
                                      title="bodies that occur once"),
        )
    )  # fmt: skip
    bar = alt.Chart(alt.InlineData(values=[{"share": _BARS[what]}])).mark_rule(color="#0b0c0c").encode(y="share:Q")
    title = alt.TitleParams(pair.split(", "), fontSize=12)
    made: alt.LayerChart = (lines + bar).properties(
        width=_SIZE, height=_SIZE, title=title if what == "precision" else ""
    )
    return made


def alternative(cells: Sequence["Cell"]) -> str:
    """The picture in words."""
    found = []
    for pair in dict.fromkeys(each.pair for each in cells):
        mine = [each for each in cells if each.pair == pair]
        precision, recall = (
            f"{min(values):.4f} to {max(values):.4f}"
            for values in ([each.precision for each in mine], [each.recall for each in mine])
        )
        found.append(f"{pair}: precision {precision}, recall {recall}")
    return "Precision and recall by share of deletions and by entropy of the bodies. " + "; ".join(found) + "."
