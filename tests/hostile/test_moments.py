"""What changes under our hands, and a disk without room: nothing half done, and the next run does the rest."""

import hashlib
import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.hostile.conftest import Received

from upstander.evidence.intake import Handed
from upstander.stages import ingest

_NOW = datetime(2018, 3, 1, 9, 30, tzinfo=UTC)
_PROGRAM = "import sys; from upstander.cli import main; sys.exit(main())"


def _gone(path: Path) -> None:
    path.unlink()


def _cut(path: Path) -> None:
    os.truncate(path, 10)


def _grown(path: Path) -> None:
    with path.open("ab") as stream:
        stream.write(b"more" * 100)


def _linked(path: Path) -> None:
    path.unlink()
    path.symlink_to("/etc/passwd")


def _piped(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def _foldered(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("change", "kinds"),
    [
        (_gone, {"refused_path"}),
        (_cut, {"unknown_format"}),
        (_grown, {"unknown_format"}),
        (_linked, {"refused_path"}),
        (_piped, {"refused_path"}),
        (_foldered, {"refused_path"}),
    ],
)
def test_a_file_that_changes_while_the_folder_is_taken_in(
    received: Received, change: Callable[[Path], None], kinds: set[str]
) -> None:
    """Between listing and copying a file goes, shrinks, grows or becomes something else: a sentence, and no hang."""
    moving = received.folder / "moving.bin"
    moving.write_bytes(bytes(range(256)) * 100)
    changed = False

    def progress(*_: object) -> None:
        nonlocal changed
        if not changed:
            changed = True
            change(moving)

    ingest(received.case, [received.folder], Handed(time_zone="Europe/London"), now=_NOW, progress=progress)
    received.check()
    assert {row["kind"] for row in received.warnings()} == kinds
    if moving.is_file() and not moving.is_symlink():
        received.kept(moving)


def _limited(received: Received, room: int) -> subprocess.CompletedProcess[str]:
    """Ingest in a process that may write no file larger than `room`: what a full disk is to it."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    command = [sys.executable, "-c", _PROGRAM, "ingest", "C-1", str(received.folder), "--time-zone", "Europe/London"]
    command += ["--home", str(received.case.path.parent)]
    return subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("room", [100, 3_000, 9_000])
def test_no_room_for_a_file(received: Received, room: int) -> None:
    """Where a file cannot be written, one sentence says so; with room, the same command does everything."""
    (received.folder / "large.bin").write_bytes(os.urandom(20_000))
    done = _limited(received, room)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert not received.case.scratch.exists()
    received.ingest()
    assert {row["kind"] for row in received.warnings()} == {"unknown_format"}
    received.kept(received.folder / "large.bin")


@pytest.fixture
def small_disk(tmp_path: Path) -> Path:
    """A disk of two megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    if (
        mount is None
        or subprocess.run(
            [mount, "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(place)], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("a disk of two megabytes cannot be mounted here")
    return place


def test_a_full_disk(received: Received, small_disk: Path) -> None:
    """Too little room for one exhibit: a sentence, nothing half done; with room made, the same command ends well."""
    try:
        home = small_disk / "home"
        (received.folder / "large.bin").write_bytes(os.urandom(1_500_000))
        filler = small_disk / "filler"
        filler.write_bytes(bytes(1_000_000))
        shutil.move(received.case.path.parent, home)
        received.case = type(received.case)(home / "C-1")
        said = received.command("ingest", "C-1", str(received.folder), status=2)
        assert "full" in said["error"]
        for path in received.case.bytes.glob("*/*"):
            assert hashlib.sha256(path.read_bytes()).hexdigest() == path.name
        filler.unlink()
        received.ingest()
        received.kept(received.folder / "large.bin")
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)


def test_a_disk_that_fills_while_a_source_reads(received: Received, small_disk: Path) -> None:
    """No room for what a source lays aside is no warning about the exhibit: the run ends, and the next reads it."""
    try:
        record = '<sms protocol="0" address="1" date="{}" type="1" body="{:500}" read="1" status="-1" />'
        records = "".join(record.format(1519896600000 + number, number) for number in range(1_000))
        (received.folder / "sms.xml").write_text(f'<?xml version="1.0"?><smses>{records}</smses>')
        home = small_disk / "home"
        shutil.move(received.case.path.parent, home)
        received.case = type(received.case)(home / "C-1")
        filler = small_disk / "filler"
        filler.write_bytes(bytes(1_100_000))
        said = received.command("ingest", "C-1", str(received.folder), status=2)
        assert "full" in said["error"]
        received.kept(received.folder / "sms.xml")
        filler.unlink()
        received.ingest()
        assert not received.warnings()
        assert len(received.column("messages", "text")) == 1_040
    finally:
        subprocess.run(["umount", str(small_disk)], check=True)
