"""The search's fold: what is compared, and where it comes from."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.search import letters
from upstander.review.search.letters import FoldMap, fold, fold_map, folded
from upstander.review.search.tokens import akin, tokens


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Café", "CAFE"),
        ("Ｗｉｄｅ", "wide"),
        ("ΣΑΣ", "σασ"),
        ("ра́ма", "рама"),
        ("שָׁלוֹם", "שלום"),
        ("مُحَمَّد", "محمد"),
        ("أحمـــد", "احمد"),
        ("ra\u200dpe\u2060", "rape"),
        ("ｶﾞ", "ガ"),
        ("❤️", "❤"),
        ("ᠮᠣᠩ\u180bᠭᠣᠯ", "ᠮᠣᠩᠭᠣᠯ"),
    ],
)
def test_what_does_not_count(one: str, other: str) -> None:
    """Capitals, accents, niqqud, harakat, width, invisible characters and styles."""
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("कि", "की"),
        ("দিন", "দান"),
        ("รับ", "รบ"),
        ("ເປັນ", "ເປນ"),
        ("ក្រ", "ករ"),
        ("か", "が"),
        ("ハ", "パ"),
        ("கை", "கா"),
        ("ދި", "ދު"),
        ("👍", "👍🏽"),
        ("👩‍⚕️", "👩⚕️"),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"),
        ("1️⃣", "1"),
    ],
)
def test_what_counts(one: str, other: str) -> None:
    """Vowel signs, voicing, tones of skin, joined emoji, flags and keycaps make other words."""
    assert tokens(fold(one)) != tokens(fold(other))


def test_emoji_are_words() -> None:
    """Each with what belongs to it."""
    text = "🇬🇧🇺🇸 1️⃣2️⃣ 👍🏽👍 👩🏽‍⚕️👨‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿🏴 ❤️‍🔥"
    assert [*map(len, tokens(fold(text)))] == [2, 2, 2, 2, 2, 1, 4, 5, 7, 1, 3]


@pytest.mark.parametrize(
    ("sought", "word", "meant"),
    [
        ("👍", "👍🏽", True),
        ("👍🏽", "👍", False),
        ("👍🏽", "👍🏿", False),
        ("🔥", "❤\u200d🔥", True),
        ("👩", "👨\u200d👩🏽\u200d👧", True),
        ("👩\u200d⚕", "👩🏽\u200d⚕", True),
        ("👨\u200d👧", "👨\u200d👩\u200d👧", False),
    ],
)
def test_an_emoji_is_found_in_every_tone(sought: str, word: str, meant: bool) -> None:
    """And within what it is joined to; with a tone of skin only in that."""
    assert akin(sought, word) is meant


#: Characters whose folds depend on their neighbours, or that become several.
_ALONE = (
    "aÉ\u0301\u0302\u3099\u309aかｶﾞﾟ👍👩🏽🏻\u200d\ufe0f❤⚕🏴1\u20e3🇬🇧\u0e31\u0e48ครหि\u064b\u0651ـ\u1160Σς™㊗\U000e007f"
)
_PIECES = st.one_of(st.text(max_size=4), st.sampled_from([*_ALONE, "\U000e0067\U000e0062"]))


@settings(max_examples=300, deadline=None)
@given(st.lists(_PIECES, max_size=12).map("".join))
def test_folding_keeps_places(text: str) -> None:
    """Folding one by one is folding together, and each character knows where it comes from."""
    shown, places = fold_map(text)
    assert folded(pl.Series([text, "A", None, "é"])).to_list() == [shown, "a", "", "e"]
    assert fold(text) == shown
    assert len(places) == len(shown)
    assert list(places) == sorted(places)
    assert all(0 <= place < len(text) for place in places)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.sampled_from(["ab", "C d", "\n"])), max_size=40).map("".join))
def test_places_of_a_long_text_are_those_of_a_short_one(text: str) -> None:
    """Worked out piece by piece or at once, each character comes from the same place; behind the last is the end."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(letters, "_BLOCK", 3)
        by_pieces = FoldMap(text)
        _, places = fold_map(text)
        assert [by_pieces[place] for place in range(len(places) + 1)] == [*places, len(text)]
