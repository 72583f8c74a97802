"""A name is one spelling that shows all of itself, for every command that takes one."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from upstander.errors import UsageError
from upstander.storage.signing import LONGEST, alike, signed


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("  DC   Example ", "DC Example"),
        ("DC\u00a0Example", "DC Example"),
        ("Zoe\u0308 Example", "Zoë Example"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("क्\u200dष", "क्\u200dष"),
        ("小川 7", "小川 7"),
        ("x" * LONGEST, "x" * LONGEST),
    ],
)
def test_a_name_has_one_spelling(said: str, name: str) -> None:
    """Composed, with one space between words; joiners that are spelling stay."""
    assert signed(said) == name


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "nothing but spaces"),
        (" \u00a0\u3000 ", "nothing but spaces"),
        ("A\nB", "U+000A"),
        ("A\n", "U+000A"),
        ("A\tB", "U+0009"),
        ("A\u2028B", "U+2028"),
        ("\x1b[31mA", "U+001B"),
        ("A\u202eB", "U+202E"),
        ("A\u2066B", "U+2066"),
        ("A\u200bB", "U+200B"),
        ("A\u200dB", "U+200D"),
        ("\u200cعلی", "U+200C"),
        ("A\ufeff", "U+FEFF"),
        ("A\u3164", "U+3164"),
        ("A\ufe0f", "U+FE0F"),
        ("A\U000e0101", "U+E0101"),
        ("A\udce9", "U+DCE9"),
        ("---", "no letter or digit"),
        ("x" * (LONGEST + 1), "has 201"),
        ("x" * 100_000, "has 100,000"),
    ],
)
def test_what_is_no_name(said: str, words: str) -> None:
    """One short sentence that says what is wrong, and of which option."""
    with pytest.raises(UsageError) as refused:
        signed(said, option="--for")
    assert words in str(refused.value)
    assert str(refused.value).startswith("--for is a name")
    assert len(str(refused.value)) < 250


@given(st.text())
def test_a_name_is_kept_or_refused(said: str) -> None:
    """Whatever is said: a sentence, or a name that is seen whole, on one line, and that stays as it is."""
    try:
        name = signed(said)
    except UsageError:
        return
    assert 0 < len(name) <= LONGEST
    assert signed(name) == name == unicodedata.normalize("NFC", name)
    assert name.splitlines() == [name]
    assert not any(unicodedata.bidirectional(sign) in {"RLO", "LRO", "RLE", "LRE", "RLI", "LRI"} for sign in name)
    assert alike(name, name.upper()) or name.casefold() != name.upper().casefold()


def test_one_person_in_two_spellings() -> None:
    """Capitals, width and joiners make no second reader; another name is another."""
    assert alike("DC Example", "dc example")
    assert alike("ＤＣ Example", "DC example")
    assert alike("علی\u200cرضا", "علیرضا")
    assert not alike("DC Example", "DC Exemple")
