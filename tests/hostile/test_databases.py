"""Bad databases: damaged, cut, locked, with the log of another; one sentence each, and what can be read is read."""

import random
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.hostile.conftest import Received
from tests.support.android import team
from tests.support.chat_storage import chat_storage, message

_AUTHORED = 10


def _android(folder: Path) -> Path:
    return team(folder / "msgstore.db")


def _ios(folder: Path) -> Path:
    with chat_storage(folder / "phone") as database:
        database.chat(1, "447700900301@s.whatsapp.net", "Anna", 0)
        database.message(*(message(n, 1, text=f"row {n}", sender="447700900301@s.whatsapp.net") for n in range(1, 11)))
    return folder / "phone" / "ChatStorage.sqlite"


def _authored(received: Received) -> int:
    return len(received.column("messages", "message")) - 40


def _header_only(whole: bytes) -> bytes:
    return whole[:100]


def _half(whole: bytes) -> bytes:
    return whole[: len(whole) // 2]


def _odd_page_size(whole: bytes) -> bytes:
    return whole[:16] + b"\x02\x00" + whole[18:]


def _random_after_header(whole: bytes) -> bytes:
    return whole[:100] + random.Random(1).randbytes(len(whole) - 100)


def _no_directory(whole: bytes) -> bytes:
    return whole[:100] + bytes(4096 - 100) + whole[4096:]


@pytest.mark.parametrize("make", [_android, _ios])
@pytest.mark.parametrize("damage", [_header_only, _half, _odd_page_size, _random_after_header, _no_directory])
def test_a_corrupt_database(received: Received, make: Callable[[Path], Path], damage: Callable[[bytes], bytes]) -> None:
    """Whatever is left of a database, it is kept, and a sentence says that it is damaged."""
    bad = make(received.folder)
    bad.write_bytes(damage(bad.read_bytes()))
    received.ingest()
    kinds = received.warned(bad)
    assert kinds.keys() & {"unreadable", "damaged_database", "unknown_format"}, kinds
    assert any(bad.name in row["detail"] for row in received.warnings())


def test_pages_overwritten(received: Received) -> None:
    """Rows on the pages that are whole are read, and the damage is named."""
    bad = received.folder / "msgstore.db"
    team(bad)
    connection = sqlite3.connect(bad)
    connection.executemany(
        "INSERT INTO message (_id, chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type, text_data,"
        " sort_id) VALUES (?1, 1, 0, ?1, 2, 1709280000000 + ?1, 0, printf('%.300c', 'x'), ?1)",
        [(n,) for n in range(100, 2100)],
    )
    connection.commit()
    connection.close()
    whole = bytearray(bad.read_bytes())
    pages = len(whole) // 4096
    for page in (pages // 2, pages // 2 + 1):
        whole[page * 4096 : (page + 1) * 4096] = bytes(4096)
    bad.write_bytes(whole)
    received.ingest()
    assert received.warned(bad)["damaged_database"] >= 1
    assert 1_900 < _authored(received) < 2_010


_HOLDER = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA journal_mode = " + sys.argv[2])
connection.execute("PRAGMA wal_autocheckpoint = 0")
connection.execute("BEGIN EXCLUSIVE")
connection.execute("INSERT INTO message (chat_row_id, from_me, key_id, sender_jid_row_id, timestamp, message_type,"
                   " text_data, sort_id) VALUES (1, 0, 'LATE', 2, 1709290000000, 0, 'not committed', 99)")
if sys.argv[2] == "WAL":
    connection.execute("COMMIT")
print("held", flush=True)
sys.stdin.readline()
"""


@pytest.mark.parametrize(("mode", "more"), [("DELETE", 0), ("WAL", 1)])
def test_a_database_in_use(received: Received, mode: str, more: int) -> None:
    """Locked by another process or written to with a log: the bytes are copied, and what was committed is read."""
    bad = _android(received.folder)
    holder = subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(bad), mode], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout
    assert holder.stdout.readline() == b"held\n"
    try:
        received.ingest()
    finally:
        holder.communicate(b"\n")
    assert _authored(received) - 4 == _AUTHORED + more
    assert ("not committed" in received.column("messages", "text")) == bool(more)


def test_the_log_of_another_database(received: Received) -> None:
    """A log whose checksums are another database's is not applied; what the database holds is read."""
    other = sqlite3.connect(received.folder / "other.db", isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.executescript("CREATE TABLE x (y); INSERT INTO x VALUES ('z')")
    log = (received.folder / "other.db-wal").read_bytes()
    other.close()
    (received.folder / "other.db").unlink()
    _android(received.folder)
    damaged = bytearray(log)
    damaged[-1] ^= 0xFF
    damaged[60] ^= 0xFF
    (received.folder / "msgstore.db-wal").write_bytes(damaged)
    received.ingest()
    assert _authored(received) - 4 == _AUTHORED


def test_a_log_that_is_whole_and_of_another_database(received: Received) -> None:
    """SQLite cannot tell a whole log of another database: the two are read together or refused, and both are kept."""
    other = sqlite3.connect(received.folder / "other.db", isolation_level=None)
    other.execute("PRAGMA journal_mode = WAL")
    other.execute("PRAGMA wal_autocheckpoint = 0")
    other.executescript("CREATE TABLE x (y); INSERT INTO x VALUES ('z')")
    log = (received.folder / "other.db-wal").read_bytes()
    other.close()
    (received.folder / "other.db").unlink()
    bad = _android(received.folder)
    (received.folder / "msgstore.db-wal").write_bytes(log)
    received.ingest()
    assert received.kept(bad)
    assert received.kept(received.folder / "msgstore.db-wal")
    assert received.warnings()
