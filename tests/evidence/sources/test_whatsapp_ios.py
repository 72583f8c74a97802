"""WhatsApp for iOS: ChatStorage.sqlite, real and invented."""

import contextlib
import sqlite3
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.chat_storage import COCOA, bytes_field, chat_storage, message, number, own_jid, packed, text_field
from tests.support.reading import Tables, read

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources.whatsapp_ios import SOURCE

ANNA = "447700900001@s.whatsapp.net"
BELA = "447700900002@s.whatsapp.net"
CARO = "111222333444555@lid"
ME = "447700900009@s.whatsapp.net"
GROUP = "120363000000000001@g.us"


@pytest.fixture(scope="session")
def josh(fixtures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The public iOS 15 image's database, with its address book beside it."""
    folder = tmp_path_factory.mktemp("josh")
    for name in ("whatsAppMessages", "whatsAppContacts"):
        stem = f"admin__test__cases__data__whatsApp__testdata.whatsApp.{name}.josh_ios15_ffs.zip"
        with zipfile.ZipFile(fixtures / "whatsapp-ios-db" / "abrignoni+iLEAPP" / stem) as archive:
            for member in archive.infolist():
                (folder / Path(member.filename).name).write_bytes(archive.read(member))
    return folder / "ChatStorage.sqlite"


def test_real_database_is_counted(josh: Path, scratch: Path) -> None:
    """On the public image: 21 authored messages, 11 notices, 5 chats, 10 participants, and what each carries."""
    tables = read(SOURCE, josh, scratch=scratch)
    assert (len(tables.authored), len(tables.system)) == (21, 11)
    counts = {name: len(tables.rows(name)) for name in ("conversations", "participants", "receipts", "reactions")}
    assert counts == {"conversations": 5, "participants": 10, "receipts": 11, "reactions": 1}
    assert Counter(row["kind"] for row in tables.authored) == {"text": 15, "location": 4, "image": 2}
    assert Counter(row["event"] for row in tables.system) == {"encryption_notice": 5, "group_created": 4, "added": 2}
    assert Counter(row["kind"] for row in tables.rows("attachments")) == {"location": 4, "image": 2}
    assert tables.warned == {"attachment_missing": 2, "receipt_times_inferred": 1}


def test_real_quote_names_the_quoted_message(josh: Path, scratch: Path) -> None:
    """The one quote of the image points at a message that is there, with that message's own text and author."""
    tables = read(SOURCE, josh, scratch=scratch)
    (answer,) = [row for row in tables.authored if row["reply_to"] is not None]
    (quoted,) = tables.rows("messages", platform_key=answer["reply_to"])
    assert answer["reply_to_text"] == quoted["text"]
    assert answer["reply_to_author"] == quoted["author"]


def test_real_owner_is_found(josh: Path, scratch: Path) -> None:
    """The owner's address is the author of every outgoing message and the reactor who has no address."""
    tables = read(SOURCE, josh, scratch=scratch)
    (owner,) = {row["account"] for row in tables.rows("conversations")}
    assert {row["author"] for row in tables.authored if row["outgoing"]} == {owner}
    assert {row["handle"] for row in tables.rows("participants", owner=True)} == {owner}
    assert tables.rows("reactions")[0]["participant"] == owner
    assert {row["participant"] for row in tables.rows("receipts")}.isdisjoint({owner})


def test_real_media_digest_is_hexadecimal(josh: Path, scratch: Path) -> None:
    """The platform's own SHA-256 of a picture is kept though the picture itself did not come."""
    tables = read(SOURCE, josh, scratch=scratch)
    for row in tables.rows("attachments", kind="image"):
        assert row["held"] == "absent"
        assert len(bytes.fromhex(row["sha256"])) == 32


def test_inactive_lid_among_phone_numbers_is_not_called_past_member(josh: Path, scratch: Path) -> None:
    """Where the active members are phone addresses, an inactive LID may be one of them: its standing stays unknown."""
    tables = read(SOURCE, josh, scratch=scratch)
    assert {row["standing"] for row in tables.rows("participants") if row["handle"].endswith("@lid")} == {"unknown"}
    assert Counter(row["kind"] for row in tables.rows("membership_events")) == {
        "current_member": 4,
        "created": 4,
        "added": 2,
    }


@pytest.fixture
def group(tmp_path: Path, scratch: Path) -> Tables:
    """An invented group with what the public image lacks."""
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, GROUP, "Lates 3", 1)
        database.chat(2, ANNA, "Anna", 0)
        database.member(1, 1, ANNA, active=1, admin=1)
        database.member(2, 1, BELA, active=0)
        database.member(3, 1, CARO, active=1)
        database.member(4, 1, ME, active=1)
        database.execute("INSERT INTO ZWAPROFILEPUSHNAME (ZJID, ZPUSHNAME) VALUES (?, 'caro c')", (CARO,))
        database.message(
            message(1, 1, kind=6, event=12, member=1),
            message(2, 1, kind=6, event=2, member=2, text=ANNA),
            message(3, 1, kind=6, event=50, text=f"{ANNA};{CARO},{ME}"),
            message(4, 1, kind=6, event=7, member=2, text=ANNA),
            message(5, 1, kind=6, event=3, member=3),
            message(6, 1, kind=6, event=15, member=3),
            message(7, 1, kind=6, event=39, member=3),
            message(8, 1, kind=6, event=10),
            message(9, 1, kind=6, event=99),
            message(10, 1, text="kettle on?", own=True, info=1, push=own_jid(ME)),
            message(11, 1, text="two sugars", member=3, flags=1 << 7),
            message(12, 1, kind=14, member=1, text=ANNA),
            message(13, 1, kind=38, member=1),
            message(14, 1, kind=46, member=1, info=2),
            message(15, 1, text="gone member", member=77),
            message(16, 1, text=None, member=1),
            message(17, 1, kind=777, member=1, text="?"),
            message(18, 2, kind=10, event=1, sender=ANNA),
            message(19, 2, text="hello", sender=ANNA, date=-5e12),
            message(20, 2, text="hello", sender=ANNA, date=None),
            message(21, 9, text="orphan", sender=ANNA),
        )
        at = 700_000_000 + COCOA
        receipts = b"".join(
            bytes_field(2, bytes_field(1, packed(digits)) + rest)
            for digits, rest in (
                ("447700900001", number(4, 2) + number(5, 60)),
                ("111222333444555", number(4, 7)),
                ("447700900009", b""),
            )
        )
        reactions = bytes_field(
            7,
            bytes_field(1, text_field(1, "K") + text_field(2, CARO) + text_field(3, "👎") + number(4, at * 1000 + 5))
            + bytes_field(2, text_field(1, "K") + text_field(2, "👍") + number(3, at * 1000))
            + bytes_field(3, bytes_field(1, text_field(1, "😂") + number(2, 12))),
        )
        database.info(1, receipts + number(3, at) + reactions)
        option = bytes_field(3, text_field(1, "Curry")) + bytes_field(3, text_field(1, "Pizza"))
        database.info(2, bytes_field(8, text_field(2, "Food?") + option))
        database.change(1, GROUP, f"{BELA},{CARO}", kind=4)
    return read(SOURCE, tmp_path / "db" / "ChatStorage.sqlite", scratch=scratch)


def test_group_is_counted(group: Tables) -> None:
    """Authored messages, notices, participants and warnings of the invented group, by number."""
    assert (len(group.authored), len(group.system)) == (11, 10)
    assert len(group.rows("conversations")) == 3
    assert group.warned == {
        "companion_missing": 1,
        "impossible_date": 2,
        "missing_reference": 2,
        "receipt_times_inferred": 1,
        "unknown_value": 4,
    }


def test_membership_events_name_whom_and_by_whom(group: Tables) -> None:
    """A notice's member row is whom it happened to, its text who did it; `who;whom,whom` is read too."""
    told = [
        (row["kind"], row["participant"], row["actor"])
        for row in group.rows("membership_events", evidence="system_event")
    ]
    assert told == [
        ("created", ANNA, ANNA),
        ("added", BELA, ANNA),
        ("added", CARO, ANNA),
        ("added", ME, ANNA),
        ("removed", BELA, ANNA),
        ("left", CARO, None),
        ("joined", CARO, None),
        ("administrator_added", CARO, None),
        ("administrator_added", ME, None),
    ]


def test_member_table_gives_standing(group: Tables) -> None:
    """Active, administrator and inactive members keep their standing, and a changed membership its code alone."""
    (chat,) = group.rows("conversations", platform_key=GROUP)
    standing = {row["handle"]: row["standing"] for row in group.rows("participants", conversation=chat["conversation"])}
    assert standing == {
        ANNA: "administrator",
        BELA: "past_member",
        CARO: "member",
        ME: "member",
        "ZWAGROUPMEMBER:77": None,
    }
    changed = group.rows("membership_events", kind="changed")
    assert [(row["participant"], row["detail"]) for row in changed] == [
        (BELA, "ZCHANGETYPE 4, roster digest before it 2:47DEQpj8"),
        (CARO, "ZCHANGETYPE 4, roster digest before it 2:47DEQpj8"),
    ]


def test_receipts_are_per_recipient(group: Tables) -> None:
    """Each recipient has an own receipt, a LID is found by its name, and the owner's other device is no recipient."""
    rows = {row["participant"]: row for row in group.rows("receipts")}
    assert set(rows) == {ANNA, CARO}
    start = group.rows("messages", platform_key="K10")[0]["sent_at"]
    assert (rows[ANNA]["delivered_at"] - start).total_seconds() == 2
    assert (rows[ANNA]["read_at"] - start).total_seconds() == 60
    assert rows[CARO]["read_at"] is None
    assert group.rows("messages", platform_key="K10")[0]["recipients"] == 2


def test_reactions_of_every_shape(group: Tables) -> None:
    """A reaction with an address, the owner's own without one, and a tally of many."""
    told = [(row["participant"], row["emoji"], row["count"]) for row in group.rows("reactions")]
    assert told == [(CARO, "👎", 1), (ME, "👍", 1), (None, "😂", 12)]


def test_kinds(group: Tables) -> None:
    """A tombstone has no text, a view-once message and an empty one are kept, a poll keeps question and options."""
    rows = {row["platform_key"]: row for row in group.authored}
    assert (rows["K12"]["kind"], rows["K12"]["text"], rows["K12"]["deleted"]) == ("deleted", None, "unknown")
    assert rows["K13"]["kind"] == "view_once"
    assert (rows["K14"]["kind"], rows["K14"]["text"]) == ("poll", "Food?\nCurry\nPizza")
    assert rows["K16"]["kind"] == "empty"
    assert (rows["K17"]["kind"], rows["K17"]["text"]) == ("unknown", "?")
    assert rows["K11"]["forwarded"]
    assert not rows["K10"]["forwarded"]
    assert rows["K15"]["author"] == "ZWAGROUPMEMBER:77"
    assert GROUP not in group.handles


def test_write_ahead_log_is_read(tmp_path: Path, scratch: Path) -> None:
    """A message that only the -wal holds is read, and the -wal is claimed as a companion."""
    path = tmp_path / "db" / "ChatStorage.sqlite"
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, ANNA, "Anna", 0)
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO ZWAMESSAGE (Z_PK, ZCHATSESSION, ZTEXT, ZFROMJID) VALUES (1, 1, 'late', ?)", (ANNA,))
    writer.commit()
    try:
        document = Document.of(path, scratch=scratch)
        assert f"{path.name}-wal" in SOURCE.recognise(document)
        tables = read(SOURCE, path, scratch=scratch)
    finally:
        writer.close()
    assert [row["text"] for row in tables.authored] == ["late"]


def test_history_sync_copies_are_read_once(tmp_path: Path, scratch: Path) -> None:
    """Two rows alike in every way are one message with a warning; two that differ are both kept."""
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, ANNA, "Anna", 0)
        database.message(
            message(1, 1, text="same", sender=ANNA, key="X", date=7e8),
            message(2, 1, text="same", sender=ANNA, key="X", date=7e8),
            message(3, 1, text="other", sender=ANNA, key="X", date=7e8),
        )
    tables = read(SOURCE, tmp_path / "db" / "ChatStorage.sqlite", scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["same", "other"]
    assert tables.warned["duplicate_record"] == 1


def test_old_schema_is_read(tmp_path: Path, scratch: Path) -> None:
    """A database without most columns and tables is read as far as it goes, and what is missing is said."""
    path = tmp_path / "old.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE ZWAMESSAGE (Z_PK INTEGER PRIMARY KEY, ZTEXT, ZFROMJID, ZMESSAGEDATE)")
    database.execute("INSERT INTO ZWAMESSAGE VALUES (1, 'hi', ?, 300000000)", (ANNA,))
    database.commit()
    database.close()
    tables = read(SOURCE, path, scratch=scratch)
    assert [(row["author"], row["text"]) for row in tables.authored] == [(ANNA, "hi")]
    assert tables.warned["missing_table"] == 4


def test_other_databases_are_refused(tmp_path: Path, scratch: Path) -> None:
    """Text, and a database without WhatsApp's tables, are not this source's."""
    (tmp_path / "chat.txt").write_text("no database")
    other = sqlite3.connect(tmp_path / "other.db")
    other.execute("CREATE TABLE message (_id)")
    other.close()
    for name in ("chat.txt", "other.db"):
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(tmp_path / name, scratch=scratch))


def test_damaged_page_loses_only_itself(tmp_path: Path, scratch: Path) -> None:
    """With a page in the middle overwritten, messages from before and after it are read, and the damage is said."""
    path = tmp_path / "db" / "ChatStorage.sqlite"
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, ANNA, "Anna", 0)
        database.message(*(message(i, 1, text=f"message {i} " + "x" * 200, sender=ANNA) for i in range(1, 1001)))
    data = bytearray(path.read_bytes())
    place = data.index(b"message 500 ") // 4096 * 4096
    data[place : place + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    tables = read(SOURCE, path, scratch=scratch)
    texts = {int(row["text"].split()[1]) for row in tables.authored}
    assert {1, 400, 600, 1000} <= texts
    assert len(texts) > 950
    assert tables.warned["damaged_database"] >= 1


def test_damaged_receipts_lose_no_message(tmp_path: Path, scratch: Path) -> None:
    """With one page of receipts overwritten, every message is read, and so are the receipts of the other pages."""
    path = tmp_path / "db" / "ChatStorage.sqlite"
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, ANNA, "Anna", 0)
        for key in range(1, 401):
            entry = bytes_field(1, packed("447700900001")) + number(4, 1) + text_field(99, f"pad {key} " + "x" * 90)
            database.info(key, bytes_field(2, entry) + number(3, 1_700_000_000))
            database.message(message(key, 1, text=f"message {key}", own=True, info=key))
    data = bytearray(path.read_bytes())
    place = data.index(b"pad 200 ") // 4096 * 4096
    data[place : place + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 400
    assert 300 < len(tables.rows("receipts")) < 400
    assert tables.warned["damaged_database"] >= 1


def test_file_cut_off_is_unreadable(tmp_path: Path, scratch: Path) -> None:
    """A database of which only the first page came is refused in a sentence."""
    with chat_storage(tmp_path / "db") as database:
        database.chat(1, ANNA, "Anna", 0)
    path = tmp_path / "db" / "ChatStorage.sqlite"
    path.write_bytes(path.read_bytes()[:4096])
    with pytest.raises(Unreadable):
        read(SOURCE, path, scratch=scratch)


_values = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=40),
    st.sampled_from([ANNA, CARO, GROUP, 0, 1, 6, 10, 14, 46]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_values_of_any_type_do_no_harm(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """SQLite lets any column hold anything: rows are kept, nothing crashes, and every table keeps its shape."""
    folder = tmp_path_factory.mktemp("any")
    with chat_storage(folder, loose=True) as database:
        for table in ("ZWACHATSESSION", "ZWAGROUPMEMBER", "ZWAMEDIAITEM", "ZWAMESSAGEINFO", "ZWAMESSAGE"):
            for key in (1, 2):
                database.fill(table, key, lambda: data.draw(_values))
        total = database.execute("SELECT count(*) FROM ZWAMESSAGE").fetchone()[0]
    scratch = folder / "scratch"
    scratch.mkdir()
    tables = read(SOURCE, folder / "ChatStorage.sqlite", scratch=scratch)
    assert len(tables.rows("messages")) + tables.warned["duplicate_record"] == total


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, 60_000),
    changes=st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 255)), max_size=30),
)
def test_mutated_databases_do_no_harm(
    cut: int, changes: list[tuple[int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any bytes changed, any end cut off: rows or a typed error, never a crash."""
    folder = tmp_path_factory.mktemp("mutated")
    with chat_storage(folder) as database:
        database.chat(1, GROUP, "Lates", 1)
        database.member(1, 1, ANNA, active=1)
        database.message(*(message(i, 1, text="x" * 100, member=1, info=1) for i in range(1, 60)))
        database.info(
            1, bytes_field(2, bytes_field(1, packed("447700900001")) + number(4, 1)) + number(3, 1_700_000_000)
        )
    path = folder / "ChatStorage.sqlite"
    content = bytearray(path.read_bytes())
    for place, value in changes:
        content[place % len(content)] = value
    path.write_bytes(content[: len(content) - cut] if cut % 3 == 0 and cut < len(content) else content)
    scratch = folder / "scratch"
    scratch.mkdir()
    with contextlib.suppress(SourceError):
        read(SOURCE, path, scratch=scratch)
