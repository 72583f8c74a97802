"""What is seen and not guessed: emoji, and replies that are laughter alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.review.stance.emoji import emoji_stance, pictures
from upstander.review.stance.kinds import Basis, Stance
from upstander.review.stance.laughter import observed


@pytest.mark.parametrize(
    ("emoji", "stance"),
    [
        ("😂", "laugh_along"),
        ("🤣🤣", "laugh_along"),
        ("😂💀", "laugh_along"),
        ("👍", "approve"),
        ("👍🏽", "approve"),
        ("❤️", "approve"),
        ("❤", "approve"),
        ("🙅‍♂️", "challenge"),
        ("😡", "challenge"),
        ("👎🏿", "challenge"),
        ("😂👎", "undecided"),
        ("👍👎", "undecided"),
        ("🤢", "undecided"),
        ("🫠", "undecided"),
        ("\ufffd", "undecided"),
        ("sticker.webp", "undecided"),
        ("", "undecided"),
        (None, "undecided"),
        ("joy", "laugh_along"),
        (":+1:", "approve"),
        ("+1::skin-tone-3", "approve"),
        ("Like", "approve"),
        ("thumbsdown", "challenge"),
        ("♂", "undecided"),
        ("\ufe0f", "undecided"),
    ],
)
def test_emoji_say_what_they_say(emoji: str | None, stance: str) -> None:
    """Laughter, approval and dislike are known, in any tone, style or name; everything else is undecided."""
    assert emoji_stance(emoji) == stance


@pytest.mark.parametrize(
    ("text", "stance", "basis"),
    [
        ("lol", "laugh_along", "laughter"),
        ("LOOOL", "laugh_along", "laughter"),
        ("Hahahaha!!", "laugh_along", "laughter"),
        ("ha ha", "laugh_along", "laughter"),
        ("haha haha", "laugh_along", "laughter"),
        ("ahahah", "laugh_along", "laughter"),
        ("jajaja", "laugh_along", "laughter"),
        ("ха-ха-ха", "laugh_along", "laughter"),
        ("хахаха", "laugh_along", "laughter"),
        ("ㅋㅋㅋ", "laugh_along", "laughter"),
        ("哈哈哈", "laugh_along", "laughter"),
        ("ههههه", "laugh_along", "laughter"),
        ("kkkkk", "laugh_along", "laughter"),
        ("lmao 😂😂", "laugh_along", "laughter"),
        ("haha 👎", "undecided", "laughter"),
        ("😂😂😂", "laugh_along", "emoji"),
        ("👍", "approve", "emoji"),
        ("😡", "challenge", "emoji"),
        ("🚗", "undecided", "emoji"),
    ],
)
def test_laughter_and_emoji_alone_are_seen(text: str, stance: str, basis: str) -> None:
    """A reply of nothing else is an observed fact, with what it was seen by."""
    assert observed(text) == (Stance(stance), Basis(basis))


@pytest.mark.parametrize(
    "text",
    ["lol no", "haha stop it", "kkk", "555", "www.example.org", "ha", "what", "55555", "", None, "...", "!?", "0",
     "haha " * 200, "not funny 😂", "hello", "hehe is not ok"],
)  # fmt: skip
def test_words_are_not_seen_but_weighed(text: str | None) -> None:
    """A reply with words, with nothing at all, or without end is left to the model."""
    assert observed(text) is None


@settings(deadline=None)
@given(st.text())
def test_any_text_is_one_or_the_other(text: str) -> None:
    """No text raises, and what is emoji only has no letter in it."""
    seen = observed(text)
    if pictures(text) is not None:
        assert not any(character.isalpha() for character in text)
        assert seen is None or seen[1] is Basis.EMOJI
    emoji_stance(text)
