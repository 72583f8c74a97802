"""`codebook`, `code`, `codings` and `agreement`, as people and programs see them."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.commands import Command

from upstander.evidence.standing import SCORES
from upstander.model import batch
from upstander.review.collection import collection
from upstander.storage import Home, PartWriter

HOSPITAL = Path(__file__).parents[1] / "review" / "codebook" / "hospital.yaml"


@pytest.fixture
def ids(upstander: Command, case: str) -> list[str]:
    """The ids of the case's messages, system event first."""
    return [json.loads(line)["message"] for line in upstander("messages", case, "-o", "-", "--json").out.splitlines()]


def test_codebooks_are_shown(upstander: Command) -> None:
    """The list, a whole book by axis, and all that it says of one code."""
    assert "police-misconduct" in upstander("codebook", "list").out
    book = upstander("codebook", "show", "police-misconduct").out
    assert all(words in book for words in ("Behaviour", "sexual_violence", "Justification", "F8"))
    said = upstander("codebook", "show", "police-misconduct", "banter").out
    assert all(words in said for words in ("Counts", "Does not", "Challenging and Reporting Improper Conduct"))
    assert "did you mean banter" in upstander("codebook", "show", "police-misconduct", "bantr").err
    assert upstander("codebook", "show", str(HOSPITAL), "--json").json["codebook"]["name"] == "hospital-conduct"


def test_a_codebook_is_checked(upstander: Command, tmp_path: Path) -> None:
    """A sound one is said to be; of another every mistake is listed, and the status says so."""
    assert upstander("codebook", "check", str(HOSPITAL)).status == 0
    bad = tmp_path / "bad.yaml"
    bad.write_text(HOSPITAL.read_text(encoding="utf-8").replace("[P]", "[Q]").replace("version: 1", "version: x"))
    said = upstander("codebook", "check", str(bad))
    assert (said.status, "line 3" in said.out, "'Q'" in said.out, "2 mistakes" in said.out) == (2, True, True, True)
    answer = upstander("codebook", "check", str(bad), "--json").json
    assert (answer["sound"], answer["mistakes"][0]["line"]) == (False, 3)
    assert upstander("codebook", "check", str(tmp_path / "none.yaml")).status == 2


def test_a_coding_is_one_line(upstander: Command, case: str, ids: list[str]) -> None:
    """What was decided, and on a second word what it takes the place of."""
    said = upstander("code", case, ids[1], "banter", "--by", "DC Example", "--span", "0:7")
    assert said.status == 0, said.err
    assert " ".join(said.out.split()) == (f"“Banter” (banter) applies to 0:7 of message {ids[1]}, by DC Example.")
    again = upstander("code", case, ids[1][:18], "banter", "--by", "DC Example", "--not", "--json").json["coding"]
    assert (again["applies"], again["codebook"], "supersedes" in again) == (False, "police-misconduct@1", True)
    other = upstander("code", case, ids[1], "banter", "--by", "Other")
    assert "before" not in other.out
    assert "morning" not in other.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["2", "bantr"], "did you mean banter"),
        (["zzzz", "banter"], "has no message 'zzzz'"),
        (["2", "banter", "--span", "3"], "not two numbers"),
        (["2", "banter", "--span", "3:99"], "which has 11 characters"),
        (["2", "banter", "--span", "5:5"], "no part of message"),
        (["2", "banter", "--span", "²:3"], "not two numbers"),
        (["2", "image", "--span", "0:3"], "of a whole message"),
        (["2", "banter", "--settle"], "nothing to settle"),
        (["2", "banter", "--settle", "--via", "queue"], "leave --via queue out"),
        (["2", "banter", "--by", " "], "--by is a name"),
        (["2", "banter", "--codebook", "army"], "there is no codebook 'army'"),
        (["2", "banter", "--codebook", "police-misconduct@9"], "is shipped in version 1"),
        (["2", "banter", "--via", "luck"], "luck"),
        (["2", "banter", "--note", "caf\udce9"], "no UTF-8"),
        (["2", "banter", "--by", "caf\udce9"], "--by is a name"),
        (["2", "banter", "--by", "DC\nExample"], "U+000A"),
        (["2", "banter", "--by", "DC \u202eelpmaxE"], "U+202E"),
        (["2", "banter", "--by", "x" * 201], "at most 200"),
        (["2", "banter", "--context", "3"], "not two numbers of messages"),
        (["2", "banter", "--context", "3:9999999"], "from 0 to 1,000,000"),
        (["2\udce9", "banter"], "has no message"),
        (["2", "ban\udce9ter"], "has no code"),
        (["2", "banter", "--codebook", "b\udce9/x.yaml"], "cannot be read"),
        (["2", "banter", "--codebook", "../../etc@1"], "cannot be read"),
    ],
)
def test_what_is_refused(upstander: Command, case: str, arguments: list[str], words: str) -> None:
    """With a sentence, status 2, and nothing written."""
    by = [] if "--by" in arguments else ["--by", "R"]
    said = upstander("code", case, *arguments, *by)
    assert said.status == 2
    assert words in " ".join(said.err.split()), said.err
    assert upstander("codings", case, "--json").json["codings"] == []


def test_a_case_keeps_its_codebook(upstander: Command, case: str, home: Path, tmp_path: Path) -> None:
    """Its own book is kept word for word and used from then on; the same version with another text is refused."""
    book = tmp_path / "book.yaml"
    book.write_text(HOSPITAL.read_text(encoding="utf-8"))
    assert upstander("code", case, "2", "speaks_up", "--by", "R", "--codebook", str(book)).status == 0
    kept = home / case / "decisions" / "codebooks" / "hospital-conduct@1.yaml"
    assert kept.read_text(encoding="utf-8") == book.read_text(encoding="utf-8")
    assert upstander("code", case, "3", "speaks_up", "--by", "R").status == 0
    book.write_text(HOSPITAL.read_text(encoding="utf-8").replace("Speaks up", "Speaks out"))
    refused = upstander("code", case, "3", "speaks_up", "--by", "R", "--codebook", str(book))
    assert (refused.status, "give the changed codebook a new version" in refused.err) == (2, True)
    book.write_text(book.read_text(encoding="utf-8").replace("version: 1", "version: 2"))
    assert upstander("code", case, "3", "speaks_up", "--by", "R", "--codebook", str(book)).status == 0
    # The latest coding's version is what the case goes on with, and the earlier one can still be named.
    last = upstander("code", case, "4", "speaks_up", "--by", "R", "--json").json["coding"]
    assert last["codebook"] == "hospital-conduct@2"
    first = upstander("code", case, "4", "speaks_up", "--by", "R", "--codebook", "hospital-conduct@1", "--json").json
    assert first["coding"]["codebook"] == "hospital-conduct@1"
    # The case's other book stays where it is.
    assert upstander("code", case, "4", "banter", "--by", "R", "--codebook", "police-misconduct").status == 0
    assert upstander("rebuild", case).status == 0
    assert len(upstander("codings", case, "--json").json["codings"]) == 6


def test_the_context_on_show_is_kept(upstander: Command, case: str, home: Path) -> None:
    """As it was said, in the answer, the file and the table; lines that were written before it was kept say nothing."""
    assert upstander("code", case, "2", "banter", "--by", "R").status == 0
    said = upstander("code", case, "3", "banter", "--by", "R", "--context", "0: 5", "--json").json["coding"]
    assert said["context"] == [0, 5]
    lines = [json.loads(line) for line in (home / case / "decisions" / "codings.jsonl").read_text().splitlines()]
    assert [line.get("context") for line in lines] == [None, [0, 5]]
    assert [row.get("context") for row in upstander("codings", case, "--json").json["codings"]] == [None, [0, 5]]


def test_codings_are_listed(upstander: Command, case: str) -> None:
    """What stands; with --all what it took the place of; of one code, reviewer or message."""
    assert "No codings" in upstander("codings", case).out
    upstander("code", case, "2", "banter", "--by", "A", "--note", "said twice")
    upstander("code", case, "2", "banter", "--by", "A", "--not")
    upstander("code", case, "3", "joke", "--by", "B", "--via", "search")
    said = upstander("codings", case).out
    assert ("said twice" in said, "3 codings, of which 2 stand." in said) == (False, True)
    assert "said twice" in " ".join(upstander("codings", case, "--all").out.split())
    for option, value in (("--code", "joke"), ("--by", "B"), ("--message", "3")):
        (row,) = upstander("codings", case, option, value, "--json").json["codings"]
        assert (row["code"], row["by"], row["via"], row["stands"]) == ("joke", "B", "search", True)


def test_a_case_without_exhibits(upstander: Command) -> None:
    """Each command answers or refuses for what is so, and none spoils it for the next."""
    upstander("case", "new", "C-1", "--title", "Late turn")
    for _ in range(2):
        assert "No codings" in upstander("codings", "C-1").out
        assert "Nobody has coded" in upstander("agreement", "C-1").out
        assert "has no message '1'" in upstander("code", "C-1", "1", "joke", "--by", "A").err
        certified = upstander("certificate", "C-1", "--code", "joke", "--json").json
        assert (certified["reviewed"]["population"], certified["holds"], certified["method"]) == (0, False, "nothing")
        assert certified["words"].startswith("Not certifiable: no message in scope has text")
        assert upstander("certificate", "C-1", "--code", "joke", "--plan").status == 0
        assert upstander("queue", "next", "C-1", "--code", "joke", "--json").json["next"] is None


def test_double_coding_from_end_to_end(upstander: Command, case: str) -> None:
    """Drawn, read blind, disagreement settled: both readings kept, and no text without being asked for."""
    assert "Nobody has coded" in upstander("agreement", case).out
    for key, no in (("2", []), ("3", ["--not"]), ("4", ["--not"]), ("5", ["--not"])):
        assert upstander("code", case, key, "joke", "--by", "A", *no).status == 0
    alone = " ".join(upstander("agreement", case).out.split())
    assert "No message was read by two" in alone
    assert f"Next: `upstander agreement {case} --draw 1` draws all 4 messages that were coded, which are fewer" in alone
    assert upstander("agreement", case, "--json").json["next"].startswith("Next: `upstander agreement")
    said = upstander("agreement", case, "--draw", "1", "--seed", "3", "--for", "B")
    assert said.status == 0, said.err
    assert "4 messages due for a second reading, 0 done" in said.out
    assert "morning" not in said.out
    assert f"somebody who is not A reads what was drawn, blind: `upstander agreement {case} --for NAME`" in " ".join(
        said.out.split()
    )
    assert "morning all" in upstander("agreement", case, "--show-text").out
    assert "0 messages due" in upstander("agreement", case, "--for", "A").out
    due = upstander("agreement", case, "--json").json["due"]
    assert (len(due["messages"]), due["codes"], set(due["messages"][0])) == (4, ["joke"], {"message"})
    for key, no in (("2", []), ("3", []), ("4", ["--not"]), ("5", ["--not"])):
        assert upstander("code", case, key, "joke", "--by", "B", "--via", "second", *no).status == 0
    said = upstander("agreement", case)
    assert "1 disagreement, 1 of them open" in said.out
    assert "A no, B yes" in said.out
    settled = upstander("code", case, "3", "joke", "--by", "C", "--settle")
    assert settled.out.startswith("Settled: Joke (joke) applies")
    answer = upstander("agreement", case, "--json").json
    (joke,) = answer["codes"]
    assert joke["figures"]["agreement"]["value"] == 0.75
    assert joke["for_all_coded"]["messages"] == 4
    (row,) = answer["disagreements"]
    assert (row["settled"]["by"], [word["applies"] for word in row["readings"]]) == ("C", [False, True])
    assert "settled by C: yes" in upstander("agreement", case, "--all").out
    assert "Next: have more messages coded, then draw again: 4 are" in " ".join(
        upstander("agreement", case).out.split()
    )
    assert upstander("agreement", case, "--draw", "2").status == 2


def test_double_coding_that_nobody_drew(upstander: Command, case: str) -> None:
    """Two people who read the same without a draw have their figures too, with none weighed."""
    for by, no in (("A", []), ("B", ["--not", "--via", "second"])):
        assert upstander("code", case, "2", "joke", "--by", by, *no).status == 0
    said = upstander("agreement", case)
    assert (said.status, "1 disagreement, 1 of them open" in said.out, "weighed" in said.out) == (0, True, False)


def test_while_another_writes(upstander: Command, case: str, home: Path) -> None:
    """A coding is a line of its own file: it waits for nobody, and is in the table that is made next."""
    with Home(home).open(case).writing():
        said = upstander("code", case, "2", "joke", "--by", "A")
        assert (said.status, said.err) == (0, "")
    assert len(upstander("codings", case, "--json").json["codings"]) == 1


def test_a_draw_by_scores_is_weighed(
    upstander: Command, case: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Messages drawn at several chances have a row of their own, and how they were drawn is said."""
    monkeypatch.setattr("upstander.review.agreement.drawing._FEW", 2)
    opened = Home(home).open(case)
    rows = collection(opened).collect()
    count = rows.height
    scores = [number / count for number in range(count)]
    columns: dict[str, list[Any]] = {
        **{name: rows[name].to_list() for name in ("conversation", "ordinal", "message")},
        "head": ["joke"] * count, "score": scores, "in_context": scores,
    }  # fmt: skip
    with opened.writing():
        writer = PartWriter(opened, SCORES)
        writer.write("scores", batch("scores", columns, rows=count))
        writer.finish(made_from="test", about={})
    for by, via in (("A", "read"), ("B", "second")):
        for key in range(2, 7):
            no = ["--not"] if key != (2 if by == "A" else 6) else []
            upstander("code", case, key, "joke", "--by", by, "--via", via, *no)
    said = upstander("agreement", case, "--code", "joke", "--draw", "0.9")
    assert "parted at scores of" in " ".join(said.out.split())
    (joke,) = upstander("agreement", case, "--code", "joke", "--json").json["codes"]
    assert "for_all_coded" in joke


def test_readers_settle_together(upstander: Command, case: str) -> None:
    """The word of one reader waits for that of the other."""
    upstander("code", case, "2", "joke", "--by", "A")
    upstander("code", case, "2", "joke", "--by", "B", "--not")
    first = upstander("code", case, "2", "joke", "--by", "A", "--settle", "--not")
    assert "it is settled when B says the same" in " ".join(first.out.split())
    assert upstander("code", case, "2", "joke", "--by", "B", "--settle", "--not").out.startswith("Settled:")
