"""What holds for any captures whatever, found by hypothesis: order of arrival, one capture more, one rebuild more."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_captures import MINUTE, START, Given, add, check, new_case, tables

from upstander import stages
from upstander.evidence.reconcile.grouping import group
from upstander.evidence.reconcile.held import captures_held
from upstander.evidence.reconcile.joining import joined
from upstander.storage import Case, parts

COMMON = ("ok", "lol", "yes", "👍", "on my way", "who is on tonight")
SETTINGS = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def conversations(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A true conversation: some bodies said once, others common, bursts and pauses, now and then no author or time."""
    found, at = [], START
    for number in range(draw(st.integers(0, 40))):
        at += draw(st.sampled_from((0, 1_000, 20_000, MINUTE, 40 * MINUTE, 7 * 3_600_000)))
        text = draw(st.sampled_from((*COMMON, None, "once", "once")))
        kind = draw(st.sampled_from(("text",) * 9 + ("deleted", "image", "system")))
        found.append(
            {
                "sent_at": at,
                "author": None if kind == "system" else draw(st.sampled_from("ABC")),
                "text": f"the {number}th thing that was said" if text == "once" else text,
                "kind": kind,
                "event": "title_changed" if kind == "system" else None,
                "platform_key": None if kind == "system" else f"KEY{number}",
            }
        )
    return found


@st.composite
def captures(draw: st.DrawFn) -> list[Given]:
    """Two to four captures of one conversation, each with its own precision, clock, names, losses and keys or none."""
    truth = draw(conversations())
    found = []
    for number in range(draw(st.integers(2, 4))):
        keyed = draw(st.booleans())
        unit = draw(st.sampled_from(("minute", "second")))
        step = MINUTE if unit == "minute" and not keyed else 1000
        off = 0 if keyed else draw(st.sampled_from((0, 3_600_000, -240_000, 90_000)))
        rows = []
        for place, row in enumerate(truth):
            if draw(st.integers(0, 9)) == 0:
                continue
            bare = not keyed and draw(st.integers(0, 30)) == 0
            rows.append(
                {
                    **row,
                    "place": place,
                    "author": row["author"] and (row["author"] if keyed else f"{row['author']}{number}"),
                    "sent_at": None if bare else (row["sent_at"] + off) // step * step,
                    "sent_at_precision": "second" if keyed else unit,
                    "platform_key": row["platform_key"] if keyed else None,
                    "row": f"message:{place + 1}" if keyed else None,
                }
            )
        found.append(Given(f"capture {number}", rows, key="1@g.us" if keyed else None))
    return found


@contextmanager
def _case() -> Iterator[Case]:
    with tempfile.TemporaryDirectory() as folder:
        yield new_case(Path(folder))


@SETTINGS
@given(captures(), st.data())
def test_the_order_of_arrival_changes_nothing(some: list[Given], data: st.DataObject) -> None:
    """Exhibits that arrive in another order, and are reconciled after each, give the same tables, row by row."""
    orders = some, data.draw(st.permutations(some))
    found = []
    for order in orders:
        with _case() as case:
            for one in order:
                add(case, one)
                check(case, tables(case))
            found.append(tables(case))
    assert found[0] == found[1]


@SETTINGS
@given(captures(), st.data())
def test_the_order_of_captures_changes_nothing(some: list[Given], data: st.DataObject) -> None:
    """Grouping and joining look at what captures hold and never at the order in which they are given."""
    with _case() as case:
        for one in some:
            add(case, one)
        held = list(captures_held(case))
        there = [joined(one) for one in group(held, stated={}, undecided=frozenset())]
        order = data.draw(st.permutations(held))
        back = [joined(one) for one in group(order, stated={}, undecided=frozenset())]
    assert [one.group.conversation for one in there] == [one.group.conversation for one in back]
    for mine, theirs in zip(there, back, strict=True):
        messages = {here.held.capture: here.message.tolist() for here in mine.placed}
        assert messages == {here.held.capture: here.message.tolist() for here in theirs.placed}


@SETTINGS
@given(captures())
def test_one_capture_more_removes_nothing(some: list[Given]) -> None:
    """Every sighting that stood before stands after in exactly one message, and no capture has two rows in one."""
    with _case() as case:
        before: set[str] = set()
        for one in some:
            add(case, one)
            found = tables(case)
            check(case, found)
            after = {row["sighting"] for row in found["sightings"]}
            assert before <= after
            before = after


@settings(SETTINGS, max_examples=10)
@given(captures())
def test_doing_it_again_gives_the_same_bytes(some: list[Given]) -> None:
    """Reconciled from nothing a second time, the part's files have the digests that they had."""
    with _case() as case:
        for one in some:
            add(case, one)
        digests = []
        for _ in range(2):
            with case.writing():
                stages.reconcile(case, progress=lambda *_: None, anew=True)
            digests.append({part.name: part.tables for part in parts(case) if part.name in ("reconciled", "people")})
    assert digests[0] == digests[1]
    assert digests[0].keys() == {"reconciled", "people"}


@SETTINGS
@given(captures())
def test_nothing_is_merged_that_two_keys_tell_apart(some: list[Given]) -> None:
    """Rows of one message never have two keys, nor are words of two kinds one message unless one is gone."""
    with _case() as case:
        ids = {add(case, one): one for one in some}
        found = tables(case)
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in found["sightings"]:
        given_rows = {str(given_row["place"]): given_row for given_row in ids[row["capture"]].messages}
        rows.setdefault(row["message"], []).append(given_rows[row["sighting"].partition("-")[2]])
    for together in rows.values():
        assert len({row["platform_key"] for row in together if row["platform_key"]}) <= 1
        assert len({row["text"] for row in together if row["kind"] == "text" and (row["text"] or "").strip()}) <= 1
        assert len({row["author"][0] for row in together if row["author"]}) <= 1
        assert len({row["kind"] == "system" for row in together}) == 1
