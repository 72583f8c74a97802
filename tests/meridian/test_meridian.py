"""The sample says the truth about itself: its files are read here with sqlite3, json and plain patterns only."""

import base64
import hashlib
import re
import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

import meridian
from meridian.keys import roster_digest


def _exhibit(truth: dict[str, Any], reference: str) -> dict[str, Any]:
    return next(e for e in truth["exhibits"] if e["reference"] == reference)


def _digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def phone(made: Path, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """Phone 1, copied with its log, so that reading cannot change the exhibit."""
    for name in ("msgstore.db", "msgstore.db-wal"):
        (tmp_path / name).write_bytes((made / "exhibits/phone-1-android" / name).read_bytes())
    with closing(sqlite3.connect(tmp_path / "msgstore.db")) as db:
        yield db


def _one(db: sqlite3.Connection, sql: str) -> int:
    return int(db.execute(sql).fetchone()[0])


def test_two_runs_make_the_same_bytes(made: Path, tmp_path: Path) -> None:
    """Every file, the write-ahead log included, has the same digest on a second run."""
    meridian.make(tmp_path)
    assert _digests(tmp_path) == _digests(made)


def test_another_seed_makes_other_messages(truth: dict[str, Any], tmp_path: Path) -> None:
    """The seed decides: the scenes written for a day stay, what surrounds them changes."""
    other = meridian.make(tmp_path, seed=7)
    texts = {m.text for m in other.messages if m.conduct}
    assert texts & {m["text"] for m in truth["messages"] if m["conduct"]}
    assert [m.sent_ms for m in other.messages][:50] != [m["sent_ms"] for m in truth["messages"]][:50]


def test_sizes(truth: dict[str, Any]) -> None:
    """Six exhibits, three groups, twenty-odd people, thousands of messages; one or two in a hundred matter."""
    assert len(truth["exhibits"]) == 6
    assert [c["id"] for c in truth["conversations"] if c["kind"] == "group"] == ["g1", "g2", "m1"]
    assert 18 <= len(truth["people"]) <= 24
    assert 6000 <= len(truth["messages"]) <= 9000
    assert 0.01 <= sum(bool(m["conduct"]) for m in truth["messages"]) / len(truth["messages"]) <= 0.02


def test_numbers_are_from_the_drama_range(truth: dict[str, Any]) -> None:
    """Nobody's number is anybody's."""
    for person in truth["people"]:
        for number in filter(None, (person["number"], person["number_after"])):
            assert re.fullmatch(r"07700 900\d{3}", number), person["id"]


#: Stems of slurs, a letter of each in brackets so that this file does not spell one either.
SLURS = re.compile(
    r"\b(?:p[a]k[i]|f[a]gg|n[i]gg|r[e]tard|sp[a]stic|p[i]key|g[y]ppo|ch[i]nk|tr[a]nny|p[o]of|d[y]ke|m[o]ng)",
    re.IGNORECASE,
)


def test_no_slur_is_written_out(truth: dict[str, Any]) -> None:
    """Every slur is masked, in every version of every message."""
    for message in truth["messages"]:
        for text in (message["text"], *(e["text"] for e in message["edits"])):
            assert not SLURS.search(text or ""), message["id"]


def test_every_message_is_held_or_its_absence_explained(truth: dict[str, Any]) -> None:
    """For each exhibit and conversation that it shows: held and lacking together are all, and never both."""
    everything: dict[str, set[str]] = defaultdict(set)
    for message in truth["messages"]:
        everything[message["conversation"]].add(message["id"])
    for exhibit in truth["exhibits"]:
        due = set().union(*(everything[c] for c in exhibit["conversations"]))
        held = {s["message"] for s in exhibit["sightings"]}
        lacking = {a["message"] for a in exhibit["absences"]}
        assert held | lacking == due, exhibit["reference"]
        assert not held & lacking, exhibit["reference"]
        assert len(held) == exhibit["counts"]["messages"]
    reasons = {a["reason"] for e in truth["exhibits"] for a in e["absences"]}
    assert reasons == {"before_join", "after_leave", "capture_ended", "deleted_on_phone", "disappeared",
                       "filtered_export", "truncated_export"}  # fmt: skip


def test_android_counts(phone: sqlite3.Connection, truth: dict[str, Any]) -> None:
    """Phone 1 holds, table by table, what its truth says."""
    counts = _exhibit(truth, "MS/1")["counts"]
    assert _one(phone, "SELECT count(*) FROM message WHERE message_type <> 7") == counts["messages"]
    assert _one(phone, "SELECT count(*) FROM message WHERE message_type = 7") == counts["system_events"]
    orphans = _one(phone, "SELECT count(*) FROM receipt_user WHERE message_row_id NOT IN (SELECT _id FROM message)")
    assert orphans == counts["orphan_receipts"] > 0
    assert _one(phone, "SELECT count(*) FROM receipt_user") == counts["receipts"] + orphans
    assert _one(phone, "SELECT count(*) FROM message_add_on_reaction") == counts["reactions"]
    assert _one(phone, "SELECT count(*) FROM message_edit_info") == counts["edits"]
    files = _one(phone, "SELECT (SELECT count(*) FROM message_media) + (SELECT count(*) FROM message_location)")
    assert files == counts["attachments"]


def test_android_participants(phone: sqlite3.Connection, truth: dict[str, Any]) -> None:
    """Authors, members and past members of each conversation; the owner as a member and as the author `me`."""
    found: set[tuple[str, str]] = set()
    named = "SELECT g.raw_string, u.raw_string FROM {} p JOIN jid g ON g._id = p.group_jid_row_id" \
            " JOIN jid u ON u._id = p.user_jid_row_id"  # fmt: skip
    for table in ("group_participant_user", "group_past_participant_user"):
        found.update(phone.execute(named.format(table)))
    found.update(phone.execute(
        "SELECT c.raw_string, coalesce(u.raw_string, CASE WHEN m.from_me THEN ? ELSE c.raw_string END) FROM message m"
        " JOIN chat ON chat._id = m.chat_row_id JOIN jid c ON c._id = chat.jid_row_id"
        " LEFT JOIN jid u ON u._id = m.sender_jid_row_id WHERE m.message_type <> 7", ("me",)))  # fmt: skip
    assert len(found) == _exhibit(truth, "MS/1")["counts"]["participants"]


def test_the_last_rows_are_in_the_log(made: Path, phone: sqlite3.Connection, tmp_path: Path) -> None:
    """Without the log the database is sound and shorter: a reader that leaves it behind loses the end."""
    alone = tmp_path / "alone.db"
    alone.write_bytes((made / "exhibits/phone-1-android/msgstore.db").read_bytes())
    with closing(sqlite3.connect(alone)) as db:
        assert _one(db, "SELECT count(*) FROM message") + 200 < _one(phone, "SELECT count(*) FROM message")
    assert phone.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_holes_are_the_removed_messages(phone: sqlite3.Connection, truth: dict[str, Any]) -> None:
    """As many row numbers are unused as messages were removed from the phone."""
    removed = [a for a in _exhibit(truth, "MS/1")["absences"] if "hole" in a["traces"]]
    assert _one(phone, "SELECT max(_id) - count(*) FROM message") == len(removed) > 20
    assert {trace for a in removed for trace in a["traces"]} == {
        "hole", "orphan_receipt", "reaction_to_missing", "quote_of_missing"}  # fmt: skip


def test_roster_digests_can_be_recomputed(phone: sqlite3.Connection, truth: dict[str, Any]) -> None:
    """The newest digest commits to the devices of the group's current members."""
    assert roster_digest([]) == "2:47DEQpj8"
    jids = phone.execute(
        "SELECT d.raw_string FROM group_participant_device p JOIN jid d ON d._id = p.device_jid_row_id"
        " JOIN group_participant_user u ON u._id = p.group_participant_row_id"
        " JOIN jid g ON g._id = u.group_jid_row_id WHERE g.raw_string LIKE '447700900110-%'"
    )
    want = base64.b64encode(hashlib.sha256("".join(sorted(j for (j,) in jids)).encode()).digest()[:6]).decode()
    newest = phone.execute(
        "SELECT participant_hash FROM message JOIN chat ON chat._id = chat_row_id JOIN jid ON jid._id = jid_row_id"
        " WHERE from_me AND raw_string LIKE '447700900110-%' ORDER BY message._id DESC LIMIT 1"
    ).fetchone()
    assert newest == (f"2:{want}",)


def test_keys_are_shared_between_phones(made: Path, phone: sqlite3.Connection, truth: dict[str, Any]) -> None:
    """A message has one key on every phone that holds it, and the key's shape names the sender's client."""
    mine = {key for (key,) in phone.execute("SELECT key_id FROM message WHERE message_type <> 7")}
    with closing(sqlite3.connect(made / "exhibits/phone-3-ios/ChatStorage.sqlite")) as db:
        theirs = {key for (key,) in db.execute("SELECT ZSTANZAID FROM ZWAMESSAGE WHERE ZMESSAGETYPE NOT IN (6, 10)")}
    assert len(mine & theirs) > 5000
    assert all(re.fullmatch(r"[0-9A-F]{32}|3A[0-9A-F]{18}|3EB0[0-9A-F]{18}", key) for key in mine | theirs)


def test_the_second_phones_clock_was_moved(made: Path, truth: dict[str, Any]) -> None:
    """What it sent in those weeks is stamped 46 hours late against the server; before and after it is not."""
    exhibit = _exhibit(truth, "MS/2")
    (step,) = exhibit["clock"]
    with closing(sqlite3.connect(made / "exhibits/phone-2-android/msgstore.db")) as db:
        rows = db.execute("SELECT timestamp, receipt_server_timestamp FROM message WHERE from_me").fetchall()
        assert _one(db, "SELECT count(*) FROM message WHERE message_type <> 7") == exhibit["counts"]["messages"]
        assert _one(db, "SELECT count(*) FROM receipt_user") == sum(
            exhibit["counts"][k] for k in ("receipts", "orphan_receipts")
        )
    for device, server in rows:
        wrong = step["since_ms"] <= server + 999 and server < step["until_ms"]
        assert 0 <= device - server - (step["offset_ms"] if wrong else 0) < 1000
    assert sum(device - server > 1000 for device, server in rows) > 5


def test_ios_counts(made: Path, truth: dict[str, Any]) -> None:
    """Phone 3, its protobuf blobs taken apart by hand."""
    counts = _exhibit(truth, "MS/3")["counts"]
    receipts = reactions = 0
    with closing(sqlite3.connect(made / "exhibits/phone-3-ios/ChatStorage.sqlite")) as db:
        assert _one(db, "SELECT count(*) FROM ZWAMESSAGE WHERE ZMESSAGETYPE NOT IN (6, 10)") == counts["messages"]
        assert _one(db, "SELECT count(*) FROM ZWAMESSAGE WHERE ZMESSAGETYPE IN (6, 10)") == counts["system_events"]
        for (blob,) in db.execute("SELECT ZRECEIPTINFO FROM ZWAMESSAGEINFO"):
            for tag, value in _fields(blob):
                if tag == 2 and isinstance(value, bytes):
                    receipts += any(t == 10 for t, _ in _fields(value))
                if tag == 7 and isinstance(value, bytes):
                    reactions += len(list(_fields(value)))
        media = "ZVCARDSTRING IS NOT NULL OR ZLATITUDE IS NOT NULL"
        assert _one(db, f"SELECT count(*) FROM ZWAMEDIAITEM WHERE {media}") == counts["attachments"]
    assert (receipts, reactions) == (counts["receipts"], counts["reactions"])


def _fields(blob: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0

    def number() -> int:
        nonlocal at
        value = shift = 0
        while True:
            byte = blob[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(blob):
        key = number()
        if key & 7 == 0:
            yield key >> 3, number()
        else:
            size = number()
            at += size
            yield key >> 3, blob[at - size : at]


def test_every_line_bank_is_used(truth: dict[str, Any]) -> None:
    """What was written by hand is in the sample: each scene of misconduct, once."""
    folder = Path(meridian.__file__).parent / "lines"
    scenes = yaml.safe_load((folder / "misconduct.yaml").read_text(encoding="utf-8"))["scenes"]
    sent = {m["sent_ms"] // 1000 for m in truth["messages"]}
    starts = [int(scene["at"].replace(tzinfo=ZoneInfo("Europe/London")).timestamp()) for scene in scenes]
    assert [start for start in starts if start not in sent] == []
