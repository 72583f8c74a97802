"""System phrases in seven languages: what each says, and that the files of phrases hold together."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read_document

from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.whatsapp_text import SOURCE
from upstander.evidence.sources.whatsapp_text.phrases import Phrases, languages
from upstander.model import table

ZONE = Reading(time_zone="UTC")

#: language, line, event, actor, people, and the group's name or the new number.
SAID: list[tuple[str, str, str, str | None, list[str], str | None]] = [
    ("en", 'Ava created group "Rota"', "created", "Ava", ["Ava"], "Rota"),
    ("en", "You added Ben, Cal and Dee", "added", "You", ["Ben", "Cal", "Dee"], None),
    ("en", "Ava added you", "added", "Ava", ["You"], None),
    ("en", "Ben and Cal were added", "added", None, ["Ben", "Cal"], None),
    ("en", "Ben joined using this group's invite link", "joined", None, ["Ben"], None),
    ("en", "Ben left", "left", None, ["Ben"], None),
    ("en", "Ava removed Ben", "removed", "Ava", ["Ben"], None),
    (
        "en",
        "+44 7700 900123 changed to +44 7700 900124",
        "number_changed",
        None,
        ["+44 7700 900123"],
        "+44 7700 900124",
    ),
    ("en", "You're now an admin", "administrator_added", None, ["You"], None),
    ("de", "Ava hat die Gruppe „Dienst“ erstellt.", "created", "Ava", ["Ava"], "Dienst"),
    ("de", "Du hast Ben und Cal hinzugefügt.", "added", "Du", ["Ben", "Cal"], None),
    ("de", "Ava hat dich hinzugefügt.", "added", "Ava", ["Du"], None),
    ("de", "Ben hat die Gruppe verlassen.", "left", None, ["Ben"], None),
    ("de", "Ava hat Ben entfernt.", "removed", "Ava", ["Ben"], None),
    ("de", "Du bist jetzt ein*e Admin.", "administrator_added", None, ["Du"], None),
    (
        "de",
        "+49 170 1234567 hat zu +49 170 1234568 gewechselt.",
        "number_changed",
        None,
        ["+49 170 1234567"],
        "+49 170 1234568",
    ),
    ("fr", "Ava a créé le groupe « Garde »", "created", "Ava", ["Ava"], "Garde"),
    ("fr", "Vous avez ajouté Ben et Cal", "added", "Vous", ["Ben", "Cal"], None),
    ("fr", "Ava vous a ajouté", "added", "Ava", ["Vous"], None),
    ("fr", "Ben a quitté le groupe", "left", None, ["Ben"], None),
    ("fr", "Ava a retiré Ben", "removed", "Ava", ["Ben"], None),
    ("es", "Ava creó el grupo “Turno”", "created", "Ava", ["Ava"], "Turno"),
    ("es", "Creaste el grupo “Turno”", "created", "Tú", ["Tú"], "Turno"),
    ("es", "Ava añadió a Ben y Cal", "added", "Ava", ["Ben", "Cal"], None),
    ("es", "Añadiste a Ben", "added", "Tú", ["Ben"], None),
    ("es", "Ava te añadió", "added", "Ava", ["Tú"], None),
    ("es", "Se añadió a Ben", "added", None, ["Ben"], None),
    ("es", "Ben salió del grupo", "left", None, ["Ben"], None),
    ("es", "Saliste del grupo", "left", None, ["Tú"], None),
    ("es", "Ava eliminó a Ben", "removed", "Ava", ["Ben"], None),
    ("es", "Ahora eres admin.", "administrator_added", None, ["Tú"], None),
    ("pt", 'Ava criou o grupo "Turno"', "created", "Ava", ["Ava"], "Turno"),
    ("pt", "Você adicionou Ben e Cal", "added", "Você", ["Ben", "Cal"], None),
    ("pt", "Ava adicionou você", "added", "Ava", ["Você"], None),
    ("pt", "Adicionaste Ben", "added", "Você", ["Ben"], None),
    ("pt", "Ben saiu", "left", None, ["Ben"], None),
    ("pt", "Ava removeu Ben", "removed", "Ava", ["Ben"], None),
    ("pt", "Ben entrou usando o link de convite deste grupo", "joined", None, ["Ben"], None),
    ("it", 'Ava ha creato il gruppo "Turno"', "created", "Ava", ["Ava"], "Turno"),
    ("it", "Hai aggiunto Ben e Cal", "added", "Tu", ["Ben", "Cal"], None),
    ("it", "Ava ti ha aggiunto", "added", "Ava", ["Tu"], None),
    ("it", "Ben ha abbandonato", "left", None, ["Ben"], None),
    ("it", "Ava ha rimosso Ben", "removed", "Ava", ["Ben"], None),
    ("it", "Ben ha abbandonato il gruppo", "left", None, ["Ben"], None),
    ("nl", "Ava heeft de groep ‘Dienst’ gemaakt", "created", "Ava", ["Ava"], "Dienst"),
    ("nl", "Je hebt Ben en Cal toegevoegd", "added", "Je", ["Ben", "Cal"], None),
    ("nl", "Ava heeft je toegevoegd", "added", "Ava", ["Je"], None),
    ("nl", "Ben heeft de groep verlaten", "left", None, ["Ben"], None),
    ("nl", "Ava heeft Ben verwijderd", "removed", "Ava", ["Ben"], None),
    ("it", "Ben è entrato tramite il link d'invito del gruppo", "joined", None, ["Ben"], None),
    ("it", "Bea è uscita", "left", None, ["Bea"], None),
    ("nl", "Ben is vertrokken", "left", None, ["Ben"], None),
    ("nl", "Ben neemt deel via de uitnodigingslink", "joined", None, ["Ben"], None),
    ("es", "Bea ha abandonado el grupo", "left", None, ["Bea"], None),
    ("fr", "Bea est partie", "left", None, ["Bea"], None),
    ("pt", "Bea entrou pelo link de convite", "joined", None, ["Bea"], None),
    ("de", "Du bist der Gruppe mit dem Einladungslink beigetreten.", "joined", None, ["Du"], None),
    ("en", "Ben joined using an invite link", "joined", None, ["Ben"], None),
    ("nl", "Je bent nu beheerder", "administrator_added", None, ["Je"], None),
]


def _read(text: str, folder: Path) -> Tables:
    path = folder / "_chat.txt"
    path.write_bytes(text.encode())
    return read_document(SOURCE, Document(file=ExhibitFile.of(path), scratch=folder), reading=ZONE)


@pytest.mark.parametrize("marked", [False, True], ids=["android", "ios"])
@pytest.mark.parametrize(("language", "line", "kind", "actor", "people", "detail"), SAID, ids=[row[1] for row in SAID])
def test_a_system_line_says_what_happened_and_to_whom(
    language: str,
    line: str,
    kind: str,
    actor: str | None,
    people: list[str],
    detail: str | None,
    marked: bool,
    tmp_path: Path,
) -> None:
    """The same sentence gives the same evidence without an author (Android) and behind a group's name (iOS)."""
    head = "[13/03/2022, 14:08:11] " if marked else "13/03/2022, 14:08 - "
    prefix = "Rota: \u200e" if marked else ""
    tables = _read(f"{head}Zoe: hello\n{head}{prefix}{line}\n", tmp_path)
    assert tables.handles == {"Zoe"}
    rows = tables.rows("membership_events")
    assert [(row["kind"], row["actor"], row["detail"]) for row in rows] == [(kind, actor, detail)] * len(people)
    assert [row["participant"] for row in rows] == people
    assert {row["message"] for row in rows} == {tables.system[0]["message"]}
    (conversation,) = tables.rows("conversations")
    assert (conversation["kind"], conversation["languages"]) == ("group", language)
    assert not tables.warned


def test_a_dutch_subject_has_two_wordings() -> None:
    """`van "A" naar "B"` and `van "A" in "B"` both say what the group is called now."""
    for word in ("naar", "in"):
        event = Phrases().event(f'Ava heeft het onderwerp gewijzigd van "A" {word} "B"')
        assert event is not None
        assert (event.event, event.actor, event.name) == ("group_renamed", "Ava", "B")


def test_every_phrase_names_an_event_and_is_found_again() -> None:
    """Events are those of the messages table, and each phrase with its holes filled reports its own event."""
    (field,) = (field for field in table("messages").fields if field.name == "event")
    filled = {"actor": "Ava", "person": "Ben", "name": "Rota", "number": "+44 7700 900123", "any": "x"}
    for language in languages():
        for pattern in language.events:
            assert pattern.event in field.values
            line = pattern.text.format(**filled)
            found = language.event(line)
            assert found is not None, (language.code, pattern.text)
            assert found.event == pattern.event, (language.code, pattern.text, found)


def test_seven_languages_have_the_phrases_that_matter() -> None:
    """No language lacks one of the events that say who was in a group, nor a word for media, deletions and edits."""
    assert {language.code for language in languages()} >= {"en", "de", "fr", "es", "pt", "it", "nl"}
    for language in languages():
        assert {pattern.event for pattern in language.events} >= {
            "encryption_notice", "group_created", "added", "joined", "left", "removed", "number_changed",
            "administrator_added", "administrator_removed", "group_renamed", "icon_changed", "description_changed",
        }, language.code  # fmt: skip
        assert language.bodies.keys() >= {"media", "image", "attached", "deleted", "deleted_by_owner", "edited", "poll"}


def test_a_name_that_is_known_is_not_taken_apart() -> None:
    """`Ash and Birch` is one name where somebody of that name writes."""
    phrases = Phrases()
    assert phrases.people("Ash and Birch", "en", {"Ash and Birch"}) == ["Ash and Birch"]
    assert phrases.people("Ash and Birch", "en", set()) == ["Ash", "Birch"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_can_be_asked_about(line: str) -> None:
    """No text makes the phrases fail, and what they answer stands in the text."""
    event = Phrases().event(line)
    if event is not None:
        for hole in (event.actor, event.person, event.name, event.number):
            assert hole is None or hole in line
