"""What the database refuses of itself: that what is written be changed.

An entry of the ledger is not changed, removed or put in out of order; a decision is not changed or removed; the
ledger's end only goes on.
"""

from typing import Any

from django.db import connections

__all__ = ["drop", "make", "make_of_decisions", "missing"]

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

_SQLITE_DECISIONS = (
    """
    CREATE TRIGGER decision_unchanged BEFORE UPDATE ON register_decision
    BEGIN SELECT RAISE(ABORT, 'a decision cannot be changed'); END
    """,
    """
    CREATE TRIGGER decision_kept BEFORE DELETE ON register_decision
    BEGIN SELECT RAISE(ABORT, 'a decision cannot be changed'); END
    """,
    # INSERT OR REPLACE, as above.
    """
    CREATE TRIGGER decision_once BEFORE INSERT ON register_decision
    WHEN EXISTS (SELECT 1 FROM register_decision WHERE entry_id = NEW.entry_id)
    BEGIN SELECT RAISE(ABORT, 'a decision cannot be changed'); END
    """,
    """
    CREATE TRIGGER head_goes_on BEFORE UPDATE ON register_head
    WHEN NEW.sequence IS NOT OLD.sequence + 1
    BEGIN SELECT RAISE(ABORT, 'the ledger goes on at its end'); END
    """,
    """
    CREATE TRIGGER head_kept BEFORE DELETE ON register_head
    BEGIN SELECT RAISE(ABORT, 'the ledger cannot be changed'); END
    """,
    """
    CREATE TRIGGER head_once BEFORE INSERT ON register_head
    WHEN EXISTS (SELECT 1 FROM register_head)
    BEGIN SELECT RAISE(ABORT, 'the ledger cannot be changed'); END
    """,
)

_POSTGRESQL_DECISIONS = (
    """
    CREATE FUNCTION decision_refuses() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'a decision cannot be changed' USING ERRCODE = 'restrict_violation'; END $$
    """,
    """
    CREATE FUNCTION head_goes_on() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        IF NEW.sequence IS DISTINCT FROM OLD.sequence + 1 THEN
            RAISE EXCEPTION 'the ledger goes on at its end' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER decision_kept BEFORE UPDATE OR DELETE ON register_decision
    FOR EACH ROW EXECUTE FUNCTION decision_refuses()
    """,
    """
    CREATE TRIGGER decision_whole BEFORE TRUNCATE ON register_decision
    FOR EACH STATEMENT EXECUTE FUNCTION decision_refuses()
    """,
    """
    CREATE TRIGGER head_goes_on BEFORE UPDATE ON register_head
    FOR EACH ROW EXECUTE FUNCTION head_goes_on()
    """,
    """
    CREATE TRIGGER head_kept BEFORE DELETE ON register_head
    FOR EACH ROW EXECUTE FUNCTION ledger_refuses()
    """,
    """
    CREATE TRIGGER head_whole BEFORE TRUNCATE ON register_head
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()
    """,
)


def make(apps: Any, schema: Any) -> None:  # noqa: ARG001 - what a migration is given
    """Make the triggers of whichever database this is."""
    for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[schema.connection.vendor]:
        schema.execute(statement)


def make_of_decisions(apps: Any, schema: Any) -> None:  # noqa: ARG001 - what a migration is given
    """Make those of the decisions and of the ledger's end."""
    for statement in {"sqlite": _SQLITE_DECISIONS, "postgresql": _POSTGRESQL_DECISIONS}[schema.connection.vendor]:
        schema.execute(statement)


def missing(using: str = "default") -> list[str]:
    """Names of the triggers, and of what they run, that are not there, are switched off, or are not what was made."""
    connection = connections[using]
    there: set[str] = set()
    if connection.vendor == "sqlite":
        made = [*_SQLITE, *_SQLITE_DECISIONS]
        with connection.cursor() as cursor:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
            there = {_words(sql) for (sql,) in cursor.fetchall()}
    else:
        made = [*_POSTGRESQL, *_POSTGRESQL_DECISIONS]
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
            )
            there = {_triggered(sql) for (sql,) in cursor.fetchall()}
            cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace")
            there |= {f"{name} {_words(source)}" for name, source in cursor.fetchall()}
    return [statement.split()[2].removesuffix("()") for statement in made if _as_kept(statement) not in there]


def _as_kept(statement: str) -> str:
    """A statement as the database has it, in the words of `missing`."""
    if "FUNCTION" in statement.split()[:2]:
        return f"{statement.split()[2].removesuffix('()')} {_words(statement.split('$$')[1])}"
    return _triggered(statement) if "EXECUTE FUNCTION" in statement else _words(statement)


def _triggered(statement: str) -> str:
    """A trigger of PostgreSQL's: when it runs, in whatever order that is written, on which table, for what, and what."""
    words = _words(statement).replace("public.", "")
    when, _, rest = words.partition(" ON ")
    return f"{' '.join(sorted(when.split()))} ON {rest}"


def _words(statement: str) -> str:
    return " ".join(statement.split())


def drop(apps: Any, schema: Any) -> None:
    """There is no way back: a ledger that can be changed is none."""
    raise NotImplementedError("the ledger's triggers cannot be taken away by a migration")
