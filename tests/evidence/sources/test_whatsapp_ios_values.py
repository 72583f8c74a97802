"""The small readers under WhatsApp for iOS: the protobuf wire format, receipts, media items, names."""

import base64
import hashlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.chat_storage import bytes_field, chat_storage, message, number, own_jid, packed, text_field
from tests.support.reading import read

from upstander.evidence.protobuf import decode
from upstander.evidence.sources.whatsapp_ios import SOURCE, values
from upstander.evidence.sources.whatsapp_ios.receipts import read_info

ANNA = "447700900001@s.whatsapp.net"
BELA_LID = "111222333444555@lid"
BELA = "447700900002@s.whatsapp.net"


@given(fields=st.lists(st.tuples(st.integers(1, 2**20), st.integers(0, 2**63) | st.binary(max_size=30)), max_size=20))
def test_fields_come_back_as_they_were_written(fields: list[tuple[int, int | bytes]]) -> None:
    """Varints and blobs of any field number are read in order, to the end."""
    blob = b"".join(
        number(field, value) if isinstance(value, int) else bytes_field(field, value) for field, value in fields
    )
    read_back = decode(blob)
    assert read_back.whole
    assert list(read_back.all) == fields


@given(blob=st.binary(max_size=300))
def test_garbage_is_read_up_to_the_first_fault(blob: bytes) -> None:
    """No bytes make the reader fail, and what it gives of a prefix it gives of the whole."""
    fields = decode(blob)
    assert fields.all[: len(decode(blob[:-1]).all)] == decode(blob[:-1]).all
    read_info(blob)


def test_blob_cut_short_keeps_what_stands_before() -> None:
    """Of two fields of which the second is cut, the first is given and the fault is told."""
    fields = decode((text_field(1, "KEY") + text_field(2, "value"))[:-1])
    assert fields.text(1) == "KEY"
    assert not fields.whole


@pytest.mark.parametrize(
    ("written", "is_metadata"),
    [("Anna", False), ("Anna Bela 😀", False), ("", False), (None, False), ("QUJDRA==", False), (own_jid(ANNA), True)],
)
def test_push_name_is_a_name_or_metadata(written: str | None, is_metadata: bool) -> None:
    """A name that happens to be valid base64 is still a name."""
    assert (values.push_metadata(written) is not None) is is_metadata


@pytest.mark.parametrize(
    ("stored", "milliseconds"),
    [
        (0, 978_307_200_000),
        (704735807.2214981, 1_683_043_007_221),
        (-978_307_201, None),
        (5e12, None),
        (float("nan"), None),
        ("704735807", None),
        (None, None),
        (b"x", None),
    ],
)
def test_cocoa_times(stored: object, milliseconds: int | None) -> None:
    """Seconds since 2001 become milliseconds since 1970; what is no time within 1970 to 2100 becomes none."""
    assert values.instant(stored) == milliseconds


@pytest.mark.parametrize(
    ("blob", "digits"),
    [
        (packed("447700900001"), "447700900001"),
        (packed("19198887386"), "19198887386"),
        (b"", None),
        (b"\x81\xab\xcd", None),
        (b"\x81" + b"\x11" * 40, None),
    ],
)
def test_packed_numbers(blob: bytes, digits: str | None) -> None:
    """Two digits to a byte, an odd end filled up; anything else is no number."""
    assert values.packed(blob) == digits


def test_receipt_far_off_has_no_time() -> None:
    """Seconds that would lie years after the message, or before any base time, give no time of reading."""
    entry = bytes_field(2, bytes_field(1, packed("447700900001")) + number(4, 2**40) + number(5, 9))
    (receipt,) = read_info(entry + number(3, 1_700_000_000)).receipts
    assert (receipt.delivered_at, receipt.read_at) == (None, 1_700_000_009_000)
    (receipt,) = read_info(entry).receipts
    assert receipt.read_at is None


def test_address_book_gives_names_and_joins_lid_and_number(tmp_path: Path, scratch: Path) -> None:
    """A LID is named, numbered and linked through the address book, and a file in Message/ is held and hashed."""
    folder = tmp_path / "db"
    with chat_storage(folder) as database:
        database.chat(1, BELA_LID, "~b", 0)
        database.insert(
            "ZWAMEDIAITEM",
            {"Z_PK": 1, "ZMEDIALOCALPATH": "photo.jpg", "ZTITLE": "look", "ZLATITUDE": 400.0, "ZLONGITUDE": 300.0},
        )
        database.insert("ZWAMEDIAITEM", {"Z_PK": 2, "ZVCARDNAME": "Anna", "ZVCARDSTRING": "BEGIN:VCARD\nEND:VCARD"})
        database.insert("ZWAMEDIAITEM", {"Z_PK": 3, "ZLATITUDE": 51.5, "ZLONGITUDE": -0.1})
        metadata = text_field(5, "K1") + text_field(6, ANNA) + bytes_field(19, bytes_field(6, text_field(1, "a link")))
        database.insert("ZWAMEDIAITEM", {"Z_PK": 4, "ZMETADATA": metadata + number(17, 3)})
        for key, kind in ((1, 1), (2, 4), (3, 5), (4, 0)):
            row = message(key, 1, kind=kind, sender=BELA_LID, text="x" if kind == 0 else None)
            database.message(row | {"ZMEDIAITEM": key})
    (folder / "photo.jpg").write_bytes(b"picture")
    book = sqlite3.connect(folder / "ContactsV2.sqlite")
    book.execute("CREATE TABLE ZWAADDRESSBOOKCONTACT (Z_PK INTEGER PRIMARY KEY, ZWHATSAPPID, ZLID, ZFULLNAME)")
    book.execute("INSERT INTO ZWAADDRESSBOOKCONTACT VALUES (1, ?, ?, 'Bela B')", (BELA, BELA_LID))
    book.commit()
    book.close()
    tables = read(SOURCE, folder / "ChatStorage.sqlite", scratch=scratch)
    (bela,) = tables.rows("participants")
    assert (bela["handle"], bela["name"]) == (BELA_LID, "Bela B")
    assert (bela["number"], bela["linked_id"]) == ("+447700900002", BELA)
    picture, card, place = tables.rows("attachments")
    assert (picture["held"], picture["sha256"]) == ("held", hashlib.sha256(b"picture").hexdigest())
    assert (card["kind"], card["name"], card["held"]) == ("contact", "Anna", "held")
    assert (place["kind"], place["name"]) == ("location", "51.5,-0.1")
    answer = tables.authored[3]
    assert (answer["reply_to"], answer["reply_to_author"], answer["reply_to_text"]) == ("K1", ANNA, "a link")
    assert answer["forwarded"]
    assert tables.warned == {"author_uncertain": 1}


def test_plain_push_names_are_used(tmp_path: Path, scratch: Path) -> None:
    """In older databases the push name of a message is its author's name; no name is taken for a blob."""
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, "120363000000000001@g.us", "Lates", 1)
        database.member(1, 1, ANNA, active=1)
        database.message(message(1, 1, member=1, text="hi", push="Anna"))
    tables = read(SOURCE, tmp_path / "db" / "ChatStorage.sqlite", scratch=scratch)
    assert tables.rows("participants", handle=ANNA)[0]["name"] == "Anna"


def test_two_owners_are_told(tmp_path: Path, scratch: Path) -> None:
    """After a change of number the account has two addresses: the more frequent is taken, and both are named."""
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, BELA, "Bela", 0)
        rows = (message(i, 1, own=True, text="x", push=own_jid(ANNA if i < 3 else BELA_LID)) for i in range(1, 4))
        database.message(*rows)
    tables = read(SOURCE, tmp_path / "db" / "ChatStorage.sqlite", scratch=scratch)
    assert {row["author"] for row in tables.authored} == {ANNA}
    (warning,) = tables.rows("warnings", kind="author_uncertain")
    assert BELA_LID in warning["detail"]


def test_media_digest_is_read_only_from_a_digest() -> None:
    """Base64 of 32 bytes is a SHA-256; a contact's name or other text is not."""
    digest = hashlib.sha256(b"x").digest()
    assert values.hexadecimal(base64.b64encode(digest).decode()) == digest.hex()
    for other in ("Anna", "a" * 44, "=" * 44, None, 5, b"\xff" * 44):
        assert values.hexadecimal(other) in {None, base64.b64decode("a" * 44).hex()}
