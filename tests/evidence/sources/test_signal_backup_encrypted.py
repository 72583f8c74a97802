"""Encrypted Signal backups: libsignal's own, opened with the keys that its tests publish, and invented ones."""

import shutil
from pathlib import Path

import pytest
from Cryptodome.Cipher import AES
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_signal import ANNA, ME, NOW, RECOVERY, SAMPLE, START, binary, delimited, encrypted, lines, wire
from tests.support.reading import Tables, read

from upstander.errors import KeyNeeded, KeyWrong, SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.signal_backup import SOURCE
from upstander.evidence.sources.signal_backup.keys import (
    BackupKeys,
    Stated,
    _hkdf,
    backup_id,
    backup_key,
    derive,
    local_id,
    stated,
)
from upstander.model import schema

PUBLISHED = "signal/signalapp+libsignal/rust__message-backup__tests__res__test-cases__valid-encrypted__{}"
HEADER = b"SBACKUP\x01" + delimited(wire(1, wire(1, b"c" * 48) + wire(2, b"s" * 32)))
KEY = backup_key(RECOVERY)
ID = backup_id(KEY, bytes([1]) * 16)
TOKEN = bytes([171]) * 32


def metadata(identity: bytes, key: bytes) -> bytes:
    """The file beside a backup on the phone."""
    own = _hkdf(key, 32, b"20241011_SIGNAL_LOCAL_BACKUP_METADATA_KEY")
    sealed = AES.new(own, AES.MODE_CTR, nonce=b"n" * 12).encrypt(identity)
    return wire(1, 1) + wire(2, wire(1, b"n" * 12) + wire(2, sealed))


def export(folder: Path, content: bytes, *, key: str | None = None, beside: dict[str, bytes] | None = None) -> Tables:
    """Write a backup and what lies beside it, and read it with the key stated."""
    folder.mkdir(exist_ok=True)
    for name, other in (beside or {}).items():
        (folder / name).write_bytes(other)
    path, scratch = folder / "main", folder / "scratch"
    path.write_bytes(content)
    scratch.mkdir(exist_ok=True)
    reading = Reading()
    if key is not None:
        (folder.parent / "stated.txt").write_text(key)
        reading = Reading(key=ExhibitFile.of(folder.parent / "stated.txt"))
    return read(SOURCE, path, scratch=scratch, reading=reading)


def test_the_keys_are_those_that_libsignal_publishes() -> None:
    """From the recovery key and account id of libsignal's tests come the values that stand there."""
    key = backup_key("dtjs858asj6tv0jzsqrsmj0ubp335pisj98e9ssnss8myoc08drhtcktyawvx45l")
    assert key.hex() == "ea26a2ddb5dba5ef9e34e1b8dea1f5ae7f255306a6d2d883e542306eaa9fe985"
    identity = backup_id(key, bytes.fromhex("659aa5f4a28dfcc11ea1b997537a3d95"))
    assert identity.hex() == "8a624fbc45379043f39f1391cddc5fe8"
    keys = derive(key, identity, None)
    assert keys.mac.hex() == "f425e22a607c529717e1e1b29f9fe139f9d1c7e7d01e371c7753c544a3026649"
    assert keys.cipher.hex() == "e143f4ad5668d8bfed2f88562f0693f53bda2c0e55c9d71730f30e24695fd6df"


@pytest.mark.parametrize(("name", "token"), [("legacy-account", ""), ("new-account", f"token: {TOKEN.hex()}")])
def test_the_published_backups_open(fixtures: Path, tmp_path: Path, name: str, token: str) -> None:
    """Both open with the published recovery key, account id and token, and hold one chat: notes to oneself."""
    source = fixtures / PUBLISHED.format(f"{name}.binproto.encrypted")
    account = "11111111-1111-1111-1111-111111111111"
    tables = export(
        tmp_path / "in", source.read_bytes(), beside={"signal.key": f"{'m' * 64}\n{account}\n{token}".encode()}
    )
    (chat,) = tables.rows("conversations")
    assert (chat["kind"], chat["platform_key"], chat["account"]) == ("direct", account, account)
    assert [(row["handle"], row["owner"]) for row in tables.rows("participants")] == [(account, True)]
    assert not tables.rows("messages")
    assert not tables.warned


def test_the_key_tells_whose_backup_it_is(tmp_path: Path) -> None:
    """Opened with the account's id, nothing about the owner is inferred; places in the clear are not given."""
    content = encrypted(binary(SAMPLE), derive(KEY, ID, TOKEN), header=HEADER)
    tables = export(tmp_path / "in", content, key=f"{RECOVERY} {ME[1]} token={TOKEN.hex()}")
    assert tables.rows("participants", owner=True)[0]["handle"] == ME[1]
    assert "missing_reference" not in tables.warned
    assert tables.authored[0]["platform_key"] == f"{ME[1]}:{NOW}"
    assert {row["byte_start"] for row in tables.rows("messages")} == {None}
    assert len(tables.authored) == 3


def test_a_backup_of_the_phone_needs_only_the_recovery_key(tmp_path: Path) -> None:
    """The file `metadata` beside it has the rest, and proves which member of the groups is the owner."""
    stranger = ("BwcHBwcHBwcHBwcHBwcHBw==", "")
    members = [{"userId": one[0]} for one in (stranger, ME)]
    unsure = {"recipient": {"id": 9, "group": {"snapshot": {"members": members}}}}
    doubtful = [*SAMPLE[:6], unsure, *SAMPLE[7:]]
    content = encrypted(binary(doubtful), derive(KEY, ID, None))
    shown = " ".join(RECOVERY.upper().replace("0", "=")[start : start + 4] for start in range(0, 64, 4))
    tables = export(tmp_path / "in", content, key=shown, beside={"metadata": metadata(ID, KEY)})
    assert tables.rows("participants", owner=True)[0]["handle"] == ME[1]
    document = Document.of(tmp_path / "in" / "main", scratch=tmp_path)
    assert SOURCE.recognise(document) == ("metadata",)


def test_without_a_key_and_with_a_wrong_one(tmp_path: Path) -> None:
    """What is missing is said: the key, the account's id, the token; a key that opens nothing is wrong."""
    content = encrypted(binary(SAMPLE), derive(KEY, ID, TOKEN), header=HEADER)
    with pytest.raises(KeyNeeded, match="--key"):
        export(tmp_path / "a", content)
    for key, why in (
        ("nothing", "no recovery key"),
        (ME[1], "no recovery key"),
        (RECOVERY, "account's id"),
        (f"{RECOVERY} {ME[1]}", "token"),
        (f"{RECOVERY} {ANNA[1]} token: {TOKEN.hex()}", "does not open it"),
        ("ab" * 64, "does not open it"),
    ):
        with pytest.raises(KeyWrong, match=why):
            export(tmp_path / "b", content, key=key)


def test_the_keys_themselves_open_a_backup(tmp_path: Path) -> None:
    """128 hexadecimal digits are the two keys."""
    keys = BackupKeys(b"m" * 32, b"c" * 32)
    tables = export(tmp_path / "in", encrypted(binary(SAMPLE), keys, header=HEADER), key=(b"m" * 32 + b"c" * 32).hex())
    assert len(tables.authored) == 3


def test_an_altered_backup_is_read_and_said(tmp_path: Path) -> None:
    """The right key and a wrong authentication code: what comes out is read with a warning; so is one cut short."""
    content = encrypted(binary(SAMPLE), derive(KEY, ID, None), header=HEADER)
    altered = bytearray(content)
    altered[-1] ^= 1
    tables = export(tmp_path / "a", bytes(altered), key=f"{RECOVERY} {ME[1]}")
    assert (len(tables.authored), tables.warned["unreadable"]) == (3, 1)
    cut = export_rows(tmp_path / "b", content[: len(content) // 2], f"{RECOVERY} {ME[1]}")
    assert "warnings" in cut
    for broken in (b"SBACKUP\x01", b"SBACKUP\x01\xff\xff\xff", HEADER, HEADER + bytes(50)):
        with pytest.raises(Unreadable):
            export(tmp_path / "c", broken, key=f"{RECOVERY} {ME[1]}")


def export_rows(folder: Path, content: bytes, key: str) -> set[str]:
    """Tables that came out before the backup could not be read any further."""
    with pytest.raises(Unreadable):
        export(folder, content, key=key)
    document = Document.of(folder / "main", scratch=folder / "scratch")
    found = set()
    try:
        for rows in SOURCE.read(document, Reading(key=ExhibitFile.of(folder.parent / "stated.txt"))):
            found.add(rows.table)
    except Unreadable:
        pass
    return found


def test_what_grows_without_end_is_stopped(tmp_path: Path) -> None:
    """A backup that inflates beyond the limit is refused."""
    content = encrypted(bytes(40_000_000), derive(KEY, ID, None), header=HEADER)
    with pytest.raises(SourceError, match="grows beyond"):
        export(tmp_path / "in", content, key=f"{RECOVERY} {ME[1]}")


def test_encrypted_bytes_alone_are_nobodys(tmp_path: Path) -> None:
    """Without a header and with nothing beside it, an encrypted file is no format; nor is a picture beside a key."""
    content = encrypted(binary(SAMPLE), derive(KEY, ID, None))
    path = tmp_path / "main"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=tmp_path))
    (tmp_path / "signal.key").write_text(f"{RECOVERY}\n{ME[1]}")
    assert SOURCE.recognise(Document.of(path, scratch=tmp_path)) == ("signal.key",)
    for other in (b"words " * 100, b"\x89PNG\r\n\x1a\n" + bytes(88), b"SQLite format 3\x00" + bytes(80)):
        path.write_bytes(other + bytes(-len(other) % 16) if other[0] > 127 else other)
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(path, scratch=tmp_path))


def test_a_key_file_may_state_the_account_of_a_backup_in_the_clear(tmp_path: Path) -> None:
    """The account's id alone settles whose backup in the clear it is."""
    frames = [*START[:4], {"chat": {"id": 2, "recipientId": 2}}]
    for content in (binary(frames), lines(frames)):
        assert export(tmp_path / "in", content, key=ME[1]).rows("participants", owner=True)[0]["handle"] == ME[1]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", None),
        (b"short", None),
        (b"\xff" * 64, None),
        (b"a" * 64, Stated(recovery="a" * 64)),
        (b"AAAA-AAAA " * 8, Stated(recovery="a" * 64)),
        (b"#" * 64, Stated(recovery="o" * 64)),
        (b"a" * 65, None),
        (b"01010101-0101-0101-0101-010101010101", Stated(aci=b"\x01" * 16)),
        (b"ab" * 64, Stated(keys=BackupKeys(b"\xab" * 32, b"\xab" * 32))),
    ],
)
def test_key_files(content: bytes, found: Stated | None) -> None:
    """A recovery key is read as Signal shows it: in capitals, in groups, with # and = for o and 0."""
    assert stated(content) == found


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_bytes_make_it_fail(tmp_path: Path, data: st.DataObject) -> None:
    """Whatever a backup is changed into, reading it ends in rows of their schemas or in a typed error."""
    whole = data.draw(st.sampled_from([binary(SAMPLE), lines(SAMPLE)]))
    changed = bytearray(whole)
    for _ in range(data.draw(st.integers(1, 6))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path / "main"
    path.write_bytes(bytes(changed))
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    document = Document.of(path, scratch=scratch)
    try:
        SOURCE.recognise(document)
        for rows in SOURCE.read(document, Reading()):
            assert rows.batch.schema.equals(schema(rows.table))
            rows.batch.validate(full=True)
    except SourceError:
        pass
    shutil.rmtree(scratch)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_value_makes_it_fail(tmp_path: Path, data: st.DataObject) -> None:
    """Any value of any type in any place of the JSON form is read, with a warning where it cannot be."""
    odd = st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(), st.just([]), st.just({}),
        st.just([[]]), st.just([{}]), st.just("A" * 22 + "=="),
    )  # fmt: skip

    def vary(value: object) -> object:
        if data.draw(st.integers(0, 12)) == 0:
            return data.draw(odd)
        if isinstance(value, dict):
            return {key: vary(one) for key, one in value.items()}
        return [vary(one) for one in value] if isinstance(value, list) else value

    frames = [SAMPLE[0], *({kind: vary(body) for kind, body in frame.items()} for frame in SAMPLE[1:])]
    try:
        content = lines(frames)
    except UnicodeEncodeError:
        return
    scratch = tmp_path / "scratch"
    scratch.mkdir(exist_ok=True)
    path = tmp_path / "main"
    path.write_bytes(content)
    read(SOURCE, path, scratch=scratch)


def test_metadata_that_is_something_else(tmp_path: Path) -> None:
    """Only the boxed id of a backup counts as its metadata."""
    assert local_id(KEY, metadata(ID, KEY)) == ID
    for other in (b"", b"words", wire(2, b""), wire(2, wire(1, b"n") + wire(2, b"s")), metadata(ID, KEY) + b"\x0b"):
        assert local_id(KEY, other) is None


def test_the_files_of_a_backup_of_the_phone_belong_to_it(tmp_path: Path) -> None:
    """Encrypted files in the folder beside the snapshots are companions, and so no documents of an unknown format."""
    content = encrypted(binary(SAMPLE), derive(KEY, ID, None))
    stored = f"S/files/ab/ab{'0' * 62}"
    names = {"S/one/main": content, "S/one/metadata": metadata(ID, KEY), "S/one/files": b"x", stored: b"y" * 64}
    siblings = {}
    for name, written in [*names.items(), ("S/two/photo", b"z"), (f"files/ab/ab{'0' * 62}", b"w")]:
        path = tmp_path / name.replace("/", "_")
        path.write_bytes(written)
        siblings[name] = ExhibitFile(name, path, "0" * 64)
    document = Document(file=siblings["S/one/main"], siblings=siblings, scratch=tmp_path)
    assert SOURCE.recognise(document) == ("S/one/metadata", "S/one/files", stored)
