"""Messenger and Instagram downloads in JSON."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.reading import Tables, read, read_document

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.messenger import SOURCE
from upstander.evidence.sources.messenger.notices import Verdict, judge

NOON = 1_500_000_000_000


def doubled(text: str) -> str:
    """Text as Meta's downloads write it."""
    return text.encode().decode("latin-1")


def message(sender: str, text: str | None, minute: int, **more: Any) -> dict[str, Any]:
    """One record as the download has it."""
    entry: dict[str, Any] = {"sender_name": sender, "timestamp_ms": NOON + minute * 60_000, **more}
    if text is not None:
        entry["content"] = text
    return entry


def group(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A group's file; messages are given oldest first and stand newest first."""
    return {
        "participants": [{"name": "Ada North"}, {"name": "Ben South"}, {"name": doubled("Zoë West")}],
        "messages": list(messages)[::-1],
        "title": doubled("Früh­schicht"),
        "is_still_participant": True,
        "thread_path": "inbox/frueh_1",
        "joinable_mode": {"mode": 1, "link": ""},
        **more,
    }


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write objects as files of one conversation's folder; gives the path of the first."""

    def write(*values: Any, names: tuple[str, ...] = ()) -> Path:
        folder = tmp_path / "thread"
        folder.mkdir(exist_ok=True)
        names = names or tuple(f"message_{count + 1}.json" for count in range(len(values)))
        for name, value in zip(names, values, strict=True):
            (folder / name).write_text(value if isinstance(value, str) else json.dumps(value))
        return folder / names[0]

    return write


def cut(path: Path, scratch: Path) -> tuple[Tables, str]:
    """What is read before the source gives up, and its sentence."""
    document = Document.of(path, scratch=scratch)
    SOURCE.recognise(document)
    tables = Tables()
    sentence = ""
    try:
        for rows in SOURCE.read(document, Reading()):
            tables.batches.setdefault(rows.table, []).append(rows.batch)
    except Unreadable as problem:
        sentence = str(problem)
    return tables, sentence


def test_the_public_messenger_sample(fixtures: Path, scratch: Path) -> None:
    """The sample holds seven messages, oldest first, of two members, with four files that did not come."""
    tables = read(
        SOURCE, fixtures / "messenger/mlomb+chat-analytics/tests__samples__messenger__2A_7M.json", scratch=scratch
    )
    assert len(tables.authored) == 7
    assert not tables.system
    assert tables.handles == {"Alice", "Bob"}
    assert tables.warned == {"attachment_missing": 4}
    assert [row["kind"] for row in tables.authored] == [
        "image",
        "sticker",
        "audio",
        "document",
        "text",
        "text",
        "text",
    ]
    assert tables.authored[-1]["text"] == "Hello"
    assert tables.authored[-1]["sent_at"].isoformat() == "2014-11-05T00:35:32.056000+00:00"
    (conversation,) = tables.rows("conversations")
    assert (conversation["platform"], conversation["kind"]) == ("messenger", "direct")
    assert conversation["platform_key"] == "inbox/alice_aaaaaaaaaa"
    assert conversation["account"] == "Bob", "the title of a one-to-one exchange is the other's name"
    assert [row["outgoing"] for row in tables.authored] == [True, True, False, True, True, True, False]
    assert {row["kind"] for row in tables.rows("attachments")} == {"document", "voice", "sticker", "image"}
    assert len(tables.rows("membership_events", kind="current_member", evidence="member_table")) == 2


def test_the_public_instagram_sample(fixtures: Path, scratch: Path) -> None:
    """A file without participants still has its two messages and their two authors."""
    tables = read(SOURCE, fixtures / "instagram/joweich+chat-miner/test__instagram__test_export.json", scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["Hello John!", "Hello Jane!"]
    assert tables.handles == {"John Doe", "Jane Doe"}
    assert not tables.warned
    assert tables.rows("conversations")[0]["platform"] == "instagram"
    assert not tables.rows("membership_events")


def test_double_encoding_is_repaired_and_right_text_stays(put: Callable[..., Path], scratch: Path) -> None:
    """Names, titles, texts and reactions are repaired string by string, and what is right is left alone."""
    path = put(
        group(
            message("Ada North", doubled("Prüfung 😀"), 0),
            message("Ben South", "already right: é 😀", 1),
            message(
                doubled("Zoë West"), "plain café", 2, reactions=[{"reaction": doubled("👍"), "actor": "Ada North"}]
            ),
        )
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["Prüfung 😀", "already right: é 😀", "plain café"]
    assert tables.handles == {"Ada North", "Ben South", "Zoë West"}
    assert tables.rows("conversations")[0]["title"] == "Früh­schicht"
    assert tables.rows("reactions")[0]["emoji"] == "👍"
    assert not tables.warned


def test_what_cannot_be_repaired_is_kept_and_said(put: Callable[..., Path], scratch: Path) -> None:
    """A text that is doubly encoded in part, and a doubtful one in a file of good UTF-8, stay as received."""
    mixed = doubled("naïve") + " 😀"
    path = put(group(message("Ada North", mixed, 0), message("Ada North", "CAFÉ»", 1)))
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == [mixed, "CAFÉ»"]
    assert tables.warned == {"mojibake_kept": 2}


def test_files_of_a_folder_are_one_conversation_oldest_first(put: Callable[..., Path], scratch: Path) -> None:
    """Companions are claimed by content, read in the order of their times, and keep their own exhibit."""
    newest = group(message("Ada North", "five", 5), message("Ben South", "six", 6))
    # Numbered the wrong way round: the times decide.
    oldest = group(message("Ada North", "one", 1), message("Ben South", "two", 2))
    middle = group(message("Ada North", "three", 3), message("Ben South", "four", 4))
    path = put(newest, oldest, middle, {"no": "conversation"})
    document = Document.of(path, scratch=scratch)
    assert SOURCE.recognise(document) == ("message_2.json", "message_3.json")
    tables = read_document(SOURCE, document)
    assert [row["text"] for row in tables.authored] == ["one", "two", "three", "four", "five", "six"]
    assert [row["position"] for row in tables.authored] == list(range(6))
    assert len({row["message"] for row in tables.authored}) == 6
    assert len({row["exhibit"] for row in tables.authored}) == 3
    assert tables.authored[0]["exhibit"] == document.siblings["message_2.json"].exhibit
    assert tables.authored[0]["message"].endswith("-2.1")
    assert len(tables.rows("conversations")) == 1
    assert len(tables.rows("membership_events")) == 3, "the list of participants is taken once"
    assert not tables.warned


def test_a_file_that_stands_oldest_first_is_not_turned(put: Callable[..., Path], scratch: Path) -> None:
    """A file that someone re-sorted is read by its times' direction."""
    value = group(message("Ada North", "one", 1), message("Ada North", "two", 2))
    value["messages"].reverse()
    assert [row["text"] for row in read(SOURCE, put(value), scratch=scratch).authored] == ["one", "two"]


def test_a_missing_file_of_the_conversation_is_said(put: Callable[..., Path], scratch: Path) -> None:
    """message_2.json is missed where 1 and 3 came."""
    path = put(
        group(message("Ada North", "new", 5)),
        group(message("Ada North", "old", 1)),
        names=("message_1.json", "message_3.json"),
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["old", "new"]
    assert tables.warned == {"companion_missing": 1}


def test_times_that_run_backwards_are_said_and_not_sorted(put: Callable[..., Path], scratch: Path) -> None:
    """The export's order stands."""
    path = put(group(*(message("Ada North", str(minute), minute) for minute in (1, 2, 9, 4, 5))))
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["1", "2", "9", "4", "5"]
    assert tables.warned == {"times_run_backwards": 1}


def test_joins_and_departures_by_type(put: Callable[..., Path], scratch: Path) -> None:
    """Subscribe and Unsubscribe are system events with memberships, and make no participant."""
    path = put(
        group(
            message("Ada North", "Ada added Kit.", 0, type="Subscribe", users=[{"name": "Kit East"}]),
            message("Kit East", "Kit left.", 1, type="Unsubscribe", users=[{"name": "Kit East"}]),
            message("Ada North", None, 2, type="Unsubscribe", users=[{"name": "Lou Far"}, {"name": "Max Near"}]),
            message("Ben South", None, 3, type="Subscribe"),
        )
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["event"] for row in tables.system] == ["added", "left", "removed", "joined"]
    assert not tables.authored
    assert tables.handles == {"Ada North", "Ben South", "Zoë West"}
    events = [row for row in tables.rows("membership_events") if row["evidence"] == "system_event"]
    assert [(row["kind"], row["participant"], row["actor"]) for row in events] == [
        ("added", "Kit East", "Ada North"),
        ("left", "Kit East", None),
        ("removed", "Lou Far", "Ada North"),
        ("removed", "Max Near", "Ada North"),
        ("joined", "Ben South", None),
    ]


def test_sentences_in_the_exports_own_form_are_system_events(put: Callable[..., Path], scratch: Path) -> None:
    """The person a sentence names as acting must be its sender."""
    path = put(
        group(
            message("Ada North", "Ada North created the group.", 0),
            message("Ada North", "Ada added Kit East and Lou Far to the group.", 1),
            message("Ada North", "Ada named the group Night and day.", 2),
            message("Ben South", "Ben South removed Kit East from the group.", 3),
            message(doubled("Zoë West"), doubled("Zoë hat die Gruppe verlassen."), 4),
            message("Ben South", "Kit East left the group yesterday.", 5),
        )
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["event"] for row in tables.system] == ["group_created", "added", "group_renamed", "removed", "left"]
    assert all(row["author"] is None for row in tables.system)
    assert [row["text"] for row in tables.authored] == ["Kit East left the group yesterday."]
    events = [row for row in tables.rows("membership_events") if row["evidence"] == "system_event"]
    assert [(row["kind"], row["participant"], row["actor"]) for row in events] == [
        ("created", None, "Ada North"),
        ("added", "Kit East", "Ada North"),
        ("added", "Lou Far", "Ada North"),
        ("removed", "Kit East", "Ben South"),
        ("left", "Zoë West", None),
    ]
    assert not tables.warned


def test_a_sentence_that_cannot_be_placed_stays_a_message(put: Callable[..., Path], scratch: Path) -> None:
    """`You` where the exporter is unknown, and a notice about somebody else, are kept as their sender's."""
    path = put(
        group(
            message("Ada North", "You left the group.", 0),
            message("Ada North", "Ben South left the group.", 1),
        )
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 2
    assert not tables.system
    assert tables.warned == {"author_uncertain": 2}


def test_the_profile_that_came_along_names_the_exporter(put: Callable[..., Path], scratch: Path) -> None:
    """With the account's own name known, its `You` is the app's, and its messages are outgoing."""
    path = put(
        group(
            message("Ada North", "You added Kit East to the group.", 0),
            message("Ben South", "You left the group.", 1),
            message("Ada North", "hello", 2),
        ),
        {"profile_v2": {"name": {"full_name": "Ada North"}}},
        names=("message_1.json", "profile_information.json"),
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert [row["event"] for row in tables.system] == ["added"]
    assert [(row["text"], row["outgoing"]) for row in tables.authored] == [
        ("You left the group.", False),
        ("hello", True),
    ]
    assert tables.rows("participants", owner=True)[0]["handle"] == "Ada North"
    assert tables.warned == {"author_uncertain": 1}


@pytest.mark.parametrize(
    ("content", "language", "event"),
    [
        ("Ada left the group.", "en", "left"),
        ("Ada hat Ben zur Gruppe hinzugefügt.", "de", "added"),
        ("Ada a retiré Ben du groupe.", "fr", "removed"),
        ("Ada agregó a Ben al grupo.", "es", "added"),
        ("Ada saiu do grupo.", "pt", "left"),
        ("Ada ha chiamato il gruppo Notte.", "it", "group_renamed"),
        ("Ada heeft Ben toegevoegd aan de groep.", "nl", "added"),
    ],
)
def test_every_language_has_its_phrases(content: str, language: str, event: str) -> None:
    """Membership sentences are known in seven languages."""
    verdict, notice = judge(content, sender="Ada", owner=None, known=frozenset({"Ada", "Ben"}))
    assert verdict is Verdict.SYSTEM
    assert notice is not None
    assert (notice.language, notice.event) == (language, event)


def test_unsent_messages_keep_their_reactions(put: Callable[..., Path], scratch: Path) -> None:
    """An unsent message is a tombstone by its author; its reactions stay."""
    path = put(
        group(
            message(
                "Ada North",
                None,
                0,
                is_unsent=True,
                reactions=[{"reaction": "x", "actor": "Ben South", "timestamp": 1_500_000_100}],
            )
        )
    )
    tables = read(SOURCE, path, scratch=scratch)
    (row,) = tables.authored
    assert (row["kind"], row["deleted"], row["text"], row["author"]) == ("deleted", "by_author", None, "Ada North")
    (reaction,) = tables.rows("reactions")
    assert (reaction["message"], reaction["participant"]) == (row["message"], "Ben South")
    assert reaction["at"].timestamp() == 1_500_000_100


def test_what_the_app_said_in_place_of_a_message_is_nobodys_words(put: Callable[..., Path], scratch: Path) -> None:
    """Of a call, of what was shared and of what was taken back, where the record says so; typed, it is words."""
    share = {"link": "https://example.org"}
    path = put(
        group(
            message("Ada North", "Ada called you.", 0, type="Call", call_duration=0),
            message("Ada North", "Ada North sent an attachment.", 1, share=share),
            message("Ada North", "You sent an attachment.", 2, share=share),
            message("Ada North", "Ben South sent an attachment.", 3, share=share),
            message("Ada North", "Ada North sent an attachment.", 4),
            message("Ada North", "look at this", 5, share=share),
            message("Ada North", "Ada North unsent a message", 6, is_unsent=True),
            message("Ada North", "he did it", 7, is_unsent=True),
        )
    )
    said = {row["text"]: row["placeholder"] for row in read(SOURCE, path, scratch=scratch).authored[:4]}
    assert list(said.values()) == [True, True, True, False]
    rows = read(SOURCE, path, scratch=scratch).authored[4:]
    assert [row["placeholder"] for row in rows] == [False, False, True, False]


def test_files_are_found_wherever_the_archive_was_unpacked(tmp_path: Path, scratch: Path) -> None:
    """Paths from the archive's root lead to the file; a file that came is hashed, and one that did not is said."""
    thread = tmp_path / "in/messages/inbox/x_1"
    (thread / "photos").mkdir(parents=True)
    photo = thread / "photos/1.jpg"
    photo.write_bytes(b"\xff\xd8\xff picture")
    path = thread / "message_1.json"
    path.write_text(
        json.dumps(
            group(
                message(
                    "Ada North", "look", 0, photos=[{"uri": "your_facebook_activity/messages/inbox/x_1/photos/1.jpg"}]
                ),
                message("Ada North", None, 1, videos=[{"uri": "messages/inbox/x_1/videos/2.mp4"}]),
                message("Ada North", "read this", 2, share={"link": "https://example.org/a", "share_text": "A page"}),
            )
        )
    )
    files = {str(file.relative_to(tmp_path)): file for file in (path, photo)}
    siblings = {
        name: ExhibitFile(name=name, path=file, exhibit=ExhibitFile.of(file).exhibit) for name, file in files.items()
    }
    document = Document(file=siblings["in/messages/inbox/x_1/message_1.json"], siblings=siblings, scratch=scratch)
    tables = read_document(SOURCE, document)
    assert [row["kind"] for row in tables.authored] == ["image", "video", "link"]
    held, link, absent = sorted(tables.rows("attachments"), key=lambda row: str(row["kind"]))
    assert (held["held"], held["sha256"], held["bytes"]) == ("held", ExhibitFile.of(photo).exhibit, 11)
    assert {absent["held"], link["held"]} == {"absent", "omitted"}
    assert tables.warned == {"attachment_missing": 1}


def test_a_file_cut_in_half_gives_what_stands_before_the_cut(put: Callable[..., Path], scratch: Path) -> None:
    """Messages before the cut are read, and the rest is said to be unreadable."""
    whole = json.dumps(group(*(message("Ada North", f"text {minute}", minute) for minute in range(9))))
    tables, sentence = cut(put(whole[: whole.index("text 4") + 3]), scratch)
    assert [row["text"] for row in tables.authored] == ["text 5", "text 6", "text 7", "text 8"]
    assert "cut short" in sentence


def test_odd_records_are_warnings_and_the_rest_goes_on(put: Callable[..., Path], scratch: Path) -> None:
    """Wrong types, impossible times, half surrogates and unknown types lose nothing else."""
    value = group(message("Ada North", "good", 0))
    value["messages"] = [
        7,
        {"sender_name": 5, "timestamp_ms": "soon", "content": ["a"], "type": "Telepathy"},
        {"timestamp_ms": -4, "content": "who?", "reactions": [3], "photos": [{"uri": None}]},
        {"sender_name": "Ada North", "timestamp_ms": 10**17, "content": "half \ud83d"},
        *value["messages"],
    ]
    tables = read(SOURCE, put(value), scratch=scratch)
    assert [row["text"] for row in tables.authored] == ["good", "half \ufffd", "who?", '["a"]']
    assert tables.warned == {
        "invalid_record": 2,
        "invalid_text": 1,
        "impossible_date": 3,
        "unknown_value": 3,
        "author_uncertain": 1,
    }


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'{"messages": "sender_name"}',
        b'{"chats": {"list": [{"messages": [{"from": "A", "date_unixtime": "1"}]}]}}',
        b'{"participants": ["Ada"], "threadName": "x", "messages": [{"senderName": "Ada"}]}',
        b"\xff\xfe{\x00",
    ],
)
def test_other_documents_are_refused(content: bytes, tmp_path: Path, scratch: Path) -> None:
    """What is no conversation of this format is another source's."""
    path = tmp_path / "message_1.json"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=scratch))


GOOD = json.dumps(
    group(
        message("Ada North", doubled("é"), 0, photos=[{"uri": "messages/inbox/x/photos/1.jpg"}]),
        message("Ben South", None, 1, type="Subscribe", users=[{"name": "Kit"}], is_unsent=False),
        message(
            "Ben South", "Ben named the group X.", 2, reactions=[{"reaction": "a", "actor": "b"}], share={"link": "x"}
        ),
    )
).encode()


def survives(content: bytes, path: Path) -> None:
    """Recognised or refused, read or given up with a typed error; the rows are always good."""
    path.write_bytes(content)
    document = Document(file=ExhibitFile.of(path), siblings={}, scratch=path.parent)
    with contextlib.suppress(SourceError):
        read_document(SOURCE, document)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    at=st.integers(0, len(GOOD)),
    length=st.integers(0, 60),
    patch=st.one_of(st.binary(max_size=12), st.sampled_from([b"null", b"1e999", b"[[[[", b'"\\ud800"', b"-1", b"{}"])),
    keep=st.booleans(),
)
def test_damage_never_crashes(tmp_path: Path, at: int, length: int, patch: bytes, keep: bool) -> None:
    """Any part of a good file may be replaced or the rest cut off."""
    survives(GOOD[:at] + patch + (GOOD[at + length :] if keep else b""), tmp_path / "message_1.json")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "uri", "reaction", "actor", "link", "timestamp"]), inner, max_size=3)
    ),
    max_leaves=6,
)
FIELDS = [
    "sender_name",
    "timestamp_ms",
    "content",
    "type",
    "users",
    "photos",
    "sticker",
    "share",
    "reactions",
    "is_unsent",
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    messages=st.lists(st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6) | JSON, max_size=4) | JSON,
    others=st.dictionaries(st.sampled_from(["participants", "title", "thread_path", "thread_type"]), JSON, max_size=4),
)
def test_any_json_of_the_formats_keys_is_read(tmp_path: Path, messages: Any, others: dict[str, Any]) -> None:
    """Values of every type may stand anywhere."""
    value = {"participants": [{"name": "A"}], "messages": messages, **others}
    text = json.dumps({"messages": [{"sender_name": "A"}], **value})
    survives(text.encode(), tmp_path / "message_1.json")


@given(content=st.binary(max_size=200))
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_arbitrary_bytes_are_refused(tmp_path: Path, content: bytes) -> None:
    """Bytes of no format."""
    survives(b'{"sender_name": 1, "messages": [' + content, tmp_path / "message_1.json")
