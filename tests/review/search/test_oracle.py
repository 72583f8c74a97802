"""Random searches of random small sets of messages find what a reader finds who goes through them one by one."""

import re
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.search import Asked, TextIndex, search
from upstander.review.search.building import build
from upstander.review.search.letters import fold
from upstander.review.search.source import Names

_DAY, _START = 86_400_000, 1_519_862_400_000  # 1 March 2018, 00:00 UTC
#: What is said, and by whom, a day apart: words that are alike, signs, blanks, emoji, scripts with and without spaces.
_SAID = [
    ("ann", "ab ba abba"), ("bob", "abba, ab!"), ("ann", "Áb  bA\nab"), ("cid", "b 🐒🐒 ab"), ("bob", "🐒 b 🐒🏽"),
    ("ann", "中文 ab 中中文"), ("cid", "aab bab"), ("bob", "ab\tba (ba)"), ("ann", ""), ("cid", "!!! :-)"),
    ("ann", "как ab"), ("bob", "bba, ab a b"),
]  # fmt: skip
Message = tuple[str, str]
Says = Callable[[int], bool]


def _words(text: str) -> list[str]:
    """Runs of letters; single emoji and single characters of scripts without spaces. Written apart from the index's."""
    return re.findall(r"[a-zа-я]+|[🐒中文]", fold(text))


def _follow(there: list[str], wanted: list[Callable[[str], bool]]) -> bool:
    return any(
        all(fits(there[place + step]) for step, fits in enumerate(wanted))
        for place in range(len(there) - len(wanted) + 1)
    )


def _is(word: str) -> Callable[[str], bool]:
    return lambda other: other == word


def _begins(word: str) -> Callable[[str], bool]:
    return lambda other: other.startswith(word)


_WORD = st.sampled_from(["ab", "ba", "abba", "b", "aab", "bba", "🐒", "中", "文", "как", "нет", "zz"])


@st.composite
def _leaf(draw: st.DrawFn) -> tuple[str, Says]:
    kind = draw(st.sampled_from(["word", "prefix", "phrase", "phrase*", "contains", "author", "dates", "held"]))
    words = draw(st.lists(_WORD, min_size=1, max_size=3))
    first, last = sorted(draw(st.tuples(st.integers(1, 14), st.integers(1, 14))))
    author = draw(st.sampled_from(["ann", "bob", "cid"]))
    texts = [text for _, text in _SAID]
    if kind == "word":
        return words[0], lambda row: words[0] in _words(texts[row])
    if kind == "prefix":
        piece = draw(st.sampled_from(["a", "b", "ab", "ba", "abb", "к"]))
        return f"{piece}*", lambda row: any(word.startswith(piece) for word in _words(texts[row]))
    if kind in ("phrase", "phrase*"):
        fits = [_is(word) for word in words]
        if kind == "phrase*":
            fits[-1] = _begins(words[-1])
        return f'"{" ".join(words)}"{kind[6:]}', lambda row: _follow(_words(texts[row]), fits)
    if kind == "contains":
        text = draw(st.sampled_from([text for text in texts if text]))
        start = draw(st.integers(0, len(text) - 1))
        piece = text[start : start + draw(st.integers(1, 8))] + draw(st.sampled_from(["", "", "b", "!"]))
        spaced = re.sub(r"\s+", " ", fold(piece))
        if not spaced.strip() or (len(spaced) < 3 and not _words(spaced)):
            return "zz", lambda _: False
        return f'contains:"{piece}"', lambda row: spaced in re.sub(r"\s+", " ", fold(texts[row]))
    if kind == "author":
        return f"author:{author}", lambda row: _SAID[row][0] == author
    if kind == "held":
        return "held:2..", lambda row: row % 2 == 0
    ends = draw(st.sampled_from(["both", "first", "last"]))
    low, high = f"2018-03-{first:02d}" * (ends != "last"), f"2018-03-{last:02d}" * (ends != "first")
    return f"date:{low}..{high}", lambda row: (not low or row + 1 >= first) and (not high or row + 1 <= last)


def _joined(parts: st.SearchStrategy[tuple[str, Says]]) -> st.SearchStrategy[tuple[str, Says]]:
    pairs = st.tuples(parts, parts)
    return st.one_of(
        parts.map(lambda one: (f"NOT ({one[0]})", lambda row: not one[1](row))),
        pairs.map(lambda two: (f"({two[0][0]} {two[1][0]})", lambda row: two[0][1](row) and two[1][1](row))),
        pairs.map(lambda two: (f"({two[0][0]} OR {two[1][0]})", lambda row: two[0][1](row) or two[1][1](row))),
        pairs.map(lambda two: (f"({two[0][0]} -{two[1][0]})", lambda row: two[0][1](row) and not two[1][1](row))),
    )


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    """An index of what was said; every other message is held by two exhibits."""
    rows = range(len(_SAID))
    frame = pl.DataFrame(
        {
            "message": [f"{1:016x}-{row}" for row in rows],
            "conversation": ["1"] * len(_SAID),
            "ordinal": list(rows),
            "at": pl.Series([_START + row * _DAY for row in rows]).cast(pl.Datetime("ms", "UTC")),
            "author": [author for author, _ in _SAID],
            "person": [author for author, _ in _SAID],
            "label": [author for author, _ in _SAID],
            "kind": ["text"] * len(_SAID),
            "text": [text for _, text in _SAID],
            "holders": [["e1", "e2"] if row % 2 == 0 else ["e1"] for row in rows],
            "deleted": pl.Series([[]] * len(_SAID), dtype=pl.List(pl.String)),
        }
    )
    exhibits = {"e1": "E/1", "e2": "E/2"}
    names = Names(exhibits=list(exhibits), references=exhibits, custodians=dict.fromkeys(exhibits))
    folder = tmp_path_factory.mktemp("oracle") / "text"
    build([frame], names, folder, made_from="x", progress=lambda _: None)
    return TextIndex(folder)


@settings(max_examples=200, deadline=None)
@given(st.recursive(_leaf(), _joined, max_leaves=5))
def test_hits_are_those_of_a_reader(said: TextIndex, asked: tuple[str, Says]) -> None:
    """No message too many and none too few; whoever is found by characters is marked there."""
    query, holds = asked
    found = search(said, Asked(query, limit=100))
    assert sorted(hit.row["ordinal"] for hit in found.hits) == [row for row in range(len(_SAID)) if holds(row)], query
    if query.startswith("contains:"):
        assert all(hit.spans for hit in found.hits)


def test_the_folder_is_whole(said: TextIndex) -> None:
    """Every message is in it, in order."""
    assert [row["text"] for row in said.messages(range(said.rows))] == [text for _, text in _SAID]
    assert isinstance(said.folder, Path)
