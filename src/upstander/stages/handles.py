"""Handles told apart: two people of one name differ by their number, the phone that shows them, and where."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from upstander.evidence.contents import exhibits
from upstander.people.listed import persons
from upstander.people.rows import strings
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Handle", "Known", "handles", "known_as"]


@dataclass(frozen=True, slots=True)
class Handle:
    """One participant: a handle as one phone shows it in one conversation."""

    name: str
    #: Number, or the handle itself where it says more than the name; None where a name is all there is.
    address: str | None
    #: Whether it is the account of the phone itself.
    own: bool
    #: Reference of the exhibit, and whose phone or account that is.
    reference: str
    custodian: str | None
    #: What that phone calls the conversation; None where it has no name for it.
    conversation: str | None
    #: Who they are now.
    person: str
    label: str


@dataclass(frozen=True, slots=True)
class Known:
    """What a person is called somewhere, and on which phones."""

    name: str
    address: str | None
    own: bool
    #: References of the exhibits that show them so, in order, each with its custodian.
    phones: tuple[tuple[str, str | None], ...]
    #: What those phones call the conversations that it is in.
    conversations: tuple[str, ...]


def handles(case: Case, keys: Collection[str]) -> dict[str, Handle]:
    """Those participants (`capture/handle`) that the case has, by their keys."""
    wanted = set(keys)
    phones = _phones(case)
    captures = {key.partition("/")[0] for key in wanted}
    titles = _titles(case, captures)
    return {
        key: Handle(
            name=_name(entry),
            address=_address(entry),
            own=bool(entry.get("owner")),
            reference=phones.get(entry["exhibit"], (entry["exhibit"][:12], None))[0],
            custodian=phones.get(entry["exhibit"], ("", None))[1],
            conversation=titles.get(entry["capture"]),
            person=row["person"],
            label=row["label"],
        )
        for row in persons(case)
        for entry in row["participants"]
        if (key := f"{entry['capture']}/{entry['handle']}") in wanted
    }


def known_as(case: Case, persons: Sequence[Iterable[Mapping[str, Any]]]) -> list[tuple[Known, ...]]:
    """What each person, given by their participants, is called: each name and number once, with where it is."""
    phones = _phones(case)
    gathered = [list(participants) for participants in persons]
    titles = _titles(case, {entry["capture"] for participants in gathered for entry in participants})
    return [_known(participants, phones, titles) for participants in gathered]


def _known(
    participants: Iterable[Mapping[str, Any]], phones: Mapping[str, tuple[str, str | None]], titles: Mapping[str, str]
) -> tuple[Known, ...]:
    found: dict[tuple[str, str | None], list[Mapping[str, Any]]] = {}
    for entry in participants:
        found.setdefault((_name(entry), _address(entry)), []).append(entry)
    order = {exhibit: place for place, exhibit in enumerate(phones)}
    made = []
    for (name, address), entries in found.items():
        on = sorted({entry["exhibit"] for entry in entries}, key=lambda exhibit: order.get(exhibit, len(order)))
        shown = tuple(phones.get(exhibit, (exhibit[:12], None)) for exhibit in on)
        called = dict.fromkeys(title for entry in entries if (title := titles.get(entry["capture"])))
        made.append(Known(name, address, any(entry.get("owner") for entry in entries), shown, tuple(called)))
    return tuple(made)


def _phones(case: Case) -> dict[str, tuple[str, str | None]]:
    """Reference and custodian of every exhibit, in the order of the references."""
    return {row["exhibit"]: (row["reference"], row["custodian"]) for row in exhibits(case)}


def _titles(case: Case, captures: Collection[str]) -> dict[str, str]:
    rows = strings(scan(case, "conversations")).select("conversation", "title").drop_nulls()
    return dict(collect(rows.filter(pl.col("conversation").is_in(list(captures)))).iter_rows())


def _name(entry: Mapping[str, Any]) -> str:
    return str(entry.get("name") or entry.get("number") or entry["handle"])


def _address(entry: Mapping[str, Any]) -> str | None:
    said = entry.get("number") or entry["handle"]
    return None if said == _name(entry) else str(said)
