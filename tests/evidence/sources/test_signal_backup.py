"""Signal's backup: libsignal's own test cases, and invented talk for what they lack."""

import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.made_signal import (
    ANNA,
    BELA,
    CARLO,
    MASTER_KEY,
    ME,
    NOW,
    SAMPLE,
    START,
    binary,
    contact,
    group,
    item,
    lines,
    read_made,
    relaxed,
    said,
    update,
)
from tests.support.reading import read

from upstander.evidence.sources.signal_backup import SOURCE
from upstander.evidence.sources.signal_backup.schema import ENUMS, MESSAGES
from upstander.evidence.sources.signal_backup.values import group_id, raw, squeezed

LIBSIGNAL = "signal/signalapp+libsignal"
CASE = "rust__message-backup__tests__res__test-cases__{}.jsonproto"
PLACES = ("exhibit", "conversation", "message", "byte_start", "byte_end")


def same(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what depends on the document's bytes."""
    return [{name: value for name, value in row.items() if name not in PLACES} for row in rows]


def at(milliseconds: int) -> datetime.datetime:
    """An instant."""
    return datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.UTC)


@pytest.mark.parametrize(
    ("name", "conversations", "authored", "system", "participants", "memberships", "warned"),
    [
        ("valid__account-data", 0, 0, 0, 0, 0, {"missing_reference": 1}),
        ("valid__expiration-timer-chat-update-message", 1, 0, 2, 2, 2, {"missing_reference": 1}),
        ("valid__incoming-message-with-edits", 1, 1, 0, 3, 3, {"missing_reference": 1}),
        ("valid__learned-profile-chat-update-message", 1, 0, 2, 2, 2, {"missing_reference": 1}),
        ("valid__outgoing-message-with-edits", 1, 1, 0, 2, 0, {"missing_reference": 1}),
        ("valid__profile-change-chat-update-message", 1, 0, 1, 2, 1, {"missing_reference": 1}),
        ("valid__registered-blocked-contact", 2, 0, 0, 3, 0, {"missing_reference": 1}),
        ("valid__session-switchover-chat-update-message", 1, 0, 1, 2, 1, {"missing_reference": 1}),
        ("valid__simple-chat-update-message", 2, 0, 18, 2, 19, {"missing_reference": 1}),
        ("valid__simple-chat-update-release-notes-donation-request", 1, 0, 1, 0, 1, {"missing_reference": 1}),
        ("valid__story-distribution-list", 5, 0, 0, 3, 6, {"missing_reference": 1}),
        ("valid__thread-merge-chat-update-message", 1, 0, 1, 2, 1, {"missing_reference": 1}),
        ("valid__unregistered-contact", 2, 0, 0, 3, 0, {"missing_reference": 1}),
        ("invalid__chat-pinned-order-conflict", 2, 0, 0, 1, 0, {"missing_reference": 2}),
        ("invalid__group-update-invalid-aci", 1, 0, 1, 0, 1, {"missing_reference": 2, "unknown_value": 1}),
        ("invalid__missing-account-data", 0, 0, 0, 0, 0, {"missing_reference": 2}),
        ("invalid__missing-recipient", 1, 0, 0, 0, 0, {"missing_reference": 3}),
        ("invalid__multiple-account-data", 0, 0, 0, 0, 0, {"missing_reference": 1, "duplicate_record": 1}),
        ("invalid__sticker-pack-id", 1, 1, 0, 1, 0, {"missing_reference": 2, "unknown_value": 1}),
    ],
)
def test_the_cases_of_libsignal_are_counted(
    fixtures: Path,
    tmp_path: Path,
    name: str,
    conversations: int,
    authored: int,
    system: int,
    participants: int,
    memberships: int,
    warned: dict[str, int],
) -> None:
    """What each published case holds, valid or not; as protobuf and as JSON lines it becomes the same rows."""
    frames = relaxed((fixtures / LIBSIGNAL / CASE.format(name)).read_text(encoding="utf-8"))
    tables = read_made(tmp_path, frames)
    rows = [len(tables.rows(table)) for table in ("conversations", "participants", "membership_events")]
    assert rows == [conversations, participants, memberships]
    assert (len(tables.authored), len(tables.system)) == (authored, system)
    assert tables.warned == warned
    written = read_made(tmp_path, lines(frames))
    assert tables.batches.keys() == written.batches.keys()
    for table in tables.batches:
        assert same(tables.rows(table)) == same(written.rows(table)), table


@pytest.mark.parametrize("name", ["canonical-backup.binproto", "canonical-backup.takeout-export.expected.jsonl"])
def test_the_published_files_are_recognised_as_they_stand(fixtures: Path, scratch: Path, name: str) -> None:
    """The one real binary backup, and its plain-text export, hold an account and nobody it talks to."""
    path = fixtures / LIBSIGNAL / f"rust__message-backup__tests__res__{name}"
    tables = read(SOURCE, path, scratch=scratch)
    assert tables.batches.keys() == {"warnings"}
    assert tables.warned == {"missing_reference": 1}


def test_a_real_edit_keeps_every_text(fixtures: Path, tmp_path: Path) -> None:
    """Of an edited message each version stands with its time; the message has the first one's key, clocks and place."""
    name = CASE.format("valid__incoming-message-with-edits")
    tables = read_made(tmp_path, relaxed((fixtures / LIBSIGNAL / name).read_text(encoding="utf-8")))
    (message,) = tables.authored
    han = "5f8c568d-0119-47bd-81aa-bb87c9b71995"
    assert (message["author"], message["platform_key"], message["edited"]) == (han, f"{han}:1000", True)
    assert message["text"] == "Latest revision: \ufffc"
    assert [message[name] for name in ("sent_at", "server_at", "received_at")] == [at(1000), at(1001), at(1002)]
    edits = [(row["version"], row["text"], row["at"], row["target_key"]) for row in tables.rows("edits")]
    assert edits == [
        (1, "Original message", at(1000), f"{han}:1000"),
        (2, "First revision: \ufffc", at(2000), f"{han}:1000"),
        (3, "Latest revision: \ufffc", at(3000), f"{han}:1000"),
    ]
    reactions = [(row["participant"], row["emoji"], row["at"]) for row in tables.rows("reactions")]
    assert reactions == [("self", "👀", at(101)), (han, "🥂", at(102))]
    members = tables.rows("membership_events", kind="current_member")
    assert [row["detail"] for row in members] == ["administrator", "administrator"]
    assert {row["handle"]: row["standing"] for row in tables.rows("participants")}["self"] == "author_only"


def test_a_real_sent_message_has_a_receipt_for_each_version(fixtures: Path, tmp_path: Path) -> None:
    """The first text was read, the second delivered, the third only sent: each with the time of its last state."""
    name = CASE.format("valid__outgoing-message-with-edits")
    tables = read_made(tmp_path, relaxed((fixtures / LIBSIGNAL / name).read_text(encoding="utf-8")))
    (message,) = tables.authored
    assert (message["outgoing"], message["recipients"]) == (True, 1)
    receipts = [(row["delivered_at"], row["read_at"], row["row"]) for row in tables.rows("receipts")]
    assert receipts == [
        (None, at(1001), "frame[7].revisions[0].outgoing.sendStatus[0]"),
        (at(2001), None, "frame[7].revisions[1].outgoing.sendStatus[0]"),
        (None, None, "frame[7].outgoing.sendStatus[0]"),
    ]


def test_a_real_timer_stands_in_seconds(fixtures: Path, tmp_path: Path) -> None:
    """A disappearing timer is an event of its own, with its seconds and who set it."""
    name = CASE.format("valid__expiration-timer-chat-update-message")
    tables = read_made(tmp_path, relaxed((fixtures / LIBSIGNAL / name).read_text(encoding="utf-8")))
    assert [row["event"] for row in tables.system] == ["timer_changed", "timer_changed"]
    told = [(row["kind"], row["actor"], row["detail"]) for row in tables.rows("membership_events")]
    assert told == [
        ("changed", "5f8c568d-0119-47bd-81aa-bb87c9b71995", "timer: 0 s"),
        ("changed", "self", "timer: 9001 s"),
    ]


def test_the_real_story_lists_keep_who_sees_them(fixtures: Path, tmp_path: Path) -> None:
    """A list of viewers, one of people excluded, and two deleted; My Story has no key that other phones have too."""
    name = CASE.format("valid__story-distribution-list")
    tables = read_made(tmp_path, relaxed((fixtures / LIBSIGNAL / name).read_text(encoding="utf-8")))
    titles = [(row["title"], row["platform_key"] is None) for row in tables.rows("conversations")]
    assert titles == [("My Story", True), (None, False), (None, False), ("Mandalorians", False), ("Hutts", False)]
    told = [(row["kind"], row["detail"]) for row in tables.rows("membership_events")]
    seen = [("current_member", "sees these stories")] * 3
    assert told == [("changed", "excluded from these stories"), *[("ended", "list deleted")] * 2, *seen]


def test_two_phones_have_the_same_keys(tmp_path: Path) -> None:
    """A group and each of its messages have one key on both phones: the group's id, the author's id and millisecond."""
    other = [
        START[0],
        {"account": {"givenName": "Anna"}},
        {"recipient": {"id": 5, "self": {}}},
        contact(6, ME, "Vale"),
        contact(7, BELA, "Bela"),
        group(3, ANNA, BELA, ME),
        {"chat": {"id": 12, "recipientId": 3}},
        said(6, 0, "rota up", chat=12),
        said(5, 100, "later", chat=12, revisions=[said(5, 50, "sooner", chat=12)["chatItem"]]),
    ]
    other[-1]["chatItem"] |= {"outgoing": {}}
    one, two = read_made(tmp_path, SAMPLE), read_made(tmp_path, other)
    keys = [[row["platform_key"] for row in tables.authored][:2] for tables in (one, two)]
    assert keys == [[f"{ME[1]}:{NOW}", f"{ANNA[1]}:{NOW + 50}"]] * 2
    groups = [tables.rows("conversations", kind="group")[0] for tables in (one, two)]
    assert groups[0]["platform_key"] == groups[1]["platform_key"] == group_id(bytes(range(32)))
    assert [row["account"] for row in groups] == [ME[1], ANNA[1]]
    assert one.authored[0]["text"] == two.authored[0]["text"]


def test_the_groups_id_is_not_its_key(tmp_path: Path) -> None:
    """The id is what libsignal derives (its published value for the hash); the key that opens the group stays out."""
    assert squeezed(b"asd", b"asdasd").hex() == "392cb9449373037fa0c11aebed69cca3b7d3bc9790878f341729c65d5506442f"
    tables = read_made(tmp_path, SAMPLE)
    written = str([tables.table(name).to_pylist() for name in tables.batches])
    assert bytes(range(32)).hex() not in written
    assert MASTER_KEY not in written


def test_the_own_account_is_found_in_its_groups(tmp_path: Path) -> None:
    """The one member without a contact record is the owner, which is said; two such members leave it unknown."""
    tables = read_made(tmp_path, SAMPLE)
    (warning,) = tables.rows("warnings", kind="missing_reference")
    assert ME[1] in warning["detail"]
    assert {row["handle"] for row in tables.rows("participants", owner=True)} == {ME[1]}
    stranger = ("BwcHBwcHBwcHBwcHBwcHBw==", "")
    doubtful = [*START[:6], group(9, ANNA, stranger, ME), *START[7:], said(1, 0, "hm")]
    tables = read_made(tmp_path, doubtful)
    assert tables.authored[0]["author"] == "self"
    assert "--key" in tables.rows("warnings", kind="missing_reference")[0]["detail"]
    # A second group without the stranger settles it.
    settled = [*doubtful[:-1], group(8, ANNA, ME), doubtful[-1]]
    assert read_made(tmp_path, settled).authored[0]["author"] == ME[1]


def test_people_have_numbers_and_names(tmp_path: Path) -> None:
    """A contact is its account id, with number, second id and the name that the phone shows."""
    named = [
        contact(2, ANNA, "Anna", e164=447700900001, pni="CQkJCQkJCQkJCQkJCQkJCQ==", nickname={"given": "A.B."}),
        {"recipient": {"id": 3, "contact": {"e164": 447700900002, "systemNickname": "Bel"}}},
        {"recipient": {"id": 4, "contact": {"pni": "CQkJCQkJCQkJCQkJCQkJCQ==", "username": "carlo.01"}}},
        {"recipient": {"id": 5, "contact": {}}},
    ]
    chats = [{"chat": {"id": number, "recipientId": number}} for number in (2, 3, 4, 5)]
    tables = read_made(tmp_path, [*START[:3], *named, *chats])
    people = {row["handle"]: (row["name"], row["number"], row["linked_id"]) for row in tables.rows("participants")}
    pni = "PNI:09090909-0909-0909-0909-090909090909"
    assert people == {
        "self": ("Vale Finch", None, None),
        ANNA[1]: ("A.B.", "+447700900001", pni),
        "+447700900002": ("Bel", "+447700900002", None),
        pni: ("carlo.01", None, None),
        "recipient 5": (None, None, None),
    }
    assert [row["title"] for row in tables.rows("conversations")] == ["A.B.", "Bel", "carlo.01", None]


def test_the_sample_as_a_whole(tmp_path: Path) -> None:
    """Voice message, reaction, quote of the first text, receipts, failure, edit, notices, timer, poll and vote."""
    tables = read_made(tmp_path, SAMPLE)
    voice, later, poll = tables.authored
    assert [row["kind"] for row in tables.authored] == ["voice", "text", "poll"]
    assert (later["reply_to"], later["reply_to_author"], later["reply_to_text"]) == (
        voice["platform_key"],
        ME[1],
        "rota up",
    )
    assert poll["text"] == "Tea?\nyes"
    (attachment,) = tables.rows("attachments")
    assert [attachment[name] for name in ("kind", "held", "media_type", "bytes")] == [
        "voice",
        "omitted",
        "audio/aac",
        9,
    ]
    assert [(row["participant"], row["read_at"]) for row in tables.rows("receipts")] == [(ANNA[1], at(NOW + 70))]
    (unsent,) = tables.rows("warnings", kind="not_sent")
    assert BELA[1] in unsent["detail"]
    assert "network" in unsent["detail"]
    reactions = [(row["emoji"], row["participant"], row["at"]) for row in tables.rows("reactions")]
    assert reactions == [("👍", ANNA[1], at(NOW + 90)), ("yes", BELA[1], None)]
    assert [row["event"] for row in tables.system] == ["left", "group_renamed", "timer_changed"]
    assert tables.system[2]["platform_key"] == f"{ANNA[1]}:{NOW + 300}"
    assert [row["row"] for row in tables.rows("messages")][2:4] == [
        f"frame[11].updateMessage.groupChange.updates[{number}]" for number in (0, 1)
    ]


@pytest.mark.parametrize(
    ("name", "body", "kind", "text", "attachment"),
    [
        ("remoteDeletedMessage", {}, "deleted", None, None),
        ("adminDeletedMessage", {"adminId": 3}, "deleted", None, None),
        ("viewOnceMessage", {}, "view_once", None, None),
        (
            *("viewOnceMessage", {"attachment": {"pointer": {"contentType": "image/jpeg"}}}, "view_once", None),
            ("image", None, None),
        ),
        ("standardMessage", {}, "empty", None, None),
        (
            "standardMessage",
            {
                "attachments": [
                    {"pointer": {"contentType": "video/mp4", "fileName": "a.mp4", "caption": "c"}, "flag": 3}
                ]
            },
            *("gif", None, ("gif", "a.mp4", "c")),
        ),
        ("standardMessage", {"attachments": [{}]}, "media", None, ("unknown", None, None)),
        (
            "standardMessage",
            {"text": {"body": "see"}, "linkPreview": [{"url": "https://example.org", "title": "E"}]},
            *("text", "see", ("link", "https://example.org", "E")),
        ),
        (
            "contactMessage",
            {"contact": {"name": {"givenName": "Dora", "familyName": "Ek"}, "number": [{"value": "+44"}]}},
            *("contact", None, ("contact", "Dora Ek", "+44")),
        ),
        (
            "stickerMessage",
            {"sticker": {"packId": "CQkJCQkJCQkJCQkJCQkJCQ==", "stickerId": 5, "emoji": "🙂"}},
            *("sticker", None, ("sticker", "09" * 16 + ":5", "🙂")),
        ),
        (
            "paymentNotification",
            {"amountMob": "1.5", "note": "tea", "transactionDetails": {"transaction": {"status": "SUCCESSFUL"}}},
            *("payment", "tea", ("unknown", "1.5 MOB", "SUCCESSFUL")),
        ),
        (
            "paymentNotification",
            {"amountMob": "2", "transactionDetails": {"failedTransaction": {"reason": "INSUFFICIENT_FUNDS"}}},
            *("payment", None, ("unknown", "2 MOB", "failed: INSUFFICIENT_FUNDS")),
        ),
        ("giftBadge", {"state": "OPENED"}, "payment", None, ("unknown", "gift badge", "OPENED")),
        ("directStoryReplyMessage", {"textReply": {"text": {"body": "nice"}}}, "text", "nice", None),
        ("directStoryReplyMessage", {"emoji": "👏"}, "text", "👏", None),
    ],
)
def test_every_kind_of_item(
    tmp_path: Path,
    name: str,
    body: dict[str, Any],
    kind: str,
    text: str | None,
    attachment: tuple[str | None, str | None, str | None] | None,
) -> None:
    """Each kind of item that the format has becomes a message of its kind, in both forms."""
    made = item(2, 5)
    made["chatItem"][name] = body
    for content in (binary([*START, made]), lines([*START, made])):
        tables = read_made(tmp_path, content)
        (message,) = tables.authored
        assert (message["kind"], message["text"], message["author"]) == (kind, text, ANNA[1])
        found = [(row["kind"], row["name"], row["caption"]) for row in tables.rows("attachments")]
        assert found == ([attachment] if attachment else [])
        assert tables.warned == {"missing_reference": 1}


def test_a_deletion_names_who_did_it(tmp_path: Path) -> None:
    """A tombstone says whether its author or an administrator deleted; of the latter, who."""
    frames = [*START, item(2, 1, remoteDeletedMessage={}), item(2, 2, adminDeletedMessage={"adminId": 3})]
    tables = read_made(tmp_path, frames)
    assert [row["deleted"] for row in tables.authored] == ["by_author", "by_administrator"]
    told = tables.rows("membership_events", detail="message deleted by an administrator")
    assert [(row["participant"], row["actor"]) for row in told] == [(ANNA[1], BELA[1])]


def test_every_state_of_sending(tmp_path: Path) -> None:
    """Sent, delivered, read and viewed are receipts; skipped, failed and waiting are said and are none."""
    states: list[dict[str, Any]] = [{name: {}} for name in ("sent", "delivered", "read", "viewed", "skipped", "failed")]
    status = [{"recipientId": 2, "timestamp": NOW + index, **state} for index, state in enumerate([*states, {}])]
    tables = read_made(tmp_path, [*START, said(1, 0, "ok", outgoing={"sendStatus": status})])
    receipts = [(row["delivered_at"], row["read_at"], row["played_at"]) for row in tables.rows("receipts")]
    assert receipts == [
        (None, None, None),
        (at(NOW + 1), None, None),
        (None, at(NOW + 2), None),
        (None, None, at(NOW + 3)),
    ]
    unsent = [row["detail"].rpartition(": ")[2] for row in tables.rows("warnings", kind="not_sent")]
    assert unsent == ["skipped", "sending failed (unknown)", "still waiting to be sent"]
    assert tables.authored[0]["recipients"] == 7


def test_a_timer_is_found_wherever_it_is_said(tmp_path: Path) -> None:
    """In the chat, in the group, at a change, and where a message was sent under another one than before."""
    frames = [
        *START[:6],
        group(9, ANNA, ME, disappearingMessagesTimer={"disappearingMessagesDuration": 600}),
        {"chat": {"id": 1, "recipientId": 9, "expirationTimerMs": 600_000}},
        said(2, 1, "a"),
        update(2, 2, "groupChange", {"updates": [{"groupExpirationTimerUpdate": {"expiresInMs": 30_000}}]}),
        said(2, 3, "b", expiresInMs=30_000),
        said(2, 4, "c", expiresInMs=600_000),
        said(2, 5, "d", expiresInMs=600_000),
    ]
    tables = read_made(tmp_path, frames)
    told = [(row["detail"], row["evidence"]) for row in tables.rows("membership_events", kind="changed")]
    assert told == [
        ("timer: 600 s", "header"),
        ("timer: 600 s", "header"),
        ("timer: 0 s", "header"),
        ("timer: 30 s", "system_event"),
        ("timer: 600 s", "header"),
    ]


def test_a_quote_of_a_later_version_finds_the_message(tmp_path: Path) -> None:
    """A quote names the version that was quoted; it leads to the message's own key."""
    frames = [
        *START,
        said(2, 100, "later", revisions=[said(2, 50, "sooner")["chatItem"]]),
        said(3, 200, "really?", standard={"quote": {"targetSentTimestamp": NOW + 100, "authorId": 2}}),
        said(3, 300, "so", standard={"quote": {"authorId": 2, "text": {"body": "gone"}}}),
    ]
    edited, first, second = read_made(tmp_path, frames).authored
    assert edited["platform_key"] == first["reply_to"] == f"{ANNA[1]}:{NOW + 50}"
    assert (second["reply_to"], second["reply_to_text"], second["reply_to_author"]) == (None, "gone", ANNA[1])


@pytest.mark.parametrize(
    ("kind", "body", "event", "detail"),
    [
        *(("simpleUpdate", {"type": name}, None, None) for name in ENUMS["Simple"][1:]),
        ("profileChange", {"previousName": "A", "newName": "B"}, "other", "profile name: A → B"),
        ("threadMerge", {"previousE164": 447700900009}, "other", "chat merged with that of +447700900009"),
        ("sessionSwitchover", {"e164": 447700900009}, "other", "session switched over; number +447700900009"),
        (
            "learnedProfileChange",
            {"e164": 447700900009},
            "other",
            "profile of the other party learned; shown as +447700900009 before",
        ),
        (
            "individualCall",
            {"type": "VIDEO_CALL", "direction": "INCOMING", "state": "MISSED", "startedCallTimestamp": NOW},
            *("call", "video call, incoming, missed; started 2024-01-05T10:00:00Z"),
        ),
        (
            "groupCall",
            {
                "state": "JOINED",
                "startedCallTimestamp": NOW,
                "endedCallTimestamp": NOW + 60_000,
                "ringerRecipientId": 3,
            },
            "call",
            "group call, joined; started 2024-01-05T10:00:00Z; ended 2024-01-05T10:01:00Z; rung by " + BELA[1],
        ),
        ("pollTerminate", {"targetSentTimestamp": NOW, "question": "Tea?"}, "poll", "poll ended: Tea?"),
        ("pinMessage", {"targetSentTimestamp": NOW, "authorId": 3}, "pinned", "message pinned"),
    ],
)
def test_every_kind_of_notice(
    tmp_path: Path, kind: str, body: dict[str, Any], event: str | None, detail: str | None
) -> None:
    """Each notice is a system event that makes nobody a participant, and says what happened; both forms agree."""
    frames = [*START[:3], contact(2, ANNA, "Anna"), contact(3, BELA, "Bela"), update(2, 5, kind, body, chat=7)]
    for content in (binary(frames), lines(frames)):
        tables = read_made(tmp_path, content)
        (row,) = tables.system
        assert not tables.rows("participants")
        (told,) = tables.rows("membership_events")
        assert told["detail"]
        if event is not None:
            assert (row["event"], told["detail"]) == (event, detail)
        about = {"pollTerminate": f"{ANNA[1]}:{NOW}", "pinMessage": f"{BELA[1]}:{NOW}"}.get(kind)
        assert row["reply_to"] == about
        assert "unknown_value" not in tables.warned


def test_a_call_by_a_link_has_a_conversation(tmp_path: Path) -> None:
    """A call that belongs to no chat stands under its link's name; the link's own key stays in the exhibit."""
    frames = [
        *START,
        {"recipient": {"id": 20, "callLink": {"rootKey": "CQkJCQkJCQkJCQkJCQkJCQ==", "name": "Team"}}},
        {"adHocCall": {"callId": 1, "recipientId": 20, "callTimestamp": NOW}},
    ]
    tables = read_made(tmp_path, frames)
    (link,) = tables.rows("conversations", title="Team")
    assert [(row["event"], row["sent_at"]) for row in tables.system] == [("call", at(NOW))]
    assert "09" * 16 not in link["platform_key"]


def test_every_type_of_the_schema_is_there() -> None:
    """No field of the schema has a type that is nowhere described, and no message is written twice."""
    types = {field.type for fields in MESSAGES.values() for field in fields.values()}
    assert types - MESSAGES.keys() - ENUMS.keys() == {"int", "flag", "text", "bytes"}
    assert MESSAGES.keys() - types == {"BackupInfo", "Frame"}
    assert raw("CQk=") == raw("CQk") == b"\x09\x09"
    assert raw("-") is raw(5) is None
    assert CARLO[1].startswith("04")


def test_a_pin_and_a_file_are_kept(tmp_path: Path) -> None:
    """Since when a message is pinned, and the hash of its file as the backup states it."""
    pointer = {
        "contentType": "image/png",
        "locatorInfo": {"plaintextHash": "CQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQkJCQk="},
    }
    frames = [
        *START,
        said(2, 1, "see", standard={"attachments": [{"pointer": pointer}]}, pinDetails={"pinnedAtTimestamp": NOW}),
    ]
    tables = read_made(tmp_path, frames)
    assert tables.rows("attachments")[0]["sha256"] == "09" * 32
    assert tables.rows("membership_events", detail="message pinned")[0]["at"] == at(NOW)


def test_notes_to_oneself_have_no_key_without_an_owner(tmp_path: Path) -> None:
    """Two phones that do not know their owner must not share a conversation."""
    notes = {"chat": {"id": 5, "recipientId": 1}}
    alone = read_made(tmp_path, [*START[:3], notes, said(1, 1, "milk", chat=5)])
    assert [row["platform_key"] for row in alone.rows("conversations")] == [None]
    known = read_made(tmp_path, [*START, notes, said(1, 1, "milk", chat=5)])
    assert known.rows("conversations")[-1]["platform_key"] == ME[1]
