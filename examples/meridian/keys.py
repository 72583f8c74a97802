"""Identifiers as WhatsApp makes them: message keys, addresses, and the digest of a roster of devices."""

from __future__ import annotations

import base64
import hashlib
import random
from collections.abc import Iterable

from meridian.truth import Person

PHONE_SERVER = "s.whatsapp.net"

GROUP_JIDS = {"g1": "447700900110-1456923911@g.us", "g2": "447700900141-1458427263@g.us"}


def message_key(rng: random.Random, client: str) -> str:
    """A key whose shape names the sender's client: 32 hex Android, 20 from `3A` iPhone, `3EB0` Web."""
    if client == "android":
        return f"{rng.getrandbits(128):032X}"
    if client == "web":
        return f"3EB0{rng.getrandbits(72):018X}"
    return f"3A{rng.getrandbits(72):018X}"


def digits(number: str) -> str:
    """07700 900123 as 447700900123."""
    return "44" + number.replace(" ", "")[1:]


def international(number: str) -> str:
    """07700 900123 as +44 7700 900123."""
    return "+44 " + number[1:]


def phone_jid(number: str) -> str:
    """Address of an account by its number."""
    return f"{digits(number)}@{PHONE_SERVER}"


def linked_id(person: Person) -> str:
    """The account's other address, from which no number can be read."""
    digest = hashlib.sha256(f"meridian lid {person.id}".encode()).digest()
    return f"{10**14 + int.from_bytes(digest[:8], 'big') % (9 * 10**14)}@lid"


def devices(person: Person) -> tuple[int, ...]:
    """A phone is device 0; some people have linked a computer."""
    return (0, 2) if person.id in {"pryor", "ashdown", "rudd", "feeney"} else (0,)


def device_jids(person: Person, number: str) -> list[str]:
    """Device addresses in the spelling that the digest is taken over."""
    return [f"{digits(number)}.0:{device}@{PHONE_SERVER}" for device in devices(person)]


def roster_digest(jids: Iterable[str]) -> str:
    """48 bits that commit to the devices a message was sent to (the sender's own among them)."""
    joined = "".join(sorted(jids)).encode()
    return "2:" + base64.b64encode(hashlib.sha256(joined).digest()[:6]).decode().rstrip("=")
