"""WhatsApp's digest of a message's recipients, compared with rosters made up from memberships and device lists.

`participant_hash` (Android) and ZPHASH (iOS) are `2:` and the Base64 of the first six bytes of the SHA-256 over the
devices' addresses, sorted and joined. Which devices people had linked when a message was sent is not kept: exports have
the list of the day they were made. Who was in, how accounts are spelled and whether the sender's own devices count may
be open as well. So a few dozen rosters are tried, the likeliest first. One that fits is proved, 48 bits strong, for the
moment of that message; none that fits says nothing, and is evidence against nobody.
"""

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice, product

import polars as pl

from upstander.people.rows import narrowed, strings
from upstander.storage import Case
from upstander.storage.scan import scan

__all__ = ["Account", "Digests", "Fit", "devices", "digest", "fitting", "load"]

#: Rosters that are tried for one message; and members in all of them together, which bounds it for large groups.
_TRIES = 128
_WORK = 32_768
#: How many may be in or out, each tried both ways; more than these are tried all in and all out.
_DOUBTFUL = 3
#: Which of their addresses people are meant by: combinations that are tried where some have several.
_ADDRESSES = 16
#: `user[.agent][:device]@server`; the phone is device 0, which most spellings leave out.
_DEVICE = re.compile(r"([^.:@,]+)(?:\.([0-9]+))?(?::([0-9]+))?@([^@,]+)")

_PHONE = ("0", "0")


@dataclass(frozen=True, slots=True)
class Account:
    """One address of a person, as one capture or another has it, with what its devices are called."""

    address: str
    #: (agent, device) of each; empty where no export says.
    devices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fit:
    """A roster that has the digest: whom it has, and how it was spelled."""

    people: frozenset[int]
    how: str


@dataclass(frozen=True)
class Digests:
    """The digests of one conversation, and what accounts its people are known by."""

    #: Digest and capture by ordinal.
    of: Mapping[int, tuple[str, str]]
    #: Accounts by capture and person, those in the member table first.
    accounts: Mapping[tuple[str, int], Sequence[Account]]
    #: Accounts by person, of all captures.
    anywhere: Mapping[int, Sequence[Account]]

    def fit(self, message: int, inside: Sequence[int], doubtful: Sequence[int], sender: int) -> Fit | None:
        """The roster of the message at that ordinal that has its digest; None where none that was tried has.

        `inside` were members by all that is known, `doubtful` may have been; `sender` is -1 where unknown. Whoever is
        known by no account at all is left out: they can be only a name of somebody else, or have got nothing.
        """
        wanted, capture = self.of[message]
        known = {person: self._known(capture, person) for person in (*inside, *doubtful)}
        known = {person: accounts for person, accounts in known.items() if accounts}
        return fitting(wanted, known, [p for p in inside if p in known], [p for p in doubtful if p in known], sender)

    def _known(self, capture: str, person: int) -> Sequence[Account]:
        """By what this capture calls them, with devices from any; else by what another capture does."""
        everywhere = self.anywhere.get(person, ())
        own = self.accounts.get((capture, person), ())
        linked = tuple(sorted({device for account in everywhere for device in account.devices}))
        return [Account(account.address, account.devices or linked) for account in own or everywhere]


def digest(addresses: Iterable[str]) -> str:
    """The digest of a list of devices."""
    joined = "".join(sorted(addresses)).encode()
    return "2:" + base64.b64encode(hashlib.sha256(joined).digest()[:6]).decode().rstrip("=")


def devices(written: str | None) -> tuple[tuple[str, str], ...]:
    """(agent, device) of each address in a participant's `devices`; what is no device's address is passed over."""
    found = [_DEVICE.fullmatch(address) for address in (written or "").split(",")]
    return tuple(sorted({(match[2] or "0", match[3] or "0") for match in found if match}))


def fitting(
    wanted: str,
    known: Mapping[int, Sequence[Account]],
    inside: Sequence[int],
    doubtful: Sequence[int] = (),
    sender: int = -1,
) -> Fit | None:
    """The likeliest roster whose digest is `wanted`; everybody named must have an account in `known`."""
    rosters = _rosters(inside, doubtful)
    if sender in known:
        # The sender's own devices are among them, or are not: no public source settles it for every build.
        rosters += [roster - {sender} for roster in rosters if sender in roster]
    addresses = _addresses(known)
    choices = (range(len(rosters)), range(len(addresses)), range(2), range(len(_SPELLINGS)))
    tries = min(_TRIES, _WORK // max(1, len(known)))
    spelled = cache(_spelled)
    # The likeliest of everything first, then whatever departs from it in one thing, then in two.
    for roster, chosen, alone, spelling in islice(sorted(product(*choices), key=sum), tries):
        people = rosters[roster]
        if not people:
            continue
        named = (spelled(addresses[chosen][person], spelling, bool(alone)) for person in people)
        if digest(chain.from_iterable(named)) == wanted:
            return Fit(people, "phones alone" if alone else "all known devices")
    return None


def _rosters(inside: Sequence[int], doubtful: Sequence[int]) -> list[frozenset[int]]:
    sure = frozenset(inside) - frozenset(doubtful)
    usual = frozenset(inside)
    if len(doubtful) <= _DOUBTFUL:
        picks = product((False, True), repeat=len(doubtful))
        others = [sure | {p for p, into in zip(doubtful, pick, strict=True) if into} for pick in picks]
    else:
        others = [sure, sure | frozenset(doubtful)]
    return list(dict.fromkeys([usual, *others]))


def _addresses(known: Mapping[int, Sequence[Account]]) -> list[dict[int, Account]]:
    """Who is meant by which address: by the first of each, by the last of each, and by what lies between."""
    first = {person: accounts[0] for person, accounts in known.items()}
    several = [person for person, accounts in known.items() if len(accounts) > 1]
    made = [first]
    if several:
        made.append({person: accounts[-1] for person, accounts in known.items()})
        for picked in islice(product(*(known[person] for person in several)), _ADDRESSES):
            made.append({**first, **dict(zip(several, picked, strict=True))})
    return [entry for place, entry in enumerate(made) if entry not in made[:place]]


def _full(user: str, agent: str, device: str, server: str) -> str:
    return f"{user}.{agent}:{device}@{server}"


def _short(user: str, agent: str, device: str, server: str) -> str:  # noqa: ARG001 - this spelling has no agent
    return f"{user}@{server}" if device == "0" else f"{user}:{device}@{server}"


def _numbered(user: str, agent: str, device: str, server: str) -> str:  # noqa: ARG001 - this spelling has no agent
    return f"{user}:{device}@{server}"


#: How devices are written in what is digested.
_SPELLINGS = (_full, _short, _numbered)


def _spelled(account: Account, spelling: int, alone: bool) -> list[str]:
    """The account's devices, or its phone `alone`, as they are digested."""
    user, _, server = account.address.rpartition("@")
    write = _SPELLINGS[spelling]
    return [
        write(user, agent, device, server) for agent, device in ((_PHONE,) if alone else account.devices or (_PHONE,))
    ]


def load(case: Case, captures: Sequence[str], who: pl.DataFrame, sightings: pl.DataFrame) -> Digests:
    """The digests of a conversation: `who` has capture, handle and code (place) of its people, `sightings` ordinals."""
    rows = (
        narrowed(scan(case, "messages"), captures)
        .filter(pl.col("roster_digest").is_not_null())
        .select(pl.col("message").alias("sighting"), "roster_digest")
        .join(sightings.lazy(), on="sighting")
        .sort("ordinal", "capture")
        .collect()
    )
    found = {row["ordinal"]: (row["roster_digest"], row["capture"]) for row in rows.iter_rows(named=True)}
    if not found:
        return Digests({}, {}, {})
    accounts: dict[tuple[str, int], list[Account]] = {}
    anywhere: dict[int, list[Account]] = {}
    for row in _accounts(case, captures, who).iter_rows(named=True):
        account = Account(row["handle"], devices(row["devices"]))
        accounts.setdefault((row["capture"], row["code"]), []).append(account)
        anywhere.setdefault(row["code"], []).append(account)
    return Digests(found, accounts, {person: _distinct(entries) for person, entries in anywhere.items()})


def _accounts(case: Case, captures: Sequence[str], who: pl.DataFrame) -> pl.DataFrame:
    """Every handle that is an account's address, with its devices; current members first."""
    held = scan(case, "participants")
    there = held.collect_schema().names()
    # A case of an older version has no such column.
    kept = pl.col("devices") if "devices" in there else pl.lit(None, pl.String).alias("devices")
    rows = strings(narrowed(held, captures)).select(pl.col("conversation").alias("capture"), "handle", "standing", kept)
    current = pl.col("standing").is_in(["member", "administrator"]).fill_null(value=False)
    return (
        who.lazy()
        .filter(pl.col("handle").str.contains("@", literal=True))
        .join(rows, on=["capture", "handle"], how="left")
        .sort(~current, "handle", "capture")
        .collect()
    )


def _distinct(accounts: Sequence[Account]) -> list[Account]:
    """One entry an address, with all devices that any capture knows of it."""
    known: dict[str, set[tuple[str, str]]] = {}
    for account in accounts:
        known.setdefault(account.address, set()).update(account.devices)
    return [Account(address, tuple(sorted(linked))) for address, linked in known.items()]
