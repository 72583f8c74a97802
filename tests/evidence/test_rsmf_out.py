"""RSMF 2.0 out: valid, complete, repeatable, and honest about what it cannot hold."""

import base64
import datetime as dt
import email
import email.policy
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from reading import read

from upstander.errors import CaseDamaged, OutputError
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.rsmf_out import RsmfSummary, write_rsmf
from upstander.evidence.rsmf_out.slices import EVENTS
from upstander.evidence.sources.rsmf import SOURCE
from upstander.evidence.tally import Tally
from upstander.model import batch
from upstander.storage import Case, Home, PartWriter

NOW = dt.datetime(2018, 3, 1, 9, 30, tzinfo=dt.UTC)
DAY = 86_400_000
#: 1 March 2018, 09:00 UTC.
START = 1_519_894_800_000

SCHEMA = Path("rsmf", "relativitydev+rsmf-validator-samples", "RSMFManifestSchema__rsmf_schema_2_0_0.json")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return Home(tmp_path / "home").new("MS-1", title="Meridian Street", now=NOW)


@dataclass
class Made:
    """One exhibit of a made case while its rows are given."""

    case: Case
    capture: Capture
    exhibit: str

    def conversation(self, key: str = "group", **columns: Any) -> Conversation:
        """A group of the exhibit."""
        columns = {"kind": "group", "title": "Nights ", "owner": None, **columns}
        return self.capture.conversation(key, **columns)

    def close(self, *, reference: str = "AB/1") -> None:
        """Write the part, as the pipeline does, and the exhibits' table."""
        tally = Tally()
        with self.case.writing():
            writer = PartWriter(self.case, self.exhibit)
            for rows in self.capture.close():
                for table, made in tally.watch(rows):
                    writer.write(table, made)
            for table, made in tally.close():
                writer.write(table, made)
            writer.finish(made_from="", about={})
            described = PartWriter(self.case, "case")
            columns = {
                "exhibit": [self.exhibit],
                "reference": [reference],
                "custodian": ["Sgt Ann Example"],
                "received_at": [NOW],
                "source_name": ["export"],
                "bytes": [1],
                "role": ["document"],
                "intake": ["1"],
            }
            described.write("exhibits", batch("exhibits", columns, rows=1))
            described.finish(made_from="", about={})


def make(case: Case, content: bytes = b"an export") -> Made:
    """An exhibit with those bytes, in the case."""
    digest = keep(case, content)
    file = ExhibitFile("export", case.exhibit(digest), digest)
    return Made(case, Capture(Document(file=file), source="whatsapp_text", platform="whatsapp"), digest)


def keep(case: Case, content: bytes) -> str:
    """Store bytes as an exhibit."""
    digest = hashlib.sha256(content).hexdigest()
    path = case.exhibit(digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return digest


def say(conversation: Conversation, place: int, text: str | None, **columns: Any) -> str:
    """Add a message, an hour after the one at the place before."""
    given = {
        "author": "Ann",
        "sent_at": START + place * 3_600_000,
        "sent_at_written": "01/03/2018, 09:00:00",
        "sent_at_precision": "second",
        "time_zone": "Europe/London",
        "time_zone_basis": "stated",
        "kind": "text",
        "text": text,
        **columns,
    }
    return conversation.message(place, **given)


def system(conversation: Conversation, place: int, event: str, text: str, **columns: Any) -> str:
    """Add a system event."""
    return say(conversation, place, text, author=None, kind="system", event=event, **columns)


@dataclass
class Rsmf:
    """One `.rsmf` file, opened."""

    headers: email.message.EmailMessage
    text: str
    manifest: dict[str, Any]
    files: dict[str, bytes]

    def event(self, identity: str) -> dict[str, Any]:
        """The event with that id."""
        found: list[dict[str, Any]] = [event for event in self.manifest["events"] if event["id"] == identity]
        assert len(found) == 1
        return found[0]

    def custom(self, identity: str) -> dict[str, list[str]]:
        """The custom values of an event by name."""
        return named(self.event(identity)["custom"])

    def handle(self, participant: str) -> str:
        """The handle behind an id."""
        (found,) = (entry["account_id"] for entry in self.manifest["participants"] if entry["id"] == participant)
        return str(found)


def named(custom: list[dict[str, str]]) -> dict[str, list[str]]:
    """A custom list by name."""
    found: dict[str, list[str]] = {}
    for entry in custom:
        found.setdefault(entry["name"], []).append(entry["value"])
    return found


def opened(content: bytes) -> Rsmf:
    """Take one `.rsmf` file apart with the standard library's e-mail parser."""
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, email.message.EmailMessage)
    assert message.defects == []
    body, packed = message.iter_parts()
    assert packed.get_filename() == "rsmf.zip"
    assert packed["Content-Transfer-Encoding"] == "base64"
    archive = zipfile.ZipFile(io.BytesIO(packed.get_payload(decode=True)))  # type: ignore[arg-type]
    assert archive.testzip() is None
    files = {name: archive.read(name) for name in archive.namelist()}
    return Rsmf(message, body.get_content(), json.loads(files.pop("rsmf_manifest.json")), files)


def every(path: Path) -> Iterator[tuple[str, Rsmf]]:
    """Every `.rsmf` file of a zip."""
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        for name in archive.namelist():
            yield name, opened(archive.read(name))


def validate(rsmf: Rsmf, fixtures: Path) -> None:
    """The manifest is valid by the official schema, and every id in it leads somewhere."""
    schema = json.loads((fixtures / SCHEMA).read_text(encoding="utf-8-sig"))
    jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker()).validate(rsmf.manifest)
    references_hold(rsmf)


def references_hold(rsmf: Rsmf) -> None:
    """What the schema cannot say: ids are unique and lead somewhere, attachments are there, headers count right."""
    manifest = rsmf.manifest
    participants = [entry["id"] for entry in manifest["participants"]]
    assert len(participants) == len(set(participants))
    conversations = [entry["id"] for entry in manifest["conversations"]]
    events = [entry["id"] for entry in manifest["events"]]
    assert len(events) == len(set(events))
    attached = []
    for entry in manifest["conversations"]:
        assert set(entry["participants"]) <= set(participants)
        assert entry.get("custodian") in {None, *entry["participants"]}
    for entry in manifest["events"]:
        assert entry["conversation"] in conversations
        mentioned = {entry.get("participant")}
        for reaction in entry.get("reactions", ()):
            mentioned |= set(reaction["participants"])
        mentioned |= {receipt["participant"] for receipt in entry.get("read_receipts", ())}
        assert mentioned - {None} <= set(participants)
        assert entry.get("parent") in {None, *events}
        attached += [attachment["id"] for attachment in entry.get("attachments", ())]
    assert sorted(attached) == sorted(rsmf.files)
    assert rsmf.headers["X-RSMF-Version"] == manifest["version"] == "2.0.0"
    assert rsmf.headers["X-RSMF-EventCount"] == str(len(events))
    assert rsmf.headers["X-RSMF-AttachmentCount"] == str(len(attached))
    assert rsmf.headers["X-RSMF-EventCollectionID"] == manifest["eventcollectionid"]


def write(case: Case, out: Path) -> RsmfSummary:
    """Write, with the progress looked at."""
    told: list[tuple[int, int]] = []
    summary = write_rsmf(case, out, progress=lambda _, done, total: told.append((done, total)))
    assert told[-1] == (summary.messages + summary.system_events,) * 2
    assert summary.bytes == out.stat().st_size
    assert [path.name for path in out.parent.iterdir() if path.name.startswith(".")] == []
    return summary


def test_everything_a_message_has_is_written(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """One file with a reply, reactions, receipts, edits, a deletion and a photograph is valid and holds them all."""
    made = make(case)
    group = made.conversation(owner="Ann", platform_key="1203@g.us")
    group.participant("Ann", owner=True, number="+447700900001", standing="administrator")
    group.participant("Ben", name="Ben B.")
    group.membership(
        "current_member", participant="Ann", evidence="member_table", at=START, row="group_participant_user:1"
    )
    first = say(group, 0, "Anyone seen the keys?\r\nAgain", platform_key="K1", outgoing=True, roster_digest="2:abc")
    second = say(
        group, 1, "no", author="Ben", reply_to="K1", reply_to_text="Anyone", outgoing=False, forwarded=True,
        byte_start=10, byte_end=30, platform_key="K2", server_at=START + 3_600_123, edited=True,
    )  # fmt: skip
    group.reaction("r1", emoji="👍", participant="Ben", message=first, at=START + 5_000)
    group.reaction("r2", emoji="👍", participant="Cat", message=first)
    group.reaction("r3", emoji="", participant="Ben", message=first)
    group.reaction("r4", emoji="❤", participant="Ben", target_key="gone")
    group.receipt("q1", participant="Ben", message=first, delivered_at=START + 1_000, read_at=START + 2_500)
    group.receipt("q2", participant="Cat", message=first, played_at=START + 9_000)
    group.receipt("q3", participant="Ben", target_key="gone", read_at=START)
    group.edit("e1", version=1, message=second, target_key="K2", text="nope")
    group.edit("e2", version=2, message=second, target_key="K2", text="no", at=START + 3_660_000)
    photo = keep(case, b"\xff\xd8\xff a photograph")
    group.attachment(first, ordinal=0, kind="image", held="held", name="IMG-1.jpg", sha256=photo, bytes=16)
    group.attachment(first, ordinal=1, kind="video", held="omitted")
    third = say(group, 2, None, kind="deleted", deleted="by_author")
    made.capture.warn("header_like_line", "odd", conversation=group.id, message=second)
    made.capture.warn("time_zone_assumed", "zone")
    made.close()

    summary = write(case, tmp_path / "out.rsmf")
    assert (summary.files, summary.conversations, summary.messages, summary.system_events) == (1, 1, 3, 0)
    assert (summary.events, summary.attachments, summary.undated) == (3, 1, 0)
    assert summary.not_held == {
        "reactions to a message that the exhibit does not hold": 1,
        "receipts of a message that the exhibit does not hold": 1,
    }
    rsmf = opened((tmp_path / "out.rsmf").read_bytes())
    validate(rsmf, fixtures)
    people = {entry["account_id"]: entry for entry in rsmf.manifest["participants"]}
    assert people.keys() == {"Ann", "Ben", "Cat"}
    assert people["Ben"]["display"] == "Ben B."
    assert named(people["Ann"]["custom"])["membership"] == [
        "current_member Ann at 2018-03-01T09:00:00Z (row group_participant_user:1)"
    ]
    assert named(people["Cat"]["custom"]) == {"named_only": ["true"]}
    (conversation,) = rsmf.manifest["conversations"]
    assert conversation["type"] == "channel"
    assert conversation["platform"] == "whatsapp"
    assert conversation["custodian"] == people["Ann"]["id"]
    notes = named(conversation["custom"])
    assert (notes["exhibit"], notes["reference"], notes["warnings"]) == (
        [made.exhibit],
        ["AB/1"],
        ["time_zone_assumed"],
    )

    event = rsmf.event(first)
    assert event["body"] == "Anyone seen the keys?\r\nAgain"
    assert event["timestamp"] == "2018-03-01T09:00:00Z"
    assert event["direction"] == "outgoing"
    (reaction,) = event["reactions"]
    assert (reaction["value"], reaction["count"]) == ("👍", 2)
    assert [rsmf.handle(who) for who in reaction["participants"]] == ["Ben", "Cat"]
    receipts = [(rsmf.handle(r["participant"]), r["action"], r["timestamp"]) for r in event["read_receipts"]]
    assert receipts == [
        ("Ben", "delivered", "2018-03-01T09:00:01Z"),
        ("Ben", "read", "2018-03-01T09:00:02.500Z"),
    ]
    (attachment,) = event["attachments"]
    assert attachment == {"id": "A00001.jpg", "display": "IMG-1.jpg", "size": 16}
    assert rsmf.files["A00001.jpg"] == b"\xff\xd8\xff a photograph"
    custom = rsmf.custom(first)
    assert custom["exhibit"] == [made.exhibit]
    assert custom["reference"] == ["AB/1"]
    assert custom["time_zone"] == ["Europe/London"]
    assert custom["time_zone_basis"] == ["stated"]
    assert custom["sent_at_written"] == ["01/03/2018, 09:00:00"]
    assert custom["roster_digest"] == ["2:abc"]
    assert custom["attachment"][1] == "omitted, video"
    assert len(custom["played_at"]) == len(custom["reaction_at"]) == len(custom["reaction_withdrawn"]) == 1

    event = rsmf.event(second)
    assert event["parent"] == first
    assert event["direction"] == "incoming"
    assert event["edits"] == [
        {
            "participant": people["Ben"]["id"],
            "timestamp": "2018-03-01T10:01:00Z",
            "previous": "nope",
            "new": "no",
        }
    ]
    custom = rsmf.custom(second)
    assert (custom["byte_start"], custom["byte_end"]) == (["10"], ["30"])
    assert (custom["reply_to"], custom["reply_to_text"]) == (["K1"], ["Anyone"])
    assert (custom["forwarded"], custom["edited"], custom["warnings"]) == (["true"], ["true"], ["header_like_line"])
    assert custom["server_at"] == ["2018-03-01T10:00:00.123Z"]

    assert rsmf.event(third)["deleted"] is True
    assert "body" not in rsmf.event(third)
    assert rsmf.custom(third)["deleted_by"] == ["by_author"]
    assert "Ben B.: no" in rsmf.text
    assert rsmf.headers["X-RSMF-Custodian"] == "Sgt Ann Example"
    assert rsmf.headers["X-RSMF-BeginDate"] == "2018-03-01T09:00:00Z"
    assert rsmf.headers["X-RSMF-EndDate"] == "2018-03-01T11:00:00Z"


def test_system_events_are_joins_leaves_and_unknowns(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """A line that adds two people is two joins; a rename is no message and has no participant."""
    made = make(case)
    group = made.conversation()
    say(group, 0, "hello")
    added = system(group, 1, "added", "Ann added Dee and Eve")
    for name in ("Dee", "Eve"):
        group.membership("added", participant=name, actor="Ann", evidence="system_event", message=added)
    left = system(group, 2, "left", "Dee left")
    group.membership("left", participant="Dee", evidence="system_event", message=left)
    renamed = system(group, 3, "group_renamed", "Ann changed the subject")
    notice = system(group, 4, "encryption_notice", "Messages are encrypted")
    nameless = system(group, 5, "joined", "somebody joined")
    made.close()

    summary = write(case, tmp_path / "out.rsmf")
    assert (summary.messages, summary.system_events, summary.events) == (1, 5, 7)
    rsmf = opened((tmp_path / "out.rsmf").read_bytes())
    validate(rsmf, fixtures)
    kinds = [(event["type"], event.get("participant")) for event in rsmf.manifest["events"]]
    handles = {entry["account_id"]: entry["id"] for entry in rsmf.manifest["participants"]}
    assert kinds == [
        ("message", handles["Ann"]),
        ("join", handles["Dee"]),
        ("join", handles["Eve"]),
        ("leave", handles["Dee"]),
        ("unknown", None),
        ("disclaimer", None),
        ("unknown", None),
    ]
    (conversation,) = rsmf.manifest["conversations"]
    assert conversation["participants"] == ["Ann"]
    assert rsmf.event(added)["body"] == "Ann added Dee and Eve"
    assert "body" not in rsmf.event(f"{added}.2")
    assert rsmf.custom(f"{added}.2")["same_record_as"] == [added]
    assert rsmf.custom(added)["membership"] == ["added Dee by Ann", "added Eve by Ann"]
    assert rsmf.custom(renamed)["event"] == ["group_renamed"]
    assert rsmf.event(notice)["type"] == "disclaimer"
    assert rsmf.custom(nameless)["event"] == ["joined"]


def test_one_file_a_day_however_times_run(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """Days have one file each, even where a moved clock goes back; an undated message stays beside its neighbour."""
    made = make(case)
    group = made.conversation()
    undated = {"sent_at": None, "sent_at_written": "31/13/2018, 09:00"}
    lead = say(group, 0, "before any date", **undated)
    one = say(group, 1, "day one")
    two = say(group, 2, "day two", sent_at=START + DAY)
    back = say(group, 3, "the clock went back")
    lost = say(group, 4, "no date here", **undated)
    made.conversation("empty")
    made.close(reference="AB/1: phone")

    summary = write(case, tmp_path / "out.zip")
    assert (summary.files, summary.events, summary.undated) == (2, 5, 2)
    assert summary.not_held == {"conversations without a message": 1}
    files = dict(every(tmp_path / "out.zip"))
    for rsmf in files.values():
        validate(rsmf, fixtures)
    held = {name.removeprefix(f"AB-1--phone/{group.id}"): file.manifest["events"] for name, file in files.items()}
    assert {name: [event["id"] for event in events] for name, events in held.items()} == {
        "_2018-03-01_001.rsmf": [lead, one, back, lost],
        "_2018-03-02_001.rsmf": [two],
    }
    assert "timestamp" not in held["_2018-03-01_001.rsmf"][0]
    assert {file.manifest["eventcollectionid"] for file in files.values()} == {group.id}


def test_a_conversation_without_any_time_is_written(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """No time anywhere leaves one file, called undated, without dates in its headers."""
    made = make(case)
    group = made.conversation(kind="unknown", title=None)
    for place in range(3):
        say(group, place, "x", sent_at=None)
    made.close()
    summary = write(case, tmp_path / "out.zip")
    assert (summary.files, summary.undated) == (1, 3)
    ((name, rsmf),) = every(tmp_path / "out.zip")
    validate(rsmf, fixtures)
    assert name == f"AB-1/{group.id}_undated_001.rsmf"
    assert rsmf.headers["X-RSMF-BeginDate"] is None
    assert "type" not in rsmf.manifest["conversations"][0]


def test_a_busy_day_is_cut(case: Case, tmp_path: Path) -> None:
    """No file has more than 10,000 events; one file for all of them is refused with the way out."""
    made = make(case)
    group = made.conversation()
    total = EVENTS * 2 + 5
    for place in range(total):
        say(group, place, f"{place}", sent_at=START + place)
    made.close()
    with pytest.raises(OutputError, match=r"\.zip"):
        write_rsmf(case, tmp_path / "out.rsmf", progress=lambda *_: None)
    assert not (tmp_path / "out.rsmf").exists()
    summary = write(case, tmp_path / "out.zip")
    assert (summary.files, summary.events) == (3, total)
    sizes = [len(rsmf.manifest["events"]) for _, rsmf in every(tmp_path / "out.zip")]
    assert sizes == [EVENTS, EVENTS, 5]
    bodies = [event["body"] for _, rsmf in every(tmp_path / "out.zip") for event in rsmf.manifest["events"]]
    assert bodies == [str(place) for place in range(total)]


def test_days_that_alternate_stay_within_memory(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where many days are open at once, the fullest is written early as a part of its day, and nothing is lost."""
    monkeypatch.setattr("upstander.evidence.rsmf_out.slices.BUFFERED", 50)
    made = make(case)
    group = made.conversation()
    for place in range(400):
        say(group, place, f"{place}", sent_at=START + (place % 40) * DAY)
    made.close()
    summary = write(case, tmp_path / "out.zip")
    assert summary.events == 400
    assert summary.files > 40
    seen = set()
    for name, rsmf in every(tmp_path / "out.zip"):
        references_hold(rsmf)
        days = {event["timestamp"][:10] for event in rsmf.manifest["events"]}
        assert len(days) == 1
        assert days.pop() in name
        seen |= {event["id"] for event in rsmf.manifest["events"]}
    assert len(seen) == 400


def test_the_same_tables_give_the_same_bytes(case: Case, tmp_path: Path) -> None:
    """Nothing of the clock, the machine or the run is in the file."""
    made = make(case)
    group = made.conversation()
    photo = keep(case, b"\xff\xd8\xff")
    message = say(group, 0, "one")
    group.attachment(message, ordinal=0, kind="image", held="held", name="a.jpg", sha256=photo)
    say(group, 1, "two", author="Ben")
    made.close()
    for suffix in (".zip", ".rsmf"):
        write(case, tmp_path / f"first{suffix}")
        write(case, tmp_path / f"second{suffix}")
        assert (tmp_path / f"first{suffix}").read_bytes() == (tmp_path / f"second{suffix}").read_bytes()


def test_an_attachment_is_taken_out_of_the_exhibited_archive(case: Case, tmp_path: Path) -> None:
    """A photograph inside the exported zip is found by its digest, under whatever path; one that is gone is counted."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("_chat.txt", "text")
        archive.writestr("deep/00000001-PHOTO.jpg", b"the wrong one")
        archive.writestr("media/00000001-PHOTO.jpg", b"the right one")
    made = make(case, packed.getvalue())
    group = made.conversation()
    right = hashlib.sha256(b"the right one").hexdigest()
    message = say(group, 0, "photo")
    group.attachment(message, ordinal=0, kind="image", held="held", name="00000001-PHOTO.jpg", sha256=right)
    group.attachment(message, ordinal=1, kind="image", held="held", name="2.jpg", sha256="0" * 64)
    group.attachment(message, ordinal=2, kind="image", held="held", name="3.jpg")
    made.close()
    summary = write(case, tmp_path / "out.zip")
    assert summary.attachments == 1
    assert summary.not_held == {"attachments whose file was not found again": 2}
    ((_, rsmf),) = every(tmp_path / "out.zip")
    references_hold(rsmf)
    assert rsmf.files == {"A00001.jpg": b"the right one"}


def test_an_exhibit_that_changed_is_not_passed_on(case: Case, tmp_path: Path) -> None:
    """An attachment whose stored bytes are no longer those of its digest stops the writing and leaves no file."""
    made = make(case)
    group = made.conversation()
    photo = keep(case, b"as received")
    message = say(group, 0, "photo")
    group.attachment(message, ordinal=0, kind="image", held="held", name="a.jpg", sha256=photo)
    made.close()
    case.exhibit(photo).write_bytes(b"changed")
    with pytest.raises(CaseDamaged, match=r"a\.jpg has changed"):
        write_rsmf(case, tmp_path / "out.zip", progress=lambda *_: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def test_a_name_cannot_become_a_header(case: Case, tmp_path: Path) -> None:
    """Line ends in a group's name or a participant's stay inside their header; other alphabets are encoded."""
    made = make(case)
    group = made.conversation(title="Nights\r\nX-RSMF-EventCount: 99\u2028Bcc: x")
    say(group, 0, "x", author="Zoë, العربية\n" + "long " * 300)
    made.close()
    write(case, tmp_path / "out.rsmf")
    write(case, tmp_path / "out.zip")
    ((_, rsmf),) = every(tmp_path / "out.zip")
    references_hold(rsmf)
    assert rsmf.headers.get_all("X-RSMF-EventCount") == ["1"]
    assert rsmf.headers["Bcc"] is None
    assert rsmf.headers["Subject"] == "Nights X-RSMF-EventCount: 99 Bcc: x"
    assert rsmf.headers["X-RSMF-Participants"].startswith("Zoë")
    content = (tmp_path / "out.rsmf").read_bytes()
    assert max(map(len, content.split(b"\r\n"))) <= 998


def test_two_phones_stay_two_conversations(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """In one file for two conversations, the same name in each is two participants: nobody has said they are one."""
    made = make(case)
    for key in ("first", "second"):
        say(made.conversation(key, kind="direct"), 0, key)
    made.close()
    summary = write(case, tmp_path / "out.rsmf")
    assert (summary.files, summary.conversations) == (1, 2)
    rsmf = opened((tmp_path / "out.rsmf").read_bytes())
    validate(rsmf, fixtures)
    assert [entry["account_id"] for entry in rsmf.manifest["participants"]] == ["Ann", "Ann"]
    assert [entry["id"] for entry in rsmf.manifest["participants"]] == ["Ann", "Ann (2)"]
    assert rsmf.headers["X-RSMF-EventCollectionID"] == "MS-1"


@pytest.mark.parametrize("name", ["out.json", "out", "missing/out.zip"])
def test_what_cannot_be_written_is_said(case: Case, tmp_path: Path, name: str) -> None:
    """A name of another kind, or a folder that is not there, is refused in a sentence, and nothing is left behind."""
    made = make(case)
    say(made.conversation(), 0, "x")
    made.close()
    with pytest.raises(OutputError, match=name):
        write_rsmf(case, tmp_path / name, progress=lambda *_: None)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home"]


def test_an_empty_case_is_said(case: Case, tmp_path: Path) -> None:
    """A case without messages gives a sentence, not an empty file."""
    with pytest.raises(OutputError, match="holds no message"):
        write_rsmf(case, tmp_path / "out.zip", progress=lambda *_: None)
    assert not (tmp_path / "out.zip").exists()


def test_base64_lines_are_whole(case: Case, tmp_path: Path) -> None:
    """The zip inside is written in chunks, and its base64 is the same as if written at once."""
    made = make(case)
    group = made.conversation()
    noise = hashlib.shake_256(b"x").digest(3_000_000)
    photo = keep(case, noise)
    message = say(group, 0, "big")
    group.attachment(message, ordinal=0, kind="video", held="held", name="a.mp4", sha256=photo)
    made.close()
    write(case, tmp_path / "out.rsmf")
    content = (tmp_path / "out.rsmf").read_bytes()
    encoded = content.split(b"filename=rsmf.zip\r\n\r\n")[1].split(b"\r\n\r\n--")[0]
    packed = base64.b64decode(encoded)
    assert base64.encodebytes(packed).replace(b"\n", b"\r\n").strip() == encoded.strip()
    assert opened(content).files["A00001.mp4"] == noise


def test_what_goes_out_comes_in_again(case: Case, tmp_path: Path, scratch: Path) -> None:
    """Read back by this project's own source: the same texts, times, authors, replies, reactions, receipts, edits."""
    made = make(case)
    group = made.conversation(owner="Ann", platform_key="1203@g.us")
    group.participant("Ann", owner=True)
    photo = keep(case, b"\xff\xd8\xff a photograph")
    first = say(group, 0, "one\r\ntwo \u200e👍", platform_key="K1", outgoing=True)
    group.attachment(first, ordinal=0, kind="image", held="held", name="a.jpg", sha256=photo)
    second = say(group, 1, "answer", author="Ben", reply_to="K1", platform_key="K2", edited=True)
    group.reaction("r1", emoji="👍", participant="Ben", message=first)
    group.receipt("q1", participant="Ben", message=first, delivered_at=START + 1_000, read_at=START + 2_500)
    group.edit("e1", version=1, message=second, target_key="K2", text="ansewr")
    group.edit("e2", version=2, message=second, target_key="K2", text="answer", at=START + 4_000_000)
    third = say(group, 2, None, kind="deleted", deleted="by_author")
    fourth = say(group, 3, "no date", sent_at=None)
    joined = system(group, 4, "joined", "Cat joined")
    group.membership("joined", participant="Cat", evidence="system_event", message=joined)
    made.close()
    out = tmp_path / "in" / "out.rsmf"
    out.parent.mkdir()
    write(case, out)

    tables = read(SOURCE, out, scratch=scratch)
    held = {row["platform_key"]: row for row in tables.rows("messages")}
    assert list(held) == [first, second, third, fourth, joined]
    for identity, author, text, hour in (
        (first, "Ann", "one\r\ntwo \u200e👍", 0),
        (second, "Ben", "answer", 1),
        (third, "Ann", None, 2),
        (fourth, "Ann", "no date", None),
        (joined, None, "Cat joined", 4),
    ):
        row = held[identity]
        at = None if hour is None else NOW.replace(hour=9 + hour, minute=0)
        assert (row["author"], row["text"], row["sent_at"]) == (author, text, at)
    assert held[second]["reply_to"] == first
    assert held[third]["deleted"] is not None
    assert (held[first]["outgoing"], held[second]["outgoing"]) == (True, None)
    assert [(r["participant"], r["emoji"]) for r in tables.rows("reactions")] == [("Ben", "👍")]
    receipts = [(r["participant"], r["delivered_at"], r["read_at"]) for r in tables.rows("receipts")]
    assert {who for who, _, _ in receipts} == {"Ben"}
    assert {at for _, *times in receipts for at in times if at} == {
        NOW.replace(minute=0, second=1),
        NOW.replace(minute=0, second=2, microsecond=500_000),
    }
    assert [(e["version"], e["text"]) for e in tables.rows("edits")] == [(1, "ansewr"), (2, "answer")]
    (attachment,) = tables.rows("attachments")
    assert (attachment["held"], attachment["sha256"]) == ("held", photo)
    assert {(m["kind"], m["participant"]) for m in tables.rows("membership_events", evidence="system_event")} == {
        ("joined", "Cat")
    }
    assert {row["handle"] for row in tables.rows("participants", owner=True)} == {"Ann"}
