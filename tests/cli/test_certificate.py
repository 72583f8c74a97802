"""`upstander certificate`, as people and programs see it."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.commands import Command

from upstander.cli.population import population
from upstander.errors import UpstanderError
from upstander.evidence.intake import Handed
from upstander.review.codings import Coding, Via, append
from upstander.review.collection import collection
from upstander.stages import ingest
from upstander.storage import Case, Home

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)
COUNT = 300


@pytest.fixture
def case(home: Path, tmp_path: Path) -> Case:
    """A case of 300 messages in one group, some of which say the same."""
    messages = [
        {"id": number, "type": "message", "date": "2018-03-01T07:00:00", "from": "Ash", "from_id": "user1",
         "date_unixtime": str(1519887600 + number), "text": f"line {number % 280}"}
        for number in range(1, COUNT + 1)
    ]  # fmt: skip
    path = tmp_path / "result.json"
    path.write_text(
        json.dumps({"name": "Team", "type": "private_group", "id": 7, "messages": messages}), encoding="utf-8"
    )
    made = Home(home).new("C-1", title="C", now=NOW)
    ingest(made, [path], Handed(custodian="A", reference="A/1", time_zone="UTC"), now=NOW, progress=lambda *_: None)
    return made


def _code(case: Case, first: int, last: int, via: Via, *, relevant: int = 0, messages: list[str] | None = None) -> None:
    ids = messages if messages is not None else collection(case).collect()["message"].to_list()[first:last]
    append(
        case,
        [
            Coding(each, "threat", "police-misconduct@1", place < relevant, "DC Example", NOW, via)
            for place, each in enumerate(ids)
        ],
    )


def test_population_of_nothing(upstander: Command, case: Case) -> None:
    """Of no message nothing is certified, though it is true that none of none was missed."""
    for written, said in (
        ("since:2030-01-01", "no message with words is in the population 'since:2030-01-01'"),
        ("since:2019-01-01,until:2018-01-01", "ends before it begins"),
    ):
        answer = upstander("certificate", "C-1", "--code", "banter", "--population", written)
        assert (answer.status, answer.out) == (2, "")
        assert said in " ".join(answer.err.split())


def test_nobody_coded(upstander: Command, case: Case) -> None:
    """Without a coding nothing is certified and the price is said all the same; a code nobody knows is refused."""
    assert "Not certifiable" in upstander("certificate", "C-1", "--code", "banter").out
    assert "in 300 messages" in " ".join(upstander("certificate", "C-1", "--code", "banter", "--plan").out.split())
    said = upstander("certificate", "C-1", "--code", "bantr")
    assert said.status == 2
    assert "did you mean banter" in said.err


def test_from_the_price_to_the_certificate(upstander: Command, case: Case, tmp_path: Path) -> None:
    """Plan, draw, read what was drawn, certify; the sample is written down, waits, and is drawn once."""
    _code(case, 0, 60, Via.QUEUE, relevant=40)
    _code(case, 60, 70, Via.RANDOM)
    planned = upstander("certificate", "C-1", "--code", "threat", "--plan", "--json").json
    assert planned["prices"]["likely"]["population"] == COUNT
    assert planned["narrower"][0]["population"] == "unique"
    assert "random labels" in upstander("certificate", "C-1", "--code", "threat", "--plan").out

    before = upstander("certificate", "C-1", "--code", "threat", "--json").json
    assert before["holds"] is False
    assert before["price"] > 0
    drawn = upstander("certificate", "C-1", "--code", "threat", "--draw", 120, "--seed", 5, "--json").json
    assert len(drawn["waiting"]) == 120
    assert drawn["holds"] is False
    refused = upstander("certificate", "C-1", "--code", "threat", "--draw", 10)
    assert refused.status == 2
    assert "wait to be read" in refused.err
    assert "and 95 more" in upstander("certificate", "C-1", "--code", "threat").out

    _code(case, 0, 0, Via.SAMPLE, messages=drawn["waiting"])
    made = upstander("certificate", "C-1", "--code", "threat", "--json", "-o", tmp_path / "curve.svg").json
    assert made["holds"] is True
    assert made["bound"] >= 0.8
    assert made["reviewed"]["final"] == {"size": 120, "relevant": 0}
    assert made["curve"][-1]["bound"] == made["bound"]
    assert made["words"].startswith("At least 80 % of all relevant messages in scope have been found")
    assert "<title" in (tmp_path / "curve.svg").read_text(encoding="utf-8")
    lines = (case.decisions / "certificates.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["seed"] == 5


def test_a_number_of_draws_written_down(upstander: Command, case: Case) -> None:
    """--fix counts the stream's draws from then on, once, and no final sample after it."""
    _code(case, 0, 100, Via.QUEUE, relevant=80)
    _code(case, 100, 110, Via.RANDOM)
    fixed = upstander("certificate", "C-1", "--code", "threat", "--fix", 60, "--by", "DC Example", "--json").json
    assert fixed["plan"] == {"rule": "fixed", "draws": 60, "start": 10, "attempt": 1}
    assert not fixed["holds"]
    assert fixed["price"] == 60
    for again in (("--fix", 70), ("--draw", 5), ("--fix", 7, "--draw", 5), ("--plan", "--fix", 5)):
        assert upstander("certificate", "C-1", "--code", "threat", *again).status == 2
    _code(case, 110, 170, Via.RANDOM)
    made = upstander("certificate", "C-1", "--code", "threat", "--json").json
    assert made["holds"]
    assert made["method"] == "fixed"


def test_narrower_populations(upstander: Command, case: Case) -> None:
    """The same words once; a period; what cannot be understood is refused in a sentence."""
    _code(case, 0, 290, Via.QUEUE, relevant=40)
    unique = upstander("certificate", "C-1", "--code", "threat", "--population", "unique", "--json").json
    assert unique["reviewed"]["population"] == 280
    assert unique["method"] == "everything"
    none = upstander("certificate", "C-1", "--code", "threat", "--population", "until:2017-01-01", "--json")
    assert none.status == 2
    for bad in ("some", "all,unique", "conversation", "unique:1", "since:soon", "conversation:nobody", ""):
        assert upstander("certificate", "C-1", "--code", "threat", "--population", bad).status == 2


@pytest.mark.parametrize(
    "options",
    [("--recall", "2"), ("--confidence", "1"), ("--draw", "9999"), ("-o", "x.png"), ("--plan", "--draw", "3")],
)
def test_refusals(upstander: Command, case: Case, options: tuple[str, ...]) -> None:
    """Each is one sentence and bad usage."""
    _code(case, 0, 2, Via.READ)
    said = upstander("certificate", "C-1", "--code", "threat", *options)
    assert said.status == 2
    assert "Traceback" not in said.err


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text() | st.lists(st.sampled_from(["all", "unique", "since:2018-01-01", ":", "until:", "é"])).map(",".join))
def test_any_population_is_read_or_refused(case: Case, written: str) -> None:
    """A scope or a sentence comes of any text."""
    with suppress(UpstanderError):
        assert population(case, written).written
