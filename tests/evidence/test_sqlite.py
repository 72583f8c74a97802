"""SQLite exhibits: opened read-only, with their logs, and salvaged where they are damaged."""

import sqlite3
from pathlib import Path

import pytest

from upstander.errors import LimitReached, Unreadable, WrongSource
from upstander.evidence import sqlite
from upstander.evidence.document import Document
from upstander.evidence.sqlite import columns, expect_sqlite, has, open_database, rows, sidecars, tables


def make(path: Path, *, count: int = 10, log: bool = False) -> None:
    """A small database; with `log`, its newest row stands only in the -wal."""
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL" if log else "PRAGMA journal_mode = DELETE")
    connection.execute("CREATE TABLE note (_id INTEGER PRIMARY KEY, body TEXT)")
    connection.executemany("INSERT INTO note VALUES (?, ?)", [(i, f"text {i} " + "x" * 200) for i in range(count)])
    if log:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("INSERT INTO note VALUES (1000, 'newest')")
        kept = {name: path.with_name(path.name + name).read_bytes() for name in ("-wal", "")}
        connection.close()
        path.write_bytes(kept[""])
        path.with_name(path.name + "-wal").write_bytes(kept["-wal"])
    else:
        connection.close()


def test_database_is_read_where_it_lies(tmp_path: Path, scratch: Path) -> None:
    """Without a log nothing is copied, and nothing can be written."""
    make(tmp_path / "a.db")
    document = Document.of(tmp_path / "a.db", scratch=scratch)
    expect_sqlite(document)
    database = open_database(document)
    assert sum(map(len, rows(database, "SELECT * FROM note"))) == 10
    assert tables(database) == {"note"}
    assert columns(database, "note") == {"_id", "body"}
    assert columns(database, "absent") == frozenset()
    assert not has(database, "absent")
    with pytest.raises(sqlite3.OperationalError):
        database.execute("DELETE FROM note")
    assert not list(scratch.iterdir())
    assert not database.lacks_log
    database.close()


def test_log_is_applied_to_a_copy(tmp_path: Path, scratch: Path) -> None:
    """A row that stands only in the -wal is read, and the exhibit's files keep every byte."""
    make(tmp_path / "a.db", log=True)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    document = Document.of(tmp_path / "a.db", scratch=scratch)
    assert sidecars(document) == ("a.db-wal",)
    database = open_database(document)
    assert [row for batch in rows(database, "SELECT body FROM note WHERE _id = 1000") for row in batch] == [("newest",)]
    database.close()
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == before


def test_absent_log_is_said(tmp_path: Path, scratch: Path) -> None:
    """A database that is kept with a log and came without it says so, and the rest is read."""
    make(tmp_path / "a.db", log=True)
    (tmp_path / "a.db-wal").unlink()
    database = open_database(Document.of(tmp_path / "a.db", scratch=scratch))
    assert database.lacks_log
    assert sum(map(len, rows(database, "SELECT * FROM note"))) == 10
    database.close()


def test_invalid_text_is_replaced_and_counted(tmp_path: Path, scratch: Path) -> None:
    """Bytes that are no UTF-8 become U+FFFD; they never stop a query."""
    path = tmp_path / "a.db"
    make(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE note SET body = CAST(x'61ff62' AS TEXT) WHERE _id = 3")
    connection.commit()
    connection.close()
    database = open_database(Document.of(path, scratch=scratch))
    got = dict(row for batch in rows(database, "SELECT _id, body FROM note") for row in batch)
    assert got[3] == "a\ufffdb"
    assert database.invalid_text == 1
    database.close()


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\x00", b"\x00" * 4096, bytes(range(256)) * 16])
def test_no_database_is_refused(tmp_path: Path, scratch: Path, content: bytes) -> None:
    """What only looks like a database, or is encrypted, is refused in one sentence."""
    path = tmp_path / "a.db"
    path.write_bytes(content)
    document = Document.of(path, scratch=scratch)
    with pytest.raises(Unreadable, match=r"a\.db"):
        open_database(document)
    if not content.startswith(b"SQLite"):
        with pytest.raises(WrongSource):
            expect_sqlite(document)


def test_a_directory_entry_of_any_size_is_damage(tmp_path: Path, scratch: Path) -> None:
    """A record in the directory that states 2**64 bytes (which Python calls a want of memory) is damage."""
    page = bytearray(1354)
    page[:28] = b"SQLite format 3\x00" + bytes.fromhex("0200 0101 0040 2020 0000 0004")
    page[28:32], page[40:48] = bytes.fromhex("00000003"), bytes.fromhex("0000000200000004")
    page[56:60], page[92:100] = bytes.fromhex("00000021"), bytes.fromhex("00000004002e6301")
    page[100:112] = bytes.fromhex("0d0000000200000001640084")
    page[356:371] = b"\xff" * 15
    page[372] = 0x5A
    (tmp_path / "a.db").write_bytes(page)
    with pytest.raises(Unreadable, match=r"a\.db"):
        open_database(Document.of(tmp_path / "a.db", scratch=scratch))


def test_rows_before_damage_are_kept(tmp_path: Path, scratch: Path) -> None:
    """A page in the middle is destroyed: what stands before it is read, and the damage is named."""
    path = tmp_path / "a.db"
    make(path, count=2000)
    content = bytearray(path.read_bytes())
    page = 4096
    middle = len(content) // page // 2 * page
    content[middle : middle + page] = b"\xff" * page
    path.write_bytes(content)
    database = open_database(Document.of(path, scratch=scratch))
    got = [row for batch in rows(database, "SELECT _id, body FROM note", size=100_000) for row in batch]
    assert 500 < len(got) < 1500
    assert got[0] == (0, "text 0 " + "x" * 200)
    assert len(database.damage) == 1
    assert "a.db" in database.damage[0]
    database.close()


def test_views_are_no_tables(tmp_path: Path, scratch: Path) -> None:
    """A view called like a table runs whatever a stranger wrote; it is not offered."""
    path = tmp_path / "a.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE VIEW message AS SELECT 1 AS _id")
    connection.close()
    database = open_database(Document.of(path, scratch=scratch))
    assert not has(database, "message")
    database.close()


def test_endless_query_is_stopped(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A query that never gives a row ends in a typed error."""
    monkeypatch.setattr(sqlite, "INSTRUCTIONS", 3_000_000)
    path = tmp_path / "a.db"
    make(path)
    database = open_database(Document.of(path, scratch=scratch))
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n WHERE i < 0"
    with pytest.raises(LimitReached, match=r"a\.db"):
        list(rows(database, endless))
    database.close()


def test_journal_that_names_another_file_is_not_applied(tmp_path: Path, scratch: Path) -> None:
    """A journal with a super-journal's name would make SQLite delete that file; the database is read without it."""
    path = tmp_path / "a.db"
    make(path)
    (tmp_path / "a.db-journal").write_bytes(b"x" * 600 + bytes.fromhex("d9d505f920a163d7"))
    database = open_database(Document.of(path, scratch=scratch))
    assert sum(map(len, rows(database, "SELECT * FROM note"))) == 10
    assert not list(scratch.iterdir())
    database.close()
