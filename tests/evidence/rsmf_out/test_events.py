"""What a message becomes: valid, complete, and read back the same."""

from pathlib import Path

from tests.support.made_case import NOW, START, keep, make, say, system
from tests.support.opened_rsmf import named, opened, validate, write
from tests.support.reading import read

from upstander.evidence.sources.rsmf import SOURCE
from upstander.storage import Case


def test_everything_a_message_has_is_written(case: Case, tmp_path: Path, fixtures: Path) -> None:
    """One file with a reply, reactions, receipts, edits, a deletion and a photograph is valid and holds them all."""
    made = make(case)
    group = made.conversation(account="Ann", platform_key="1203@g.us")
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
    assert (summary.messages, summary.system_events, summary.events, summary.repeated) == (1, 5, 7, 1)
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
    assert (rsmf.custom(added)["part"], rsmf.custom(f"{added}.2")["part"]) == (["1 of 2"], ["2 of 2"])
    assert "part" not in rsmf.custom(left)
    assert rsmf.custom(added)["membership"] == ["added Dee by Ann", "added Eve by Ann"]
    assert rsmf.custom(renamed)["event"] == ["group_renamed"]
    assert rsmf.event(notice)["type"] == "disclaimer"
    assert rsmf.custom(nameless)["event"] == ["joined"]


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


def test_what_goes_out_comes_in_again(case: Case, tmp_path: Path, scratch: Path) -> None:
    """Read back by this project's own source: the same texts, times, authors, replies, reactions, receipts, edits."""
    made = make(case)
    group = made.conversation(account="Ann", platform_key="1203@g.us")
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
