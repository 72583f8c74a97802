"""What a search finds, and where."""

import re
import threading
from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.review.conftest import NOW, CaseOf
from tests.review.search.conftest import SAID, Find, index_of, numbered

from upstander.errors import BadQuery, SearchTimeout
from upstander.review.codings import Coding, append
from upstander.review.search import Asked, Means, Sort, TextIndex, search
from upstander.review.search import searching as at_work
from upstander.review.search.codes import coded
from upstander.stages import review
from upstander.stages.indexing import index


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("dog", [0, 1]),
        ("d*g", [0, 1]),
        ("d0g", [0, 1]),
        ('"the dog"', [0]),
        ("dog*", [0, 1, 2]),
        ("*dog", [0, 1]),
        ("*dog*", [0, 2, 4]),
        ("dog~1", [0, 1, 2]),
        ('contains:"og bark"', [0]),
        ('contains:"the  dog barked at jos"', [0]),
        ('contains:"the dogbarked"', []),
        ('contains:"there dog"', []),
        ("contains:there,", [0]),
        ("contains:dogs!", [2]),
        ("contains:😂🏽", [0]),
        ("contains:😂🏿", []),
        ("contains:*g,", [1]),
        ("contains:文没有空", [3]),
        ("contains:@example.", [4]),
        ("d*g*", [0, 1, 2]),
        ("jose", [0]),
        ("😂", [0]),
        ("😂🏽", [0]),
        ("😂🏿", []),
        ('"you dog"', [1]),
        ('"you dog slab and"', [1]),
        ('"you d*g"', [1]),
        ('"slab and dog"', [1]),
        ("🐒🐒", [1]),
        ("slab", [1]),
        ("don't", [2]),
        ("don’t", [2]),
        ("dont", [2]),
        ("没有", [3]),
        ("没文", []),
        ("ผม", [3]),
        ("-dog", [2, 3, 4, 5]),
        ("author:bob dog", [1]),
        ("by:Bob (dog OR hello)", [1]),
        ('custodian:"Phone 1"', [0, 1, 2, 3, 4, 5]),
        ("exhibit:P/2 dog", [0, 1]),
        ("held:2 dog", [0, 1]),
        ("held:1", []),
        ("held:3..", []),
        ("deleted:P/1", []),
        ("kind:text dog", [0, 1]),
        ("conversation:Team dog", [0, 1]),
        ("since:2018-03-01T07:03 dog*", [2]),
        ("until:2018-02-28", []),
        ("at:[2018-03-01 TO 2018-03-01T07:02]", [0, 1]),
        ("tom@example.com", [4]),
        ("example", [4]),
        ("bold", [4]),
        ('"the dog b"*', [0]),
        ('"hello dog"~2', [0]),
        ("walked", [5]),
    ],
)
def test_every_form_finds_its_messages(there: TextIndex, query: str, places: Sequence[int]) -> None:
    """And every hit that words found shows where; in the text as received."""
    found = search(there, Asked(query))
    assert numbered(found) == list(places)
    assert found.count == len(places)


def test_highlights_lead_to_the_text_as_received(there: TextIndex) -> None:
    """Folding, disguises, fuzzy words and wildcards: the characters that were written."""
    shown = {
        (query, hit.row["ordinal"]): [hit.row["text"][first:last] for first, last in hit.spans]
        for query in ("dog", "dog~1", "jose", "😂", "🐒🐒", "d*g", "*dog*", '"the dog"', "dont", "slab")
        for hit in search(there, Asked(query)).hits
    }
    assert shown["dog", 1] == ["d*g", "d0g"]
    assert shown["dog~1", 2] == ["don", "dgo", "dogs"]
    assert shown["jose", 0] == ["José"]
    assert shown["😂", 0] == ["😂🏽"]
    assert shown["🐒🐒", 1] == ["🐒🐒"]
    assert shown["d*g", 0] == ["DOG"]
    assert shown["*dog*", 4] == ["dog"]
    assert shown['"the dog"', 0] == ["the DOG"]
    assert shown["dont", 2] == ["don't"]
    assert shown["slab", 1] == ["s-l-a-b"]


def test_stems_where_they_are_asked_for(find: Find) -> None:
    """Walk finds walked and walking in English, and neither without it."""
    assert find("walk") == []
    assert find("walk", means=Means(stem="en")) == [5]


@pytest.mark.parametrize(
    ("language", "word", "other"),
    [
        ("en", "walk", "walking"),
        ("ar", "كتاب", "الكتاب"),
        ("tr", "ev", "evler"),
        ("ru", "книга", "книги"),
        ("es", "hablar", "hablando"),
        ("hu", "ház", "házban"),
        ("ta", "வீடு", "வீடுகள்"),
    ],
)
def test_stems_of_languages(tmp_path: Path, language: str, word: str, other: str) -> None:
    """Short words, and those with an article before them; and all of it is shown."""
    there = index_of([word, f"so {other}", "cat"], tmp_path)
    shown = [(hit.row["ordinal"], hit.spans) for hit in search(there, Asked(word, means=Means(stem=language))).hits]
    assert sorted(shown) == [(0, ((0, len(word)),)), (1, ((3, 3 + len(other)),))]


def test_order_pages_and_context(there: TextIndex) -> None:
    """By time in both directions; a page leaves out the first; what stands around comes in order."""
    oldest = search(there, Asked("dog*", sort=Sort.OLDEST))
    assert [hit.row["ordinal"] for hit in oldest.hits] == [0, 1, 2]
    newest = search(there, Asked("dog*", sort=Sort.NEWEST, limit=1, offset=1, context=2))
    assert newest.count == 3
    (hit,) = newest.hits
    assert [row["ordinal"] for row in (*hit.before, hit.row, *hit.after)] == [0, 1, 2, 3]
    assert search(there, Asked("dog", limit=0)).count == 2


def test_facets(there: TextIndex) -> None:
    """Every hit is counted by conversation, author, custodian, month and kind."""
    facets = search(there, Asked("dog*", facets=True)).facets
    assert facets["conversation"] == [("Team", 3)]
    assert dict(facets["author"]) == {"Ann": 1, "Bob": 1, "Cid": 1}
    assert dict(facets["custodian"]) == {"Phone 1": 3, "Phone 2": 3}
    assert facets["month"] == [("2018-03", 3)]
    assert facets["kind"] == [("text", 3)]


def test_authors_of_one_name_are_counted_apart(tmp_path: Path) -> None:
    """With what tells them apart; a name that one has stands alone."""
    there = index_of(["dog", "dog", "dog, cat"], tmp_path, authors=[("k1", "Tom"), ("k2", "Tom"), ("k3", "Ann")])
    facets = search(there, Asked("dog", facets=True)).facets
    assert sorted(facets["author"]) == [("Ann", 1), ("Tom (k1)", 1), ("Tom (k2)", 1)]
    assert search(there, Asked("cat", facets=True)).facets["author"] == [("Ann", 1)]


def test_codes_come_from_the_codings_and_not_from_the_index(case_of: CaseOf) -> None:
    """A coding is found at once and counted; the index stays as it is."""
    spoken = case_of(SAID)
    there = index(spoken, progress=lambda *_: None)
    message = search(there, Asked("jose")).hits[0].row["message"]
    made = Coding(sighting=message, code="x1", codebook="b@1", applies=True, by="Ann", at=NOW)
    append(spoken, [made])
    review.codings(spoken)
    means = Means(codes={code: there.rows_of(pl.Series(of)) for code, of in coded(spoken).items()})
    assert numbered(search(there, Asked("code:x1", means=means))) == [0]
    assert search(there, Asked("dog", facets=True, means=means)).facets["code"] == [("x1", 1)]
    with pytest.raises(BadQuery, match="there are x1"):
        search(there, Asked("code:y", means=means))
    assert index(spoken, progress=lambda *_: None).record == there.record


@pytest.mark.parametrize("query", ["author:zed", "code:x", "held:x", "...", "conversation:none", '"!"', "two-words~1"])
def test_what_names_nothing_is_refused_with_its_place(there: TextIndex, query: str) -> None:
    """And not answered with nothing."""
    with pytest.raises(BadQuery, match="at character 1 of the search"):
        search(there, Asked(query))


def test_a_search_has_a_limit_of_time(there: TextIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is answered when the time is over, whatever is still at work."""
    waiting = threading.Event()
    monkeypatch.setattr(at_work, "_answered", lambda *_: waiting.wait(20))
    with pytest.raises(SearchTimeout, match=r"took longer than 0\.05 seconds"):
        search(there, Asked("dog", within=0.05))
    waiting.set()


def test_cases_at_the_ends(case_of: CaseOf) -> None:
    """No message, one, one of a megabyte, and one of only emoji."""
    empty = index(case_of([], name="C-0"), progress=lambda *_: None)
    assert search(empty, Asked("dog", facets=True, context=2)).count == 0
    single = index(case_of([("Ann", "dog")], name="C-2"), progress=lambda *_: None)
    assert search(single, Asked("dog", context=5)).count == 1
    large = index(
        case_of([("Ann", "Ab cd " * 170_000 + "dog"), ("Bob", "🙈🙉🙊")], name="C-3"), progress=lambda *_: None
    )
    (hit,) = search(large, Asked("dog")).hits
    assert hit.spans == ((1_020_000, 1_020_003),)
    assert hit.snippet is not None
    assert len(hit.snippet.text) < 300
    assert search(large, Asked("🙉")).count == 1


_LANGUAGES = [
    "Ελλάδα", "Россия", "עברית", "العربية", "हिन्दी", "বাংলা", "ไทยแลนด์", "한국어", "ひらがな", "漢字", "ქართული",
    "Հայերեն", "አማርኛ", "ខ្មែរ", "ລາວ", "မြန်မာ", "தமிழ்", "తెలుగు", "ಕನ್ನಡ", "മലയാളം", "ਪੰਜਾਬੀ", "ગુજરાતી", "සිංහල", "བོད་སྐད",
    "Tiếng", "Čeština", "İstanbul", "ᏣᎳᎩ", "ᐃᓄᒃᑎᑐᑦ", "Ⴂ", "ߒߞߏ", "ⵜⴰⵎ", "ꆈꌠ", "ᠮᠣᠩᠭᠣᠯ", "𐐔𐐯𐑅", "ﬁne", "Ｗｉｄｅ",
]  # fmt: skip


def test_every_script_is_found(case_of: CaseOf) -> None:
    """A word of each of many scripts finds its own message, whole and by its characters, and is highlighted."""
    there = index(case_of([("Ann", f"aa {word} bb") for word in _LANGUAGES]), progress=lambda *_: None)
    for place, word in enumerate(_LANGUAGES):
        for query in (word, f'contains:"{word}"'):
            found = search(there, Asked(query))
            assert numbered(found) == [place], query
            (hit,) = found.hits
            assert [hit.row["text"][first:last] for first, last in hit.spans] == [word], query


_PIECES = st.sampled_from([*"dog*~\"()-: 0é中😂'@\u200d\u202e", " OR ", "author:", "held:1", "contains:"])


@settings(max_examples=150, deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_any_search_is_answered_or_refused(there: TextIndex, query: str) -> None:
    """Whatever is typed ends in an answer or in `BadQuery`; and places lie within the text."""
    try:
        found = search(there, Asked(query))
    except BadQuery:
        return
    for hit in found.hits:
        assert all(0 <= first < last <= len(hit.row["text"]) for first, last in hit.spans)


def test_every_word_of_every_message_is_found_by_itself(find: Find) -> None:
    """A word as typed by whoever wrote it."""
    for place, (_, text) in enumerate(SAID):
        for word in re.findall(r"\b[a-z]{2,}\b", text):
            assert place in find(word), word
