"""Reports of Cellebrite Physical Analyzer."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.support.android import team
from tests.support.made_report import (
    GROUP,
    activity,
    chat,
    field,
    jid,
    many,
    message,
    model,
    one,
    party,
    report,
    time,
)
from tests.support.reading import Tables, read

from upstander.evidence.sources import Reading
from upstander.evidence.sources.cellebrite import SOURCE
from upstander.evidence.sources.cellebrite.words import platform
from upstander.evidence.sources.whatsapp_android import SOURCE as WHATSAPP

_FOLDER = "cellebrite/sepinf-inc+IPED/iped-engine__src__test__resources__ufed-model-"


def of(text: str, tmp_path: Path, scratch: Path, *, reading: Reading | None = None) -> Tables:
    """What a report of this text holds."""
    path = tmp_path / "in" / "report.xml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return read(SOURCE, path, scratch=scratch, reading=reading)


def at(hour: int, minute: int, second: int = 0, *, day: int = 1) -> datetime:
    """A time of March 2018, UTC."""
    return datetime(2018, 3, day, hour, minute, second, tzinfo=UTC)


def said(table: list[dict[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """The named columns of every row."""
    return [tuple(row[column] for column in columns) for row in table]


@pytest.fixture
def public(fixtures: Path, tmp_path: Path, scratch: Path) -> Tables:
    """The two public fragments, the chat and the accounts, as one report."""
    text = report((fixtures / f"{_FOLDER}chat.xml").read_text(encoding="utf-8"))
    accounts = (fixtures / f"{_FOLDER}useraccount.xml").read_text(encoding="utf-8")
    return of(text.replace("</decodedData>", f"{accounts}</decodedData>"), tmp_path, scratch)


def test_the_public_chat_is_counted_whole(public: Tables) -> None:
    """Eleven records: ten messages and a system line, of one chat that is known by the other's address."""
    assert len(public.authored) == 10
    assert len(public.system) == 1
    (conversation,) = public.rows("conversations")
    assert conversation["platform"] == "whatsapp"
    assert conversation["platform_key"] == "5511999996666@s.whatsapp.net"
    assert conversation["kind"] == "direct"
    assert conversation["account"] == "5511999998888@s.whatsapp.net"
    assert [row["kind"] for row in public.authored] == [
        "voice", "image", "voice", "voice", "voice", "text", "text", "voice", "contact", "text",
    ]  # fmt: skip
    assert sum(row["outgoing"] for row in public.authored) == 3
    assert len(public.rows("attachments", held="absent")) == 6
    assert public.warned == {"attachment_missing": 1, "times_run_backwards": 1}


def test_the_public_messages_keep_the_platforms_keys_and_times(public: Tables) -> None:
    """Keys stand as WhatsApp and Telegram made them; times are instants with the precision that is written."""
    first = public.authored[0]
    assert first["platform_key"] == "20B2CB24BF3CBD881397130CAF870169"
    assert first["sent_at"] == datetime(2024, 11, 3, 19, 46, 47, tzinfo=UTC)
    assert first["sent_at_written"] == "2024-11-03T19:46:47.000+00:00"
    assert said([first], "sent_at_precision", "time_zone", "time_zone_basis") == [("millisecond", "UTC", "recorded")]
    assert {row["platform_key"] for row in public.rows("messages")} >= {"1919334790:6586", "1654984910:14434"}
    assert [row["text"] for row in public.authored if row["text"]] == ["Certo amigo veja ae", "Vendo", "Obrigado"]


def test_the_public_receipts_say_who_read_what_when(public: Tables) -> None:
    """Two messages of the phone's owner have one recipient each, with all three times."""
    receipts = public.rows("receipts")
    assert said(receipts, "target_key", "participant") == [
        ("16B5233E40F47B614915A1F058C40828", "5511999997777@s.whatsapp.net"),
        ("BF846858C5BD58F689193A5A7212F6D4", "5511999997777@s.whatsapp.net"),
    ]
    assert receipts[1]["delivered_at"] == datetime(2024, 11, 3, 19, 45, 35, tzinfo=UTC)
    assert receipts[1]["read_at"] == datetime(2024, 11, 3, 19, 46, 3, tzinfo=UTC)
    assert receipts[1]["played_at"] == datetime(2024, 11, 3, 19, 46, 4, tzinfo=UTC)


def test_what_the_public_messages_pass_on_and_answer(public: Tables) -> None:
    """A forwarded picture stands in the message embedded in it; an answer keeps the other's key, text and author."""
    (forwarded,) = [row for row in public.authored if row["forwarded"]]
    assert said(public.rows("attachments", message=forwarded["message"]), "name", "kind", "bytes") == [
        ("IMG-20241103-WA0103.jpg", "image", 74436)
    ]
    (answer,) = [row for row in public.authored if row["reply_to"]]
    assert answer["reply_to"] == "1654984910:14433"
    assert answer["reply_to_author"] == "1654984910"
    assert answer["reply_to_text"].startswith("Lorem ipsum dolor sit amet")


def test_the_public_system_line_makes_no_person(public: Tables) -> None:
    """`System message` is nobody; who joined is evidence of membership."""
    (line,) = public.system
    assert said([line], "event", "author", "text") == [("joined", None, "You joined the group via invite link")]
    assert said(public.rows("membership_events"), "kind", "participant", "evidence", "message") == [
        ("joined", "5860529659", "system_event", line["message"])
    ]
    assert "System message" not in public.handles


def test_the_public_contact_card(public: Tables) -> None:
    """A contact that was sent is an attachment with what the card says."""
    (card,) = public.rows("attachments", kind="contact")
    assert said([card], "name", "caption", "held") == [
        ("Charmeleon", "5511999997745@s.whatsapp.net\n+55 11 99999-22222", "held")
    ]


def test_a_group_has_the_keys_and_handles_of_the_phones_own_database(tmp_path: Path, scratch: Path) -> None:
    """The group's jid is the conversation's key, members' jids are the handles, and the owner is told."""
    tables = of(
        report(
            chat(
                message("AB01", party(2, name="Finch"), "rota?"),
                message("AB02", party(1, owner=True), "up", to=(party(2), party(3))),
                members=(
                    party(1, owner=True),
                    party(2, name="Finch", more=field("IsGroupAdmin", "True", "Boolean")),
                    party(3),
                ),
                more=field("Name", "Late turn"),
            )
        ),
        tmp_path,
        scratch,
    )
    (conversation,) = tables.rows("conversations")
    assert said([conversation], "platform", "platform_key", "kind", "title", "account") == [
        ("whatsapp", GROUP, "group", "Late turn", jid(1))
    ]
    assert said(tables.rows("participants"), "handle", "name", "number", "standing", "owner") == [
        (jid(1), None, "+447700900001", "member", True),
        (jid(2), "Finch", "+447700900002", "administrator", False),
        (jid(3), None, "+447700900003", "member", False),
    ]
    assert said(tables.rows("membership_events"), "kind", "participant", "detail", "evidence") == [
        ("current_member", jid(1), None, "header"),
        ("current_member", jid(2), "administrator", "header"),
        ("current_member", jid(3), None, "header"),
    ]
    assert said(tables.authored, "author", "outgoing", "recipients") == [(jid(2), False, None), (jid(1), True, 2)]
    assert not tables.warned


def test_a_report_of_a_phone_and_its_own_database_have_the_same_keys(tmp_path: Path, scratch: Path) -> None:
    """What reconciliation joins on is one in both: the group's key, the messages' keys, the authors' handles."""
    phone = read(WHATSAPP, team(tmp_path / "msgstore.db"), scratch=scratch)
    (group,) = phone.rows("conversations", kind="group")
    theirs = [row for row in phone.authored if row["conversation"] == group["conversation"] and row["text"]]
    assert len(theirs) > 3
    written = [
        message(
            row["platform_key"], party(row["author"], owner=row["outgoing"]), row["text"], at=row["sent_at"].isoformat()
        )
        for row in theirs
    ]
    tables = of(report(chat(*written, identity=group["platform_key"])), tmp_path, scratch)
    assert [row["platform_key"] for row in tables.rows("conversations")] == [group["platform_key"]]
    columns = ("platform_key", "author", "text", "sent_at", "outgoing")
    assert said(tables.authored, *columns) == said(theirs, *columns)


def test_a_recovered_message_is_read_and_does_not_say_who_deleted_it(tmp_path: Path, scratch: Path) -> None:
    """`Deleted` is deletion by nobody named; only what lies in the app's own bin was put there by its user."""
    tables = of(
        report(
            chat(
                message(
                    "AB01", party(2), "one", deleted_state="Deleted", more=time("DateDeleted", "2018-03-02T09:00:00Z")
                ),
                message("AB02", party(2), "two", deleted_state="Trash"),
                message("AB03", party(2), "three", deleted_state="Unknown"),
                message("AB04", party(2), "four", deleted_state="Intact", decoding_confidence="Low"),
            )
        ),
        tmp_path,
        scratch,
    )
    assert said(tables.authored, "text", "kind", "deleted", "deleted_at") == [
        ("one", "text", "unknown", at(9, 0, day=2)),
        ("two", "text", "by_owner", None),
        ("three", "text", None, None),
        ("four", "text", None, None),
    ]
    assert tables.warned == {"recovered_record": 1, "low_confidence": 1}
    (recovered,) = tables.rows("warnings", kind="recovered_record")
    assert recovered["detail"].startswith("2 messages here are marked as deleted")
    assert "does not say who" in recovered["detail"]


def test_a_chat_that_was_itself_recovered_is_said(tmp_path: Path, scratch: Path) -> None:
    """A chat marked as deleted has a warning, though its messages are marked otherwise."""
    tables = of(report(chat(message("AB01", party(2), "one"), deleted_state="Deleted")), tmp_path, scratch)
    (warning,) = tables.rows("warnings")
    assert warning["kind"] == "recovered_record"
    assert "Chat[0] itself is marked Deleted" in warning["detail"]


def test_a_message_given_twice_is_read_once_and_intact(tmp_path: Path, scratch: Path) -> None:
    """The intact one is read wherever it stands, the other's place is named, and it does not count as deleted."""
    tables = of(
        report(
            chat(
                message("AB01", party(2), "one", deleted_state="Deleted", id="r1"),
                message("AB02", party(2), "two", at="2018-03-01T09:31:00.000+00:00"),
                message("AB01", party(2), "one", id="i1"),
            ),
            # Its header is recovered again, and the message in it has lost its sender.
            chat(message("AB02", None, "two", at="2018-03-01T09:31:00.000+00:00", deleted_state="Deleted", id="r2")),
        ),
        tmp_path,
        scratch,
    )
    assert said(tables.authored, "platform_key", "deleted", "row") == [
        ("AB02", None, "Chat[0].Messages[1]"),
        ("AB01", None, "Chat[0].Messages[2] i1"),
    ]
    assert len(tables.rows("conversations")) == 1
    details = [row["detail"] for row in tables.rows("warnings", kind="duplicate_record")]
    assert details == [
        "Chat[0].Messages[0] (Deleted) is the same message as Chat[0].Messages[2]; it was read once, from there",
        "Chat[1].Messages[0] (Deleted) is the same message as Chat[0].Messages[1]; it was read once, from there",
    ]


def test_one_key_with_two_texts_is_two_messages(tmp_path: Path, scratch: Path) -> None:
    """What a recovered record says otherwise is never thrown away."""
    tables = of(
        report(chat(message("AB01", party(2), "one"), message("AB01", party(2), "won", deleted_state="Deleted"))),
        tmp_path,
        scratch,
    )
    assert said(tables.authored, "text", "deleted") == [("one", None), ("won", "unknown")]
    (warning,) = tables.rows("warnings", kind="duplicate_record")
    assert "say different things" in warning["detail"]


def test_without_a_key_only_a_recovered_record_repeats_another(tmp_path: Path, scratch: Path) -> None:
    """Somebody may write `ok` twice in one second; the tool's second find of it is not that."""
    twice = chat(message(None, party(2), "ok"), message(None, party(2), "ok"))
    assert len(of(report(twice), tmp_path, scratch).authored) == 2
    again = chat(message(None, party(2), "ok"), message(None, party(2), "ok", deleted_state="Deleted"))
    tables = of(report(again), tmp_path, scratch)
    assert said(tables.authored, "text", "deleted") == [("ok", None)]
    assert tables.warned == {"duplicate_record": 1}


def test_two_extractions_are_two_captures(tmp_path: Path, scratch: Path) -> None:
    """A phone and its backup in one report each hold what they hold, under the platform's one key."""
    first, second = chat(message("AB01", party(2), "one")), message("AB01", party(2), "one", extractionId="1")
    tables = of(report(first, chat(second, extractionId="1")), tmp_path, scratch)
    assert [row["platform_key"] for row in tables.rows("conversations")] == [GROUP, GROUP]
    assert len(tables.authored) == 2
    assert not tables.warned


def test_times_keep_their_offsets(tmp_path: Path, scratch: Path) -> None:
    """An offset is an instant; a time without one is read under the zone stated, or as UTC with a warning."""
    text = report(
        chat(
            message("1", party(2), "a", at="2018-03-01T10:30:00.250+01:00"),
            message("2", party(2), "b", at="2018-03-01T09:31:00Z"),
            message("3", party(2), "c", at="2018-03-01T09:32"),
            message("4", party(2), "d", at="2018-02-30T09:32:00Z"),
            message("5", party(2), "e", at=None),
        )
    )
    tables = of(text, tmp_path, scratch)
    assert said(tables.authored, "sent_at", "sent_at_precision", "time_zone_basis") == [
        (datetime(2018, 3, 1, 9, 30, 0, 250_000, tzinfo=UTC), "millisecond", "recorded"),
        (at(9, 31), "second", "recorded"),
        (at(9, 32), "minute", "assumed"),
        (None, "second", "recorded"),
        (None, "second", "recorded"),
    ]
    assert tables.authored[0]["sent_at_written"] == "2018-03-01T10:30:00.250+01:00"
    assert tables.warned == {"impossible_date": 2, "time_zone_assumed": 1}
    stated = of(text, tmp_path, scratch, reading=Reading(time_zone="Europe/Paris"))
    third = stated.authored[2]
    assert said([third], "sent_at", "time_zone", "time_zone_basis") == [(at(8, 32), "Europe/Paris", "stated")]


def test_a_time_in_the_examiners_own_dress_is_read_from_its_iso_form(tmp_path: Path, scratch: Path) -> None:
    """Older reports write the value as the machine's settings say; `formattedTimestamp` beside it is ISO."""
    dressed = field(
        "TimeStamp", "01/03/2018 10:30:00 (UTC+1)", "TimeStamp", formattedTimestamp="2018-03-01T10:30:00+01:00"
    )
    plain = model("InstantMessage", one("From", "Party", party(2)), field("Body", "a"), dressed)
    tables = of(report(chat(plain)), tmp_path, scratch)
    assert said(tables.authored, "sent_at", "sent_at_written", "sent_at_precision") == [
        (at(9, 30), "01/03/2018 10:30:00 (UTC+1)", "second")
    ]


def test_receipts_are_of_whom_the_report_names(tmp_path: Path, scratch: Path) -> None:
    """Of one's own message each recipient has a receipt; of a received one, the phone's owner; of a group, nobody."""
    read_at = time("DateRead", "2018-03-01T09:40:00+00:00")
    tables = of(
        report(
            chat(
                message("1", party(1, owner=True), "a", to=(party(2, more=read_at), party(3))),
                message("2", party(2), "b", more=read_at),
                message("3", party(1, owner=True), "c", to=(party(2), party(3)), more=read_at),
                members=(party(1, owner=True), party(2), party(3)),
            ),
            chat(
                message("4", party(1, owner=True), "d", more=read_at),
                identity=jid(2),
                members=(party(1, owner=True), party(2)),
            ),
        ),
        tmp_path,
        scratch,
    )
    assert said(tables.rows("receipts"), "target_key", "participant", "read_at") == [
        ("1", jid(2), at(9, 40)),
        ("2", jid(1), at(9, 40)),
        ("4", jid(2), at(9, 40)),
    ]
    assert tables.warned == {"missing_reference": 1}


def test_activities_are_evidence_of_membership(tmp_path: Path, scratch: Path) -> None:
    """Who joined, was added, left and was removed; what is not known is kept as a system line and said."""
    system = party("System message", owner=None)
    lines = [
        message(str(number), system, body, more=many("ActivityLog", "ChatActivity", activity(action, party(3))))
        for number, (action, body) in enumerate(
            [("ParticipantAdded", "x"), ("ParticipantLeft", "y"), ("ParticipantRemoved", "z"), ("Danced", None)]
        )
    ]
    acted = message(
        "9", party(2), None, more=many("ActivityLog", "ChatActivity", activity("ParticipantAdded", party(4)))
    )
    tables = of(report(chat(*lines, acted)), tmp_path, scratch)
    assert not tables.authored
    assert not tables.handles
    assert [row["event"] for row in tables.system] == ["added", "left", "removed", "other", "added"]
    assert said(tables.rows("membership_events"), "kind", "participant", "actor") == [
        ("added", jid(3), None),
        ("left", jid(3), None),
        ("removed", jid(3), None),
        ("added", jid(4), jid(2)),
    ]
    (warning,) = tables.rows("warnings")
    assert (warning["kind"], "'Danced'" in warning["detail"]) == ("unknown_value", True)


def test_a_chats_own_log_belongs_to_the_messages_that_tell_it(tmp_path: Path, scratch: Path) -> None:
    """An activity is the line that it names, a line of its own where there is none, and never both."""
    when = "2018-03-01T09:00:00+00:00"
    log = many(
        "ActivityLog",
        "ChatActivity",
        activity("ParticipantLeft", party(3), told="m1"),
        activity("ParticipantJoined", party(4), body="joined", at=when),
    )
    line = message("1", party("System message", owner=None), "left", id="m1")
    tables = of(report(chat(line, more=log)), tmp_path, scratch)
    assert said(tables.system, "event", "text", "sent_at") == [
        ("joined", "joined", at(9, 0)),
        ("left", "left", at(9, 30)),
    ]
    assert said(tables.rows("membership_events"), "kind", "participant") == [("joined", jid(4)), ("left", jid(3))]


def test_sms_and_calls_stand_under_the_number_as_an_sms_backup_has_it(tmp_path: Path, scratch: Path) -> None:
    """A number is one under any dress; the owner's side is told by role, folder and direction."""

    def record(kind: str, number: str, role: str, *more: str) -> str:
        return model(kind, many("Parties", "Party", party(number, role=role, owner=None)), *more)

    stamp = time("TimeStamp", "2018-03-01T09:30:00.000+00:00")
    tables = of(
        report(
            record("SMS", "+44 7700 900002", "From", field("Body", "tea?"), field("Folder", "Inbox"), stamp),
            record("SMS", "+447700900002", "To", field("Body", "yes"), field("Folder", "Sent"), stamp),
            record("SMS", "(0)7700-900002", "To", field("Body", "late"), field("Folder", "Drafts"), stamp),
            record("Call", "+447700900002", "From", field("Direction", "Incoming"), stamp),
            record("Call", jid(2), "To", field("Source", "WhatsApp"), field("Direction", "Outgoing"), stamp),
        ),
        tmp_path,
        scratch,
    )
    assert said(tables.rows("conversations"), "platform", "platform_key", "kind", "account") == [
        ("sms", "+447700900002", "direct", "me"),
        ("sms", "07700900002", "direct", "me"),
        ("whatsapp", jid(2), "direct", "me"),
    ]
    assert sorted(said(tables.authored, "kind", "author", "outgoing", "text"), key=str) == sorted(
        [
            ("text", "+447700900002", False, "tea?"),
            ("text", "me", True, "yes"),
            ("call", "+447700900002", False, None),
            ("text", "me", True, "late"),
            ("call", "me", True, None),
        ],
        key=str,
    )
    assert tables.warned == {"not_sent": 1}


def test_reactions_of_a_message_and_of_a_recipient(tmp_path: Path, scratch: Path) -> None:
    """A reaction is by its actor, or by the party that it stands in."""
    heart = model("Reaction", field("ReactionType", "\u2764"), one("Actor", "Party", party(3)))
    thumb = many("Reactions", "Reaction", model("Reaction", field("ReactionType", "\U0001f44d")))
    sent = message(
        "1", party(1, owner=True), "a", to=(party(2, more=thumb),), more=many("Reactions", "Reaction", heart)
    )
    tables = of(report(chat(sent)), tmp_path, scratch)
    assert said(tables.rows("reactions"), "target_key", "participant", "emoji") == [
        ("1", jid(3), "\u2764"),
        ("1", jid(2), "\U0001f44d"),
    ]


def test_labels_and_places(tmp_path: Path, scratch: Path) -> None:
    """Forwarded and edited are marks, a place is an attachment, a label that is not known is said."""
    place = one("Position", "Coordinate", model("Coordinate", field("Latitude", "51.5"), field("Longitude", "-0.1")))
    label = many("MessageExtraData", "InstantMessageExtraData", model("MessageLabel", field("Label", "Forwarded")))
    tables = of(
        report(
            chat(
                message("1", party(2), "a", more=label),
                message("2", party(2), "b", more=field("Label", "Edited", "Label")),
                message("3", party(2), None, more=place),
                message("4", party(2), "d", more=field("Label", "Sparkling")),
                message("5", party(2), None),
            )
        ),
        tmp_path,
        scratch,
    )
    assert said(tables.authored, "forwarded", "edited", "kind") == [
        (True, False, "text"),
        (False, True, "text"),
        (False, False, "location"),
        (False, False, "text"),
        (False, False, "empty"),
    ]
    assert [row["name"] for row in tables.rows("attachments")] == ["51.5,-0.1"]
    assert tables.warned == {"unknown_value": 1}


def test_any_app_has_its_platform() -> None:
    """Apps by the names that the tool gives them; one that is not known is unknown, whatever it resembles."""
    named = {
        "WhatsApp": "whatsapp",
        "WhatsApp Business": "whatsapp",
        "Facebook Messenger": "messenger",
        "Messenger": "messenger",
        "Instagram Direct": "instagram",
        "Telegram X": "telegram",
        "Signal": "signal",
        "iMessage: +447700900001": "imessage",
        "Native Messages": "sms",
        "Microsoft Teams": "teams",
        "Slack": "slack",
        "Discord": "discord",
        "Skype": "unknown",
        "Signalise": "unknown",
        "": "unknown",
    }
    assert {name: platform(name) for name in named} == named
