"""The register as one file, and one file as the register: SQLite's own backup, or PostgreSQL's programs."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, connections, transaction

from upstander.errors import OutputError
from upstander.register.site import Site

__all__ = ["put_back", "snapshot"]


@contextmanager
def snapshot(site: Site, folder: Path) -> Iterator[tuple[Path, str]]:
    """A copy of the register in `folder`, taken while it is in use, and a database that shows just what is in it.

    Raises `OutputError`.
    """
    if connection.vendor == "sqlite":
        path = folder / "register.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        with _also({"NAME": str(path), "OPTIONS": {}}) as name:
            yield path, name
        return
    # There on a site of PostgreSQL's alone.
    from psycopg import IsolationLevel

    path = folder / "register.dump"
    options = {**site.database["OPTIONS"], "isolation_level": IsolationLevel.REPEATABLE_READ}
    with _also({"OPTIONS": options}) as name, transaction.atomic(using=name):
        with connections[name].cursor() as cursor:
            cursor.execute("SELECT pg_export_snapshot()")
            (shown,) = cursor.fetchone()
        _postgresql(["pg_dump", "--format=custom", "--no-owner", f"--snapshot={shown}", f"--file={path}"], site)
        yield path, name


def put_back(site: Site, path: Path) -> None:
    """Make the register, which is empty, what the file holds. Raises `OutputError`."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
        return
    connection.close()
    _postgresql(["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction", str(path)], site)


@contextmanager
def _also(otherwise: dict[str, Any]) -> Iterator[str]:
    """Another connection, to the site's database but for what is `otherwise`; gives its name."""
    name = "snapshot"
    connections.databases[name] = {**connections.databases["default"], **otherwise}
    try:
        yield name
    finally:
        connections[name].close()
        del connections[name]
        del connections.databases[name]


def _postgresql(command: list[str], site: Site) -> None:
    """Run one of PostgreSQL's programs as the site connects, with the password in its environment alone."""
    # There on a site of PostgreSQL's alone.
    from psycopg.conninfo import make_conninfo

    known = site.database
    program = shutil.which(command[0])
    if program is None:
        raise OutputError(f"{command[0]} is not on this machine: install PostgreSQL's client programs")
    named = {"host": "HOST", "port": "PORT", "user": "USER", "dbname": "NAME"}
    where = make_conninfo(**{word: known[name] for word, name in named.items() if known[name]}, **known["OPTIONS"])
    given = {"PGPASSWORD": known["PASSWORD"]} if known["PASSWORD"] else {}
    ended = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, by its path
        [program, f"--dbname={where}", *command[1:]], env={**os.environ, **given}, capture_output=True, text=True
    )
    if ended.returncode:
        raise OutputError(f"{command[0]} failed: {' '.join(ended.stderr.split())[:500]}")
