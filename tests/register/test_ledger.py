"""The ledger: what is written stays, and what was changed is found."""

import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from tests.register.people import account, case

from upstander.actions import Actor, read_content
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import LedgerBroken, NotAllowed
from upstander.register.models import Entry, Head, Role
from upstander.register.sealing import FIRST

#: The module, which its function hides.
verifying = sys.modules["upstander.actions.verify_ledger"]

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _entries(count: int) -> None:
    who = account("ines")
    where = case("MS-1", ines=Role.INVESTIGATOR)
    for minute in range(count):
        read_content(
            Actor.of(who), NOW + timedelta(minutes=minute), case=where, about=f"message {minute}", why="review"
        )


def test_a_chain_is_proved_from_the_first_entry_to_the_last() -> None:
    """Every entry follows from the one before it, and the head is the last."""
    _entries(5)
    count, digest = verify_ledger()
    assert count == Entry.objects.count() == 5
    assert digest == Entry.objects.last().digest  # type: ignore[union-attr]
    assert Entry.objects.first().before == FIRST  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE register_entry SET actor = 'somebody else' WHERE sequence = 2",
        "DELETE FROM register_entry WHERE sequence = 3",
        "DELETE FROM register_entry",
        "INSERT INTO register_entry SELECT 9, at, actor, via, verb, \"case\", about, detail, before, 'x', account_id"
        " FROM register_entry WHERE sequence = 1",
    ],
)
def test_the_database_itself_refuses_to_change_the_ledger(statement: str) -> None:
    """Not the program but the database says no, whoever asks."""
    _entries(3)
    with pytest.raises(DatabaseError, match="ledger"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify_ledger()[0] == 3


#: What each database has besides, to change rows without an UPDATE or a DELETE.
_OWN = {
    "sqlite": (
        "INSERT OR REPLACE INTO register_entry SELECT * FROM register_entry WHERE sequence = 1",
        "REPLACE INTO register_entry SELECT * FROM register_entry WHERE sequence = 3",
        # At the end, with the digest of the first: what is unique goes as well as what has the number.
        'INSERT OR REPLACE INTO register_entry SELECT 4, at, actor, via, verb, "case", about, detail, before, digest,'
        " account_id FROM register_entry WHERE sequence = 1",
    ),
    "postgresql": (
        "TRUNCATE register_entry CASCADE",
        "INSERT INTO register_entry SELECT * FROM register_entry WHERE sequence = 1"
        " ON CONFLICT (sequence) DO UPDATE SET actor = 'somebody else'",
        "MERGE INTO register_entry USING (SELECT 2 AS two) AS it ON sequence = two WHEN MATCHED THEN DELETE",
    ),
}


def test_no_statement_of_a_databases_own_puts_an_entry_in_the_place_of_another() -> None:
    """A replacement removes a row without a DELETE, TRUNCATE all of them: each is refused."""
    _entries(3)
    for statement in _OWN[connection.vendor]:
        with transaction.atomic(), connection.cursor() as cursor:
            # What a row refers to is looked at once it is there; a table with some left to look at is not emptied.
            connection.check_constraints()
            with pytest.raises(DatabaseError, match="ledger"), transaction.atomic():
                cursor.execute(statement)
    assert verify_ledger()[0] == 3


def test_an_entry_keeps_what_no_database_takes() -> None:
    """A NUL or half of a pair of surrogates in a name, as evidence has them: one sign stands there instead."""
    read_content(Actor.typing("A\0da"), NOW, case=case("MS-1"), about="person \0\ud800x", why="\udfff\0")
    entry = Entry.objects.get()
    assert (entry.actor, entry.about) == ("A\ufffdda", "person \ufffd?x")
    assert json.loads(entry.detail)["why"] == "?\0"
    assert verify_ledger()[0] == 1


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor", "nobody"), ("detail", "{}"), ("at", NOW), ("verb", "give_role"), ("case", "MS-2"), ("about", "")],
)
def test_an_entry_that_was_changed_past_the_triggers_is_found(column: str, value: str | datetime) -> None:
    """Whoever takes the triggers away and changes one field of one entry is found by its seal."""
    _entries(4)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER ledger_unchanged" if connection.vendor == "sqlite" else _POSTGRESQL)
        cursor.execute(f'UPDATE register_entry SET "{column}" = %s WHERE sequence = 2', [value])
    with pytest.raises(LedgerBroken, match="entry 2"):
        verify_ledger()


_POSTGRESQL = "DROP TRIGGER ledger_kept ON register_entry"


def test_what_is_written_while_a_ledger_is_proved_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is proved is what was there when it began; an entry that nothing counted is one."""
    _entries(3)
    sealed: Callable[[Entry], str] = verifying.seal
    written: list[None] = []

    def meanwhile(entry: Entry) -> str:
        if not written:
            written.append(None)
            read_content(Actor.typing("Ada"), NOW, case=case("MS-2"), about="message x", why="review")
        return sealed(entry)

    monkeypatch.setattr(verifying, "seal", meanwhile)
    assert verify_ledger()[0] == 3
    assert verify_ledger()[0] == 4
    Head.objects.filter(pk=1).update(sequence=3, digest=Entry.objects.get(sequence=3).digest)
    with pytest.raises(LedgerBroken, match="entry 4, which nothing"):
        verify_ledger()


def test_an_end_that_was_cut_off_is_found() -> None:
    """The last entries cannot go without the head."""
    _entries(3)
    Head.objects.update(sequence=4)
    with pytest.raises(LedgerBroken, match="ends at entry 3"):
        verify_ledger()


def test_what_is_refused_leaves_no_entry() -> None:
    """Nothing is written of what was not done."""
    who = account("ines")
    where = case("MS-1", ines=Role.AUDITOR)
    with pytest.raises(NotAllowed):
        read_content(Actor.of(who), NOW, case=where, about="message 1", why="curiosity")
    assert Entry.objects.count() == Head.objects.get().sequence == 0


def test_an_entry_says_who_did_what_and_why() -> None:
    """Name, shell, verb, case, thing and reason."""
    _entries(1)
    entry = Entry.objects.get()
    assert (entry.actor, entry.via, entry.verb, entry.case, entry.about) == (
        "Ines Example",
        "desk",
        "read_content",
        "MS-1",
        "message 0",
    )
    assert json.loads(entry.detail) == {"why": "review"}
