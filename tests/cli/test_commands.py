"""Every command: its help, its JSON, and what people see."""

import json
from pathlib import Path

import pytest
from tests.register.people import account
from tests.support.commands import Command

from upstander import __version__
from upstander.cli import COMMANDS, app, commands
from upstander.evidence.intake import conversations_stated
from upstander.model import schema
from upstander.storage import Home, intakes

#: How each command is called in the test of its JSON, after its words.
ARGUMENTS: dict[tuple[str, ...], list[str]] = {
    ("case", "new"): ["C-2", "--title", "Second"],
    ("case", "list"): [],
    ("case", "admit"): ["C-1", "--owner", "ines"],
    ("ingest",): ["C-1", "CHAT"],
    ("status",): ["C-1"],
    ("messages",): ["C-1", "-o", "-"],
    ("warnings",): ["C-1"],
    ("captures",): ["C-1"],
    ("gaps",): ["C-1"],
    ("clocks",): ["C-1"],
    ("who",): ["C-1", "2"],
    ("stances",): ["C-1"],
    ("people",): ["C-1"],
    ("codebook", "list"): [],
    ("codebook", "check"): ["BOOK.yaml"],
    ("codebook", "show"): ["police-misconduct", "banter"],
    ("code",): ["C-1", "2", "banter", "--by", "R. Reader"],
    ("codings",): ["C-1"],
    ("agreement",): ["C-1"],
    ("search",): ["C-1", "morning"],
    ("triage",): ["C-1"],
    ("queue", "next"): ["C-1", "--code", "banter"],
    ("queue", "show"): ["C-1", "--code", "banter"],
    ("simulate",): ["SET.csv", "--text", "said", "--label", "relevant"],
    ("certificate",): ["C-1", "--code", "banter", "--plan"],
    ("rsmf",): ["C-1", "-o", "OUT.zip"],
    ("case-uco",): ["C-1", "-o", "OUT.jsonld"],
    ("rebuild",): ["C-1"],
    ("version",): [],
    ("account", "add"): ["bo", "--name", "Bo Example", "--generate"],
    ("account", "list"): [],
    ("account", "password"): ["ines", "--generate"],
    ("account", "close"): ["ines"],
    ("account", "number"): ["ines", "PC4471"],
    ("account", "second-step"): ["ines"],
    ("ledger", "verify"): [],
    ("settings",): [],
    ("doctor",): [],
    ("work",): ["--once"],
}


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(upstander: Command, words: tuple[str, ...]) -> None:
    """The help has the summary that the list shows, the rest of the docstring, and every parameter with a sentence."""
    said = upstander(*words, "--help")
    assert said.status == 0
    assert COMMANDS[words][1].split(".")[0] in " ".join(said.out.split())
    command = dict(commands())[words]
    for argument in command.assemble_argument_collection():
        assert argument.parameter.help or argument.name == "*", (words, argument.name)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_list_says_what_the_docstring_says(words: tuple[str, ...]) -> None:
    """The summary in `upstander --help` is the first line of the command's docstring."""
    command = dict(commands())[words]
    assert command.help.split("\n\n")[0] == COMMANDS[words][1]


def test_the_list_has_every_command(upstander: Command) -> None:
    """`upstander --help`, and `upstander` alone, name every command; a noun names its verbs."""
    for arguments in (["--help"], []):
        said = upstander(*arguments)
        assert said.status == 0
        assert all(words[0] in said.out for words in COMMANDS)
    assert all(verb in upstander("case", "--help").out for verb in ("new", "list"))
    assert "upstander" in app.name


@pytest.mark.django_db
@pytest.mark.parametrize("words", ARGUMENTS, ids=" ".join)
def test_every_command_answers_a_program(
    upstander: Command, case: str, chat: Path, tmp_path: Path, words: tuple[str, ...]
) -> None:
    """With --json, stdout is JSON and nothing else."""
    book = Path(__file__).parents[1] / "review" / "codebook" / "hospital.yaml"
    account("ines")
    labelled = tmp_path / "set.csv"
    labelled.write_text("said,relevant\ntea at noon,0\nhe will be hurt,1\n", encoding="utf-8")
    places = {
        "CHAT": str(chat),
        "SET.csv": str(labelled),
        "BOOK.yaml": str(book),
        "OUT.zip": str(tmp_path / "out.zip"),
        "OUT.jsonld": str(tmp_path / "out.jsonld"),
    }
    said = upstander(*words, *(places.get(argument, argument) for argument in ARGUMENTS[words]), "--json")
    assert said.status == 0, said.err
    answers = [json.loads(line) for line in said.out.splitlines()] if words == ("messages",) else [said.json]
    assert all(isinstance(answer, dict) and answer for answer in answers)


def test_all_but_those_that_stay_are_tried() -> None:
    """A new command needs a line in the test above; the demo, the desk and its backup have tests of their own."""
    assert set(ARGUMENTS) == set(COMMANDS) - {("demo",), ("serve",), ("backup",), ("restore",)}


def test_versions(upstander: Command) -> None:
    """`--version` and `version` give the same number."""
    assert upstander("--version").out.strip() == __version__
    assert upstander("version", "--json").json["upstander"] == __version__
    assert f"upstander {__version__}" in upstander("version").out


def test_cases_are_listed(upstander: Command, home: Path) -> None:
    """An empty home says how to begin; a case is listed by what stands on its cover."""
    assert "upstander case new" in upstander("case", "list").out
    assert upstander("case", "list", "--json").json == {"home": str(home), "cases": []}
    upstander("case", "new", "C-1", "--title", "Late turn")
    assert "Late turn" in upstander("case", "list").out
    (entry,) = upstander("case", "list", "--json").json["cases"]
    assert (entry["reference"], entry["title"]) == ("C-1", "Late turn")


def test_a_damaged_case_is_listed_as_damaged(upstander: Command, case: str, home: Path) -> None:
    """The list names a case whose cover cannot be read, and goes on."""
    upstander("case", "new", "C-2")
    (home / "C-1" / "exhibits" / "case.json").write_text("{")
    cases = upstander("case", "list", "--json").json["cases"]
    assert [("error" in entry) for entry in cases] == [True, False]
    assert upstander("case", "list").status == 0


def test_home_can_be_given(upstander: Command, tmp_path: Path) -> None:
    """--home goes before the environment."""
    upstander("case", "new", "C-9", "--home", tmp_path / "other")
    assert (tmp_path / "other" / "C-9").is_dir()
    assert upstander("status", "C-9").status == 2


def test_an_empty_variable_is_no_home(upstander: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """UPSTANDER_HOME set to nothing is the platform's data folder, not the folder that one stands in."""
    monkeypatch.setenv("UPSTANDER_HOME", "")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert upstander("case", "list", "--json").json["home"] == str(tmp_path / "data" / "upstander")


def test_status_counts(upstander: Command, case: str) -> None:
    """Authored messages and system events are counted apart; keys are the tables' own; what is absent is left out."""
    told = upstander("status", case, "--json").json
    assert told["totals"] == {
        "exhibits": 1,
        "conversations": 1,
        "messages": 5,
        "system_events": 1,
        "participants": 3,
        "warnings": sum(told["warnings"].values()),
    }
    assert told["case"]["reference"] == case
    (exhibit,) = told["exhibits"]
    assert exhibit["reference"] == "AB/1"
    assert exhibit.keys() <= set(schema("exhibits").names)
    (conversation,) = told["conversations"]
    assert conversation["first_sent_at"] == "2018-03-01T07:00:00Z"
    assert conversation["participants"] == 3
    assert conversation.keys() - {"participants"} <= set(schema("conversations").names)


def test_status_reads_as_text(upstander: Command, case: str) -> None:
    """Markup in a name is shown and not obeyed, and every line fits 80 columns."""
    said = upstander("status", case)
    assert "[b]Invented[/b]" in said.out.replace("\n", "")
    assert "2018-03-01" in said.out
    assert "5 messages, 1 system events" in " ".join(said.out.split())
    assert max(map(len, said.out.splitlines())) <= 80


def test_an_empty_case_says_what_next(upstander: Command) -> None:
    """A case without exhibits has totals of nought, and names the command that brings some."""
    upstander("case", "new", "C-1")
    assert "upstander ingest C-1" in upstander("status", "C-1").out
    assert set(upstander("status", "C-1", "--json").json["totals"].values()) == {0}
    assert upstander("messages", "C-1", "--json").out == ""
    assert upstander("messages", "C-1", "--format", "csv").out.startswith("message,conversation,")


def test_warnings_are_listed_and_narrowed(upstander: Command, case: str, tmp_path: Path) -> None:
    """Each warning has its exhibit's reference; --kind and --exhibit narrow the list."""
    (tmp_path / "empty.txt").touch()
    upstander("ingest", case, tmp_path / "empty.txt", "--exhibit", "AB/2")
    every = upstander("warnings", case, "--json").json["warnings"]
    about = upstander("warnings", case, "--json", "--exhibit", "AB/2").json["warnings"]
    assert [(row["kind"], row["reference"]) for row in about] == [("empty_file", "AB/2")]
    assert about == upstander("warnings", case, "--json", "--kind", "empty_file").json["warnings"]
    assert about[0] in every
    said = upstander("warnings", case, "--kind", "empty_file").out
    assert "empty_file" in said
    assert "1 warning." in said
    assert "No warnings." in upstander("warnings", case, "--kind", "key_wrong").out


def test_rsmf_is_written(upstander: Command, case: str, tmp_path: Path) -> None:
    """The summary counts the case's messages, and the file is there."""
    told = upstander("rsmf", case, "-o", tmp_path / "out.zip", "--json").json
    assert (told["written"]["messages"], told["written"]["system_events"]) == (5, 1)
    assert (tmp_path / "out.zip").stat().st_size == told["written"]["bytes"]


def test_case_uco_is_written(upstander: Command, case: str, tmp_path: Path) -> None:
    """The summary counts the case's messages, in JSON and in words, and the file is there."""
    told = upstander("case-uco", case, "-o", tmp_path / "out.jsonld", "--json").json
    assert (told["written"]["messages"], told["written"]["system_events"]) == (5, 1)
    assert (tmp_path / "out.jsonld").stat().st_size == told["written"]["bytes"]
    assert "5 messages and 1 system events" in upstander("case-uco", case, "-o", tmp_path / "out.json").out


def test_rebuild_after_a_decision(upstander: Command, case: str, home: Path) -> None:
    """Tables that a decision changed are no fault to report; a decision about nobody is said."""
    capture = json.loads(upstander("messages", case, "--json").out.splitlines()[0])["conversation"]
    decided = {
        "decision": "confirmed",
        "a": f"{capture}/user1",
        "b": f"{capture}/Nobody",
        "by": "R",
        "at": "2018-04-03",
    }
    (home / case / "decisions").mkdir(exist_ok=True)
    (home / case / "decisions" / "aliases.jsonl").write_text(json.dumps(decided) + "\n", encoding="utf-8")
    said = upstander("rebuild", case).out
    assert "what was read or decided since they were made is in them now" in " ".join(said.split())
    assert "the case holds no such participant" in " ".join(upstander("people", case).err.split())
    assert "Every digest is what it was before." in upstander("rebuild", case).out


def test_rebuild_says_that_nothing_changed(upstander: Command, case: str) -> None:
    """Every digest is what it was, in JSON and in words."""
    told = upstander("rebuild", case, "--json").json
    assert told["changed"] == []
    assert told["before"] == told["after"]
    assert "Every digest is what it was before." in upstander("rebuild", case).out


def test_ingest_tells_what_it_did(upstander: Command, case: str, chat: Path) -> None:
    """The second time everything is up to date, and the exhibit is the same one."""
    told = upstander("ingest", case, chat, "--exhibit", "AB/1", "--json").json
    assert told["read"] == []
    assert [entry["reference"] for entry in told["exhibits"]] == ["AB/1"]
    assert told["totals"]["exhibits"] == 1
    assert "everything was up to date" in upstander("ingest", case, chat).out


def test_a_conversation_is_stated(upstander: Command, case: str, chat: Path, home: Path) -> None:
    """--conversation is kept with the intake, without blanks around it; a name of blanks is refused."""
    assert upstander("ingest", case, chat, "--conversation", " Late turn ").status == 0
    stated = conversations_stated(intakes(Home(home).open(case)))
    assert list(stated.values()) == ["Late turn"]
    said = upstander("ingest", case, chat, "--conversation", " ")
    assert said.status == 2
    assert "--conversation needs a name" in said.err
