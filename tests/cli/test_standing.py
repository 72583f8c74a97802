"""A case that is not read whole says so, and never passes for one that holds nothing."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.commands import Command

from upstander.evidence.contents import totals
from upstander.evidence.intake import Handed
from upstander.evidence.reading import read_exhibit
from upstander.evidence.sources import Rows
from upstander.evidence.standing import unread
from upstander.stages import ingest, rebuild
from upstander.storage import Case, Home
from upstander.storage.scan import scan

NOW = datetime(2018, 3, 1, 9, 30, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case of two small exports."""
    case = Home(tmp_path / "home").new("MS-1", title="Meridian Street", now=NOW)
    for name in ("one", "two"):
        path = tmp_path / f"{name}.txt"
        path.write_text(f"13/03/2018, 09:30 - Vale: {name}\n13/03/2018, 09:31 - Finch: ok\n")
        ingest(case, [path], Handed(reference=f"AB/{name}"), now=NOW, progress=lambda *_: None)
    return case


class _StoppedError(Exception):
    """Stands for a process that ends here."""


def _stop_at(label: str) -> Any:
    def progress(said: str, *_: int) -> None:
        if said.startswith(label):
            raise _StoppedError

    return progress


@pytest.mark.parametrize("label", ["Checking", "Reading AB/one", "Reading AB/two"])
def test_a_rebuild_that_is_stopped_leaves_the_old_rows(case: Case, label: str) -> None:
    """Until its new rows are whole, an exhibit's old ones answer."""
    before = totals(case)
    with pytest.raises(_StoppedError):
        rebuild(case, progress=_stop_at(label))
    assert totals(case) == before
    assert unread(case) == ()


def test_a_first_reading_that_is_stopped_is_said(case: Case, tmp_path: Path, upstander: Command) -> None:
    """Every command that answers from the tables names the exhibit that is missing, and ends with status 1."""
    path = tmp_path / "three.txt"
    path.write_text("13/03/2018, 09:30 - Vale: three\n")
    with pytest.raises(_StoppedError):
        ingest(case, [path], Handed(reference="AB/three"), now=NOW, progress=_stop_at("Reading"))
    assert unread(case) == ("AB/three",)
    home = case.path.parent
    for words in (("status",), ("messages", "--format", "jsonl"), ("warnings",), ("rsmf", "-o", tmp_path / "out.zip")):
        said = upstander(words[0], "MS-1", *words[1:], "--home", home)
        assert said.status == 1, words
        assert "AB/three" in said.err, words
        assert "rebuild MS-1" in said.err, words
    assert upstander("status", "MS-1", "--json", "--home", home).json["unread"] == ["AB/three"]
    ingest(case, [path], Handed(reference="AB/three"), now=NOW, progress=lambda *_: None)
    assert unread(case) == ()
    assert upstander("status", "MS-1", "--home", home).status == 0


def test_a_case_whose_tables_are_gone_is_not_empty(case: Case, upstander: Command) -> None:
    """Exhibits without tables are unread, all of them."""
    for part in list(case.tables.iterdir()):
        for file in part.iterdir():
            file.unlink()
        part.rmdir()
    assert unread(case) == ("AB/one", "AB/two")
    said = upstander("status", "MS-1", "--home", case.path.parent)
    assert said.status == 1
    assert "It is empty" not in said.out


def test_a_fault_of_ours_is_loud_and_tried_again(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was read before it stands, the warning is of its own kind, and the next ingest reads the exhibit again."""
    path = tmp_path / "three.txt"
    path.write_text("13/03/2018, 09:30 - Vale: three\n")

    def faulty(*arguments: Any, **options: Any) -> Iterator[Rows | Any]:
        yield from read_exhibit(*arguments, **options)
        raise ZeroDivisionError("made for this test")

    monkeypatch.setattr("upstander.stages.exhibits.read_exhibit", faulty)
    ingest(case, [path], Handed(reference="AB/three"), now=NOW, progress=lambda *_: None)
    assert totals(case).messages == 5
    assert "fault" in scan(case, "warnings").collect()["kind"].to_list()
    monkeypatch.undo()
    done = ingest(case, [path], Handed(reference="AB/three"), now=NOW, progress=lambda *_: None)
    assert done.read == ("AB/three",)
    assert "fault" not in scan(case, "warnings").collect()["kind"].to_list()
