"""`upstander queue`, as reviewers and programs use it: what is next, coding it, and the certificate after it."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.support.commands import Command

CODE = ("--code", "banter")
COUNT = 36


@pytest.fixture
def case(upstander: Command, tmp_path: Path) -> str:
    """A case of one group: a joke in every sixth message, one message sent twice, and one without words."""
    texts = [
        f"only joking about the mug {number}" if number % 6 == 0 else f"bring kit {number} to gate {number % 7}"
        for number in range(COUNT)
    ]
    messages = [
        {"id": number, "type": "message", "date": "2018-03-01T07:00:00", "from": "Ash", "from_id": "user1",
         "date_unixtime": str(1519887600 + number * 60), "text": text}
        for number, text in enumerate([*texts, "Bring kit 1 to gate 1!", "   "], 1)
    ]  # fmt: skip
    path = tmp_path / "result.json"
    path.write_text(
        json.dumps({"name": "Team", "type": "private_group", "id": 7, "messages": messages}), encoding="utf-8"
    )
    assert upstander("case", "new", "C-1").status == 0
    assert upstander("ingest", "C-1", path, "--exhibit", "AB/1", "--custodian", "PC A").status == 0
    return "C-1"


def _next(upstander: Command, by: str) -> Any:
    said = upstander("queue", "next", "C-1", *CODE, "--by", by, "--json", "--show-text")
    assert said.status == 0, said.err
    return said.json["next"]


def _code(upstander: Command, given: Any, by: str) -> None:
    no = [] if "joking" in given["text"] else ["--not"]
    said = upstander("code", "C-1", given["message"], "banter", "--by", by, "--via", given["via"], *no)
    assert said.status == 0, said.err


def test_from_the_first_message_to_the_certificate(upstander: Command, case: str, home: Path) -> None:
    """Two reviewers read on what the queue gives them until rank has found the jokes; the record alone replays it."""
    given = {}
    for turn in range(16):
        by = "RS"[turn % 2]
        given[by] = _next(upstander, by)
        if turn < 2:
            assert given[by] == _next(upstander, by), "who asks again is given the same"
            assert _next(upstander, "SR"[turn % 2])["message"] != given[by]["message"]
        _code(upstander, given[by], by)
    told = upstander("queue", "show", case, *CODE, "--json").json
    assert told["messages"] == COUNT + 1
    assert (told["wordless"], told["repeats"]) == (1, 1)
    assert told["drawn"] >= 1
    assert told["found"] >= 5, "six jokes are among 36 messages, and rank finds them"
    # The certificate counts what the queue wrote down.
    certified = upstander("certificate", case, *CODE, "--json").json
    assert certified["reviewed"]["found"] == told["found"]
    assert certified["reviewed"]["ranked"] == told["ranked"]
    # What stands in the index may be thrown away: the decisions and the seed say the same again.
    before = upstander("queue", "show", case, *CODE, "--json").out
    following = _next(upstander, "T")
    for part in ("features", "queue"):
        for path in sorted((home / case / "index" / part).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert upstander("queue", "show", case, *CODE, "--json").out == before
    held = {json.dumps(_next(upstander, by)) for by in "RST"}
    assert json.dumps(following) in held


def test_a_number_of_draws_is_made_at_once(upstander: Command, case: str) -> None:
    """A plan of six draws is read without reading nine by rank for each of them."""
    chosen = upstander("certificate", case, *CODE, "--rule", "fixed", "--number", "6", "--by", "R")
    assert chosen.status == 0, chosen.err
    for _ in range(6):
        given = upstander("queue", "next", case, *CODE, "--by", "R", "--random", "--json", "--show-text").json["next"]
        assert given["via"] == "random"
        _code(upstander, given, "R")
    told = upstander("certificate", case, *CODE, "--json").json
    assert (told["reviewed"]["drawn"], told["reviewed"]["read"]) == (6, 7 if told["reviewed"]["by_words"] else 6)
    assert _next(upstander, "R")["via"] == "queue"


def test_an_empty_case_has_nothing_to_read(upstander: Command) -> None:
    """Nothing is not everything: a case without messages is not said to be read."""
    assert upstander("case", "new", "C-1").status == 0
    said = upstander("queue", "next", "C-1", *CODE)
    assert (said.status, "no message with words" in said.out, "is read" in said.out) == (0, True, False)
    assert upstander("queue", "next", "C-1", *CODE, "--json").json["next"] is None


def test_what_was_kept_may_be_anything(upstander: Command, case: str, home: Path) -> None:
    """The queue as it was kept is taken where it is of these very decisions, and whatever else lies there is not."""
    for _ in range(9):
        _code(upstander, _next(upstander, "R"), "R")
    expected = _next(upstander, "R")
    shown = upstander("queue", "show", case, *CODE, "--json").out
    (path,) = (home / case / "index" / "queue").glob("*.npz")
    whole = path.read_bytes()
    with np.load(path) as held:
        other = {**{name: held[name] for name in held.files}, "key": np.array("of other decisions")}
        # What it says is taken: a label that was changed in it is seen, so that the file is not idle.
        changed = {name: held[name] for name in held.files} | {"sought": np.zeros_like(held["sought"])}
    np.savez(path, **changed)
    assert upstander("queue", "show", case, *CODE, "--json").json["ranked"] == 0
    for content in (whole[:200], b"", b"nothing of the kind", None):
        path.unlink() if content is None else path.write_bytes(content)
        assert upstander("queue", "show", case, *CODE, "--json").out == shown
    np.savez(path, **other)
    assert upstander("queue", "show", case, *CODE, "--json").out == shown
    assert _next(upstander, "R") == expected
    # Decisions that were taken out, as when a case is put back from a copy: what was kept after them is not taken.
    record = home / case / "decisions" / "codings.jsonl"
    lines = record.read_text(encoding="utf-8").splitlines(keepends=True)
    record.write_text("".join(lines[:4]), encoding="utf-8")
    assert upstander("queue", "show", case, *CODE, "--json").json["ranked"] == 4


def test_what_the_terminal_shows(upstander: Command, case: str) -> None:
    """Why a message is next and what to type; its words only where they are asked for, and ids that can be typed."""
    said = upstander("queue", "next", case, *CODE, "--by", "R. Reader")
    assert "--by 'R. Reader'" in " ".join(said.out.split())
    assert "nothing is known yet" in said.out
    assert "--via queue" in " ".join(said.out.split())
    assert "gate" not in said.out
    assert "joking" not in said.out
    shown = upstander("queue", "next", case, *CODE, "--by", "R", "--show-text").out
    assert "joking" in shown or "bring kit" in shown
    first = upstander("queue", "show", case, *CODE, "--json").json["ahead"][0]
    assert first in upstander("queue", "show", case, *CODE).out


def test_reasons_are_places_until_text_is_asked_for(upstander: Command, case: str) -> None:
    """Once something was learnt, the words that count most are named: by their places, or themselves."""
    ids = {}
    for line in upstander("messages", case, "-o", "-", "--json").out.splitlines():
        row = json.loads(line)
        ids[row["text"]] = row["message"]
    for text, no in (("only joking about the mug 0", []), ("bring kit 1 to gate 1", ["--not"])):
        assert upstander("code", case, ids[text], "banter", "--by", "R", "--via", "search", *no).status == 0
    given = _next(upstander, "R")
    assert given["why"] == "ranked by what was read"
    assert "text" not in upstander("queue", "next", case, *CODE, "--by", "R", "--json").json["next"]
    assert given["spans"][0]["weight"] > 0
    assert "most by characters 5:11; characters" in " ".join(
        upstander("queue", "next", case, *CODE, "--by", "R").out.split()
    )
    shown = upstander("queue", "next", case, *CODE, "--by", "R", "--show-text").out
    assert "joking" in shown


def test_the_first_ranking_comes_first(upstander: Command, case: str) -> None:
    """With scores of triage, what is read before anything is known is what it ranks highest."""
    assert upstander("triage", case).status == 0
    assert _next(upstander, "R")["why"] == "first ranking"


def test_all_is_read(upstander: Command, tmp_path: Path) -> None:
    """A case of one message gives it once, and then says that all is read."""
    message = {"id": 1, "type": "message", "date": "2018-03-01T07:00:00", "from": "Ash", "from_id": "user1",
               "date_unixtime": "1519887600", "text": "joking"}  # fmt: skip
    path = tmp_path / "result.json"
    path.write_text(json.dumps({"name": "T", "type": "private_group", "id": 7, "messages": [message]}), "utf-8")
    upstander("case", "new", "C-1")
    assert upstander("ingest", "C-1", path, "--exhibit", "AB/1", "--custodian", "PC A").status == 0
    given = _next(upstander, "R")
    assert _next(upstander, "S") is None, "somebody else holds it"
    assert "1 message that nobody has decided on" in upstander("queue", "next", "C-1", *CODE, "--by", "S").out
    _code(upstander, given, "R")
    assert _next(upstander, "R") is None
    assert "Every message with words is read for banter" in upstander("queue", "next", "C-1", *CODE).out
    assert "nothing" in upstander("queue", "show", "C-1", *CODE).out


def test_refusals(upstander: Command, case: str, home: Path) -> None:
    """A code that nobody knows, a seed below 0 and a name that is none are one sentence each, and nothing is begun."""
    said = upstander("queue", "next", case, "--code", "bantre")
    assert said.status == 2
    assert "did you mean banter" in said.err
    for verb in ("next", "show"):
        assert 'Invalid value "-1" for --seed' in upstander("queue", verb, case, *CODE, "--seed", "-1").err
    for name in ("", "  ", "R\nS", "R\u202eS"):
        said = upstander("queue", "next", case, *CODE, "--by", name)
        assert (said.status, "--by is a name" in said.err) == (2, True)
    assert not (home / case / "decisions" / "queues.jsonl").exists()


def test_a_word_taken_back_stays_taken_back(upstander: Command, case: str, home: Path) -> None:
    """Rank comes to what the stream had shown, and what its reader said of it last is what is written again."""
    for number in ("1", "2", "3", "4"):
        upstander("code", case, number, "banter", "--by", "R", "--via", "random")
        upstander("code", case, number, "banter", "--by", "R", "--via", "second", "--not")
    for later in range(5, COUNT + 2):
        upstander("code", case, str(later), "banter", "--by", "R", "--via", "random", "--not")
    answer = upstander("queue", "next", case, *CODE, "--by", "Q", "--json")
    assert answer.status == 0
    rows = upstander("codings", case, "--json").json["codings"]
    assert any(row["via"] == "queue" for row in rows), "rank has come to some of them"
    assert not any(row["applies"] for row in rows if row["stands"])
    # What was kept after writing them down is what the decisions alone say.
    shown = upstander("queue", "show", case, *CODE, "--json").out
    (kept,) = (home / case / "index" / "queue").glob("*.npz")
    kept.unlink()
    assert upstander("queue", "show", case, *CODE, "--json").out == shown


@pytest.fixture
def chat(upstander: Command, tmp_path: Path) -> str:
    """A case of 24 messages, in which "lol" stands eight times and a joke is forwarded four times."""
    texts = []
    for number in range(12):
        texts += [f"bring kit {number} to gate {number % 7}"]
        texts += ["lol" if number % 3 else "only joking, the mug is his"]
    messages = [
        {"id": number, "type": "message", "date": "2018-03-01T07:00:00", "from": "Ash", "from_id": "user1",
         "date_unixtime": str(1519887600 + number * 60), "text": text}
        for number, text in enumerate(texts, 1)
    ]  # fmt: skip
    path = tmp_path / "chat.json"
    path.write_text(
        json.dumps({"name": "Team", "type": "private_group", "id": 7, "messages": messages}), encoding="utf-8"
    )
    assert upstander("case", "new", "C-1").status == 0
    assert upstander("ingest", "C-1", path, "--exhibit", "AB/1", "--custodian", "PC A").status == 0
    return "C-1"


def test_one_reading_does_for_all_of_the_same_words(upstander: Command, chat: str) -> None:
    """Read to the end in one reading a wording; the certificate counts every message, and each can be traced."""
    read = 0
    while (given := _next(upstander, "R")) is not None:
        read += 1
        _code(upstander, given, "R")
    assert read == 14, "12 of their own, and one of each of two"
    told = upstander("queue", "show", chat, *CODE, "--carried", "--json").json
    assert (told["messages"], told["unread"], told["carried"]) == (24, 0, 10)
    by_words = told["decided_by_words"]
    assert len(by_words) == 10
    rows = {row["message"]: row for row in upstander("codings", chat, "--json").json["codings"] if row["stands"]}
    for each in by_words:
        assert each["message"] not in rows, "nobody is said to have coded what nobody read"
        assert (each["applies"], each["by"]) == (rows[each["source"]]["applies"], "R")
    certified = upstander("certificate", chat, *CODE, "--json").json
    assert (certified["holds"], certified["method"], certified["reviewed"]["by_words"]) == (True, "everything", 10)
    assert certified["reviewed"]["known"] == 4
    shown = " ".join(upstander("queue", "show", chat, *CODE, "--carried").out.split())
    assert "10 messages." in shown


def test_certificate_and_queue_count_alike(upstander: Command, chat: str) -> None:
    """At every moment of a review: what rank reached, what it found, and what the stream has drawn."""
    while (given := _next(upstander, "R")) is not None:
        _code(upstander, given, "R")
        told = upstander("queue", "show", chat, *CODE, "--json").json
        seen = upstander("certificate", chat, *CODE, "--json").json
        named = ("ranked", "found", "drawn")
        assert {name: seen["reviewed"][name] for name in named} == {name: told[name] for name in named}
        assert seen["reviewed"]["unread"] == told["unread"]
        assert seen["reviewed"]["by_words"] == told["carried"]


def test_each_copy_is_read_where_words_do_not_decide(upstander: Command, chat: str, home: Path) -> None:
    """Switched off for a code, by who says so; off at first for what a message does about another."""
    given = _next(upstander, "R")
    _code(upstander, given, "R")
    before = upstander("queue", "show", chat, *CODE, "--json").json
    said = upstander("queue", "next", chat, *CODE, "--by", "S", "--copies", "read", "--json")
    assert said.status == 0
    after = upstander("queue", "show", chat, *CODE, "--json").json
    assert (before["copies"], after["copies"], after["carried"]) == ("carry", "read", 0)
    assert after["unread"] == 23
    lines = (home / chat / "decisions" / "queues.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["by"] for line in lines] == ["R", "S"]
    assert upstander("certificate", chat, *CODE, "--json").json["reviewed"]["unread"] == 23
    other = upstander("queue", "show", chat, "--code", "approval", "--json").json
    assert other["copies"] == "read"


def test_code_knows_how_the_message_was_given(upstander: Command, case: str) -> None:
    """Without --via it is as the queue gave it to them; another way is refused, and others' words are as they say."""
    vias = []
    for turn in range(11):
        given = _next(upstander, "R")
        no = [] if "joking" in given["text"] else ["--not"]
        wrong = "random" if given["via"] == "queue" else "queue"
        said = upstander("code", case, given["message"], "banter", "--by", "R", "--via", wrong, *no)
        assert (said.status, f"gave this message to R as {given['via']}" in said.err) == (2, True)
        if turn == 0:
            for way in ("second", "sample"):
                copy = ("code", case, given["message"], "approval", "--by", "R", "--via", way, "--json")
                assert upstander(*copy).json["coding"]["via"] == way, "of another code"
            assert (
                upstander("code", case, given["message"], "banter", "--by", "T", "--json", *no).json["coding"]["via"]
                == "read"
            ), "given to somebody else"
            assert _next(upstander, "R")["message"] != given["message"], "T has decided on it"
            continue
        said = upstander("code", case, given["message"], "banter", "--by", "R", "--json", *no)
        assert said.status == 0, said.err
        assert said.json["coding"]["via"] == given["via"]
        if given["via"] == "random":
            _next(upstander, "R")
            again = upstander("code", case, given["message"], "banter", "--by", "R", "--json", *no)
            assert again.json["coding"]["via"] == "random", "said again, it came as it came"
            other = upstander("code", case, given["message"], "banter", "--by", "S", "--json", *no)
            assert other.json["coding"]["via"] == "random", "what was drawn is not called chosen"
        vias.append(given["via"])
    assert set(vias) == {"queue", "random"}
    said = upstander("queue", "next", case, *CODE, "--by", "r")
    assert (said.status, "'R' has coded in this case" in said.err) == (2, True), "one person is not two"


def test_the_seed_is_written_down(upstander: Command, case: str, home: Path) -> None:
    """With who began, once; another later is refused, and the certificate takes the one that was used."""
    assert upstander("queue", "show", case, *CODE, "--seed", "8", "--json").json["seed"] == 8
    assert not (home / case / "decisions" / "queues.jsonl").exists(), "to look begins nothing"
    assert upstander("queue", "next", case, *CODE, "--by", "R", "--seed", "7").status == 0
    assert upstander("queue", "next", case, *CODE, "--by", "R", "--seed", "7").status == 0
    (line,) = (home / case / "decisions" / "queues.jsonl").read_text(encoding="utf-8").splitlines()
    row = json.loads(line)
    assert (row["code"], row["seed"], row["copies"], row["by"]) == ("banter", 7, "carry", "R")
    refused = [
        upstander("queue", "next", case, *CODE, "--seed", "0"),
        upstander("queue", "show", case, *CODE, "--seed", "8"),
        upstander("certificate", case, *CODE, "--stream", "0"),
    ]
    for said in refused:
        assert (said.status, "was begun with seed 7" in said.err) == (2, True)
    assert upstander("queue", "next", case, "--code", "approval", "--seed", "3").status == 0
    for _ in range(10):
        given = _next(upstander, "R")
        _code(upstander, given, "R")
    drawn = upstander("certificate", case, *CODE, "--json").json
    assert drawn["reviewed"]["drawn"] == upstander("queue", "show", case, *CODE, "--json").json["drawn"] > 0
    path = home / case / "decisions" / "queues.jsonl"
    for broken in ("{}", '{"code": "banter"}', '{"code": "banter", "seed": true}', "no", '["banter"]',
                   '{"code": "banter", "seed": 1, "copies": "lost", "at": "2020-01-01"}',
                   '{"code": "banter", "seed": 1, "copies": "read", "by": 3, "at": "2020-01-01"}',
                   '{"code": "banter", "seed": 1, "copies": "read"}'):  # fmt: skip
        path.write_text(broken, encoding="utf-8")
        said = upstander("queue", "show", case, *CODE)
        assert (said.status, "line 1 of the decision file" in said.err) == (2, True)


def test_what_stands_around_a_message(upstander: Command, case: str) -> None:
    """So many before and after it, of its conversation; what was on show is kept with the coding."""
    shown = ("queue", "next", case, *CODE, "--by", "R", "--context", "3")
    hidden = upstander(*shown, "--json").json["next"]
    assert all("text" not in each for each in hidden["before"] + hidden["after"])
    given = upstander(*shown, "--json", "--show-text").json["next"]
    ordinals = [each["ordinal"] for each in [*given["before"], given, *given["after"]]]
    assert ordinals == list(range(ordinals[0], ordinals[0] + len(ordinals)))
    assert given["context"] == [len(given["before"]), len(given["after"])]
    before, after = given["context"]
    assert 3 in (before, after)
    page = upstander(*shown, "--show-text").out
    assert f"--context {before}:{after}" in " ".join(page.split())
    assert page.count("  | Ash") == before + after
    assert "bring kit" not in upstander(*shown).out
    # Asked again with less, the most that was on show counts; what they say themselves goes first.
    upstander("queue", "next", case, *CODE, "--by", "R", "--show-text")
    coded = upstander("code", case, given["message"], "banter", "--by", "R", "--not", "--json").json["coding"]
    assert (coded["context"], coded["via"]) == ([before, after], given["via"])
    following = upstander("queue", "next", case, *CODE, "--by", "R", "--json").json["next"]["message"]
    coded = upstander("code", case, following, "banter", "--by", "R", "--not", "--json").json["coding"]
    assert "context" not in coded, "nobody knows what was on show"
    following = upstander("queue", "next", case, *CODE, "--by", "R", "--json", "--show-text").json["next"]["message"]
    own = ("code", case, following, "banter", "--by", "R", "--not", "--json", "--context", "9:0")
    assert upstander(*own).json["coding"]["context"] == [9, 0]


def test_a_sample_that_rank_comes_to_stops_nobody(upstander: Command, case: str) -> None:
    """What a final sample showed is known; the queue goes on behind it and writes nothing of it again."""
    for number in range(1, 7):
        upstander("code", case, str(number), "banter", "--by", "R", "--via", "sample", "--not")
    for number in range(7, 12):
        upstander("code", case, str(number), "banter", "--by", "R", "--via", "random", "--not")
    for _ in range(12):
        given = _next(upstander, "R")
        _code(upstander, given, "R")
    rows = upstander("codings", case, "--json").json["codings"]
    twice = [row["message"] for row in rows if row["via"] == "sample"]
    assert not [row for row in rows if row["via"] == "queue" and row["message"] in twice]
