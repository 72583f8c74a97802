"""Telegram Desktop's JSON: real samples and invented exports."""

import contextlib
import hashlib
import io
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
from upstander.evidence.sources.telegram import SOURCE
from upstander.evidence.sources.telegram.stream import CleanStream

OMITTED = "(File not included. Change data exporting settings to download.)"


def line(number: int, text: Any = "hello", **more: Any) -> dict[str, Any]:
    """One message."""
    made = {
        "id": number,
        "type": "message",
        "date": "2024-01-05T11:00:00",
        "date_unixtime": "1704448800",
        "from": "Anna",
        "from_id": "user1",
        "text": text,
    }
    return made | more


def notice(number: int, action: str, **more: Any) -> dict[str, Any]:
    """One service message by Anna."""
    made = line(number, "", type="service", action=action, actor="Anna", actor_id="user1")
    return {key: value for key, value in made.items() if key not in {"from", "from_id"}} | more


def chat(*messages: Any, **more: Any) -> dict[str, Any]:
    """One chat, as an export of it alone is written."""
    return {"name": "Lates", "type": "private_group", "id": 42, **more, "messages": list(messages)}


def export(folder: Path, content: Any, *, reading: Reading | None = None) -> Tables:
    """Write `content` as result.json and read it."""
    folder.mkdir(exist_ok=True)
    path = folder / "result.json"
    path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    return read(SOURCE, path, scratch=scratch, reading=reading)


@pytest.mark.parametrize(
    ("name", "authored", "system", "participants", "warned"),
    [
        ("mlomb+chat-analytics/tests__samples__telegram__BIG_20A_5475M.json", 5475, 0, 20, {}),
        ("mlomb+chat-analytics/tests__samples__telegram__DM_2A_7M.json", 6, 2, 2, {"time_zone_assumed": 1}),
        ("joweich+chat-miner/test__telegram__test_single_export.json", 2, 0, 2, {}),
        ("joweich+chat-miner/test__telegram__test_batch_export.json", 2, 0, 2, {}),
    ],
)
def test_real_exports_are_counted(
    fixtures: Path, scratch: Path, name: str, authored: int, system: int, participants: int, warned: dict[str, int]
) -> None:
    """Authored messages, notices, participants and warnings of every sample."""
    tables = read(SOURCE, fixtures / "telegram" / name, scratch=scratch)
    counted = (len(tables.authored), len(tables.system), len(tables.rows("participants")))
    assert counted == (authored, system, participants)
    assert tables.warned == warned


def test_real_texts_are_joined_and_files_left_out_are_said(fixtures: Path, scratch: Path) -> None:
    """A text in pieces is joined exactly; a picture that the export left out is omitted, not missing."""
    tables = read(
        SOURCE, fixtures / "telegram" / "mlomb+chat-analytics/tests__samples__telegram__DM_2A_7M.json", scratch=scratch
    )
    assert [row["text"] for row in tables.authored][:3] == ["https://google.com 👀", "hello world", "world?"]
    assert [row["held"] for row in tables.rows("attachments")] == ["omitted", "omitted"]
    assert [row["event"] for row in tables.system] == ["other", "call"]
    assert tables.handles == {"user700000000", "user300000000"}


def test_iso_dates_with_a_zone_are_recorded(fixtures: Path, scratch: Path) -> None:
    """A date that ends in Z needs no assumption and keeps its milliseconds."""
    tables = read(
        SOURCE,
        fixtures / "telegram" / "mlomb+chat-analytics/tests__samples__telegram__BIG_20A_5475M.json",
        scratch=scratch,
    )
    first = tables.authored[0]
    assert (first["sent_at_precision"], first["time_zone_basis"]) == ("millisecond", "recorded")
    assert first["sent_at"].isoformat() == "2017-01-01T06:20:09.248000+00:00"


def test_members_join_and_leave(tmp_path: Path) -> None:
    """Every notice on members names whom by the export's own words, and makes nobody a participant."""
    tables = export(
        tmp_path,
        chat(
            notice(1, "create_group", title="Lates", members=["Anna", "Bela"]),
            notice(2, "invite_members", members=["Caro", None]),
            notice(3, "invite_members", members=["Anna"]),
            notice(4, "remove_members", members=["Bela"]),
            notice(5, "remove_members", members=["Anna"]),
            notice(6, "join_group_by_link", inviter="Caro"),
            notice(7, "join_group_by_request"),
            notice(8, "edit_group_title", title="Lates 2"),
            notice(9, "migrate_to_supergroup"),
            notice(10, "unheard_of"),
            notice(11, "pin_message", text=["pinned ", {"type": "bold", "text": "this"}]),
            {"id": 12, "type": "service", "date": "2024-01-05T11:00:00", "information_text": "Not supported"},
        ),
    )
    assert (len(tables.authored), len(tables.system), len(tables.rows("participants"))) == (0, 12, 0)
    told = [(row["kind"], row["participant"], row["actor"]) for row in tables.rows("membership_events")]
    assert told == [
        ("created", "user1", "user1"),
        ("added", "Anna", "user1"),
        ("added", "Bela", "user1"),
        ("added", "Caro", "user1"),
        ("added", None, "user1"),
        ("joined", "user1", None),
        ("removed", "Bela", "user1"),
        ("left", "user1", None),
        ("joined", "user1", None),
        ("joined", "user1", None),
        ("changed", None, "user1"),
    ]
    assert [row["event"] for row in tables.system][7:] == ["group_renamed", "other", "other", "pinned", "other"]
    # Codes and titles are no text that was received.
    assert [row["text"] for row in tables.system] == [None] * 10 + ["pinned this", "Not supported"]
    assert [row["detail"] for row in tables.rows("membership_events", kind="created")] == ["Lates"]
    assert [row["detail"] for row in tables.rows("membership_events", kind="changed")] == ["title: Lates 2"]
    assert tables.warned == {"unknown_value": 1, "time_zone_assumed": 1}


def test_what_a_message_carries(tmp_path: Path) -> None:
    """Media are told apart; a file that came is hashed, one that did not is missed, one left out is omitted."""
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "photo.jpg").write_bytes(b"picture")
    tables = export(
        folder,
        chat(
            line(1, "", photo="photo.jpg"),
            line(2, "", file="files/gone.pdf", mime_type="application/pdf"),
            line(3, "", file=OMITTED, media_type="voice_message", file_name="note.ogg"),
            line(4, "", file="sticker.webp", media_type="sticker", sticker_emoji="😂"),
            line(5, "", photo=OMITTED, self_destruct_period_seconds=10),
            line(
                6, "", contact_information={"first_name": "Bela", "last_name": "B", "phone_number": "+44 7700 900001"}
            ),
            line(7, "", location_information={"latitude": 51.5, "longitude": -0.1}),
            line(8, "", poll={"question": "Food?", "answers": [{"text": "Curry", "voters": 2}, {"text": "Pizza"}]}),
            line(9, ""),
        ),
    )
    kinds = [row["kind"] for row in tables.authored]
    assert kinds == ["image", "document", "voice", "sticker", "view_once", "contact", "location", "poll", "empty"]
    assert [row["held"] for row in tables.rows("attachments")] == [
        "held",
        "absent",
        "omitted",
        "absent",
        "omitted",
        "held",
        "held",
    ]
    assert tables.rows("attachments")[0]["sha256"] == hashlib.sha256(b"picture").hexdigest()
    assert tables.authored[7]["text"] == "Food?\nCurry\nPizza"
    assert tables.warned == {"attachment_missing": 2}


def test_edits_replies_forwards_and_reactions(tmp_path: Path) -> None:
    """What the export knows beyond the text; a reaction's local time is read by the message's own offset."""
    reactions = [
        {
            "type": "emoji",
            "emoji": "👍",
            "count": 5,
            "recent": [{"from": "Bela", "from_id": "user2", "date": "2024-01-05T11:05:00"}],
        },
        {
            "type": "emoji",
            "emoji": "👎",
            "count": 1,
            "recent": [{"from": None, "from_id": "user3", "date": "2024-07-01T09:00:00"}],
        },
    ]
    tables = export(
        tmp_path,
        chat(
            line(1, edited="2024-01-05T11:01:00", edited_unixtime="1704448860", reactions=reactions),
            line(2, reply_to_message_id=1),
            line(3, forwarded_from=None),
        ),
    )
    first, second, third = tables.authored
    assert (first["edited"], second["reply_to"], third["forwarded"]) == (True, "1", True)
    edits = tables.rows("edits")
    assert [(row["version"], row["text"], row["at"] is None) for row in edits] == [(1, None, True), (2, "hello", False)]
    told = [(row["participant"], row["emoji"], row["count"]) for row in tables.rows("reactions")]
    assert told == [("user2", "👍", 1), (None, "👍", 4), ("user3", "👎", 1)]
    # The message was written at 11:00 on a clock that its Unix time shows to be an hour ahead of UTC.
    assert tables.rows("reactions")[0]["at"].isoformat() == "2024-01-05T10:05:00+00:00"
    assert tables.rows("reactions")[2]["at"] is None


def test_whole_account(tmp_path: Path) -> None:
    """A full export names its owner and contacts; every chat is its own conversation, chats left say so."""
    content = {
        "about": "Here is the data you requested.",
        "personal_information": {"user_id": 1, "first_name": "Anna", "phone_number": "+44 7700 900009"},
        "contacts": {"about": "x", "list": [{"user_id": 2, "first_name": "Bela", "phone_number": "+44 7700 900001"}]},
        "chats": {
            "about": "x",
            "list": [
                chat(line(1), line(2, **{"from": None, "from_id": "user2"})),
                chat(line(1), name="Bela", type="personal_chat", id=2),
                chat(id=43),
            ],
        },
        "left_chats": {"about": "x", "list": [chat(line(7), id=44)]},
    }
    tables = export(tmp_path, content)
    assert [(row["platform_key"], row["kind"]) for row in tables.rows("conversations")] == [
        ("42", "group"),
        ("2", "direct"),
        ("43", "group"),
        ("44", "group"),
    ]
    assert {row["account"] for row in tables.rows("conversations")} == {"user1"}
    assert [row["outgoing"] for row in tables.authored] == [True, False, True, True]
    (bela,) = tables.rows("participants", handle="user2")
    assert (bela["name"], bela["number"]) == ("Bela", "+447700900001")
    assert {row["number"] for row in tables.rows("participants", owner=True)} == {"+447700900009"}
    assert [(row["kind"], row["participant"]) for row in tables.rows("membership_events")] == [("past_member", "user1")]


def test_local_times_are_read_under_the_stated_zone(tmp_path: Path) -> None:
    """Without a Unix time the stated zone decides; hours that a clock change repeats or skips are told."""
    content = chat(
        *(
            {"id": i, "type": "message", "date": date, "from": "Anna", "from_id": "user1", "text": "x"}
            for i, date in enumerate(
                ("2021-07-01T12:00:00", "2021-10-31T01:30:00", "2021-03-28T01:30:00", "2021-02-30T00:00:00"), start=1
            )
        )
    )
    tables = export(tmp_path, content, reading=Reading(time_zone="Europe/London"))
    assert [row["sent_at"] and row["sent_at"].strftime("%m-%d %H:%M") for row in tables.authored] == [
        "07-01 11:00",
        "10-31 00:30",
        "03-28 01:30",
        None,
    ]
    assert {row["time_zone_basis"] for row in tables.authored} == {"stated"}
    assert tables.warned == {"ambiguous_local_time": 1, "missing_local_time": 1, "impossible_date": 1}


def test_export_cut_in_half_keeps_what_stands_before(tmp_path: Path, scratch: Path) -> None:
    """Rows up to the cut are given, then one error says where the document ends."""
    whole = json.dumps(chat(*(line(i) for i in range(100))))
    path = tmp_path / "result.json"
    path.write_text(whole[: len(whole) // 2])
    tables = Tables()
    reading = SOURCE.read(Document.of(path, scratch=scratch), Reading())

    def read_on() -> None:
        for rows in reading:
            tables.batches.setdefault(rows.table, []).append(rows.batch)

    with pytest.raises(Unreadable, match=r"result\.json"):
        read_on()
    assert 45 <= len(tables.authored) <= 50


def test_same_id_twice_is_two_messages(tmp_path: Path) -> None:
    """Ids that repeat, run backwards or are missing still give every message an id of its own."""
    lines = [line(5), line(5), line(3), line(6), {key: value for key, value in line(0).items() if key != "id"}]
    tables = export(tmp_path, chat(*(one | {"edited": "2024-01-05T11:00:00"} for one in lines)))
    assert len({row["message"] for row in tables.authored}) == 5
    assert [row["platform_key"] for row in tables.authored] == ["5", "5", "3", "6", None]


def test_bad_text_is_mended_and_told(tmp_path: Path) -> None:
    """Half a surrogate pair and bytes that are no UTF-8 become U+FFFD; whole pairs and written backslashes stay."""
    content = (
        rb'{"name":"x","type":"personal_chat","id":1,"messages":[{"id":1,"type":"message","date_unixtime":"1704448800",'
        rb'"from_id":"user1","text":"a\ud83d b\ude00 \ud83d\ude00 \\ud83d ' + b'\xff"}]}'
    )
    tables = export(tmp_path, content)
    assert tables.authored[0]["text"] == "a\ufffd b\ufffd 😀 \\ud83d \ufffd"
    assert tables.warned == {"invalid_text": 1}


@given(
    pieces=st.lists(
        st.sampled_from(["\\ud83d", "\\ude00", "\\\\", "\\n", "x", "u", "d83d", "\\u00e9", "é", "\\ud83d\\ude00"]),
        max_size=30,
    ),
    pad=st.integers(0, 40),
)
def test_chunk_borders_change_nothing(pieces: list[str], pad: int) -> None:
    """Wherever a chunk ends, the stream gives what the standard parser makes of the whole, with U+FFFD for halves."""
    content = '"' + "x" * (65_536 - 20 - pad) + "".join(pieces) + '"'
    expected = json.loads(content)
    mended = "".join("\ufffd" if 0xD800 <= ord(char) < 0xE000 else char for char in expected)
    stream = CleanStream(io.BytesIO(content.encode()))
    got = b"".join(iter(lambda: stream.read(1 << 16), b""))
    assert json.loads(got) == mended


def test_huge_and_deep_records_do_no_harm(tmp_path: Path) -> None:
    """A record of too many values is cut with a warning, one too deep likewise, a number too long ends the reading."""
    tables = export(tmp_path / "a", chat(line(1, ["x"] * 250_000), line(2)))
    assert (len(tables.authored), tables.warned) == (2, {"line_too_long": 1})
    deep = json.dumps(chat(line(1), line(2, "@"), line(3))).replace('"@"', "[" * 5_000 + "]" * 5_000)
    assert len(export(tmp_path / "b", deep.encode()).authored) == 3
    with pytest.raises(LimitReached):
        export(tmp_path / "c", (json.dumps(chat(line(1)))[:-1] + ', "x": ' + "[" * 5_000).encode())
    with pytest.raises(Unreadable):
        export(tmp_path / "d", (json.dumps(chat(line(1)))[:-1] + ', "x": ' + "9" * 5_000 + "}").encode())


@pytest.mark.parametrize(
    "content",
    [
        b"[]",
        b"",
        b"hello",
        b'{"participants":[{"name":"A"}],"messages":[{"sender_name":"A","timestamp_ms":1,"content":"x","type":"Generic"}]}',
        b'{"guild":{"id":"1"},"channel":{"type":"GuildTextChat"},"messages":[{"id":"1","type":"Default","timestamp":"x"}]}',
        b'{"messages": []}',
        b"SQLite format 3\x00",
    ],
)
def test_other_documents_are_refused(tmp_path: Path, scratch: Path, content: bytes) -> None:
    """Other messengers' JSON, and what is no JSON, is not this source's."""
    path = tmp_path / "result.json"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=scratch))


_json = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["1704448800", "user1", "message", "service", "invite_members", "2024-01-05T11:00:00", OMITTED]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)
_fields = st.sampled_from(
    [
        *("id", "type", "date", "date_unixtime", "from", "from_id", "text", "action", "actor", "actor_id", "members"),
        *("photo", "file", "media_type", "edited", "edited_unixtime", "reactions", "poll", "contact_information"),
        *("location_information", "inviter", "title", "reply_to_message_id", "mime_type", "file_size", "text_entities"),
    ]
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    records=st.lists(st.dictionaries(_fields, _json, max_size=8) | _json, max_size=5),
    header=st.dictionaries(st.sampled_from(["name", "id"]), _json),
)
def test_values_of_any_type_do_no_harm(
    records: list[Any], header: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever JSON stands where a field is due: each record becomes a message or a warning."""
    content = json.dumps(header | {"type": "private_group", "messages": records}).encode()
    tables = export(tmp_path_factory.mktemp("any"), content)
    assert len(tables.rows("messages")) + tables.warned["invalid_record"] == len(records)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    cut=st.integers(0, 3_000),
    changes=st.lists(st.tuples(st.integers(0, 3_000), st.binary(min_size=1, max_size=3)), max_size=5),
)
def test_mutated_exports_do_no_harm(
    cut: int, changes: list[tuple[int, bytes]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any bytes changed, any end cut off: rows or a typed error, never a crash."""
    content = bytearray(
        json.dumps(chat(*(line(i, edited="x") for i in range(8)), notice(9, "invite_members"))).encode()
    )
    for place, value in changes:
        content[place % len(content) : place % len(content) + len(value)] = value
    with contextlib.suppress(SourceError):
        export(tmp_path_factory.mktemp("mutated"), bytes(content[: cut or None]))


@given(content=st.binary(max_size=400))
def test_arbitrary_bytes_do_no_harm(content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Arbitrary bytes behind a Telegram head give a typed error or rows."""
    head = b'{"type":"private_group","messages":[{"type":"message","from_id":'
    folder = tmp_path_factory.mktemp("bytes")
    with contextlib.suppress(SourceError):
        export(folder, head + content)


def test_memory_does_not_grow_with_the_document(tmp_path: Path, scratch: Path) -> None:
    """Batches of a long chat are given while it is still being read."""
    path = tmp_path / "result.json"
    path.write_text(json.dumps(chat(*(line(i) for i in range(60_000)))))
    shares = [
        rows.done for rows in SOURCE.read(Document.of(path, scratch=scratch), Reading()) if rows.table == "messages"
    ]
    assert len(shares) == 2
    assert shares[0] < 0.9


def test_counts_by_event(tmp_path: Path) -> None:
    """Calls, pins, timers and a cleared history are told apart."""
    actions = ("phone_call", "group_call", "pin_message", "set_messages_ttl", "clear_history", "edit_chat_theme")
    tables = export(tmp_path, chat(*(notice(i, action, message_id=7) for i, action in enumerate(actions))))
    assert [row["reply_to"] for row in tables.system if row["event"] == "pinned"] == ["7"]
    assert Counter(row["event"] for row in tables.system) == {
        "call": 2,
        "pinned": 1,
        "timer_changed": 1,
        "deleted_chat": 1,
        "settings_changed": 1,
    }
