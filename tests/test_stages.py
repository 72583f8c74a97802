"""The pipeline: killed at any moment, nothing is lost or doubled; all but the exhibits can be made again."""

import fcntl
import hashlib
import json
import shutil
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from glob import glob
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from upstander.errors import CaseBusy, CaseDamaged, PathMissing, UnknownTimeZone
from upstander.evidence.intake import Handed
from upstander.evidence.standing import Standing, standing
from upstander.stages import Ingested, ingest, rebuild
from upstander.storage import Case, Home
from upstander.storage.scan import scan

NOW = datetime(2018, 3, 1, 9, 30, tzinfo=UTC)

PROGRAM = [sys.executable, "-c", "import sys; from upstander.cli import main; sys.exit(main())"]


def _chat(path: Path, number: int, *, zoned: bool = True, name: str = "Team") -> Path:
    """A Telegram group of `number` messages by two people; without `zoned` its times have no zone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    messages = [
        {
            "id": index,
            "type": "message",
            "date": f"2018-03-01T07:{index // 60 % 60:02d}:{index % 60:02d}",
            "from": "AB"[index % 2],
            "from_id": f"user{index % 2}",
            "text": f"message {index}",
        }
        | ({"date_unixtime": str(1519887600 + index)} if zoned else {})
        for index in range(number)
    ]
    path.write_text(json.dumps({"name": name, "type": "private_group", "id": 77, "messages": messages}))
    return path


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return Home(tmp_path / "home").new("C-1", title="C", now=NOW)


def _ingest(case: Case, *paths: Path, **handed: Any) -> Ingested:
    return ingest(case, paths, Handed(**handed), now=NOW, progress=lambda *_: None)


def _column(case: Case, table: str, column: str) -> list[Any]:
    return scan(case, table).select(pl.col(column)).collect()[column].to_list()


def _files(case: Case) -> dict[str, str]:
    return {
        str(path.relative_to(case.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in case.path.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


@pytest.mark.parametrize("scenario", ["ingest", "again", "rebuild"])
def test_killed_at_many_moments_and_run_again(tmp_path: Path, scenario: str) -> None:
    """SIGKILL at many a thing done to the file system: the next run leaves what an undisturbed one does.

    Tried too are moments at which captures are being reconciled and people worked out, of one group on two phones.
    """
    _chat(tmp_path / "received" / "a.json", 20)
    _chat(tmp_path / "received" / "a_again.json", 15)
    _chat(tmp_path / "received" / "b.json", 20, zoned=False, name="Other")
    (tmp_path / "received" / "empty").touch()
    program = Path(__file__).parent / "support" / "killing.py"
    done = subprocess.run(
        [sys.executable, str(program), str(tmp_path), scenario, "41"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["killed"] >= 10
    assert all(len(moments) > 1 for moments in found["amid"].values())
    held = {name.removeprefix("tables/") for name in found["files"]}
    assert {"reconciled/sightings.parquet", "people/memberships.parquet"} <= held
    assert found["differing"] == {}


def _found(case: Case, awaited: str) -> bool:
    # `Path.glob` fails where a folder goes while it looks.
    return bool(glob(awaited, root_dir=case.path))  # noqa: PTH207


def test_the_command_killed_while_it_reads(tmp_path: Path) -> None:
    """`kill -9` of `upstander ingest` while bytes arrive and rows are written: run again, it comes to the same."""
    big = _chat(tmp_path / "received" / "big.json", 40_000)
    for home in ("killed", "whole"):
        Home(tmp_path / home).new("C-1", title="C", now=NOW)
    command = [*PROGRAM, "ingest", "C-1", str(big), "--home"]
    case = Case(tmp_path / "killed" / "C-1")
    for awaited in ("scratch/arriving", "scratch/part-*", "scratch/part-*/messages.parquet"):
        process = subprocess.Popen([*command, str(tmp_path / "killed")], stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 20
        while not _found(case, awaited) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, awaited
    for home in ("killed", "whole"):
        subprocess.run([*command, str(tmp_path / home)], check=True, stdout=subprocess.DEVNULL)
    whole = Case(tmp_path / "whole" / "C-1")
    tables = [json.loads((each.path / "manifest.json").read_text())["tables"] for each in (case, whole)]
    for each in tables:
        # The exhibits' time of receipt is the clock's, and so differs.
        each.pop("exhibits")
    assert tables[0] == tables[1]
    assert tables[0]["messages"]["rows"] == 40_000
    assert _column(case, "exhibits", "reference") == ["EX/1"]
    assert not (case.path / "scratch").exists()


def test_one_writer_at_a_time(case: Case, tmp_path: Path) -> None:
    """A second ingest while another holds the case is told so, in one sentence, and changes nothing."""
    chat = _chat(tmp_path / "a.json", 3)
    with (case.path / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(CaseBusy, match="C-1 is being written to"):
            _ingest(case, chat)
        command = [*PROGRAM, "ingest", "C-1", str(chat), "--home", str(case.path.parent)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        assert "being written to by another process" in done.stderr
    assert _ingest(case, chat).read == ("EX/1",)


def test_two_ingests_at_once_lose_nothing(case: Case, tmp_path: Path) -> None:
    """Of two commands started together, each is done or is told to try again; tried again, both are in."""
    chats = [_chat(tmp_path / f"{name}.json", 2_000, name=name) for name in "ab"]
    commands = [[*PROGRAM, "ingest", "C-1", str(chat), "--home", str(case.path.parent)] for chat in chats]
    processes = [
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for command in commands
    ]
    assert {process.wait() for process in processes} <= {0, 2}
    for command in commands:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    assert sorted(_column(case, "conversations", "messages")) == [2_000, 2_000]
    assert sorted(_column(case, "exhibits", "reference")) == ["EX/1", "EX/2"]


def test_the_same_bytes_twice_are_one_exhibit(case: Case, tmp_path: Path) -> None:
    """A copy under another name is the same exhibit, keeps its first reference, and is not read again."""
    chat = _chat(tmp_path / "a.json", 3)
    copy = tmp_path / "copy.txt"
    shutil.copy(chat, copy)
    assert _ingest(case, chat, reference="AB/1").read == ("AB/1",)
    assert _ingest(case, copy, reference="AB/2").read == ()
    assert _column(case, "exhibits", "reference") == ["AB/1"]
    assert len(_column(case, "messages", "message")) == 3


def test_the_same_hand_in_again_changes_no_file(case: Case, tmp_path: Path) -> None:
    """Ingesting again what is there leaves every file of the case as it was."""
    chat = _chat(tmp_path / "a.json", 3)
    _ingest(case, chat)
    before = _files(case)
    assert _ingest(case, chat).read == ()
    assert _files(case) == before


def test_rebuild_gives_the_same_digests(case: Case, tmp_path: Path) -> None:
    """Tables made again from the exhibits are the same bytes."""
    _ingest(case, _chat(tmp_path / "a.json", 50), tmp_path / "a.json")
    _ingest(case, _chat(tmp_path / "b.json", 50, zoned=False), time_zone="Europe/London", custodian="A")
    before = _files(case)
    was, made = rebuild(case, progress=lambda *_: None)
    assert was == made
    assert _files(case) == before


def test_all_but_the_exhibits_can_be_deleted(case: Case, tmp_path: Path) -> None:
    """With nothing left but exhibits/, rebuild makes every other file as it was."""
    _ingest(case, _chat(tmp_path / "a.json", 50))
    before = _files(case)
    for entry in case.path.iterdir():
        if entry != case.exhibits:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    was, _ = rebuild(case, progress=lambda *_: None)
    assert was is None
    assert _files(case) == before


def test_a_time_zone_stated_later_keeps_every_id(case: Case, tmp_path: Path) -> None:
    """Ingested again with --time-zone, the exhibit is read again: times move, ids and everything else stay."""
    chat = _chat(tmp_path / "a.json", 30, zoned=False)
    _ingest(case, chat)
    first = scan(case, "messages").collect()
    assert "time_zone_assumed" in _column(case, "warnings", "kind")
    assert _ingest(case, chat, time_zone="America/New_York").read == ("EX/1",)
    second = scan(case, "messages").collect()
    assert second["message"].to_list() == first["message"].to_list()
    assert second["text"].to_list() == first["text"].to_list()
    assert (second["sent_at"] - first["sent_at"]).unique().to_list() == [timedelta(hours=5)]
    assert set(second["time_zone_basis"]) == {"stated"}
    assert "time_zone_assumed" not in _column(case, "warnings", "kind")
    assert _ingest(case, chat).read == ()


def test_what_cannot_be_understood_changes_nothing(case: Case, tmp_path: Path) -> None:
    """An unknown zone and a missing path are refused before anything is stored."""
    chat = _chat(tmp_path / "a.json", 3)
    before = _files(case)
    with pytest.raises(UnknownTimeZone, match="Europe/London"):
        _ingest(case, chat, time_zone="Europe/Atlantis")
    with pytest.raises(PathMissing, match="no file or folder"):
        _ingest(case, chat, tmp_path / "gone")
    assert _files(case) == before


def test_a_changed_exhibit_stops_a_rebuild_before_it_deletes(case: Case, tmp_path: Path) -> None:
    """An exhibit that is not what it was is named, and the tables stand."""
    _ingest(case, _chat(tmp_path / "a.json", 3))
    (stored,) = case.bytes.glob("*/*")
    stored.chmod(0o644)
    stored.write_bytes(stored.read_bytes() + b" ")
    before = _files(case)
    with pytest.raises(CaseDamaged, match="EX/1"):
        rebuild(case, progress=lambda *_: None)
    assert _files(case) == before


def test_progress_reaches_the_end(case: Case, tmp_path: Path) -> None:
    """Bytes done never fall within one kind of work, never pass the total, and arrive at it."""
    told: dict[str, list[tuple[int, int]]] = {}

    def progress(label: str, done: int, total: int) -> None:
        told.setdefault(label.split(" ")[0], []).append((done, total))

    _chat(tmp_path / "received" / "a.json", 3)
    _chat(tmp_path / "received" / "b.json", 300)
    ingest(case, [tmp_path / "received"], Handed(), now=NOW, progress=progress)
    assert set(told) == {"Taking", "Reading", "Reconciling", "Placing"}
    for steps in told.values():
        assert steps == sorted(steps)
        assert all(done <= total for done, total in steps)
        assert steps[-1][0] == steps[-1][1]


def test_what_is_left_for_later_is_said_and_done(case: Case, tmp_path: Path) -> None:
    """An ingest that leaves the putting together leaves it undone or older, and the next one without it does it."""
    _chat(tmp_path / "a.json", 3)
    _chat(tmp_path / "b.json", 4, name="Other")
    ingest(case, [tmp_path / "a.json"], Handed(), now=NOW, progress=lambda *_: None, later=True)
    assert standing(case) is Standing.ABSENT
    ingest(case, [tmp_path / "a.json"], Handed(), now=NOW, progress=lambda *_: None)
    assert standing(case) is Standing.CURRENT
    ingest(case, [tmp_path / "b.json"], Handed(), now=NOW, progress=lambda *_: None, later=True)
    assert standing(case) is Standing.OLDER
    rebuild(case, progress=lambda *_: None)
    assert standing(case) is Standing.CURRENT
