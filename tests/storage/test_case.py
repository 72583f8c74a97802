"""The case folder: what it refuses, and what it keeps."""

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pytest

from upstander.errors import CaseBusy, CaseDamaged, CaseExists, CaseMissing, PathUnreadable, UsageError
from upstander.storage import Case, Home, Intake, Received, intakes, keep, store

NOW = dt.datetime(2018, 3, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return Home(tmp_path).new("MS-1", title="Meridian Street", now=NOW)


def test_a_case_is_found_again(case: Case) -> None:
    """What stands on the cover is what was written."""
    home = Home(case.path.parent)
    assert home.cases() == [case]
    assert home.open("MS-1").cover.title == "Meridian Street"
    assert home.open("MS-1").cover.opened_at == "2018-03-01T09:30:00+00:00"


def test_a_reference_is_used_once(case: Case) -> None:
    """A second case of the same reference is refused, and the first stands."""
    with pytest.raises(CaseExists):
        Home(case.path.parent).new("MS-1", title="another", now=NOW)
    assert case.cover.title == "Meridian Street"


@pytest.mark.parametrize("reference", ["../out", "", ".hidden", "a/b", "x" * 101, "a\n"])
def test_a_reference_names_one_folder(tmp_path: Path, reference: str) -> None:
    """A reference that would leave the home, or hide in it, is refused."""
    with pytest.raises(UsageError):
        Home(tmp_path).new(reference, title="", now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "reference",
    ["new", "New", "arriving", "Arriving", "secret-key", *(f"register.sqlite3{end}" for end in ("", "-wal", "-shm"))],
)
def test_a_reference_that_the_desk_has_for_something_else_is_refused(tmp_path: Path, reference: str) -> None:
    """In one sentence; one that was made before is read on the command line as ever."""
    home = Home(tmp_path)
    with pytest.raises(UsageError, match="the desk has that name"):
        home.new(reference, title="x", now=NOW)
    assert list(tmp_path.iterdir()) == []
    home.new("MS-1", title="x", now=NOW).path.rename(tmp_path / reference)
    assert home.open(reference).cover.title == "x"


def test_a_reference_that_a_file_has_is_refused(tmp_path: Path) -> None:
    """The file stays."""
    (tmp_path / "notes").write_text("mine")
    with pytest.raises(UsageError, match="a file of that name"):
        Home(tmp_path).new("notes", title="x", now=NOW)
    assert (tmp_path / "notes").read_text() == "mine"


def test_a_missing_case_says_how_to_open_one(tmp_path: Path) -> None:
    """The sentence names the command that mends it."""
    with pytest.raises(CaseMissing, match="case new MS-2"):
        Home(tmp_path).open("MS-2")


def test_a_damaged_cover_is_named(case: Case) -> None:
    """A cover that is no JSON is reported with its path."""
    (case.exhibits / "case.json").write_text("{")
    with pytest.raises(CaseDamaged, match=r"case\.json"):
        _ = case.cover


def test_one_writer_at_a_time(case: Case) -> None:
    """A second process that wants to write is told to wait; when the first is gone it may."""
    program = (
        "import sys\nfrom pathlib import Path\nfrom upstander.storage import Case\n"
        f"with Case(Path({str(case.path)!r})).writing():\n print('in', flush=True)\n sys.stdin.read()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"in\n"
        with pytest.raises(CaseBusy), case.writing():
            pass
        other.kill()
        other.wait()
    with case.writing():
        assert case.scratch.is_dir()
    assert not case.scratch.exists()


def test_exhibits_are_kept_once_and_read_only(case: Case, tmp_path: Path) -> None:
    """The same bytes under two names are one file, which nobody may write to."""
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"evidence")
    two.write_bytes(b"evidence")
    told: list[int] = []
    with case.writing():
        first, size = store(case, one, advance=told.append)
        second, _ = store(case, two, advance=told.append)
    assert (first, size) == (second, 8)
    assert sum(told) == 16
    path = case.exhibit(first)
    assert path.read_bytes() == b"evidence"
    assert path.stat().st_mode & 0o777 == 0o444
    assert [entry for entry in case.bytes.rglob("*") if entry.is_file()] == [path]


def test_a_link_is_not_followed(case: Case, tmp_path: Path) -> None:
    """A path that became a symbolic link between listing and opening is refused."""
    (tmp_path / "target").write_bytes(b"x")
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with case.writing(), pytest.raises(PathUnreadable):
        store(case, tmp_path / "link", advance=lambda _: None)


def _intake(time_zone: str | None = None) -> Intake:
    file = Received(name="chat.txt", exhibit="0" * 64, bytes=3, reference="AB/1")
    return Intake(id="", number=0, received_at="2018-03-01T09:30:00+00:00", files=(file,), time_zone=time_zone)


def test_the_same_hand_in_twice_is_one_intake(case: Case) -> None:
    """An intake is recognised by what it says; a changed statement is another intake."""
    with case.writing():
        first = keep(case, _intake())
        again = keep(case, _intake())
        other = keep(case, _intake(time_zone="Europe/London"))
    assert first == again
    assert (first.number, other.number) == (1, 2)
    assert [intake.id for intake in intakes(case)] == [first.id, other.id]


def test_a_damaged_intake_record_is_named(case: Case) -> None:
    """A record that lost its fields is reported, not skipped."""
    with case.writing():
        keep(case, _intake())
    next(case.intakes.glob("*.json")).write_text("{}")
    with pytest.raises(CaseDamaged, match="intake record"):
        intakes(case)
