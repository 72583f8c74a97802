"""The register of a home, asked from outside: by whichever database the tests have it on."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
from tests.support.postgres import own

__all__ = ["asked"]


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    """The rows of a statement that reads."""
    url = own(home)
    if url:
        with psycopg.connect(url) as connection:
            return list(connection.execute(query.encode()))
    with closing(sqlite3.connect(f"file:{home / 'register.sqlite3'}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query).fetchall()
