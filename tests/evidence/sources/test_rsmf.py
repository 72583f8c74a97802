"""RSMF 2.0 in."""

import contextlib
import hashlib
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_rsmf import event, mail, manifest, zipped
from tests.support.reading import Tables, read, read_document

from upstander.errors import SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading
from upstander.evidence.sources.rsmf import SOURCE

SAMPLES = "rsmf/relativitydev+rsmf-validator-samples"


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., Path]:
    """Write a manifest, or bytes, as a document of its own folder."""

    def write(value: Any, name: str = "rsmf_manifest.json", **files: bytes) -> Path:
        folder = tmp_path / "handed"
        folder.mkdir(exist_ok=True)
        for other, data in files.items():
            (folder / other.replace("__", ".")).write_bytes(data)
        path = folder / name
        path.write_bytes(value if isinstance(value, bytes) else json.dumps(value).encode())
        return path

    return write


def before_damage(path: Path, scratch: Path) -> tuple[Tables, SourceError | None]:
    """What is read, and the error that ends it."""
    tables = Tables()
    try:
        for rows in SOURCE.read(Document.of(path, scratch=scratch), Reading()):
            tables.batches.setdefault(rows.table, []).append(rows.batch)
    except SourceError as problem:
        return tables, problem
    return tables, None


def test_official_mail_samples(fixtures: Path, scratch: Path) -> None:
    """The sample mail and the sample .rsmf hold one message each, traced to the manifest inside."""
    for name in ("Documentation__Sample3__message.eml", "Documentation__Sample3__sample.rsmf"):
        folder = scratch / name
        folder.mkdir()
        tables = read(SOURCE, fixtures / SAMPLES / name, scratch=folder)
        (row,) = tables.authored
        assert not tables.system
        assert (row["text"], row["author"]) == ("This is body text.", "1")
        assert row["member"] == "rsmf.zip!/rsmf_manifest.json"
        assert tables.rows("participants")[0]["name"] == "Participant Name"
        assert tables.warned == {"unknown_value": 1, "time_zone_assumed": 1}


def test_official_invalid_samples(fixtures: Path, scratch: Path) -> None:
    """Samples that the official validator refuses are read, and each fault is said."""
    first = read(SOURCE, fixtures / SAMPLES / "Documentation__Sample1__rsmf_manifest.json", scratch=scratch)
    assert len(first.authored) == 1
    assert first.handles == {"1"}
    assert first.warned == {"invalid_record": 1, "missing_reference": 2, "unknown_value": 1, "time_zone_assumed": 1}
    fourth = read(SOURCE, fixtures / SAMPLES / "Documentation__Sample4__rsmf_manifest.json", scratch=scratch)
    assert [row["text"] for row in fourth.authored] == ["Here is an event body"]
    assert fourth.handles == {"1", "2"}
    assert fourth.warned == {"unknown_value": 2, "missing_reference": 1, "time_zone_assumed": 1}
    assert fourth.rows("conversations")[0]["platform"] == "slack"


def test_a_sample_of_an_older_version(fixtures: Path, tmp_path: Path, scratch: Path) -> None:
    """A manifest of version 1 is read as 2.0, and that is said."""
    with zipfile.ZipFile(fixtures / SAMPLES / "Documentation__Sample2__rsmf.zip") as archive:
        archive.extract("rsmf_manifest.json", tmp_path)
    tables = read(SOURCE, tmp_path / "rsmf_manifest.json", scratch=scratch)
    assert len(tables.authored) == 1
    assert tables.warned == {"unknown_value": 2, "time_zone_assumed": 1}


def test_the_schema_itself_is_no_manifest(fixtures: Path, scratch: Path) -> None:
    """The official schema has all the names and is no export."""
    path = fixtures / SAMPLES / "RSMFManifestSchema__rsmf_schema_2_0_0.json"
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=scratch))


def test_everything_an_event_can_hold(put: Callable[..., Path], scratch: Path) -> None:
    """Replies, edits, reactions, receipts, attachments, directions and deletions come to their tables."""
    picture = b"\x89PNG picture"
    path = put(
        manifest(
            event(0, type="join", participant="P2"),
            event(
                1,
                id="m1",
                body="two",
                direction="outgoing",
                edits=[
                    {"participant": "P1", "timestamp": "2024-03-01T09:05:00+01:00", "previous": "one", "new": "1.5"},
                    {"participant": "P1", "timestamp": "2024-03-01T09:06:00Z", "previous": "1.5", "new": "two"},
                ],
                reactions=[{"value": "thumbsup", "count": 3, "participants": ["P2"]}, {"value": "x"}],
                read_receipts=[
                    {"participant": "P2", "timestamp": "2024-03-01T09:02:00Z", "action": "delivered"},
                    {"participant": "P2", "timestamp": "2024-03-01T09:03:00Z", "action": "read"},
                ],
            ),
            event(2, id="m2", parent="m1", participant="P2", deleted=True, direction="incoming"),
            event(3, body="look", attachments=[{"id": "a.png", "display": "photo.png", "size": 12}, {"id": "b.pdf"}]),
            event(4, type="disclaimer", participant=None, body="Messages are recorded."),
            event(5, type="history", participant="P2"),
            event(6, type="leave", participant="P2"),
            event(7, type="unknown", body="?"),
        ),
        a__png=picture,
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 4
    assert [row["event"] for row in tables.system] == ["joined", "other", "history_shared", "left"]
    assert tables.handles == {"P1", "P2"}
    assert tables.warned == {"attachment_missing": 1}
    first, second, third, fourth = tables.authored
    assert (first["edited"], first["outgoing"], first["platform_key"]) == (True, True, "m1")
    assert (second["reply_to"], second["deleted"], second["kind"], second["outgoing"]) == (
        "m1",
        "unknown",
        "deleted",
        False,
    )
    assert (third["kind"], fourth["kind"]) == ("image", "unknown")
    assert [(row["version"], row["text"]) for row in tables.rows("edits")] == [(1, "one"), (2, "1.5"), (3, "two")]
    assert tables.rows("edits", version=2)[0]["at"].isoformat() == "2024-03-01T08:05:00+00:00"
    assert [(row["emoji"], row["participant"], row["count"]) for row in tables.rows("reactions")] == [
        ("thumbsup", "P2", 1),
        ("thumbsup", None, 2),
        ("x", None, 1),
    ]
    delivered, seen = tables.rows("receipts")
    assert delivered["delivered_at"] < seen["read_at"]
    assert delivered["read_at"] is None
    held, absent = tables.rows("attachments")
    assert (held["held"], held["sha256"], held["name"]) == ("held", hashlib.sha256(picture).hexdigest(), "photo.png")
    assert (absent["held"], absent["name"]) == ("absent", "b.pdf")
    events = [(row["kind"], row["participant"], row["evidence"]) for row in tables.rows("membership_events")]
    assert events == [
        ("current_member", "P1", "header"),
        ("current_member", "P2", "header"),
        ("joined", "P2", "system_event"),
        ("history_shared", "P2", "system_event"),
        ("left", "P2", "system_event"),
    ]
    (conversation,) = tables.rows("conversations")
    assert (conversation["platform"], conversation["kind"], conversation["account"]) == ("whatsapp", "group", "P1")
    owner = tables.rows("participants", owner=True)[0]
    assert (owner["handle"], owner["name"], owner["number"]) == ("P1", "Ada North", "+440000000001")


def test_attachments_of_a_mail_come_from_its_archive(put: Callable[..., Path], scratch: Path) -> None:
    """The archive inside the mail holds them; multiparts inside the mail do not confuse it."""
    value = manifest(event(0, body="x", attachments=[{"id": "a.jpg"}]))
    path = put(mail(zipped(value, a__jpg=b"picture"), nested=True), name="export.rsmf")
    tables = read(SOURCE, path, scratch=scratch)
    (attachment,) = tables.rows("attachments")
    assert (attachment["held"], attachment["bytes"]) == ("held", 7)
    assert not tables.warned


def test_the_mails_count_is_compared(put: Callable[..., Path], scratch: Path) -> None:
    """Fewer events than the header states is said."""
    tables = read(SOURCE, put(mail(zipped(manifest(event(0))), count=9), name="a.eml"), scratch=scratch)
    assert tables.warned == {"unreadable": 1}


def test_times_without_an_offset(put: Callable[..., Path], scratch: Path) -> None:
    """They are read under the zone stated at intake, else as UTC and said; an offset of their own always counts."""
    path = put(manifest(event(0, timestamp="2024-07-01T09:00"), event(1, timestamp="2024-07-01T09:00:00.123456+02:00")))
    tables = read(SOURCE, path, scratch=scratch, reading=Reading(time_zone="Europe/London"))
    assert [row["sent_at"].hour for row in tables.authored] == [8, 7]
    assert [row["time_zone_basis"] for row in tables.authored] == ["stated", "recorded"]
    assert [row["time_zone"] for row in tables.authored] == ["Europe/London", "UTC"]
    assert [row["sent_at_precision"] for row in tables.authored] == ["minute", "microsecond"]
    assert not tables.warned
    assumed = read(SOURCE, path, scratch=scratch)
    assert assumed.warned == {"time_zone_assumed": 1}
    assert [row["sent_at"].hour for row in assumed.authored] == [9, 7]
    assert [row["message"] for row in assumed.authored] == [row["message"] for row in tables.authored]


def test_hours_that_a_clock_change_repeats_or_skips(put: Callable[..., Path], scratch: Path) -> None:
    """Both are said."""
    path = put(manifest(event(0, timestamp="2024-03-31T01:30:00"), event(1, timestamp="2024-10-27T01:30:00")))
    tables = read(SOURCE, path, scratch=scratch, reading=Reading(time_zone="Europe/London"))
    assert tables.warned == {"missing_local_time": 1, "ambiguous_local_time": 1}
    assert [row["sent_at"].strftime("%H:%M") for row in tables.authored] == ["01:30", "00:30"]


def test_events_that_stand_newest_first_are_turned(put: Callable[..., Path], scratch: Path) -> None:
    """Positions are oldest first."""
    path = put(manifest(event(3, body="c"), event(2, body="b"), event(1, body="a")))
    assert [row["text"] for row in read(SOURCE, path, scratch=scratch).authored] == ["a", "b", "c"]
    stamps = ("2024-03-01T09:00:00Z", "2024-03-01T09:00:00.001Z")
    path = put(manifest(*(event(0, timestamp=stamp, body=stamp) for stamp in stamps)))
    assert [row["text"] for row in read(SOURCE, path, scratch=scratch).authored] == list(stamps)


def test_a_manifest_cut_in_half_gives_what_stands_before(put: Callable[..., Path], scratch: Path) -> None:
    """Events before the cut are read, and the rest is said to be unreadable; in a mail too."""
    whole = json.dumps(manifest(*(event(minute, body=f"text {minute}") for minute in range(9))))
    half = whole[: whole.index("text 5")]
    for path in (put(half.encode()), put(mail(zipped(half)), name="b.eml")):
        tables, problem = before_damage(path, scratch)
        assert isinstance(problem, Unreadable)
        assert [row["text"] for row in tables.authored] == [f"text {minute}" for minute in range(5)]


def test_references_that_lead_nowhere(put: Callable[..., Path], scratch: Path) -> None:
    """Unknown people, parents and conversations are kept as written and said."""
    path = put(
        manifest(
            event(0, participant="P9"), event(1, parent="m9"), event(2, conversation="C9"), event(3, participant=None)
        )
    )
    tables = read(SOURCE, path, scratch=scratch)
    assert len(tables.authored) == 4
    assert len(tables.rows("conversations")) == 2
    assert tables.warned == {"missing_reference": 3, "author_uncertain": 1}


def test_a_mail_without_an_archive_is_unreadable(put: Callable[..., Path], scratch: Path) -> None:
    """The sentence says what is missing."""
    path = put(b"X-RSMF-Version: 2.0.0\r\nContent-Type: text/plain\r\n\r\nnothing\r\n", name="c.eml")
    with pytest.raises(Unreadable, match=r"rsmf\.zip"):
        read(SOURCE, path, scratch=scratch)


def test_a_damaged_archive_is_unreadable(put: Callable[..., Path], scratch: Path) -> None:
    """A mail cut inside the archive has no directory left to read."""
    whole = mail(zipped(manifest(event(0)), a__jpg=bytes(1000)))
    _, problem = before_damage(put(whole[: len(whole) * 3 // 4], name="d.eml"), scratch)
    assert isinstance(problem, Unreadable)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b'{"participants": [{"name": "A"}], "messages": []}',
        b"From: a@example.org\r\nSubject: rsmf\r\n\r\nX-RSMF\r\n",
        b"[1/2/24, 10:00] A: X-RSMF-Version: 2",
    ],
)
def test_other_documents_are_refused(content: bytes, tmp_path: Path, scratch: Path) -> None:
    """Other JSON and other mail are other sources'."""
    path = tmp_path / "rsmf_manifest.json"
    path.write_bytes(content)
    with pytest.raises(WrongSource):
        SOURCE.recognise(Document.of(path, scratch=scratch))


VALUE = manifest(
    event(0, id="m1", body="x", reactions=[{"value": "a", "count": 2}], attachments=[{"id": "a", "size": 1}]),
    event(
        1, parent="m1", edits=[{"participant": "P1", "previous": "a", "new": "b"}], read_receipts=[{"action": "read"}]
    ),
    event(2, type="join"),
)
GOOD = json.dumps(VALUE).encode()
MAIL = mail(zipped(VALUE))


def survives(content: bytes, folder: Path) -> None:
    """Recognised or refused, read or given up with a typed error; the rows are always good."""
    path = folder / "document"
    path.write_bytes(content)
    with contextlib.suppress(SourceError):
        read_document(SOURCE, Document(file=ExhibitFile.of(path), siblings={}, scratch=folder))


PATCH = st.binary(max_size=12) | st.sampled_from(
    [b"null", b"1e999", b"[[[[", b'"\\ud800"', b"-1", b"{}", b"\r\n--outer--\r\n"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    good=st.sampled_from([GOOD, MAIL]),
    share=st.floats(0, 1),
    length=st.integers(0, 60),
    patch=PATCH,
    keep=st.booleans(),
)
def test_damage_never_crashes(tmp_path: Path, good: bytes, share: float, length: int, patch: bytes, keep: bool) -> None:
    """Any part of a good mail or manifest may be replaced or the rest cut off."""
    at = int(share * len(good))
    survives(good[:at] + patch + (good[at + length :] if keep else b""), tmp_path)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "value", "count", "participants", "timestamp", "size"]), inner, max_size=3
        )
    ),
    max_leaves=6,
)
KEYS = [
    "id",
    "type",
    "parent",
    "body",
    "participant",
    "conversation",
    "timestamp",
    "deleted",
    "reactions",
    "attachments",
]


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    events=st.lists(
        st.dictionaries(st.sampled_from([*KEYS, "edits", "read_receipts"]), JSON, max_size=7) | JSON, max_size=4
    ),
    others=st.dictionaries(st.sampled_from(["participants", "conversations", "version"]), JSON, max_size=3),
)
def test_any_json_of_the_formats_keys_is_read(tmp_path: Path, events: list[Any], others: dict[str, Any]) -> None:
    """Values of every type may stand anywhere."""
    survives(json.dumps({"version": "2.0.0", "participants": [], "events": events, **others}).encode(), tmp_path)
