"""Apple Messages: other databases, damaged ones, and values of any type."""

import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.messages_db import COCOA, NOW, messages_db
from tests.support.reading import read

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources import Reading
from upstander.evidence.sources.imessage import SOURCE

ANNA = "+447700900001"
ME = "+447700900009"
POLLS = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.messages.Polls"


def at(minutes: float) -> int:
    """Milliseconds since 1970, so many minutes into the invented database."""
    return round((NOW + COCOA + minutes * 60) * 1000)


def test_other_databases_are_refused(tmp_path: Path, scratch: Path) -> None:
    """No database, another app's table of messages, and a file cut off at its head are not of this format."""
    for name, script in (
        ("android.db", "CREATE TABLE message (_id INTEGER PRIMARY KEY, key_id, text_data)"),
        ("none.db", "CREATE TABLE other (a)"),
    ):
        path = tmp_path / name
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.close()
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(path, scratch=scratch))
    (tmp_path / "text.db").write_text("no database")
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(tmp_path / "text.db", scratch=scratch))
    (tmp_path / "cut.db").write_bytes(b"SQLite format 3\x00 and no more")
    with pytest.raises((WrongSource, Unreadable)):
        SOURCE.recognise(Document.of(tmp_path / "cut.db", scratch=scratch))


def test_a_database_with_a_damaged_list_of_tables_is_still_its_own(tmp_path: Path, scratch: Path) -> None:
    """A database whose list of tables is overwritten is known by what its head shows; reading it is a typed error."""
    whole = _many(tmp_path / "whole" / "chat.db", 40)
    path = tmp_path / "bad" / "chat.db"
    path.parent.mkdir()
    path.write_bytes(whole[:100] + bytes(8) + whole[108:])
    document = Document.of(path, scratch=scratch)
    assert SOURCE.recognise(document) == ()
    with pytest.raises(Unreadable):
        list(SOURCE.read(document, Reading()))


def _many(path: Path, count: int) -> bytes:
    with messages_db(path) as database:
        database.execute("PRAGMA page_size = 1024")
        database.execute("VACUUM")
        database.insert("handle", ROWID=1, id=ANNA, service="iMessage")
        database.chat(1, f"iMessage;-;{ANNA}", 1, last_addressed_handle=ME)
        database.execute("BEGIN")
        for key in range(1, count + 1):
            database.message(key, 1, f"message {key} " + "x" * 60, handle_id=1)
        database.execute("COMMIT")
    return path.read_bytes()


def test_damage_costs_only_what_it_hit(tmp_path: Path, scratch: Path) -> None:
    """With one page of messages overwritten, all others are read and the damage is said."""
    whole = _many(tmp_path / "whole" / "chat.db", 600)
    place = whole.index(b"message 300 ") // 1024 * 1024
    path = tmp_path / "bad" / "chat.db"
    path.parent.mkdir()
    path.write_bytes(whole[:place] + b"\xff" * 1024 + whole[place + 1024 :])
    tables = read(SOURCE, path, scratch=scratch)
    assert 560 < len(tables.authored) < 600
    assert tables.warned["damaged_database"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(min_size=1, max_size=40), at=st.integers(0, 10**6))
def test_noise_in_the_file_gives_rows_or_a_typed_error(tmp_path: Path, scratch: Path, noise: bytes, at: int) -> None:
    """Whatever stands in the file, reading ends in rows or in a SourceError."""
    good = tmp_path / "good" / "chat.db"
    whole = good.read_bytes() if good.exists() else _many(good, 40)
    place = at % len(whole)
    path = tmp_path / "noisy" / "chat.db"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) :])
    try:
        read(SOURCE, path, scratch=scratch)
    except SourceError:
        return


_VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.sampled_from([1, 2, 3, 43, 45, 2000, 2007, 3000, 4000, 1000, "p:0/M1", "M1", POLLS, "+447700900001"]),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_values_of_any_type_are_borne(tmp_path: Path, scratch: Path, data: st.DataObject) -> None:
    """Every column may hold a value of any type; rows are read, or warned of, and keep the tables' rules."""
    path = tmp_path / "odd" / "chat.db"
    path.unlink(missing_ok=True)
    with messages_db(path) as database:
        for table in ("handle", "chat", "message", "attachment", "chat_message_join", "chat_handle_join",
                      "message_attachment_join", "chat_recoverable_message_join", "recoverable_message_part",
                      "deleted_messages", "sync_deleted_chats"):  # fmt: skip
            names = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[1] != "ROWID"]
            for _ in range(data.draw(st.integers(0, 3))):
                chosen = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=1, max_size=6))
                row = {name: data.draw(_VALUES) for name in chosen}
                marks = ", ".join("?" * len(row))
                sql = f"INSERT OR IGNORE INTO {table} ({', '.join(row)}) VALUES ({marks})"
                values = [v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in row.values()]
                database.execute(sql, values)
    count = sqlite3.connect(path).execute("SELECT count(*) FROM message").fetchone()[0]
    tables = read(SOURCE, path, scratch=scratch)
    given_rows = len(tables.rows("messages")) + len(tables.rows("reactions"))
    assert given_rows >= count
