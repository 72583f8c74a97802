"""SQLite exhibits, opened so that nothing in them can change, hang or mislead the reader.

A database without a write-ahead log or rollback journal beside it is read where it lies, immutable. With one, the files
are copied to scratch and the copy is opened, so that SQLite applies the log: without it the newest messages are
missing. What is inside is not trusted: values of any type, text that is no UTF-8, pages that lead nowhere.
"""

import errno
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from upstander.errors import LimitReached, Unreadable, WrongSource
from upstander.evidence.document import Document, File

__all__ = ["Database", "columns", "expect_sqlite", "has", "open_database", "rows", "sidecars", "tables"]

#: First bytes of every SQLite 3 database that is not encrypted.
MAGIC = b"SQLite format 3\x00"
#: What SQLite leaves beside a database in use. A -shm is only an index of the -wal and is made again.
SIDECARS = ("-wal", "-shm", "-journal")
#: Bytes one value may have: larger than any text or key blob of a chat database, smaller than memory.
VALUE_BYTES = 64 * 1024 * 1024
#: Instructions of SQLite's machine that may pass between two fetches: minutes of work, never a hang.
INSTRUCTIONS = 5_000_000_000
_TICK = 1_000_000
#: Last bytes of a rollback journal that belongs to a transaction over several databases.
_SUPER_JOURNAL = bytes.fromhex("d9d505f920a163d7")
#: Rows fetched at a time.
FETCH_ROWS = 50_000

#: What SQLite raises; Python adds an error of its own where a message quotes a damaged schema that is no UTF-8, and
#: MemoryError is how it names SQLite's refusal of a size that only a damaged schema asks for.
_PROBLEMS = (sqlite3.Error, UnicodeDecodeError, MemoryError)

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Database(sqlite3.Connection):
    """A read-only connection that keeps count of what was odd."""

    #: Values that were no valid UTF-8 and were given with U+FFFD in place of the bad bytes.
    invalid_text: int
    #: One sentence for each place where corruption stopped a query.
    damage: list[str]
    #: Whether the file says that it is kept with a write-ahead log and none came with it.
    lacks_log: bool
    #: The name as received, for messages.
    name: str
    #: What SQLite opens to read the same bytes again, for readers other than this connection.
    uri: str

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.invalid_text = 0
        self.damage = []
        self.lacks_log = False
        self.name = ""
        self.uri = ""
        self._ticks = 0
        self.text_factory = self.text

    def text(self, value: bytes) -> str:
        """Decode a text value; bytes that are no UTF-8 become U+FFFD and are counted."""
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            self.invalid_text += 1
            return value.decode("utf-8", "replace")

    def refresh(self) -> None:
        """Start the count of instructions again; called whenever rows have come."""
        self._ticks = 0

    def tick(self) -> int:
        """Stop a query (by giving 1) that has worked beyond `INSTRUCTIONS` without giving rows."""
        self._ticks += 1
        return int(self._ticks * _TICK > INSTRUCTIONS)


def expect_sqlite(document: Document) -> None:
    """Raise `WrongSource` unless the document starts as an SQLite database does."""
    if not document.head.startswith(MAGIC):
        raise WrongSource(f"{document.file.name} is no SQLite database")


def sidecars(document: Document, file: File | None = None) -> tuple[str, ...]:
    """Names of the siblings that SQLite left beside `file` (by default the document itself)."""
    name = (file or document.file).name
    return tuple(name + suffix for suffix in SIDECARS if name + suffix in document.siblings)


def open_database(document: Document, file: File | None = None) -> Database:
    """Open `file` (the document itself, or a sibling such as `wa.db`) with its write-ahead log or journal applied.

    Raises `Unreadable` where it is no database that can be read (encrypted, corrupt, cut off before its directory), and
    `LimitReached` where the copy that a log needs would fill the disk. Close it when done.
    """
    file = file or document.file
    with file.open() as stream:
        head = stream.read(100)
    if not head.startswith(MAGIC):
        raise Unreadable(f"{file.name} is no readable SQLite database: it is encrypted, damaged or something else")
    path = file.local(document.scratch)
    logs = {
        suffix: document.siblings[file.name + suffix]
        for suffix in ("-wal", "-journal")
        if file.name + suffix in document.siblings
        and document.siblings[file.name + suffix].size
        and _harmless(suffix, document.siblings[file.name + suffix])
    }
    with _named(file.name):
        if logs:
            path = _folded(file, path, logs, document.scratch)
        uri = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, factory=Database, isolation_level=None, check_same_thread=False)
        try:
            _harden(connection)
            connection.name, connection.uri = file.name, uri
            connection.lacks_log = head[18:20] == b"\x02\x02" and "-wal" not in logs
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
    return connection


def tables(connection: Database) -> frozenset[str]:
    """Names of the ordinary tables. Views and virtual tables are not among them: they run what a stranger wrote."""
    with _named(connection.name):
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND typeof(name) = 'text'"
        )
        return frozenset(name for (name,) in found)


def has(connection: Database, table: str) -> bool:
    """Whether there is an ordinary table of this name."""
    return table in tables(connection)


def columns(connection: Database, table: str) -> frozenset[str]:
    """Names of the columns of `table`; empty where there is no such table."""
    if not has(connection, table):
        return frozenset()
    with _named(connection.name):
        found = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        return frozenset(name for (name,) in found if _PLAIN.fullmatch(name))


def rows(
    connection: Database, query: str, arguments: Sequence[Any] = (), *, size: int = FETCH_ROWS
) -> Iterator[list[tuple[Any, ...]]]:
    """Lists of up to `size` rows of `query`, up to the first corruption, which is added to `connection.damage`.

    Raises `LimitReached` where SQLite works for minutes without giving a row.
    """
    cursor: sqlite3.Cursor | None = None
    connection.refresh()
    try:
        cursor = connection.execute(query, arguments)
        while True:
            got: list[tuple[Any, ...]] = []
            try:
                # Row by row, so that those before a corrupt page are kept: fetchmany would lose its whole list.
                for row in cursor:
                    got.append(row)
                    if len(got) >= size:
                        break
            except _PROBLEMS as problem:
                if got:
                    yield got
                raise problem from None
            if not got:
                return
            connection.refresh()
            yield got
    except _PROBLEMS as problem:
        if "interrupted" in str(problem):
            message = f"a query on {connection.name} did not end in reasonable time; the database may be made to hang"
            raise LimitReached(message) from problem
        connection.damage.append(f"{connection.name} is damaged ({problem}); rows before the damage were read")
    finally:
        if cursor is not None:
            cursor.close()


def _harden(connection: Database) -> None:
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, VALUE_BYTES)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    connection.setlimit(sqlite3.SQLITE_LIMIT_WORKER_THREADS, 0)
    connection.set_progress_handler(connection.tick, _TICK)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON", "cache_size = -65536"):
        connection.execute(f"PRAGMA {pragma}")


def _folded(file: File, path: Path, logs: dict[str, File], scratch: Path) -> Path:
    """A copy of the database in `scratch` that its log has been written into."""
    size = file.size + sum(log.size for log in logs.values())
    if size > shutil.disk_usage(scratch).free // 2:
        raise LimitReached(f"{file.name} and its log have {size:,} bytes, more than half of the free disk; make room")
    copy = Path(tempfile.mkdtemp(prefix="database-", dir=scratch)) / "copy.db"
    shutil.copyfile(path, copy)
    for suffix, log in logs.items():
        with log.open() as source, copy.with_name(copy.name + suffix).open("wb") as target:
            shutil.copyfileobj(source, target, 1 << 20)
    connection = sqlite3.connect(copy, isolation_level=None)
    try:
        # A stranger's schema runs nothing here: no statement but these touches the copy.
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.execute("PRAGMA journal_mode = DELETE").fetchone()
    finally:
        connection.close()
    return copy


def _harmless(suffix: str, log: File) -> bool:
    """Whether a log may be applied. A journal that names a super-journal makes SQLite delete the file it names."""
    if suffix != "-journal":
        return True
    with log.open() as stream:
        tail = b""
        while chunk := stream.read(1 << 20):
            tail = (tail + chunk)[-len(_SUPER_JOURNAL) :]
    return tail != _SUPER_JOURNAL


@contextmanager
def _named(name: str) -> Iterator[None]:
    """Map SQLite's errors to ours."""
    try:
        yield
    except _PROBLEMS as problem:
        if getattr(problem, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL:
            # No fault of the database's: the run ends, and the next one reads it.
            raise OSError(errno.ENOSPC, f"no room to open {name}") from problem
        message = f"{name} is no readable SQLite database ({problem}): it is encrypted, locked or damaged"
        raise Unreadable(message) from problem
