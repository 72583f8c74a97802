"""What a command changes in a case that is on the desk has its entry when the command ends."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.commands import Command

from upstander.actions import admit_decisions
from upstander.actions.admit_case import admit_cases
from upstander.cli.backup import whoever
from upstander.register.models import Case, Entry
from upstander.storage import Home

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def on_the_desk(db: None, home: Path, settings: Any, case: str) -> Case:
    """That case, on the desk of its home."""
    settings.SITE = replace(settings.SITE, home=home)
    (home / "register.sqlite3").touch()
    assert admit_cases(NOW, home) == []
    return Case.objects.get(reference=case)


def _entries(after: int) -> list[tuple[str, str, str]]:
    found = Entry.objects.filter(sequence__gt=after)
    return [(entry.verb, entry.actor, entry.via) for entry in found]


def test_what_was_taken_in_before_there_was_a_desk_is_entered_when_it_is_opened(on_the_desk: Case) -> None:
    """References, digests and custodian; who typed then is not known. Once."""
    entry = Entry.objects.get(verb="admit_exhibits")
    said = json.loads(entry.detail)
    assert (entry.actor, entry.via, entry.case, entry.about) == ("somebody", "command line", "C-1", "AB/1")
    assert said["custodian"] == "PC [b]Invented[/b]"
    assert [(len(file["sha256"]), file["reference"]) for file in said["exhibits"]] == [(64, "AB/1")]
    count = Entry.objects.count()
    assert admit_cases(NOW, Home(Path(os.environ["UPSTANDER_HOME"])).path) == []
    assert Entry.objects.count() == count


def test_an_ingest_has_one_entry_at_once_under_the_name_of_whoever_typed(
    upstander: Command, on_the_desk: Case, tmp_path: Path
) -> None:
    """And the same files again have none, for nothing changed."""
    last = Entry.objects.count()
    more = tmp_path / "more.txt"
    more.write_text("not a chat", encoding="utf-8")
    assert upstander("ingest", "C-1", more, "--exhibit", "AB/2", "--custodian", "PC Example").status == 0
    assert _entries(last) == [("admit_exhibits", whoever(), "command line")]
    assert upstander("ingest", "C-1", more, "--exhibit", "AB/2", "--custodian", "PC Example").status == 0
    assert Entry.objects.count() == last + 1


def test_every_line_that_a_command_writes_has_its_entry_when_it_ends(upstander: Command, on_the_desk: Case) -> None:
    """Codings, and whatever else is appended to the decisions; a command that only reads writes none."""
    last = Entry.objects.count()
    message = upstander("messages", "C-1", "--format", "jsonl").out.splitlines()[0]
    key = json.loads(message)["message"]
    assert Entry.objects.count() == last
    assert upstander("code", "C-1", key, "threat_form", "--by", "DC Example").status == 0
    assert upstander("search", "C-1", "morning", "--save", "Greetings", "--by", "DC Example").status == 0
    assert upstander("code", "C-1", key, "--nothing", "--by", "DC Other").status == 0
    assert _entries(last) == [
        ("admit_decision", "DC Example", "command line"),
        ("admit_decision", "DC Example", "command line"),
        ("admit_decision", "DC Other", "command line"),
    ]
    assert admit_decisions(NOW, case=on_the_desk, folder=Home(Path(os.environ["UPSTANDER_HOME"])).open("C-1")) == 0


def test_a_case_that_is_not_on_the_desk_has_no_entry(upstander: Command, on_the_desk: Case, chat: Path) -> None:
    """It is admitted, with all that was done in it, when the desk is opened."""
    last = Entry.objects.count()
    assert upstander("case", "new", "C-2", "--title", "Early turn").status == 0
    assert upstander("ingest", "C-2", chat).status == 0
    assert Entry.objects.count() == last


def test_what_cannot_be_entered_now_is_said_and_done(
    upstander: Command, on_the_desk: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The decision stands in the file, the command ends well, and opening the desk enters it."""
    key = json.loads(upstander("messages", "C-1", "--format", "jsonl").out.splitlines()[0])["message"]

    def refuses(*_: object, **__: object) -> None:
        raise OSError("no such server")

    with monkeypatch.context() as broken:
        broken.setattr("upstander.cli.admitting.opened", refuses)
        said = upstander("code", "C-1", key, "threat_form", "--by", "DC Example")
    assert said.status == 0
    assert "not in the desk's ledger yet (no such server)" in " ".join(said.err.split())
    last = Entry.objects.count()
    assert admit_cases(NOW, Path(os.environ["UPSTANDER_HOME"])) == []
    assert _entries(last) == [("admit_decision", "DC Example", "command line")]


def test_a_home_without_a_register_loads_none_of_it(case: str, home: Path) -> None:
    """Not for a command that writes: Django takes longer to load than the command."""
    program = (
        "import sys; from upstander.cli import run; status = run(sys.argv[1:]);"
        " sys.exit(9 if 'django' in sys.modules else status)"
    )
    environment = {**os.environ, "UPSTANDER_HOME": str(home)}
    listed = [sys.executable, "-m", "upstander", "messages", case, "--format", "jsonl"]
    key = json.loads(subprocess.run(listed, capture_output=True, env=environment).stdout.splitlines()[0])["message"]
    command = [sys.executable, "-c", program, "code", case, key, "threat_form", "--by", "DC Example"]
    assert subprocess.run(command, env=environment, capture_output=True).returncode == 0
