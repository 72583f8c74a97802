"""The decision file read on: whatever was written when, it comes to what reading all of it at once does."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.review.codebook.kept import keep
from upstander.review.codebook.shelf import loaded
from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.following import Following, Rewritten
from upstander.review.codings.nothing import Expansion, Nothing, expanded
from upstander.review.codings.record import append, told
from upstander.storage import Case, Home

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)
BOOK = "police-misconduct@1"

_WORDS = st.one_of(
    st.builds(
        lambda message, code, applies, by, via: Coding(message, code, BOOK, applies, by, NOW, via),
        st.sampled_from("mno"), st.sampled_from(["joke", "threat_violence"]), st.booleans(), st.sampled_from("AB"),
        st.sampled_from([Via.QUEUE, Via.SECOND, Via.SETTLED]),
    ),
    st.builds(
        lambda message, by, besides: Nothing(message, BOOK, by, NOW, besides=besides),
        st.sampled_from("mno"), st.sampled_from("AB"), st.sampled_from([(), ("joke",)]),
    ),
)  # fmt: skip


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case without messages, which keeps the codebook."""
    made = Home(tmp_path).new("C-1", title="C", now=NOW)
    keep(made, loaded("police-misconduct"))
    return made


@given(st.lists(_WORDS, max_size=12))
def test_rows_one_after_the_other_come_to_what_all_of_them_do(rows: Sequence[Coding | Nothing]) -> None:
    """A word that nothing applies overturns nothing, whenever it is read."""
    codes = ("joke", "threat_violence", "slur")
    for code in (None, *codes):
        each = Expansion(lambda _: codes, code=code)
        assert [coding for row in rows for coding in each.of(row)] == [
            coding for _, coding in expanded(list(enumerate(rows)), lambda _: codes, code=code)
        ]


def test_what_is_new_is_read_once_and_half_a_line_when_it_is_whole(case: Case) -> None:
    """A line that is none is counted and passed over."""
    following = Following(case)
    assert following.new() == []
    made = [Coding(str(place), "joke", BOOK, True, "A", NOW + timedelta(seconds=place)) for place in range(5)]
    append(case, made[:2])
    assert following.new() == made[:2]
    assert following.new() == []
    path = case.decisions / "codings.jsonl"
    whole = made[2].line().encode() + b"\n"
    with path.open("ab") as stream:
        stream.write(b"no coding\n" + whole[:20])
    assert following.new() == []
    assert following.unread == 1
    with path.open("ab") as stream:
        stream.write(whole[20:])
    append(case, made[3:])
    assert following.new() == made[2:]
    assert [coding for _, coding in told(case).rows] == made


def test_a_file_that_is_another_is_begun_anew(case: Case) -> None:
    """As after a backup was put back: shorter, or in its place, or gone."""
    made = [Coding(str(place), "joke", BOOK, True, "A", NOW) for place in range(3)]
    append(case, made)
    path = case.decisions / "codings.jsonl"
    content = path.read_bytes()
    for again in (content[: content.rfind(b"\n", 0, -1) + 1], content.replace(b'"A"', b'"B"') + content):
        path.write_bytes(content)
        following = Following(case)
        assert following.new() == made
        path.unlink()
        with pytest.raises(Rewritten):
            following.new()
        path.write_bytes(again)
        with pytest.raises(Rewritten):
            following.new()
