"""What the tests of people share: the sample operation, read and reconciled, with its people worked out."""

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import meridian
from upstander.evidence.intake import Handed
from upstander.people import people_tables
from upstander.people.participants import Participants, participants
from upstander.people.rows import captures
from upstander.stages import ingest
from upstander.storage import Case, Home, PartWriter

NOW = dt.datetime(2018, 4, 3, 10, tzinfo=dt.UTC)


def worked_out(case: Case, decisions: Path | None = None) -> dict[str, list[dict[str, Any]]]:
    """Write the part `people`, and give its rows by table."""
    rows: dict[str, list[dict[str, Any]]] = {}
    with case.writing():
        writer = PartWriter(case, "people")
        for name, batch in people_tables(case, decisions=decisions):
            writer.write(name, batch)
            rows.setdefault(name, []).extend(batch.to_pylist())
        writer.finish(made_from="", about={})
    return rows


@dataclass(frozen=True)
class Sample:
    """The sample operation with what was made of it."""

    truth: Mapping[str, Any]
    case: Case
    tables: Mapping[str, list[dict[str, Any]]]
    known: Participants
    #: The truth's person by participant id, and its conversation by the reconciled one.
    people: Mapping[str, str]
    conversations: Mapping[str, str]

    def who(self, person: str) -> str:
        """The truth's name for one of our persons, whose participants must all be that one."""
        found = {
            self.people[f"{row['capture']}/{row['handle']}"]
            for row in self.tables["persons"]
            if row["person"] == person
        }
        assert len(found) == 1, (person, found)
        return found.pop()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """The operation, read whole; a test that changes the case must not use this one."""
    folder = tmp_path_factory.mktemp("operation")
    meridian.make(folder)
    truth: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    names = {person["id"]: person["name"] for person in truth["people"]}
    case = Home(tmp_path_factory.mktemp("home")).new("MERIDIAN", title="", now=NOW)
    for exhibit in truth["exhibits"]:
        files = folder / "exhibits" / Path(exhibit["files"][0]).parent
        zone = exhibit["zone"] if exhibit["format"].startswith("whatsapp_text") else None
        handed = Handed(custodian=names[exhibit["owner"]], reference=exhibit["reference"], time_zone=zone)
        ingest(case, [files], handed, now=NOW, progress=lambda *_: None)
    tables = worked_out(case)
    placed = captures(case)
    known = participants(case, placed)
    exhibits = {entry["reference"]: entry for entry in truth["exhibits"]}
    people, conversations = {}, {}
    for capture in placed:
        entry = exhibits[capture.reference.partition(".")[0]]
        for conversation, key in entry["conversations"].items():
            if capture.platform_key is None or key == capture.platform_key:
                conversations[capture.conversation] = conversation
    for row in known.rows:
        entry = exhibits[row.capture.reference.partition(".")[0]]
        for person, handles in entry["handles"].items():
            own = row.owner and entry["owner"] == person
            if own or _plain(row.handle) in {_plain(handle) for handle in handles}:
                people[row.id] = person
    return Sample(truth, case, tables, known, people, conversations)


def _plain(handle: str) -> str:
    return handle.replace("\u00a0", " ")
