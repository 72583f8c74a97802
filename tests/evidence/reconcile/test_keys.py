"""Rows with one key are one message; what a key cannot be is left apart."""

from pathlib import Path

import numpy as np
import pytest
from tests.support.made_captures import MINUTE, START, Given, Row, add, check, new_case, notice, pairs, rows, tables
from tests.support.made_rows import capture

from upstander.evidence.reconcile.keys import joined_by_key
from upstander.storage import Case


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return new_case(tmp_path)


def _messages(*keyed: tuple[str, str]) -> list[list[int]]:
    """Numbers of the messages, by capture: each is given as (authors, keys), a letter a row; a dot is no key."""
    held = []
    for name, (authors, keys) in zip("abcdef", keyed, strict=False):
        made = capture(name, [(n * MINUTE, author, "ok") for n, author in enumerate(authors)])
        made.key = np.array([0 if key == "." else ord(key) for key in keys], np.uint64)
        held.append(made)
    placed, _ = joined_by_key(held)
    return [here.message.tolist() for here in placed]


def test_one_key_is_one_message() -> None:
    """Rows with one key are one message, wherever they stand; a row without a key is not placed at all."""
    one, two = _messages(("AAB", "xyz"), ("ABA", "yz."))
    assert two == [one[1], one[2], -1]
    assert len(set(one)) == 3


def test_a_doubled_key_stays_two() -> None:
    """Two rows of one capture with one key are two messages; the other capture's row is the first of them."""
    one, two = _messages(("AAAA", "xxyz"), ("AAA", "xyz"))
    assert one[0] != one[1]
    assert two == [one[0], one[2], one[3]]


def test_a_key_that_names_two_people_stays_apart() -> None:
    """A key under which one capture has A and the other B, whom all other keys tell apart, is two messages."""
    one, two = _messages(("AAAABBBB", "abcdefgh"), ("AAABBBBB", "abcdefgh"))
    assert [a == b for a, b in zip(one, two, strict=True)] == [True] * 3 + [False] + [True] * 4


def test_names_may_differ_throughout() -> None:
    """What one phone calls A the other calls Z: the keys say who is who, and all rows pair."""
    one, two = _messages(("AABAB", "abcde"), ("ZZYZY", "abcde"))
    assert one == two


def test_a_number_that_changed_beside_a_linked_id() -> None:
    """One person with two numbers on two phones and one linked id on a third is one: no row stays apart."""
    numbers, ids = "AAAABBBB", "LLLLLLLL"
    found = _messages((numbers, "abcdefgh"), (ids, "abcdefgh"), (numbers, "abcdefgh"))
    assert found[0] == found[1] == found[2]
    late = "AAAAAAAB"
    found = _messages((late, "abcdefgh"), (ids, "abcdefgh"), (late, "abcdefgh"))
    assert found[0] == found[1] == found[2]


def _keyed(count: int) -> list[Row]:
    return [
        {"place": n, "sent_at": START + n * MINUTE, "author": "AB"[n % 2], "text": "ok", "platform_key": f"K{n}"}
        for n in range(count)
    ]


def test_notices_pair_by_kind_and_time(case: Case) -> None:
    """Notices have no key: of one kind at one time they are one, of another kind or minute they are not."""
    at = START + 10 * MINUTE + 500
    one = [*_keyed(10), notice(at, "added"), notice(at, "title_changed"), notice(at + 10 * MINUTE, "left")]
    two = [*_keyed(10), notice(at + 1_000, "added"), notice(at, "photo_changed"), notice(at + 30 * MINUTE, "left")]
    first, second = add(case, Given("one", one, key="g")), add(case, Given("two", two, key="g"))
    found = tables(case)
    check(case, found)
    shared = pairs(found, first, second)
    assert shared == {(str(n), str(n)) for n in range(11)}


def test_rows_without_a_key_among_keys(case: Case) -> None:
    """A row that lost its key pairs with nobody's keyed row; two such rows of one author, body and time are one."""
    one, two = _keyed(8), _keyed(8)
    one[3] = {**one[3], "platform_key": None}
    late = {"sent_at": START + 90 * MINUTE, "author": "A", "text": "late", "platform_key": None}
    first = add(case, Given("one", [*one, late], key="g"))
    second = add(case, Given("two", [*two, late], key="g"))
    found = tables(case)
    check(case, found)
    assert pairs(found, first, second) == {(str(n), str(n)) for n in (0, 1, 2, 4, 5, 6, 7, 8)}
    assert sorted(len(group) for group in rows(found).values()) == [1, 1] + [2] * 8
