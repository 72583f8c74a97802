"""The accounts that a backup knows: contacts, its own, and what they are called."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.loose import items, paired, record
from upstander.evidence.sources.signal_backup.values import service_id, telephone, whole

__all__ = ["SELF", "People", "Person"]

#: Handle of the backup's own account where its id cannot be found.
SELF = "self"
#: Handle of Signal's own announcements.
NOTES = "release-notes"


@dataclass(frozen=True, slots=True)
class Person:
    """One account."""

    handle: str
    name: str | None = None
    number: str | None = None
    linked_id: str | None = None

    @property
    def columns(self) -> dict[str, Any]:
        """Columns of participants."""
        return {"name": self.name, "number": self.number, "linked_id": self.linked_id}


@dataclass
class People:
    """Accounts by the number that they have in this backup, and by their id."""

    #: The own account's id where the key or the groups tell it.
    aci: str | None = None
    own_name: str | None = None
    by_number: dict[int, Person] = field(default_factory=dict)
    by_handle: dict[str, Person] = field(default_factory=dict)
    _own_numbers: set[int] = field(default_factory=set)
    #: Members of each group.
    _groups: list[set[str]] = field(default_factory=list)

    @property
    def owner(self) -> str:
        """Handle of the backup's own account."""
        return self.aci or SELF

    def own(self, account: dict[str, Any]) -> None:
        """Take the own account's name."""
        self.own_name = _joined(account.get("givenName"), account.get("familyName")) or _text(account.get("username"))

    def add(self, key: int, recipient: dict[str, Any]) -> None:
        """Take one recipient that is an account; groups lend their members to find the own one."""
        if "self" in recipient:
            self._own_numbers.add(key)
        elif "contact" in recipient:
            person = _contact(key, record(recipient["contact"]))
            self.by_number[key] = person
            self.by_handle.setdefault(person.handle, person)
        elif "releaseNotes" in recipient:
            self.by_number[key] = Person(NOTES)
        elif "group" in recipient:
            members = items(record(record(recipient["group"]).get("snapshot")).get("members"))
            self._groups.append({found for one in members if (found := service_id(record(one).get("userId")))})

    def settle(self, proves: Callable[[bytes], bool] | None = None) -> bool:
        """Find the own account's id; gives whether it was only inferred. Call it once, when all recipients are known.

        A backup does not state it. Every member of a group has a contact record but the owner: whoever alone stays
        without one, in all groups that have such a member, is the owner. An encrypted backup's key `proves` it.
        """
        inferred = False
        if self.aci is None:
            unnamed = [left for members in self._groups if (left := members - self.by_handle.keys())]
            if proves is not None:
                proved = [one for one in sorted(set().union(*unnamed)) if proves(bytes.fromhex(one.replace("-", "")))]
                self.aci = proved[0] if proved else None
            elif unnamed:
                common = set.intersection(*unnamed)
                self.aci = next(iter(common)) if len(common) == 1 else None
                inferred = self.aci is not None
        me = Person(self.owner, name=self.own_name)
        for key in self._own_numbers:
            self.by_number[key] = me
        self.by_handle[self.owner] = me
        self._groups.clear()
        return inferred

    def person(self, value: Any) -> Person | None:
        """The account that the backup calls by this number."""
        key = whole(value)
        return None if key is None else self.by_number.get(key)

    def handle(self, value: Any) -> str | None:
        """Handle of the account that the backup calls by this number."""
        found = self.person(value)
        return found.handle if found is not None else None

    def known(self, handle: str) -> dict[str, Any]:
        """What is known of `handle`, as columns of participants."""
        found = self.by_handle.get(handle)
        columns = found.columns if found is not None else {}
        return {**columns, "owner": True} if handle == self.owner else columns

    def names(self, handles: Iterable[str]) -> str:
        """`handles` for a sentence, the first few."""
        listed = list(handles)
        rest = f" and {len(listed) - 10} more" if len(listed) > 10 else ""
        return ", ".join(listed[:10]) + rest


def _contact(key: int, contact: dict[str, Any]) -> Person:
    aci, pni = service_id(contact.get("aci")), service_id(contact.get("pni"), pni=True)
    phone = telephone(contact.get("e164"))
    username = _text(contact.get("username"))
    nickname = record(contact.get("nickname"))
    name = (
        _joined(nickname.get("given"), nickname.get("family"))
        or _joined(contact.get("systemGivenName"), contact.get("systemFamilyName"))
        or _text(contact.get("systemNickname"))
        or _joined(contact.get("profileGivenName"), contact.get("profileFamilyName"))
        or username
    )
    # A contact without any id has at least its place in this backup.
    handle = aci or pni or phone or username or f"recipient {key}"
    return Person(handle, name if name != handle else None, phone, pni if aci else None)


def _joined(given: Any, family: Any) -> str | None:
    return " ".join(part for part in (_text(given), _text(family)) if part) or None


def _text(value: Any) -> str | None:
    return paired(value)[:1000] or None if isinstance(value, str) else None
