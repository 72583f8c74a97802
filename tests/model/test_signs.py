"""Signs that would be obeyed: found one by one, and nothing else changed."""

from hypothesis import given
from hypothesis import strategies as st

from upstander.model.signs import UNSAFE, pieces


@given(st.text())
def test_pieces_are_the_text(text: str) -> None:
    """Together they are the text, but for carriage returns before line ends; each sign is alone."""
    made = list(pieces(text))
    assert "".join(piece for piece, _ in made) == text.replace("\r\n", "\n")
    for piece, sign in made:
        assert piece
        if sign:
            assert len(piece) == 1
            assert UNSAFE.fullmatch(piece)


def test_what_is_no_sign_stays_whole() -> None:
    """Line ends and tabs, joined emoji, and the flags that are made of invisible letters."""
    flag = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
    text = f"a\nb\tc 👩\u200d🚒 {flag}"
    assert list(pieces(text)) == [(text, False)]
    assert list(pieces("a\u202eb\x00")) == [("a", False), ("\u202e", True), ("b", False), ("\x00", True)]
