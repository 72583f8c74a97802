"""Messenger downloads in HTML."""

import contextlib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.reading import read, read_document

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import DateOrder, Reading
from upstander.evidence.sources.messenger_html import SOURCE
from upstander.evidence.sources.messenger_html.dates import parse

SAMPLE = "messenger/ownaginatious+fbchat-archive-parser/tests__simulated_data.htm"


def box(sender: str, body: str, stamp: str, *, more: str = "") -> str:
    """One message as pages since about 2021 show it."""
    return (
        f'<div class="pam _3-95 _2ph- _a6-g uiBoxWhite noborder"><h2 class="_3-95 _2pim _a6-h _a6-i">{sender}</h2>'
        f'<div class="_3-95 _a6-p"><div><div></div><div>{body}</div><div></div><div></div>{more}</div></div>'
        f'<div class="_3-94 _a6-o">{stamp}</div></div>'
    )


def page(*boxes: str, title: str = "Shift") -> bytes:
    """A page of the newer layout, newest first."""
    head = f'<html><head><meta charset="utf-8"/><title>{title}</title></head><body class="_5vb_"><h1>{title}</h1><div>'
    return (head + "".join(boxes) + "</div></body></html>").encode()


@pytest.fixture
def document(tmp_path: Path) -> Path:
    """Where a page is written."""
    return tmp_path / "message_1.html"


def test_the_public_sample(fixtures: Path, scratch: Path) -> None:
    """Twenty messages in three threads, oldest first, under the zone that is written."""
    tables = read(SOURCE, fixtures / SAMPLE, scratch=scratch)
    assert len(tables.authored) == 20
    assert not tables.system
    assert not tables.warned
    assert tables.handles == {"First User 一", "Second User 二", "Third User 三"}
    conversations = tables.rows("conversations")
    assert [row["kind"] for row in conversations] == ["direct", "direct", "group"]
    assert {row["account"] for row in conversations} == {"First User 一"}
    texts = [
        [row["text"] for row in tables.rows("messages", conversation=conversation["conversation"])]
        for conversation in conversations
    ]
    assert texts[0] == ["X Y Z", "X? Y Z!", "This is a test", "Yes, it is", "The last message! Hello\x10"]
    assert texts[1:] == [[str(n) for n in range(1, 8)], [str(n) for n in range(1, 9)]]
    last = tables.authored[-1]
    assert last["sent_at"].isoformat() == "2015-12-14T20:03:00+00:00"
    assert (last["time_zone"], last["time_zone_basis"], last["sent_at_precision"]) == (
        "Etc/GMT+7",
        "recorded",
        "minute",
    )
    assert last["sent_at_written"] == "Friday, December 14, 2015 at 1:03pm PDT"
    assert len(tables.rows("membership_events", kind="current_member", evidence="header")) == 7


@pytest.mark.parametrize(
    ("text", "local", "hours"),
    [
        ("Friday, October 4, 2013 at 10:05pm PDT", "2013-10-04T22:05:00", -7),
        ("Wednesday, November 12, 2008 at 8:53pm UTC+01", "2008-11-12T20:53:00", 1),
        ("Friday, 4 October 2013 at 22:05 UTC-05", "2013-10-04T22:05:00", -5),
        ("Freitag, 4. Oktober 2013 um 22:05 UTC+02", "2013-10-04T22:05:00", 2),
        ("vendredi 4 octobre 2013, 22:05 UTC+02", "2013-10-04T22:05:00", 2),
        ("mar. 1er août 2017 à 09:05 UTC+02", "2017-08-01T09:05:00", 2),
        ("viernes, 4 de octubre de 2013 a las 22:05 UTC+02", "2013-10-04T22:05:00", 2),
        ("venerdì 4 ottobre 2013 alle ore 22:05 UTC+02", "2013-10-04T22:05:00", 2),
        ("sexta-feira, 4 de Outubro de 2013 às 22:05 UTC+01", "2013-10-04T22:05:00", 1),
        ("vrijdag 4 oktober 2013 om 22:05 UTC+02", "2013-10-04T22:05:00", 2),
        ("Mar 04, 2019, 12:05:33 AM", "2019-03-04T00:05:33", None),
        ("04.03.2019, 22:05", "2019-03-04T22:05:00", None),
        ("13/03/2019 22:05", "2019-03-13T22:05:00", None),
        ("3/13/2019 10:05 p. m.", "2019-03-13T22:05:00", None),
    ],
)
def test_dates_in_every_language(text: str, local: str, hours: int | None) -> None:
    """Words, order and zones of seven languages."""
    written = parse(text, order=None)
    assert written.local is not None
    assert written.local.isoformat() == local
    assert written.offset == (None if hours is None else timedelta(hours=hours))


@pytest.mark.parametrize("text", ["", "yesterday", "31 February 2019", "Oct 4, 2013 at 13:05 pm", "99/99/2019"])
def test_what_is_no_date(text: str) -> None:
    """Nothing is guessed."""
    assert parse(text, order=None).local is None


def test_the_newer_layout(document: Path, scratch: Path) -> None:
    """Texts, line ends, notices, pictures and reactions of the layout since 2021."""
    picture = '<div><a href="messages/inbox/x_1/photos/1.jpg"><img src="messages/inbox/x_1/photos/1.jpg" /></a></div>'
    reactions = '<ul class="_a6-q"><li>👍Ben South</li><li>❤Ada North</li></ul>'
    document.write_bytes(
        page(
            '<div class="pam _a6-g"><div class="_a6-h">Participants: Ada North, Ben South and Zoë</div></div>',
            box("Ada North", "look &amp; laugh", "Oct 04, 2021, 10:09:01 PM", more=picture + reactions),
            box("Ben South", "Ben South added Kit East to the group.", "Oct 04, 2021, 10:08:00 PM"),
            box("Zoë", "one<br/>two", "Oct 04, 2021, 10:07:00 PM"),
        )
    )
    tables = read(SOURCE, document, scratch=scratch, reading=Reading(time_zone="Europe/London"))
    assert [(row["author"], row["text"]) for row in tables.authored] == [
        ("Zoë", "one\ntwo"),
        ("Ada North", "look & laugh"),
    ]
    assert [row["event"] for row in tables.system] == ["added"]
    assert tables.handles == {"Ada North", "Ben South", "Zoë"}
    assert tables.warned == {"attachment_missing": 1}
    assert tables.authored[1]["sent_at"].isoformat() == "2021-10-04T21:09:01+00:00"
    assert (tables.authored[1]["time_zone"], tables.authored[1]["time_zone_basis"]) == ("Europe/London", "stated")
    assert tables.authored[1]["kind"] == "image"
    assert [(row["emoji"], row["participant"]) for row in tables.rows("reactions")] == [
        ("👍", "Ben South"),
        ("❤", "Ada North"),
    ]
    assert tables.rows("membership_events", kind="added")[0]["participant"] == "Kit East"
    assert tables.rows("conversations")[0]["title"] == "Shift"


def test_the_layout_of_2018(document: Path, scratch: Path) -> None:
    """Other classes, the same boxes."""
    post = (
        '<div class="pam _3-95 _2pi0 _2lej uiBoxWhite noborder"><div class="_3-96 _2pio _2lek _2lel">{}</div>'
        '<div class="_3-96 _2let"><div><div></div><div>{}</div><div></div><div></div></div></div>'
        '<div class="_3-94 _2lem">{}</div></div>'
    )
    document.write_bytes(
        page(post.format("Ada", "b", "Oct 4, 2018 10:06pm"), post.format("Ben", "a", "Oct 4, 2018 10:05pm"))
    )
    tables = read(SOURCE, document, scratch=scratch)
    assert [(row["author"], row["text"]) for row in tables.authored] == [("Ben", "a"), ("Ada", "b")]
    assert tables.warned == {"time_zone_assumed": 1}


def test_dates_that_do_not_decide_themselves(document: Path, scratch: Path) -> None:
    """A date that can be read two ways has no sent_at until the order is stated; ids stay the same."""
    document.write_bytes(page(box("Ada", "a", "03/04/2021, 10:07")))
    tables = read(SOURCE, document, scratch=scratch)
    assert tables.authored[0]["sent_at"] is None
    assert tables.warned == {"date_order_ambiguous": 1}
    stated = read(SOURCE, document, scratch=scratch, reading=Reading(time_zone="UTC", date_order=DateOrder.DAY_FIRST))
    assert stated.authored[0]["sent_at"].month == 4
    assert stated.authored[0]["message"] == tables.authored[0]["message"]
    assert not stated.warned


def test_a_page_cut_in_half_keeps_its_messages(document: Path, scratch: Path) -> None:
    """HTML has no end to miss: what stands before the cut is read."""
    whole = page(*(box("Ada", f"text {minute}", f"Oct 04, 2021, 10:{minute:02d} PM") for minute in range(59, 0, -1)))
    document.write_bytes(whole[: len(whole) // 2])
    tables = read(SOURCE, document, scratch=scratch)
    assert 25 <= len(tables.authored) <= 30
    assert tables.authored[-1]["text"] == "text 59"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body><p>hello</p></body></html>",
        b'<html><div class="pam _a6-g"><h2 class="_a6-h">A post</h2><div class="_a6-o">Oct 4</div></div></html>',
        b'{"thread": "<div class=\\"thread\\">"}',
    ],
)
def test_other_documents_are_refused(content: bytes, document: Path, scratch: Path) -> None:
    """Other pages of the same download are no conversations."""
    document.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(document, scratch=scratch))


NEW = page(
    box("Ada", "b<br/>c", "Oct 04, 2021, 10:07 PM", more='<img src="a.jpg"/><ul><li>👍Ben</li></ul>'),
    box("Ben", "a", "x"),
)
OLD = (
    b'<html><body><h1>Ada</h1><div class="thread">Ada, Ben<div class="message"><div class="message_header">'
    b'<span class="user">Ben</span><span class="meta">Friday, October 4, 2013 at 10:05pm PDT</span></div></div>'
    b"<p>hi</p></div></body></html>"
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    good=st.sampled_from([NEW, OLD]),
    share=st.floats(0, 1),
    length=st.integers(0, 40),
    patch=st.binary(max_size=12)
    | st.sampled_from(
        [b"<div>" * 300, b"</div>", b"<p>", b"<!--", b"<script>", b"\x00", b"&#55357;", b'<div class="thread">']
    ),
    keep=st.booleans(),
)
def test_damage_never_crashes(tmp_path: Path, good: bytes, share: float, length: int, patch: bytes, keep: bool) -> None:
    """Any part of a good page may be replaced or the rest cut off."""
    at = int(share * len(good))
    path = tmp_path / "page.html"
    path.write_bytes(good[:at] + patch + (good[at + length :] if keep else b""))
    with contextlib.suppress(SourceError):
        read_document(SOURCE, Document(file=ExhibitFile.of(path), siblings={}, scratch=tmp_path))


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(max_size=60)
    | st.from_regex(r"[0-9]{1,3}[./ -][0-9a-z]{1,4}[./ -][0-9]{4},? [0-9]{1,2}:[0-9]{2} ?(am|UTC\+99)?")
)
def test_no_date_crashes(text: str) -> None:
    """Any text may stand where a date is due."""
    written = parse(text, order=None)
    assert written.zone
