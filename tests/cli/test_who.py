"""`upstander who` and `upstander people`, as people and programs see them."""

import json
from pathlib import Path

import pytest
from tests.support.commands import Command
from tests.support.made_group import Event, Shown, group

from upstander.storage import Home

EVENTS = (
    Event(0, "added", "Ann", "Ann"),
    Event(0, "added", "Bo [b]", "Ann"),
    Event(0, "added", "Cy", "Ann"),
    Event(0, "administrator_added", "Cy", "Ann"),
    Event(3, "left", "Cy"),
)


@pytest.fixture
def made(home: Path) -> str:
    """A case of one group: Ann writes at 1 and 4, Bo answers at 2."""
    shown = Shown(
        "aaa", {1: "Ann", 2: "Bo [b]", 4: "Ann"}, EVENTS, owner="Ann", custodian="Ann Example",
        replies={2: 1}, reactions=[(4, "Bo [b]", "👍")], receipts=[(1, "Cy", True)],
    )  # fmt: skip
    case, _ = group(home, [shown, Shown("bbb", {1: "Annie", 2: "B"}, method="key")])
    return case.path.name


def test_a_program_gets_every_rung(upstander: Command, made: str) -> None:
    """--json has the message, and for everybody the rungs with evidence, the responses and the opportunity."""
    said = upstander("who", made, "aaa0000000000000-1", "--json")
    assert said.status == 0, said.err
    answer = said.json
    assert {name: answer[name] for name in ("ordinal", "kind", "label", "title")} == {
        "ordinal": 1,
        "kind": "text",
        "label": "Ann Example",
        "title": "Nights",
    }
    assert "text" not in answer
    people = {row["label"]: row for row in answer["people"]}
    assert people["Cy"]["rung"] == "read"
    assert [rung["rung"] for rung in people["Cy"]["rungs"]] == ["read", "delivered", "by_events"]
    assert people["Bo [b]"]["responses"] == [{"act": "reply", "response": "aaa0000000000000-2", "lag_ms": 60_000}]
    assert people["Cy"]["opportunity"] == {"posted": 2, "own_posts": 0}
    assert people["Cy"]["left"]


@pytest.mark.parametrize("asked", ["aaa0000000000000-4", "bbb0000000000000-1", "bbb0000000000000-2", "K4"])
def test_a_message_is_named_by_any_sighting_or_key(upstander: Command, made: str, asked: str) -> None:
    """The id of a sighting in any capture, and the platform's key, name the message of the conversation."""
    answer = upstander("who", made, asked, "--json").json
    assert answer["ordinal"] == int(asked[-1])


def test_the_beginning_of_one_id_is_enough_and_of_two_is_not(upstander: Command, made: str) -> None:
    """An unambiguous beginning names the message; a beginning of several is refused, and so is nothing at all."""
    assert upstander("who", made, "aaa0000000000000-4"[:18]).status == 0
    refused = upstander("who", made, "aaa00000")
    assert (refused.status, "more than one message" in refused.err) == (2, True)
    unknown = upstander("who", made, "zzzz")
    assert (unknown.status, "no message" in unknown.err) == (2, True)


def test_the_words_are_shown_only_where_asked_for(upstander: Command, made: str) -> None:
    """The text of the message is in no output without --show-text."""
    for form in ((), ("--json",)):
        assert "text 1" not in upstander("who", made, "K1", *form).out
        assert "text 1" in upstander("who", made, "K1", *form, "--show-text").out


def test_people_read_a_table(upstander: Command, made: str) -> None:
    """The table has everybody, how it is known, what they did, and what a missing receipt does not mean."""
    said = upstander("who", made, "K1")
    assert said.status == 0
    for words in ("Bo [b]", "replied", "read", "wrote it", "does not mean unread"):
        assert words in said.out


def test_a_system_event_has_no_author(upstander: Command, made: str) -> None:
    """Asked about a join, the command says who was in, and that nobody wrote it."""
    assert "nobody (a system event)" in upstander("who", made, "K3").out
    assert "author" not in upstander("who", made, "K3", "--json").json


def test_a_message_without_a_time_has_no_window(upstander: Command, home: Path) -> None:
    """Where a message is undated, lags and opportunity are left out rather than made up."""
    shown = Shown("aaa", {1: "Ann", 2: "Bo", 3: "Ann"}, undated=frozenset({1}))
    case, _ = group(home, [shown])
    answer = upstander("who", case.path.name, "K1", "--json").json
    people = {row["label"]: row for row in answer["people"]}
    assert "at" not in answer
    assert people["Bo"]["rungs"][0]["rung"] == "posted_later"
    assert (people["Bo"]["opportunity"], "next_post_lag_ms" in people["Bo"]) == ({}, False)
    assert "has no time" in upstander("who", case.path.name, "K1").out


def test_supervisors_come_first(upstander: Command, made: str, tmp_path: Path) -> None:
    """A roster's supervisor of the author stands first, with the rank; lines that fit nobody are said."""
    roster = tmp_path / "roster.csv"
    roster.write_text("name,rank,supervisor\nCy,sergeant,\nAnn Example,constable,Cy\nNobody,constable,Cy\n")
    said = upstander("who", made, "K1", "--roster", roster, "--json")
    first = said.json["people"][0]
    assert (first["label"], first["rank"], first["supervisor"], first["supervises_author"]) == (
        "Cy",
        "sergeant",
        True,
        True,
    )
    assert said.json["unplaced"] == ["Nobody"]
    assert "Nobody" in said.err


def test_a_case_without_people_says_so(upstander: Command) -> None:
    """Where nobody has worked out who was there, the command says what to do."""
    assert upstander("case", "new", "C-1", "--title", "Late turn").status == 0
    said = upstander("who", "C-1", "abcd")
    assert (said.status, "upstander rebuild C-1" in said.err) == (2, True)


def test_decisions_are_honoured_and_kept(upstander: Command, case: str, home: Path, chat: Path) -> None:
    """A pair confirmed in the case folder is one person after the next run, and a rebuild keeps the file."""
    rows = upstander("people", case, "--json").json["persons"]
    ids = [f"{row['participants'][0]['capture']}/{row['participants'][0]['handle']}" for row in rows[:2]]
    folder = Home(home).open(case).decisions
    folder.mkdir()
    line = {"decision": "confirmed", "a": ids[0], "b": ids[1], "by": "DC Example", "at": "2018-04-03T10:00:00Z"}
    (folder / "aliases.jsonl").write_text(json.dumps(line) + "\n")
    assert upstander("rebuild", case).status == 0
    assert len(upstander("people", case, "--json").json["persons"]) == len(rows) - 1
    (folder / "aliases.jsonl").write_text("{\n")
    said = upstander("rebuild", case)
    assert (said.status, "line 1 of the decision file" in said.err) == (2, True)


def test_persons_are_listed_with_their_reasons(upstander: Command, made: str) -> None:
    """A person has its participants and how many reasons of each kind join them."""
    said = upstander("people", made, "--json")
    persons = {row["label"]: row for row in said.json["persons"]}
    assert {row["handle"] for row in persons["Ann Example"]["participants"]} == {"Ann", "Annie"}
    assert persons["Ann Example"]["reasons"] == {"same_messages": 1}
    table = upstander("people", made)
    assert table.status == 0
    assert "own phone: aaa" in table.out


def test_suggestions_are_listed_by_standing(upstander: Command, made: str, home: Path) -> None:
    """--suggestions lists pairs, --standing narrows, and a standing that is none is refused."""
    rows = upstander("people", made, "--suggestions", "--json").json["alias_suggestions"]
    assert {row["standing"] for row in rows} == {"applied"}
    assert upstander("people", made, "--standing", "refused", "--json").json["alias_suggestions"] == []
    assert upstander("people", made, "--standing", "maybe").status == 2
    assert "one person" not in upstander("people", made, "--suggestions").err


def test_decisions_are_kept_in_the_case_folder(home: Path, made: str) -> None:
    """The decision file has its place in the case, outside the tables."""
    case = Home(home).open(made)
    assert case.decisions == case.path / "decisions"
    assert not case.decisions.is_relative_to(case.tables)
