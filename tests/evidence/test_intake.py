"""Taking in: every file is kept once, what cannot be kept is said, and references are unique."""

import datetime as dt
import hashlib
import json
import os
from pathlib import Path

import pytest

from upstander.errors import PathMissing, PathUnreadable, ReferenceTaken
from upstander.evidence.intake import Handed, conversations_stated, take_in
from upstander.evidence.sorting import files_of
from upstander.stages import ingest
from upstander.storage import Case, Home, Intake, intakes
from upstander.storage.scan import scan

NOW = dt.datetime(2018, 3, 1, 9, 30, tzinfo=dt.UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return Home(tmp_path / "home").new("MS-1", title="Meridian Street", now=NOW)


@pytest.fixture
def phone(tmp_path: Path) -> Path:
    """A folder as it comes off a phone."""
    folder = tmp_path / "phone"
    (folder / "photos").mkdir(parents=True)
    (folder / "msgstore.db").write_bytes(b"database")
    (folder / "msgstore.db-wal").write_bytes(b"log")
    (folder / "photos" / "10.jpg").write_bytes(b"ten")
    (folder / "photos" / "9.jpg").write_bytes(b"nine")
    return folder


def _take(case: Case, *paths: Path, handed: Handed | None = None) -> Intake:
    with case.writing():
        return take_in(case, paths, handed or Handed(), now=NOW, advance=lambda *_: None)


def test_a_folder_is_taken_whole_in_natural_order(case: Case, phone: Path) -> None:
    """Every ordinary file becomes an exhibit under its name in the folder, 9 before 10."""
    intake = _take(case, phone, handed=Handed(custodian="PC Invented", reference="AB/1"))
    assert [(file.name, file.reference) for file in intake.files] == [
        ("phone/msgstore.db", "AB/1.1"),
        ("phone/msgstore.db-wal", "AB/1.2"),
        ("phone/photos/9.jpg", "AB/1.3"),
        ("phone/photos/10.jpg", "AB/1.4"),
    ]
    assert [case.exhibit(file.exhibit).read_bytes() for file in intake.files] == [b"database", b"log", b"nine", b"ten"]
    assert intake.custodian == "PC Invented"


def test_a_single_database_brings_its_log(case: Case, phone: Path) -> None:
    """The -wal beside a database that was named alone holds its newest messages: it is taken in too."""
    intake = _take(case, phone / "msgstore.db")
    assert [file.name for file in intake.files] == ["msgstore.db", "msgstore.db-wal"]


def test_a_single_file_has_the_reference_that_was_asked_for(case: Case, phone: Path) -> None:
    """One file is AB/1 and not AB/1.1; the next without a reference is numbered."""
    assert _take(case, phone / "photos" / "9.jpg", handed=Handed(reference="AB/1")).files[0].reference == "AB/1"
    assert _take(case, phone / "photos" / "10.jpg").files[0].reference == "EX/1"


def test_the_same_bytes_keep_their_first_reference(case: Case, phone: Path, tmp_path: Path) -> None:
    """A second copy under another name, asked for under another reference, is the same exhibit."""
    copy = tmp_path / "copy.jpg"
    copy.write_bytes(b"nine")
    first = _take(case, phone / "photos" / "9.jpg", handed=Handed(reference="AB/1"))
    second = _take(case, copy, handed=Handed(reference="CD/9"))
    assert second.files[0].exhibit == first.files[0].exhibit
    assert second.files[0].reference == "AB/1"


def test_a_reference_that_is_taken_is_refused(case: Case, phone: Path) -> None:
    """Two different files never share a reference."""
    _take(case, phone / "photos" / "9.jpg", handed=Handed(reference="AB/1"))
    with pytest.raises(ReferenceTaken, match="AB/1 belongs to"):
        _take(case, phone / "photos" / "10.jpg", handed=Handed(reference="AB/1"))


def test_links_and_devices_are_refused_and_the_rest_taken(case: Case, phone: Path) -> None:
    """A symbolic link to a file or folder, and a pipe, are recorded with their names."""
    (phone / "link").symlink_to("/etc/hostname")
    (phone / "loop").symlink_to(phone)
    os.mkfifo(phone / "pipe")
    intake = _take(case, phone)
    assert len(intake.files) == 4
    assert sorted(refused.name for refused in intake.refused) == ["phone/link", "phone/loop", "phone/pipe"]
    assert {refused.kind for refused in intake.refused} == {"refused_path"}


def test_a_path_that_is_not_there_is_named(case: Case, tmp_path: Path) -> None:
    """A missing path, a link and an empty folder are one sentence each."""
    with pytest.raises(PathMissing, match="nowhere"):
        _take(case, tmp_path / "nowhere")
    (tmp_path / "link").symlink_to(tmp_path)
    with pytest.raises(PathUnreadable, match="symbolic link"):
        _take(case, tmp_path / "link")
    (tmp_path / "empty").mkdir()
    with pytest.raises(PathMissing, match="no file under"):
        _take(case, tmp_path / "empty")


def test_files_of_one_name_from_two_folders_are_told_apart(case: Case, tmp_path: Path) -> None:
    """Two `_chat.txt` named together keep as much of their path as it takes."""
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "_chat.txt").write_text(name)
    intake = _take(case, tmp_path / "one" / "_chat.txt", tmp_path / "two" / "_chat.txt")
    assert sorted(file.name for file in intake.files) == ["_chat.txt", "two/_chat.txt"]


def test_databases_of_one_name_have_each_the_log_that_came_with_it(case: Case, tmp_path: Path) -> None:
    """Where files lie in folders that are not theirs, their names are said, and are no path."""
    paths = [tmp_path / folder / name for name in ("a.db", "a.db-wal", "b.jpg") for folder in ("1", "2")][:5]
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{path.parent.name} {path.name}")
    intake = _take(case, *paths, handed=Handed(reference="AB/1", names={path: path.name for path in paths}))
    assert [file.name for file in intake.files] == ["a.db", "a.db", "a.db-wal", "a.db-wal", "b.jpg"]
    together = [
        {name: case.exhibit(file.exhibit).read_text() for name, file in files.items()}
        for files in files_of(case, intake)
    ]
    assert together == [
        {"a.db": "1 a.db", "a.db-wal": "1 a.db-wal", "b.jpg": "1 b.jpg"},
        {"a.db": "2 a.db", "a.db-wal": "2 a.db-wal"},
    ]


def test_names_that_are_no_unicode_survive(case: Case, tmp_path: Path) -> None:
    """A file name of arbitrary bytes, as some phones leave them, is kept."""
    folder = tmp_path / "odd"
    folder.mkdir()
    path = os.fsencode(folder) + b"/caf\xe9.txt"
    with open(path, "wb") as stream:  # noqa: PTH123 - a name that is no text
        stream.write(b"x")
    intake = _take(case, folder)
    assert os.fsencode(intake.files[0].name) == b"odd/caf\xe9.txt"
    with case.writing():
        assert take_in(case, [folder], Handed(), now=NOW, advance=lambda *_: None) == intake


def test_progress_reaches_the_whole(case: Case, phone: Path) -> None:
    """The bytes told add up to the bytes there are."""
    told: list[tuple[int, int]] = []
    with case.writing():
        take_in(case, [phone], Handed(), now=NOW, advance=lambda _, done, total: told.append((done, total)))
    assert told[-1] == (18, 18)
    assert [done for done, _ in told] == sorted(done for done, _ in told)


def test_every_ordinary_trouble_is_a_row_and_the_rest_is_read(case: Case, tmp_path: Path) -> None:
    """An empty file, an unknown one, a name that is no text and a link: one warning each; the exhibits are all kept."""
    folder = tmp_path / "mixed"
    folder.mkdir()
    (folder / "empty.txt").write_bytes(b"")
    (folder / "notes.bin").write_bytes(bytes(range(256)))
    (folder / "link").symlink_to("/etc/hostname")
    with open(os.fsencode(folder) + b"/caf\xe9.bin", "wb") as stream:  # noqa: PTH123 - a name that is no text
        stream.write(b"\x00\x01")
    ingest(case, [folder], Handed(), now=NOW, progress=lambda *_: None)
    warned = scan(case, "warnings").select("kind", "detail").collect().rows()
    assert sorted(kind for kind, _ in warned) == ["empty_file", "refused_path", "unknown_format", "unknown_format"]
    exhibits = scan(case, "exhibits").collect()
    assert exhibits["role"].to_list() == ["unread"] * 3
    assert "mixed/caf\ufffd.bin" in exhibits["source_name"].to_list()


def test_a_second_receipt_does_not_rewrite_the_first(case: Case, phone: Path) -> None:
    """The row is the first receipt's, reference, custodian and all; what a later one says otherwise is a warning."""
    photo = phone / "photos" / "9.jpg"
    for handed in (
        Handed(custodian="PC Alpha", reference="AB/1"),
        Handed(custodian="PC Beta", reference="CD/9", producer="a tool"),
    ):
        ingest(case, [photo], handed, now=NOW, progress=lambda *_: None)
    (row,) = scan(case, "exhibits").collect().to_dicts()
    assert (row["reference"], row["custodian"], row["producer"]) == ("AB/1", "PC Alpha", "a tool")
    first, second = intakes(case)
    assert row["intake"] == first.id
    assert (second.custodian, second.reference) == ("PC Beta", "CD/9")
    (warning,) = [row for row in scan(case, "warnings").collect().to_dicts() if row["kind"] == "received_again"]
    assert warning["exhibit"] == first.files[0].exhibit
    assert "custodian PC Beta (not PC Alpha)" in warning["detail"]
    assert "reference CD/9 (not AB/1)" in warning["detail"]


def test_a_file_that_can_be_no_key_is_not_kept_as_one(case: Case, phone: Path, tmp_path: Path) -> None:
    """What is given as a key by mistake does not come among the exhibits."""
    private = tmp_path / "notes.txt"
    private.write_text("nothing to do with it")
    with pytest.raises(PathUnreadable, match="is no key file"):
        _take(case, phone, handed=Handed(key=private))
    assert b"nothing to do with it" not in {path.read_bytes() for path in case.bytes.rglob("*") if path.is_file()}
    key = tmp_path / "key"
    key.write_text("0123456789abcdef " * 4)
    assert _take(case, phone, handed=Handed(key=key)).key is not None


def test_a_stated_conversation_is_kept(case: Case, phone: Path) -> None:
    """The name stands in the record and is found by exhibit; the latest statement about an exhibit counts."""
    first = _take(case, phone / "photos" / "9.jpg", handed=Handed(conversation="Knitting"))
    other = _take(case, phone / "photos" / "10.jpg")
    (nine,), (ten,) = ([file.exhibit for file in intake.files] for intake in (first, other))
    assert conversations_stated(intakes(case)) == {nine: "Knitting"}
    _take(case, phone / "photos", handed=Handed(conversation="Knitting Circle"))
    assert conversations_stated(intakes(case)) == {nine: "Knitting Circle", ten: "Knitting Circle"}
    assert len(intakes(case)) == 3


def test_a_conversation_makes_another_intake(case: Case, phone: Path) -> None:
    """The same files with another statement are another intake; said twice alike they are one."""
    stated = [_take(case, phone, handed=Handed(conversation=name)) for name in (None, "A", "A", "B", None)]
    assert [intake.number for intake in stated] == [1, 2, 2, 3, 1]


def test_records_from_before_the_statement_are_read(case: Case, phone: Path) -> None:
    """A record without the field is read as stating nothing, and handing the same in again gives the same intake."""
    intake = _take(case, phone, handed=Handed(custodian="PC Invented"))
    (path,) = case.intakes.iterdir()
    record = json.loads(path.read_text())
    assert "conversation" not in record
    content = {name: value for name, value in record.items() if name not in ("id", "number", "received_at")}
    # As ids were always made: of every field that there was.
    assert set(content) == {
        *("files", "refused", "custodian", "producer", "reference", "time_zone", "date_order", "key")
    }
    assert hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest() == intake.id
    assert intakes(case)[0].conversation is None
    assert _take(case, phone, handed=Handed(custodian="PC Invented")).id == intake.id
