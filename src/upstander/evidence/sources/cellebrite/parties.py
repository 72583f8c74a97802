"""Who is who in a report: parties as handles, and the addresses that telephone conversations are known by.

A handle is the party's Identifier as it stands: on WhatsApp the same address (`447700900001@s.whatsapp.net`) that the
phone's own database has. Telephone numbers lose the dress that one number is written with, as in backups of SMS.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from upstander.evidence.sources.cellebrite.stream import Model
from upstander.evidence.sources.cellebrite.words import SYSTEM

__all__ = ["OWN", "Party", "address", "models", "named", "parties", "word"]

#: Handle of the phone's own account where the report does not name it.
OWN = "me"

_DRESS = re.compile("[\\s()./\u00a0\u2010-\u2015\u200e\u200f\u202a-\u202f\u2066-\u2069-]+")
_NUMBER = re.compile(r"\+?[0-9]{3,20}")
_PHONE = re.compile(r"([0-9]{5,15})(?:[.:][0-9:.]*)?@(?:s\.whatsapp\.net|c\.us)")
_INTERNATIONAL = re.compile(r"\+[0-9]{5,15}")


def word(fields: dict[str, Any], name: str) -> str | None:
    """A short value without the space around it; None where there is none."""
    value = fields.get(name)
    return (value.strip()[:1000] or None) if isinstance(value, str) else None


def models(model: Model, *names: str) -> Iterator[Model]:
    """The models in the fields of these names; one that stands in two of them comes once."""
    seen: set[str] = set()
    for name in names:
        for child in model["m"].get(name, ()):
            identity = child.get("id")
            if identity is None or identity not in seen:
                yield child
            if identity is not None:
                seen.add(identity)


def address(written: str) -> str:
    """A telephone number without its dress; anything else as it is."""
    bare = _DRESS.sub("", written)
    return bare if _NUMBER.fullmatch(bare) else written


@dataclass(frozen=True, slots=True)
class Party:
    """One party of a chat, a message or a call."""

    handle: str
    name: str | None
    role: str
    owner: bool | None
    administrator: bool
    model: Model

    @property
    def system(self) -> bool:
        """Whether it is what Physical Analyzer names as the author of system lines."""
        return self.handle == SYSTEM and not self.owner

    @property
    def number(self) -> str | None:
        """Telephone number as +digits."""
        found = _PHONE.fullmatch(self.handle)
        if found is not None:
            return f"+{found[1]}"
        return self.handle if _INTERNATIONAL.fullmatch(self.handle) else None


def parties(model: Model, *names: str, telephone: bool = False) -> list[Party]:
    """The parties in the fields of these names, those that name nobody left out."""
    found = []
    for child in models(model, *names):
        party = named(child, telephone=telephone)
        if party is not None:
            found.append(party)
    return found


def named(model: Model, *, telephone: bool = False) -> Party | None:
    """A party; None where it has neither identifier nor name."""
    fields = model["f"]
    name = word(fields, "Name")
    written = word(fields, "Identifier") or name
    owner = {"true": True, "false": False}.get((word(fields, "IsPhoneOwner") or "").lower())
    if written is None:
        if not owner:
            return None
        written = OWN
    return Party(
        handle=address(written) if telephone else written,
        name=name if name != written else None,
        role=(word(fields, "Role") or "").lower(),
        owner=owner,
        administrator=(word(fields, "IsGroupAdmin") or "").lower() == "true",
        model=model,
    )
