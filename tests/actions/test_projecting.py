"""Decisions of the desk come into the case's files once and in order; those of the command line into the ledger."""

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.register.people import case

from upstander.actions import Actor, Told, admit_decisions
from upstander.actions.action import action
from upstander.actions.powers import Power
from upstander.actions.projecting import project
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import BadDecision
from upstander.register.models import Case, Decision, Entry, File
from upstander.storage import Home
from upstander.storage.decisions import add, add_numbered, unnumbered

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
ACTOR = Actor.typing("Ada Example")


@action(Power.CODE, says="decided {about} in a test")
def decide_in_a_test(actor: Actor, now: datetime, /, *, case: Case, word: str) -> Told[None]:
    """Decide something, in a test."""
    line = json.dumps({"word": word, "by": actor.name})
    return Told(None, word, {}, decision=Decision(case=case, file=File.CODINGS, line=line))


def _lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.mark.django_db
def test_a_decision_is_written_to_its_file_once_however_often_it_is_projected(tmp_path: Path) -> None:
    """With the number of its entry, in the ledger's order."""
    where, folder = case("MS-1"), Home(tmp_path).new("MS-1", title="x", now=NOW)
    for word in ("one", "two"):
        decide_in_a_test(ACTOR, NOW, case=where, word=word)
    for _ in range(3):
        project(where, folder)
    decide_in_a_test(ACTOR, NOW, case=where, word="three")
    project(where, folder)
    assert [(row["word"], row["ledger"]) for row in _lines(folder.decisions / "codings.jsonl")] == [
        ("one", 1),
        ("two", 2),
        ("three", 3),
    ]


@pytest.mark.django_db
def test_what_a_crash_left_out_is_written_by_the_next(tmp_path: Path) -> None:
    """A file that was cut in the middle of a line is whole again afterwards, with every line once."""
    where, folder = case("MS-1"), Home(tmp_path).new("MS-1", title="x", now=NOW)
    for word in ("one", "two", "three"):
        decide_in_a_test(ACTOR, NOW, case=where, word=word)
    project(where, folder)
    path = folder.decisions / "codings.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[:-20])
    project(where, folder)
    assert path.read_bytes() == whole


@pytest.mark.django_db
def test_lines_of_the_command_line_are_admitted_once_each_under_their_own_name(tmp_path: Path) -> None:
    """Each becomes one entry; the same line twice is two; what the desk wrote is not admitted again."""
    where, folder = case("MS-1"), Home(tmp_path).new("MS-1", title="x", now=NOW)
    path = folder.decisions / "codings.jsonl"
    typed = json.dumps({"code": "threat", "by": "DC Example", "at": "2026-01-01T00:00:00Z"})
    add(path, [typed, typed, "no json"], what="it")
    assert admit_decisions(NOW, case=where, folder=folder) == 3
    decide_in_a_test(ACTOR, NOW, case=where, word="one")
    project(where, folder)
    add(path, [typed], what="it")
    assert admit_decisions(NOW, case=where, folder=folder) == 1
    assert admit_decisions(NOW, case=where, folder=folder) == 0
    assert [entry.actor for entry in Entry.objects.all()] == [
        "DC Example",
        "DC Example",
        "somebody",
        "Ada Example",
        "DC Example",
    ]
    assert verify_ledger()[0] == 5
    assert len(path.read_text(encoding="utf-8").splitlines()) == 5


@pytest.mark.django_db
def test_a_line_with_a_number_that_the_ledger_has_not_is_said(tmp_path: Path) -> None:
    """Somebody who writes a number of their own keeps no decision out unseen."""
    where, folder = case("MS-1"), Home(tmp_path).new("MS-1", title="x", now=NOW)
    add(folder.decisions / "codings.jsonl", ['{"code": "x", "ledger": 999}'], what="it")
    decide_in_a_test(ACTOR, NOW, case=where, word="one")
    with pytest.raises(BadDecision, match="entry 999"):
        project(where, folder)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], max_examples=50)
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30), max_size=8))
def test_numbered_lines_keep_what_they_say(words: list[str]) -> None:
    """Whatever stands in a line, it is one line, the same object, and has its number."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "decisions" / "x.jsonl"
        made = [(number, json.dumps({"w": word}, ensure_ascii=False)) for number, word in enumerate(words, start=1)]
        assert add_numbered(path, made, what="it") == len(words)
        assert add_numbered(path, made, what="it") == len(words)
        told = [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
        assert told == [{"w": word, "ledger": number} for number, word in enumerate(words, start=1)]
        assert unnumbered(path) == []
