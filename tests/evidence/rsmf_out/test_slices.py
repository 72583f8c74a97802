"""How a conversation is cut into files."""

from pathlib import Path

import pytest
from tests.support.made_case import DAY, START, make, say
from tests.support.opened_rsmf import every, references_hold, validate, write

from upstander.errors import OutputError
from upstander.evidence.rsmf_out import write_rsmf
from upstander.evidence.rsmf_out.slices import EVENTS
from upstander.storage import Case


def test_one_file_a_day_however_times_run(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """Days have one file each, even where a moved clock goes back; an undated message stays beside its neighbour."""
    made = make(case)
    group = made.conversation()
    undated = {"sent_at": None, "sent_at_written": "31/13/2018, 09:00"}
    lead = say(group, 0, "before any date", **undated)
    one = say(group, 1, "day one")
    two = say(group, 2, "day two", sent_at=START + DAY)
    back = say(group, 3, "the clock went back")
    lost = say(group, 4, "no date here", **undated)
    made.conversation("empty")
    made.close(reference="AB/1: phone")

    summary = write(case, tmp_path / "out.zip")
    assert (summary.files, summary.events, summary.undated) == (2, 5, 2)
    assert summary.not_held == {"conversations without a message": 1}
    files = dict(every(tmp_path / "out.zip"))
    for rsmf in files.values():
        validate(rsmf, fixtures)
    held = {name.removeprefix(f"AB-1--phone/{group.id}"): file.manifest["events"] for name, file in files.items()}
    assert {name: [event["id"] for event in events] for name, events in held.items()} == {
        "_2018-03-01_001.rsmf": [lead, one, back, lost],
        "_2018-03-02_001.rsmf": [two],
    }
    assert "timestamp" not in held["_2018-03-01_001.rsmf"][0]
    assert {file.manifest["eventcollectionid"] for file in files.values()} == {group.id}


def test_a_conversation_without_any_time_is_written(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """No time anywhere leaves one file, called undated, without dates in its headers."""
    made = make(case)
    group = made.conversation(kind="unknown", title=None)
    for place in range(3):
        say(group, place, "x", sent_at=None)
    made.close()
    summary = write(case, tmp_path / "out.zip")
    assert (summary.files, summary.undated) == (1, 3)
    ((name, rsmf),) = every(tmp_path / "out.zip")
    validate(rsmf, fixtures)
    assert name == f"AB-1/{group.id}_undated_001.rsmf"
    assert rsmf.headers["X-RSMF-BeginDate"] is None
    assert "type" not in rsmf.manifest["conversations"][0]


def test_a_busy_day_is_cut(case: Case, tmp_path: Path) -> None:
    """No file has more than 10,000 events; one file for all of them is refused with the way out."""
    made = make(case)
    group = made.conversation()
    total = EVENTS * 2 + 5
    for place in range(total):
        say(group, place, f"{place}", sent_at=START + place)
    made.close()
    with pytest.raises(OutputError, match=r"\.zip"):
        write_rsmf(case, tmp_path / "out.rsmf", progress=lambda *_: None)
    assert not (tmp_path / "out.rsmf").exists()
    summary = write(case, tmp_path / "out.zip")
    assert (summary.files, summary.events) == (3, total)
    sizes = [len(rsmf.manifest["events"]) for _, rsmf in every(tmp_path / "out.zip")]
    assert sizes == [EVENTS, EVENTS, 5]
    bodies = [event["body"] for _, rsmf in every(tmp_path / "out.zip") for event in rsmf.manifest["events"]]
    assert bodies == [str(place) for place in range(total)]


def test_days_that_alternate_stay_within_memory(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where many days are open at once, the fullest is written early as a part of its day, and nothing is lost."""
    monkeypatch.setattr("upstander.evidence.rsmf_out.slices.BUFFERED", 50)
    made = make(case)
    group = made.conversation()
    for place in range(400):
        say(group, place, f"{place}", sent_at=START + (place % 40) * DAY)
    made.close()
    summary = write(case, tmp_path / "out.zip")
    assert summary.events == 400
    assert summary.files > 40
    seen = set()
    for name, rsmf in every(tmp_path / "out.zip"):
        references_hold(rsmf)
        days = {event["timestamp"][:10] for event in rsmf.manifest["events"]}
        assert len(days) == 1
        assert days.pop() in name
        seen |= {event["id"] for event in rsmf.manifest["events"]}
    assert len(seen) == 400
