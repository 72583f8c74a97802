"""WhatsApp text exports on the real files: counted first, then looked at."""

import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.reading import Tables, read

from upstander.errors import WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources import DateOrder, Reading
from upstander.evidence.sources.whatsapp_text import SOURCE

ASSUMED = {"time_zone_assumed": 1}
OPEN = {"time_zone_assumed": 1, "date_order_ambiguous": 1}
WHATSR = {"time_zone_assumed": 1, "attachment_missing": 1, "forged_mark": 4}
LOREM = {"+1 123 456 789", "Giuseppe", "John", "Mary"}
DOE = {"Jahn Doe", "John Doe", "John Doe 🤓", "John-John Doe", "🤓"}
COOL = {"Alice", "Bob", "Eve", "Mallory", "Trent"}
POKEMON = {"Ash Ketchum", "Brock", "Jessie & James", "Meowth", "Misty", "Prof. Oak", "Raichu", "Wobbuffet"}

#: file, authored, system, participants, warnings by kind: read off the files by hand.
GOLDEN: list[tuple[str, int, int, set[str], dict[str, int]]] = [
    ("DoctorDalek1963+language-whatsapp/_chat.txt", 13, 0, {"Alice", "Bob"}, OPEN | {"attachment_missing": 2}),
    *(
        (
            f"gesiscss+WhatsR/inst__english{system}{clock}.txt",
            42,
            8,
            {"Alice", "Bob", "Carol", "Dave", "Mallory"},
            WHATSR,
        )
        for system in ("android", "ios")
        for clock in ("24h", "ampm")
    ),
    *(
        (f"joweich+chat-miner/test__whatsapp__test_{layout}.txt", 7, 2, DOE, ASSUMED)
        for layout in ("[mmddyy]_24hrs", "ddmmyy_24hrs", "mmddyy_24hrs", "mmddyyyy_12hrs", "yyyymmdd_24hrs")
    ),
    ("lucasrodes+whatstk/chats__whatsapp__lorem-2000.txt", 2000, 0, LOREM, ASSUMED),
    ("lucasrodes+whatstk/chats__whatsapp__lorem-merge-part1.txt", 300, 0, LOREM, ASSUMED),
    (
        "lucasrodes+whatstk/chats__whatsapp__lorem-merge-part2.txt",
        300,
        0,
        {"+1 123 456 789", "Giuseppe", "John", "Maria", "Maria2"},
        ASSUMED,
    ),
    ("lucasrodes+whatstk/chats__whatsapp__lorem.txt", 500, 0, LOREM, ASSUMED),
    ("lucasrodes+whatstk/chats__whatsapp__pokemon.txt", 18, 2, POKEMON, ASSUMED),
    ("mlomb+chat-analytics/tests__samples__whatsapp__2A_5M.txt", 5, 0, {"A", "B"}, ASSUMED),
    ("mlomb+chat-analytics/tests__samples__whatsapp__4A_11M.txt", 11, 3, COOL, OPEN | {"times_run_backwards": 1}),
    ("mlomb+chat-analytics/tests__samples__whatsapp__4A_11M.zip", 11, 3, COOL, OPEN | {"times_run_backwards": 1}),
    ("nmoya+whatsapp-parser/test__testChat2.txt", 9, 0, {"UsernameOne", "UsernameTwo"}, OPEN),
    ("nmoya+whatsapp-parser/test__testChat3.txt", 10, 0, {"UsernameOne", "UsernameTwo"}, ASSUMED),
    (
        "Pustur+whatsapp-chat-parser-website/src__assets__whatsapp-chat-parser-example.zip",
        48,
        4,
        {"Emily", "John", "Loris"},
        ASSUMED,
    ),
]


def _read(path: Path, tmp_path: Path, scratch: Path, reading: Reading | None = None) -> Tables:
    if path.suffix == ".zip":
        with zipfile.ZipFile(path) as archive:
            archive.extractall(tmp_path / "unpacked")
        path = tmp_path / "unpacked" / "_chat.txt"
    return read(SOURCE, path, scratch=scratch, reading=reading)


@pytest.mark.parametrize(("name", "authored", "system", "people", "warnings"), GOLDEN, ids=[row[0] for row in GOLDEN])
def test_every_line_of_every_real_file_is_counted_right(
    name: str,
    authored: int,
    system: int,
    people: set[str],
    warnings: dict[str, int],
    fixtures: Path,
    tmp_path: Path,
    scratch: Path,
) -> None:
    """Authored messages, system lines, participants and warnings of every real export are those read off by hand."""
    tables = _read(fixtures / "whatsapp-text" / name, tmp_path, scratch)
    assert len(tables.authored) == authored
    assert len(tables.system) == system
    assert tables.handles == people
    assert tables.warned == Counter(warnings)
    assert all(message["sent_at"] is not None for message in tables.rows("messages"))


def test_the_table_names_every_real_file(fixtures: Path) -> None:
    """No text or archive in the folder of real exports is left out of the table."""
    folder = fixtures / "whatsapp-text"
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.suffix in (".txt", ".zip")}
    assert found == {row[0] for row in GOLDEN}


@pytest.mark.parametrize("name", [row[0] for row in GOLDEN if row[0].endswith(".txt")])
def test_every_byte_of_a_real_file_is_in_a_message(name: str, fixtures: Path, scratch: Path) -> None:
    """Text, author and written time stand in the bytes that their message points at; only line ends lie between."""
    path = fixtures / "whatsapp-text" / name
    data = path.read_bytes()
    at = 0
    for message in read(SOURCE, path, scratch=scratch).rows("messages"):
        assert data[at : message["byte_start"]].strip(b"\r\n") == b""
        at = message["byte_end"]
        record = data[message["byte_start"] : at].decode()
        assert message["sent_at_written"] in record
        assert record.endswith(message["text"] or "")
        assert message["author"] is None or message["author"] in record
        assert message["message"] == f"{message['conversation']}-{message['byte_start']}"
    assert data[at:].strip(b"\r\n") == b""


def test_an_empty_body_is_kept(fixtures: Path, scratch: Path) -> None:
    """`Carol:` with nothing behind it is kept, of kind empty and without text; `John Doe:.` says a full stop."""
    tables = read(SOURCE, fixtures / "whatsapp-text/gesiscss+WhatsR/inst__englishandroid24h.txt", scratch=scratch)
    (carol,) = tables.rows("messages", kind="empty")
    assert (carol["author"], carol["text"]) == ("Carol", None)
    tables = read(
        SOURCE, fixtures / "whatsapp-text/joweich+chat-miner/test__whatsapp__test_ddmmyy_24hrs.txt", scratch=scratch
    )
    assert (tables.authored[1]["author"], tables.authored[1]["text"]) == ("John Doe", ".")


def test_system_lines_say_who_was_in_the_group(fixtures: Path, scratch: Path) -> None:
    """Created, added and removed are evidence on membership, with whoever did it, and make no participant."""
    tables = read(SOURCE, fixtures / "whatsapp-text/gesiscss+WhatsR/inst__englishios24h.txt", scratch=scratch)
    assert [(row["kind"], row["participant"], row["actor"]) for row in tables.rows("membership_events")] == [
        ("created", "You", "You"),
        ("added", "Mallory", "You"),
        ("removed", "Mallory", "You"),
        ("added", "Alice", "You"),
        ("added", "Bob", "You"),
    ]
    (conversation,) = tables.rows("conversations")
    assert conversation["title"] == "Whatsappparsertest2"
    assert (conversation["kind"], conversation["languages"]) == ("group", "en")
    first = tables.rows("messages")[0]
    assert (first["kind"], first["event"], first["author"]) == ("system", "encryption_notice", None)


def test_a_mark_that_somebody_typed_makes_no_system_line(fixtures: Path, scratch: Path) -> None:
    """Text that begins with U+200E and is no known phrase stays its author's, and is said."""
    tables = read(SOURCE, fixtures / "whatsapp-text/gesiscss+WhatsR/inst__englishios24h.txt", scratch=scratch)
    marked = [row for row in tables.authored if row["kind"] == "text" and row["text"].startswith("\u200e")]
    assert [row["author"] for row in marked] == ["Alice", "Bob", "Bob", "Bob"]
    assert {row["message"] for row in tables.rows("warnings", kind="forged_mark")} == {row["message"] for row in marked}


def test_a_group_name_is_no_participant(fixtures: Path, scratch: Path) -> None:
    """A notice under the group's name is a system line, and the name is the conversation's title."""
    tables = read(SOURCE, fixtures / "whatsapp-text/lucasrodes+whatstk/chats__whatsapp__pokemon.txt", scratch=scratch)
    assert [row["event"] for row in tables.system] == ["encryption_notice", "encryption_notice"]
    assert tables.rows("conversations")[0]["title"] == "Pokemon Chat"


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("gesiscss+WhatsR/inst__englishiosampm.txt", (2018, 1, 29, 12, 24, 3), (2018, 1, 30, 0, 23, 3)),
        ("joweich+chat-miner/test__whatsapp__test_[mmddyy]_24hrs.txt", (2019, 1, 1, 11, 25), (2021, 12, 30, 22, 1)),
        ("joweich+chat-miner/test__whatsapp__test_mmddyyyy_12hrs.txt", (2019, 1, 1, 11, 25), (2021, 12, 30, 22, 1)),
        ("joweich+chat-miner/test__whatsapp__test_yyyymmdd_24hrs.txt", (2019, 1, 1, 11, 25), (2021, 12, 30, 22, 1)),
        ("lucasrodes+whatstk/chats__whatsapp__lorem.txt", (2020, 1, 15, 2, 22, 56), (2020, 5, 11, 22, 32, 48)),
        ("lucasrodes+whatstk/chats__whatsapp__lorem-2000.txt", (2019, 4, 16, 2, 9), (2020, 6, 13, 0, 0)),
        ("nmoya+whatsapp-parser/test__testChat3.txt", (2012, 12, 9, 17, 2, 35), (2012, 12, 15, 10, 4, 37)),
    ],
)
def test_dates_are_read_in_the_order_of_the_file(
    name: str, first: tuple[int, ...], last: tuple[int, ...], fixtures: Path, scratch: Path
) -> None:
    """Day first, month first and year first are told apart by each file's own dates."""
    messages = read(SOURCE, fixtures / "whatsapp-text" / name, scratch=scratch).rows("messages")
    for message, expected in ((messages[0], first), (messages[-1], last)):
        assert message["sent_at"].timetuple()[: len(expected)] == expected


def test_a_stated_date_order_and_zone_win(fixtures: Path, scratch: Path) -> None:
    """What whoever ingests states is used, and nothing is assumed any more."""
    path = fixtures / "whatsapp-text/mlomb+chat-analytics/tests__samples__whatsapp__4A_11M.txt"
    reading = Reading(time_zone="America/New_York", date_order=DateOrder.MONTH_FIRST)
    tables = read(SOURCE, path, scratch=scratch, reading=reading)
    assert tables.warned == {"times_run_backwards": 1}
    message = tables.authored[0]
    assert message["sent_at"] == datetime(2020, 12, 10, 4, 55, tzinfo=UTC)
    assert (message["sent_at_written"], message["sent_at_precision"]) == ("12/9/20, 23:55", "minute")
    assert (message["time_zone"], message["time_zone_basis"]) == ("America/New_York", "stated")


def test_files_that_came_with_the_export_are_found(fixtures: Path, tmp_path: Path, scratch: Path) -> None:
    """Named files are held with their size and digest; a poll with its options is one message."""
    path = fixtures / "whatsapp-text/Pustur+whatsapp-chat-parser-website/src__assets__whatsapp-chat-parser-example.zip"
    tables = _read(path, tmp_path, scratch)
    rows = tables.rows("attachments")
    assert [(row["kind"], row["held"], row["bytes"]) for row in rows] == [
        ("image", "held", 146_284),
        ("video", "held", 64_825),
        ("audio", "held", 240_325),
        ("document", "held", 2_721),
    ]
    assert all(len(row["sha256"]) == 64 for row in rows)
    (poll,) = tables.rows("messages", kind="poll")
    assert poll["text"].startswith("POLL:\nWhen can we meet?\nOPTION: ")
    assert poll["text"].count("\n") == 6
    assert next(row["text"] for row in tables.authored if "\n" in (row["text"] or "")).count("\r\n") == 1


def test_other_text_is_refused(fixtures: Path, scratch: Path) -> None:
    """Tables of phrases and expected values beside the exports are no exports."""
    for name in ("gesiscss+WhatsR/inst__Languages.csv", "joweich+chat-miner/test__whatsapp__target.json"):
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(fixtures / "whatsapp-text" / name, scratch=scratch))


def test_the_reference_page_is_this_table() -> None:
    """`docs/reference/whatsapp-text.md` has a row for every real file, and the numbers that are proved here."""
    page = Path(__file__).parents[3] / "docs" / "reference" / "whatsapp-text.md"
    rows = [line for line in page.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    expected = []
    for name, authored, system, people, warnings in GOLDEN:
        warned = ", ".join(f"{kind} {count}" for kind, count in sorted(warnings.items()))
        expected.append(f"| `{name}` | {authored:,} | {system} | {len(people)} | {warned} |")
    assert rows == expected
