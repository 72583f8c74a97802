"""Messenger's download of end-to-end-encrypted conversations."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read, read_document

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.messenger_e2ee import SOURCE


def message(sender: str, text: str, minute: int, **more: Any) -> dict[str, Any]:
    """One record as the download has it."""
    base = {"isUnsent": False, "media": [], "reactions": [], "type": "text"}
    return {**base, "senderName": sender, "text": text, "timestamp": 1_700_000_000_000 + minute * 60_000, **more}


def thread(*messages: Any, people: tuple[str, ...] = ("Ada North", "Ben South"), name: str = "Ben South_7") -> bytes:
    """A conversation's file."""
    return json.dumps(
        {"messages": list(messages), "participants": people, "threadName": name}, ensure_ascii=False
    ).encode()


GOOD = thread(
    message("Ada North", "Zoë 😀 Ã©", 1, reactions=[{"actor": "Ben South", "reaction": "👍"}]),
    message("Ben South", "", 2, type="media", media=[{"uri": "./media/1.jpg"}, {"uri": "./media/2.mp4"}]),
    message("Ada North", "", 3, isUnsent=True),
)


def test_a_conversation(tmp_path: Path, scratch: Path) -> None:
    """Three messages of two members, their reaction and files; nothing is taken for double encoding."""
    (tmp_path / "thread.json").write_bytes(GOOD)
    (tmp_path / "1.jpg").write_bytes(b"picture")
    tables = read(SOURCE, tmp_path / "thread.json", scratch=scratch)
    assert len(tables.authored) == 3
    assert not tables.system
    assert tables.handles == {"Ada North", "Ben South"}
    assert tables.warned == {"attachment_missing": 1}
    assert [row["kind"] for row in tables.authored] == ["text", "image", "deleted"]
    assert tables.authored[0]["text"] == "Zoë 😀 Ã©"
    assert tables.authored[2]["deleted"] == "by_author"
    assert [(row["kind"], row["held"]) for row in tables.rows("attachments")] == [
        ("image", "held"),
        ("video", "absent"),
    ]
    assert [(row["emoji"], row["participant"]) for row in tables.rows("reactions")] == [("👍", "Ben South")]
    (conversation,) = tables.rows("conversations")
    assert (conversation["kind"], conversation["platform"], conversation["platform_key"]) == (
        "direct",
        "messenger",
        "Ben South_7",
    )
    assert len(tables.rows("membership_events", kind="current_member")) == 2


def test_what_the_export_calls_a_placeholder_is_nobodys_words(tmp_path: Path, scratch: Path) -> None:
    """By its own type; and what is written about a call."""
    said = [("text", "hello"), ("placeholder", "This message is not available"), ("call", "Missed voice call")]
    rows = [message("Ada North", text, minute, type=kind) for minute, (kind, text) in enumerate(said)]
    (tmp_path / "thread.json").write_bytes(thread(*rows))
    tables = read(SOURCE, tmp_path / "thread.json", scratch=scratch)
    assert [row["placeholder"] for row in tables.authored] == [False, True, True]


def test_newest_first_is_turned_and_notices_are_system_events(tmp_path: Path, scratch: Path) -> None:
    """Order is decided by the times; a sentence of the app's own form is no message."""
    path = tmp_path / "thread.json"
    path.write_bytes(
        thread(
            message("Ada North", "three", 3),
            message("Ada North", "Ada North added Kit East to the group.", 2),
            message("Ben South", "one", 1),
            people=("Ada North", "Ben South", "Kit East"),
            name="Shift",
        )
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["one", "three"]
    assert [row["event"] for row in tables.system] == ["added"]
    assert tables.rows("membership_events", kind="added")[0]["participant"] == "Kit East"
    assert tables.rows("conversations")[0]["kind"] == "group"
    assert not tables.warned


def test_a_file_cut_in_half(tmp_path: Path, scratch: Path) -> None:
    """Messages before the cut are read, then the rest is said to be unreadable."""
    whole = thread(*(message("Ada North", f"text {minute}", minute) for minute in range(9)))
    path = tmp_path / "thread.json"
    path.write_bytes(whole[: whole.index(b"text 5")])
    document = Document.of(path, scratch=scratch)
    tables = Tables()
    with pytest.raises(Unreadable, match="cut short"):  # noqa: PT012 - rows come before the error
        for rows in SOURCE.read(document, Reading()):
            tables.batches.setdefault(rows.table, []).append(rows.batch)
    assert len(tables.authored) == 5


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"participants": [{"name": "A"}], "messages": [{"sender_name": "A"}]}',
        b'{"messages": [{"from": 1}]}',
    ],
)
def test_other_documents_are_refused(content: bytes, tmp_path: Path, scratch: Path) -> None:
    """The older download and other JSON are other sources'."""
    path = tmp_path / "thread.json"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=scratch))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(GOOD)),
    length=st.integers(0, 50),
    patch=st.binary(max_size=12) | st.sampled_from([b"null", b"1e999", b"[[[[", b'"\\ud800"', b"-1", b"{}"]),
    keep=st.booleans(),
)
def test_damage_never_crashes(tmp_path: Path, at: int, length: int, patch: bytes, keep: bool) -> None:
    """Any part of a good file may be replaced or the rest cut off."""
    path = tmp_path / "thread.json"
    path.write_bytes(GOOD[:at] + patch + (GOOD[at + length :] if keep else b""))
    with contextlib.suppress(SourceError):
        read_document(SOURCE, Document(file=ExhibitFile.of(path), siblings={}, scratch=tmp_path))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["uri", "reaction", "actor"]), inner, max_size=3)
    ),
    max_leaves=6,
)
KEYS = ["senderName", "text", "timestamp", "type", "isUnsent", "media", "reactions"]


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(messages=st.lists(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=6) | JSON, max_size=4), people=JSON)
def test_any_json_of_the_formats_keys_is_read(tmp_path: Path, messages: list[Any], people: Any) -> None:
    """Values of every type may stand anywhere."""
    value = {"threadName": "x", "participants": [], "messages": [{"senderName": "A"}, *messages], "more": people}
    path = tmp_path / "thread.json"
    path.write_text(json.dumps(value))
    with contextlib.suppress(SourceError):
        read_document(SOURCE, Document(file=ExhibitFile.of(path), siblings={}, scratch=tmp_path))
