"""Who a text message is with: numbers as conversations' keys and participants' handles."""

import re
from dataclasses import dataclass

from upstander.evidence.sources.sms_xml.stream import Element

__all__ = ["OWN", "Party", "normal", "party"]

#: Handle of the exporting phone: a backup of SMS does not state its number.
OWN = "me"

#: What a backup writes where there is nothing.
_NOTHING = frozenset({"", "null", "(Unknown)", "unknown", "insert-address-token"})
_DRESS = re.compile("[\\s()./\u00a0\u2010-\u2015\u200e\u200f\u202a-\u202f\u2066-\u2069-]+")
_NUMBER = re.compile(r"\+?[0-9]+")
_FROM = "137"
_OWNER_SENT = frozenset({"2", "3", "4", "5", "6"})


def stated(value: str | None) -> str | None:
    """`value`, or None where the backup writes one of its words for nothing."""
    return None if value is None or value.strip() in _NOTHING else value


def normal(address: str) -> str:
    """An address without the dress that one and the same number is written with: `(555) 555-4545`.

    National and international forms are not made one: that needs a country, which the backup does not state.
    """
    bare = _DRESS.sub("", address)
    return bare if _NUMBER.fullmatch(bare) else address.strip()


@dataclass(frozen=True, slots=True)
class Party:
    """The other side of one record, and who wrote it."""

    #: Sorted; one for a one-to-one exchange, none where the backup states none.
    addresses: tuple[str, ...]
    names: dict[str, str]
    #: None where a received message names no sender.
    author: str | None
    outgoing: bool

    @property
    def key(self) -> str:
        """The conversation's key."""
        return "~".join(self.addresses)


def party(element: Element) -> Party:
    """The other side of an SMS, MMS or call."""
    fields = element.fields
    written = fields.get("number" if element.tag == "call" else "address") or ""
    pieces = [piece for piece in written.split("~") if stated(piece)]
    box = fields.get("msg_box" if element.tag == "mms" else "type")
    outgoing = box == "2" if element.tag == "call" else box in _OWNER_SENT
    sender = None
    if element.tag == "mms":
        senders = [entry.get("address") for entry in element.addresses if entry.get("type") == _FROM]
        sender = next((normal(found) for found in senders if found and stated(found)), None)
        if not pieces:
            # Older versions leave the attribute out; the own number cannot be told from the others then.
            pieces = [
                found
                for entry in element.addresses
                if (found := stated(entry.get("address"))) is not None and not (outgoing and entry.get("type") == _FROM)
            ]
    addresses = tuple(sorted({normal(piece) for piece in pieces}))
    contact = stated(fields.get("contact_name"))
    names: dict[str, str] = {}
    if contact is not None:
        listed = [contact] if len(addresses) == 1 else [name.strip() for name in contact.split(",")]
        in_order = list(dict.fromkeys(normal(piece) for piece in pieces))
        if len(listed) == len(in_order):
            names = {address: name for address, name in zip(in_order, listed, strict=True) if stated(name)}
    author: str | None
    if outgoing:
        author = OWN
    elif sender is not None:
        author = sender
    else:
        author = addresses[0] if len(addresses) == 1 else None
    return Party(addresses, names, author, outgoing)
