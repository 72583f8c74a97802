"""Apple Messages: attachments, links, what apps sent, and polls."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.support.messages_db import archived, messages_db, stream
from tests.support.reading import Tables, read_document

from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources.imessage import SOURCE

ANNA, BELA = "+447700900001", "bela@example.org"
ME = "+447700900009"
GROUP = "6A1B0C9E-0000-4000-8000-000000000001"
POLLS = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:com.apple.messages.Polls"


def poll(item: dict[str, Any]) -> bytes:
    """A payload of the polls app."""
    written = base64.b64encode(json.dumps({"version": 1, "item": item}).encode()).decode()
    return archived({"URL": f"data:,{written}", "an": "Polls"})


@pytest.fixture
def carried(tmp_path: Path, scratch: Path) -> Tables:
    """Attachments, links, apps and a poll."""
    folder = tmp_path / "db"
    path = folder / "3d" / "sms.db"
    hashed = hashlib.sha1(b"MediaDomain-Library/SMS/Attachments/aa/10/at_2/b.mov").hexdigest()  # noqa: S324
    with messages_db(path) as database:
        database.insert("handle", ROWID=1, id=ANNA, service="iMessage")
        database.insert("handle", ROWID=2, id=BELA, service="iMessage")
        database.chat(1, "iMessage;+;chat1", 1, 2, last_addressed_handle=ME, group_id=GROUP)
        where = "~/Library/SMS/Attachments/aa/10"
        one: dict[str, Any] = {"handle_id": 1}
        database.message(1, 1, "\ufffclook", **one, cache_has_attachments=1)
        database.attach(1, 1, filename=f"{where}/at_1/a.jpg", mime_type="image/jpeg", transfer_name="IMG_1.jpg")
        database.attach(2, 1, filename=f"{where}/at_2/b.mov", uti="com.apple.quicktime-movie", total_bytes=99)
        database.message(2, 1, "\ufffc", **one, is_audio_message=1)
        database.attach(3, 2, filename=f"{where}/at_3/c.caf", uti="com.apple.coreaudio-format", total_bytes=7)
        database.message(3, 1, attributedBody=stream("", "at_9"), **one, cache_has_attachments=1)
        link = {"richLinkMetadata": {"originalURL": "https://example.org/a", "title": "Rota", "summary": "Lates"}}
        url = "com.apple.messages.URLBalloonProvider"
        database.message(4, 1, "https://example.org/a", **one, balloon_bundle_id=url, payload_data=archived(link))
        place = {"richLinkMetadata": {"originalURL": "https://maps.apple.com/", "specialization2": {"address": "x"}}}
        database.message(5, 1, **one, balloon_bundle_id=url, payload_data=archived(place))
        pay = archived({"ldtext": "Sent $5 with Apple Pay.", "an": "Apple Pay", "userInfo": {"caption": "$5"}})
        bundle = "com.apple.messages.MSMessageExtensionBalloonPlugin:0000000000:"
        apple = f"{bundle}com.apple.PassbookUIService.PeerPaymentMessagesExtension"
        database.message(6, 1, "\ufffd", **one, balloon_bundle_id=apple, payload_data=pay)
        options = [{"optionIdentifier": "o1", "text": "Tea"}, {"optionIdentifier": "o2", "text": "Coffee"}]
        asked = poll({"title": "Drinks?", "orderedPollOptions": options})
        database.message(7, 1, "\ufffd", **one, balloon_bundle_id=POLLS, payload_data=asked)
        voted = poll({"votes": [{"voteOptionIdentifier": "o2", "participantHandle": BELA}]})
        vote: dict[str, Any] = {
            "associated_message_guid": "M7",
            "associated_message_type": 4000,
            "balloon_bundle_id": POLLS,
        }
        database.message(8, 1, handle_id=2, payload_data=voted, **vote)
        database.message(9, 1, handle_id=2, payload_data=poll({"votes": []}), **vote)
        more = poll({"title": "Drinks?", "orderedPollOptions": [*options, {"optionIdentifier": "o3", "text": "Water"}]})
        database.message(10, 1, **one, balloon_bundle_id=POLLS, payload_data=more, associated_message_guid="M7",
                         associated_message_type=2)  # fmt: skip
        game = archived({"ldtext": "Your move.", "an": "Noughts", "URL": "data:?a=b"})
        database.message(16, 1, **one, balloon_bundle_id=f"{bundle}org.example.game", payload_data=game)
        database.message(11, 1, **one, balloon_bundle_id=f"{bundle}org.example.game", payload_data=b"broken")
        database.message(12, 1, **one)
        database.message(13, 1, **one, attributedBody=b"\x04\x0bstreamtyped broken")
        database.message(14, 1, **one, associated_message_type=1000, associated_message_guid="p:0/M1")
        database.attach(4, 14, filename=f"{where}/at_4/d.heic", mime_type="image/heic", is_sticker=1)
        database.message(15, 1, "odd", **one, associated_message_type=7000, date=None)
        database.insert("message_attachment_join", message_id=15, attachment_id=88)
    (folder / "Attachments" / "aa" / "10" / "at_1").mkdir(parents=True)
    picture = folder / "Attachments" / "aa" / "10" / "at_1" / "a.jpg"
    picture.write_bytes(b"\xff\xd8\xff")
    (folder / hashed[:2]).mkdir(exist_ok=True)
    (folder / hashed[:2] / hashed).write_bytes(b"film")
    return _read_folder(path, folder, scratch)


def _read_folder(path: Path, folder: Path, scratch: Path) -> Tables:
    siblings = {}
    for other in sorted(folder.rglob("*")):
        if other.is_file():
            name = str(other.relative_to(folder))
            siblings[name] = ExhibitFile(name=name, path=other, exhibit=hashlib.sha256(other.read_bytes()).hexdigest())
    document = Document(file=siblings[str(path.relative_to(folder))], siblings=siblings, scratch=scratch)
    return read_document(SOURCE, document)


def test_attachments_are_found_or_said_to_be_missing(carried: Tables) -> None:
    """A file is found by its path or by the name that a backup gives it; any other is absent, with a warning."""
    files = {(row["name"] or "").rpartition("/")[2]: row for row in carried.rows("attachments")}
    assert (files["a.jpg"]["kind"], files["a.jpg"]["held"], files["a.jpg"]["caption"]) == ("image", "held", "IMG_1.jpg")
    assert files["a.jpg"]["sha256"] == hashlib.sha256(b"\xff\xd8\xff").hexdigest()
    assert (files["b.mov"]["kind"], files["b.mov"]["held"], files["b.mov"]["bytes"]) == ("video", "held", 4)
    assert (files["c.caf"]["kind"], files["c.caf"]["held"], files["c.caf"]["bytes"]) == ("voice", "absent", 7)
    assert (files["at_9"]["kind"], files["at_9"]["held"]) == ("unknown", "absent")
    assert files["d.heic"]["kind"] == "sticker"
    assert carried.warned["attachment_missing"] == 4


def test_kinds_and_texts_of_apps(carried: Tables) -> None:
    """What an app sent has the kind and the words that its payload shows; one's own words go first."""
    got = {row["platform_key"]: (row["kind"], row["text"]) for row in carried.authored}
    assert got == {
        "M1": ("image", "\ufffclook"),
        "M2": ("voice", None),
        "M3": ("media", None),
        "M4": ("link", "https://example.org/a"),
        "M5": ("location", None),
        "M6": ("payment", "Sent $5 with Apple Pay."),
        "M7": ("poll", "Drinks?\nTea\nCoffee"),
        "M10": ("poll", "Drinks?\nTea\nCoffee\nWater"),
        "M11": ("unknown", None),
        "M12": ("empty", None),
        "M13": ("unknown", None),
        "M14": ("sticker", None),
        "M15": ("media", "odd"),
        "M16": ("text", "Your move."),
    }
    (link,) = carried.rows("attachments", kind="link")
    assert link["caption"] == "Rota\nLates"
    assert [row["name"] for row in carried.rows("attachments", caption="Noughts")] == ["org.example.game"]
    assert carried.warned["invalid_record"] == 2
    assert carried.warned["impossible_date"] == 1
    assert carried.warned["unknown_value"] == 1


def test_votes_are_reactions_to_the_poll(carried: Tables) -> None:
    """A vote names its option in words and its poll; an empty one takes the vote back."""
    assert [(row["target_key"], row["participant"], row["emoji"]) for row in carried.rows("reactions")] == [
        ("M7", BELA, "Coffee"),
        ("M7", BELA, ""),
    ]
    keys = {row["platform_key"]: row["reply_to"] for row in carried.rows("messages")}
    assert keys["M10"] == "M7"
    assert keys["M14"] == "M1"
