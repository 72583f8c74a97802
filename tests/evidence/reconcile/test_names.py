"""Anchors and names: what was said once, and whose name here is whose there."""

import numpy as np
from tests.support.made_rows import digests, ints

from upstander.evidence.reconcile.anchors import anchors, once
from upstander.evidence.reconcile.authors import name_groups


def test_what_comes_once() -> None:
    """Of a, b, a, c, the bodies b and c come once, at places 1 and 3, whatever the places are called."""
    tokens, places = once(digests("a", "b", "a", "c"), ints(10, 11, 12, 13))
    assert set(tokens.tolist()) == set(digests("b", "c").tolist())
    assert sorted(places.tolist()) == [11, 13]
    assert len(once(digests(), ints())[0]) == 0


def _anchored(left: str, right: str) -> set[tuple[int, int]]:
    a, b = anchors(
        digests(*left.split()), np.arange(len(left.split())), digests(*right.split()), np.arange(len(right.split()))
    )
    return set(zip(a.tolist(), b.tolist(), strict=True))


def test_bodies_said_once_on_either_side_anchor() -> None:
    """A body that comes once here and once there anchors; one that comes twice on a side does not."""
    assert _anchored("one ok two three", "two one ok ok three") == {(0, 1), (2, 0), (3, 4)}


def test_runs_of_three_anchor_where_few_bodies_do() -> None:
    """Among *ok*, *lol* and *yes* no body comes once, but *ok yes lol* does: its first row anchors."""
    assert _anchored("ok ok lol lol ok yes lol lol ok", "lol ok yes lol lol") == {(3, 0), (4, 1), (5, 2)}


def test_runs_are_not_asked_for_where_bodies_do() -> None:
    """Where three rows in ten are anchored by a body of their own, runs add nothing."""
    assert _anchored("a ok ok lol", "a ok ok lol") == {(0, 0), (3, 3)}


def _groups(pairs: list[tuple[int, int]], lefts: int, rights: int) -> list[set[str]]:
    left, right = name_groups(
        ints(*(a for a, _ in pairs)), ints(*(b for _, b in pairs)), lefts=lefts, rights=rights
    ).groups()
    found: dict[int, set[str]] = {}
    for number, group in enumerate(left.tolist()):
        found.setdefault(group, set()).add(f"l{number}")
    for number, group in enumerate(right.tolist()):
        found.setdefault(group, set()).add(f"r{number}")
    return sorted(found.values(), key=sorted)


def test_names_that_agree_are_one() -> None:
    """Names that messages pair again and again are one person; a name without messages is nobody's."""
    assert _groups([(0, 1)] * 9 + [(1, 0)] * 4, 3, 2) == [{"l0", "r1"}, {"l1", "r0"}, {"l2"}]


def test_a_changed_number_is_one_person() -> None:
    """One name here that is two numbers there joins the two, where each has a tenth of the messages."""
    assert _groups([(0, 0)] * 8 + [(0, 1)] * 2, 1, 2) == [{"l0", "r0", "r1"}]


def test_a_stray_pair_joins_nobody() -> None:
    """One message in a hundred that pairs two others is a coincidence, and leaves them two people."""
    assert _groups([(0, 0)] * 60 + [(1, 1)] * 60 + [(0, 1)], 2, 2) == [{"l0", "r0"}, {"l1", "r1"}]


def test_who_wrote_once_is_known_by_that() -> None:
    """Somebody with one message on either side is who that message says."""
    assert _groups([(0, 0)], 1, 1) == [{"l0", "r0"}]


def test_strangers_are_who_nothing_joins() -> None:
    """Whom no message pairs is a stranger, on either side."""
    names = name_groups(ints(0, 0), ints(1, 1), lefts=2, rights=2)
    left, right = names.strangers()
    assert (left.tolist(), right.tolist()) == ([False, True], [True, False])
