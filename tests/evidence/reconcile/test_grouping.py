"""Which captures are one conversation: by keys, by statements, by bodies; and what is only proposed."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.made_captures import START, Given, add, check, new_case, pairs, said, tables

from upstander.storage import Case

WORDS = ("alder", "birch", "cedar", "elder", "hazel", "holly", "larch", "maple", "osier", "poplar", "rowan", "spruce")
UNIQUE = [f"the {word} van is parked behind the station" for word in WORDS]
OTHER = [f"whose {word} is this in the kitchen again" for word in WORDS]
DAY = 86_400_000


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return new_case(tmp_path)


def _applied(found: Mapping[str, list[dict[str, Any]]]) -> dict[str, tuple[str, str]]:
    """By capture: its conversation and why."""
    rows = [row for row in found["captures"] if row["standing"] == "applied"]
    return {row["capture"]: (row["conversation"], row["basis"]) for row in rows}


def test_one_platform_key_is_one_conversation(case: Case) -> None:
    """Two exports that name the group by one key are one conversation, whatever they say."""
    one = add(case, Given("one", said(UNIQUE), key="1@g.us"))
    two = add(case, Given("two", said(OTHER), key="1@g.us"))
    three = add(case, Given("three", said(OTHER), key="2@g.us"))
    found = _applied(tables(case))
    assert found[one] == found[two] == (min(one, two), "platform_key")
    assert found[three][0] == three


def test_message_keys_in_common_join_exchanges_between_two(case: Case) -> None:
    """Two sides of an exchange have each other's address for a key; the keys of their messages join them."""
    keyed = [{**row, "platform_key": f"K{number}"} for number, row in enumerate(said(UNIQUE))]
    one = add(case, Given("one", keyed, kind="direct", key="anna@s"))
    two = add(case, Given("two", keyed[3:], kind="direct", key="ben@s"))
    found = tables(case)
    check(case, found)
    assert _applied(found)[one] == _applied(found)[two] == (min(one, two), "shared_keys")
    assert pairs(found, one, two) == {(str(number + 3), str(number)) for number in range(9)}


def test_keys_that_count_messages_join_nothing(case: Case) -> None:
    """Keys that are numbers of an app's own, the same in two exports for other words, are no keys of one platform."""
    one = [{**row, "platform_key": str(number)} for number, row in enumerate(said(UNIQUE))]
    two = [{**row, "platform_key": str(number)} for number, row in enumerate(said(OTHER))]
    add(case, Given("one", one, kind="direct"))
    add(case, Given("two", two, kind="direct"))
    assert {why for _, why in _applied(tables(case)).values()} == {"alone"}


def test_bodies_in_common_join_exports(case: Case) -> None:
    """Two exports without keys that say the same once at the same times are one conversation, with the evidence."""
    one, two = (
        add(case, Given("one", said(UNIQUE))),
        add(case, Given("two", said(UNIQUE)[2:])),
    )
    found = tables(case)
    check(case, found)
    assert _applied(found)[one] == _applied(found)[two] == (min(one, two), "shared_bodies")
    row = next(row for row in found["captures"] if "10 bodies" in row["detail"])
    assert row["score"] == 1.0


def test_four_bodies_in_common_are_proposed(case: Case) -> None:
    """Four bodies that agree are too few to join two exports: each stands alone, and the other is proposed."""
    one = add(case, Given("one", said([*UNIQUE[:4], *OTHER[4:]])))
    two = add(case, Given("two", said([*UNIQUE[:4], *(f"{text} no" for text in OTHER[4:])])))
    found = tables(case)
    check(case, found)
    assert {why for _, why in _applied(found).values()} == {"alone"}
    (row,) = [row for row in found["captures"] if row["standing"] == "proposed"]
    assert {row["capture"], row["conversation"]} == {one, two}
    assert (row["basis"], row["shared"]) == ("shared_bodies", 4)
    assert row["score"] == pytest.approx(4 / 12, abs=1e-4)


def test_forwarded_messages_join_no_groups(case: Case) -> None:
    """Two groups into which six messages were forwarded at once are not joined, but proposed."""
    for name, texts in (("one", OTHER), ("two", [f"{text} eh" for text in OTHER])):
        more = [f"{text} {number}" for number in range(2) for text in texts]
        rows = [*said([*UNIQUE[:6], *more])]
        add(case, Given(name, rows, title=name))
    found = tables(case)
    check(case, found)
    assert {why for _, why in _applied(found).values()} == {"alone"}
    assert [row["standing"] for row in found["captures"]].count("proposed") == 1
    assert found["gaps"] == []


def test_a_text_export_that_fits_two_keyed_groups_joins_neither(case: Case) -> None:
    """What is like two conversations that keys tell apart is proposed for both and joined to neither."""
    keyed = [{**row, "platform_key": f"K{number}"} for number, row in enumerate(said(UNIQUE))]
    again = [{**row, "platform_key": f"L{number}"} for number, row in enumerate(said(UNIQUE))]
    add(case, Given("one", keyed, key="1@g.us"))
    add(case, Given("two", again, key="2@g.us"))
    text = add(case, Given("text", said(UNIQUE)))
    found = tables(case)
    check(case, found)
    assert _applied(found)[text] == (text, "alone")
    assert [row["standing"] for row in found["captures"] if row["capture"] == text].count("proposed") == 2


def test_statements_join_exports_without_bodies_in_common(case: Case) -> None:
    """Two exports whose handlers named one conversation are it, although they overlap nowhere; case does not matter."""
    one = add(case, Given("one", said(UNIQUE)))
    two = add(case, Given("two", said(OTHER, start=START + 90 * DAY)))
    found = tables(case, stated={"one": "Nights", "two": "nights"})
    check(case, found)
    assert _applied(found)[one] == _applied(found)[two] == (min(one, two), "stated")
    assert all("stated" in row["detail"] for row in found["captures"])
    assert {why for _, why in _applied(tables(case)).values()} == {"alone"}


def test_statements_that_differ_keep_exports_apart(case: Case) -> None:
    """Two exports that say the same are two conversations where their handlers say so."""
    add(case, Given("one", said(UNIQUE)))
    add(case, Given("two", said(UNIQUE)))
    found = tables(case, stated={"one": "Nights", "two": "Days"})
    check(case, found)
    assert len({conversation for conversation, _ in _applied(found).values()}) == 2
    assert not [row for row in found["captures"] if row["standing"] == "proposed"]


def test_a_statement_finds_the_keyed_group_of_that_name(case: Case) -> None:
    """A text export stated to be a conversation joins the database's group of that title or key."""
    keyed = [{**row, "platform_key": f"K{number}"} for number, row in enumerate(said(UNIQUE))]
    one = add(case, Given("one", keyed, key="1@g.us", title="Nights"))
    two = add(case, Given("two", said(OTHER, start=START + 90 * DAY), title=None))
    for name in ("nights", "1@g.us"):
        found = tables(case, stated={"two": name})
        assert _applied(found)[one] == _applied(found)[two] == (min(one, two), "stated")


def _dated(order: str, unit: str = "minute") -> list[dict[str, Any]]:
    """A message on each of twelve days of 2018, day and month below 13, as read in that order."""
    rows = []
    for number, text in enumerate(UNIQUE):
        day, month = (number % 5) + 1, number + 1
        first, second = (day, month) if order == "true" else (month, day)
        at = _at(first, second) + number * 3_600_000 // 4
        rows.append({"sent_at": at, "author": "AB"[number % 2], "text": text, "sent_at_precision": unit})
    return rows


def _at(day: int, month: int) -> int:
    return int(datetime(2018, month, day, 9, 0, tzinfo=UTC).timestamp() * 1000)


AMBIGUOUS = (("date_order_ambiguous", "all days are below 13"),)


@pytest.mark.parametrize(("read", "shown"), [("true", "as_read"), ("swapped", "other")])
@pytest.mark.parametrize("keyed", [True, False])
def test_another_capture_decides_the_order_of_dates(case: Case, read: str, shown: str, *, keyed: bool) -> None:
    """An export whose days are all below 13 takes the order that a capture with sure dates shows, and pairs by it."""
    sure = [{**row, "platform_key": f"K{n}" if keyed else None} for n, row in enumerate(_dated("true", "second"))]
    one = add(case, Given("one", sure, key="1@g.us" if keyed else None))
    two = add(case, Given("two", _dated(read), warnings=AMBIGUOUS))
    found = tables(case)
    check(case, found)
    (row,) = [row for row in found["captures"] if row["capture"] == two]
    assert (row["date_order"], row["basis"]) == (shown, "shared_bodies")
    assert pairs(found, one, two) == {(str(number), str(number)) for number in range(12)}
    expected = {row["sent_at"] for row in _dated("true")}
    assert {int(row["at"].timestamp() * 1000) for row in found["sightings"]} == expected


def test_what_no_other_capture_shows_stays_open(case: Case) -> None:
    """Where no other capture has these bodies, the order of dates stays open; a sure file has none."""
    two = add(case, Given("two", _dated("true"), warnings=AMBIGUOUS))
    three = add(case, Given("three", said(OTHER)))
    orders = {row["capture"]: row["date_order"] for row in tables(case)["captures"]}
    assert orders == {two: "open", three: None}
