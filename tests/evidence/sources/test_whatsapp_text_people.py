"""Who wrote and who is only spoken of: names that read either way, notices that somebody typed, placeholders."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.reading import Tables, read_document

from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.whatsapp_text import SOURCE, streaming

MARK = "\u200e"
ENCRYPTED = f"Team: {MARK}Messages and calls are end-to-end encrypted. No one outside of this chat can read them."


def _ios(*lines: str) -> str:
    return "".join(f"[13/02/2018, 10:00:{index:02}] {line}\r\n" for index, line in enumerate(lines))


def _android(*lines: str) -> str:
    return "".join(f"13/02/2018, 10:{index:02} - {line}\n" for index, line in enumerate(lines))


def _read(text: str, folder: Path) -> Tables:
    path = folder / "_chat.txt"
    path.write_bytes(text.encode())
    return read_document(SOURCE, Document(file=ExhibitFile.of(path), scratch=folder), reading=Reading(time_zone="UTC"))


def _said(tables: Tables) -> list[tuple[Any, Any]]:
    return [(row["author"], row["text"]) for row in tables.authored]


def _members(tables: Tables) -> list[tuple[Any, Any, Any]]:
    return [(row["kind"], row["participant"], row["actor"]) for row in tables.rows("membership_events")]


def _warned(tables: Tables, kind: str) -> list[Any]:
    return [row["message"] for row in tables.rows("warnings", kind=kind)]


def test_a_name_with_an_unpaired_quotation_mark_loses_no_message(tmp_path: Path) -> None:
    """`John 6'2"` is the author of all that he wrote; where a quotation is open at the colon, each line is said."""
    text = _ios('John 6\'2": he said "hello', "Ann: ok", "John 6'2\": fine", 'John 6\'2": 5" of rain')
    tables = _read(text, tmp_path)
    assert _said(tables) == [
        ('John 6\'2"', 'he said "hello'), ("Ann", "ok"), ('John 6\'2"', "fine"), ('John 6\'2"', '5" of rain'),
    ]  # fmt: skip
    assert not tables.system
    assert _warned(tables, "author_uncertain") == [tables.authored[0]["message"], tables.authored[3]["message"]]


def test_a_name_that_holds_words_of_a_notice_is_looked_at_line_by_line(tmp_path: Path) -> None:
    """`Ava hat Dr: Smith hinzugefügt` is a notice; what is none, under the same words, is a message."""
    tables = _read(_android("Ava: hi", "Ava hat Dr: Smith hinzugefügt.", "Ava hat Dr: hi there"), tmp_path)
    assert [row["event"] for row in tables.system] == ["added"]
    assert _said(tables)[1] == ("Ava hat Dr", "hi there")


STATED = [
    _ios(
        f'Team: {MARK}Dr: Smith created group "Team"',
        ENCRYPTED,
        "Dr: Smith: hello",
        "Ann: hi",
        "Dr: Smith: hello there: you",
    ),
    _ios(ENCRYPTED, "Dr: Smith: hello", "Ann: hi", "Dr: Smith: hello there: you", f"Team: {MARK}Dr: Smith left"),
    _android("Dr: Smith: hello", "Ann: hi", "Dr: Smith: hello there: you", "Ann added Dr: Smith"),
    _android("Ann added Dr: Smith", "Dr: Smith: hello", "Ann: hi", "Dr: Smith: hello there: you", "Dr: Smith left"),
]


@pytest.mark.parametrize("chunk", [None, 64, 200])
@pytest.mark.parametrize("text", STATED, ids=["created", "left", "added", "android"])
def test_a_name_with_a_colon_that_the_file_states_is_whole(
    text: str, chunk: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever line states it, before or after, and however much of the file is read at a time."""
    if chunk:
        monkeypatch.setattr(streaming, "CHUNK", chunk)
    tables = _read(text, tmp_path)
    assert _said(tables) == [("Dr: Smith", "hello"), ("Ann", "hi"), ("Dr: Smith", "hello there: you")]
    assert tables.handles == {"Dr: Smith", "Ann"}


def test_a_habit_makes_no_participant(tmp_path: Path) -> None:
    """Six messages that all start with `Rota:` are Ann's, whole; that they might be another's is said once."""
    tables = _read(_ios(*(f"Ann: Rota: late turn {n}" for n in range(6)), "Ben: ok"), tmp_path)
    assert _said(tables) == [*(("Ann", f"Rota: late turn {n}") for n in range(6)), ("Ben", "ok")]
    assert _warned(tables, "author_uncertain") == [tables.authored[0]["message"]]


def test_a_habit_with_one_exception_is_a_habit(tmp_path: Path) -> None:
    """Forty messages over months show no name where one more does not start so."""
    lines = [f"[{1 + n % 28:02}/{3 + n // 28:02}/2018, 10:00:00] Ann: Rota: {n}\r\n" for n in range(40)]
    tables = _read("".join(lines) + "[01/06/2018, 10:00:00] Ann: hello\r\n", tmp_path)
    assert tables.handles == {"Ann"}
    assert not tables.warned


def test_a_typed_notice_is_flagged_where_the_file_marks_its_own(tmp_path: Path) -> None:
    """On iOS, a notice with neither mark nor name, in a file whose notices have them, may have been typed."""
    text = _ios(ENCRYPTED, "Ann: listen", "Ben left", "nonsense", "Cal: a", f"Team: {MARK}Ann added Dee\r\nmore")
    tables = _read(text, tmp_path)
    assert len(tables.authored) == 2
    assert _warned(tables, "notice_doubtful") == [row["message"] for row in tables.system[1:]]
    assert tables.warned == {"notice_doubtful": 3, "notice_unknown": 1}
    assert _members(tables) == [("left", "Ben", None)]


def test_unmarked_notices_of_old_exports_are_believed(tmp_path: Path) -> None:
    """Where no notice of the file has a mark, none is doubted; a line that no phrase explains is still said."""
    text = _ios("Messages and calls are end-to-end encrypted.", "Ann: listen", "Ben left", "nonsense", "Cal: a")
    tables = _read(text, tmp_path)
    assert _members(tables) == [("left", "Ben", None)]
    assert tables.warned == {"notice_unknown": 1}
    assert _warned(tables, "notice_unknown") == [tables.system[2]["message"]]


def test_a_notice_that_no_phrase_explains_is_said(tmp_path: Path) -> None:
    """In a known language each such line has its warning and place, and a notice with further text is doubted."""
    text = _android("Ann removed Dee", "Ann: hi", "Ann yeeted Ben out of the group", "Ann removed Ben\n and more text")
    tables = _read(text, tmp_path)
    assert _members(tables) == [("removed", "Dee", "Ann")]
    assert [row["event"] for row in tables.system] == ["removed", "other", "other"]
    assert _warned(tables, "notice_unknown") == [row["message"] for row in tables.system[1:]]
    assert _warned(tables, "notice_doubtful") == [tables.system[2]["message"]]


POLISH = ["Ann: cześć", *[f"Ben: {MARK}pominięto obraz"] * 4, f"Ann: {MARK}pominięto obraz"]


@pytest.mark.parametrize("lines", [POLISH, POLISH[::-1], POLISH[1:5] + POLISH[:1]], ids=["as is", "turned", "alone"])
def test_whoever_sent_only_pictures_is_not_erased(lines: list[str], tmp_path: Path) -> None:
    """In a language that is not known, the same marked body again and again is a placeholder, in any order."""
    tables = _read(_ios(*lines), tmp_path)
    assert len(tables.authored) == len(lines)
    assert tables.handles == {"Ann", "Ben"}
    assert {row["kind"] for row in tables.authored} == {"text", "unknown"}


TYPED = ["Message deleted", "video omitted", "hello <This message was edited>", "look <attached: x.jpg>"]


@pytest.mark.parametrize("typed", TYPED)
def test_a_typed_placeholder_is_text_where_the_file_marks_its_own(typed: str, tmp_path: Path) -> None:
    """Without the mark, in a file that sets it, the words are their author's; with it they are WhatsApp's."""
    tables = _read(_ios(ENCRYPTED, "Ben: hi", f"Ann: {typed}"), tmp_path)
    message = tables.authored[1]
    assert (message["kind"], message["text"], message["edited"], message["deleted"]) == ("text", typed, False, None)
    assert not tables.rows("attachments")
    assert _warned(tables, "author_uncertain") == [message["message"]]
    old = _read(_ios("Messages and calls are end-to-end encrypted.", "Ben: hi", f"Ann: {typed}"), tmp_path)
    assert "author_uncertain" not in old.warned


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        (["You added Ben", "Ava added you", "You left"], "You"),
        (["Du hast Ben hinzugefügt.", "Ava hat dich hinzugefügt.", "Du hast die Gruppe verlassen."], "Du"),
        (["Añadiste a Ben", "Ava te añadió", "Saliste del grupo"], "Tú"),
    ],
)
def test_the_phone_s_owner_has_one_handle(lines: list[str], owner: str, tmp_path: Path) -> None:
    """However a notice speaks to the owner, the membership evidence names them in one way."""
    tables = _read(_android("Zoe: hi", *lines), tmp_path)
    assert _members(tables) == [("added", "Ben", owner), ("added", owner, "Ava"), ("left", owner, None)]


def test_a_message_without_a_name_is_said(tmp_path: Path) -> None:
    """A head with a colon and no name before it is kept as a message, and flagged."""
    tables = _read(_ios(": hi", "Ann: hello"), tmp_path)
    assert [row["text"] for row in tables.authored] == ["hi", "hello"]
    assert _warned(tables, "author_uncertain") == [tables.authored[0]["message"]]
