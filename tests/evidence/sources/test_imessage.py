"""Apple Messages: invented databases of the newest and of an old schema."""

import base64
import hashlib
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.messages_db import COCOA, NOW, archived, messages_db, stream, summary
from tests.support.reading import Tables, read, read_document

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.imessage import SOURCE

ANNA, BELA, CARO = "+447700900001", "bela@example.org", "+447700900003"
ME = "+447700900009"
GROUP = "6A1B0C9E-0000-4000-8000-000000000001"
NANO = 1_000_000_000
POLLS = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.messages.Polls"


def at(minutes: float) -> int:
    """Milliseconds since 1970, so many minutes into the invented database."""
    return round((NOW + COCOA + minutes * 60) * 1000)


def ns(minutes: float) -> int:
    """The same as Messages stores it."""
    return round((NOW + minutes * 60) * NANO)


def ms(value: Any) -> int | None:
    """A read instant in milliseconds."""
    return None if value is None else round(value.timestamp() * 1000)


def poll(item: dict[str, Any]) -> bytes:
    """A payload of the polls app."""
    written = base64.b64encode(json.dumps({"version": 1, "item": item}).encode()).decode()
    return archived({"URL": f"data:,{written}", "an": "Polls"})


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


@pytest.fixture
def carried(tmp_path: Path, scratch: Path) -> Tables:
    """Attachments, links, apps and a poll."""
    folder = tmp_path / "db"
    path = folder / "3d" / "sms.db"
    hashed = hashlib.sha1(b"MediaDomain-Library/SMS/Attachments/aa/10/at_2/b.mov").hexdigest()  # noqa: S324
    with messages_db(path) as database:
        database.insert("handle", ROWID=1, id=ANNA, service="iMessage")
        database.insert("handle", ROWID=2, id=BELA, service="iMessage")
        database.chat(1, "iMessage;+;chat1", 1, 2, last_addressed_handle=ME, group_id=GROUP)
        where = "~/Library/SMS/Attachments/aa/10"
        one: dict[str, Any] = {"handle_id": 1}
        database.message(1, 1, "\ufffclook", **one, cache_has_attachments=1)
        database.attach(1, 1, filename=f"{where}/at_1/a.jpg", mime_type="image/jpeg", transfer_name="IMG_1.jpg")
        database.attach(2, 1, filename=f"{where}/at_2/b.mov", uti="com.apple.quicktime-movie", total_bytes=99)
        database.message(2, 1, "\ufffc", **one, is_audio_message=1)
        database.attach(3, 2, filename=f"{where}/at_3/c.caf", uti="com.apple.coreaudio-format", total_bytes=7)
        database.message(3, 1, attributedBody=stream("", "at_9"), **one, cache_has_attachments=1)
        link = {"richLinkMetadata": {"originalURL": "https://example.org/a", "title": "Rota", "summary": "Lates"}}
        url = "com.apple.messages.URLBalloonProvider"
        database.message(4, 1, "https://example.org/a", **one, balloon_bundle_id=url, payload_data=archived(link))
        place = {"richLinkMetadata": {"originalURL": "https://maps.apple.com/", "specialization2": {"address": "x"}}}
        database.message(5, 1, **one, balloon_bundle_id=url, payload_data=archived(place))
        pay = archived({"ldtext": "Sent $5 with Apple Pay.", "an": "Apple Pay", "userInfo": {"caption": "$5"}})
        bundle = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:"
        apple = f"{bundle}com.apple.PassbookUIService.PeerPaymentMessagesExtension"
        database.message(6, 1, "\ufffd", **one, balloon_bundle_id=apple, payload_data=pay)
        options = [{"optionIdentifier": "o1", "text": "Tea"}, {"optionIdentifier": "o2", "text": "Coffee"}]
        asked = poll({"title": "Drinks?", "orderedPollOptions": options})
        database.message(7, 1, "\ufffd", **one, balloon_bundle_id=POLLS, payload_data=asked)
        voted = poll({"votes": [{"voteOptionIdentifier": "o2", "participantHandle": BELA}]})
        vote: dict[str, Any] = {
            "associated_message_guid": "M7",
            "associated_message_type": 4000,
            "balloon_bundle_id": POLLS,
        }
        database.message(8, 1, handle_id=2, payload_data=voted, **vote)
        database.message(9, 1, handle_id=2, payload_data=poll({"votes": []}), **vote)
        more = poll({"title": "Drinks?", "orderedPollOptions": [*options, {"optionIdentifier": "o3", "text": "Water"}]})
        database.message(10, 1, **one, balloon_bundle_id=POLLS, payload_data=more, associated_message_guid="M7",
                         associated_message_type=2)  # fmt: skip
        game = archived({"ldtext": "Your move.", "an": "Noughts", "URL": "data:?a=b"})
        database.message(16, 1, **one, balloon_bundle_id=f"{bundle}org.example.game", payload_data=game)
        database.message(11, 1, **one, balloon_bundle_id=f"{bundle}org.example.game", payload_data=b"broken")
        database.message(12, 1, **one)
        database.message(13, 1, **one, attributedBody=b"\x04\x0bstreamtyped broken")
        database.message(14, 1, **one, associated_message_type=1000, associated_message_guid="p:0/M1")
        database.attach(4, 14, filename=f"{where}/at_4/d.heic", mime_type="image/heic", is_sticker=1)
        database.message(15, 1, "odd", **one, associated_message_type=7000, date=None)
        database.insert("message_attachment_join", message_id=15, attachment_id=88)
    (folder / "Attachments" / "aa" / "10" / "at_1").mkdir(parents=True)
    picture = folder / "Attachments" / "aa" / "10" / "at_1" / "a.jpg"
    picture.write_bytes(b"\xff\xd8\xff")
    (folder / hashed[:2]).mkdir(exist_ok=True)
    (folder / hashed[:2] / hashed).write_bytes(b"film")
    return _read_folder(path, folder, scratch)


def _read_folder(path: Path, folder: Path, scratch: Path) -> Tables:
    siblings = {}
    for other in sorted(folder.rglob("*")):
        if other.is_file():
            name = str(other.relative_to(folder))
            siblings[name] = ExhibitFile(name=name, path=other, exhibit=hashlib.sha256(other.read_bytes()).hexdigest())
    document = Document(file=siblings[str(path.relative_to(folder))], siblings=siblings, scratch=scratch)
    return read_document(SOURCE, document)


def test_attachments_are_found_or_said_to_be_missing(carried: Tables) -> None:
    """A file is found by its path or by the name that a backup gives it; any other is absent, with a warning."""
    files = {(row["name"] or "").rpartition("/")[2]: row for row in carried.rows("attachments")}
    assert (files["a.jpg"]["kind"], files["a.jpg"]["held"], files["a.jpg"]["caption"]) == ("image", "held", "IMG_1.jpg")
    assert files["a.jpg"]["sha256"] == hashlib.sha256(b"\xff\xd8\xff").hexdigest()
    assert (files["b.mov"]["kind"], files["b.mov"]["held"], files["b.mov"]["bytes"]) == ("video", "held", 4)
    assert (files["c.caf"]["kind"], files["c.caf"]["held"], files["c.caf"]["bytes"]) == ("voice", "absent", 7)
    assert (files["at_9"]["kind"], files["at_9"]["held"]) == ("unknown", "absent")
    assert files["d.heic"]["kind"] == "sticker"
    assert carried.warned["attachment_missing"] == 4


def test_kinds_and_texts_of_apps(carried: Tables) -> None:
    """What an app sent has the kind and the words that its payload shows; one's own words go first."""
    got = {row["platform_key"]: (row["kind"], row["text"]) for row in carried.authored}
    assert got == {
        "M1": ("image", "\ufffclook"),
        "M2": ("voice", None),
        "M3": ("media", None),
        "M4": ("link", "https://example.org/a"),
        "M5": ("location", None),
        "M6": ("payment", "Sent $5 with Apple Pay."),
        "M7": ("poll", "Drinks?\nTea\nCoffee"),
        "M10": ("poll", "Drinks?\nTea\nCoffee\nWater"),
        "M11": ("unknown", None),
        "M12": ("empty", None),
        "M13": ("unknown", None),
        "M14": ("sticker", None),
        "M15": ("media", "odd"),
        "M16": ("text", "Your move."),
    }
    (link,) = carried.rows("attachments", kind="link")
    assert link["caption"] == "Rota\nLates"
    assert [row["name"] for row in carried.rows("attachments", caption="Noughts")] == ["org.example.game"]
    assert carried.warned["invalid_record"] == 2
    assert carried.warned["impossible_date"] == 1
    assert carried.warned["unknown_value"] == 1


def test_votes_are_reactions_to_the_poll(carried: Tables) -> None:
    """A vote names its option in words and its poll; an empty one takes the vote back."""
    assert [(row["target_key"], row["participant"], row["emoji"]) for row in carried.rows("reactions")] == [
        ("M7", BELA, "Coffee"),
        ("M7", BELA, ""),
    ]
    keys = {row["platform_key"]: row["reply_to"] for row in carried.rows("messages")}
    assert keys["M10"] == "M7"
    assert keys["M14"] == "M1"


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


def test_other_databases_are_refused(tmp_path: Path, scratch: Path) -> None:
    """No database, another app's table of messages, and a file cut off at its head are not of this format."""
    for name, script in (
        ("android.db", "CREATE TABLE message (_id INTEGER PRIMARY KEY, key_id, text_data)"),
        ("none.db", "CREATE TABLE other (a)"),
    ):
        path = tmp_path / name
        connection = sqlite3.connect(path)
        connection.executescript(script)
        connection.close()
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(path, scratch=scratch))
    (tmp_path / "text.db").write_text("no database")
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(tmp_path / "text.db", scratch=scratch))
    (tmp_path / "cut.db").write_bytes(b"SQLite format 3\x00 and no more")
    with pytest.raises((WrongSource, Unreadable)):
        SOURCE.recognise(Document.of(tmp_path / "cut.db", scratch=scratch))


def test_a_database_with_a_damaged_list_of_tables_is_still_its_own(tmp_path: Path, scratch: Path) -> None:
    """A database whose list of tables is overwritten is known by what its head shows; reading it is a typed error."""
    whole = _many(tmp_path / "whole" / "chat.db", 40)
    path = tmp_path / "bad" / "chat.db"
    path.parent.mkdir()
    path.write_bytes(whole[:100] + bytes(8) + whole[108:])
    document = Document.of(path, scratch=scratch)
    assert SOURCE.recognise(document) == ()
    with pytest.raises(Unreadable):
        list(SOURCE.read(document, Reading()))


def _many(path: Path, count: int) -> bytes:
    with messages_db(path) as database:
        database.execute("PRAGMA page_size = 1024")
        database.execute("VACUUM")
        database.insert("handle", ROWID=1, id=ANNA, service="iMessage")
        database.chat(1, f"iMessage;-;{ANNA}", 1, last_addressed_handle=ME)
        database.execute("BEGIN")
        for key in range(1, count + 1):
            database.message(key, 1, f"message {key} " + "x" * 60, handle_id=1)
        database.execute("COMMIT")
    return path.read_bytes()


def test_damage_costs_only_what_it_hit(tmp_path: Path, scratch: Path) -> None:
    """With one page of messages overwritten, all others are read and the damage is said."""
    whole = _many(tmp_path / "whole" / "chat.db", 600)
    place = whole.index(b"message 300 ") // 1024 * 1024
    path = tmp_path / "bad" / "chat.db"
    path.parent.mkdir()
    path.write_bytes(whole[:place] + b"\xff" * 1024 + whole[place + 1024 :])
    tables = read(SOURCE, path, scratch=scratch)
    assert 560 < len(tables.authored) < 600
    assert tables.warned["damaged_database"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noise=st.binary(min_size=1, max_size=40), at=st.integers(0, 10**6))
def test_noise_in_the_file_gives_rows_or_a_typed_error(tmp_path: Path, scratch: Path, noise: bytes, at: int) -> None:
    """Whatever stands in the file, reading ends in rows or in a SourceError."""
    good = tmp_path / "good" / "chat.db"
    whole = good.read_bytes() if good.exists() else _many(good, 40)
    place = at % len(whole)
    path = tmp_path / "noisy" / "chat.db"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(whole[:place] + noise + whole[place + len(noise) :])
    try:
        read(SOURCE, path, scratch=scratch)
    except SourceError:
        return


_VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=8),
    st.sampled_from([1, 2, 3, 43, 45, 2000, 2007, 3000, 4000, 1000, "p:0/M1", "M1", POLLS, "+447700900001"]),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_values_of_any_type_are_borne(tmp_path: Path, scratch: Path, data: st.DataObject) -> None:
    """Every column may hold a value of any type; rows are read, or warned of, and keep the tables' rules."""
    path = tmp_path / "odd" / "chat.db"
    path.unlink(missing_ok=True)
    with messages_db(path) as database:
        for table in ("handle", "chat", "message", "attachment", "chat_message_join", "chat_handle_join",
                      "message_attachment_join", "chat_recoverable_message_join", "recoverable_message_part",
                      "deleted_messages", "sync_deleted_chats"):  # fmt: skip
            names = [row[1] for row in database.execute(f"PRAGMA table_info({table})") if row[1] != "ROWID"]
            for _ in range(data.draw(st.integers(0, 3))):
                chosen = data.draw(st.lists(st.sampled_from(names), unique=True, min_size=1, max_size=6))
                row = {name: data.draw(_VALUES) for name in chosen}
                marks = ", ".join("?" * len(row))
                sql = f"INSERT OR IGNORE INTO {table} ({', '.join(row)}) VALUES ({marks})"
                values = [v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in row.values()]
                database.execute(sql, values)
    count = sqlite3.connect(path).execute("SELECT count(*) FROM message").fetchone()[0]
    tables = read(SOURCE, path, scratch=scratch)
    given_rows = len(tables.rows("messages")) + len(tables.rows("reactions"))
    assert given_rows >= count
