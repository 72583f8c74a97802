"""What two exports of one text have in common."""

import polars as pl
import pytest

from upstander.evidence.reconcile.bodies import SORTS, bodies


def _bodies(
    *rows: tuple[str, str | None], edited: bool = False, precision: str = "second", stock: bool = False
) -> pl.DataFrame:
    """Rows of kind and text, digested."""
    return bodies(
        pl.DataFrame(
            {
                "kind": [kind for kind, _ in rows],
                "text": [text for _, text in rows],
                "edited": [edited] * len(rows),
                "event": ["added" if kind == "system" else None for kind, _ in rows],
                "platform_key": ["K" if kind == "text" else None for kind, _ in rows],
                "sent_at_precision": [precision] * len(rows),
                "placeholder": [stock] * len(rows),
            },
            schema_overrides={"text": pl.String, "event": pl.String, "kind": pl.Categorical, "platform_key": pl.String},
        )
    )


@pytest.mark.parametrize(
    "other",
    [
        "caf\u00e9 at four\n", "\u200ecaf\u00e9 at four", "  caf\u00e9 at four\u202c ", "\ufeffcaf\u00e9 at four\u00a0",
        "cafe\u0301 at four", "caf\u00e9 at four\r\n",
    ],
)  # fmt: skip
def test_marks_blanks_and_composition_say_nothing(other: str) -> None:
    """Line ends, blanks and direction marks at the ends, and accents written apart, make no other body."""
    made = _bodies(("text", "caf\u00e9 at four"), ("text", other))
    assert made["body"][0] == made["body"][1]


def test_line_ends_within_are_one() -> None:
    """Two lines are the same two lines whichever way the export ends them; one line more is another text."""
    made = _bodies(("text", "one\ntwo"), ("text", "one\r\ntwo"), ("text", "one\n\ntwo"))
    assert made["body"][0] == made["body"][1] != made["body"][2]


@pytest.mark.parametrize("other", ["Caf\u00e9 at four", "caf\u00e9  at four", "caf\u00e9 at four.", "cafe at four"])
def test_words_are_not_bent(other: str) -> None:
    """Case, blanks within, full stops and accents tell texts apart."""
    made = _bodies(("text", "caf\u00e9 at four"), ("text", other))
    assert made["body"][0] != made["body"][1]


def test_the_mark_of_an_edit_is_no_word() -> None:
    """The mark after an edited text goes, in any language, where the row is marked as edited, and nowhere else."""
    marked = ("text", "see you\u200e<This message was edited>"), ("text", "see you <Diese Nachricht wurde bearbeitet>")
    edited = _bodies(("text", "see you"), *marked, edited=True)
    assert edited["body"].n_unique() == 1
    assert _bodies(("text", "see you"), *marked, edited=False)["body"].n_unique() == 3


def test_sorts() -> None:
    """Words, files, tombstones, nothing, notices; a text of direction marks alone is nothing."""
    made = _bodies(
        ("text", "ok"), ("link", "https://example.org"), ("image", "a caption"), ("media", None), ("deleted", None),
        ("text", "\u200e "), ("text", None), ("empty", None), ("system", "Ann added Ben"),
    )  # fmt: skip
    expected = ["words", "words", "media", "media", "tombstone", "empty", "empty", "empty", "notice"]
    assert made["sort"].to_list() == [SORTS[word] for word in expected]
    assert made["body"][2] == made["body"][3]
    assert made["length"].to_list() == [2, 19, 0, 0, 0, 0, 0, 0, 0]


def test_a_key_is_a_number_and_none_is_none() -> None:
    """Rows without a key have digest 0, rows of one key one digest; units are milliseconds."""
    made = _bodies(("text", "a"), ("text", "b"), ("system", "-"), precision="minute")
    assert made["key"][0] == made["key"][1] != 0
    assert made["key"][2] == 0
    assert made["unit"].to_list() == [60_000] * 3


def test_a_file_is_bare_where_no_caption_is_shown() -> None:
    """Without a text, or with none but the export's own; words, tombstones and notices are never."""
    rows = (("image", "look"), ("image", None), ("text", "look"), ("deleted", "gone"), ("system", "left"))
    assert _bodies(*rows)["bare"].to_list() == [False, True, False, False, False]
    assert _bodies(*rows, stock=True)["bare"].to_list() == [True, True, False, False, False]
