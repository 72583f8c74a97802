"""DiscordChatExporter's JSON: the samples, and invented channels for all that they lack."""

import contextlib
import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read

from upstander.errors import LimitReached, SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources import Reading
from upstander.evidence.sources.discord import SOURCE

SAMPLES = "discord/mlomb+chat-analytics/tests__samples__discord__"


def person(key: str = "11", name: str = "vale", **more: Any) -> dict[str, Any]:
    """A user as the exporter writes one."""
    return {"id": key, "name": name, "discriminator": "0000", "nickname": name.title(), "isBot": False, **more}


def line(number: int, content: str = "tea?", **more: Any) -> dict[str, Any]:
    """One message."""
    made = {
        "id": str(number),
        "type": "Default",
        "timestamp": f"2024-03-01T09:50:{number % 60:02d}+00:00",
        "timestampEdited": None,
        "content": content,
        "author": person(),
    }
    return made | more


def channel(*messages: Any, kind: str = "GuildTextChat", **more: Any) -> dict[str, Any]:
    """One file."""
    return {
        "guild": {"id": "7", "name": "Division", "iconUrl": ""},
        "channel": {"id": "8", "type": kind, "categoryId": "9", "category": "Shifts", "name": "lates", "topic": None},
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2024-04-01T00:00:00+00:00",
        "messages": list(messages),
        "messageCount": len(messages),
        **more,
    }


def export(folder: Path, content: Any, *, name: str = "lates.json", reading: Reading | None = None) -> Tables:
    """Write `content` and read it."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return read(SOURCE, path, scratch=scratch, reading=reading)


# The samples


@pytest.mark.parametrize(
    ("name", "authored", "events", "warned"),
    [
        ("DM_2A_2M.json", 2, {"call": 1}, {}),
        # It states five messages and has six.
        ("GC_3A_5M.json", 3, {"group_renamed": 1, "icon_changed": 1, "call": 1}, {"missing_reference": 1}),
        # Of its five records two are the same; two files are addresses.
        ("SV_5A_5M.json", 4, {}, {"duplicate_record": 1, "attachment_missing": 1}),
    ],
)
def test_the_samples_are_counted(
    fixtures: Path, scratch: Path, name: str, authored: int, events: dict[str, int], warned: dict[str, int]
) -> None:
    """Messages, notices and warnings of every sample, by hand."""
    tables = read(SOURCE, fixtures / f"{SAMPLES}{name}", scratch=scratch)
    assert (len(tables.authored), Counter(row["event"] for row in tables.system)) == (authored, events)
    assert tables.warned == warned


def test_the_samples_people_and_conversations(fixtures: Path, scratch: Path) -> None:
    """Ids are handles; the nickname is shown, the account's name and number stand beside it."""
    direct, group, server = (
        read(SOURCE, fixtures / f"{SAMPLES}{name}", scratch=scratch)
        for name in ("DM_2A_2M.json", "GC_3A_5M.json", "SV_5A_5M.json")
    )
    told = [
        (row["platform_key"], row["kind"], row["title"])
        for tables in (direct, group, server)
        for row in tables.rows("conversations")
    ]
    assert told == [
        ("530805775262679064", "direct", "Someones name"),
        ("1064990764406419508", "group", "a group chat"),
        ("253601524398293010", "group", "general-chiptune"),
    ]
    people = {(row["handle"], row["name"], row["linked_id"]) for row in group.rows("participants")}
    assert people == {
        ("111111111111111111", "mlomb", "mlomb#5506"),
        ("222222222222222222", "lombi", "lombi#8778"),
        ("333333333333333333", "theplant", "not a plant#6597"),
    }
    assert direct.rows("membership_events") == []
    (header,) = server.rows("membership_events")
    assert header["detail"].startswith("server: DefleMask; server id: 253601524398293010; category: Chat; topic: ")


def test_the_samples_details(fixtures: Path, scratch: Path) -> None:
    """An answer, an edit's time, counted reactions, a picture and a sticker that did not come."""
    group, server = (
        read(SOURCE, fixtures / f"{SAMPLES}{name}", scratch=scratch) for name in ("GC_3A_5M.json", "SV_5A_5M.json")
    )
    assert group.authored[2]["reply_to"] == group.authored[0]["platform_key"] == "1064990824305274930"
    assert group.authored[2]["sent_at"].isoformat() == "2023-01-18T20:12:12.123000+00:00"
    assert group.authored[2]["sent_at_precision"] == "millisecond"
    first, second = server.rows("edits")
    assert (first["text"], second["at"].isoformat()) == (None, "2018-05-20T16:09:56.439000+00:00")
    told = [(row["participant"], row["emoji"], row["count"]) for row in server.rows("reactions")]
    assert told == [(None, "paul", 3), (None, "❤", 2)]
    files = [(row["kind"], row["name"], row["bytes"], row["held"]) for row in server.rows("attachments")]
    assert files == [("image", "unknown.png", 165152, "absent"), ("sticker", "Laugh", None, "absent")]


# Messages


def test_members_come_and_go(tmp_path: Path) -> None:
    """Whom a notice mentions was added or removed; nobody becomes a participant by it."""
    finch = person("12", "finch")
    tables = export(
        tmp_path,
        channel(
            line(1, "Added Finch to the group.", type="RecipientAdd", mentions=[finch]),
            line(2, "Removed Finch from the group.", type="RecipientRemove", mentions=[finch]),
            line(3, "Left the group.", type="RecipientRemove", mentions=[person()]),
            line(4, "Added a recipient.", type="1", mentions=[]),
            line(5, "Joined the server.", type="GuildMemberJoin"),
            line(6, "Pinned a message.", type="ChannelPinnedMessage", reference={"messageId": "1"}),
            line(7, "Started a thread.", type="ThreadCreated"),
            line(8, "", type="46"),
            kind="DirectGroupTextChat",
        ),
    )
    assert (len(tables.authored), tables.handles) == (0, set())
    assert [row["event"] for row in tables.system] == [
        *("added", "removed", "left", "added", "joined", "pinned", "other", "poll"),
    ]
    told = [
        (row["kind"], row["participant"], row["actor"], row["detail"])
        for row in tables.rows("membership_events", evidence="system_event")
    ]
    assert told == [
        ("added", "12", "11", "Finch"),
        ("removed", "12", "11", "Finch"),
        ("left", "11", None, "Vale"),
        ("added", None, "11", None),
        ("joined", "11", None, "the server"),
    ]
    assert tables.system[5]["reply_to"] == "1"
    assert tables.system[0]["text"] == "Added Finch to the group."


@pytest.mark.parametrize(
    ("written", "instant", "precision"),
    [
        ("2024-03-01T09:50:01+00:00", "2024-03-01T09:50:01+00:00", "second"),
        ("2024-03-01T09:50:01.5+00:00", "2024-03-01T09:50:01.500000+00:00", "millisecond"),
        ("2024-03-01T09:50:01.123+01:00", "2024-03-01T08:50:01.123000+00:00", "millisecond"),
        ("2024-03-01T09:50:01.1234567-05:00", "2024-03-01T14:50:01.123000+00:00", "microsecond"),
        ("2024-03-01T09:50:01.123456Z", "2024-03-01T09:50:01.123000+00:00", "microsecond"),
    ],
)
def test_times_have_their_offset(tmp_path: Path, written: str, instant: str, precision: str) -> None:
    """Any offset and any number of digits; the text of the time is kept."""
    (row,) = export(tmp_path, channel(line(1, timestamp=written))).authored
    assert (row["sent_at"].isoformat(), row["sent_at_precision"]) == (instant, precision)
    assert (row["sent_at_written"], row["time_zone"], row["time_zone_basis"]) == (written, "UTC", "recorded")


def test_times_without_offset_and_times_that_cannot_be(tmp_path: Path) -> None:
    """One without an offset is read under the stated zone, or as UTC with a warning; one that cannot be has none."""
    content = channel(line(1, timestamp="2024-07-01T12:00:00"), line(2, timestamp="2024-02-31T12:00:00+00:00"))
    stated = export(tmp_path, content, reading=Reading(time_zone="Europe/London"))
    assert stated.authored[0]["sent_at"].isoformat() == "2024-07-01T11:00:00+00:00"
    assert stated.authored[0]["time_zone_basis"] == "stated"
    assert (stated.authored[1]["sent_at"], stated.warned) == (None, {"impossible_date": 1})
    assert export(tmp_path, content).warned == {"impossible_date": 1, "time_zone_assumed": 1}


def test_answers_forwards_and_quotes(tmp_path: Path) -> None:
    """An answer names the message and has no text of it; a forwarded message has the words that it forwards."""
    snapshot = {
        "timestamp": "2024-02-01T00:00:00+00:00",
        "content": "rota is up",
        "attachments": [{"url": "https://example.org/1.png", "fileName": "1.png"}],
    }
    tables = export(
        tmp_path,
        channel(
            line(1),
            line(2, type="Reply", reference={"type": "Default", "messageId": "1", "channelId": "8"}),
            line(3, "", reference={"type": "Forward", "messageId": "99", "channelId": "5"}, forwardedMessage=snapshot),
        ),
    )
    told = [(row["reply_to"], row["forwarded"], row["text"], row["kind"]) for row in tables.authored]
    assert told == [
        (None, False, "tea?", "text"),
        ("1", False, "tea?", "text"),
        (None, True, "rota is up", "image"),
    ]
    assert tables.warned == {"attachment_missing": 1}


def test_what_a_message_carries(tmp_path: Path) -> None:
    """Files that came are hashed, also where their paths are written as addresses; those that did not are said."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "b c.ogg").write_bytes(b"sound")
    embed = {
        "title": "Rota",
        "url": "https://example.org/rota",
        "description": "for March",
        "author": {"name": "Bot"},
        "fields": [{"name": "Lates", "value": "Vale"}],
        "footer": {"text": "end"},
    }
    tables = export(
        folder,
        channel(
            line(1, "", attachments=[{"url": "b%20c.ogg", "fileName": "voice-message.ogg", "fileSizeBytes": 9}]),
            line(2, "", attachments=[{"url": "lates.json_Files\\gone.MP4", "fileName": "gone.MP4"}]),
            line(3, "", stickers=[{"name": "Laugh", "sourceUrl": "https://example.org/1.png"}]),
            line(4, "", embeds=[embed, {}]),
            line(5, ""),
            line(6, "", attachments=[{"url": None, "fileName": None, "fileSizeBytes": -1}, None]),
        ),
    )
    assert [row["kind"] for row in tables.authored] == ["voice", "video", "sticker", "link", "empty", "media"]
    told = [(row["kind"], row["name"], row["held"], row["bytes"]) for row in tables.rows("attachments")]
    assert told[:4] == [
        ("voice", "voice-message.ogg", "held", 5),
        ("video", "gone.MP4", "absent", None),
        ("sticker", "Laugh", "absent", None),
        ("link", "https://example.org/rota", "omitted", None),
    ]
    assert tables.rows("attachments")[0]["sha256"] == hashlib.sha256(b"sound").hexdigest()
    assert tables.rows("attachments")[3]["caption"] == "Bot\nRota\nfor March\nLates\nVale\nend"
    assert tables.warned == {"attachment_missing": 2}


def test_reactions_name_people_where_exported(tmp_path: Path) -> None:
    """A row a person, one for the rest of the count; who reacted alone is no participant."""
    reaction = {"emoji": {"id": "", "name": "👍"}, "count": 3, "users": [person("12", "finch")]}
    tables = export(tmp_path, channel(line(1, reactions=[reaction])))
    told = [(row["participant"], row["count"], row["target_key"]) for row in tables.rows("reactions")]
    assert told == [("12", 1, "1"), (None, 2, "1")]
    assert tables.handles == {"11"}


def test_bots_deleted_users_and_unknown_types(tmp_path: Path) -> None:
    """Whoever wrote has a row, by id or by name; a type that is not known is kept as a message and said."""
    tables = export(
        tmp_path,
        channel(
            line(1, author=person("13", "rota", isBot=True, discriminator="1234")),
            line(2, author={"name": "Deleted User"}),
            line(3, author=None),
            line(4, type="20"),
            line(5, type="99"),
            kind="SomethingNew",
        ),
    )
    assert [row["author"] for row in tables.authored] == ["13", "Deleted User", "unknown", "11", "11"]
    assert tables.rows("participants", handle="13")[0]["linked_id"] == "rota#1234"
    assert tables.rows("conversations")[0]["kind"] == "unknown"
    assert tables.warned == {"unknown_value": 2, "author_uncertain": 1}


def test_ids_that_repeat_or_run_backwards(tmp_path: Path) -> None:
    """The same message again is read once; another of that id is kept; newest first is kept as it stands, and said."""
    tables = export(
        tmp_path,
        channel(
            line(50, timestampEdited="2024-03-01T10:00:00+00:00"),
            line(50, timestampEdited="2024-03-01T10:00:00+00:00"),
            line(50, "coffee?", timestampEdited="2024-03-01T10:00:00+00:00"),
            line(9, timestamp="2024-03-01T09:00:00+00:00"),
            {key: value for key, value in line(7).items() if key != "id"},
        ),
    )
    assert [row["platform_key"] for row in tables.authored] == ["50", "50", "9", None]
    assert [row["position"] for row in tables.authored] == [0, 1, 2, 3]
    assert tables.warned == {"duplicate_record": 1, "times_run_backwards": 1}


# Files


def test_parts_of_one_channel_are_one_conversation(tmp_path: Path) -> None:
    """The first name claims the other parts; they are read by number, a part that is missing is said."""
    for number, name in ((1, "lates.json"), (2, "lates [part 2].json"), (4, "lates [part 4].json")):
        (tmp_path / name).write_text(json.dumps(channel(line(number, f"part {number}"))))
    (tmp_path / "lates [part 3].json").write_text(json.dumps(channel(line(3)) | {"channel": {"id": "77"}}))
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    first = Document.of(tmp_path / "lates [part 2].json", scratch=scratch)
    assert SOURCE.recognise(first) == ("lates [part 4].json", "lates.json")
    tables = read(SOURCE, tmp_path / "lates [part 2].json", scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["part 1", "part 2", "part 4"]
    assert [row["row"] for row in tables.authored] == ["1/messages[0]", "2/messages[0]", "4/messages[0]"]
    assert len({row["exhibit"] for row in tables.authored}) == 3
    assert len(tables.rows("conversations")) == 1
    assert tables.warned == {"companion_missing": 1}


def test_an_export_cut_in_half_keeps_what_stands_before(tmp_path: Path, scratch: Path) -> None:
    """Rows up to the cut are given, then one error says where the document ends."""
    path = tmp_path / "lates.json"
    whole = json.dumps(channel(*(line(number) for number in range(1, 101))))
    path.write_text(whole[: len(whole) // 2])
    tables = Tables()

    def read_on() -> None:
        for rows in SOURCE.read(Document.of(path, scratch=scratch), Reading()):
            tables.batches.setdefault(rows.table, []).append(rows.batch)

    with pytest.raises(Unreadable, match=r"lates\.json"):
        read_on()
    assert 45 <= len(tables.authored) <= 50


def test_a_limited_or_changed_export_says_so(tmp_path: Path) -> None:
    """A range of dates is a reason for absence; a count that differs is a sign of change; no messages is no fault."""
    limited = channel() | {"dateRange": {"after": "2024-01-01T00:00:00+00:00", "before": None}}
    tables = export(tmp_path, limited)
    assert (len(tables.rows("conversations")), tables.warned) == (1, {"export_cut_short": 1})
    changed = export(tmp_path, channel(line(1)) | {"messageCount": 2})
    assert changed.rows("warnings")[0]["detail"].startswith("lates.json states 2 messages and holds 1")


def test_bad_text_is_mended_and_told(tmp_path: Path) -> None:
    """Half a surrogate pair and bytes that are no UTF-8 become U+FFFD."""
    content = json.dumps(channel(line(1, "@"))).encode().replace(b'"@"', b'"a\\ud83d \xff \\ud83d\\ude00"')
    tables = export(tmp_path, content)
    assert (tables.authored[0]["text"], tables.warned) == ("a\ufffd \ufffd 😀", {"invalid_text": 1})


def test_huge_and_deep_records_do_no_harm(tmp_path: Path) -> None:
    """A record of too many values is cut with a warning, one too deep likewise, a number too long ends the reading."""
    tables = export(tmp_path / "a", channel(line(1, embeds=[["x"] * 250_000]), line(2)))
    assert (len(tables.authored), tables.warned) == (2, {"line_too_long": 1})
    deep = json.dumps(channel(line(1), line(2, "@"), line(3))).replace('"@"', "[" * 5_000 + "]" * 5_000)
    assert len(export(tmp_path / "b", deep.encode()).authored) == 3
    with pytest.raises(Unreadable):
        export(tmp_path / "c", (json.dumps(channel(line(1)))[:-1] + ', "x": ' + "9" * 5_000 + "}").encode())
    nested = (json.dumps(channel())[:-1] + ', "messages": [' + "[" * 500 + "]" * 501 + "}").encode()
    with contextlib.suppress(LimitReached):
        export(tmp_path / "d", nested)


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"",
        b"hello",
        b'{"messages": []}',
        b'{"name":"x","type":"personal_chat","id":1,"messages":[{"id":1,"type":"message","from_id":"user1"}]}',
        b'{"participants":[{"name":"A"}],"messages":[{"sender_name":"A","timestamp_ms":1,"type":"Generic"}]}',
        b'{"guild":{"id":"1"}}',
        b"SQLite format 3\x00",
    ],
)
def test_other_documents_are_refused(tmp_path: Path, scratch: Path, content: bytes) -> None:
    """Other messengers' JSON, and what is no JSON, is not this source's."""
    path = tmp_path / "lates.json"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=scratch))


def test_memory_does_not_grow_with_the_document(tmp_path: Path, scratch: Path) -> None:
    """Batches of a long channel are given while it is still being read."""
    path = tmp_path / "lates.json"
    path.write_text(json.dumps(channel(*(line(number) for number in range(60_000)))))
    shares = [
        rows.done for rows in SOURCE.read(Document.of(path, scratch=scratch), Reading()) if rows.table == "messages"
    ]
    assert len(shares) == 2
    assert shares[0] < 0.9


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8)
    | st.sampled_from(["RecipientAdd", "Default", "2024-03-01T09:50:01+00:00", "1.png", "11"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["id", "name", "content", "url", "fileName", "emoji", "count", "users", "attachments"]),
        inner, max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip
_fields = st.sampled_from(
    [
        *("id", "type", "timestamp", "timestampEdited", "content", "author", "attachments", "embeds", "stickers"),
        *("reactions", "mentions", "reference", "forwardedMessage", "interaction"),
    ]
)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    entries=st.lists(st.dictionaries(_fields, _json, max_size=8) | _json, max_size=5),
    around=st.dictionaries(st.sampled_from(["guild", "dateRange", "messageCount", "exportedAt"]), _json),
)
def test_values_of_any_type_do_no_harm(
    entries: list[Any], around: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever JSON stands where a field is due: each record becomes a message, or a warning."""
    content = {"guild": {}, **channel(*entries), **around}
    if not isinstance(content["guild"], dict) or not isinstance(content["dateRange"], dict | list):
        content |= {"guild": {}, "dateRange": {}}
    tables = export(tmp_path_factory.mktemp("any"), content)
    left = tables.warned["invalid_record"] + tables.warned["duplicate_record"]
    assert len(tables.rows("messages")) + left == len(entries)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, 3_000),
    changes=st.lists(st.tuples(st.integers(0, 3_000), st.binary(min_size=1, max_size=3)), max_size=5),
)
def test_mutated_exports_do_no_harm(
    cut: int, changes: list[tuple[int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any bytes changed, any end cut off: rows or a typed error, never a crash."""
    content = bytearray(json.dumps(channel(*(line(number) for number in range(8)))).encode())
    for place, value in changes:
        content[place % len(content) : place % len(content) + len(value)] = value
    with contextlib.suppress(SourceError):
        export(tmp_path_factory.mktemp("mutated"), bytes(content[: cut or None]))
