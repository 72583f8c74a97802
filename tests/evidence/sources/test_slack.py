"""Slack workspace exports: the real sample, and invented ones for all that it lacks."""

import datetime as dt
import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest
from tests.support.made_slack import DAY, START, USERS, channel, export, lates, line, notice, pack, read_archive, ts
from tests.support.reading import Tables

from upstander.errors import WrongSource
from upstander.evidence.document import Document
from upstander.evidence.intake import Handed
from upstander.evidence.sources.slack import SOURCE
from upstander.stages import ingest
from upstander.storage import Home
from upstander.storage.scan import scan

NOW = dt.datetime(2024, 4, 1, tzinfo=dt.UTC)

# The real sample


@pytest.fixture(scope="module")
def real(fixtures: Path, tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The sample of slack-export-viewer."""
    path = fixtures / "slack" / "hfaran+slack-export-viewer" / "tests__testarchive.zip"
    return read_archive(path, tmp_path_factory.mktemp("scratch"))[0]


def test_the_real_export_is_counted(real: Tables) -> None:
    """By hand: 102 records in one channel and 56 in the other; 8 joins and 3 integrations are nobody's messages."""
    conversations = real.rows("conversations")
    assert [(row["platform_key"], row["title"], row["kind"]) for row in conversations] == [
        ("C0JGLMMNX", "enrique", "group"),
        ("C0JL6CGQ2", "traveling-sailor", "group"),
    ]
    counted = [
        (len([row for row in rows if row["conversation"] == one["conversation"]]))
        for one in conversations
        for rows in (real.authored, real.system)
    ]
    assert counted == [96, 6, 51, 5]
    assert Counter(row["event"] for row in real.system) == {"added": 6, "joined": 2, "settings_changed": 3}
    assert Counter(row["kind"] for row in real.rows("attachments")) == {"link": 102, "document": 3}
    # `integration_logs.json` is no conversation; three files are links.
    assert real.warned == {"unknown_format": 1, "attachment_missing": 1}


def test_the_real_exports_members_and_authors(real: Tables) -> None:
    """Four people are members of both channels; three integrations wrote and are none."""
    membership = Counter(row["kind"] for row in real.rows("membership_events"))
    assert membership == {"current_member": 8, "added": 6, "joined": 2, "created": 2}
    assert real.handles == {
        *("U0BMM2FEH", "U0BMQB6JE", "U0BMS113R", "U0BMYT2FL"),
        *("B0JL6RASU", "B0VJZKVHC", "B0JL6UFSL"),
    }
    names = {row["handle"]: (row["name"], row["standing"]) for row in real.rows("participants")}
    assert names["U0BMYT2FL"] == ("Harry Potter", "member")
    assert names["B0JL6UFSL"] == (None, "author_only")


def test_the_real_exports_details(real: Tables) -> None:
    """The one edit, the one reaction, the files' sizes, and keys and texts as they stand."""
    (reaction,) = real.rows("reactions")
    assert (reaction["target_key"], reaction["participant"], reaction["emoji"], reaction["at"]) == (
        *("1459154014.000018", "U0BMYT2FL", "botman"),
        None,
    )
    first, second = real.rows("edits")
    assert (first["version"], first["text"], second["version"]) == (1, None, 2)
    assert second["target_key"] == "1458972985.000010"
    assert second["at"].isoformat() == "2016-03-26T08:32:14+00:00"
    files = [row for row in real.rows("attachments") if row["kind"] == "document"]
    assert [(row["name"], row["bytes"], row["held"]) for row in files] == [
        ("100_cities.js", 4163, "absent"),
        ("10_cities.js", 478, "absent"),
        ("cities1000.js", 40474, "absent"),
    ]
    opening = real.authored[0]
    assert (opening["platform_key"], opening["sent_at_precision"]) == ("1452837352.000006", "microsecond")
    assert opening["text"].startswith("<@U0BMYT2FL>: Created an issue")
    assert (opening["member"], opening["row"]) == ("enrique/2016-01-14.json", "enrique/2016-01-14.json[4]")


# What a document is


def test_one_document_claims_the_rest(tmp_path: Path) -> None:
    """The first member by name is the document, whatever it is; the rest is read with it and none on its own."""
    files = {
        "Alerts/2024-03-01.json": [line(1)],
        "channels.json": [channel("C0ALERTS", "Alerts"), channel()],
        f"lates/{DAY}": [line(2)],
        "users.json": USERS,
    }
    tables, found = read_archive(pack(tmp_path / "a.zip", files), tmp_path / "scratch")
    assert [(one.member, one.role) for one in found] == [(None, "archive"), ("Alerts/2024-03-01.json", "document")]
    assert found[1].companions == ("channels.json", f"lates/{DAY}", "users.json")
    assert [row["title"] for row in tables.rows("conversations")] == ["Alerts", "lates"]


def test_exports_within_one_archive_stay_apart(tmp_path: Path) -> None:
    """Two workspaces in folders of one archive are two documents."""
    files = {f"{place}/{name}": content for place in ("east", "west") for name, content in {
        "channels.json": [channel()], "users.json": USERS, f"lates/{DAY}": [line(1, place)],
    }.items()}  # fmt: skip
    tables, found = read_archive(pack(tmp_path / "a.zip", files), tmp_path / "scratch")
    assert [one.member for one in found if one.role == "document"] == ["east/channels.json", "west/channels.json"]
    assert [row["text"] for row in tables.authored] == ["east", "west"]


def test_an_unpacked_export_is_read_once(tmp_path: Path) -> None:
    """As loose files: the last day is the document and the others are its companions, also where a copy comes first."""
    folder = tmp_path / "export"
    for name, content in {
        "channels.json": [channel(), channel("C0EARLIES", "earlies")],
        "users.json": USERS,
        "lates/2024-03-01.json": [line(1)],
        "lates/2024-03-02.json": [line(90_000)],
        "earlies/2024-03-02.json": [line(90_000)],
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content))
    case = Home(tmp_path / "home").new("MS-1", title="", now=NOW)
    ingest(case, [folder], Handed(), now=NOW, progress=lambda *_: None)
    conversations = scan(case, "conversations").collect().to_dicts()
    assert {row["title"]: row["messages"] for row in conversations} == {"lates": 2, "earlies": 1}
    roles = Counter(row["role"] for row in scan(case, "exhibits").collect().to_dicts())
    assert roles == {"document": 1, "companion": 3}  # two days are the same bytes: one exhibit
    assert scan(case, "warnings").collect().to_dicts() == []


def test_an_older_unpacked_export_is_kept_beside_a_newer(tmp_path: Path) -> None:
    """Its last day stands in the newer one too, byte for byte; a day that was changed since is still read from both."""
    case = Home(tmp_path / "home").new("MS-1", title="", now=NOW)
    older = {"lates/2024-03-01.json": [line(1, "said"), line(2)], "lates/2024-03-02.json": [line(90_000)]}
    newer = older | {"lates/2024-03-01.json": [line(2)], "lates/2024-03-05.json": [line(400_000)]}
    for name, days in (("older", older), ("newer", newer)):
        for path, content in ({"channels.json": [channel()], "users.json": USERS} | days).items():
            (tmp_path / name / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / path).write_text(json.dumps(content))
        ingest(case, [tmp_path / name], Handed(), now=NOW, progress=lambda *_: None)
    assert sorted(row["messages"] for row in scan(case, "conversations").collect().to_dicts()) == [3, 3]
    assert "said" in scan(case, "messages").collect()["text"].to_list()


def test_other_lists_are_refused(tmp_path: Path, scratch: Path) -> None:
    """Lists of something else, and what is no list, are not this source's."""
    for number, content in enumerate(
        (b"[]", b"{}", b"", b"[1, 2]", b'[{"id": 1}]', b'[{"sender_name": "A"}]', b"[01/03/2018, 09:30:15] Vale: rota")
    ):
        path = tmp_path / str(number) / "2024-03-01.json"
        path.parent.mkdir()
        path.write_bytes(content)
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(path, scratch=scratch))


# Conversations


def test_every_kind_of_conversation(tmp_path: Path) -> None:
    """Channels and private channels by name, direct messages by id, with kind, key, members and what was last set."""
    tables = export(
        tmp_path,
        {
            "channels.json": [
                channel(
                    created=START,
                    creator="U0FINCH",
                    is_archived=True,
                    topic={"value": "rota", "creator": "U0VALE", "last_set": START + 5},
                    purpose={"value": "", "creator": "", "last_set": 0},
                )
            ],
            "groups.json": [channel("G0QUIET", "quiet")],
            "mpims.json": [channel("G0THREE", "mpdm-avale--bfinch--cory-1", members=["U0VALE", "U0FINCH", "U0CORY"])],
            "dms.json": [{"id": "D0PAIR", "created": START, "members": ["U0VALE", "U0FINCH"]}],
            f"lates/{DAY}": [line(1)],
            f"quiet/{DAY}": [line(2)],
            f"mpdm-avale--bfinch--cory-1/{DAY}": [line(3)],
            f"D0PAIR/{DAY}": [line(4)],
        },
    )
    assert [(row["platform_key"], row["kind"], row["title"]) for row in tables.rows("conversations")] == [
        ("C0LATES", "group", "lates"),
        ("G0QUIET", "group", "quiet"),
        ("G0THREE", "group", "mpdm-avale--bfinch--cory-1"),
        ("D0PAIR", "direct", None),
    ]
    told = [
        (row["kind"], row["participant"], row["detail"], row["evidence"], row["row"])
        for row in tables.rows("membership_events")[:5]
    ]
    assert told == [
        ("created", "U0FINCH", None, "header", "channels.json[0]"),
        ("changed", None, "topic: rota", "header", "channels.json[0]"),
        ("ended", None, "archived when the export was made", "header", "channels.json[0]"),
        ("current_member", "U0VALE", None, "member_table", "channels.json[0].members[0]"),
        ("current_member", "U0FINCH", None, "member_table", "channels.json[0].members[1]"),
    ]
    (vale, *_) = tables.rows("participants", handle="U0VALE")
    assert (vale["name"], vale["linked_id"], vale["number"]) == ("A Vale", "a@example.org", "+447700900001")
    assert tables.rows("participants", handle="U0FINCH")[0]["name"] == "Finch"
    # The third is in no list of people, and it is said.
    assert tables.warned == {"missing_reference": 1}


def test_days_are_in_order_and_missing_ones_cost_nothing(tmp_path: Path) -> None:
    """Days are read by date wherever they stand; a channel without days and a folder without a list are said."""
    tables = export(
        tmp_path,
        {
            "lates/2024-03-03.json": [line(2 * 86_400, "third")],
            "lates/2024-03-01.json": [line(1, "first")],
            "channels.json": [channel(), channel("C0EMPTY", "empty")],
            f"nowhere/{DAY}": [line(1, "lost")],
        },
    )
    assert [row["text"] for row in tables.authored] == ["first", "third", "lost"]
    assert [row["position"] for row in tables.authored] == [0, 1, 0]
    assert [row["platform_key"] for row in tables.rows("conversations")] == ["C0LATES", "C0EMPTY", None]
    assert len(tables.rows("participants")) == 2 + 2 + 1
    assert tables.warned == {"companion_missing": 2}


def test_a_damaged_day_costs_no_other(tmp_path: Path) -> None:
    """Of a day that is cut short what stands before the cut is read; empty and strange days are said at their place."""
    whole = json.dumps([line(number, f"m{number}") for number in range(10)]).encode()
    tables = export(
        tmp_path,
        {
            "channels.json": [channel()],
            "lates/2024-03-01.json": whole[: len(whole) // 2],
            "lates/2024-03-02.json": b"",
            "lates/2024-03-03.json": [3, line(2 * 86_400, "after")],
            "lates/2024-03-04.json": b'[{"type":"message","user":"U0VALE","ts":"1709545800.0001",'
            b'"text":"\\ud83d \xff"}]',
        },
    )
    texts = [row["text"] for row in tables.authored]
    assert texts[:4] == ["m0", "m1", "m2", "m3"]
    assert texts[-2:] == ["after", "\ufffd \ufffd"]
    assert tables.warned == {"unreadable": 1, "empty_file": 1, "invalid_record": 1, "invalid_text": 1}
    (cut,) = tables.rows("warnings", kind="unreadable")
    assert (cut["member"], cut["row"]) == ("lates/2024-03-01.json", "lates/2024-03-01.json")
    assert cut["conversation"] == tables.rows("conversations")[0]["conversation"]


# Messages


def test_members_come_and_go(tmp_path: Path) -> None:
    """Notices are system events, give evidence on members, and make nobody a participant."""
    tables = lates(
        tmp_path,
        notice(1, "channel_join"),
        notice(2, "channel_join", "U0FINCH", inviter="U0VALE"),
        notice(3, "group_leave", "U0CORY"),
        notice(4, "channel_topic", topic="rota"),
        notice(5, "channel_purpose", purpose="shifts"),
        notice(6, "channel_name", old_name="late", name="lates"),
        notice(7, "channel_archive", members=["U0FINCH"]),
        notice(8, "channel_unarchive"),
        notice(9, "pinned_item", item={"type": "C", "ts": ts(1)}),
        notice(10, "reminder_add"),
        notice(11, "sh_room_created"),
        members=[],
    )
    assert (len(tables.authored), tables.handles) == (0, set())
    assert [row["event"] for row in tables.system] == [
        *("joined", "added", "left", "description_changed", "description_changed", "group_renamed", "ended"),
        *("settings_changed", "pinned", "other", "call"),
    ]
    told = [(row["kind"], row["participant"], row["actor"], row["detail"]) for row in tables.rows("membership_events")]
    assert told == [
        ("joined", "U0VALE", None, None),
        ("added", "U0FINCH", "U0VALE", None),
        ("left", "U0CORY", None, None),
        ("changed", None, "U0VALE", "topic: rota"),
        ("changed", None, "U0VALE", "purpose: shifts"),
        ("changed", None, "U0VALE", "name: lates (before: late)"),
        ("current_member", "U0FINCH", None, "when the channel was archived"),
        ("ended", None, "U0VALE", "the channel was archived"),
        ("changed", None, "U0VALE", "the channel was opened again"),
    ]
    assert tables.system[8]["reply_to"] == ts(1)
    assert tables.warned == {}


def test_text_and_time_are_as_received(tmp_path: Path) -> None:
    """Entities stay entities, keys keep every digit, and a time that cannot be is said."""
    tables = lates(
        tmp_path,
        line(0.123456, "a &lt;b&gt; &amp; <@U0FINCH> :tea:\r\n"),
        line(1) | {"ts": "soon"},
        line(2) | {"ts": 1709286602.5},
    )
    first, second, third = tables.authored
    assert first["text"] == "a &lt;b&gt; &amp; <@U0FINCH> :tea:\r\n"
    assert (first["platform_key"], first["sent_at_written"]) == ("1709286600.123456", "1709286600.123456")
    assert first["sent_at"].isoformat() == "2024-03-01T09:50:00.123000+00:00"
    assert (first["sent_at_precision"], first["time_zone"], first["time_zone_basis"]) == (
        *("microsecond", "UTC"),
        "recorded",
    )
    assert (second["sent_at"], second["platform_key"]) == (None, "soon")
    assert (third["sent_at_precision"], third["platform_key"]) == ("millisecond", "1709286602.5")
    assert tables.warned == {"impossible_date": 1}


def test_threads_and_shared_messages(tmp_path: Path) -> None:
    """An answer names its thread, also where it was sent to the channel; a message shared is forwarded or quoted."""
    card = {"ts": ts(1), "channel_id": "C0LATES", "author_id": "U0FINCH", "text": "rota?", "is_msg_unfurl": True}
    tables = lates(
        tmp_path,
        line(1, thread_ts=ts(1), reply_count=2),
        line(2, thread_ts=ts(1), parent_user_id="U0VALE"),
        line(3, subtype="thread_broadcast", thread_ts=ts(1), root={"ts": ts(1)}),
        line(4, "see", attachments=[card]),
        line(5, "", attachments=[card | {"is_share": True}]),
        line(6, "see", attachments=[card | {"channel_id": "C0OTHER"}]),
    )
    told = [
        (row["reply_to"], row["reply_to_author"], row["reply_to_text"], row["forwarded"]) for row in tables.authored
    ]
    assert told == [
        (None, None, None, False),
        (ts(1), "U0VALE", None, False),
        (ts(1), None, None, False),
        (ts(1), "U0FINCH", "rota?", False),
        (None, None, None, True),
        (None, None, None, False),
    ]
    assert tables.authored[4]["kind"] == "link"
    assert [row["caption"] for row in tables.rows("attachments")] == ["rota?"] * 3


def test_bots_and_other_voices(tmp_path: Path) -> None:
    """Integrations, comments of old exports and people of other workspaces are named by what the record says."""
    tables = lates(
        tmp_path,
        {"type": "message", "subtype": "bot_message", "bot_id": "B0RATA", "username": "rota", "text": "", "ts": ts(1),
         "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "On *lates*:"}},
                    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
                        {"type": "user", "user_id": "U0VALE"}, {"type": "text", "text": " and "},
                        {"type": "emoji", "name": "tea"}]}]}]},
        {"type": "message", "subtype": "file_comment", "text": "ok", "ts": ts(2), "comment": {"user": "U0FINCH"}},
        line(3, user="U0GUEST", user_profile={"real_name": "Guest Gray"}),
        line(4, "hums", subtype="me_message"),
        {"type": "message", "text": "nobody", "ts": ts(5)},
        line(6, subtype="unheard_of"),
    )  # fmt: skip
    assert [row["author"] for row in tables.authored] == [
        *("B0RATA", "U0FINCH", "U0GUEST", "U0VALE", "unknown", "U0VALE"),
    ]
    assert tables.authored[0]["text"] == "On *lates*:\n<@U0VALE> and :tea:"
    named = {row["handle"]: (row["name"], row["standing"]) for row in tables.rows("participants")}
    assert named["B0RATA"] == ("rota", "author_only")
    assert named["U0GUEST"] == ("Guest Gray", "author_only")
    assert tables.warned == {"author_uncertain": 1, "unknown_value": 1}


def test_files_are_absent_held_or_left_out(tmp_path: Path) -> None:
    """Slack's export has links; a tool may have put the files beside it; what lies elsewhere is left out."""
    shared = {"id": "F0A", "name": "a.png", "title": "Board", "mimetype": "image/png", "size": 7}
    tables = export(
        tmp_path,
        {
            "channels.json": [channel()],
            "__uploads/F0A/a.png": b"\x89PNG\r\n\x1a\npicture",
            "lates/attachments/F0B-b.m4a": b"ID3sound",
            f"lates/{DAY}": [
                line(1, "", files=[shared, {"id": "F0B", "name": "b.m4a", "subtype": "slack_audio"}]),
                line(2, "", subtype="file_share", file={"id": "F0C", "name": "c.pdf", "mimetype": "application/pdf"}),
                line(3, "", files=[{"id": "F0D", "mode": "tombstone"}]),
                line(4, "x", files=[{"id": "F0E", "name": "e", "mode": "external", "is_external": True}]),
                line(5, "<https://example.org>", attachments=[{"from_url": "https://example.org", "title": "Rota"}]),
            ],
        },
    )
    assert [row["kind"] for row in tables.authored] == ["image", "document", "media", "media", "text"]
    told = [(row["kind"], row["name"], row["held"], row["caption"]) for row in tables.rows("attachments")]
    assert told == [
        ("image", "a.png", "held", "Board"),
        ("voice", "b.m4a", "held", None),
        ("document", "c.pdf", "absent", None),
        ("unknown", "F0D", "absent", None),
        ("unknown", "e", "omitted", None),
        ("link", "https://example.org", "omitted", "Rota"),
    ]
    picture = tables.rows("attachments")[0]
    assert picture["sha256"] == hashlib.sha256(b"\x89PNG\r\n\x1a\npicture").hexdigest()
    assert picture["bytes"] == len(b"\x89PNG\r\n\x1a\npicture")
    assert tables.warned == {"attachment_missing": 1}


def test_reactions_name_people_and_count_the_rest(tmp_path: Path) -> None:
    """A row a person without a time, and one for those that are counted and not named."""
    tables = lates(tmp_path, line(1, reactions=[{"name": "tea", "users": ["U0VALE", "U0FINCH"], "count": 5}]))
    told = [(row["participant"], row["emoji"], row["count"], row["at"]) for row in tables.rows("reactions")]
    assert told == [("U0VALE", "tea", 1, None), ("U0FINCH", "tea", 1, None), (None, "tea", 3, None)]
    assert {row["target_key"] for row in tables.rows("reactions")} == {ts(1)}


# Edits and deletions
