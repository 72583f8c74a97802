"""Whether anything of a body is its author's own words, in every language that the source knows."""

from pathlib import Path

import pytest
from tests.support.reading import read_document

from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.whatsapp_text import SOURCE
from upstander.evidence.sources.whatsapp_text.bodies import body
from upstander.evidence.sources.whatsapp_text.phrases import languages

ZONE = Reading(time_zone="UTC")
MARK = "\u200e"
#: Meanings of phrases that stand for a message and hold nothing of anybody's.
_STOCK = (
    *(
        "media",
        "image",
        "video",
        "audio",
        "voice",
        "sticker",
        "gif",
        "contact",
        "live_location",
        "view_once",
        "unknown",
    ),
    *("deleted", "deleted_by_owner", "deleted_by_administrator", "call", "document"),
)
_PHRASES = [
    (language.code, phrase) for language in languages() for name in _STOCK for phrase in language.bodies.get(name, ())
]


@pytest.mark.parametrize(("language", "phrase"), _PHRASES, ids=[f"{code} {text}" for code, text in _PHRASES])
def test_what_stands_for_a_message_is_nobodys_words(language: str, phrase: str) -> None:
    """Every phrase of every language, behind the mark; and a caption before or after it makes it words."""
    written = MARK + phrase.replace("{name}", "rota.pdf").replace("{any}", "07:12")
    found = body(written)
    assert found is not None, language
    assert found.bare
    if found.omitted and "{name}" not in phrase:
        caption = body(f"look at her {written}")
        assert caption is not None
        assert not caption.bare


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("IMG-20180301-WA0001.jpg (file attached)", True),
        ("IMG-20180301-WA0001.jpg (file attached)\nlook", False),
        (f"{MARK}<attached: 00000010-PHOTO-2020-11-02-21-49-51.jpg>", True),
        (f"look {MARK}<attached: 00000010-PHOTO-2020-11-02-21-49-51.jpg>", False),
        (f"{MARK}rota.pdf • 3 pages {MARK}document omitted", True),
        (f"Op order.pdf • {MARK}1 page {MARK}<attached: 00000019-Op order.pdf>", True),
        (f"Op order.pdf • {MARK}1 page {MARK}<attached: 00000019-Op order.pdf>\nread it", False),
        (f"another.pdf • {MARK}1 page {MARK}<attached: 00000019-Op order.pdf>", False),
        ("location: https://maps.google.com/?q=1,2", True),
        ("location: where he lives https://maps.google.com/?q=1,2", False),
        ("location: https://maps.google.com/?q=1,2 he lives here", False),
        ("POLL:\nWho goes?\nOPTION: me (1 vote)", False),
        (f"he did it {MARK}<This message was edited>", False),
        (f"{MARK}<This message was edited>", True),
        (f"{MARK}image omitted {MARK}<This message was edited>", True),
        ("null", True),
    ],
)
def test_a_caption_a_question_and_an_edited_text_are_words(text: str, bare: bool) -> None:
    """Beside what the app wrote, and however it is written."""
    found = body(text)
    assert found is not None
    assert found.bare is bare


@pytest.mark.parametrize("text", ["null and void", "Null", "image omitted by mistake", "he was deleted", "omitted"])
def test_words_that_only_resemble_are_words(text: str) -> None:
    """Nothing is taken from anybody for a likeness."""
    assert body(text) is None


def test_the_table_says_so_of_each_message(tmp_path: Path) -> None:
    """The column, and that it changes nothing of the text."""
    path = tmp_path / "chat.txt"
    said = ["tea?", "<Media omitted>", "<Media omitted>", "This message was deleted", "null"]
    path.write_text("".join(f"13/03/2022, 14:0{n} - Zoe: {text}\n" for n, text in enumerate(said)), encoding="utf-8")
    tables = read_document(SOURCE, Document(file=ExhibitFile.of(path), scratch=tmp_path), reading=ZONE)
    assert [row["text"] for row in tables.authored] == said
    assert [row["placeholder"] for row in tables.authored] == [False, True, True, True, True]
