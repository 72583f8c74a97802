"""WhatsApp's encrypted backups."""

import zlib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.android import team
from tests.support.reading import Tables, read, read_document
from wa_crypt_tools.lib.db.db14 import Database14
from wa_crypt_tools.lib.db.db15 import Database15
from wa_crypt_tools.lib.key.key14 import Key14
from wa_crypt_tools.lib.key.key15 import Key15
from wa_crypt_tools.lib.props import Props

from upstander.errors import KeyNeeded, KeyWrong, SourceError, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.whatsapp_crypt import SOURCE

_BACKUPS = {
    "Test_Files__msgstore.db.crypt12": ("Test_Files__key", 0, 0),
    "src__Databases__msgstore-2018-11-06.1.db.crypt12": ("src__Databases__key", 12, 1),
    "src__Databases__msgstore-2018-11-07.1.db.crypt12": ("src__Databases__key", 12, 1),
    "src__Databases__msgstore-2018-11-08.1.db.crypt12": ("src__Databases__key", 12, 1),
    "src__Databases__msgstore-2018-11-09.1.db.crypt12": ("src__Databases__key", 6, 1),
    "src__Databases__msgstore-2018-11-10.1.db.crypt12": ("src__Databases__key", 6, 1),
    "src__Databases__msgstore-2018-11-11.1.db.crypt12": ("src__Databases__key", 6, 1),
    "src__Databases__msgstore-2018-11-12.1.db.crypt12": ("src__Databases__key", 6, 1),
    "src__Databases__msgstore.db.crypt12": ("src__Databases__key", 6, 1),
}
_KEY15 = bytes(range(32))


def folder(fixtures: Path) -> Path:
    """The genuine backups."""
    return fixtures / "whatsapp-android-db" / "KisanThapa+WhatsApp-Database-Decrypter"


def backup(path: Path, *, version: int) -> Path:
    """`android.team` as a backup at `path`; crypt15 opens with `_KEY15`, crypt14 with the `key` file beside it."""
    plain = zlib.compress(team(path.with_name("plain")).read_bytes(), 1)
    props = Props(wa_version="2.24.1.1", jid="00", backup_version=1) if version == 15 else None
    if version == 15:
        content = Database15(iv=b"v" * 16).encrypt(Key15(keyarray=_KEY15), props, plain)
    else:
        key = Key14(key=b"k" * 32)
        path.with_name("key").write_bytes(key.dump())
        props = Props(wa_version="2.21.1.1", jid="00", backup_version=1)
        content = Database14(iv=b"v" * 16).encrypt(key, props, plain)
    path.write_bytes(content)
    path.with_name("plain").unlink()
    return path


def stated(path: Path, content: bytes) -> Reading:
    """A reading with a key file of this content."""
    path.write_bytes(content)
    return Reading(key=ExhibitFile.of(path))


def check(tables: Tables) -> None:
    """The team's messages came out."""
    assert (len(tables.authored), len(tables.system)) == (10, 4)
    assert tables.warned == {"orphan_receipt": 1, "missing_reference": 1}


@pytest.mark.parametrize("name", _BACKUPS)
def test_genuine_crypt12(fixtures: Path, scratch: Path, name: str) -> None:
    """The genuine backups of November 2018 open with their keys."""
    key, authored, system = _BACKUPS[name]
    reading = Reading(key=ExhibitFile.of(folder(fixtures) / key))
    tables = read(SOURCE, folder(fixtures) / name, scratch=scratch, reading=reading)
    assert (len(tables.authored), len(tables.system)) == (authored, system)
    assert not tables.warned


def test_wrong_key_is_said(fixtures: Path, scratch: Path) -> None:
    """The key of another phone does not open a backup, and the sentence names it."""
    reading = Reading(key=ExhibitFile.of(folder(fixtures) / "Test_Files__key"))
    with pytest.raises(KeyWrong, match="crypt12"):
        read(SOURCE, folder(fixtures) / "src__Databases__msgstore.db.crypt12", scratch=scratch, reading=reading)


def test_key_is_asked_for(fixtures: Path, scratch: Path) -> None:
    """Without a key nothing is read, and the sentence says what to do."""
    with pytest.raises(KeyNeeded, match="--key"):
        read(SOURCE, folder(fixtures) / "src__Databases__msgstore.db.crypt12", scratch=scratch)


@pytest.mark.parametrize("written", [_KEY15, _KEY15.hex().encode() + b"\n", Key15(keyarray=_KEY15).dump()])
def test_crypt15(tmp_path: Path, scratch: Path, written: bytes) -> None:
    """A crypt15 backup opens with its 32 bytes, its 64 digits or its key file."""
    (tmp_path / "in").mkdir()
    path = backup(tmp_path / "in" / "a", version=15)
    check(read(SOURCE, path, scratch=scratch, reading=stated(tmp_path / "k", written)))


def test_crypt14_with_the_key_beside_it(tmp_path: Path, scratch: Path) -> None:
    """A key file in the same folder is tried where none is stated, and is claimed."""
    (tmp_path / "in").mkdir()
    path = backup(tmp_path / "in" / "a", version=14)
    document = Document.of(path, scratch=scratch)
    assert SOURCE.recognise(document) == ("key",)
    check(read_document(SOURCE, document))


def test_altered_backup_is_read_and_said(tmp_path: Path, scratch: Path) -> None:
    """A byte changed near the end, or a lost end, is a warning; what came out is read."""
    (tmp_path / "in").mkdir()
    path = backup(tmp_path / "in" / "a", version=15)
    content = bytearray(path.read_bytes())
    content[-20] ^= 1  # the tag
    path.write_bytes(content)
    tables = read(SOURCE, path, scratch=scratch, reading=stated(tmp_path / "k", _KEY15))
    assert len(tables.authored) == 10
    assert tables.warned["damaged_database"] == 1


def test_other_files_are_refused(tmp_path: Path, scratch: Path) -> None:
    """Zip archives, databases, texts and zeros are no backups."""
    for i, content in enumerate(
        (b"PK\x03\x04" + bytes(400), b"SQLite format 3\0" + bytes(400), b"x" * 400, bytes(400))
    ):
        path = tmp_path / str(i)
        path.write_bytes(content)
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(path, scratch=scratch))


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_mutated_backups_never_crash(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes of a backup are changed or cut off, there are rows or a typed error."""
    place = tmp_path_factory.mktemp("crypt")
    (place / "in").mkdir()
    path = backup(place / "in" / "a", version=15)
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(0, len(content))) :]
    path.write_bytes(content)
    (place / "s").mkdir()
    try:
        read(SOURCE, path, scratch=place / "s", reading=stated(place / "k", _KEY15))
    except SourceError as problem:
        assert str(problem)  # noqa: PT017 - either outcome is right; a bare one is not


@settings(max_examples=100, deadline=None)
@given(content=st.binary(max_size=600))
def test_arbitrary_bytes_are_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    """Bytes of any kind are refused in the first look or when they are read."""
    place = tmp_path_factory.mktemp("bytes")
    (place / "a").write_bytes(content)
    (place / "s").mkdir()
    with pytest.raises(SourceError):
        read(SOURCE, place / "a", scratch=place / "s", reading=Reading())
