"""How one exhibit writes each person: number, linked id, saved name or own name."""

from __future__ import annotations

from collections.abc import Iterator

from meridian.cast import Source
from meridian.keys import GROUP_JIDS, PHONE_SERVER, devices, digits, international, linked_id, phone_jid
from meridian.truth import Person
from meridian.world import World


class Addresses:
    """The people of one exhibit."""

    def __init__(self, world: World, source: Source) -> None:
        self._world, self._source = world, source

    def _who(self, person: str) -> Person:
        return self._world.plot.people[person]

    def people(self) -> list[str]:
        """Everyone who was ever in one of the exhibit's conversations."""
        return sorted({s.person for c in self._source.conversations for s in self._world.members[c].spells})

    def linked(self, person: str) -> str | None:
        """The LID where this exhibit knows the person by it."""
        who = self._who(person)
        return linked_id(who) if self._source.reference in who.lid else None

    def phone(self, person: str, ms: int) -> str:
        """The address by number at an instant."""
        return phone_jid(self._world.number(person, ms))

    def at(self, person: str, ms: int) -> str:
        """The address that this exhibit shows for a person at an instant."""
        return self.linked(person) or self.phone(person, ms)

    def all_of(self, person: str) -> list[str]:
        """Every address that this exhibit shows for a person, oldest first."""
        who = self._who(person)
        linked = self.linked(person)
        if linked:
            return [linked]
        return [phone_jid(n) for n in (who.number, who.number_after) if n]

    def devices(self, person: str, handle: str) -> list[str]:
        """A person's devices, spelled with the address that this exhibit shows."""
        user, server = handle.split("@")
        return [f"{user}.0:{device}@{server}" for device in devices(self._who(person))]

    def chat(self, conversation: str) -> str:
        """A group's address, or the other party's."""
        if conversation in GROUP_JIDS:
            return GROUP_JIDS[conversation]
        between = self._world.plot.conversations[conversation].between
        other = next(p for p in between if p != self._source.owner)
        return self.at(other, self._source.taken_ms)

    def saved(self, person: str) -> str | None:
        """The name in the owner's contact list."""
        return self._who(person).saved.get(self._source.reference)

    def contacts(self) -> Iterator[tuple[str, str | None, str | None, str]]:
        """Address, number, saved name and own name of everyone but the owner."""
        for person in self.people():
            if person == self._source.owner:
                continue
            for handle in self.all_of(person):
                number = handle.removesuffix("@" + PHONE_SERVER) if handle.endswith(PHONE_SERVER) else None
                current = number != digits(self._who(person).number_after or "0")
                name = self.saved(person) if current else None
                yield handle, f"+{number}" if number else None, name, self._who(person).push

    def handles(self) -> dict[str, list[str]]:
        """Addresses by person."""
        return {person: self.all_of(person) for person in self.people()}

    def names(self) -> dict[str, list[str]]:
        """Saved names, then own names, by person."""
        found: dict[str, list[str]] = {}
        for person in self.people():
            saved = self.saved(person)
            found[person] = [*([saved] if saved else []), self._who(person).push]
        return found

    def written(self, person: str, ms: int, *, blank: str) -> str:
        """A person's name in a text export: saved, or else their own name after a tilde, or the bare number."""
        saved, who = self.saved(person), self._who(person)
        number = self._world.number(person, ms)
        if person == self._source.owner:
            return who.name if self._source.format == "whatsapp_text_ios" else who.push
        if saved and number == who.number:
            return saved
        if number != who.number or person == "karim":
            return "\u202a" + international(number).replace(" ", blank) + "\u202c"
        return f"~{blank}{who.push}"
