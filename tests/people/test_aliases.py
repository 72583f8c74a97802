"""Which handles are one person: what is exact, what only looks like it, and what people say about it."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.made_group import Event, Shown, group, work_out

from upstander.errors import BadDecision
from upstander.people.decisions import decisions
from upstander.people.joining import Joining
from upstander.people.names import likeness, tokens

PHONE = "447700900123@s.whatsapp.net"
OTHER = "447700900456@s.whatsapp.net"


def _standing(tables: dict[str, list[Any]]) -> dict[tuple[str, str], tuple[str, str]]:
    return {
        (row["a"].replace("0000000000000", ""), row["b"].replace("0000000000000", "")): (
            row["standing"],
            row["reasons"],
        )
        for row in tables["alias_suggestions"]
    }


def _persons(tables: dict[str, list[Any]]) -> list[set[str]]:
    found: dict[str, set[str]] = {}
    for row in tables["persons"]:
        found.setdefault(row["person"], set()).add(f"{row['capture'][:3]}/{row['handle']}")
    return sorted(found.values(), key=min)


def test_one_message_of_one_key_is_enough(tmp_path: Path) -> None:
    """Where the platform's key matched a message, the two that are named as its author are one person."""
    _, tables = group(tmp_path, [Shown("aaa", {0: "me"}, owner="me"), Shown("bbb", {0: "Kez"})])
    assert _standing(tables) == {("aaa/me", "bbb/Kez"): ("applied", "same_messages")}
    assert tables["alias_suggestions"][0]["shared"] == 1


@pytest.mark.parametrize(("messages", "standing"), [(4, "proposed"), (5, "applied")])
def test_few_messages_matched_by_text_are_not_enough(tmp_path: Path, messages: int, standing: str) -> None:
    """Five messages matched by their text join two handles; four only propose it."""
    both = dict.fromkeys(range(messages), "me")
    shown = [Shown("aaa", both, method="unique_body"), Shown("bbb", dict.fromkeys(both, "Kez"), method="unique_body")]
    _, tables = group(tmp_path, shown)
    assert _standing(tables)["aaa/me", "bbb/Kez"][0] == standing


def test_messages_matched_by_place_alone_say_nothing(tmp_path: Path) -> None:
    """Aligned messages took the names for granted, and are no evidence for them."""
    both = dict.fromkeys(range(50), "me")
    shown = [Shown("aaa", both, method="aligned"), Shown("bbb", dict.fromkeys(both, "Kez"), method="aligned")]
    assert _standing(group(tmp_path, shown)[1]) == {}


def test_who_is_named_otherwise_now_and_then_is_not_joined(tmp_path: Path) -> None:
    """Of fifty messages matched by text, two by somebody else leave the pair a proposal."""
    one = dict.fromkeys(range(50), "me")
    other = {place: "Kez" if place > 1 else "Bo" for place in range(50)}
    shown = [Shown("aaa", one, method="unique_body"), Shown("bbb", other, method="unique_body")]
    assert _standing(group(tmp_path, shown)[1])["aaa/me", "bbb/Kez"] == ("proposed", "co_occurrence")


def test_numbers_accounts_and_linked_ids_join(tmp_path: Path) -> None:
    """One number, one account however its server is written, and a linked id are exact, on one platform and across."""
    shown = [
        Shown("aaa", {0: PHONE}, known={PHONE: (None, "+447700900123", "1@lid")}),
        Shown("bbb", {1: "1@lid"}),
        Shown("ccc", {2: "447700900123@c.us"}),
        Shown("ddd", {3: "Ash"}, platform="sms", known={"Ash": (None, "+447700900123", None)}),
    ]
    _, tables = group(tmp_path, shown)
    assert len(_persons(tables)) == 1
    reasons = {reason for row in tables["alias_suggestions"] for reason in row["reasons"].split(",")}
    assert reasons == {"linked_id", "same_account", "same_number"}


def test_a_changed_number_is_one_person(tmp_path: Path) -> None:
    """The platform's word that a number changed joins the old one and the new one, though both wrote in one capture."""
    event = Event(1, "number_changed", PHONE, detail=OTHER)
    _, tables = group(tmp_path, [Shown("aaa", {0: PHONE, 2: OTHER}, events=[event])])
    assert _persons(tables) == [{f"aaa/{PHONE}", f"aaa/{OTHER}"}]
    assert _standing(tables)[f"aaa/{PHONE}", f"aaa/{OTHER}"] == ("applied", "number_changed")


def test_names_are_only_proposed(tmp_path: Path) -> None:
    """The same name, and a name that is like it, are proposed with their reason and joined by nobody."""
    shown = [Shown("aaa", {0: "~ Steph Lowry 🌼"}, method="alone"), Shown("bbb", {1: "STEPH LOWRY"}, method="alone")]
    _, tables = group(tmp_path, [*shown, Shown("ccc", {2: "S. Lowry"}, method="alone")])
    assert len(_persons(tables)) == 3
    assert {standing for standing, _ in _standing(tables).values()} == {"proposed"}
    assert {reasons for _, reasons in _standing(tables).values()} == {"same_name", "similar_name"}
    assert all(0 < row["score"] < 1 for row in tables["alias_suggestions"])


def test_one_name_on_two_accounts_is_no_account(tmp_path: Path) -> None:
    """A Messenger handle is a name: two exhibits with one are not joined by it."""
    shown = [
        Shown(name, {place: "Daz Holt"}, platform="messenger", method="alone")
        for place, name in enumerate(("aaa", "bbb"))
    ]
    _, tables = group(tmp_path, shown)
    assert len(_persons(tables)) == 2


def test_the_one_silent_member_may_be_the_owner(tmp_path: Path) -> None:
    """An export that calls its own account `me`, with one member who never wrote, proposes that they are one."""
    _, tables = group(tmp_path, [Shown("aaa", {0: "me", 1: OTHER}, owner="me", members=[PHONE, OTHER])])
    assert _standing(tables) == {(f"aaa/{PHONE}", "aaa/me"): ("proposed", "own_phone")}


def _file(folder: Path, *lines: tuple[str, str, str]) -> Path:
    path = folder / "aliases.jsonl"
    path.write_text(
        "".join(
            json.dumps({"decision": decision, "a": a, "b": b, "by": "DC Example", "at": "2018-04-03T10:00:00Z"}) + "\n"
            for decision, a, b in lines
        )
    )
    return path


def _id(name: str, handle: str) -> str:
    return f"{name.ljust(16, '0')}/{handle}"


def test_a_confirmed_pair_is_one_person(tmp_path: Path) -> None:
    """What somebody confirmed joins two handles that nothing else does, and says who confirmed it."""
    case, _ = group(tmp_path, [Shown("aaa", {0: "Ann"}), Shown("bbb", {1: "Bo"})])
    tables = work_out(case, _file(tmp_path, ("confirmed", _id("aaa", "Ann"), _id("bbb", "Bo"))))
    assert len(_persons(tables)) == 1
    assert _standing(tables) == {("aaa/Ann", "bbb/Bo"): ("confirmed", "")}
    assert "DC Example" in tables["alias_suggestions"][0]["detail"]


def test_a_refused_pair_is_never_joined_by_a_chain(tmp_path: Path) -> None:
    """A refusal holds against exact reasons, direct or by way of a third; the link that gives way is said."""
    shown = [Shown(name, {place: PHONE}) for place, name in enumerate(("aaa", "bbb", "ccc"))]
    case, tables = group(tmp_path, shown)
    assert len(_persons(tables)) == 1
    tables = work_out(case, _file(tmp_path, ("refused", _id("bbb", PHONE), _id("ccc", PHONE))))
    persons = _persons(tables)
    assert len(persons) == 2
    assert not any({f"bbb/{PHONE}", f"ccc/{PHONE}"} <= person for person in persons)
    standings = [standing for standing, _ in _standing(tables).values()]
    assert sorted(standings) == ["applied", "blocked", "refused"]
    blocked = next(row for row in tables["alias_suggestions"] if row["standing"] == "blocked")
    assert "refused" in blocked["detail"]


def test_the_last_word_on_a_pair_stands(tmp_path: Path) -> None:
    """Of several lines on one pair, in whichever order it is named, the last one counts."""
    a, b = _id("aaa", "Ann"), _id("bbb", "Bo")
    case, _ = group(tmp_path, [Shown("aaa", {0: "Ann"}), Shown("bbb", {1: "Bo"})])
    tables = work_out(case, _file(tmp_path, ("confirmed", a, b), ("refused", b, a)))
    assert len(_persons(tables)) == 2
    assert [row["standing"] for row in tables["alias_suggestions"]] == ["refused"]


def test_a_decision_about_nobody_is_said(tmp_path: Path) -> None:
    """A decision on a participant that the case does not hold joins nothing and is not lost."""
    case, _ = group(tmp_path, [Shown("aaa", {0: "Ann"})])
    tables = work_out(case, _file(tmp_path, ("confirmed", _id("aaa", "Ann"), _id("zzz", "Bo"))))
    assert "no such participant" in tables["alias_suggestions"][0]["detail"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "breaks off"),
        ("{]", "is no JSON"),
        ("[]", "is no JSON object"),
        ('{"decision": "confirmed", "a": "x/y", "b": "x/z", "by": "me"}', "lacks 'at'"),
        ('{"decision": "maybe", "a": "x/y", "b": "x/z", "by": "me", "at": "2018-01-01"}', "decides 'maybe'"),
        ('{"decision": "refused", "a": "x/y", "b": "x/y", "by": "me", "at": "2018-01-01"}', "about one participant"),
        ('{"decision": "refused", "a": "xy", "b": "x/y", "by": "me", "at": "2018-01-01"}', "no participant"),
        ('{"decision": "refused", "a": "x/z", "b": "x/y", "by": "me", "at": "today"}', "no ISO 8601 time"),
    ],
)
def test_a_bad_line_is_refused_by_its_number(tmp_path: Path, line: str, said: str) -> None:
    """A line that cannot be read ends the work with its number, and what is wrong with it."""
    path = tmp_path / "aliases.jsonl"
    path.write_text('{"decision": "refused", "a": "x/z", "b": "x/y", "by": "me", "at": "2018-01-01"}\n\n' + line)
    with pytest.raises(BadDecision, match="line 3 ") as problem:
        decisions(path)
    assert said in str(problem.value)


def test_joining_keeps_enemies_apart() -> None:
    """Groups whose members were refused are never joined, whatever they have grown to."""
    joining = Joining(6, [(0, 5)])
    assert joining.join(0, 1)
    assert joining.join(2, 1)
    assert joining.join(5, 4)
    assert not joining.join(4, 2)
    assert joining.join(3, 4)
    assert not joining.join(3, 0)
    assert [joining.group(0) == joining.group(place) for place in range(6)] == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("one", "other", "score"),
    [
        ("Steph Lowry", "S Lowry", 0.6),
        ("Darren Holt", "Daz Holt", 0.6),
        ("Lowry, Steph", "Steph Lowry", 0.6),
        ("Craig W", "Craig Whitmore", 0.5),
        ("Keogh", "Aidan Keogh", 0.4),
        ("Ollie", "Oliver Trent", 0.3),
        ("Ann Holt", "Bo Holt", 0.0),
        ("Al", "Alan Example", 0.0),
        ("🧶", "Ann", 0.0),
    ],
)
def test_names_are_alike_by_surname_first_name_and_short_form(one: str, other: str, score: float) -> None:
    """A likeness is graded by how much of the names agrees, whichever comes first."""
    assert likeness(tokens(one), tokens(other)) == likeness(tokens(other), tokens(one)) == score


def test_titles_signs_and_accents_are_no_part_of_a_name() -> None:
    """Sgt, a tilde, emoji and accents do not make two names of one."""
    assert tokens("~\u00a0Sgt. Zoë O'Neill 🚓") == tokens("zoe oneill")
