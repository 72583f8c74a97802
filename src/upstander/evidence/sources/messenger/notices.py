"""Which contents of a Messenger or Instagram message are the app's own sentence, and what it reports.

Newer downloads write `Priya added Sam to the group.` as an ordinary message *by Priya*. Anyone can type that sentence,
so it is believed only where it stands in the export's own form: the whole content is one known phrase, and the person
it names as acting is the message's sender (by full name, by first name, or as `You` where the exporting account is
known and is the sender). The same phrase by another person, or with a `You` that nobody can place, stays an authored
message and is said to be uncertain.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import cache

__all__ = ["Notice", "Verdict", "judge", "names"]

# The phrase after its actor: event, membership kind ("" for none), pattern. A group `who` names the persons it
# happened to, `detail` the rest. Each tuple is one language; both the third and the second person are there.
_PHRASES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "en": (
        ("added", "added", r"added (?P<who>.+) to the group\."),
        ("left", "left", r"left the group\."),
        ("removed", "removed", r"removed (?P<who>.+) from the group\."),
        ("joined", "joined", r"joined the group(?: (?P<detail>.+))?\."),
        ("group_created", "created", r"created the group(?: (?P<detail>.+))?\."),
        ("group_renamed", "", r"named the group (?P<detail>.+)\."),
        ("group_renamed", "", r"removed the group name\."),
        ("icon_changed", "", r"(?:changed|removed) the group photo\."),
        ("administrator_added", "administrator_added", r"(?:added|made) (?P<who>.+?) (?:as )?a group admin\."),
        ("administrator_removed", "administrator_removed", r"removed (?P<who>.+) as a group admin\."),
        ("settings_changed", "", r"set the nickname for (?P<detail>.+)\."),
        ("settings_changed", "", r"set (?:your|his own|her own|their own) nickname to (?P<detail>.+)\."),
        ("settings_changed", "", r"set the (?:emoji|quick reaction) to (?P<detail>.+)\."),
        ("settings_changed", "", r"changed the (?:chat )?(?:theme|colou?rs?)(?: to (?P<detail>.+))?\."),
        ("settings_changed", "", r"turned (?:on|off) member approval.*\."),
        ("pinned", "", r"(?:un)?pinned a message\."),
    ),
    "de": (
        ("added", "added", r"(?:hat|hast) (?P<who>.+) (?:zur Gruppe|der Gruppe) hinzugefügt\."),
        ("left", "left", r"(?:hat|hast) die Gruppe verlassen\."),
        ("removed", "removed", r"(?:hat|hast) (?P<who>.+) aus der Gruppe entfernt\."),
        ("joined", "joined", r"(?:ist|bist) der Gruppe (?P<detail>.*?)\s?beigetreten\."),
        ("group_created", "created", r"(?:hat|hast) die Gruppe erstellt\."),
        ("group_renamed", "", r"(?:hat|hast) die Gruppe (?P<detail>.+) genannt\."),
        ("group_renamed", "", r"(?:hat|hast) der Gruppe den Namen (?P<detail>.+) gegeben\."),
        ("icon_changed", "", r"(?:hat|hast) das Gruppen(?:foto|bild) geändert\."),
    ),
    "fr": (
        ("added", "added", r"(?:a|avez|as) ajouté (?P<who>.+) au groupe\."),
        ("left", "left", r"(?:a|avez|as) quitté le groupe\."),
        ("removed", "removed", r"(?:a|avez|as) (?:retiré|supprimé|exclu) (?P<who>.+) du groupe\."),
        ("joined", "joined", r"(?:a|avez|as) rejoint le groupe(?: (?P<detail>.+))?\."),
        ("group_created", "created", r"(?:a|avez|as) créé le groupe\."),
        ("group_renamed", "", r"(?:a|avez|as) (?:nommé|renommé) le groupe (?P<detail>.+)\."),
        ("icon_changed", "", r"(?:a|avez|as) (?:changé|modifié) la photo (?:du|de) groupe\."),
    ),
    "es": (
        ("added", "added", r"(?:añadió|agregó|ha añadido|has añadido|añadiste|agregaste) a (?P<who>.+) al grupo\."),
        (
            "left",
            "left",
            r"(?:(?:abandonó|dejó|ha abandonado|has abandonado|abandonaste) el|(?:salió|saliste) del) grupo\.",
        ),
        ("removed", "removed", r"(?:eliminó|ha eliminado|has eliminado|eliminaste|sacó) a (?P<who>.+) del grupo\."),
        ("joined", "joined", r"se (?:unió|ha unido) al grupo(?: (?P<detail>.+))?\."),
        ("group_created", "created", r"(?:creó|ha creado|has creado|creaste) el grupo\."),
        ("group_renamed", "", r"(?:nombró|llamó|ha llamado|nombraste) (?:al|el) grupo (?P<detail>.+)\."),
        ("group_renamed", "", r"cambi(?:ó|aste) el nombre del grupo a (?P<detail>.+)\."),
        ("icon_changed", "", r"(?:cambió|ha cambiado|cambiaste) la foto del grupo\."),
    ),
    "pt": (
        ("added", "added", r"adicionou (?P<who>.+) ao grupo\."),
        ("left", "left", r"(?:saiu do|deixou o) grupo\."),
        ("removed", "removed", r"removeu (?P<who>.+) do grupo\."),
        ("joined", "joined", r"entrou no grupo(?: (?P<detail>.+))?\."),
        ("group_created", "created", r"criou o grupo\."),
        ("group_renamed", "", r"(?:deu o nome (?P<detail>.+) ao grupo|nomeou o grupo (?:como )?(?P<other>.+))\."),
        ("group_renamed", "", r"alterou o nome do grupo para (?P<detail>.+)\."),
        ("icon_changed", "", r"(?:alterou|mudou) a foto do grupo\."),
    ),
    "it": (
        ("added", "added", r"(?:ha|hai) aggiunto (?P<who>.+) al gruppo\."),
        ("left", "left", r"(?:ha|hai) (?:lasciato|abbandonato) il gruppo\."),
        ("removed", "removed", r"(?:ha|hai) rimosso (?P<who>.+) dal gruppo\."),
        ("joined", "joined", r"(?:si è unito|si è unita|è entrato|è entrata) (?:al|nel) gruppo(?: (?P<detail>.+))?\."),
        ("group_created", "created", r"(?:ha|hai) creato il gruppo\."),
        ("group_renamed", "", r"(?:ha|hai) (?:chiamato|rinominato|denominato) il gruppo (?P<detail>.+)\."),
        ("icon_changed", "", r"(?:ha|hai) cambiato la foto del gruppo\."),
    ),
    "nl": (
        ("added", "added", r"(?:heeft|hebt) (?P<who>.+) (?:aan de groep toegevoegd|toegevoegd aan de groep)\."),
        ("left", "left", r"(?:heeft|hebt) de groep verlaten\."),
        ("removed", "removed", r"(?:heeft|hebt) (?P<who>.+) (?:uit de groep verwijderd|verwijderd uit de groep)\."),
        ("joined", "joined", r"(?:is|bent) lid geworden van de groep\."),
        ("group_created", "created", r"(?:heeft|hebt) de groep gemaakt\."),
        ("group_renamed", "", r"(?:heeft|hebt) de groep (?:de naam )?(?P<detail>.+?) (?:genoemd|gegeven)\."),
        ("icon_changed", "", r"(?:heeft|hebt) de groepsfoto (?:gewijzigd|veranderd)\."),
    ),
}

#: Words by which the app calls the exporting account when it acts. Spanish and Italian leave them out.
_SECOND = ("You", "Du", "Vous", "Tu", "Tú", "Usted", "Você", "Je", "Jij", "U")

#: A phrase holds one of these; most messages hold none and are not looked at further.
_WORDS = ("group", "Grupp", "grupo", "gruppo", "groep", "nickname", "emoji", "reaction", "theme", "colo", "pinned")

#: No notice is longer; long texts are not searched.
LONGEST = 600

_SEPARATOR = re.compile(r", | (?:and|und|et|y|e|en) ")


class Verdict(Enum):
    """How a content was judged."""

    TEXT = "an authored text"
    SYSTEM = "the app's own sentence"
    UNCERTAIN = "reads like a notice and cannot be placed"


@dataclass(frozen=True, slots=True)
class Notice:
    """What a sentence reports."""

    language: str
    event: str
    membership: str
    who: str | None
    detail: str | None


@cache
def _compiled() -> tuple[tuple[str, str, str, re.Pattern[str]], ...]:
    return tuple(
        (language, event, kind, re.compile(pattern))
        for language, phrases in _PHRASES.items()
        for event, kind, pattern in phrases
    )


def judge(content: str, *, sender: str, owner: str | None, known: frozenset[str]) -> tuple[Verdict, Notice | None]:
    """Whether `content`, sent by `sender`, is the app's own; `known` are the names that the conversation shows."""
    if len(content) > LONGEST or not content.endswith(".") or "\n" in content:
        return Verdict.TEXT, None
    if not any(word in content for word in _WORDS):
        return Verdict.TEXT, None
    first = sender.split(" ", 1)[0]
    for actor in dict.fromkeys((sender, first)):
        if actor and content.startswith(actor + " "):
            notice = _match(content[len(actor) + 1 :])
            if notice is not None:
                return Verdict.SYSTEM, notice
    second = _second_person(content)
    if second is not None:
        if owner is None:
            return Verdict.UNCERTAIN, second
        return (Verdict.SYSTEM, second) if owner == sender else (Verdict.UNCERTAIN, second)
    for actor in known:
        if content.startswith(actor + " ") and (notice := _match(content[len(actor) + 1 :])) is not None:
            return Verdict.UNCERTAIN, notice
    return Verdict.TEXT, None


def names(who: str, known: frozenset[str]) -> list[str]:
    """The persons that `who` lists. A name that holds `and` is one person where the conversation knows it."""
    if who in known:
        return [who]
    return [part for part in _SEPARATOR.split(who) if part]


def _second_person(content: str) -> Notice | None:
    for word in _SECOND:
        if content.startswith(word + " ") and (notice := _match(content[len(word) + 1 :])) is not None:
            return notice
    verb = content.split(" ", 1)[0]
    if verb in ("Has", "Hai") or verb.endswith("ste"):
        return _match(content[:1].lower() + content[1:])
    return None


def _match(rest: str) -> Notice | None:
    for language, event, membership, pattern in _compiled():
        found = pattern.fullmatch(rest)
        if found is not None:
            groups = found.groupdict()
            return Notice(
                language, event, membership, groups.get("who"), groups.get("detail") or groups.get("other") or None
            )
    return None
