"""The picture drawn: what a reader, a screen reader and a printer find in it."""

import re
import socket
from datetime import timedelta
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from tests.conftest import Sample
from tests.support.made_view import made_view

from upstander.evidence.lanes import View, view
from upstander.stages.picture.drawn import drawn, svg
from upstander.stages.picture.layout import layout
from upstander.stages.picture.look import COLOURS, text_width
from upstander.stages.picture.words import described, headline

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def shown(sample: Sample) -> View:
    """The sample operation's view."""
    found = view(sample.case)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def picture(shown: View) -> str:
    """It as SVG."""
    return svg(shown)


def _layer(picture: str, name: str) -> list[Element]:
    """The shapes of one layer."""
    found = [
        group for group in fromstring(picture).iter(f"{SVG}g") if f"{name}_marks" in group.get("class", "").split()
    ]
    assert len(found) == 1, name
    return list(found[0])


def test_every_kind_of_mark_is_a_layer(shown: View, picture: str) -> None:
    """Lanes, bars, stretches, deletions and brackets are all there, in the numbers that the layout has."""
    drawing = layout(shown)
    for name, shapes in {
        "held": drawing.bars,
        "stretches": drawing.stretches,
        "grounds": drawing.grounds,
        "deleted": drawing.deleted,
        "stems": drawing.deleted,
        "explained": drawing.explained,
        "clocks": drawing.clocks,
    }.items():
        assert len(_layer(picture, name)) == len(shapes) > 0, name
    texts = [element.text for element in fromstring(picture).iter(f"{SVG}text")]
    assert sorted(filter(None, texts)) == sorted(said.text for said in drawing.texts)


def test_texts_keep_their_room_in_any_face(shown: View, picture: str) -> None:
    """A browser that has none of the faces draws them no longer than they were measured, and no number is cut off."""
    texts = [element for element in fromstring(picture).iter(f"{SVG}text") if (element.text or "").isascii()]
    long = [element for element in texts if len(element.text or "") > 3]
    assert len(long) > 20
    for element in long:
        size, bold = float(element.get("font-size", "").removesuffix("px")), element.get("font-weight") == "bold"
        width = float(element.get("textLength", "0"))
        assert width == pytest.approx(text_width(element.text or "", size, bold=bold), abs=0.06), element.text
        assert element.get("lengthAdjust") == "spacingAndGlyphs"
    across = max(float(element.get("textLength", "0")) for element in long)
    assert across < layout(shown).width


def test_who_cannot_see_it_is_told(shown: View, picture: str) -> None:
    """It is an image with a title that states the finding, and a description that says all; its marks are silent."""
    root = fromstring(picture)
    assert root.get("role") == "img"
    names = {element.get("id"): element.text for element in root if element.tag in (f"{SVG}title", f"{SVG}desc")}
    assert [names[name] for name in root.get("aria-labelledby", "").split()] == [
        headline(shown),
        "\n".join(described(shown)),
    ]
    assert headline(shown).startswith("31 missing messages show the trace of deletion, 23 of them on MS/1.1")
    assert len([group for group in root.iter(f"{SVG}g") if group.get("aria-hidden") == "true"]) >= 10


def test_the_words_say_every_gap(shown: View) -> None:
    """The description has each lane, each reason with its number, each trace, and the moved clock."""
    words = "\n".join(described(shown))
    for group in shown.groups:
        for lane in group.lanes:
            assert f"{lane.reference}, {lane.custodian}: holds {lane.messages:,} of {group.messages:,}" in words
    for said in (
        "Lacks 986 messages: before joining; 3 Mar 2016 to 5 Sep 2016",
        "Lacks 378 messages: after leaving; 6 Sep 2017 to 4 Dec 2017 and 28 Feb 2018 to 10 Mar 2018",
        "an unused row number (15)",
        "Clock 45 h 59 min fast, a clock that was moved, 8 May 2017 to 3 Jun 2017; it touches 10 messages.",
        "Clock 4 min 0 s fast",
    ):
        assert said in words


def test_same_case_same_bytes(shown: View, picture: str) -> None:
    """Drawn twice, it is the same to the byte, as SVG and as PNG."""
    assert svg(shown) == picture
    assert drawn(shown, "png") == drawn(shown, "png")


def test_every_format_is_what_its_name_says(shown: View) -> None:
    """PNG, PDF, HTML and SVG begin as such files do; the page has the words beside the picture."""
    assert drawn(shown, "png").startswith(b"\x89PNG")
    assert drawn(shown, "pdf").startswith(b"%PDF")
    assert drawn(shown, "svg").startswith(b"<svg")
    page = drawn(shown, "html").decode()
    assert page.startswith("<!DOCTYPE html>")
    assert "Lacks 986 messages: before joining" in page[page.index("<pre>") :]


def test_nobody_is_asked_over_a_network(shown: View, picture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing opens no connection, and the file names no address but those of its own language."""

    def refused(*_: object) -> None:
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refused)
    drawn(shown, "png")
    page = drawn(shown, "html").decode()
    addresses = set(re.findall(r"https?://[^\"' <)]+", picture + page))
    assert addresses == {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}


def test_names_cannot_become_markup() -> None:
    """A title or custodian that looks like markup is shown as it is."""
    plain = made_view(2, timedelta(days=1))
    (group,) = plain.groups
    nasty = '</text><script>alert("x")</script>&\x0b'
    object.__setattr__(group, "title", nasty)
    object.__setattr__(group.lanes[0], "custodian", nasty)
    for text in (svg(plain), drawn(plain, "html").decode()):
        assert "<script" not in text
    fromstring(svg(plain))


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(COLOURS[one]), _luminance(COLOURS[other])), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_it_reads_in_grey() -> None:
    """By lightness alone: deletions stand out from bars, bars and hatching from paper, and words can be read."""
    assert _contrast("deleted", "held") >= 3
    assert _contrast("clock", "held") >= 3
    assert _contrast("held", "paper") >= 2.5
    assert _contrast("hatch", "paper") >= 2.5
    assert _contrast("explained", "paper") >= 4.5
    assert _contrast("ink", "paper") >= 7
    assert _contrast("quiet", "paper") >= 7
    # The grid is there and does not compete.
    assert 1.2 <= _contrast("grid", "paper") <= 1.5


def test_it_reads_to_the_colour_blind() -> None:
    """Without red or green (Viénot's matrices), deletions still differ from bars by three in contrast."""
    for matrix in (
        ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
        ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
    ):
        seen = []
        for name in ("deleted", "held"):
            parts = [int(COLOURS[name][place : place + 2], 16) / 255 for place in (1, 3, 5)]
            linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
            mixed = [sum(weight * part for weight, part in zip(row, linear, strict=True)) for row in matrix]
            seen.append(sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), mixed, strict=True)))
        assert (max(seen) + 0.05) / (min(seen) + 0.05) >= 3


def test_findings_differ_by_shape(picture: str) -> None:
    """A deletion is a filled triangle on a stem, an unexplained gap a ring, what is explained a tick."""
    triangle = _layer(picture, "deleted")[1].get("d", "")
    assert triangle.count("L") == 2
    busy = svg(made_view(2, timedelta(days=30)))
    ring = _layer(busy, "unexplained")[0]
    assert "A" in ring.get("d", "")
    assert ring.get("fill") == COLOURS["paper"]
