"""Archives are read where they are, limits bite, and damage is named."""

import io
import random
import zipfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from upstander.errors import LimitReached, SourceError, Unreadable
from upstander.evidence import archive as module
from upstander.evidence.archive import Archive, is_archive
from upstander.evidence.document import ExhibitFile


def _zip(path: Path, members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> ExhibitFile:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return ExhibitFile.of(path)


def test_members_are_read_where_they_are(tmp_path: Path, scratch: Path) -> None:
    """A member's bytes, size and digest are those that went in; nothing is unpacked until a local copy is asked for."""
    file = _zip(tmp_path / "a.zip", {"_chat.txt": b"hello", "photos/1.jpg": b"\xff\xd8\xff"})
    with Archive(file, scratch=scratch) as archive:
        members = {member.name: member for member in archive.members()}
        assert list(members) == ["_chat.txt", "photos/1.jpg"]
        chat = members["_chat.txt"]
        assert (chat.open().read(), chat.size, chat.member, chat.exhibit) == (b"hello", 5, "_chat.txt", file.exhibit)
        assert chat.digest() == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
        assert list(scratch.iterdir()) == []
        assert chat.local(scratch).read_bytes() == b"hello"
    assert archive.warnings == []


def test_a_path_that_leads_out_is_said_and_not_followed(tmp_path: Path, scratch: Path) -> None:
    """A traversing member is readable, is warned of, and a local copy stays in the scratch folder."""
    file = _zip(tmp_path / "a.zip", {"../../etc/evil.txt": b"x", "/abs.txt": b"y", "C:/w.txt": b"z"})
    with Archive(file, scratch=scratch) as archive:
        copies = [member.local(scratch) for member in archive.members()]
    assert [kind for kind, _ in archive.warnings] == ["unsafe_path"] * 3
    assert {copy.parent for copy in copies} == {scratch}


def test_an_encrypted_member_is_named_and_the_rest_read(tmp_path: Path, scratch: Path) -> None:
    """The flag of encryption is enough: no password is guessed."""
    _zip(tmp_path / "a.zip", {"secret.txt": b"x", "open.txt": b"y"})
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    central = raw.index(b"PK\x01\x02")
    raw[6] |= 1
    raw[central + 8] |= 1
    (tmp_path / "a.zip").write_bytes(raw)
    with Archive(ExhibitFile.of(tmp_path / "a.zip"), scratch=scratch) as archive:
        assert [member.name for member in archive.members()] == ["open.txt"]
    assert [kind for kind, _ in archive.warnings] == ["encrypted_member"]


def test_a_bomb_is_not_opened(tmp_path: Path, scratch: Path) -> None:
    """A member that would grow a thousand times is left alone, with the numbers in the sentence."""
    path = tmp_path / "bomb.zip"
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("zeros", "w", force_zip64=True) as to,
    ):
        for _ in range(160):
            to.write(bytes(1 << 20))
    with Archive(ExhibitFile.of(path), scratch=scratch) as opened:
        assert list(opened.members()) == []
    assert [kind for kind, _ in opened.warnings] == ["archive_limit"]
    assert "167,772,160" in opened.warnings[0][1]


def test_overlapping_members_are_refused(tmp_path: Path, scratch: Path) -> None:
    """Many directory entries that share one compressed stream, the flat kind of bomb, are refused as a whole."""
    _zip(tmp_path / "a.zip", {"kernel": random.Random(1).randbytes(5000)}, compression=zipfile.ZIP_STORED)
    raw = (tmp_path / "a.zip").read_bytes()
    start = raw.index(b"PK\x01\x02")
    end = raw.index(b"PK\x05\x06")
    entry = raw[start:end]
    tail = bytearray(raw[end:])
    tail[8:10] = tail[10:12] = (20).to_bytes(2, "little")
    tail[12:16] = (len(entry) * 20).to_bytes(4, "little")
    (tmp_path / "a.zip").write_bytes(raw[:start] + entry * 20 + tail)
    # Newer Pythons notice as well, and say so while opening: both are a refusal with a sentence.
    with pytest.raises((LimitReached, Unreadable)):
        Archive(ExhibitFile.of(tmp_path / "a.zip"), scratch=scratch)


def test_archives_nest_to_a_limit(tmp_path: Path, scratch: Path) -> None:
    """Depth is counted and the innermost is refused by name."""
    with pytest.raises(LimitReached, match="inside 3 others"):
        Archive(_zip(tmp_path / "a.zip", {"a": b""}), scratch=scratch, depth=4)


def test_too_many_members_are_refused(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit on members is the named constant."""
    monkeypatch.setattr(module, "MEMBERS", 2)
    with pytest.raises(LimitReached, match="lists 3 members"):
        Archive(_zip(tmp_path / "a.zip", {"a": b"", "b": b"", "c": b""}), scratch=scratch)


def test_a_truncated_archive_is_named(tmp_path: Path, scratch: Path) -> None:
    """An archive that lost its end says so."""
    _zip(tmp_path / "a.zip", {"_chat.txt": b"hello" * 1000})
    raw = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "a.zip").write_bytes(raw[: len(raw) // 2])
    with pytest.raises(Unreadable, match="cut short or damaged") as problem:
        Archive(ExhibitFile.of(tmp_path / "a.zip"), scratch=scratch)
    assert problem.value.kind == "truncated_archive"


def test_damage_inside_a_member_is_named_when_it_is_met(tmp_path: Path, scratch: Path) -> None:
    """A flipped byte fails the checksum: the member is unreadable, and says which it is."""
    _zip(tmp_path / "a.zip", {"_chat.txt": b"hello" * 1000}, compression=zipfile.ZIP_STORED)
    raw = bytearray((tmp_path / "a.zip").read_bytes())
    raw[100] ^= 0xFF
    (tmp_path / "a.zip").write_bytes(raw)
    with Archive(ExhibitFile.of(tmp_path / "a.zip"), scratch=scratch) as archive:
        (member,) = archive.members()
        with pytest.raises(Unreadable, match=r"_chat\.txt"):
            member.open().read()


def test_a_member_listed_twice_is_read_once(tmp_path: Path, scratch: Path) -> None:
    """The first of two members of one name is read, and the second is said."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a", b"first")
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a", b"second")
    with Archive(ExhibitFile.of(tmp_path / "a.zip"), scratch=scratch) as opened:
        (member,) = opened.members()
        assert member.open().read() == b"first"
    assert [kind for kind, _ in opened.warnings] == ["duplicate_record"]


def test_an_office_document_is_one_thing(tmp_path: Path, scratch: Path) -> None:
    """A .docx is a zip file inside and a document to a person."""
    file = _zip(tmp_path / "a.docx", {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<w/>"})
    with Archive(file, scratch=scratch) as archive:
        assert archive.package


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_damage_leads_to_a_crash(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes of an archive are changed or lost, opening and reading give bytes or a `SourceError`."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_chat.txt", b"[01/02/2018, 10:00:00] A: hello\r\n" * 20)
        archive.writestr("inner/1.jpg", b"\xff\xd8\xff" * 10)
    raw = bytearray(buffer.getvalue())
    for _ in range(data.draw(st.integers(0, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    raw = raw[: data.draw(st.integers(4, len(raw)))]
    folder = tmp_path_factory.mktemp("fuzz")
    path = folder / "a.zip"
    path.write_bytes(raw)
    assert is_archive(bytes(raw[:4])) == raw.startswith((b"PK\x03\x04", b"PK\x05\x06"))
    with suppress(SourceError), Archive(ExhibitFile.of(path), scratch=folder) as opened:
        for member in opened.members():
            assert len(member.open().read()) <= member.size
