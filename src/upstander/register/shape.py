"""Whether the register has the shape that this Upstander writes, and giving it that shape."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

__all__ = ["bring_up_to_date", "pending"]

#: Number of the lock that PostgreSQL holds while somebody migrates; ours alone.
_LOCK = 0x75707374


def pending() -> list[str]:
    """Names of the migrations that the register still lacks, in order; none where it is up to date."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def bring_up_to_date(home: Path) -> list[str]:
    """Give the register its shape; gives what was done. Two that start at once do it one after the other."""
    with _alone(home):
        due = pending()
        if due:
            call_command("migrate", verbosity=0, interactive=False)
    return due


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
        return
    with (home / ".register.lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield
