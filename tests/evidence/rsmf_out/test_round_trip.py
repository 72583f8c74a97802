"""What is written out as slices and taken in again is what it was: counted, conversation by conversation."""

import datetime as dt
import json
import zipfile
from collections import Counter
from pathlib import Path

import polars as pl
import pytest
from tests.support.made_case import DAY, NOW, START, make, say, system
from tests.support.opened_rsmf import write

import meridian
from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case, Home
from upstander.storage.scan import scan

#: A conversation by what can be counted of it: messages, system events, participants.
Counts = Counter[tuple[int, int, int]]


def counts(case: Case) -> Counts:
    """Every conversation that has a message, by its counts."""
    made: Counts = Counter()
    people = scan(case, "participants").group_by("conversation").len().collect().rows()
    held = dict(people)
    kinds = pl.col("kind").cast(pl.String) == "system"
    rows = scan(case, "messages").group_by("conversation").agg((~kinds).sum().alias("said"), kinds.sum().alias("told"))
    for conversation, said, told in rows.collect().rows():
        made[said, told, held.get(conversation, 0)] += 1
    return made


def taken_in(path: Path, folder: Path) -> Case:
    """A case of one exhibit."""
    case = Home(folder / "again").new("AGAIN", title="Again", now=NOW)
    ingest(case, [path], Handed(), now=NOW, progress=lambda *_: None)
    return case


def test_a_small_case_comes_back_whole(case: Case, tmp_path: Path) -> None:
    """Two conversations over four days are two again; a notice about three people is one; who is only named is none."""
    made = make(case)
    group = made.conversation(account="Ann", platform_key="1@g.us")
    group.participant("Ann", owner=True)
    group.participant("Dee", standing="member")
    for day in range(4):
        say(group, day * 10, f"day {day}", sent_at=START + day * DAY)
    added = system(group, 50, "added", "Ann added Eve, Flo and Gus", sent_at=START + 4 * DAY)
    for name in ("Eve", "Flo", "Gus"):
        group.membership("added", participant=name, actor="Ann", evidence="system_event", message=added)
    left = system(group, 60, "left", "Eve left", sent_at=START + 4 * DAY + 1)
    group.membership("left", participant="Eve", evidence="system_event", message=left)
    say(group, 70, "bye", author="Flo", sent_at=START + 5 * DAY)
    other = made.conversation("other", kind="direct", title="Ben")
    say(other, 0, "hi", author="Ben")
    say(other, 1, "no date", author="Ann", sent_at=None)
    made.close()
    summary = write(case, tmp_path / "out.zip")
    assert (summary.files, summary.events, summary.repeated) == (7, 11, 2)
    assert counts(case) == Counter({(5, 2, 3): 1, (2, 0, 2): 1})

    again = taken_in(tmp_path / "out.zip", tmp_path)
    assert counts(again) == counts(case)
    moved = scan(again, "membership_events").filter(pl.col("evidence").cast(pl.String) == "system_event").collect()
    assert sorted(moved["participant"].to_list()) == ["Eve", "Eve", "Flo", "Gus"]
    assert moved["message"].n_unique() == 2
    texts = scan(again, "messages").collect()
    assert texts["text"].to_list().count("Ann added Eve, Flo and Gus") == 1
    (days,) = [
        part["text"].to_list() for part in texts.partition_by("conversation") if part["text"].to_list()[-1] == "bye"
    ]
    assert days == ["day 0", "day 1", "day 2", "day 3", "Ann added Eve, Flo and Gus", "Eve left", "bye"]
    assert scan(again, "warnings").filter(pl.col("kind").cast(pl.String) == "slices_apart").collect().is_empty()


def test_slices_laid_loose_in_a_folder_are_one_conversation(case: Case, tmp_path: Path) -> None:
    """Unpacked, the later slices are companions of the first, and each row names the file that it is from."""
    made = make(case)
    group = made.conversation()
    for day in range(3):
        message = say(group, day, f"day {day}", sent_at=START + day * DAY)
        group.reaction("r", emoji="👍", participant="Ben", message=message)
    made.close()
    write(case, tmp_path / "out.zip")
    loose = tmp_path / "loose"
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(loose)
    again = taken_in(loose, tmp_path)
    assert counts(again) == Counter({(3, 0, 1): 1})
    roles = Counter(scan(again, "exhibits").collect()["role"].cast(pl.String).to_list())
    assert roles == {"document": 1, "companion": 2}
    messages = scan(again, "messages").collect()
    assert messages["exhibit"].n_unique() == 3
    assert messages["text"].to_list() == ["day 0", "day 1", "day 2"]
    assert scan(again, "reactions").collect()["exhibit"].n_unique() == 3


@pytest.fixture(scope="module")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The sample operation as a case."""
    folder = tmp_path_factory.mktemp("operation")
    meridian.make(folder)
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
    case = Home(folder / "home").new("MERIDIAN", title="Operation Meridian", now=NOW)
    for exhibit in truth["exhibits"]:
        zone = exhibit["zone"] if exhibit["format"].startswith("whatsapp_text") else None
        handed = Handed(custodian=exhibit["owner"], reference=exhibit["reference"], time_zone=zone)
        ingest(
            case,
            [folder / "exhibits" / Path(exhibit["files"][0]).parent],
            handed,
            now=dt.datetime(2018, 4, 3, 10, tzinfo=dt.UTC),
            progress=lambda *_: None,
        )
    return case


def test_the_sample_operation_comes_back_whole(operation: Case, tmp_path: Path) -> None:
    """Every conversation of every phone has its messages, system events and participants again."""
    summary = write(operation, tmp_path / "out.zip")
    assert summary.repeated > 0
    assert summary.files > summary.conversations
    again = taken_in(tmp_path / "out.zip", tmp_path)
    assert counts(again) == counts(operation)
