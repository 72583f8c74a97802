"""Reports of Cellebrite Physical Analyzer: text as received, what is odd or broken, and what is refused."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.made_report import (
    GROUP,
    SEED,
    attachment,
    chat,
    field,
    message,
    model,
    party,
    report,
)
from tests.support.reading import Tables, read

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources import Reading
from upstander.evidence.sources.cellebrite import SOURCE


def of(text: str, tmp_path: Path, scratch: Path, *, reading: Reading | None = None) -> Tables:
    """What a report of this text holds."""
    path = tmp_path / "in" / "report.xml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return read(SOURCE, path, scratch=scratch, reading=reading)


def at(hour: int, minute: int, second: int = 0, *, day: int = 1) -> datetime:
    """A time of March 2018, UTC."""
    return datetime(2018, 3, day, hour, minute, second, tzinfo=UTC)


def said(table: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """The named columns of every row."""
    return [tuple(row[column] for column in columns) for row in table]


def collect(document: Document, tables: Tables) -> None:
    """Read into `tables`, up to the error that ends it."""
    for rows in SOURCE.read(document, Reading()):
        tables.batches.setdefault(rows.table, []).append(rows.batch)


def test_text_is_as_it_was_received(tmp_path: Path, scratch: Path) -> None:
    """Markup, references and the end of CDATA within a text are the text; space around it is kept."""
    body = " <b>&amp; &#0; ]]> \U0001f600\nline "
    tables = of(report(chat(message("1", party(2), body))), tmp_path, scratch)
    assert tables.authored[0]["text"] == body
    coded = field("Body", "cm90YQA=", format="Base64String")
    tables = of(report(chat(message("1", party(2), None, more=coded))), tmp_path, scratch)
    assert tables.authored[0]["text"] == "rota\x00"


def test_what_xml_has_no_place_for_is_replaced_and_said(tmp_path: Path, scratch: Path) -> None:
    """Control characters, broken UTF-8 and forbidden references outside CDATA do not stop the reading."""
    text = report(chat(message("1", party(2), "a\x00b\x1fc"), more='<field name="x&#x1;y"><value>&#0;</value></field>'))
    path = tmp_path / "report.xml"
    path.write_bytes(text.encode().replace(b"b\x1fc", b"b\xff\x1fc"))
    tables = read(SOURCE, path, scratch=scratch)
    assert tables.authored[0]["text"] == "a\ufffdb\ufffd\ufffdc"
    (warning,) = tables.rows("warnings", kind="invalid_text")
    assert warning["detail"].startswith("5 characters")


def test_what_is_no_message_is_counted(tmp_path: Path, scratch: Path) -> None:
    """Models of other types are listed with their numbers; bookmarks that repeat messages are passed over."""
    noise = [model("Location", field("Name", "here")), model("Location"), model("Email", field("Body", "x"))]
    marks = f"<entityBookmarks>{chat(message('1', party(2), 'a'))}</entityBookmarks>"
    tables = of(report(chat(message("1", party(2), "a")), *noise, more=marks), tmp_path, scratch)
    assert len(tables.authored) == 1
    (warning,) = tables.rows("warnings")
    assert "Location (2), Email (1)" in warning["detail"]


def test_a_list_that_runs_backwards_is_turned_round(tmp_path: Path, scratch: Path) -> None:
    """Newest first becomes oldest first, as a whole; one stamp out of line is said and left where it is."""
    minutes = [50, 40, 45, 30, 20]
    sent = [message(str(m), party(2), str(m), at=f"2018-03-01T09:{m}:00Z") for m in minutes]
    tables = of(report(chat(*sent)), tmp_path, scratch)
    assert [row["text"] for row in tables.authored] == ["20", "30", "45", "40", "50"]
    assert tables.warned == {"times_run_backwards": 1}


def test_a_sender_that_the_report_does_not_name(tmp_path: Path, scratch: Path) -> None:
    """A message without a sender is kept, and its author is nobody."""
    tables = of(report(chat(message("1", None, "a"))), tmp_path, scratch)
    assert said(tables.authored, "author", "outgoing") == [("", None)]
    assert tables.warned == {"author_uncertain": 1}


def test_other_documents_are_refused(tmp_path: Path, scratch: Path) -> None:
    """Other XML, a project of another namespace and text are another source's."""
    for text in ("<smses/>", '<project xmlns="http://maven.apache.org/POM/4.0.0"/>', "01/03/2018, 09:30 - A: b", ""):
        path = tmp_path / "document"
        path.write_text(text or " ")
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(path, scratch=scratch))


def test_a_document_type_is_refused(tmp_path: Path, scratch: Path) -> None:
    """Entities are how XML grows without end; no report declares any, and none is expanded."""
    bomb = '<!DOCTYPE project [<!ENTITY a "aaaaaaaaaa">]>'
    text = report(chat(message("1", party(2), "a"))).replace("?>\n", "?>\n" + bomb, 1)
    path = tmp_path / "report.xml"
    path.write_text(text)
    with pytest.raises(Unreadable, match="document type"):
        SOURCE.recognise(Document.of(path, scratch=scratch))


def test_a_report_that_is_cut_short_gives_what_stands_before(tmp_path: Path, scratch: Path) -> None:
    """Messages of the chat that the file breaks off in are read, in the chat that they belong to."""
    text = report(chat(*(message(str(n), party(2), f"text {n}") for n in range(9)), members=(party(2),)))
    path = tmp_path / "report.xml"
    path.write_text(text[: text.index("text 7")])
    document = Document.of(path, scratch=scratch)
    tables = Tables()
    with pytest.raises(Unreadable, match="cut short"):
        collect(document, tables)
    assert [row["text"] for row in tables.authored] == [f"text {n}" for n in range(7)]
    (conversation,) = tables.rows("conversations")
    assert conversation["platform_key"] == GROUP


def test_attachments_of_a_bare_report_are_absent(tmp_path: Path, scratch: Path) -> None:
    """A report without its files names what was carried; one warning a conversation counts it."""
    files = [
        message(str(n), party(2), None, more=attachment(f"{n}.jpg", path=f"files\\Image\\{n}.jpg")) for n in range(3)
    ]
    tables = of(report(chat(*files)), tmp_path, scratch)
    assert said(tables.rows("attachments"), "name", "held", "kind", "bytes") == [
        (f"files\\Image\\{n}.jpg", "absent", "image", 3) for n in range(3)
    ]
    (warning,) = tables.rows("warnings", kind="attachment_missing")
    assert warning["detail"].startswith("3 files")
    assert warning["row"] == "Chat[0].Messages[0]"


def test_every_error_is_a_source_error(tmp_path: Path, scratch: Path) -> None:
    """A report cut anywhere is read to there, or refused with a sentence."""
    path = tmp_path / "report.xml"
    for length in range(100, len(SEED), 97):
        path.write_text(SEED[:length])
        document = Document.of(path, scratch=scratch)
        with pytest.raises(SourceError):
            collect(document, Tables())
