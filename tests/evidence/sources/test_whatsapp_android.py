"""WhatsApp's Android database: schemas of 2021 and later."""

import contextlib
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.android import ANN, BEN, CAT, GROUP, LID, NOW, OWNER, Phone, team
from tests.support.reading import Tables, read, read_document

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources.whatsapp_android import SOURCE, order

_GENUINE = (
    "msgstore.db",
    "Database_archive__msgstore_2025-02-10_234737.db",
    "Database_archive__msgstore_2025-02-21_075322.db",
    "Database_archive__msgstore_2025-03-09_174813.db",
)


def genuine(fixtures: Path, name: str) -> Path:
    """One of the genuine empty databases."""
    return fixtures / "whatsapp-android-db" / "salozubz+WhatsApp-Db-Merger" / name


def ms(row: dict[str, object], column: str) -> int | None:
    """An instant in milliseconds."""
    value = row[column]
    return None if value is None else round(value.timestamp() * 1000)  # type: ignore[attr-defined]


def check_team(tables: Tables) -> None:
    """What `android.team` put in came out."""
    assert len(tables.authored) == 10
    assert [row["event"] for row in tables.system] == ["group_created", "added", "removed", "added"]
    assert tables.warned == {"orphan_receipt": 1, "missing_reference": 1}
    group, direct = tables.rows("conversations")
    assert (group["platform_key"], group["title"], group["kind"]) == (GROUP, "Earlies: B team", "group")
    assert (direct["platform_key"], direct["kind"], direct["account"]) == (ANN, "direct", OWNER)
    members = {row["handle"]: row for row in tables.rows("participants", conversation=group["conversation"])}
    assert set(members) == {OWNER, ANN, BEN, LID}
    assert {handle: row["standing"] for handle, row in members.items()} == {
        OWNER: "administrator",
        ANN: "administrator",
        LID: "member",
        BEN: "past_member",
    }
    assert [handle for handle, row in members.items() if row["owner"]] == [OWNER]
    assert members[ANN]["number"] == "+447700900101"
    assert (members[LID]["name"], members[LID]["linked_id"], members[LID]["number"]) == ("Cat", CAT, "+447700900103")
    devices = {handle: row["devices"] for handle, row in members.items() if row["devices"]}
    assert devices == {
        ANN: "447700900101.0:0@s.whatsapp.net,447700900101.0:14@s.whatsapp.net",
        LID: "205000000000001.0:3@lid",
    }
    rows = {row["row"]: row for row in tables.rows("messages")}
    first = rows["message:3"]
    assert first["message"] == f"{group['conversation']}-3"
    assert (first["author"], first["outgoing"], first["text"]) == (OWNER, True, "Who is on earlies?")
    assert (first["platform_key"], first["roster_digest"], first["recipients"]) == ("KEY0003", "2:47DEQpj8", 3)
    assert ms(first, "sent_at") == NOW + 180_000
    assert first["sent_at_written"] == str(NOW + 180_000)
    assert ms(first, "server_at") == NOW + 181_000
    assert ms(first, "received_at") == NOW + 180_500
    assert (first["sent_at_precision"], first["time_zone"], first["time_zone_basis"]) == (
        "millisecond", "UTC", "recorded",
    )  # fmt: skip
    answer = rows["message:4"]
    assert (answer["author"], answer["server_at"]) == (ANN, None)
    assert (answer["reply_to"], answer["reply_to_text"], answer["reply_to_author"]) == (
        "KEY0003", "Who is on earlies?", OWNER,
    )  # fmt: skip
    assert (rows["message:5"]["author"], rows["message:5"]["kind"]) == (LID, "image")
    assert [(rows[f"message:{i}"]["kind"], rows[f"message:{i}"]["deleted"]) for i in (6, 7)] == [
        ("deleted", "by_author"),
        ("deleted", "by_administrator"),
    ]
    assert ms(rows["message:6"], "deleted_at") == NOW + 500_000
    assert (rows["message:6"]["platform_key"], rows["message:7"]["platform_key"]) == ("FIRSTKEY", "KEY0007")
    assert rows["message:1"]["outgoing"] is None
    assert rows["message:9"]["edited"]
    assert rows["message:10"]["forwarded"]
    assert (rows["message:12"]["author"], rows["message:12"]["outgoing"]) == (ANN, False)
    assert [row["position"] for row in tables.rows("messages", conversation=group["conversation"])] == list(range(12))
    receipts = tables.rows("receipts")
    assert [(row["participant"], row["message"] is None, row["target_key"]) for row in receipts] == [
        (ANN, False, "KEY0003"),
        (BEN, False, "KEY0003"),
        (ANN, True, "message:999"),
    ]
    assert (ms(receipts[0], "read_at"), receipts[1]["read_at"]) == (NOW + 400_000, None)
    reactions = tables.rows("reactions")
    assert [(row["participant"], row["emoji"], row["message"] is None) for row in reactions] == [
        (ANN, "👍", False),
        (ANN, "👍", False),
        (BEN, "👍", True),
    ]
    assert [(row["version"], row["text"]) for row in tables.rows("edits")] == [(1, None), (2, "corrected")]
    photo, place = tables.rows("attachments")
    assert (photo["kind"], photo["name"], photo["bytes"], photo["held"]) == ("image", "Media/IMG-1.jpg", 1234, "absent")
    assert photo["sha256"] == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert (place["kind"], place["name"], place["caption"]) == ("location", "51.5,-0.1", "Yard")
    events = [
        (row["kind"], row["participant"], row["actor"], row["evidence"]) for row in tables.rows("membership_events")
    ]
    assert events[:4] == [
        ("current_member", OWNER, None, "member_table"),
        ("current_member", ANN, None, "member_table"),
        ("current_member", LID, None, "member_table"),
        ("past_member", BEN, None, "past_member_table"),
    ]
    assert events[4:] == [
        ("created", None, OWNER, "system_event"),
        ("added", ANN, OWNER, "system_event"),
        ("added", BEN, OWNER, "system_event"),
        ("removed", BEN, ANN, "system_event"),
        ("added", OWNER, ANN, "system_event"),
    ]


def test_own_schema(tmp_path: Path, scratch: Path) -> None:
    """Everything this source reads comes out of a database with the least of tables and columns."""
    check_team(read(SOURCE, team(tmp_path / "any-name"), scratch=scratch))


@pytest.mark.parametrize("name", _GENUINE)
def test_genuine_schemas(fixtures: Path, tmp_path: Path, scratch: Path, name: str) -> None:
    """The same rows, put into a copy of each genuine schema of 2024 and 2025, come out the same."""
    path = team(tmp_path / "msgstore.db", genuine=genuine(fixtures, name))
    check_team(read(SOURCE, path, scratch=scratch))


@pytest.mark.parametrize("name", _GENUINE)
def test_genuine_databases_are_empty(fixtures: Path, scratch: Path, name: str) -> None:
    """The genuine databases hold no message and no conversation; that is no error."""
    tables = read(SOURCE, genuine(fixtures, name), scratch=scratch)
    assert not tables.rows("messages")
    assert not tables.rows("conversations")
    assert set(tables.warned) <= {"companion_missing"}


def test_log_and_contacts_are_claimed_and_read(tmp_path: Path, scratch: Path) -> None:
    """The -wal beside the database and the names in wa.db (and its -wal) belong to it."""
    path = team(tmp_path / "msgstore.db")
    contacts = sqlite3.connect(tmp_path / "wa.db", isolation_level=None)
    contacts.execute("CREATE TABLE wa_contacts (jid TEXT, display_name TEXT, wa_name TEXT)")
    contacts.executemany("INSERT INTO wa_contacts VALUES (?, ?, ?)", [(ANN, "Ann Other", "annie"), (BEN, None, "Ben")])
    contacts.close()
    live = sqlite3.connect(path, isolation_level=None)
    live.execute("PRAGMA journal_mode = WAL")
    live.execute("PRAGMA wal_autocheckpoint = 0")
    live.execute("UPDATE message SET text_data = 'newer' WHERE _id = 3")
    kept = {end: path.with_name(path.name + end).read_bytes() for end in ("", "-wal", "-shm")}
    live.close()
    for end, content in kept.items():
        path.with_name(path.name + end).write_bytes(content)
    document = Document.of(path, scratch=scratch)
    assert set(SOURCE.recognise(document)) == {"msgstore.db-wal", "msgstore.db-shm", "wa.db"}
    tables = read_document(SOURCE, document)
    assert tables.rows("messages", row="message:3")[0]["text"] == "newer"
    names = {row["handle"]: row["name"] for row in tables.rows("participants")}
    assert (names[ANN], names[BEN], names[LID]) == ("Ann Other", "Ben", "Cat")
    assert tables.rows("conversations", kind="direct")[0]["title"] == "Ann Other"
    assert "companion_missing" not in tables.warned


def test_unknown_codes_are_kept_and_counted(tmp_path: Path, scratch: Path) -> None:
    """A message type or action that no table knows is kept, with one warning for each number."""
    phone = Phone(tmp_path / "a")
    phone.put("chat", _id=1, jid_row_id=1)
    phone.put("jid", _id=1, raw_string=GROUP)
    for _ in range(3):
        phone.message("x", kind=777)
    phone.event(900)
    tables = read(SOURCE, phone.close(), scratch=scratch)
    assert [row["kind"] for row in tables.authored] == ["unknown"] * 3
    assert tables.system[0]["event"] == "other"
    details = [row["detail"] for row in tables.rows("warnings", kind="unknown_value")]
    assert len(details) == 2
    assert "777" in details[0]
    assert "3 messages" in details[0]
    assert "900" in details[1]


def test_values_of_the_wrong_type_are_warned_of(tmp_path: Path, scratch: Path) -> None:
    """Texts where numbers are due, blobs, invalid UTF-8, missing chats and impossible times lose no message."""
    phone = Phone(tmp_path / "a")
    phone.put("chat", _id=1, jid_row_id=1)
    phone.put("jid", _id=1, raw_string=GROUP)
    for stamp in ("soon", None, -5, 2**62, 4_200_000_000_000, b"\xff", 1e300):
        phone.message("x", sender=7, timestamp=stamp)
    phone.message(b"caf\xc3\xa9", sender="who")  # type: ignore[arg-type]
    phone.message(b"\xff\xfe", chat=55, sender=7)
    phone.message(5, sender=2**70 / 3)  # type: ignore[arg-type]
    tables = read(SOURCE, phone.close(), scratch=scratch)
    assert len(tables.authored) == 10
    assert tables.warned["impossible_date"] == 7
    assert tables.warned["invalid_text"] == 1
    assert tables.warned["missing_reference"] == 2
    assert [row["text"] for row in tables.authored[7:]] == ["café", "5", "\ufffd\ufffd"]


def test_owner_is_named_only_where_proved(tmp_path: Path, scratch: Path) -> None:
    """Events that say "I joined" of two people, or of one who wrote to the phone, name nobody: the owner stays `me`."""
    for number, about in enumerate(((2, 3), (2,), (1,))):
        path = team(tmp_path / str(number))
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("DELETE FROM message_system_chat_participant WHERE message_row_id = 14")
        connection.executemany("INSERT INTO message_system_chat_participant VALUES (14, ?)", [(jid,) for jid in about])
        connection.close()
        tables = read(SOURCE, path, scratch=scratch)
        assert {row["account"] for row in tables.rows("conversations")} == {OWNER if about == (1,) else "me"}


def test_clocks_that_disagree_are_said(tmp_path: Path, scratch: Path) -> None:
    """An own message that device and server stamp more than a minute apart is a warning with the difference."""
    phone = Phone(tmp_path / "a")
    phone.put("chat", _id=1, jid_row_id=1)
    phone.put("jid", _id=1, raw_string=GROUP)
    phone.message("ahead", receipt_server_timestamp=NOW - 165_475_000)
    phone.message("right")
    phone.message("behind", receipt_server_timestamp=NOW + 400_000)
    phone.message("not mine", sender=7, receipt_server_timestamp=NOW - 999_999)
    tables = read(SOURCE, phone.close(), scratch=scratch)
    details = [row["detail"] for row in tables.rows("warnings", kind="clock_wrong")]
    assert len(details) == 2
    assert "165,535 s ahead" in details[0]
    assert "220 s behind" in details[1]


def test_missing_tables_are_said(tmp_path: Path, scratch: Path) -> None:
    """A database without receipts or members says so; its messages are read."""
    path = team(tmp_path / "a")
    connection = sqlite3.connect(path, isolation_level=None)
    for table in ("receipt_user", "group_participant_user", "message_quoted", "jid_map"):
        connection.execute(f"DROP TABLE {table}")
    connection.close()
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 10
    assert tables.warned["missing_table"] == 2


def test_a_missing_column_is_named(tmp_path: Path, scratch: Path) -> None:
    """Without message_type the column is named once, and no number of ours leaks; an empty one is said to be empty."""
    path = team(tmp_path / "a")
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("UPDATE message SET message_type = NULL WHERE _id = 4")
    connection.execute("UPDATE message_system SET action_type = NULL WHERE message_row_id = 1")
    tables = read(SOURCE, path, scratch=scratch)
    assert "missing_table" not in tables.warned
    said = {row["detail"] for row in tables.rows("warnings", kind="unknown_value")}
    assert said == {
        "1 messages are kept as unknown, because their message_type is empty",
        "1 events are kept as other, because their action_type is empty",
    }
    connection.execute("ALTER TABLE message DROP COLUMN message_type")
    connection.execute("ALTER TABLE message_system DROP COLUMN action_type")
    connection.close()
    tables = read(SOURCE, path, scratch=scratch)
    assert {row["kind"] for row in tables.rows("messages")} == {"unknown"}
    missing = [row["detail"] for row in tables.rows("warnings", kind="missing_table")]
    assert [detail.partition(": ")[2].partition(";")[0] for detail in missing] == [
        "message has no column message_type",
        "message_system has no column action_type",
    ]
    assert "unknown_value" not in tables.warned
    assert not any("4611686018427387904" in row["detail"] for row in tables.rows("warnings"))


def test_order_is_that_of_the_phone(tmp_path: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages come by sort_id within their chat, also where they were stored in another order and in many pieces."""
    monkeypatch.setattr(order, "PIECE_ROWS", 10)
    phone = Phone(tmp_path / "a")
    for chat in (1, 2):
        phone.put("chat", _id=chat, jid_row_id=chat)
        phone.put("jid", _id=chat, raw_string=f"12000000{chat}@g.us")
    for i in range(100):
        phone.message(f"{(i * 37) % 100}", chat=1 + i % 2, sort_id=1 + (i * 37) % 100)
    tables = read(SOURCE, phone.close(), scratch=scratch)
    for conversation in tables.rows("conversations"):
        texts = [int(row["text"]) for row in tables.rows("messages", conversation=conversation["conversation"])]
        assert len(texts) == 50
        assert texts == sorted(texts)


def test_other_databases_are_refused(tmp_path: Path, scratch: Path) -> None:
    """A database without WhatsApp's tables, and a file that is no database, are another source's."""
    connection = sqlite3.connect(tmp_path / "msgstore.db")
    connection.execute("CREATE TABLE message (_id INTEGER PRIMARY KEY, text TEXT)")
    connection.commit()
    connection.close()
    (tmp_path / "text").write_bytes(b"01/01/2024, 10:00 - Ann: hello")
    for name in ("msgstore.db", "text"):
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(tmp_path / name, scratch=scratch))


def test_rows_on_both_sides_of_damage_are_kept(tmp_path: Path, scratch: Path) -> None:
    """A destroyed page costs its own messages; those before and after it are read, and the damage is said."""
    phone = Phone(tmp_path / "a")
    phone.put("chat", _id=1, jid_row_id=1)
    phone.put("jid", _id=1, raw_string=GROUP)
    phone.connection.execute("BEGIN")
    for i in range(4000):
        phone.message(f"message {i} " + "x" * 100, sender=7)
    phone.connection.execute("COMMIT")
    path = phone.close()
    content = bytearray(path.read_bytes())
    at = content.index(b"message 2000 ") // 4096 * 4096
    content[at : at + 4096] = b"\xee" * 4096
    path.write_bytes(content)
    tables = read(SOURCE, path, scratch=scratch)
    texts = [row["text"].split()[1] for row in tables.authored]
    assert 3940 < len(texts) < 4000
    assert (texts[0], texts[-1]) == ("0", "3999")
    assert tables.warned["damaged_database"] == 1


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_databases_never_crash(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever bytes of a database are changed or cut off, the source gives rows or a typed error."""
    folder = tmp_path_factory.mktemp("fuzz")
    path = team(folder / "a")
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 12))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    if data.draw(st.booleans()):
        del content[data.draw(st.integers(1, len(content))) :]
    path.write_bytes(content)
    (folder / "s").mkdir()
    with contextlib.suppress(SourceError):
        read(SOURCE, path, scratch=folder / "s")


_VALUES = st.one_of(
    st.none(), st.integers(-(2**63), 2**63 - 1), st.floats(allow_nan=False), st.binary(max_size=12),
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_any_value_anywhere_never_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Columns of any type anywhere lose no message row."""
    folder = tmp_path_factory.mktemp("values")
    path = team(folder / "a")
    connection = sqlite3.connect(path, isolation_level=None)
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for _ in range(data.draw(st.integers(1, 8))):
        table = data.draw(st.sampled_from(tables))
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})") if not row[5]]
        column = data.draw(st.sampled_from(names))
        connection.execute(f"UPDATE {table} SET {column} = ?", (data.draw(_VALUES),))
    connection.close()
    (folder / "s").mkdir()
    assert len(read(SOURCE, path, scratch=folder / "s").rows("messages")) == 14
