"""Decisions that somebody changed are found: in the register, and in the files of a case."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from tests.register.people import case

from upstander.actions import Actor, Told, admit_decisions
from upstander.actions.action import action
from upstander.actions.powers import Power
from upstander.actions.projecting import project
from upstander.actions.verify_decisions import Decided, verify_decisions
from upstander.actions.verify_register import verify_register
from upstander.errors import LedgerBroken
from upstander.register import triggers
from upstander.register.models import Case, Decision, File
from upstander.storage import Home
from upstander.storage.decisions import add

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TYPED = json.dumps({"code": "threat", "by": "DC Example", "at": "2026-01-01T00:00:00Z"})


@action(Power.CODE, says="settled {about} in a test")
def settle_in_a_test(actor: Actor, now: datetime, /, *, case: Case, word: str) -> Told[None]:
    """Decide something, in a test."""
    line = json.dumps({"word": word, "by": actor.name})
    return Told(None, word, {}, decision=Decision(case=case, file=File.CODINGS, line=line))


@pytest.fixture
def codings(tmp_path: Path) -> Path:
    """A file of four decisions: one typed, two of the desk, one typed."""
    where, folder = case("MS-1"), Home(tmp_path).new("MS-1", title="x", now=NOW)
    path = folder.decisions / "codings.jsonl"
    add(path, [TYPED], what="it")
    for word in ("one", "two"):
        settle_in_a_test(Actor.typing("Ada Example"), NOW, case=where, word=word)
    project(where, folder)
    add(path, [TYPED], what="it")
    assert admit_decisions(NOW, case=where, folder=folder) == 2
    return path


def test_what_is_whole_is_counted(codings: Path, tmp_path: Path) -> None:
    """And what waits to be entered or written beside it."""
    assert verify_decisions(tmp_path) == Decided(sealed=4, unsealed=0, waiting=0)
    add(codings, [TYPED, TYPED], what="it")
    settle_in_a_test(Actor.typing("Ada Example"), NOW, case=Case.objects.get(), word="three")
    assert verify_decisions(tmp_path) == Decided(sealed=5, unsealed=0, waiting=3)
    assert verify_register(tmp_path).decided.sealed == 5


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        (lambda lines: [lines[0], lines[1].replace("one", "no"), *lines[2:]], "does not say what entry 1 decided"),
        (lambda lines: [lines[0], lines[2], lines[1], lines[3]], "does not say what entry 1 decided"),
        (lambda lines: [lines[0], *lines[2:]], "does not say what entry 1 decided"),
        (lambda lines: [*lines, '{"word": "x", "ledger": 9}'], "says that it is entry 9"),
        (lambda lines: lines[1:], "lacks 1 of the lines"),
        (lambda lines: [lines[0].replace("threat", "fun"), *lines[1:]], "lacks 1 of the lines"),
        (lambda _: [], "lacks 2 of the lines"),
    ],
)
def test_a_line_that_was_changed_in_a_file_is_found(
    codings: Path, tmp_path: Path, changed: Callable[[list[str]], list[str]], said: str
) -> None:
    """Changed, moved, removed or put in: by whoever can write to the folder."""
    lines = codings.read_text(encoding="utf-8").splitlines()
    codings.write_text("".join(f"{line}\n" for line in changed(lines)), encoding="utf-8")
    with pytest.raises(LedgerBroken, match=said):
        verify_decisions(tmp_path)


def test_a_decision_that_was_changed_in_the_register_is_found(codings: Path, tmp_path: Path) -> None:
    """Even where the file was changed with it: the entry seals the line."""
    Decision.objects.filter(pk=2).update(line=json.dumps({"word": "no", "by": "Ada Example"}))
    codings.write_text(codings.read_text(encoding="utf-8").replace("two", "no"), encoding="utf-8")
    with pytest.raises(LedgerBroken, match="what entry 2 of the ledger decided was changed"):
        verify_decisions(tmp_path)


def test_a_case_folder_that_is_gone_is_said(codings: Path, tmp_path: Path) -> None:
    """Its decisions are in the register and nowhere else."""
    codings.parent.parent.rename(tmp_path.parent / "elsewhere")
    with pytest.raises(LedgerBroken, match="the folder of case MS-1"):
        verify_decisions(tmp_path)


def test_a_database_that_refuses_nothing_any_more_is_said(tmp_path: Path) -> None:
    """Somebody took away a trigger."""
    assert triggers.missing() == []
    on = " ON register_entry" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_kept{on}")
    with pytest.raises(LedgerBroken, match="ledger_kept was taken away"):
        verify_register(tmp_path)
    assert triggers.missing() == ["ledger_kept"]


def test_a_trigger_that_does_nothing_any_more_is_said() -> None:
    """It is there by its name, and lets everything pass."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION ledger_orders() RETURNS trigger LANGUAGE plpgsql AS"
                " $$ BEGIN RETURN NEW; END $$"
            )
        else:
            cursor.execute("DROP TRIGGER ledger_in_order")
            cursor.execute("CREATE TRIGGER ledger_in_order BEFORE INSERT ON register_entry BEGIN SELECT 1; END")
    assert triggers.missing() == ["ledger_in_order"]
