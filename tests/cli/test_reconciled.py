"""`gaps`, `clocks`, `captures`, `status` and the demo's last lines, on the sample reconciled as its truth says."""

import io
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from tests.conftest import Sample
from tests.support.commands import Command, Said
from tests.support.reconciled_sample import alone

from upstander.cli.closing import closing
from upstander.cli.gaps import SHOWN
from upstander.cli.sample import REFERENCE
from upstander.evidence import worded
from upstander.evidence.reconciled import FINDINGS, REASONS, telling_message
from upstander.model import schema, table
from upstander.storage import Case, Home, discard

Asked = Callable[..., Said]


@pytest.fixture
def ask(upstander: Command, sample: Sample) -> Asked:
    """A command about the sample's case."""

    def asked(command: str, *arguments: object) -> Said:
        return upstander(command, REFERENCE, "--home", sample.home, *arguments)

    return asked


def test_gaps_for_a_program(ask: Asked) -> None:
    """Every gap is there in the columns of the table, with the exhibit's reference; the counts add up to them."""
    said = ask("gaps", "--json")
    assert said.status == 0
    told = said.json
    assert len(told["gaps"]) == sum(row["gaps"] for row in told["counts"]) > 1_900
    assert all(row.keys() <= {*schema("gaps").names, "reference"} for row in told["gaps"])
    narrowed = ask("gaps", "--json", "--exhibit", "MS/1.1", "--reason", "deleted_on_phone").json["gaps"]
    assert [
        row for row in told["gaps"] if (row["reference"], row["reason"]) == ("MS/1.1", "deleted_on_phone")
    ] == narrowed
    assert len(narrowed) == 23
    assert all(row["traces"] for row in narrowed)


def test_gaps_for_people(ask: Asked) -> None:
    """Counts first, then the findings one by one, cut with the number said; what is explained only where asked for."""
    said = ask("gaps").out
    flat = " ".join(said.split())
    assert said.index("before_join") < said.index("held by")
    assert said.count("deleted_on_phone  held by") == SHOWN
    assert f"{31 - SHOWN} more of 31; --all lists them" in flat
    assert "1,960 gaps more, all explained" in flat
    assert "1,991 gaps: 31 show the trace of deletion, 0 are unexplained." in flat
    assert "hole, orphan_receipt" in said
    assert max(map(len, said.splitlines())) <= 80
    every = ask("gaps", "--all", "--reason", "deleted_on_phone,after_leave", "--exhibit", "MS/3").out
    assert every.count("after_leave  held by") == 378
    none = ask("gaps", "--reason", "unexplained")
    assert (none.status, none.out.strip()) == (0, "No gaps.")
    knitting = ask("gaps", "--json", "--conversation", "Knitting Circle 🧶").json["gaps"]
    assert len({row["conversation"] for row in knitting}) == 1


def test_gaps_show_no_message(ask: Asked, sample: Sample) -> None:
    """No text of a message is printed by the lists of gaps, captures and clocks."""
    texts = {message.text for message in sample.truth.messages if message.text and len(message.text) > 25}
    shown = "\n".join(ask(command, *rest).out for command, *rest in (("gaps", "--all"), ("captures",), ("clocks",)))
    assert not [text for text in texts if text in shown]


@pytest.mark.parametrize(
    ("command", "arguments", "why"),
    [
        ("gaps", ("--reason", "deleted"), "the reasons are before_join"),
        ("gaps", ("--exhibit", "ZZ/9"), "no exhibit 'ZZ/9'"),
        ("gaps", ("--conversation", "Nobody"), "no conversation 'Nobody'"),
        ("clocks", ("--exhibit", "ZZ/9"), "no exhibit 'ZZ/9'"),
        ("captures", ("-o", "picture.jpg"), "end its name with .svg, .png, .pdf, .html or .txt"),
        ("captures", ("-o", "/nowhere/at/all.svg"), "there is no folder"),
    ],
)
def test_refusals_are_one_sentence(ask: Asked, command: str, arguments: tuple[str, ...], why: str) -> None:
    """What is asked for wrongly ends with status 2 and a sentence that says what would be right."""
    said = ask(command, *arguments)
    assert said.status == 2
    assert why in said.err
    assert said.out == ""
    assert len(said.err.splitlines()) == 1


def test_clocks(ask: Asked) -> None:
    """Each exhibit's stretches, the moved one with its size and the messages that it touches."""
    told = ask("clocks", "--json").json["clocks"]
    added = {"reference", "custodian", "offset_in_words"}
    assert all(row.keys() <= {*schema("clocks").names, *added} for row in told)
    (moved,) = [row for row in told if row["kind"] == "moved"]
    assert (moved["reference"], moved["offset_ms"], moved["messages"]) == ("MS/2.1", 165_534_700, 10)
    assert moved["offset_in_words"] == "45 h 59 min fast, a clock that was moved"
    said = ask("clocks")
    flat = " ".join(said.out.split())
    assert "MS/2.1: 45 h 59 min fast, a clock that was moved, 2017-05-08 to 2017-06-03, which touches 10" in flat
    assert "4 min 0 s fast" in flat
    assert max(map(len, said.out.splitlines())) <= 80
    assert "No clock was moved." in ask("clocks", "--exhibit", "MS/5").out


def test_captures_are_listed(ask: Asked) -> None:
    """By conversation, each with why it is that one; for a program in the table's columns, with the picture's text."""
    said = ask("captures")
    flat = " ".join(said.out.split())
    assert "4,299 messages in 4 captures" in flat
    assert "the platform's own key" in flat
    assert "17 captures of 9 conversations, 0 proposals." in flat
    assert max(map(len, said.out.splitlines())) <= 80
    told = ask("captures", "--json").json
    own = {"reference", "custodian", "title", "kind", "messages", "first_sent_at", "last_sent_at", "platform", "source"}
    assert len(told["captures"]) == 17
    assert all(row.keys() <= {*schema("captures").names, *own} for row in told["captures"])
    assert told["picture"]["title"] == told["picture"]["description"][0]
    assert ask("captures", "--describe").out.splitlines() == told["picture"]["description"]


def test_captures_are_drawn(ask: Asked, tmp_path: Path) -> None:
    """-o writes the format that its name says and prints the finding; the same call gives the same bytes."""
    begins = {"svg": b"<svg", "png": b"\x89PNG", "html": b"<!DOCTYPE", "txt": b"31 missing messages"}
    for form, beginning in begins.items():
        path = tmp_path / f"captures.{form}"
        said = ask("captures", "-o", path)
        assert said.status == 0
        assert "31 missing messages show the trace of deletion" in said.out
        assert path.read_bytes().startswith(beginning)
    first = (tmp_path / "captures.svg").read_bytes()
    told = ask("captures", "-o", tmp_path / "captures.svg", "--json").json
    assert told["output"] == str(tmp_path / "captures.svg")
    assert (tmp_path / "captures.svg").read_bytes() == first
    one = tmp_path / "one.svg"
    ask("captures", "-o", one, "--conversation", "Knitting Circle 🧶")
    assert 0 < len(one.read_bytes()) < len(first)


def test_a_case_that_was_not_reconciled_says_so(upstander: Command, case: str, home: Path) -> None:
    """No answer is given that would read as "nothing is missing"."""
    discard(Home(home).open(case), "reconciled")
    for command in ("gaps", "clocks", "captures"):
        said = upstander(command, case)
        assert said.status == 2
        assert "upstander rebuild C-1" in said.err
        assert said.out == ""


def test_an_empty_case_lacks_nothing(upstander: Command) -> None:
    """A case without exhibits has no gaps, clocks or captures, and nothing to draw."""
    upstander("case", "new", "C-1")
    assert upstander("gaps", "C-1", "--json").json == {"case": "C-1", "counts": [], "gaps": []}
    assert upstander("clocks", "C-1", "--json").json == {"case": "C-1", "clocks": []}
    assert upstander("captures", "C-1", "--json").json == {"case": "C-1", "captures": []}
    assert "No captures." in upstander("captures", "C-1").out
    assert "no message with a time" in upstander("captures", "C-1", "-o", "x.svg").err


def test_a_phone_alone(upstander: Command, case: str, home: Path, tmp_path: Path) -> None:
    """One capture that nothing joins to another is listed, and drawn with nothing missing."""
    alone(Home(home).open(case))
    assert "nothing joins it to another" in upstander("captures", case).out
    said = upstander("captures", case, "-o", tmp_path / "one.svg")
    assert "No phone lacks a message that another holds." in said.out
    assert "5 messages" in upstander("captures", case, "--describe").out


def test_status_says_what_was_reconciled(ask: Asked) -> None:
    """Totals stay as captured; beside them stand the counts after reconciliation."""
    told = ask("status", "--json").json
    assert told["totals"]["messages"] == told["reconciled"]["sightings"] == 26_769
    assert told["reconciled"] == {
        "conversations": 9,
        "messages": 8_244,
        "sightings": 26_769,
        "gaps": 1_991,
        "deletions": 31,
        "unexplained": 0,
        "clock_steps": 1,
    }
    assert "31 with the trace of deletion, 0 unexplained; 1 moved clock." in " ".join(ask("status").out.split())


def test_the_demos_last_lines(sample: Sample) -> None:
    """Messages on phones, gaps and deletions, the clock that moved; then one message with who knew of it."""
    asked: list[str] = []

    def who(screen: Console, case: Case, message: str) -> None:
        asked.append(message)

    screen = Console(file=io.StringIO(), width=200)
    closing(screen, sample.case, who=who)
    assert isinstance(screen.file, io.StringIO)
    said = screen.file.getvalue()
    assert "8,244 messages on 6 phones and accounts; 1,991 gaps, of which 31 show the trace of deletion." in said
    assert "The clock of MS/2.1 was moved: 45 h 59 min fast from 8 May 2017 to 3 Jun 2017, on 10 messages." in said
    assert asked == [telling_message(sample.case)]


def test_nothing_is_loaded_before_it_is_drawn(sample: Sample) -> None:
    """Neither the help nor a list loads the charting library."""
    for arguments in (["--help"], ["captures", REFERENCE, "--home", str(sample.home)]):
        program = (
            f"import sys; from upstander.cli import run; status = run({arguments!r});"
            " assert not {'altair', 'vl_convert'} & sys.modules.keys(); sys.exit(status)"
        )
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (0, "right"),
        (400, "right"),
        (-3_000, "3 s slow"),
        (240_000, "4 min 0 s fast"),
        (-3_599_000, "59 min 59 s slow"),
        (3_599_700, "1 h 0 min fast"),
        (165_600_000, "46 h 0 min fast"),
        (165_534_700, "45 h 59 min fast"),
        (-86_400_000 * 400, "400 d 0 h slow"),
    ],
)
def test_offsets_in_words(milliseconds: int, words: str) -> None:
    """Seconds under an hour, minutes under a hundred hours, days and hours above; fast is positive."""
    assert worded.offset(milliseconds) == words


def test_clocks_in_words() -> None:
    """A zone is ahead or behind rather than wrong; a moved clock is called one."""
    row = {"offset_ms": 3_600_000}
    assert worded.clock({**row, "kind": "zone"}) == "1 h ahead, as another time zone makes"
    assert worded.clock({"offset_ms": -3_600_000, "kind": "daylight_saving"}).startswith("1 h behind, as a change")
    assert worded.clock({**row, "kind": "right"}) == "right"
    assert worded.clock({"offset_ms": 165_600_000, "kind": "moved"}) == "46 h 0 min fast, a clock that was moved"


def test_every_value_of_the_schema_has_words() -> None:
    """Reasons, traces and bases are those of the tables, and every reason is a finding or has its own words."""
    assert worded.REASONS.keys() == set(REASONS)
    (traces,) = [field.description for field in table("gaps").fields if field.name == "traces"]
    assert all(name in traces for name in worded.TRACES)
    (basis,) = [field.values for field in table("captures").fields if field.name == "basis"]
    assert worded.BASES.keys() == set(basis)
    assert set(FINDINGS) <= set(REASONS)
