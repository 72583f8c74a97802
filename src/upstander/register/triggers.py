"""What the database refuses of itself: that an entry of the ledger be changed, removed or put in out of order."""

import re
from typing import Any

from django.db import connections

__all__ = ["drop", "make", "missing"]

_SQLITE = (
    """
    CREATE TRIGGER ledger_unchanged BEFORE UPDATE ON register_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger cannot be changed'); END
    """,
    """
    CREATE TRIGGER ledger_kept BEFORE DELETE ON register_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger cannot be changed'); END
    """,
    # INSERT OR REPLACE removes a row without asking the trigger above: an entry goes to the end, and nowhere else.
    """
    CREATE TRIGGER ledger_in_order BEFORE INSERT ON register_entry
    WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM register_entry)
    BEGIN SELECT RAISE(ABORT, 'the ledger goes on at its end'); END
    """,
)

_POSTGRESQL = (
    """
    CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the ledger cannot be changed' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE FUNCTION ledger_orders() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF NEW.sequence IS DISTINCT FROM (SELECT coalesce(max(sequence), 0) + 1 FROM register_entry) THEN
            RAISE EXCEPTION 'the ledger goes on at its end' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER ledger_kept BEFORE UPDATE OR DELETE ON register_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_refuses()
    """,
    """
    CREATE TRIGGER ledger_whole BEFORE TRUNCATE ON register_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()
    """,
    """
    CREATE TRIGGER ledger_in_order BEFORE INSERT ON register_entry
    FOR EACH ROW EXECUTE FUNCTION ledger_orders()
    """,
)


def make(apps: Any, schema: Any) -> None:  # noqa: ARG001 - what a migration is given
    """Make the triggers of whichever database this is."""
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema.connection.vendor]:
        schema.execute(statement)


#: Triggers that are there and run, of each database.
_THERE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that somebody took away or switched off."""
    connection = connections[using]
    made = {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[connection.vendor]
    names = [name for statement in made for name in re.findall(r"CREATE TRIGGER (\w+)", statement)]
    asks = _THERE[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asks)
        there = {name for (name,) in cursor.fetchall()}
    return [name for name in names if name not in there]


def drop(apps: Any, schema: Any) -> None:
    """There is no way back: a ledger that can be changed is none."""
    raise NotImplementedError("the ledger's triggers cannot be taken away by a migration")
