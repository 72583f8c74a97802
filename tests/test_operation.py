"""The sample operation, read whole, is what its truth says: counted first, then looked at row by row."""

import datetime as dt
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import meridian
from upstander.cli.sample import COUNTED
from upstander.evidence.contents import counts_by_exhibit
from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case, Home
from upstander.storage.scan import scan

NOW = dt.datetime(2018, 4, 3, 10, tzinfo=dt.UTC)

REFERENCES = ("MS/1", "MS/2", "MS/3", "MS/4", "MS/5", "MS/6")


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The operation, made, with its truth as anybody would read it."""
    folder = tmp_path_factory.mktemp("operation")
    meridian.make(folder)
    made: dict[str, Any] = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    made["folder"] = folder / "exhibits"
    return made


@pytest.fixture(scope="module")
def case(truth: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case of the six exhibits, each taken in as the folder that it came in, text exports with their zone stated."""
    case = Home(tmp_path_factory.mktemp("home")).new("MERIDIAN", title="Operation Meridian", now=NOW)
    for exhibit in truth["exhibits"]:
        folder = truth["folder"] / Path(exhibit["files"][0]).parent
        zone = exhibit["zone"] if exhibit["format"].startswith("whatsapp_text") else None
        handed = Handed(custodian=exhibit["owner"], reference=exhibit["reference"], time_zone=zone)
        ingest(case, [folder], handed, now=NOW, progress=lambda *_: None)
    return case


def _truth_of(truth: dict[str, Any], reference: str) -> dict[str, Any]:
    found: dict[str, Any] = next(entry for entry in truth["exhibits"] if entry["reference"] == reference)
    return found


def _main(case: Case, truth: dict[str, Any], reference: str) -> str:
    """SHA-256 of the exhibit that holds the messages: the first file of the list."""
    name = _truth_of(truth, reference)["files"][0]
    rows = scan(case, "exhibits").collect().to_dicts()
    exhibit: str = next(row["exhibit"] for row in rows if row["source_name"] == name)
    return exhibit


def _rows(case: Case, table: str, exhibit: str) -> list[dict[str, Any]]:
    lazy = scan(case, table).with_columns(pl.col("exhibit").cast(pl.String)).filter(pl.col("exhibit") == exhibit)
    return lazy.collect().to_dicts()


def test_the_operation_is_taken_in_whole(case: Case) -> None:
    """Nine files, one exhibit each: six documents or archives, three companions."""
    roles = Counter(scan(case, "exhibits").collect()["role"].cast(pl.String).to_list())
    assert roles == {"document": 4, "archive": 2, "companion": 3}


@pytest.mark.parametrize("reference", REFERENCES)
def test_every_count_is_the_truth(case: Case, truth: dict[str, Any], reference: str) -> None:
    """Conversations, authored messages, system events, participants and the rest, exhibit by exhibit."""
    found = counts_by_exhibit(case)[_main(case, truth, reference)]
    expected = _truth_of(truth, reference)["counts"]
    assert {name: found.get(name, 0) for name in COUNTED} == {name: expected[name] for name in COUNTED}


@pytest.mark.parametrize("reference", REFERENCES)
def test_every_warning_is_expected(case: Case, truth: dict[str, Any], reference: str) -> None:
    """No kind of warning beyond those that the exhibit was made to raise; none of those is missing."""
    expected = {
        "MS/1": {"missing_reference", "orphan_receipt"},
        "MS/2": {"clock_wrong"},
        "MS/3": {"attachment_missing", "companion_missing", "receipt_times_inferred", "unknown_value"},
        "MS/4": {"attachment_missing"},
        "MS/5": {"author_uncertain", "header_like_line"},
        "MS/6": {"attachment_missing"},
    }
    warned = {row["kind"] for row in _rows(case, "warnings", _main(case, truth, reference))}
    assert warned == expected[reference]


@pytest.mark.parametrize("reference", REFERENCES)
def test_every_message_is_as_it_was_written(case: Case, truth: dict[str, Any], reference: str) -> None:
    """At every place of the truth there is a message with its author, its text and its time; and at no other."""
    entry = _truth_of(truth, reference)
    exhibit = _main(case, truth, reference)
    rows = _rows(case, "messages", exhibit)
    keys = {row["conversation"]: row["platform_key"] for row in _rows(case, "conversations", exhibit)}
    held = {(keys[row["conversation"]], _place(row)): row for row in rows if row["kind"] != "system"}
    people = {person["id"]: person for person in truth["people"]}
    said = {message["id"]: message for message in truth["messages"]}
    handles = {person: set(entry["handles"].get(person, [])) for person in people}
    names = {person: set(entry["names"].get(person, [])) for person in people}
    written = set()
    for sighting in entry["sightings"]:
        message = said[sighting["message"]]
        # A text export has no key of its own for the one conversation that it holds.
        key = None if entry["format"].startswith("whatsapp_text") else entry["conversations"][message["conversation"]]
        place = (key, sighting["place"].partition("-")[0])
        row = held[place]
        written.add(place)
        who = handles[message["author"]] | names[message["author"]]
        assert row["author"] in who, (sighting, row["author"], who)
        assert row["sent_at_written"].removesuffix(".0") == sighting["written"].removesuffix(".0"), sighting
        _same_time(row, message, entry, sighting)
        if sighting["state"] == "full" and message["kind"] == "text":
            assert _plain(row["text"]) == _plain(message["text"]), sighting
        if sighting["state"] == "tombstone":
            assert row["kind"] == "deleted", (sighting, row)
            assert row["deleted"] is not None, (sighting, row)
    assert written == set(held)


def _place(row: dict[str, Any]) -> str:
    if row["byte_start"] is not None:
        return f"bytes:{row['byte_start']}"
    download = re.fullmatch(r"([0-9]+)/messages\[([0-9]+)\]", row["row"])
    return f"message_{download[1]}.json#/messages/{download[2]}" if download else str(row["row"])


def _plain(text: str) -> str:
    """The words without the mark of an edit and the line ends that text exports add."""
    return (
        text.replace("\r\n", "\n")
        .removesuffix("\u200e<This message was edited>")
        .removesuffix("<This message was edited>")
        .rstrip()
    )


def _same_time(row: dict[str, Any], message: dict[str, Any], entry: dict[str, Any], sighting: dict[str, Any]) -> None:
    """The instant read is the true one, off by the phone's own clock, at the precision that the export has."""
    offset = 0
    for spell in entry["clock"]:
        until = spell["until_ms"]
        if spell["since_ms"] <= message["sent_ms"] and (until is None or message["sent_ms"] < until):
            offset = spell["offset_ms"]
    precision = {"minute": 60_000, "second": 1000, "millisecond": 1}[row["sent_at_precision"]]
    difference = row["sent_at"].timestamp() * 1000 - message["sent_ms"]
    if entry["format"].startswith("whatsapp_text"):
        assert -precision <= difference - offset <= precision, (sighting, difference, offset)
    else:
        # A database keeps the sender's time of received messages: the phone's own clock shows in its own alone.
        assert min(abs(difference), abs(difference - offset)) <= max(precision, 1000), (sighting, difference, offset)
