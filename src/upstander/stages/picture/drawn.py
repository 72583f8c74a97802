"""The picture drawn: Altair makes the chart, vl-convert turns it into SVG, PNG or PDF; nobody is asked over a network.

The same case gives the same bytes. Altair and the converter, which brings a JavaScript engine, are loaded here.
"""

import re
from collections.abc import Sequence
from html import escape, unescape
from typing import Any, Literal, cast

import altair as alt
import vl_convert

from upstander.evidence.lanes import View
from upstander.stages.picture.layout import layout
from upstander.stages.picture.look import COLOURS, FONT, HATCH, text_width
from upstander.stages.picture.shapes import Box, Drawing, Said
from upstander.stages.picture.words import described, headline

__all__ = ["FORMATS", "drawn", "svg"]

#: What a picture can be written as, by the ending of the file's name.
FORMATS = ("svg", "png", "pdf", "html")

#: Version of Vega-Lite that the chart is written for.
_VEGA_LITE = "6.4"

#: Pixels of a PNG to one of the drawing: 288 to the inch, enough for a printer.
_SCALE = 3

_PATTERN = (
    f'<defs><pattern id="{HATCH}" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    f'<rect width="5" height="5" fill="{COLOURS["paper"]}"/>'
    f'<line x1="0" y1="0" x2="0" y2="5" stroke="{COLOURS["hatch"]}" stroke-width="1.6"/></pattern></defs>'
)


#: A text of the picture as the converter writes it.
_TEXT = re.compile(r'(<text [^>]*font-size="([\d.]+)px" font-weight="(\w+)"[^>]*)>([^<]{4,})</text>')


def drawn(view: View, form: str) -> bytes:
    """The picture as one of `FORMATS`."""
    match form:
        case "png":
            return bytes(vl_convert.svg_to_png(_plain(view), scale=_SCALE))
        case "pdf":
            return bytes(vl_convert.svg_to_pdf(_plain(view)))
        case "html":
            return _page(svg(view), view).encode()
    return svg(view).encode()


def svg(view: View) -> str:
    """The picture as SVG, with its title and a text that says everything it shows.

    Its texts keep the room that they were given, whatever face a browser draws them in.
    """
    return _TEXT.sub(_held, _plain(view))


def _held(text: re.Match[str]) -> str:
    """A text told how long it is; of what has signs that are not measured exactly, nothing is said."""
    said = unescape(text[4])
    if not said.isascii():
        return text[0]
    width = text_width(said, float(text[2]), bold=text[3] == "bold")
    return f'{text[1]} textLength="{width:.1f}" lengthAdjust="spacingAndGlyphs">{text[4]}</text>'


def _plain(view: View) -> str:
    made = vl_convert.vegalite_to_svg(_chart(layout(view)).to_dict(), vl_version=_VEGA_LITE)
    head = re.match(r"<svg[^>]*>", made)
    assert head is not None  # noqa: S101 - the converter writes SVG or raises
    words = "\n".join(described(view))
    opened = head[0].replace("<svg", '<svg role="img" aria-labelledby="picture-title picture-words"', 1)
    told = f'<title id="picture-title">{escape(headline(view))}</title><desc id="picture-words">{escape(words)}</desc>'
    return f"{opened}{told}{_PATTERN}{made[head.end() :]}\n"


def _chart(drawing: Drawing) -> Any:
    """Every kind of shape as one layer, the later on top."""
    ink, quiet = COLOURS["ink"], COLOURS["quiet"]
    sheet = _Sheet(drawing.width, drawing.height)
    layers = [
        sheet.lines("grid", drawing.grid, stroke=COLOURS["grid"], strokeWidth=1),
        sheet.lines("rules", drawing.rules, stroke=COLOURS["baseline"], strokeWidth=0.7),
        sheet.boxes("stretches", drawing.stretches, fill=f"url(#{HATCH})", stroke=COLOURS["hatch"], strokeWidth=0.6),
        sheet.boxes("held", drawing.bars, fill=COLOURS["held"]),
        sheet.lines("grounds", drawing.grounds, stroke=COLOURS["grid"], strokeWidth=1),
        sheet.lines("covered", drawing.covered, stroke=COLOURS["quiet"], strokeWidth=1.4),
        sheet.lines("explained", drawing.explained, stroke=COLOURS["explained"], strokeWidth=1.2),
        sheet.lines("stems", drawing.deleted, stroke=COLOURS["deleted"], strokeWidth=1),
        # A bar or a stem may cross a stretch; none may cross the words on it.
        sheet.boxes("papers", drawing.papers, fill=COLOURS["paper"]),
        sheet.points("deleted", drawing.deleted, shape="triangle-down", fill=COLOURS["deleted"], size=70),
        sheet.points(
            "unexplained",
            drawing.unexplained,
            shape="circle",
            fill=COLOURS["paper"],
            stroke=ink,
            strokeWidth=1.8,
            size=52,
        ),
        sheet.lines("clocks", drawing.clocks, stroke=COLOURS["clock"], strokeWidth=1.6),
        *(
            sheet.words(f"words{place}", [said for said in drawing.texts if _style(said) == style], style, ink, quiet)
            for place, style in enumerate(sorted({_style(said) for said in drawing.texts}))
        ),
    ]
    return (
        alt.layer(*(layer for layer in layers if layer is not None))
        .properties(width=drawing.width, height=drawing.height, padding=0, autosize=alt.AutoSizeParams(type="none"))
        .configure(background=COLOURS["paper"])
        .configure_view(stroke=None)
    )


def _style(said: Said) -> tuple[float, bool, bool, str]:
    return (said.size, said.bold, said.quiet, said.align)


class _Sheet:
    """Makes layers in pixels, from the upper left corner."""

    def __init__(self, width: int, height: int) -> None:
        self._across = alt.Scale(domain=[0, width], range=[0, width], nice=False, zero=False)
        self._down = alt.Scale(domain=[0, height], range=[0, height], nice=False, zero=False)

    def _at(self, channel: Any, name: str, *, down: bool) -> Any:
        return channel(name, type="quantitative", scale=self._down if down else self._across, axis=None)

    def _layer(self, name: str, rows: Sequence[dict[str, Any]]) -> alt.Chart | None:
        return alt.Chart(alt.InlineData(values=list(rows)), name=name) if rows else None

    def boxes(self, name: str, boxes: Sequence[Box], **look: Any) -> alt.Chart | None:
        chart = self._layer(name, [_corners(box) for box in boxes])
        return chart and chart.mark_rect(aria=False, **look).encode(
            x=self._at(alt.X, "x", down=False), y=self._at(alt.Y, "y", down=True), x2="x2", y2="y2"
        )

    def lines(self, name: str, boxes: Sequence[Box], **look: Any) -> alt.Chart | None:
        chart = self._layer(name, [_corners(box) for box in boxes])
        return chart and chart.mark_rule(aria=False, **look).encode(
            x=self._at(alt.X, "x", down=False), y=self._at(alt.Y, "y", down=True), x2="x2", y2="y2"
        )

    def points(self, name: str, boxes: Sequence[Box], **look: Any) -> alt.Chart | None:
        chart = self._layer(name, [{"x": box.x, "y": box.y} for box in boxes])
        return chart and chart.mark_point(aria=False, filled=True, opacity=1, **look).encode(
            x=self._at(alt.X, "x", down=False), y=self._at(alt.Y, "y", down=True)
        )

    def words(
        self, name: str, texts: Sequence[Said], style: tuple[float, bool, bool, str], ink: str, quiet: str
    ) -> alt.Chart | None:
        size, bold, dim, align = style
        chart = self._layer(name, [{"x": said.x, "y": said.y, "said": said.text} for said in texts])
        return chart and chart.mark_text(
            aria=False,
            align=cast(Literal["left", "center", "right"], align),
            baseline="alphabetic",
            font=FONT,
            fontSize=size,
            fontWeight="bold" if bold else "normal",
            fill=quiet if dim else ink,
            limit=0,
        ).encode(
            x=self._at(alt.X, "x", down=False), y=self._at(alt.Y, "y", down=True), text=alt.Text("said", type="nominal")
        )


def _corners(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "x2": round(box.x + box.width, 1), "y2": round(box.y + box.height, 1)}


def _page(picture: str, view: View) -> str:
    """One page with the picture and, below it, the same in words; nothing is fetched from anywhere."""
    words = "\n".join(described(view))
    return (
        '<!DOCTYPE html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(headline(view))}</title>\n"
        "<style>body{margin:1rem auto;max-width:1060px;font:1rem/1.5 Arial,Helvetica,sans-serif;color:#0b0c0c}"
        "svg{width:100%;height:auto}pre{white-space:pre-wrap;font:inherit}"
        "@page{size:A4 landscape;margin:10mm}</style>\n"
        f"</head>\n<body>\n<main>\n{picture}<h1>The same in words</h1>\n<pre>{escape(words)}</pre>\n</main>\n</body>\n"
        "</html>\n"
    )
