"""Counts that are counted on as decisions are made are those of all decisions counted again."""

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.nothing import Nothing
from upstander.review.codings.record import CODINGS
from upstander.stages import tally as counted
from upstander.stages.tally import Count, tallied
from upstander.storage import Case, Home
from upstander.storage.decisions import add
from upstander.storage.kept import tables_digest

NOW = datetime(2026, 3, 1, tzinfo=UTC)
BOOK = "police-misconduct@1"
CODES = ("threat", "age")
PEOPLE = ("Ada Example", "Bo Example", "Cy Example")

_codings = st.tuples(
    st.sampled_from("mno"), st.sampled_from((*CODES, None)), st.sampled_from(PEOPLE), st.booleans(), st.booleans()
)


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(_codings, max_size=6), max_size=4))
def test_what_is_counted_on_is_what_is_counted_again(
    written: list[list[tuple[str, str | None, str, bool, bool]]],
) -> None:
    """However codings, words that nothing applies, disagreements and settlements follow one another."""
    with tempfile.TemporaryDirectory() as folder:
        case = Home(Path(folder)).new("C-1", title="C", now=NOW)
        at = NOW
        for some in written:
            for message, code, by, applies, settles in some:
                at += timedelta(minutes=1)
                add(case.decisions / CODINGS, [_line(message, code, by, applies, settles, at)], what="it")
            found = tallied(case)
            assert found == _again(case, found)


def _line(message: str, code: str | None, by: str, applies: bool, settles: bool, at: datetime) -> str:
    if code is None:
        return Nothing(message, BOOK, by, at).line()
    return Coding(message, code, BOOK, applies, by, at, via=Via.SETTLED if settles else Via.READ).line()


def _again(case: Case, found: dict[str, Count]) -> dict[str, Count]:
    there = counted._kept(case, tables_digest(case, ("sightings",)))
    again = {}
    for code in found:
        readings = there.own.get(code, {})
        again[code] = Count(
            read=len({*readings, *there.nothing}),
            relevant=sum(bool(each.applies) for each in readings.values()),
            disputed=sum(each.disputed and each.settled is None for each in readings.values()),
        )
    return again
