"""Captures made row by row and reconciled, without files, commands or people: for tests of reconciliation alone."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import combinations
from pathlib import Path
from typing import Any

from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.reconcile import reconcile
from upstander.evidence.tally import Tally
from upstander.storage import Case, Home, PartWriter

__all__ = ["MINUTE", "START", "Given", "add", "check", "new_case", "notice", "pairs", "rows", "said", "tables"]

#: 1 March 2018, 09:00 UTC.
START = 1_519_894_800_000
MINUTE = 60_000

#: Spaces between the messages of `said`, in minutes: their sums tell where in it one stands.
_STEPS = (7, 31, 3, 58, 13, 2, 44, 19, 5, 26)

Row = dict[str, Any]


@dataclass
class Given:
    """One capture as it is given: its rows are columns of the messages table, `sent_at` in ms or None."""

    name: str
    messages: Sequence[Row]
    platform: str = "whatsapp"
    source: str = "whatsapp_text"
    kind: str = "group"
    key: str | None = None
    title: str | None = "Nights"
    account: str | None = None
    warnings: tuple[tuple[str, str], ...] = ()
    receipts: Sequence[Row] = ()
    reactions: Sequence[Row] = ()
    members: Sequence[Row] = field(default_factory=list)


def new_case(folder: Path) -> Case:
    """An empty case."""
    return Home(folder).new("R-1", title="made", now=datetime(2019, 1, 1, tzinfo=UTC))


def said(texts: Iterable[str], *, authors: str = "AB", unit: str = "second", start: int = START) -> list[Row]:
    """Messages with those texts, minutes apart; authors take turns."""
    found, at = [], start
    for number, text in enumerate(texts):
        at += _STEPS[number % len(_STEPS)] * MINUTE
        found.append({"sent_at": at, "author": authors[number % len(authors)], "text": text, "sent_at_precision": unit})
    return found


def notice(at: int | None, event: str, text: str = "-", **columns: Any) -> Row:
    """A system event."""
    return {"sent_at": at, "author": None, "kind": "system", "event": event, "text": text, **columns}


def add(case: Case, given: Given) -> str:
    """Write the capture as the part of an exhibit; gives its id."""
    digest = hashlib.sha256(given.name.encode()).hexdigest()
    file = ExhibitFile("export", case.exhibit(digest), digest)
    capture = Capture(Document(file=file), source=given.source, platform=given.platform)
    conversation = capture.conversation(
        "group", kind=given.kind, title=given.title, account=given.account, platform_key=given.key
    )
    for number, row in enumerate(given.messages):
        same = {
            "sent_at_written": "-", "sent_at_precision": "second", "time_zone": "UTC", "time_zone_basis": "stated",
            "kind": "text",
        }  # fmt: skip
        row = dict(row)
        place = row.pop("place", number)
        conversation.message(place, **{**same, **row})
    for row in given.members:
        conversation.membership(**row)
    for number, row in enumerate(given.receipts):
        conversation.receipt(f"receipt_user:{number}", **row)
    for number, row in enumerate(given.reactions):
        conversation.reaction(f"message_add_on:{number}", emoji="+", **row)
    for kind, detail in given.warnings:
        capture.warn(kind, detail, conversation=conversation.id if kind == "date_order_ambiguous" else None)
    tally = Tally()
    with case.writing():
        writer = PartWriter(case, digest)
        for made in capture.close():
            for table, batch in tally.watch(made):
                writer.write(table, batch)
        for table, batch in tally.close():
            writer.write(table, batch)
        writer.finish(made_from="", about={})
    return conversation.id


def tables(case: Case, *, stated: Mapping[str, str] | None = None) -> dict[str, list[Row]]:
    """The four tables, made now; `stated` gives the conversation by the name of the capture."""
    digests = {hashlib.sha256(name.encode()).hexdigest(): word for name, word in (stated or {}).items()}
    found: dict[str, list[Row]] = {"captures": [], "sightings": [], "gaps": [], "clocks": []}
    for name, batch in reconcile(case, stated=digests, told=lambda *_: None):
        found[name] += batch.to_pylist()
    return found


def rows(found: Mapping[str, list[Row]]) -> dict[str, set[str]]:
    """Sightings by message."""
    groups: dict[str, set[str]] = defaultdict(set)
    for row in found["sightings"]:
        groups[row["message"]].add(row["sighting"])
    return dict(groups)


def pairs(found: Mapping[str, list[Row]], one: str, other: str) -> set[tuple[str, str]]:
    """Places in two captures that are one message."""
    made = set()
    for group in rows(found).values():
        for a, b in combinations(sorted(group), 2):
            named = {a.partition("-")[0]: a.partition("-")[2], b.partition("-")[0]: b.partition("-")[2]}
            if named.keys() == {one, other}:
                made.add((named[one], named[other]))
    return made


def check(case: Case, found: Mapping[str, list[Row]]) -> None:
    """What must hold whatever is reconciled: every row once, in one message, none with another of its capture."""
    from tests.support.sample_truth import table

    expected = sorted(str(row["message"]) for row in table(case, "messages"))
    assert sorted(row["sighting"] for row in found["sightings"]) == expected
    by_message: dict[str, list[Row]] = defaultdict(list)
    for row in found["sightings"]:
        by_message[row["message"]].append(row)
    for message, group in by_message.items():
        captures = [row["capture"] for row in group]
        assert len(set(captures)) == len(captures), group
        assert sum(row["lead"] for row in group) == 1
        assert min(row["sighting"] for row in group if row["capture"] == min(captures)) == message
        assert len({(row["ordinal"], row["conversation"], row["at"]) for row in group}) == 1
    for conversation in {row["conversation"] for row in found["sightings"]}:
        ordinals = {row["ordinal"] for row in found["sightings"] if row["conversation"] == conversation}
        assert ordinals == set(range(len(ordinals)))
    held = {(row["capture"], row["message"]) for row in found["sightings"]}
    gaps = [
        (row["capture"], row["message"]) for row in found["gaps"] if row["message"] and row["traces"] != "recovered"
    ]
    assert not held & set(gaps)
    assert len(gaps) == len(set(gaps))
