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
    following = _next(upstander, "T")
    before = upstander("queue", "show", case, *CODE, "--json").out
    for part in ("features", "queue"):
        for path in sorted((home / case / "index" / part).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    assert upstander("queue", "show", case, *CODE, "--json").out == before
    held = {json.dumps(_next(upstander, by)) for by in "RST"}
    assert json.dumps(following) in held


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
        changed = {name: held[name] for name in held.files} | {"ranked": np.zeros_like(held["ranked"])}
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
    assert "most by characters" in " ".join(upstander("queue", "next", case, *CODE, "--by", "R").out.split())
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
    _code(upstander, _next(upstander, "R"), "R")
    assert _next(upstander, "R") is None
    assert "Every message with words is read for banter" in upstander("queue", "next", "C-1", *CODE).out
    assert "nothing" in upstander("queue", "show", "C-1", *CODE).out


def test_refusals(upstander: Command, case: str) -> None:
    """A code that nobody knows and a seed below 0 are one sentence each."""
    said = upstander("queue", "next", case, "--code", "bantre")
    assert said.status == 2
    assert "did you mean banter" in said.err
    for verb in ("next", "show"):
        assert "--seed is -1" in upstander("queue", verb, case, *CODE, "--seed", "-1").err


def test_a_word_taken_back_stays_taken_back(upstander: Command, case: str) -> None:
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
