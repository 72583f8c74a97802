"""What stands behind the head of a message: names, system lines, bodies, and lines that only look like heads."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.support.reading import Tables, read_document

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.whatsapp_text import SOURCE

ZONE = Reading(time_zone="UTC")


def _document(text: str | bytes, folder: Path, name: str = "_chat.txt") -> Document:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    return Document(file=ExhibitFile.of(path), scratch=folder)


def _ios(*lines: str) -> str:
    return "".join(f"[13/03/2022, 14:08:{index:02}] {line}\r\n" for index, line in enumerate(lines))


def _android(*lines: str) -> str:
    return "".join(f"13/03/2022, 14:{index:02} - {line}\n" for index, line in enumerate(lines))


def _read(text: str | bytes, folder: Path, name: str = "_chat.txt") -> Tables:
    return read_document(SOURCE, _document(text, folder, name), reading=ZONE)


def _said(tables: Tables) -> list[tuple[Any, Any]]:
    return [(row["author"], row["text"]) for row in tables.rows("messages")]


def test_system_lines_with_an_author_make_nobody_a_person(tmp_path: Path) -> None:
    """On iOS the app writes the group's name, or whoever acted, before a system line; neither becomes a participant."""
    text = _ios(
        "Rota: \u200eMessages and calls are end-to-end encrypted.",
        "Boris: \u200eBoris created group “Rota”",
        "Rota: \u200eBoris added you",
        "Boris: \u200eBoris added Ava and Ben",
        "Ava: hello",
        "Rota: \u200eBen left",
    )
    tables = _read(text, tmp_path)
    assert tables.handles == {"Ava"}
    assert [row["event"] for row in tables.system] == ["encryption_notice", "group_created", "added", "added", "left"]
    assert [(row["kind"], row["participant"], row["actor"]) for row in tables.rows("membership_events")] == [
        ("created", "Boris", "Boris"),
        ("added", "You", "Boris"),
        ("added", "Ava", "Boris"),
        ("added", "Ben", "Boris"),
        ("left", "Ben", None),
    ]
    assert tables.rows("conversations")[0]["title"] == "Rota"
    assert not tables.warned


def test_a_forged_notice_is_named(tmp_path: Path) -> None:
    """A notice under the name of somebody who writes and did not act reads as a system line, and the doubt is said."""
    tables = _read(_ios("Ava: hello", "Ava: \u200eBen removed Cal", "Messages are end-to-end encrypted."), tmp_path)
    assert len(tables.authored) == 1
    assert [(row["kind"], row["message"]) for row in tables.rows("warnings")] == [
        ("notice_doubtful", tables.system[1]["message"]),
        ("author_uncertain", tables.system[0]["message"]),
    ]


def test_words_of_a_notice_without_the_mark_stay_their_author_s(tmp_path: Path) -> None:
    """Somebody who writes may say what a notice says, or speak of herself by name; nothing is lost."""
    text = _android("Ben: hello", "Ben: Messages are end-to-end encrypted, so what", "Ava: hi", "Ava: Ava left")
    tables = _read(text, tmp_path)
    assert len(tables.authored) == 4
    assert tables.warned == {"author_uncertain": 2}


def test_a_line_that_speaks_to_the_owner_shows_whose_phone_it_is(tmp_path: Path) -> None:
    """`Ava: You added Ben`, behind the mark, is a system line and says that the phone is Ava's."""
    tables = _read(_ios("Ava: hello", "Ava: \u200eYou added Ben"), tmp_path)
    assert len(tables.system) == 1
    assert tables.rows("conversations")[0]["account"] == "Ava"
    assert not tables.warned


def test_a_subject_with_a_colon_is_no_author(tmp_path: Path) -> None:
    """`Ava changed the subject from "A" to "Rota: new"` is a system line; its text is whole."""
    line = 'Ava Ash changed the subject from "A" to "Rota: new"'
    tables = _read(_android("Ava Ash: hello", line), tmp_path)
    assert tables.handles == {"Ava Ash"}
    assert (tables.system[0]["event"], tables.system[0]["text"]) == ("group_renamed", line)
    assert tables.rows("conversations")[0]["title"] == "Rota: new"


def test_a_quotation_across_the_colon_is_said_in_any_language(tmp_path: Path) -> None:
    """Where no known phrase explains it, a line whose quotation is open at the colon is a message, and is said."""
    tables = _read(_android("Ola zmieniła temat z „A” na „Gra: jutro”", "Ola: cześć"), tmp_path)
    assert len(tables.authored) == 2
    assert tables.warned == {"author_uncertain": 1}


def test_a_name_with_a_colon_that_a_system_line_states_is_whole(tmp_path: Path) -> None:
    """`Dr: Smith: hello` is by `Dr: Smith` where somebody added `Dr: Smith`."""
    tables = _read(_android("Ava added Dr: Smith", "Dr: Smith: hello: there", "Ava: Dr: Smith"), tmp_path)
    assert _said(tables)[1:] == [("Dr: Smith", "hello: there"), ("Ava", "Dr: Smith")]
    assert tables.handles == {"Ava", "Dr: Smith"}


def test_a_name_with_a_colon_that_nothing_states_is_shown_by_use(tmp_path: Path) -> None:
    """Dozens of messages over months under `Dr`, all going on with `Smith:`, show a name; the doubt is said once."""
    lines = [f"{1 + index % 28:02}/{3 + index // 28:02}/2022, 14:00 - Dr: Smith: {index}\n" for index in range(40)]
    tables = _read("13/02/2022, 14:00 - Ava: hi\n" + "".join(lines), tmp_path)
    assert _said(tables) == [("Ava", "hi"), *(("Dr: Smith", str(index)) for index in range(40))]
    assert tables.warned == {"author_uncertain": 1}


def test_few_messages_cannot_show_a_name_with_a_colon(tmp_path: Path) -> None:
    """A few lines read either way: the short name is taken, and the other is named."""
    tables = _read(_android("Dr: Smith: one", "Ava: hi", "Dr: Smith: two"), tmp_path)
    assert _said(tables) == [("Dr", "Smith: one"), ("Ava", "hi"), ("Dr", "Smith: two")]
    (warning,) = tables.rows("warnings", kind="author_uncertain")
    assert "'Dr: Smith'" in warning["detail"]


def test_what_stands_for_a_body_is_no_part_of_a_name(tmp_path: Path) -> None:
    """Somebody who only sends pictures or places is not called after them."""
    pictures = [f"Cal: \u200e<attached: 0000000{index}-PHOTO-2022-03-13.jpg>" for index in range(6)]
    places = [f"Dee: location: https://maps.google.com/?q={index},1" for index in range(6)]
    tables = _read(_android(*pictures, *places), tmp_path)
    assert tables.handles == {"Cal", "Dee"}
    assert tables.warned == {"attachment_missing": 6}


@pytest.mark.parametrize(
    ("written", "handle", "name", "number"),
    [
        ("~ Ava", "~ Ava", "Ava", None),
        ("~\u202fAva", "~\u202fAva", "Ava", None),
        ("\u202a+44\u00a07700\u00a0900123\u202c", "+44\u00a07700\u00a0900123", None, "+447700900123"),
        ("\u2068+1 (555) 010\u20112030\u2069", "+1 (555) 010\u20112030", None, "+15550102030"),
        ("\u200eAva", "Ava", None, None),
        ("0044", "0044", None, None),
        ("Team:A", "Team:A", None, None),
    ],
)
def test_handles_are_as_written_without_direction_marks(
    written: str, handle: str, name: str | None, number: str | None, tmp_path: Path
) -> None:
    """Tilde and no-break spaces belong to the handle; the name behind a tilde and the number's digits stand apart."""
    tables = _read(_android(f"{written}: hello"), tmp_path)
    (row,) = tables.rows("participants")
    assert (row["handle"], row["name"], row["number"]) == (handle, name, number)
    assert tables.authored[0]["text"] == "hello"


def test_empty_bodies_are_kept(tmp_path: Path) -> None:
    """An expired message has no body, with or without a space behind the colon, and no text."""
    tables = _read("13/03/2022, 14:08 - Cal:\n13/03/2022, 14:08 - Cal: \n13/03/2022, 14:08 - Cal:", tmp_path)
    assert [(row["kind"], row["text"]) for row in tables.authored] == [("empty", None)] * 3


BODIES = [
    ("\u200eimage omitted", "image", "omitted"),
    ("<Media omitted>", "media", "omitted"),
    ("<Medien ausgeschlossen>", "media", "omitted"),
    ("<Mídia oculta>", "media", "omitted"),
    ("<Multimedia omitido>", "media", "omitted"),
    ("<Media weggelaten>", "media", "omitted"),
    ("<Médias omis>", "media", "omitted"),
    ("<Media omessi>", "media", "omitted"),
    ("<Video message omitted>", "video", "omitted"),
    ("\u200eaudio omitted", "audio", "omitted"),
    ("\u200esticker omitted", "sticker", "omitted"),
    ("\u200eGIF omitted", "gif", "omitted"),
    ("\u200eContact card omitted", "contact", "omitted"),
    ("rota.pdf • \u200e1 page \u200edocument omitted", "document", "omitted"),
    ("look \u200eimage omitted", "image", "omitted"),
    ("IMG-20180129-WA0025.jpg (file attached)", "image", "absent"),
    ("IMG-20180129-WA0025.jpg (Datei angehängt)", "image", "absent"),
    ("VID-20180129-WA0025.mp4 (arquivo anexado)", "video", "absent"),
    ("PTT-20180129-WA0025.opus (archivo adjunto)", "voice", "absent"),
    ("AUD-20180129-WA0025.m4a (file allegato)", "audio", "absent"),
    ("STK-20180129-WA0025.webp (bestand bijgevoegd)", "sticker", "absent"),
    ("rota 2018.pdf (fichier joint)", "document", "absent"),
    ("Ben.vcf (file attached)", "contact", "absent"),
    ("\u200e<attached: 00000010-PHOTO-2020-11-02-21-49-51.jpg>", "image", "absent"),
    ("\u200e<Anhang: 00000010-GIF-2020-11-02-21-49-51.mp4>", "gif", "absent"),
    ("\u200e<pièce jointe : 00000010-VIDEO-2020-11-02-21-49-51.mp4>", "video", "absent"),
    ("\u200e<adjunto: 00000010-AUDIO-2020-11-02-21-49-51.opus>", "voice", "absent"),
    ("caption \u200e<attached: 00000010-STICKER-2020-11-02-21-49-51.webp>", "sticker", "absent"),
    ("location: https://maps.google.com/?q=50.9,6.9", "location", "held"),
    ("Standort: https://maps.google.com/?q=50.9,6.9", "location", "held"),
    ("Ubicación: https://maps.google.com/?q=50.9,6.9", "location", "held"),
    ("\u200eMissed voice call, \u200eTap to call back", "call", None),
    ("\u200eVideoanruf. Keine Antwort", "call", None),
    ("POLL:\nWhen?\nOPTION: Now (1 vote)", "poll", None),
    ("\u200eENCUESTA:\n¿Cuándo?\n\u200eOPCIÓN: ya (1 voto)", "poll", None),
    ("\u200eYou received a view once photo. For added privacy, you can only open it on your phone.", "view_once", None),
    ("Voice call me later", "text", None),
    ("he omitted", "text", None),
    ("that <b>", "text", None),
    ("see (file attached)", "text", None),
]


@pytest.mark.parametrize(("body", "kind", "held"), BODIES, ids=[body for body, _, _ in BODIES])
def test_what_stands_for_a_body_is_known(body: str, kind: str, held: str | None, tmp_path: Path) -> None:
    """Media, places, calls and polls have their kind and their attachment; the text is as received."""
    tables = _read(_ios("Ava: hello", f"Ava: {body}", "Ben: hello"), tmp_path)
    assert len(tables.authored) == 3
    message = tables.authored[1]
    assert (message["kind"], message["text"]) == (kind, body)
    assert [row["held"] for row in tables.rows("attachments")] == ([held] if held else [])


def test_a_caption_stays_with_its_picture(tmp_path: Path) -> None:
    """Lines behind a file's name are its caption and stay in the text; the file beside the export is held."""
    (tmp_path / "IMG-1.jpg").write_bytes(b"\xff\xd8\xff")
    path = tmp_path / "_chat.txt"
    path.write_text(_android("Ava: \u200eIMG-1.jpg (file attached)\nlook at this\nand this", "Ben: nice"))
    tables = read_document(SOURCE, Document.of(path, scratch=tmp_path), reading=ZONE)
    assert tables.authored[0]["text"] == "\u200eIMG-1.jpg (file attached)\nlook at this\nand this"
    (row,) = tables.rows("attachments")
    assert (row["name"], row["held"], row["bytes"], len(row["sha256"])) == ("IMG-1.jpg", "held", 3, 64)


@pytest.mark.parametrize(
    ("body", "by", "owner"),
    [
        ("\u200eYou deleted this message.", "by_author", "Ava"),
        ("You deleted this message", "by_author", "Ava"),
        ("This message was deleted", "by_author", None),
        ("\u200eDiese Nachricht wurde gelöscht.", "by_author", None),
        ("\u200eDu hast diese Nachricht gelöscht.", "by_author", "Ava"),
        ("Mensagem apagada", "by_author", None),
        ("\u200eThis message was deleted by admin Ben.", "by_administrator", None),
    ],
)
def test_deletions_leave_a_tombstone(body: str, by: str, owner: str | None, tmp_path: Path) -> None:
    """A deletion is a message of kind deleted; one that says "you" shows whose phone it is."""
    tables = _read(_ios("Ben: hello", f"Ava: {body}"), tmp_path)
    message = tables.authored[1]
    assert (message["kind"], message["deleted"], message["text"]) == ("deleted", by, body)
    assert tables.rows("conversations")[0]["account"] == owner
    assert [row["handle"] for row in tables.rows("participants", owner=True)] == ([owner] if owner else [])


@pytest.mark.parametrize("mark", ["<This message was edited>", "\u200e<Diese Nachricht wurde bearbeitet.>"])
def test_edits_are_flagged(mark: str, tmp_path: Path) -> None:
    """The note that a message was edited sets its flag and stays in its text."""
    tables = _read(_ios(f"Ava: hello {mark}", "Ben: one\nmore " + mark, "Ava: no"), tmp_path)
    assert [row["edited"] for row in tables.authored] == [True, True, False]
    assert tables.authored[0]["text"] == f"hello {mark}"
    assert [row["kind"] for row in tables.authored] == ["text"] * 3


def test_lines_of_another_layout_stay_text(tmp_path: Path) -> None:
    """A quoted chat line in another layout is text of its message, and is flagged with the reason."""
    pasted = "[14:02, 12/03/2022] Ben: I never said that\n[2022-03-12 14:03] Ben: nor that"
    tables = _read(_android("Ava: hello", f"Ava: look:\n{pasted}", "Ben: hm"), tmp_path)
    assert _said(tables) == [("Ava", "hello"), ("Ava", f"look:\n{pasted}"), ("Ben", "hm")]
    warnings = tables.rows("warnings", kind="header_like_line")
    assert [row["message"] for row in warnings] == [tables.authored[1]["message"]] * 2
    assert "layout" in warnings[0]["detail"]


def test_a_line_with_an_impossible_date_stays_text(tmp_path: Path) -> None:
    """WhatsApp writes no 45th of the month: the line is text, flagged."""
    tables = _read(
        _android("Ava: hello", "Ava: look\n45/03/2022, 14:00 - Ben: no\n13/03/2022, 14:99 - Ben: no"), tmp_path
    )
    assert len(tables.authored) == 2
    assert tables.warned == {"header_like_line": 2}


def test_a_line_out_of_time_is_kept_as_text_and_flagged_as_possibly_forged(tmp_path: Path) -> None:
    """A head of the same layout, days away from both neighbours and under another name, stays in the message."""
    text = (
        "13/03/2022, 14:00 - Ava: one\n01/02/2022, 09:00 - Ben: I admit it\n13/03/2022, 14:01 - Ava: two\n"
        "25/12/2023, 09:00 - Ben: and again\n13/03/2022, 14:02 - Ava: three\n"
    )
    tables = _read(text, tmp_path)
    assert [row["text"] for row in tables.authored] == [
        "one\n01/02/2022, 09:00 - Ben: I admit it",
        "two\n25/12/2023, 09:00 - Ben: and again",
        "three",
    ]
    assert tables.handles == {"Ava"}
    warned = tables.rows("warnings", kind="header_like_line")
    assert [row["message"] for row in warned] == [row["message"] for row in tables.authored[:2]]
    assert "more than a day away" in warned[0]["detail"]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("01/02/2022, 09:00 - Ava: still me", "nobody forges a line of their own"),
        ('01/02/2022, 09:00 - Ben created group "Late turn"', "a group is older than its newest member"),
        ('01/02/2022, 09:00 - Ben: \u200eBen created group "Late turn"', "the text is WhatsApp's own"),
    ],
)
def test_a_line_out_of_time_that_nobody_would_forge_stands(line: str, why: str, tmp_path: Path) -> None:
    """Under the same name, without a name, or in WhatsApp's own words, a line out of its sequence is what it seems."""
    tables = _read(f"13/03/2022, 14:00 - Ava: one\n{line}\n13/03/2022, 14:01 - Ava: two\n", tmp_path)
    assert len(tables.authored) + len(tables.system) == 3, why


def test_a_phone_whose_clock_was_wrong_keeps_its_messages(tmp_path: Path) -> None:
    """Many lines out of their sequence are no forgeries: each stays a message, and they are flagged."""
    text = "".join(f"13/03/2022, 14:0{n} - Ava: {n}\n15/03/2022, 12:0{n} - Ben: late {n}\n" for n in range(6))
    tables = _read(text + "13/03/2022, 14:07 - Ava: end\n", tmp_path)
    assert len(tables.authored) == 13
    late = {row["message"] for row in tables.authored if row["author"] == "Ben"}
    assert late <= {row["message"] for row in tables.rows("warnings", kind="header_like_line")}


def test_times_that_run_backwards_are_said_and_kept_in_order(tmp_path: Path) -> None:
    """One warning for each place; a minute is nothing."""
    text = "13/03/2022, 14:10 - Ava: a\n13/03/2022, 14:09 - Ben: b\n13/03/2022, 13:00 - Ava: c\n"
    tables = _read(text, tmp_path)
    assert [row["text"] for row in tables.authored] == ["a", "b", "c"]
    (warning,) = tables.rows("warnings", kind="times_run_backwards")
    assert warning["message"] == tables.authored[2]["message"]


@pytest.mark.parametrize(
    ("rows", "media", "warned"),
    [(40_000, 0, True), (39_999, 0, True), (39_000, 0, False), (10_000, 0, False), (10_000, 1, True)],
)
def test_a_known_export_limit_is_said(rows: int, media: int, warned: bool, tmp_path: Path) -> None:
    """About 40,000 rows, or 10,000 with media: what came before is unknown."""
    body = "IMG-1.jpg (file attached)" if media else "hello"
    start = datetime(2022, 3, 13, tzinfo=UTC)
    lines = [
        f"{start + timedelta(minutes=index):%d/%m/%Y, %H:%M} - Ava: {body if not index else 'hi'}\n"
        for index in range(rows)
    ]
    assert ("export_cut_short" in _read("".join(lines), tmp_path).warned) == warned


def test_text_before_the_first_message_is_said(tmp_path: Path) -> None:
    """A covering note has no author and no time; it is left out of the messages, and its place is said."""
    tables = _read("Sent on by the complainant\n\n" + _android("Ava: one", "Ben: two"), tmp_path)
    assert len(tables.authored) == 2
    (warning,) = tables.rows("warnings")
    assert (warning["kind"], warning["byte_start"], warning["byte_end"]) == ("preamble", 0, 28)


def test_a_language_that_is_not_known_still_reads(tmp_path: Path) -> None:
    """Polish system lines have no author, or the mark and a name that never writes."""
    text = _ios(
        "Grupa: \u200eWiadomości są szyfrowane.",
        "Ola: cześć",
        "Ola: \u200eobraz pominięty",
        "Grupa: \u200eOla dodała Jana",
    )
    tables = _read(text, tmp_path)
    assert tables.handles == {"Ola"}
    assert [row["event"] for row in tables.system] == ["other", "other"]
    assert tables.authored[1]["text"] == "\u200eobraz pominięty"
    assert tables.warned["language_unknown"] == 1
    assert "forged_mark" not in tables.warned


def test_the_file_name_gives_a_title_only(tmp_path: Path) -> None:
    """`WhatsApp Chat with Ben.txt` names the conversation; that it is one-to-one is not concluded from it."""
    tables = _read(_android("Ava: one", "Ben: two"), tmp_path, "WhatsApp Chat with Ben.txt")
    (row,) = tables.rows("conversations")
    assert (row["title"], row["kind"]) == ("Ben", "unknown")


def test_the_notice_under_the_other_party_shows_a_direct_chat(tmp_path: Path) -> None:
    """In a one-to-one export iOS writes its notice under the other party's name, who also writes."""
    text = _ios("Ben: \u200eMessages and calls are end-to-end encrypted.", "Ben: hi", "Ava: hi")
    assert _read(text, tmp_path).rows("conversations")[0]["kind"] == "direct"


@pytest.mark.parametrize(
    "text",
    [
        "2020-01-01 12:00:00: INFO: started\n2020-01-01 12:00:01: ERROR: stopped\n",
        "[2020-01-01 12:00:00] app.INFO: started\n[2020-01-01 12:00:01] app.ERROR: stopped\n",
        "date,text\n2020-01-01,hello\n",
        '{"messages": [{"date": "13/03/2022, 14:08 - Ava: hello"}]}',
        "Dear all,\n13/03/2022, 14:08 - Ava: hello\nis what she wrote.\n",
        "1. one\n2. two\n",
        "",
        "\x00\x01\x02",
        "<html>\n<p>13/03/2022, 14:08 - Ava: hello</p>\n",
    ],
)
def test_other_text_is_not_taken_for_a_chat(text: str, tmp_path: Path) -> None:
    """Logs, tables, letters that quote one line, and bytes are somebody else's."""
    with pytest.raises(WrongSource):
        SOURCE.recognise(_document(text, tmp_path))


def test_utf_16_is_refused_with_the_remedy(tmp_path: Path) -> None:
    """A file that an editor saved again in another encoding says so."""
    with pytest.raises(Unreadable, match="UTF-16"):
        SOURCE.recognise(_document(_android("Ava: hello").encode("utf-16"), tmp_path))


def test_an_unknown_time_zone_is_a_source_error(tmp_path: Path) -> None:
    """A zone that does not exist gives a sentence, not a traceback."""
    document = _document(_android("Ava: hello"), tmp_path)
    with pytest.raises(SourceError, match="Mars/Olympus"):
        list(SOURCE.read(document, Reading(time_zone="Mars/Olympus")))
