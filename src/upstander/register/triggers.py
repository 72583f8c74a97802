"""What the database refuses of itself: that an entry of the ledger be changed, removed or put in out of order."""

import re
from typing import Any

from django.db import connections

__all__ = ["drop", "make", "make_in_order", "missing"]

# INSERT OR REPLACE removes rows of the same number or digest without asking the triggers below: an entry goes to the
# end, and nowhere else, and is another.
_IN_ORDER = """
    CREATE TRIGGER ledger_in_order BEFORE INSERT ON register_entry
    WHEN NEW.sequence IS NOT (SELECT coalesce(max(sequence), 0) + 1 FROM register_entry)
        OR EXISTS (SELECT 1 FROM register_entry WHERE digest = NEW.digest)
    BEGIN SELECT RAISE(ABORT, 'the ledger goes on at its end'); END
    """

_SQLITE = (
    """
    CREATE TRIGGER ledger_unchanged BEFORE UPDATE ON register_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger cannot be changed'); END
    """,
    """
    CREATE TRIGGER ledger_kept BEFORE DELETE ON register_entry
    BEGIN SELECT RAISE(ABORT, 'the ledger cannot be changed'); END
    """,
    _IN_ORDER,
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


def make_in_order(apps: Any, schema: Any) -> None:  # noqa: ARG001 - what a migration is given
    """Make the trigger of SQLite that keeps entries in order anew: one made before 0008 did not look at digests."""
    if schema.connection.vendor == "sqlite":
        schema.execute("DROP TRIGGER IF EXISTS ledger_in_order")
        schema.execute(_IN_ORDER)


#: Triggers that are there and run, of each database, with what they do.
_THERE = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid"
    " WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')",
}


def missing(using: str = "default") -> list[str]:
    """Names of the triggers that somebody took away or switched off, or that do something else than they did."""
    connection = connections[using]
    made, asks = _made(connection.vendor), _THERE[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(asks)
        there = {name: " ".join(does.split()) for name, does in cursor.fetchall()}
    return [name for name, does in made.items() if there.get(name) != does]


def _made(vendor: str) -> dict[str, str]:
    """By name of each trigger what the database has of what it does: on PostgreSQL that is its function's."""
    if vendor == "sqlite":
        return {statement.split()[2]: " ".join(statement.split()) for statement in _SQLITE}
    said = [" ".join(statement.split()) for statement in _POSTGRESQL]
    functions = {found[1]: found[2] for found in map(_FUNCTION.match, said) if found}
    return {found[1]: functions[found[2]] for found in map(_TRIGGER.match, said) if found}


_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(\) .*?\$\$ (.*) \$\$")
_TRIGGER = re.compile(r"CREATE TRIGGER (\w+) .* EXECUTE FUNCTION (\w+)")


def drop(apps: Any, schema: Any) -> None:
    """There is no way back: a ledger that can be changed is none."""
    raise NotImplementedError("the ledger's triggers cannot be taken away by a migration")
