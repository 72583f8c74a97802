"""Spells from evidence that contradicts itself: every contradiction is a range, and nothing is dropped."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from upstander.people.spells import Change, Hold, Spell, spells

DAY = 86_400_000


@dataclass
class Listed:
    """Holds as a list."""

    holds: Sequence[Hold]

    def between(self, after: int | None, before: int | None) -> tuple[Hold, Hold] | None:
        """As asked of arrays."""
        found = [h for h in self.holds if (after is None or h.lo > after) and (before is None or h.hi < before)]
        return (found[0], found[-1]) if found else None

    def touching(self, lo: int, hi: int) -> tuple[Hold, Hold] | None:
        """As asked of arrays."""
        found = [h for h in self.holds if h.lo <= hi and h.hi >= lo]
        return (found[0], found[-1]) if found else None


def _post(at: int) -> Hold:
    return Hold(at, at, "first_post", f"post {at}")


def _came(at: int, capture: str = "A", kind: str = "added") -> Change:
    return Change(at, at, True, kind, f"{kind} {at}", capture)


def _went(at: int, capture: str = "A", kind: str = "left") -> Change:
    return Change(at, at, False, kind, f"{kind} {at}", capture)


def _gone(at: int) -> Change:
    return Change(at, at, False, "not_in_member_table", "table", "B", seen=True)


def _bounds(spell: Spell) -> tuple[int | None, int | None, int | None, int | None]:
    return spell.since_earliest, spell.since_latest, spell.until_earliest, spell.until_latest


def _made(changes: Sequence[Change], posts: Sequence[int] = (), floor: int | None = None) -> list[Spell]:
    return spells(changes, Listed([_post(at) for at in sorted(posts)]), floor=floor)


def test_a_coming_and_a_leave_are_exact() -> None:
    """Events bound a spell to the instant."""
    (spell,) = _made([_came(10), _went(90)], [20, 30])
    assert _bounds(spell) == (10, 10, 90, 90)
    assert (spell.began, spell.ended) == ("added", "left")


def test_who_only_wrote_has_an_open_range() -> None:
    """With posts alone, the spell began at the first at the latest, and is not known to have ended."""
    (spell,) = _made([], [20, 30])
    assert _bounds(spell) == (None, 20, 30, None)
    assert (spell.began, spell.ended) == ("first_post", "open")


def test_nobody_was_in_before_the_group_was_made() -> None:
    """Where the group's key says when it was made, no beginning can be earlier."""
    (spell,) = _made([], [20], floor=5)
    assert spell.since_earliest == 5


def test_a_post_after_leaving_is_a_rejoin_in_a_range() -> None:
    """Who posts after leaving came back between the leave and the post."""
    first, second = _made([_came(10), _went(50)], [20, 70])
    assert _bounds(first) == (10, 10, 50, 50)
    assert _bounds(second) == (50, 70, 70, None)
    assert second.began == "first_post"


def test_added_twice_with_a_post_between_is_an_unseen_leave() -> None:
    """Who is added while in left after they were last seen in, and before they were added again."""
    first, second = _made([_came(10), _came(60)], [20, 30])
    assert _bounds(first) == (10, 10, 30, 60)
    assert first.ended == "unknown"
    assert _bounds(second) == (60, 60, 60, None)


def test_two_clocks_of_one_coming_bound_it_together() -> None:
    """Two captures that tell of one joining at two times, with nothing between, make one range."""
    (spell,) = _made([_came(10, "A"), _came(60, "B")], [70])
    assert _bounds(spell) == (10, 60, 70, None)


def test_two_leaves_bound_it_together() -> None:
    """A leave that is told twice ended between the two tellings."""
    (spell,) = _made([_came(10), _went(50, "A"), _went(60, "B")])
    assert _bounds(spell) == (10, 10, 50, 60)


def test_a_leave_without_a_beginning_is_kept() -> None:
    """Who is only seen to leave was in before, since nobody knows when."""
    (spell,) = _made([_went(50)])
    assert _bounds(spell) == (None, 50, 50, 50)
    assert spell.began == "unknown"


def test_a_member_table_without_them_ends_the_spell_in_a_range() -> None:
    """Who is in a group and not in its table at the end of a capture left in between, unseen."""
    (spell,) = _made([_came(10), _gone(90)], [20, 40])
    assert _bounds(spell) == (10, 10, 40, 90)
    assert spell.ended == "not_in_member_table"


def test_a_post_after_a_member_table_without_them_is_a_new_spell() -> None:
    """What a table shows and a later post do not cancel each other."""
    first, second = _made([_came(10), _gone(50)], [20, 70])
    assert _bounds(first) == (10, 10, 20, 50)
    assert _bounds(second) == (20, 70, 70, None)


def test_a_table_and_an_event_of_one_coming_agree() -> None:
    """The member table's time of joining and the event's words make one beginning, whichever comes first."""
    for table, event in ((10_000, 12_000), (12_000, 10_000)):
        (spell,) = _made([_came(table, "B", "recorded"), _came(event)])
        assert spell.began == "added"
        assert (spell.since_earliest, spell.since_latest) == (10_000, 12_000)


_TIMES = st.integers(0, 200)


@given(
    st.lists(st.tuples(_TIMES, st.booleans(), st.sampled_from("AB"), st.booleans()), max_size=8),
    st.lists(_TIMES, max_size=8),
)
def test_spells_are_sound_whatever_they_are_made_from(
    changes: list[tuple[int, bool, str, bool]], posts: list[int]
) -> None:
    """Bounds never cross, spells follow one another, and every post lies within a spell's widest bounds."""
    given_changes = [
        _came(at, capture) if enters else _gone(at) if table else _went(at, capture)
        for at, enters, capture, table in changes
    ]
    made = _made(given_changes, posts)
    for spell in made:
        assert spell.since_latest is not None
        assert spell.since_earliest is None or spell.since_earliest <= spell.since_latest
        assert spell.until_earliest is not None
        assert spell.until_latest is None or spell.until_earliest <= spell.until_latest
    for before, after in pairwise(made):
        assert before.until_latest is not None
        assert after.since_earliest is not None
        assert before.until_earliest <= after.since_latest  # type: ignore[operator]
    for at in posts:
        assert any(
            (spell.since_earliest is None or spell.since_earliest <= at)
            and (spell.until_latest is None or at <= spell.until_latest)
            for spell in made
        ), (at, made)
