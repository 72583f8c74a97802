"""Words in disguise: alone and within phrases, with the place of each; and words that are none."""

from random import Random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.review.search.conftest import index_of, marked

from upstander.review.search import TextIndex, highlighting, parse
from upstander.review.search.disguises import disguised, of_texts
from upstander.review.search.highlighting import Highlighter
from upstander.review.search.lookalikes import alike
from upstander.review.search.nodes import positive

_SAID = [
    "you f4n now",  # 0
    "a r*be joke",
    "you fan now",  # 2
    "you f@n, now",
    "you f n now",  # 4: no letter for the sign
    "what a rаbе joke",  # 5: Cyrillic а and е
    "r a b e of it",  # 6
    "so r.a.b.e it is",
    "they g r a b e d",  # 8
    "как она рада, сора",  # 9: Cyrillic words of letters that look Latin
    "ο ρινος του",  # 10: Greek
    "it's fine",
    "its fine",  # 12
    "the $lan joke",
    "the lan joke",  # 14
    "f🅰n 🇷 🇦 🇧 🇪 0️⃣7️⃣",
    "a fаn of it",  # 16: Cyrillic а
    "хер with Latin: xер",
    "1 2 3 go, a b c",  # 18
    "she s1am me, k!!! now",
    "ʀᴀʙᴇ in small capitals",  # 20
    "x-r*be-you, f4n's",
]  # fmt: skip


@pytest.fixture(scope="module")
def hidden(tmp_path_factory: pytest.TempPathFactory) -> TextIndex:
    """An index of what was said."""
    return index_of(_SAID, tmp_path_factory.mktemp("hidden"))


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ('"you fan now"', {0: ["you f4n now"], 2: ["you fan now"], 3: ["you f@n, now"]}),
        ('"you f4n now"', {0: ["you f4n now"], 2: ["you fan now"], 3: ["you f@n, now"]}),
        ('"you f*n now"', {0: ["you f4n now"], 2: ["you fan now"], 3: ["you f@n, now"]}),
        ('"a rabe joke"', {1: ["a r*be joke"], 5: ["a rаbе joke"]}),
        ('"a r*be joke"', {1: ["a r*be joke"], 5: ["a rаbе joke"]}),
        ('"a rabe jo"*', {1: ["a r*be joke"], 5: ["a rаbе joke"]}),
        ('"a joke"~1', {1: ["a r*be joke"], 5: ["a rаbе joke"]}),
        ('"rabe of"', {6: ["r a b e of"]}),
        ('"so rabe it is"', {7: ["so r.a.b.e it is"]}),
        ('"its fine"', {11: ["it's fine"], 12: ["its fine"]}),
        ('"it\'s fine"', {11: ["it's fine"], 12: ["its fine"]}),
        ('"slan joke"', {13: ["$lan joke"]}),
        ('"the lan"', {14: ["the lan"], 13: ["the $lan"]}),
        (
            "rabe",
            {
                1: ["r*be"],
                5: ["rаbе"],
                6: ["r a b e"],
                7: ["r.a.b.e"],
                8: ["r a b e"],
                15: ["🇷 🇦 🇧 🇪"],
                20: ["ʀᴀʙᴇ"],
                21: ["r*be"],
            },
        ),
        ("fan", {0: ["f4n"], 2: ["fan"], 3: ["f@n"], 15: ["f🅰n"], 16: ["fаn"], 21: ["f4n"]}),
        ("fаn", {0: ["f4n"], 2: ["fan"], 3: ["f@n"], 15: ["f🅰n"], 16: ["fаn"], 21: ["f4n"]}),
        ("хер", {17: ["хер", "xер"]}),
        ("07", {15: ["0️⃣7️⃣"]}),
        ("slam", {19: ["s1am"]}),
        ("siam", {19: ["s1am"]}),
        ("paдa", {9: ["рада"]}),
        ("copa", {}),
        ("pivos", {}),
        ('"fan"', {2: ["fan"]}),
        ("сора", {9: ["сора"]}),
    ],
)
def test_what_is_found_and_where(hidden: TextIndex, query: str, shown: dict[int, list[str]]) -> None:
    """A reading is found as the word is; a word of one alphabet is no other's."""
    assert marked(hidden, query) == shown


def test_mixed_alphabets() -> None:
    """Only words of two are read; and in both ways where letters allow it."""
    assert "rape" in alike("rаpe")
    assert list(alike("сора")) == ["сора"]
    assert list(alike("cafe")) == ["cafe"]
    assert "хер" in alike("xер")
    assert list(alike("zordы")) == []


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from([*"abrе4@*.-_ '🅰🇦1р", "\u20e3", "1\u20e3", "rabe", " r a b e ", "中", "ʀ"]), max_size=25
    ).map("".join)
)
def test_the_index_and_the_highlights_read_alike(text: str) -> None:
    """What is indexed of a text is what its reading one by one gives."""
    (plain, masked), written = of_texts(pl.Series([text]))
    found = list(disguised(text))
    assert {*plain[0].split()} == {word for one in found for word in one.plain}
    assert {*masked[0].split()} == {one.masked for one in found if one.masked is not None}
    assert set(written["reading"]) <= {*plain[0].split(), *masked[0].split()}


def test_letters_without_end_are_bounded() -> None:
    """A megabyte of letters apart gives no more than a few thousand words."""
    assert sum(1 for _ in disguised("a b c d e f g " * 70_000)) == 5_000


_WORDS = [
    "rabe",
    "r*be",
    "r4be",
    "r@be",
    "rаbe",
    "r a b e",
    "r.a.b.e",
    "it's",
    "its",
    "it",
    "fan",
    "f4n",
    "f*n",
    "$lan",
    "lan",
    "s",
    "you",
]
_SIGNS = [*"👍🔥がかab1e🅰", "👍🏽", "👍🏽‍🔥", "क", "कि", "ครับ", "fan🔥", "f4n's", "x-r*be"]


@pytest.fixture(scope="module")
def random_texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[str], TextIndex]:
    """Texts of words in disguise, at random but the same every time, and their index."""
    draw = Random(5)
    texts = [
        "".join(
            part + draw.choice([" ", " ", "  ", ", ", "-", "\n"])
            for part in draw.choices([*_WORDS, *_SIGNS, "pa-n", "p-n", "f**"], k=draw.randint(1, 9))
        )
        for _ in range(100)
    ]
    return texts, index_of(texts, tmp_path_factory.mktemp("random"))


_ASKED = st.one_of(
    st.sampled_from([*_WORDS, *_SIGNS, "f**", "pa-n", "pan"]).filter(lambda word: " " not in word),
    st.lists(st.sampled_from([*_WORDS, *_SIGNS]), min_size=2, max_size=4).map(lambda words: f'"{" ".join(words)}"'),
    st.lists(st.sampled_from(_WORDS), min_size=2, max_size=3).map(lambda words: f'"{" ".join(words)}"*'),
    st.sampled_from(["rab*", "*abe", "fa*", "p*n", "👍*", "it*", "r**e", "la*"]),
)


@settings(max_examples=30, deadline=None)
@given(_ASKED)
def test_what_is_found_is_what_is_shown(random_texts: tuple[list[str], TextIndex], query: str) -> None:
    """The index finds the messages in which the highlighter, who reads every one, finds something."""
    texts, there = random_texts
    highlighter = Highlighter(positive(parse(query)))
    shown = {place for place, text in enumerate(texts) if highlighter.spans(text)}
    assert set(marked(there, query)) == shown, query


_LONG = st.lists(st.sampled_from([*_WORDS, *_SIGNS, *" \nx-", "lorem ipsum dolor ", "é" * 70, "A" * 90]), max_size=60)


@settings(max_examples=400, deadline=None)
@given(_LONG.map("".join), _ASKED)
def test_an_excerpt_of_a_long_text_is_one_of_the_whole(text: str, query: str) -> None:
    """Looked for by stretches there is something where there is something in the whole, and nothing else."""
    leaves = Highlighter(positive(parse(query)))
    every = leaves.spans(text)
    with pytest.MonkeyPatch.context() as patched:
        for name, characters in {"_STRETCH": 80, "_LONGEST": 160, "_OVERLAP": 30}.items():
            patched.setattr(highlighting, name, characters)
        found, more = leaves.first(text)
    assert bool(found) == bool(every)
    assert set(found) <= set(every)
    if found:
        # None is missing between the first and what an excerpt shows behind it.
        near = [span for span in every if found[0][0] <= span[0] < found[0][0] + 10 and span[1] <= found[0][0] + 30]
        assert set(near) <= set(found)
    assert more or '"' in query or found == every


def test_of_a_megabyte_no_more_is_read_than_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the words stand at its beginning its end is not looked at; at its end they are found as well."""
    leaves, read = Highlighter(positive(parse("kettle"))), list[int]()
    whole = Highlighter._found

    def counted(self: Highlighter, folded: str) -> set[tuple[int, int]]:
        read.append(len(folded))
        return whole(self, folded)

    monkeypatch.setattr(Highlighter, "_found", counted)
    for text in ("a kettle " + "Aé " * 300_000, "(kettle)" + "A" * 1_000_000 + "é"):
        ((first, last), *_), more = leaves.first(text)
        assert text[first:last] == "kettle"
        assert more
        assert sum(read) < 20_000
        read.clear()
    assert leaves.first("Aé " * 300_000 + "kettle") == ([(900_000, 900_006)], False)
    assert sum(read) < 1_200_000
