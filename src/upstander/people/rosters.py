"""WhatsApp's digest of a message's recipients, compared with a roster made up from memberships.

`participant_hash` (Android) and ZPHASH (iOS) are `2:` and the Base64 of the first six bytes of the SHA-256 over the
devices' addresses, sorted and joined. Which devices people have linked is known in part only: the roster is tried with
every member's phone alone, in the spellings that exports use. Equal digests verify that roster, 48 bits strong; unequal
ones verify nothing, and are evidence against nobody.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, product

__all__ = ["digest", "verified"]

#: Rosters that are tried for one message: who changed number has two addresses, and either may have been meant.
_TRIES = 256


def digest(addresses: Iterable[str]) -> str:
    """The digest of a list of devices."""
    joined = "".join(sorted(addresses)).encode()
    return "2:" + base64.b64encode(hashlib.sha256(joined).digest()[:6]).decode().rstrip("=")


def verified(wanted: str, roster: Sequence[Sequence[str]]) -> bool:
    """Whether `wanted` is the digest of a roster; each member comes with the addresses that they may be known by."""
    if not roster or not all(roster):
        return False
    return any(digest(addresses) == wanted for addresses in _spelled(roster))


def _spelled(roster: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    for chosen in islice(product(*roster), _TRIES):
        parts = [address.rpartition("@") for address in chosen]
        yield [f"{user}.0:0@{server}" for user, _, server in parts]
        yield list(chosen)
        yield [f"{user}:0@{server}" for user, _, server in parts]
