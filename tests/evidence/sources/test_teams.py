"""Microsoft Teams for iOS: made databases, filled with a published script of conversations and with invented rows."""

import html
import json
import sqlite3
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read
from tests.support.teams_store import archive, mri, teams_store

from upstander.errors import SourceError, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.reading import recognise
from upstander.evidence.sources.registry import SOURCES
from upstander.evidence.sources.teams import SOURCE
from upstander.evidence.sources.teams.content import read_html

GROUP = "19:lates@thread.v2"
AT = 1_622_383_467_000


def _script(path: Path) -> list[dict[str, str]]:
    """One batch of the script; two of the files are not UTF-8."""
    data = path.read_bytes()
    try:
        written = data.decode()
    except UnicodeDecodeError:
        written = data.decode("cp1252")
    batch: list[dict[str, str]] = json.loads(written)
    return batch


def _at(written: str) -> int:
    day, _, clock = written.partition("T")
    hour, minute, second = (int(part) for part in clock.split(":"))
    return (
        int(datetime.fromisoformat(day).replace(hour=hour, minute=minute, second=second, tzinfo=UTC).timestamp()) * 1000
    )


@pytest.fixture(scope="module")
def batches(fixtures: Path) -> dict[str, list[dict[str, str]]]:
    """The nine batches of forensicsim's script."""
    folder = fixtures / "teams" / "lxndrblz+forensicsim"
    return {path.stem.rpartition("__")[2]: _script(path) for path in sorted(folder.glob("*.json"))}


@pytest.fixture(scope="module")
def scripted(batches: dict[str, list[dict[str, str]]], tmp_path_factory: pytest.TempPathFactory) -> Tables:
    """The script played into a database, a conversation a batch, and read."""
    folder = tmp_path_factory.mktemp("scripted")
    number = 0
    with teams_store(folder / "db" / "Skype.sqlite") as store:
        for name, batch in batches.items():
            thread = f"19:{name}@thread.v2"
            store.insert("ZTHREAD", ZTSID=thread, ZTHREADTOPIC=name, ZTHREADTYPE="chat")
            rows: list[dict[str, Any]] = []
            for step in batch:
                _play(rows, step)
            for row in rows:
                number += 1
                own = row["author"] == mri("0")
                # Ids are the service's: two messages of one second take the next millisecond.
                store.message(
                    number, row.pop("at") + number % 1000, row.pop("content"), thread=thread, ZTS_ISSENTBYME=own, **row
                )
    return read(SOURCE, folder / "db" / "Skype.sqlite", scratch=folder)


def _play(rows: list[dict[str, Any]], step: dict[str, str]) -> None:
    words, act = step["Content"], step["Type"]
    row: dict[str, Any] = {"at": _at(step["Time"]), "author": mri(step["Account"]), "properties": None}
    row["content"] = f"<p>{html.escape(words, quote=False)}</p>"
    same = [old for old in rows if old["content"] == row["content"]]
    target = same[-1] if same else rows[-1] if rows else row
    if act in ("message", "post", "comment"):
        rows.append(row)
    elif act in ("editedmessage", "editedcomment"):
        rows.append(row | {"properties": {"edittime": row["at"] + 1}})
    elif act in ("react", "postreaction", "commentreaction"):
        users = [{"mri": row["author"], "time": row["at"], "value": str(row["at"])}]
        emotions = json.loads((target["properties"] or {}).get("emotions", "[]"))
        target["properties"] = (target["properties"] or {}) | {
            "emotions": json.dumps([*emotions, {"key": "like", "users": users}])
        }
    elif act in ("delete", "deletedcomment"):
        target["properties"] = (target["properties"] or {}) | {"deletetime": row["at"]}
        target["content"] = None
    elif act == "media":
        listed = json.dumps([{"fileName": words.rpartition("\\")[2], "@type": "http://schema.skype.com/File"}])
        rows.append(row | {"content": "<p></p>", "properties": {"files": listed}})
    elif act in ("startcall", "endcall"):
        part = f'<partlist alt=""><part identity="{row["author"]}"><displayName>x</displayName></part></partlist>'
        rows.append(row | {"content": ("<ended/>" if act == "endcall" else "") + part, "kind": "Event/Call"})


def test_the_script_is_counted(batches: dict[str, list[dict[str, str]]], scripted: Tables) -> None:
    """Of 1,534 steps: 1,470 messages, a post, 4 comments, 3 edited texts, 15 files; 6 calls, 12 gone, 16 reactions."""
    steps = Counter(step["Type"] for batch in batches.values() for step in batch)
    assert sum(steps.values()) == 1534
    assert steps["message"] == 1470
    assert len(scripted.authored) == 1470 + 1 + 4 + 3 + 15
    assert (len(scripted.system), {row["event"] for row in scripted.system}) == (6, {"call"})
    # Eleven words and one file, whose name stands on.
    assert len([row for row in scripted.authored if row["deleted"]]) == 12
    assert len([row for row in scripted.authored if row["kind"] == "deleted"]) == 11
    assert len(scripted.rows("reactions")) == 14 + 1 + 1
    assert len([row for row in scripted.authored if row["edited"]]) == 3
    assert (len(scripted.rows("edits")), len(scripted.rows("attachments"))) == (6, 15)
    assert len(scripted.rows("conversations")) == 9
    assert scripted.warned == {"attachment_missing": 15}


def test_the_scripts_words_are_the_messages_text(batches: dict[str, list[dict[str, str]]], scripted: Tables) -> None:
    """Every message that was not deleted has its scripted words, character for character, in order, by its author."""
    titles = {row["title"]: row["conversation"] for row in scripted.rows("conversations")}
    for name, batch in batches.items():
        said = [row for row in scripted.rows("messages", conversation=titles[name]) if row["text"] and row["author"]]
        left = Counter(
            (step["Account"], step["Content"]) for step in batch if step["Type"] in ("message", "post", "comment")
        )
        for row in said:
            if not row["edited"]:
                left[row["author"].rpartition(":")[2], row["text"]] -= 1
        assert all(count >= 0 for count in left.values())
        assert left.total() == sum(
            step["Type"] in ("delete", "deletedcomment") and bool(step["Content"]) for step in batch
        )


def test_the_script_itself_is_no_export(fixtures: Path, tmp_path: Path) -> None:
    """The population files are what a robot typed, in no format that Teams writes: no source takes them."""
    for path in sorted((fixtures / "teams" / "lxndrblz+forensicsim").glob("*.json")):
        assert recognise(Document.of(path, scratch=tmp_path), SOURCES) is None


@pytest.fixture
def group(tmp_path: Path, scratch: Path) -> Tables:
    """An invented group with all that the format can hold."""
    with teams_store(tmp_path / "db" / "Skype.sqlite") as store:
        store.insert("ZTHREAD", ZTSID=GROUP, ZTHREADTOPIC="Lates 3", ZTHREADTYPE="chat")
        store.insert("ZTHREAD", ZTSID="19:a_b@unq.gbl.spaces", ZTHREADTYPE="oneOnOne")
        store.insert("ZTHREAD", ZTSID="19:space@thread.tacv2", ZTHREADTOPIC="General", ZTHREADTYPE="space")
        store.insert("ZTHREADMEMBER", ZTHREAD=1, ZMRI=mri("anna"), ZROLE="Admin")
        store.insert("ZTHREADMEMBER", ZTHREAD=1, ZMRI=mri("silent"), ZROLE="User")
        store.insert("ZTHREADMEMBER", ZTHREAD=9, ZMRI=mri("silent"), ZROLE="User")
        store.insert("ZUSER", ZTSID=mri("silent"), ZDISPLAYNAME="Sil Ent", ZTELEPHONENUMBER="+447700900001")
        whom = "".join(
            f"<target>{mri(who)}</target><detailedtargetinfo><id>{mri(who)}</id><friendlyName>{who}</friendlyName>"
            "<sharehistorytime>0</sharehistorytime></detailedtargetinfo>"
            for who in ("bela", "caro")
        )
        start = f"<eventtime>{AT - 500}</eventtime><initiator>{mri('anna')}</initiator>"
        own = f"<target>{mri('bela')}</target><initiator>{mri('bela')}</initiator>"
        left = json.dumps({"eventtime": AT, "members": [{"id": mri("guest"), "friendlyname": "Guest"}]})
        notices = (
            ("ThreadActivity/AddMember", f"<addmember>{start}{whom}</addmember>"),
            ("ThreadActivity/DeleteMember", f"<deletemember>{start}<target>{mri('caro')}</target></deletemember>"),
            ("ThreadActivity/DeleteMember", f"<deletemember>{own}</deletemember>"),
            ("ThreadActivity/MemberJoined", left),
            ("ThreadActivity/MemberLeft", left),
            ("ThreadActivity/TopicUpdate", f"<topicupdate>{start}<value>Lates 3</value></topicupdate>"),
            ("ThreadActivity/PictureUpdate", f"<pictureupdate>{start}<value>URL@x</value></pictureupdate>"),
            (
                "ThreadActivity/RoleUpdate",
                f"<roleupdate>{start}<target><id>{mri('bela')}</id><role>admin</role></target></roleupdate>",
            ),
            ("Event/Call", f'<ended/><partlist count="1"><part identity="{mri("bela")}"/></partlist>'),
            ("ThreadActivity/SomethingNew", "<somethingnew/>"),
            ("ThreadActivity/AddMember", "<addmember><tar"),
        )
        for number, (kind, content) in enumerate(notices, start=1):
            store.message(number, AT + number, content, kind=kind, author=GROUP)
        quote = (
            '<div>\n<blockquote itemscope itemtype="http://schema.skype.com/Reply" itemid="1622383467001">\n'
            f'<strong itemprop="mri" itemid="{mri("bela")}">Bela</strong><span itemprop="time" itemid="1"></span>\n'
            '<p itemprop="preview">kettle <b>on</b>?</p>\n</blockquote>\n<p>two sugars</p>\n</div>'
        )
        emotions = [
            {"key": "like", "users": [{"mri": mri("bela"), "time": AT + 99}, {"mri": mri("caro"), "time": "x"}]},
            {"key": "1f44d_thumbsup", "users": []},
            {"users": 5},
        ]
        mention = '<span itemscope itemtype="http://schema.skype.com/Mention" itemid="0">Bela B</span>'
        emoji = '<img itemscope itemtype="http://schema.skype.com/Emoji" alt="😀" src="https://x.invalid/e">'
        picture = '<p><img itemtype="http://schema.skype.com/AMSImage" src="https://x.invalid/o"></p>'
        forward = '<blockquote itemtype="http://schema.skype.com/Forward"><p>passed on</p></blockquote>'
        uri = '<URIObject type="Video.1"><OriginalName v="a.mp4"/><FileSize v="7"/> look</URIObject>'
        store.message(20, AT + 20, quote, ZTS_ISSENTBYME=1, ZIMDISPLAYNAME="Anna A")
        store.message(21, AT + 21, f"<p>{mention} tea?&nbsp;{emoji}</p>", properties={"emotions": json.dumps(emotions)})
        store.message(22, AT + 22, "<p>late</p>", properties={"edittime": str(AT + 30)})
        store.message(23, AT + 23, "", ZDELETETIME=AT + 31)
        store.message(24, AT + 24, "<p>left standing</p>", ZDELETETIME=AT + 32)
        store.message(25, AT + 25, "a < b &amp; c", kind="Text", ZFROM=f"https://x.invalid/v1/contacts/{mri('bela')}")
        store.message(26, AT + 26, picture)
        store.message(27, AT + 27, forward)
        store.message(28, AT + 28, uri, kind="RichText/UriObject")
        store.message(29, AT + 29, "who?", author=None)
        store.message(30, AT + 30, "<p>card</p>", kind="RichText/Novel")
        store.message(31, AT + 31, "<p>never</p>", ZCOMPOSETIME=None, ZARRIVALTIME=9e18)
        store.message(32, AT + 32, "<p>far</p>", ZTS_ISSENTBYME=1, ZCOMPOSETIME="2021-05-30T09:00:00.1Z")
        headed = {"subject": "Rota", "originalMessageContext": "{}"}
        store.message(40, AT + 40, "<p>post</p>", thread="19:space@thread.tacv2", properties=headed)
        store.message(41, AT + 41, "<p>answer</p>", thread=f"19:space@thread.tacv2;messageid={AT + 40}")
        store.message(42, AT + 42, "<p>you and I</p>", thread="19:a_b@unq.gbl.spaces", author="4:+447700900002")
        store.message(43, AT + 43, "<p>where?</p>", thread="19:gone@thread.v2")
        store.message(44, AT + 44, "call", thread="48:calllogs", properties={"call-log": '{"callType":"twoParty"}'})
    return read(SOURCE, tmp_path / "db" / "Skype.sqlite", scratch=scratch)


def test_group_is_counted(group: Tables) -> None:
    """Authored messages, notices, conversations, evidence and warnings of the invented database, by number."""
    assert (len(group.authored), len(group.system)) == (17, 12)
    assert len(group.rows("conversations")) == 5
    assert group.warned == {
        "attachment_missing": 2,
        "clock_wrong": 1,
        "impossible_date": 1,
        "invalid_record": 2,
        "missing_reference": 4,
        "unknown_value": 2,
    }


def test_notices_are_evidence_of_membership(group: Tables) -> None:
    """Who was added, removed, came or went, and by whom; leaving by oneself is told from being removed."""
    told = [
        (row["kind"], row["participant"], row["actor"], row["detail"])
        for row in group.rows("membership_events", evidence="system_event")
    ]
    assert told == [
        ("added", mri("bela"), mri("anna"), "bela, sharehistorytime 0"),
        ("added", mri("caro"), mri("anna"), "caro, sharehistorytime 0"),
        ("removed", mri("caro"), mri("anna"), None),
        ("left", mri("bela"), mri("bela"), None),
        ("joined", mri("guest"), None, "Guest"),
        ("left", mri("guest"), None, "Guest"),
        ("administrator_added", mri("bela"), mri("anna"), "admin"),
    ]
    events = [row["event"] for row in group.system]
    assert events == [
        *("added", "removed", "left", "joined", "left", "group_renamed", "icon_changed", "administrator_added"),
        *("call", "other", "added", "call"),
    ]
    assert group.rows("membership_events")[0]["at"] == datetime.fromtimestamp((AT - 500) / 1000, UTC)


def test_a_notice_makes_no_participant(group: Tables) -> None:
    """Neither who is named in a notice, nor the thread in whose name it stands, is a participant by that."""
    assert mri("guest") not in group.handles
    assert not {handle for handle in group.handles if handle.startswith("19:")}


def test_members_who_never_wrote_are_there(group: Tables) -> None:
    """The member table gives standing, name and number; a row of a thread that is gone is said."""
    (silent,) = group.rows("participants", handle=mri("silent"))
    assert (silent["standing"], silent["name"], silent["number"]) == ("member", "Sil Ent", "+447700900001")
    (anna,) = [row for row in group.rows("participants", handle=mri("anna")) if row["standing"]]
    assert (anna["standing"], anna["owner"], anna["name"]) == ("administrator", True, "Anna A")


def test_text_is_what_the_screen_showed(group: Tables) -> None:
    """Quotes stand apart, mentions and emoji are their characters, plain text stays as it is."""
    rows = {row["row"]: row for row in group.authored}
    answer = rows["ZSMESSAGE:20"]
    assert (answer["text"], answer["reply_to"], answer["reply_to_author"]) == ("two sugars", str(AT + 1), mri("bela"))
    assert answer["reply_to_text"] == "kettle on?"
    assert rows["ZSMESSAGE:21"]["text"] == "Bela B tea?\xa0😀"
    assert (rows["ZSMESSAGE:25"]["text"], rows["ZSMESSAGE:25"]["author"]) == ("a < b &amp; c", mri("bela"))
    assert (rows["ZSMESSAGE:26"]["kind"], rows["ZSMESSAGE:26"]["text"]) == ("image", None)
    assert (rows["ZSMESSAGE:27"]["forwarded"], rows["ZSMESSAGE:27"]["text"]) == (True, "passed on")
    assert (rows["ZSMESSAGE:28"]["kind"], rows["ZSMESSAGE:30"]["kind"]) == ("video", "unknown")
    assert rows["ZSMESSAGE:29"]["author"] == "unknown"
    assert rows["ZSMESSAGE:41"]["reply_to"] == str(AT + 40)
    assert (rows["ZSMESSAGE:40"]["text"], rows["ZSMESSAGE:40"]["forwarded"]) == ("Rota\npost", True)
    assert [row["bytes"] for row in group.rows("attachments") if row["name"] == "a.mp4"] == [7]


def test_edits_deletions_and_reactions(group: Tables) -> None:
    """An edit has its time and no earlier text; what is left of a deleted message stays; reactions say who and when."""
    rows = {row["row"]: row for row in group.authored}
    assert [(row["version"], row["text"], row["at"] is None) for row in group.rows("edits")] == [
        (1, None, True),
        (2, "late", False),
    ]
    gone, kept = rows["ZSMESSAGE:23"], rows["ZSMESSAGE:24"]
    assert (gone["kind"], gone["text"], gone["deleted"]) == ("deleted", None, "unknown")
    assert (kept["kind"], kept["text"], kept["deleted"]) == ("text", "left standing", "unknown")
    assert kept["deleted_at"] == datetime.fromtimestamp((AT + 32) / 1000, UTC)
    told = [(row["participant"], row["emoji"], row["at"] is not None) for row in group.rows("reactions")]
    assert told == [(mri("bela"), "like", True), (mri("caro"), "like", False)]


def test_keys_and_times_are_the_services(group: Tables) -> None:
    """Message ids are the service's, both clocks are kept, conversations are of their kind and id."""
    (far,) = group.rows("messages", row="ZSMESSAGE:32")
    assert (far["platform_key"], far["sent_at_written"]) == (str(AT + 32), "2021-05-30T09:00:00.1Z")
    assert (far["server_at"] - far["sent_at"]).total_seconds() > 3600
    kinds = {row["platform_key"]: row["kind"] for row in group.rows("conversations")}
    assert kinds == {
        GROUP: "group",
        "19:a_b@unq.gbl.spaces": "direct",
        "19:space@thread.tacv2": "group",
        "19:gone@thread.v2": "group",
        "48:calllogs": "unknown",
    }
    (number,) = group.rows("participants", handle="4:+447700900002")
    assert number["number"] == "+447700900002"


def test_an_older_schema_is_read_as_far_as_it_goes(tmp_path: Path, scratch: Path) -> None:
    """Without ids, threads and properties, the ids are made from the arrival, and what is missing is said."""
    path = tmp_path / "old.db"
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE ZSMESSAGE (Z_PK INTEGER PRIMARY KEY, ZARRIVALTIME, ZIMDISPLAYNAME, ZCONTENT, ZFROM)")
    database.execute("INSERT INTO ZSMESSAGE VALUES (1, 644076267.25, 'Anna', '<p>hi</p>', '8:orgid:anna')")
    database.commit()
    database.close()
    tables = read(SOURCE, path, scratch=scratch)
    assert [(row["text"], row["platform_key"]) for row in tables.authored] == [("hi", "1622383467250")]
    assert tables.warned["missing_table"] == 4


def test_copies_are_read_once(tmp_path: Path, scratch: Path) -> None:
    """Two rows alike are one message with a warning; two that share an id and differ are both kept."""
    with teams_store(tmp_path / "db" / "Skype.sqlite") as store:
        for number, words in enumerate(("same", "same", "other"), start=1):
            store.message(number, AT, f"<p>{words}</p>")
    tables = read(SOURCE, tmp_path / "db" / "Skype.sqlite", scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["same", "other"]
    assert tables.warned["duplicate_record"] == 1


def test_write_ahead_log_is_read(tmp_path: Path, scratch: Path) -> None:
    """A message that only the -wal holds is read, and the -wal is claimed as a companion."""
    path = tmp_path / "db" / "Skype.sqlite"
    with teams_store(path) as store:
        store.message(1, AT, "<p>early</p>")
    writer = sqlite3.connect(path)
    writer.execute("PRAGMA journal_mode = WAL")
    writer.execute("INSERT INTO ZSMESSAGE (Z_PK, ZCONTENT, ZFROM) VALUES (2, 'late', '8:orgid:a')")
    writer.commit()
    try:
        assert f"{path.name}-wal" in SOURCE.recognise(Document.of(path, scratch=scratch))
        tables = read(SOURCE, path, scratch=scratch)
    finally:
        writer.close()
    assert {row["text"] for row in tables.authored} == {"early", "late"}


def test_other_databases_are_refused(tmp_path: Path, scratch: Path) -> None:
    """Text, and databases without Teams' table, are not this source's."""
    (tmp_path / "chat.txt").write_text("no database")
    for name, table in (("a.db", "ZWAMESSAGE (Z_PK)"), ("b.db", "ZSMESSAGE (Z_PK, ZTEXT)")):
        other = sqlite3.connect(tmp_path / name)
        other.execute(f"CREATE TABLE {table}")
        other.close()
    for name in ("chat.txt", "a.db", "b.db"):
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(tmp_path / name, scratch=scratch))


def test_a_damaged_page_loses_only_itself(tmp_path: Path, scratch: Path) -> None:
    """With a page in the middle overwritten, messages from before and after it are read, and the damage is said."""
    path = tmp_path / "db" / "Skype.sqlite"
    with teams_store(path) as store:
        for number in range(1, 1001):
            store.message(number, AT + number, f"<p>message {number} {'x' * 200}</p>")
    data = bytearray(path.read_bytes())
    place = data.index(b"message 500 ") // 4096 * 4096
    data[place : place + 4096] = b"\xff" * 4096
    path.write_bytes(data)
    tables = read(SOURCE, path, scratch=scratch)
    texts = {int(row["text"].split()[1]) for row in tables.authored}
    assert {1, 400, 600, 1000} <= texts
    assert tables.warned["damaged_database"] >= 1


_VALUES = st.one_of(
    st.none(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=60),
    st.binary(max_size=60),
    st.sampled_from(
        ["<p>", "<addmember><target>8:a</target>", "&#0;", "<blockquote itemtype='x/Reply'>", '{"members":[1]}']
    ),
    st.sampled_from([archive({"emotions": "[[", "files": "[1]", "edittime": -1}), b"bplist00", b"{}", b"<plist>"]),
)
_COLUMNS = ("ZTSID", "ZTHREADID", "ZARRIVALTIME", "ZCOMPOSETIME", "ZCONTENT", "ZFROM", "ZIMDISPLAYNAME", "ZMESSAGETYPE")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.dictionaries(st.sampled_from((*_COLUMNS, "ZDELETETIME", "ZTS_ISSENTBYME")), _VALUES), max_size=6)
)
def test_any_value_in_any_column_is_a_row_or_a_warning(
    rows: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever type stands in whatever column, no row is lost and nothing raises."""
    folder = tmp_path_factory.mktemp("any")
    with teams_store(folder / "db" / "Skype.sqlite") as store:
        store.insert("ZTHREAD", ZTSID=b"\xff", ZTHREADTOPIC=1.5)
        for row in rows:
            store.insert("ZSMESSAGE", **{"ZTHREADTYPE": None, **row})
        store.insert("ZMESSAGEPROPERTIES", ZTSID="x", ZPROPERTIES="{")
    tables = read(SOURCE, folder / "db" / "Skype.sqlite", scratch=folder)
    assert len(tables.rows("messages")) == len(rows) - tables.warned["duplicate_record"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(100, 20_000), byte=st.integers(0, 255))
def test_a_changed_byte_never_raises_anything_else(
    place: int, byte: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A database with one byte overwritten is read, or refused with a typed error."""
    folder = tmp_path_factory.mktemp("byte")
    path = folder / "db" / "Skype.sqlite"
    with teams_store(path) as store:
        store.insert("ZTHREAD", ZTSID=GROUP)
        store.message(1, AT, "<p>hi</p>", properties={"emotions": "[]"})
    data = bytearray(path.read_bytes())
    data[place % len(data)] = byte
    path.write_bytes(data)
    try:
        read(SOURCE, path, scratch=folder)
    except SourceError:
        return


def test_deep_and_broken_markup_is_text_or_said() -> None:
    """Markup nested a thousand deep, closed in the wrong order or cut short gives what can be read."""
    assert read_html("<div>" * 1000 + "deep" + "</div>" * 1000).text in (
        "deep",
        "<div>" * 1000 + "deep" + "</div>" * 1000,
    )
    assert read_html("<p>one<b>two</p>three</b>").text == "one" + "two\nthree"
    assert read_html("1 &lt; 2\x00").text == "1 < 2\ufffd"
    assert (
        read_html('<quote author="ann" messageid="7"><legacyquote>[1] ann: </legacyquote>tea?</quote>yes').reply_to
        == "7"
    )
    assert read_html('late <e_m ts="1622383467" a="x" t="61"/>').edited_at == 1_622_383_467_000
