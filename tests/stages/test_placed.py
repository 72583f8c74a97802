"""Places of ids: those that a look through the list finds, however alike their marks are."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.stages import placed
from upstander.stages.placed import Placed

_ID = st.text(st.sampled_from("ab-1é"), max_size=4)


@settings(max_examples=100, deadline=None)
@given(st.lists(_ID, unique=True, max_size=30), st.lists(_ID, max_size=10))
def test_each_id_is_where_it_stands_and_no_other_is_anywhere(ids: list[str], others: list[str]) -> None:
    """Asked once or again; also where what was remembered had to make room."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(placed, "_REMEMBERED", 3)
        there = Placed(pl.Series(ids, dtype=pl.String))
        for asked in [*ids, *others, *ids]:
            assert there.place(asked) == (ids.index(asked) if asked in ids else None)


def test_ids_of_one_mark_are_told_apart() -> None:
    """What is found by a mark is looked at."""
    there = Placed(pl.Series(["a", "b", "c"]))
    there._marks = np.full(3, pl.Series(["b"]).hash()[0], np.uint64)
    there._order = np.array([2, 0, 1], np.uint32)
    assert there.place("b") == 1
    there._marks[:] = pl.Series(["d"]).hash()[0]
    assert there.place("d") is None
