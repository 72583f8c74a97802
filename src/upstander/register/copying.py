"""The register as one file, and one file as the register: SQLite's own backup, or PostgreSQL's programs."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.db import connection, connections

from upstander.errors import OutputError
from upstander.register.site import Site

__all__ = ["beside", "dumped", "put_back"]


def dumped(site: Site, folder: Path) -> Path:
    """A snapshot of the register in `folder`, taken while it is in use. Raises `OutputError`."""
    if connection.vendor == "sqlite":
        path = folder / "register.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            connection.connection.backup(copy)
        return path
    path = folder / "register.dump"
    _postgresql(["pg_dump", "--format=custom", "--no-owner", f"--file={path}"], site)
    return path


def put_back(site: Site, path: Path) -> None:
    """Make the register, which is empty, what the file holds. Raises `OutputError`."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with closing(sqlite3.connect(path)) as copy:
            copy.backup(connection.connection)
        return
    connection.close()
    restored = ["pg_restore", "--no-owner", "--exit-on-error", "--single-transaction"]
    _postgresql([*restored, f"--dbname={site.database['NAME']}", str(path)], site)


@contextmanager
def beside(path: Path) -> Iterator[str]:
    """A register in a file of SQLite's, as a database beside the site's own; gives its name."""
    name = "beside"
    connections.databases[name] = {**connections.databases["default"], "NAME": str(path), "OPTIONS": {}}
    try:
        yield name
    finally:
        connections[name].close()
        del connections[name]
        del connections.databases[name]


def _postgresql(command: list[str], site: Site) -> None:
    """Run one of PostgreSQL's programs, with the password in its environment and not among its words."""
    known = site.database
    program = shutil.which(command[0])
    if program is None:
        raise OutputError(f"{command[0]} is not on this machine: install PostgreSQL's client programs")
    named = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    given = {variable: known[name] for variable, name in named.items() if known[name]}
    ended = subprocess.run(  # noqa: S603 - a program of PostgreSQL's, by its path
        [program, *command[1:]], env={**os.environ, **given}, capture_output=True, text=True
    )
    if ended.returncode:
        raise OutputError(f"{command[0]} failed: {' '.join(ended.stderr.split())[:500]}")
