"""Intakes: one record of files received together, of who handed them in, and of how they are to be read.

Which files came together matters as evidence (a database and its write-ahead log, a chat and its photographs), and it
is all that is needed to read them again. A record is written once and never changed; its bytes are stored before it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from upstander.errors import CaseDamaged
from upstander.storage.case import Case
from upstander.storage.files import read_json, write_json

__all__ = ["Intake", "Received", "Refused", "intakes", "keep"]


@dataclass(frozen=True, slots=True)
class Received:
    """One file of an intake."""

    #: Path as received, with forward slashes, relative to what was handed in. Files sent together may share one.
    name: str
    exhibit: str
    bytes: int
    #: The exhibit's reference.
    reference: str


@dataclass(frozen=True, slots=True)
class Refused:
    """One thing that was handed in and is no file that can be kept."""

    name: str
    kind: str
    detail: str


@dataclass(frozen=True, slots=True)
class Intake:
    """Files received together."""

    #: SHA-256 of the record without its number and time: the same hand-in twice is one intake.
    id: str
    number: int
    #: ISO 8601, UTC.
    received_at: str
    files: tuple[Received, ...]
    refused: tuple[Refused, ...] = ()
    custodian: str | None = None
    producer: str | None = None
    #: The reference that was asked for; what each file got stands with the file.
    reference: str | None = None
    #: How the files are to be read, where whoever handed them in stated it.
    time_zone: str | None = None
    date_order: str | None = None
    #: SHA-256 of the exhibit that is the decryption key.
    key: str | None = None
    #: Name of the conversation that the files show, where whoever handed them in stated it.
    conversation: str | None = None


def keep(case: Case, intake: Intake) -> Intake:
    """Write the record of `intake` (its id and number are made here), or give the one that is there already."""
    content = {name: value for name, value in asdict(intake).items() if name not in ("id", "number", "received_at")}
    if intake.conversation is None:
        # Records older than this statement lack it: an intake that does not make it keeps the id that it always had.
        del content["conversation"]
    identity = hashlib.sha256(json.dumps(content, sort_keys=True).encode("utf-8", "surrogatepass")).hexdigest()
    known = intakes(case)
    for other in known:
        if other.id == identity:
            return other
    number = len(known) + 1
    record = {**content, "id": identity, "number": number, "received_at": intake.received_at}
    write_json(case.intakes / f"{number:04d}-{identity[:12]}.json", record)
    return _intake(record)


def intakes(case: Case) -> list[Intake]:
    """Every intake of the case, in the order received. Raises `CaseDamaged` where a record cannot be read."""
    found = []
    for path in sorted(case.intakes.glob("*.json")):
        found.append(_read(path))
    return sorted(found, key=lambda intake: intake.number)


def _read(path: Path) -> Intake:
    try:
        return _intake(read_json(path))
    except (OSError, ValueError, TypeError, KeyError) as problem:
        raise CaseDamaged(f"the intake record {path} cannot be read: {problem}") from problem


def _intake(record: dict[str, Any]) -> Intake:
    files = tuple(Received(**entry) for entry in record["files"])
    refused = tuple(Refused(**entry) for entry in record["refused"])
    return Intake(**{**record, "files": files, "refused": refused})
