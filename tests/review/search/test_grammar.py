"""The language of searches."""

import contextlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.errors import BadQuery
from upstander.review.search.grammar import FIELDS, parse
from upstander.review.search.nodes import Both, Either, Not, Phrase, Time, Value, Within, Word, positive


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("dog", Word("dog", 0)),
        ("dog cat", Both((Word("dog", 0), Word("cat", 4)))),
        ("dog AND cat", Both((Word("dog", 0), Word("cat", 8)))),
        ("dog OR cat bird", Either((Word("dog", 0), Both((Word("cat", 7), Word("bird", 11)))))),
        ("-dog", Not(Word("dog", 1))),
        ("NOT NOT dog", Word("dog", 8)),
        ("well-known", Word("well-known", 0)),
        ("dog*", Word("dog", 0, begins=True)),
        ("*dog", Word("dog", 0, ends=True)),
        ("*dog*", Within("dog", 1)),
        ("d*g", Word("d*g", 0)),
        ("d***", Word("d***", 0)),
        ("dog~", Word("dog", 0, fuzzy=1)),
        ("dog~2", Word("dog", 0, fuzzy=2)),
        ('"a dog"', Phrase("a dog", 0)),
        ('"a dog"~3', Phrase("a dog", 0, slop=3)),
        ('"a do"*', Phrase("a do", 0, begins=True)),
        ("“a dog”", Phrase("a dog", 0)),
        ('author:"Ann B"', Value("author", "Ann B", 0)),
        ("by:-1", Value("author", "-1", 0)),
        ("code:a:b-c", Value("code", "a:b-c", 0)),
        ("https://a.b/c?x=(1)&y=~2", Phrase("https://a.b/c?x=(1)&y=~2", 0)),
        ("(http://a.b/c OR dog)", Either((Phrase("http://a.b/c", 1), Word("dog", 17)))),
        ("https://a.b/*", Phrase("https://a.b/", 0, begins=True)),
        ("mailto:ann@b.c", Phrase("mailto:ann@b.c", 0)),
        ("www.a.b/~tom", Word("www.a.b/~tom", 0)),
        ("10:30", Word("10:30", 0)),
        ("T07:05:10", Word("T07:05:10", 0)),
        (":smile:", Within(":smile:", 0)),
        ("lol :+1:", Both((Word("lol", 0), Within(":+1:", 4)))),
        (":-)", Within(":-)", 0)),
        (r"C:\Users\tom\x.txt", Phrase(r"C:\Users\tom\x.txt", 0)),
        ("d:/x/y", Phrase("d:/x/y", 0)),
        ("std::map", Phrase("std::map", 0)),
        ('"nobody:word"', Phrase("nobody:word", 0)),
        ("deleted-on:MS/3", Value("deleted", "MS/3", 0)),
        ("contains:'x", Within("'x", 0)),
        ("(dog)", Word("dog", 1)),
    ],
)
def test_what_is_asked_for(query: str, meant: object) -> None:
    """Each form is read as what it stands for."""
    found = parse(query)
    if isinstance(found, Within):
        assert isinstance(meant, Within)
        assert found.text == meant.text
    else:
        assert found == meant


def _ms(*date: int) -> int:
    return int(datetime(*date, tzinfo=UTC).timestamp() * 1000)  # type: ignore[arg-type,misc]  # year, month, day …


def test_times() -> None:
    """A day is the whole day; a time says its zone or is in UTC."""
    assert parse("since:2018-03-01") == Time(_ms(2018, 3, 1), None)
    assert parse("until:2018-03-01") == Time(None, _ms(2018, 3, 2))
    assert parse("at:2018-03-01") == Time(_ms(2018, 3, 1), _ms(2018, 3, 2))
    assert parse("after:2018-03-01T07:05+01:00") == Time(_ms(2018, 3, 1, 6, 5), None)
    assert parse("at:[2018-03-01 TO *]") == Time(_ms(2018, 3, 1), None)
    assert parse("date:2019..") == Time(_ms(2019, 1, 1), None)
    assert parse("date:..2019-03") == Time(None, _ms(2019, 4, 1))
    assert parse("at:2018-12..2019") == Time(_ms(2018, 12, 1), _ms(2020, 1, 1))
    assert parse("at:2018-12") == Time(_ms(2018, 12, 1), _ms(2019, 1, 1))


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("dog AND", 8),
        ("(dog", 1),
        ("dog)", 4),
        ('say "dog', 5),
        ("dog~3", 4),
        ("*", 1),
        ("since:yesterday", 1),
        ("at:[2018]", 4),
        ("dog [a TO b]", 5),
        ("OR dog", 1),
        ("author:", 1),
        ("dog (Author:)", 6),
        ("author: ann", 1),
        ('author:""', 1),
        ("NOT", 4),
        ("dog]", 4),
        ("[dog", 1),
        ("date:..", 1),
        ("date:2019-03..2018", 1),
        ("date:2019-13", 1),
        ("date:20190301", 1),
        ("at:9999", 1),
        ("at:[* TO *]", 4),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place(query: str, place: int) -> None:
    """The sentence says where, counting from 1."""
    with pytest.raises(BadQuery, match=f"^at character {place} of the search: "):
        parse(query)


@pytest.mark.parametrize(
    ("query", "quoted"),
    [
        ("nobody:word", "nobody:word"),
        ("dog -nobody:-1", "nobody:-1"),
        ("автор:иван", "автор:иван"),
        ('(nobody:"a b")', "nobody:a b"),
        ("nobody:(a b)", "nobody:"),
        ("sent-by:ann", "sent-by:ann"),
        ("wtf:smile:", "wtf:smile:"),
    ],
)
def test_an_unknown_field_is_refused(query: str, quoted: str) -> None:
    """With every field there is, and how to search for the colon; what it says can be searched for."""
    with pytest.raises(BadQuery, match="there is no field ") as refused:
        parse(query)
    assert all(f"{field}:" in str(refused.value) for field in FIELDS)
    assert str(refused.value).endswith(f'put it in quotation marks: "{quoted}"')
    assert parse(f'"{quoted}"') == Phrase(quoted, 0)


def test_a_field_that_is_mistyped_or_misunderstood_is_told() -> None:
    """The nearest field; and that from: is a date."""
    with pytest.raises(BadQuery, match="author: is meant, perhaps"):
        parse("autor:ann")
    with pytest.raises(BadQuery, match=r"no date or time; .* for who wrote it, write author:ann$"):
        parse("from:ann")


def test_bounds() -> None:
    """Nothing, too much and too deep are refused in a sentence."""
    for query in (
        "",
        "  ",
        "a" * 10_001,
        "a " * 600,
        "a" * 1_000_000,
        " OR ".join(["a"] * 10_000),
        "(" * 100 + "a" + ")" * 100,
    ):
        with pytest.raises(BadQuery):
            parse(query)


def test_what_must_not_be_is_not_shown() -> None:
    """Only words that a hit has are highlighted."""
    assert positive(parse("a (b OR NOT c) -d author:e")) == [Word("a", 0), Word("b", 3)]


_SIGNS = st.sampled_from(
    [*'()[]"“-*~: ab1', "AND ", "OR ", "NOT ", "at:[", " TO ", "😂", *(f"{name}:" for name in FIELDS)]
)


@given(st.one_of(st.text(), st.lists(_SIGNS).map("".join)))
def test_any_text_is_read_or_refused(query: str) -> None:
    """No text raises anything but `BadQuery`."""
    with contextlib.suppress(BadQuery):
        parse(query)
