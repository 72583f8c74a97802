"""What goes wrong: one sentence on stderr, the right status, nothing lost, no traceback."""

import json
import os
import zipfile
from pathlib import Path

import pytest
from tests.support.commands import Command

from upstander.cli import boundary


def _refused(said: object, *, part: str) -> None:
    status, out, err = said.status, said.out, said.err  # type: ignore[attr-defined] # Said, or what a process said
    assert status == 2, (out, err)
    assert err.startswith("upstander: ")
    assert err.count("\n") == 1, err
    assert "Traceback" not in err
    assert part in err, err


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["nonsense"], "nonsense"),
        (["case", "new"], "REFERENCE"),
        (["case", "new", "../x"], "cannot be a case reference"),
        (["status"], "REFERENCE"),
        (["status", "NONE"], "there is no case NONE"),
        (["status", "C-1", "--hom", "x"], "--home"),
        (["ingest", "C-1"], "PATHS"),
        (["ingest", "NONE", "CHAT"], "there is no case NONE"),
        (["ingest", "C-1", "no/such/file"], "there is no file or folder"),
        (["ingest", "C-1", "CHAT", "--time-zone", "Mars/Phobos"], "no time zone"),
        (["ingest", "C-1", "CHAT", "--time-zone", "../../etc/passwd"], "no time zone"),
        (["ingest", "C-1", "CHAT", "--date-order", "ydm"], "ydm"),
        (["ingest", "C-1", "CHAT", "--key", "no/such/key"], "there is no file or folder"),
        (["messages", "C-1", "--from", "yesterday"], "is no date"),
        (["messages", "C-1", "--from", "2018-02-30"], "does not exist"),
        (["messages", "C-1", "--to", "9999-12-31"], "too late"),
        (["messages", "C-1", "--from", "2018-03-01T25:00"], "does not exist"),
        (["messages", "C-1", "--conversation", "nobody"], "there is no conversation"),
        (["messages", "C-1", "--format", "xml"], "xml"),
        (["messages", "C-1", "--format", "csv", "--json"], "give one of them"),
        (["messages", "C-1", "-o", "no/such/folder/x.csv"], "there is no folder"),
        (["messages", "C-1", "-o", "FOLDER"], "is a folder"),
        (["messages", "C-1", "-o", "CASE/exhibits/x.csv"], "inside the case folder"),
        (["warnings", "C-1", "--kind", "nope"], "no kind of warning"),
        (["warnings", "C-1", "--exhibit", "ZZ/9"], "there is no exhibit"),
        (["rsmf", "C-1"], "-o"),
        (["rsmf", "C-1", "-o", "OUT.txt"], ".zip"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_bad_usage_gets_one_sentence(
    upstander: Command, case: str, chat: Path, tmp_path: Path, home: Path, arguments: list[str], part: str
) -> None:
    """Status 2 and one sentence on stderr; with --json, the same sentence as an object on stdout."""
    places = {"CHAT": chat, "FOLDER": tmp_path, "OUT.txt": tmp_path / "out.txt"}
    given = [str(places.get(argument, argument)).replace("CASE/", f"{home / case}/") for argument in arguments]
    said = upstander(*given)
    _refused(said, part=part)
    if "--json" not in given:
        assert said.out == ""
        told = upstander(*given, "--json")
        assert told.status == 2
        assert told.json["error"] in said.err
        assert told.json["type"]


def test_a_reference_is_opened_once(upstander: Command, case: str) -> None:
    """The second `case new` of one reference is refused."""
    _refused(upstander("case", "new", case), part="already")


def test_a_reference_belongs_to_one_exhibit(upstander: Command, case: str, tmp_path: Path) -> None:
    """Another file under a taken reference is refused, and the case is as it was."""
    (tmp_path / "other.txt").write_text("other")
    _refused(upstander("ingest", case, tmp_path / "other.txt", "--exhibit", "AB/1"), part="AB/1")
    assert upstander("status", case, "--json").json["totals"]["exhibits"] == 1


def _zip(path: Path, *, encrypted: bool = False) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("result.json", json.dumps({"messages": list(range(5000))}))
    if encrypted:
        data = bytearray(path.read_bytes())
        data[6] |= 1
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(bytes(data))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("empty.txt", "empty_file"),
        ("unknown.bin", "unknown_format"),
        ("cut.zip", "truncated_archive"),
        ("locked.zip", "encrypted_member"),
        ("half.json", "unreadable"),
    ],
)
def test_what_cannot_be_read_is_kept_and_said(
    upstander: Command, case: str, chat: Path, tmp_path: Path, name: str, kind: str
) -> None:
    """Beside a good file, a bad one is an exhibit and a warning; --strict makes the status 1, and no more."""
    folder = tmp_path / "received"
    folder.mkdir()
    bad = folder / name
    match name:
        case "empty.txt":
            bad.touch()
        case "unknown.bin":
            bad.write_bytes(bytes(range(256)) * 10)
        case "cut.zip":
            _zip(bad)
            bad.write_bytes(bad.read_bytes()[:-40])
        case "locked.zip":
            _zip(bad, encrypted=True)
        case _:
            bad.write_bytes(chat.read_bytes()[: chat.stat().st_size // 2])
    (folder / "good.json").write_text(chat.read_text().replace("morning all", "evening all"))
    said = upstander("ingest", case, folder, "--json")
    assert said.status == 0, said.err
    assert kind in said.json["warnings"]
    assert {entry["source_name"].rsplit("/", 1)[1] for entry in said.json["exhibits"]} == {name, "good.json"}
    assert said.json["totals"]["messages"] >= 10
    again = upstander("ingest", case, folder, "--json", "--strict")
    assert again.status == 1
    assert again.json["totals"] == said.json["totals"]


def test_strict_is_about_what_is_handed_in(upstander: Command, case: str, chat: Path, tmp_path: Path) -> None:
    """A warning about another exhibit does not make a clean one fail."""
    (tmp_path / "empty.txt").touch()
    assert upstander("ingest", case, tmp_path / "empty.txt", "--strict").status == 1
    assert upstander("ingest", case, chat, "--strict").status == 0


def test_links_are_refused(upstander: Command, case: str, chat: Path, tmp_path: Path) -> None:
    """A link that is named itself is an error; one in a folder is a warning, and the rest is taken in."""
    folder = tmp_path / "received"
    folder.mkdir()
    link = folder / "link.json"
    link.symlink_to(chat)
    _refused(upstander("ingest", case, link), part="symbolic link")
    (folder / "note.txt").write_text("a note")
    said = upstander("ingest", case, folder, "--json", "--strict")
    assert said.status == 1
    assert said.json["warnings"]["refused_path"] == 1
    assert len(said.json["exhibits"]) == 1


def test_a_folder_of_unknown_files_is_kept(upstander: Command, case: str, tmp_path: Path) -> None:
    """Every file is an exhibit, with a warning each, and status 0."""
    folder = tmp_path / "received"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.dat").write_bytes(b"\x00\x01" * (number + 1))
    said = upstander("ingest", case, folder, "--json")
    assert said.status == 0
    assert said.json["warnings"] == {"unknown_format": 3}
    assert [entry["role"] for entry in said.json["exhibits"]] == ["unread"] * 3


def test_a_name_that_is_no_text_is_taken_in(upstander: Command, case: str, chat: Path, tmp_path: Path) -> None:
    """A file name with bytes that are no UTF-8, control characters and markup is kept, and shown safely."""
    folder = tmp_path / "received"
    folder.mkdir()
    name = os.fsdecode(b"odd \xff \x1b[31m [bold]\xe2\x80\xae.json")
    (folder / name).write_bytes(chat.read_bytes().replace(b"morning", b"evening"))
    said = upstander("ingest", case, folder)
    assert said.status == 0, said.err
    for command in ("status", "warnings"):
        out = upstander(command, case).out
        assert not set("\x1b\u202e") & set(out)
        assert upstander(command, case, "--json").json
    assert upstander("rebuild", case, "--json").json["changed"] == []


def test_a_changed_exhibit_stops_rebuild(upstander: Command, case: str, home: Path) -> None:
    """An exhibit whose bytes are not those it was stored under is named, and no table is deleted."""
    (stored,) = (home / case / "exhibits" / "bytes").glob("*/*")
    stored.chmod(0o644)
    stored.write_bytes(b"tampered")
    _refused(upstander("rebuild", case), part="AB/1")
    assert upstander("status", case, "--json").json["totals"]["messages"] == 5


def test_a_damaged_table_is_a_sentence(upstander: Command, case: str, home: Path) -> None:
    """A table that cannot be read names the command that makes it again, and that command does."""
    for table in (home / case / "tables").glob("*/conversations.parquet"):
        table.write_bytes(b"PAR1 nothing PAR1")
    _refused(upstander("status", case), part="rebuild")
    assert upstander("rebuild", case, "--json").json["changed"] == []
    assert upstander("status", case).status == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_without_permission_is_a_sentence(upstander: Command, tmp_path: Path) -> None:
    """A home that may not be written to is named."""
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    _refused(upstander("case", "new", "C-1", "--home", locked / "home"), part="check who may")


def test_a_home_that_is_a_file_is_a_sentence(upstander: Command, tmp_path: Path) -> None:
    """A file where the home should be is an error of the operating system's, in one sentence."""
    (tmp_path / "file").touch()
    _refused(upstander("case", "new", "C-1", "--home", tmp_path / "file"), part="file")


def test_a_fault_of_ours_is_owned_up_to(upstander: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception that nobody foresaw is one sentence, status 70, and a traceback that only its owner may read."""

    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("evidence quoted here")

    monkeypatch.setattr(boundary, "app", broken)
    said = upstander("version")
    assert said.status == 70
    assert said.err.count("\n") == 1
    assert "fault of Upstander's own (ZeroDivisionError)" in said.err
    assert "evidence quoted" not in said.err
    (saved,) = (tmp_path / "state").rglob("fault-*.txt")
    assert "evidence quoted here" in saved.read_text()
    assert saved.stat().st_mode & 0o077 == 0
    assert "Traceback" in upstander("version", "--traceback").err
    assert "fault" in upstander("version", "--json").json["error"]
