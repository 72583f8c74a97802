"""Apple Messages: invented databases of the newest and of an old schema."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.messages_db import COCOA, NOW, messages_db, stream, summary
from tests.support.reading import Tables, read

from upstander.evidence.sources.imessage import SOURCE

ANNA, BELA, CARO = "+447700900001", "bela@example.org", "+447700900003"
ME = "+447700900009"
GROUP = "6A1B0C9E-0000-4000-8000-000000000001"
NANO = 1_000_000_000


def at(minutes: float) -> int:
    """Milliseconds since 1970, so many minutes into the invented database."""
    return round((NOW + COCOA + minutes * 60) * 1000)


def ns(minutes: float) -> int:
    """The same as Messages stores it."""
    return round((NOW + minutes * 60) * NANO)


def ms(value: Any) -> int | None:
    """A read instant in milliseconds."""
    return None if value is None else round(value.timestamp() * 1000)


@pytest.fixture
def group(tmp_path: Path, scratch: Path) -> Tables:
    """A group, split in two rows when Anna changed her address, and a one-to-one exchange."""
    path = tmp_path / "db" / "chat.db"
    with messages_db(path) as database:
        for key, handle in enumerate((ANNA, BELA, CARO, "anna@example.org"), start=1):
            database.insert("handle", ROWID=key, id=handle, service="iMessage")
        room = {"group_id": GROUP, "room_name": "chat100", "last_addressed_handle": ME}
        database.chat(1, "iMessage;+;chat100", 1, 2, display_name="Lates 3", **room)
        database.chat(2, "iMessage;+;chat101", 2, 3, 4, display_name="Lates 4", **room | {"room_name": "chat101"})
        database.chat(3, f"iMessage;-;{ANNA}", 1, account_login=f"P:{ME}", group_id="B")
        database.chat(4, f"SMS;-;{CARO}", 3, last_addressed_handle=ME)
        item: dict[str, Any] = {"item_type": 1, "handle_id": 2}
        database.message(1, 1, item_type=2, group_title="Lates 3", is_from_me=1, handle_id=0)
        database.message(2, 1, **item, group_action_type=0, other_handle=3)
        database.message(3, 1, **item, group_action_type=1, other_handle=1)
        database.message(4, 1, item_type=3, group_action_type=0, handle_id=3)
        database.message(5, 1, item_type=3, group_action_type=1, handle_id=2)
        database.message(6, 1, item_type=3, group_action_type=9, handle_id=2)
        database.message(7, 1, **item, group_action_type=0, other_handle=2)
        database.message(8, 1, item_type=4, share_status=0, share_direction=1, handle_id=2)
        database.message(10, 2, attributedBody=stream("kettle on?"), handle_id=2, date_read=ns(15))
        database.message(11, 2, "two sugars", is_from_me=1, thread_originator_guid="M10", date_delivered=ns(11.5))
        database.message(12, 2, "Loved “kettle on?”", handle_id=3, associated_message_guid="p:0/M10",
                         associated_message_type=2000)  # fmt: skip
        database.message(13, 2, "Removed", handle_id=4, associated_message_guid="bp:M10", associated_message_type=3001)
        database.message(14, 2, handle_id=2, associated_message_guid="p:1/M11", associated_message_type=2006,
                         associated_message_emoji="🫖")  # fmt: skip
        database.message(15, 2, is_from_me=1, associated_message_guid="M10", associated_message_type=2007)
        database.attach(1, 15, transfer_name="kettle.png", is_sticker=1)
        database.message(16, 2, "Disliked “a lost one”", handle_id=2, associated_message_guid="p:0/GONE",
                         associated_message_type=2002)  # fmt: skip
        database.message(17, 2, "answer", handle_id=77, thread_originator_guid="GONE")
        database.message(18, 3, "morning", is_from_me=1, date_delivered=ns(18.5), date_read=ns(19))
        database.message(19, 3, "hello", handle_id=1, date_read=ns(20), subject="Rota")
        database.message(20, 3, "later", handle_id=0)
        database.message(21, 4, "failed", is_from_me=1, error=22)
        database.message(22, 4, "to be sent", is_from_me=1, schedule_type=2, is_sent=0)
        database.insert("chat_message_join", chat_id=3, message_id=10)
        database.insert("chat_message_join", chat_id=1, message_id=11)
        database.insert("chat_message_join", chat_id=3, message_id=999)
    return read(SOURCE, path, scratch=scratch)


def test_rows_of_one_group_are_one_conversation(group: Tables) -> None:
    """Rows of chat with the same group_id are one conversation under that key, called as the newest is."""
    assert {
        (row["platform_key"], row["kind"], row["platform"], row["title"]) for row in group.rows("conversations")
    } == {
        (GROUP, "group", "imessage", "Lates 4"),
        (f"iMessage;-;{ANNA}", "direct", "imessage", ANNA),
        (f"SMS;-;{CARO}", "direct", "sms", CARO),
    }
    assert {row["account"] for row in group.rows("conversations")} == {ME}
    assert len(group.authored) == 8
    assert len(group.system) == 8
    assert group.warned["duplicate_record"] == 1


def test_group_actions_are_events_and_evidence(group: Tables) -> None:
    """Who was added, removed, left, renamed or changed the picture is told, with who did it."""
    assert [row["event"] for row in group.system] == [
        "group_renamed", "added", "removed", "left", "icon_changed", "other", "number_changed", "other",
    ]  # fmt: skip
    assert group.system[0]["text"] == "Lates 3"
    assert all(row["author"] is None for row in group.system)
    events = group.rows("membership_events", evidence="system_event")
    assert [(row["kind"], row["participant"], row["actor"], row["detail"]) for row in events] == [
        ("changed", None, ME, "title: Lates 3"),
        ("added", CARO, BELA, None),
        ("removed", ANNA, BELA, None),
        ("left", CARO, None, None),
        ("changed", None, BELA, "icon_changed: group_action_type 1"),
        ("changed", None, BELA, "item_type 3, group_action_type 9"),
        ("number_changed", BELA, None, None),
        ("changed", None, BELA, "item_type 4, share_status 0, share_direction 1"),
    ]
    assert ms(events[1]["at"]) == at(2)
    assert group.warned["unknown_value"] == 1


def test_members_are_those_of_the_newest_row(group: Tables) -> None:
    """Members of the newest row are members; of one who is in an older row alone it is not known what became."""
    members = group.rows("membership_events", evidence="member_table")
    assert [(row["kind"], row["participant"]) for row in members] == [
        ("changed", ANNA), ("current_member", BELA), ("current_member", CARO), ("current_member", "anna@example.org"),
    ]  # fmt: skip
    (identity,) = (row["conversation"] for row in group.rows("conversations", platform_key=GROUP))
    standing = {row["handle"]: row["standing"] for row in group.rows("participants", conversation=identity)}
    assert standing == {
        ME: None, ANNA: "unknown", BELA: "member", CARO: "member", "anna@example.org": "member", "handle:77": None,
    }  # fmt: skip
    assert {row["handle"] for row in group.rows("participants", owner=True)} == {ME}
    assert {row["number"] for row in group.rows("participants", handle=ANNA)} == {ANNA}


def test_tapbacks_are_reactions(group: Tables) -> None:
    """Added, taken back, an emoji of one's own and a sticker: each with its target, its time and who it was."""
    rows = group.rows("reactions")
    assert [(row["target_key"], row["participant"], row["emoji"], ms(row["at"])) for row in rows] == [
        ("M10", CARO, "\u2764\ufe0f", at(12)),
        ("M10", "anna@example.org", "", at(13)),
        ("M11", BELA, "🫖", at(14)),
        ("M10", ME, "sticker kettle.png", at(15)),
        ("GONE", BELA, "\U0001f44e", at(16)),
    ]
    keys = {row["message"]: row["platform_key"] for row in group.rows("messages")}
    assert [keys.get(row["message"]) for row in rows] == ["M10", "M10", "M11", "M10", None]
    (lost,) = [row for row in group.rows("warnings", kind="missing_reference") if "reaction" in row["detail"]]
    assert "a lost one" in lost["detail"]
    assert not [row for row in group.authored if "Loved" in (row["text"] or "")]


def test_text_replies_and_authors(group: Tables) -> None:
    """Text is read from whichever column has it; replies name their target; a lost author gets no name."""
    by_key = {row["platform_key"]: row for row in group.rows("messages")}
    assert by_key["M10"]["text"] == "kettle on?"
    assert by_key["M10"]["author"] == BELA
    assert by_key["M10"]["outgoing"] is False
    assert ms(by_key["M10"]["sent_at"]) == at(10)
    assert by_key["M10"]["sent_at_written"] == str(ns(10))
    assert by_key["M11"]["reply_to"] == "M10"
    assert by_key["M11"]["author"] == ME
    assert by_key["M17"]["reply_to"] == "GONE"
    assert by_key["M17"]["author"] == "handle:77"
    assert by_key["M19"]["text"] == "Rota\nhello"
    assert by_key["M20"]["author"] == ANNA
    # A lost author, a lost target of a reply, a lost target of a reaction.
    assert group.warned["missing_reference"] == 3
    assert group.warned["not_sent"] == 2
    assert group.warned["deletion_trace"] == 1


def test_receipts_are_the_other_partys_or_ones_own(group: Tables) -> None:
    """Delivery and reading of an own message are the other party's; in a group nobody's; reading is also one's own."""
    rows = {row["target_key"]: row for row in group.rows("receipts")}
    assert rows.keys() == {"M10", "M11", "M18", "M19"}
    assert (rows["M18"]["participant"], ms(rows["M18"]["delivered_at"]), ms(rows["M18"]["read_at"])) == (
        ANNA, at(18.5), at(19),
    )  # fmt: skip
    assert (rows["M11"]["participant"], rows["M11"]["read_at"]) == (None, None)
    assert (rows["M19"]["participant"], ms(rows["M19"]["read_at"])) == (ME, at(20))
    assert rows["M10"]["participant"] == ME


@pytest.fixture
def deleted(tmp_path: Path, scratch: Path) -> Tables:
    """Edits, unsent messages, and whatever the owner deleted."""
    path = tmp_path / "db" / "sms.db"
    edits = summary({0: [("rota?", NOW + 60.0), ("rota, please?", NOW + 90.5)]})
    two = summary({1: [("b", NOW + 1.0), ("bb", NOW + 9.0)], 0: [("a", NOW + 1.0), ("aa", NOW + 5.0)]}, parts=2)
    with messages_db(path) as database:
        database.insert("handle", ROWID=1, id=ANNA, service="iMessage")
        database.chat(1, f"iMessage;-;{ANNA}", 1, last_addressed_handle=ME)
        database.message(1, 1, handle_id=1, message_summary_info=edits, date_edited=ns(2))
        database.message(2, 1, handle_id=1, message_summary_info=two, date_edited=ns(3), text="aabb")
        database.message(3, 1, handle_id=1, message_summary_info=summary({}, unsent=(0,)), date_edited=ns(5))
        database.message(4, 1, handle_id=1, date_retracted=ns(6))
        database.message(
            5, 1, "what is left", handle_id=1, message_summary_info=summary({}, unsent=(1,), parts=2), date_edited=ns(7)
        )
        database.message(6, None, "soon gone", handle_id=1)
        database.message(7, 1, "also listed", is_from_me=1)
        for key in (6, 7, 3):
            database.insert("chat_recoverable_message_join", chat_id=1, message_id=key, delete_date=ns(60 + key))
        database.message(8, 1, "first part", handle_id=1)
        part = {"chat_id": 1, "part_index": 1, "delete_date": ns(70)}
        database.insert("recoverable_message_part", message_id=8, part_text=stream("second part"), **part)
        database.insert("recoverable_message_part", message_id=55, part_text=stream("of a lost one"), **part)
        for table in ("deleted_messages", "sync_deleted_messages"):
            for guid in ("X1", "M8", f"only in {table}"):
                database.insert(table, guid=guid)
        gone = {"message_guid": "X2", "chat_guid": f"iMessage;-;{ANNA}"}
        database.insert("unsynced_removed_recoverable_messages", **gone)
        database.insert("sync_deleted_chats", guid="iMessage;-;lost")
        database.insert("sync_deleted_chats", guid=f"iMessage;-;{ANNA}")
    return read(SOURCE, path, scratch=scratch)


def test_every_version_is_kept(deleted: Tables) -> None:
    """Each version of an edited message has its text and time; of several parts in the order of time."""
    edits = [(row["target_key"], row["version"], row["text"], ms(row["at"])) for row in deleted.rows("edits")]
    assert edits == [
        ("M1", 1, "rota?", at(1)),
        ("M1", 2, "rota, please?", at(1.5) + 500),
        ("M2", 1, "a", at(0) + 1000),
        ("M2", 2, "b", at(0) + 1000),
        ("M2", 3, "aa", at(0) + 5000),
        ("M2", 4, "bb", at(0) + 9000),
        ("M5", 1, None, None),
        ("M5", 2, "what is left", at(7)),
    ]
    first = deleted.rows("messages", platform_key="M1")[0]
    assert (first["text"], first["edited"], first["kind"]) == ("rota, please?", True, "text")


def test_unsent_messages_are_tombstones(deleted: Tables) -> None:
    """A message of which every part is unsent was deleted by its author; one of which a part is left was edited."""
    got = {
        row["platform_key"]: (row["kind"], row["deleted"], ms(row["deleted_at"]), row["edited"])
        for row in deleted.rows("messages")
    }
    assert got["M3"] == ("deleted", "by_author", at(5), False)
    assert got["M4"] == ("deleted", "by_author", at(6), False)
    assert got["M5"] == ("text", None, None, True)


def test_recently_deleted_messages_are_read(deleted: Tables) -> None:
    """What its owner deleted and the database still holds is read, said to be deleted by the owner, and when."""
    got = {row["platform_key"]: row for row in deleted.rows("messages", deleted="by_owner")}
    assert got.keys() == {"M6", "M7", "p:1/M8"}
    assert (got["M6"]["text"], ms(got["M6"]["deleted_at"])) == ("soon gone", at(66))
    assert (got["M7"]["text"], ms(got["M7"]["deleted_at"])) == ("also listed", at(67))
    part = got["p:1/M8"]
    assert (part["text"], part["author"], ms(part["sent_at"]), ms(part["deleted_at"])) == (
        "second part", ANNA, at(8), at(70),
    )  # fmt: skip
    assert len(deleted.rows("conversations")) == 1


def test_traces_of_deletion_are_said(deleted: Tables) -> None:
    """A guid in a list of deletions gives one warning where no such message is there, and none where it is."""
    rows = deleted.rows("warnings", kind="deletion_trace")
    assert [row["row"] for row in rows] == [
        "message:3",
        "recoverable_message_part:2",
        "deleted_messages:1",
        "deleted_messages:3",
        "sync_deleted_messages:3",
        "unsynced_removed_recoverable_messages:1",
        "sync_deleted_chats:1",
    ]
    assert [bool(row["conversation"]) for row in rows] == [True, False, False, False, False, True, False]


def test_old_schema_is_read(tmp_path: Path, scratch: Path) -> None:
    """A database of iOS 6, in seconds and without most columns, gives messages, members and receipts."""
    path = tmp_path / "db" / "sms.db"
    with messages_db(path, old=True) as database:
        database.insert("handle", ROWID=1, id=ANNA, service="SMS")
        database.chat(1, f"SMS;-;{ANNA}", 1, account_login="E:")
        database.message(1, 1, "ok", handle_id=1, date=NOW + 60)
        database.message(2, 1, "yes", is_from_me=1, date=NOW + 120, account=f"p:{ME}", date_read=NOW + 180)
    tables = read(SOURCE, path, scratch=scratch)
    assert [(row["text"], row["author"], ms(row["sent_at"])) for row in tables.authored] == [
        ("ok", ANNA, at(1)),
        ("yes", ME, at(2)),
    ]
    assert {row["sent_at_precision"] for row in tables.authored} == {"second"}
    assert [ms(row["read_at"]) for row in tables.rows("receipts")] == [at(3)]
    assert tables.warned == {}


def test_an_account_without_an_address_is_me(tmp_path: Path, scratch: Path) -> None:
    """Where nothing tells the account's address, its messages have the author me, and that is said."""
    path = tmp_path / "db" / "chat.db"
    with messages_db(path) as database:
        database.chat(1, f"any;-;{ANNA}")
        database.message(1, 1, "ok", is_from_me=1)
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["author"] for row in tables.authored] == ["me"]
    assert tables.rows("participants")[0]["owner"]
    assert tables.rows("conversations")[0]["account"] is None
    assert tables.warned == {"author_uncertain": 1}


def test_messages_without_a_chat_are_kept(tmp_path: Path, scratch: Path) -> None:
    """Messages that no chat lists, or whose chat is gone, are kept, by party or by room, and that is said."""
    path = tmp_path / "db" / "chat.db"
    with messages_db(path) as database:
        database.insert("handle", ROWID=1, id=ANNA, service="iMessage")
        database.insert("handle", ROWID=2, id=BELA, service="iMessage")
        database.message(1, None, "a", handle_id=1, destination_caller_id=ME)
        database.message(2, None, "b", handle_id=2)
        database.message(3, None, "c", handle_id=1, cache_roomnames="chat9")
        database.message(4, None, "d", handle_id=2, cache_roomnames="chat9")
        database.message(5, 7, "e", handle_id=1)
        database.execute("DROP TABLE chat_handle_join")
        database.execute("DROP TABLE attachment")
    tables = read(SOURCE, path, scratch=scratch)
    assert sorted(row["text"] for row in tables.authored) == ["a", "b", "c", "d", "e"]
    assert len(tables.rows("conversations", kind="unknown", account=ME)) == 4
    assert tables.warned == {"missing_reference": 4, "missing_table": 2}


def test_messages_of_a_known_room_are_read_with_its_group(tmp_path: Path, scratch: Path) -> None:
    """A message that no chat lists and that names a group's room is read there, with a warning."""
    path = tmp_path / "db" / "chat.db"
    with messages_db(path) as database:
        database.insert("handle", ROWID=1, id=ANNA, service="SMS")
        database.chat(1, "SMS;+;chat5", 1, room_name="chat5", last_addressed_handle=ME)
        database.chat(2, f"RCS;-;{ANNA}", 1, last_addressed_handle=ME)
        database.message(2, 1, "listed", handle_id=1)
        database.message(1, None, "unlisted", handle_id=1, cache_roomnames="chat5")
        database.message(3, 1, handle_id=1, item_type=3, group_action_type=1)
        database.attach(1, 3, filename="GroupPhotoImage", mime_type="image/jpeg")
        database.message(4, 1, "part of it", handle_id=1, date_retracted=ns(9))
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["unlisted", "listed", "part of it"]
    assert [row["platform"] for row in tables.rows("conversations")] == ["mms", "rcs"]
    assert tables.rows("conversations")[0]["platform_key"] == "chat5"
    assert tables.warned == {"missing_reference": 1, "attachment_missing": 1}
    (picture,) = tables.rows("attachments")
    assert picture["message"] == tables.system[0]["message"]
    assert [(row["target_key"], row["text"], ms(row["at"])) for row in tables.rows("edits")] == [
        ("M4", None, None),
        ("M4", "part of it", at(9)),
    ]


def test_two_messages_may_have_one_guid(tmp_path: Path, scratch: Path) -> None:
    """In a database that allows it, both messages are read with their edits, and a reaction is to the first."""
    path = tmp_path / "db" / "chat.db"
    with messages_db(path, unique=False) as database:
        database.chat(1, f"iMessage;-;{ANNA}", last_addressed_handle=ME)
        for key in (1, 2):
            database.message(key, 1, f"text {key}", guid="M1", handle_id=0, date_edited=ns(5))
        database.message(3, 1, is_from_me=1, associated_message_guid="p:0/M1", associated_message_type=2000)
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["target_key"] for row in tables.rows("edits")] == ["M1", "M1", "message:2", "message:2"]
    assert tables.rows("reactions")[0]["message"] == tables.authored[0]["message"]
