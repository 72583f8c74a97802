"""Microsoft's Export my data: invented files of its published shape."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Reading, Rows
from upstander.evidence.sources.teams.export import SOURCE

OWNER, BELA, GROUP = "8:live:owner", "8:orgid:bela", "19:lates@thread.v2"
AT = 1_622_383_467_000


def _message(offset: int, kind: str, content: str | None, *, who: str = BELA, **more: Any) -> dict[str, Any]:
    at = AT + offset
    return {
        "id": str(at),
        "displayName": None,
        "originalarrivaltime": f"2021-05-30T14:04:{27 + offset // 1000:02d}.{at % 1000:03d}Z",
        "messagetype": kind,
        "version": at,
        "content": content,
        "conversationid": GROUP,
        "from": who,
        "properties": None,
        "amsreferences": None,
        **more,
    }


def _export(conversations: list[Any], **more: Any) -> dict[str, Any]:
    return {"userId": OWNER, "exportDate": "2021-06-01T09:00", "conversations": conversations, **more}


def _conversation(messages: Any, *, key: str = GROUP, members: Any = None) -> dict[str, Any]:
    threads = {"membercount": 2, "topic": "Lates", "members": members}
    return {
        "id": key,
        "displayName": None,
        "version": 1,
        "properties": {},
        "threadProperties": threads,
        "MessageList": messages,
    }


def _read(tmp_path: Path, export: Any, scratch: Path) -> Tables:
    path = tmp_path / "export" / "messages.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(export), encoding="utf-8")
    return read(SOURCE, path, scratch=scratch)


def test_a_group_is_read_oldest_first(tmp_path: Path, scratch: Path) -> None:
    """Four records, newest first in the file: members, a notice, a quote, an edit, the account's own message."""
    joined = json.dumps({"initiator": OWNER, "members": [{"id": BELA}]})
    quote = f'<quote author="{BELA}" messageid="{AT + 1000}"><legacyquote>[1] Bela: </legacyquote>tea?</quote>Yes'
    messages = [
        _message(3000, "RichText", 'late <e_m ts="1622383471" a="bela" t="61"/>'),
        _message(2000, "RichText", quote, who=OWNER, displayName="Me"),
        _message(1000, "Text", "tea?", displayName="Bela B"),
        _message(0, "ThreadActivity/MemberJoined", joined, who=GROUP),
    ]
    members = json.dumps([OWNER, BELA, "8:live:silent"])
    tables = _read(tmp_path, _export([_conversation(messages, members=members)]), scratch)
    assert [row["text"] for row in tables.authored] == ["tea?", "Yes", "late "]
    assert [row["position"] for row in tables.rows("messages")] == [0, 1, 2, 3]
    answer = tables.authored[1]
    assert (answer["reply_to"], answer["reply_to_text"], answer["reply_to_author"]) == (str(AT + 1000), "tea?", BELA)
    assert [row["outgoing"] for row in tables.authored] == [False, True, False]
    assert {row["handle"] for row in tables.rows("participants", owner=True)} == {OWNER}
    assert tables.handles == {OWNER, BELA, "8:live:silent"}
    assert [row["kind"] for row in tables.rows("membership_events")] == ["current_member"] * 3 + ["joined"]
    (conversation,) = tables.rows("conversations")
    assert (conversation["platform"], conversation["kind"], conversation["title"]) == ("teams", "group", "Lates")
    assert [row["version"] for row in tables.rows("edits")] == [1, 2]
    assert tables.warned == {}


def test_members_as_objects_and_skypes_own_conversations(tmp_path: Path, scratch: Path) -> None:
    """Members may be objects; a conversation of Skype is kept, and not called Teams."""
    other = _conversation(
        [_message(0, "RichText", "hi", who="8:ann")], key="8:ann", members=[{"MemberMri": "8:ann"}, 7]
    )
    tables = _read(tmp_path, _export([other]), scratch)
    (conversation,) = tables.rows("conversations")
    assert (conversation["platform"], conversation["kind"]) == ("unknown", "direct")
    assert tables.warned == {"missing_reference": 1}


def test_odd_records_are_said(tmp_path: Path, scratch: Path) -> None:
    """No object, no list, no date, a copy, a second record of one id: each is a row or a warning."""
    one = _message(0, "Text", "one")
    two = _message(0, "Text", "two", originalarrivaltime="yesterday", id="x")
    messages = [one, one, {**one, "content": "other"}, two, 5]
    tables = _read(tmp_path, _export([_conversation(messages), _conversation({"a": 1}), "?"]), scratch)
    assert [row["text"] for row in tables.authored] == ["one", "other", "two"]
    assert tables.warned == {"duplicate_record": 1, "impossible_date": 1, "invalid_record": 3}


def test_a_file_cut_short_keeps_what_came_before(tmp_path: Path, scratch: Path) -> None:
    """The conversations before the cut are read, and the cut is said."""
    path = tmp_path / "messages.json"
    whole = json.dumps(
        _export([_conversation([_message(0, "Text", "one")]), _conversation([_message(1, "Text", "two")])])
    )
    path.write_text(whole[:-60], encoding="utf-8")
    document = Document.of(path, scratch=scratch)
    given: list[Rows] = []
    with pytest.raises(Unreadable, match="cut short"):
        given.extend(SOURCE.read(document, Reading()))
    texts = [rows.batch.column("text").to_pylist() for rows in given if rows.table == "messages"]
    assert texts == [["one"]]


def test_other_json_is_refused(tmp_path: Path, scratch: Path) -> None:
    """A list, and an object that has conversations of another make, are not this source's."""
    for number, text in enumerate(("[]", '{"conversations": []}', '{"userId": 1, "exportDate": 2}')):
        path = tmp_path / f"{number}.json"
        path.write_text(text, encoding="utf-8")
        with pytest.raises(WrongSource):
            SOURCE.recognise(Document.of(path, scratch=scratch))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.sampled_from(["<p>a", '{"a":']),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "users", "key", "x"]), inner, max_size=3)
    ),
    max_leaves=6,
)
_NAMES = ("id", "originalarrivaltime", "messagetype", "content", "from", "properties", "displayName", "conversationid")


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(st.dictionaries(st.sampled_from(_NAMES), _JSON) | _JSON, max_size=5), members=_JSON)
def test_any_value_anywhere_is_a_row_or_a_warning(
    messages: list[Any], members: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever stands in whatever field, every object of a list is a row, a copy or a warning."""
    folder = tmp_path_factory.mktemp("any")
    try:
        tables = _read(folder, _export([_conversation(messages, members=members)]), folder)
    except SourceError:
        return
    objects = sum(isinstance(entry, dict) for entry in messages)
    assert len(tables.rows("messages")) == objects - tables.warned["duplicate_record"]
