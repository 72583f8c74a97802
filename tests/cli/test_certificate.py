"""`upstander certificate`, as people and programs see it."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.commands import Command

from upstander.errors import UpstanderError
from upstander.evidence.intake import Handed
from upstander.review.certificate.scope import Scope
from upstander.review.codings import Coding, Via, append, codings
from upstander.review.collection import collection
from upstander.review.queue.stream import in_order
from upstander.stages import ingest
from upstander.stages.certificate import standing
from upstander.stages.population import population
from upstander.stages.queue import next_for, opened
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


def _code(
    case: Case,
    first: int,
    last: int,
    via: Via,
    *,
    relevant: int = 0,
    messages: list[str] | None = None,
    code: str = "threat",
) -> None:
    ids = messages if messages is not None else collection(case).collect()["message"].to_list()[first:last]
    append(
        case,
        [
            Coding(each, code, "police-misconduct@1", place < relevant, "DC Example", NOW, via)
            for place, each in enumerate(ids)
        ],
    )


def test_period_that_ends_before_it_begins(upstander: Command, case: Case) -> None:
    """Two dates the wrong way round are a slip, and no population."""
    written = "since:2019-01-01,until:2018-01-01"
    answer = upstander("certificate", "C-1", "--code", "banter", "--population", written)
    assert (answer.status, answer.out) == (2, "")
    assert "ends before it begins" in answer.err


def _draw(case: Case, count: int) -> int:
    """Decide on the next so many of the queue's random stream, as it would show them; how many it has come to then."""
    messages = collection(case).collect()
    known = {coding.sighting for coding in codings(case)}
    stream = in_order(messages, 0).to_list()
    due = [each for each in stream if each not in known][:count]
    _code(case, 0, 0, Via.RANDOM, messages=due)
    return stream.index(due[-1]) + 1


def test_nobody_coded(upstander: Command, case: Case) -> None:
    """Without a coding nothing is certified and the price is said all the same; a code nobody knows is refused."""
    assert "Not certifiable" in upstander("certificate", "C-1", "--code", "banter").out
    assert "from 300 messages" in " ".join(upstander("certificate", "C-1", "--code", "banter", "--plan").out.split())
    said = upstander("certificate", "C-1", "--code", "bantr")
    assert said.status == 2
    assert "did you mean banter" in said.err


def test_from_the_price_to_the_certificate(upstander: Command, case: Case, tmp_path: Path) -> None:
    """Plan, draw, read what was drawn, certify; the sample is written down, waits, and is drawn once."""
    _code(case, 0, 60, Via.QUEUE, relevant=40)
    _draw(case, 10)
    planned = upstander("certificate", "C-1", "--code", "threat", "--plan", "--json").json
    assert planned["prices"]["likely"]["population"] == COUNT
    assert planned["narrower"][0]["population"] == "unique"
    assert set(planned["rules"]) == {"fixed", "quantile", "watched", "final", "both"}
    assert planned["rules"]["fixed"]["0"] < planned["rules"]["watched"]["0"] < planned["rules"]["both"]["0"]
    said = " ".join(upstander("certificate", "C-1", "--code", "threat", "--plan").out.split())
    assert "It is paid for in random labels: messages that chance draws from 300 messages" in said
    assert "Of a hundred claims like it no more than 5 are wrong" in said
    assert "--code threat --rule fixed --number N --by NAME" in said

    before = upstander("certificate", "C-1", "--code", "threat", "--json").json
    assert before["holds"] is False
    assert before["price"] > 0
    drawn = upstander("certificate", "C-1", "--code", "threat", "--draw", 120, "--seed", 5, "--by", "A", "--json").json
    assert len(drawn["waiting"]) == 120
    assert (drawn["holds"], drawn["price"], drawn["reviewed"]["waiting"]) == (False, 120, 120)
    assert "120 messages are undecided (120 drawn for the final sample and not read yet)" in drawn["words"]
    refused = upstander("certificate", "C-1", "--code", "threat", "--draw", 10, "--by", "A")
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
    assert [json.loads(line).get("seed") for line in lines] == [None, 5]
    assert json.loads(lines[0])["rule"] == "both"


def test_a_number_of_draws_written_down(upstander: Command, case: Case) -> None:
    """--rule fixed counts the stream's draws from then on; no other plan and no final sample once they are seen."""
    _code(case, 0, 100, Via.QUEUE, relevant=80)
    start = _draw(case, 10)
    ask = ("certificate", "C-1", "--code", "threat")
    fixed = upstander(*ask, "--rule", "fixed", "--number", 60, "--by", "DC Example", "--json").json
    assert fixed["plan"].pop("at") > "2026"
    assert fixed["plan"] == {
        "rule": "fixed", "draws": 60, "start": start, "attempt": 1, "budget": 0.8, "written": True, "recall": 0.8,
        "confidence": 0.95, "population": "all", "by": "DC Example", "seen": 10,
    }  # fmt: skip
    assert not fixed["holds"]
    assert fixed["price"] == 60
    # What was chosen is replaced until the next draw is read, and the first line stays.
    again = upstander(*ask, "--rule", "fixed", "--number", 50, "--by", "DC Example", "--json").json
    assert (again["plan"]["draws"], again["plan"]["budget"], again["price"]) == (50, 0.8, 50)
    assert len((case.decisions / "certificates.jsonl").read_text(encoding="utf-8").splitlines()) == 2
    _draw(case, 50)
    for options in (("--rule", "watched"), ("--rule", "final"), ("--draw", 5), ("--rule", "fixed", "--number", 7)):
        assert upstander(*ask, "--by", "A", *options).status == 2
    made = upstander(*ask, "--json").json
    assert made["holds"]
    assert (made["method"], made["plan"]["draws"]) == ("fixed", 50)
    assert ": a number of random draws, written down before, 50 random draws; 80 % found" in made["words"]
    assert "chosen after 10 random draws had been read: those are known and not counted as drawn" in made["words"]
    # Less than was planned follows from it; more does not, and another population neither.
    assert upstander(*ask, "--recall", 0.5, "--confidence", 0.9, "--json").json["holds"]
    for more in (("--confidence", 0.8, "--recall", 0.85), ("--population", "since:2018-01-01")):
        other = upstander(*ask, *more, "--json").json
        assert (other["holds"], other["words"].startswith("Not certified: ")) == (False, True)
        assert "was asked for after 60 random draws had been read; the plan is for 80 % found" in other["words"]
        assert other["not_chosen_before"] in other["words"]
        assert (other["method"], other["price"]) == ("fixed" if other["population"] == "all" else "both", None)


@pytest.mark.parametrize("rule", ["watched", "quantile", "both"])
def test_each_rule_of_the_stream(upstander: Command, case: Case, rule: str) -> None:
    """Chosen before the first draw, it has all of the chance of error, and holds by its own count."""
    _code(case, 0, 200, Via.QUEUE, relevant=160)
    ask = ("certificate", "C-1", "--code", "threat")
    options = ("--rule", rule, "--recall", 0.75, *(("--number", 90) if rule == "quantile" else ()), "--by", "A")
    chosen = upstander(*ask, *options, "--json").json
    assert (chosen["holds"], chosen["plan"]["rule"], chosen["plan"]["seen"], chosen["plan"]["start"]) == (
        False, rule, 0, 0,
    )  # fmt: skip
    _draw(case, 90)
    made = upstander(*ask, "--json").json
    assert (made["holds"], made["method"], made["recall"], made["plan"]["budget"]) == (True, rule, 0.75, 1.0)
    assert "It was written down before any random draw was read." in made["words"]
    # The best of several ways is not to be had: the stream's share of this one is used.
    other = upstander(*ask, "--rule", "fixed", "--number", 20, "--by", "A")
    assert other.status == (0 if rule == "both" else 2)


def test_without_a_plan_only_the_programs_own_is_claimed(upstander: Command, case: Case) -> None:
    """80 % at 95 % of all was chosen before any case; what somebody asks for after draws is said and not claimed."""
    _code(case, 0, 200, Via.QUEUE, relevant=100)
    _draw(case, 60)
    ask = ("certificate", "C-1", "--code", "threat")
    own = upstander(*ask, "--json").json
    assert (own["holds"], own["plan"]["written"], own["not_chosen_before"]) == (True, False, None)
    assert "No plan is written down" in own["words"]
    late = upstander(*ask, "--recall", 0.85, "--json").json
    assert (late["holds"], late["bound"] >= 0.85) == (False, True)
    assert "without a plan only 80 % found, at 95 % confidence, of all messages is claimed" in late["words"]
    # Written down now, what is drawn from now on may carry it; what was drawn does not.
    chosen = upstander(*ask, "--recall", 0.85, "--rule", "watched", "--by", "DC Example", "--json").json
    assert (chosen["holds"], chosen["plan"]["budget"], chosen["bound"]) == (False, 0.8, chosen["bound"])
    assert chosen["recall"] == 0.85
    assert upstander(*ask, "--json").json["recall"] == 0.85


def test_a_final_sample_says_what_it_is_for(upstander: Command, case: Case) -> None:
    """The first --draw writes down for what recall, confidence and population, before its messages are known."""
    _code(case, 0, 200, Via.QUEUE, relevant=100)
    _draw(case, 20)
    ask = ("certificate", "C-1", "--code", "threat")
    options = ("--recall", 0.7, "--population", "unique", "--draw", 30, "--seed", 5, "--by", "A")
    drawn = upstander(*ask, *options, "--json").json
    assert (drawn["plan"]["rule"], drawn["plan"]["budget"], drawn["plan"]["recall"]) == ("final", 0.8, 0.7)
    plan, sample = map(json.loads, (case.decisions / "certificates.jsonl").read_text(encoding="utf-8").splitlines())
    assert (plan["rule"], plan["recall"], plan["population"], plan["seen"], plan["by"]) == (
        "final",
        0.7,
        "unique",
        20,
        "A",
    )
    assert len(sample["messages"]) == 30
    _code(case, 0, 0, Via.SAMPLE, messages=drawn["waiting"])
    # Asked for again with nothing said, it is what was planned.
    made = upstander(*ask, "--json").json
    assert (made["population"], made["recall"], made["holds"]) == ("unique", 0.7, True)
    assert upstander(*ask, "--population", "all", "--recall", 0.8, "--json").json["holds"] is False
    refused = upstander(*ask, "--recall", 0.9, "--draw", 3, "--by", "A")
    assert (refused.status, "write another plan down with --rule final" in " ".join(refused.err.split())) == (2, True)
    for rule in ("watched", "both"):
        assert upstander(*ask, "--population", "all", "--rule", rule, "--by", "A").status == 2


def test_a_plan_is_somebodys_and_can_be_kept(upstander: Command, case: Case) -> None:
    """Nobody's plan is refused, and one of more draws than there are messages; what was written down is said."""
    _code(case, 0, 10, Via.QUEUE)
    for options, said in (
        (("--rule", "fixed", "--number", 60), "say whose with --by NAME"),
        (("--draw", 5), "say whose with --by NAME"),
        (("--number", 5), "give --rule fixed or --rule quantile with it"),
        (("--rule", "quantile", "--by", "A"), "needs the number of random draws"),
        (("--rule", "watched", "--number", 3, "--by", "A"), "takes no number of draws"),
        (("--rule", "watched", "--population", "unique", "--by", "A"), "proves nothing of words"),
        (("--rule", "fixed", "--number", COUNT + 1, "--by", "A"), "301 draws cannot be made"),
    ):
        answer = upstander("certificate", "C-1", "--code", "threat", *options)
        assert (answer.status, said in " ".join(answer.err.split())) == (2, True)
    assert not (case.decisions / "certificates.jsonl").exists()
    answer = upstander("certificate", "C-1", "--code", "threat", "--rule", "fixed", "--number", 60, "--by", "A")
    assert "Written down by A: a number of random draws, written down before, 60 random draws" in " ".join(
        answer.out.split()
    )


def test_what_is_only_marked_as_random_is_no_draw(upstander: Command, case: Case) -> None:
    """Messages that somebody picked and marked prove nothing, however many; nor do those of another seed's stream."""
    stream = in_order(collection(case).collect(), 0).to_list()
    _code(case, 0, 0, Via.QUEUE, messages=stream[-30:], relevant=30)
    # Far from the beginning: a few of the case's messages share their words, and are known with those.
    picked = stream[30:270:3]
    _code(case, 0, 0, Via.RANDOM, messages=picked)
    marked = upstander("certificate", "C-1", "--code", "threat", "--json").json
    assert (marked["reviewed"]["drawn"], marked["random_uncounted"], marked["holds"]) == (0, len(picked), False)
    assert 0 <= marked["reviewed"]["ranked"] - 30 - len(picked) <= marked["reviewed"]["by_words"]
    said = " ".join(upstander("certificate", "C-1", "--code", "threat").out.split())
    assert f"{len(picked)} messages marked as drawn at random, and not counted as draws" in said
    # A number of draws is not written down while some that would be counted later are known.
    options = ("--rule", "fixed", "--number", 60, "--by", "A")
    refused = upstander("certificate", "C-1", "--code", "threat", *options)
    assert (refused.status, "are no draws of this stream" in refused.err) == (2, True)


def test_what_was_passed_over_counts_against_the_claim(upstander: Command, case: Case) -> None:
    """Draws that nobody decided on are each one that may be missed, until somebody does; they are named."""
    stream = in_order(collection(case).collect(), 0).to_list()
    _code(case, 0, 0, Via.QUEUE, messages=stream[-60:], relevant=60)
    _code(case, 0, 0, Via.RANDOM, messages=[*stream[:3], *stream[7:140]])
    ask = ("certificate", "C-1", "--code", "threat")
    before = upstander(*ask, "--json").json
    assert (before["reviewed"]["drawn"], before["passed_over"], before["random_uncounted"]) == (140, stream[3:7], 0)
    assert (
        "4 messages are undecided (4 drawn at random and passed over) and counted against the claim" in before["words"]
    )
    assert "4 messages drawn at random and passed over: decide on them" in " ".join(upstander(*ask).out.split())
    _code(case, 0, 0, Via.RANDOM, messages=stream[3:7])
    after = upstander(*ask, "--json").json
    assert (after["reviewed"]["undecided"], after["reviewed"]["drawn"]) == (0, 140)
    assert after["bound"] > before["bound"]
    # Of another seed's stream most are holes, and each counts against.
    other = upstander(*ask, "--stream", 1, "--json").json
    assert (other["holds"], len(other["passed_over"]) > 50, other["bound"] < before["bound"]) == (False, True, True)


def test_the_queue_and_the_certificate_count_the_same_draws(case: Case) -> None:
    """What the queue showed at random and passed over is what the certificate counts, relevant and reached alike."""
    for number in range(60):
        _, given = next_for(case, "banter", by="DC Example", seed=3, now=NOW)
        assert given is not None
        _code(case, 0, 0, given.item.via, messages=[given.row["message"]], relevant=number % 3 == 0, code="banter")
    counted = standing(case, "banter", Scope(), seed=3).gathered
    assert counted.uncounted == 0
    assert list(counted.reviewed.sample) == opened(case, "banter", seed=3).queue.sample()
    assert len(counted.reviewed.sample) >= 5


def test_narrower_populations(upstander: Command, case: Case) -> None:
    """The same words once; a period; what cannot be understood is refused in a sentence."""
    _code(case, 0, 290, Via.QUEUE, relevant=40)
    unique = upstander("certificate", "C-1", "--code", "threat", "--population", "unique", "--json").json
    assert unique["reviewed"]["population"] == 280
    assert unique["method"] == "everything"
    none = upstander("certificate", "C-1", "--code", "threat", "--population", "until:2017-01-01", "--json").json
    assert (none["reviewed"]["population"], none["holds"], none["method"]) == (0, False, "nothing")
    for bad in ("some", "all,unique", "conversation", "unique:1", "since:soon", "conversation:nobody", ""):
        assert upstander("certificate", "C-1", "--code", "threat", "--population", bad).status == 2


@pytest.mark.parametrize(
    "options",
    [
        ("--recall", "2"),
        ("--confidence", "1"),
        ("--draw", "9999", "--by", "A"),
        ("-o", "x.png"),
        ("--plan", "--draw", "3"),
    ],
)
def test_refusals(upstander: Command, case: Case, options: tuple[str, ...]) -> None:
    """Each is one sentence and bad usage."""
    _code(case, 0, 2, Via.READ)
    said = upstander("certificate", "C-1", "--code", "threat", *options)
    assert said.status == 2
    assert "Traceback" not in said.err


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text() | st.lists(st.sampled_from(["all", "unique", "since:2018-01-01", ":", "until:", "é"])).map(",".join))
def test_any_population_is_read_or_refused(case: Case, written: str) -> None:
    """A scope or a sentence comes of any text."""
    with suppress(UpstanderError):
        assert population(case, written).written
