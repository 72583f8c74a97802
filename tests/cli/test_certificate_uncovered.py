"""What a certificate does not cover, in a case that has all of it: said in words and told to programs."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.commands import Command

from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Home

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)


def _message(number: int, text: str, **more: object) -> dict[str, object]:
    row = {"id": number, "type": "message", "date": "2018-03-01T07:00:00", "from": "Ash", "from_id": "user1",
           "date_unixtime": str(1519887600 + number), "text": text}  # fmt: skip
    return row | more


@pytest.fixture
def case(home: Path, tmp_path: Path) -> str:
    """Words, pictures with words and without, a voice message, other scripts, and an answer to what is gone."""
    messages = [
        *(_message(number, f"line {number}") for number in range(1, 21)),
        _message(21, "look at this", photo="photos/1.jpg"),
        _message(22, "", photo="photos/2.jpg"),
        _message(23, "", media_type="voice_message", file="voice/1.ogg"),
        _message(24, "нет, это не так", reply_to_message_id=3),
        _message(25, "だめだよ"),
        _message(26, "did he really say that", reply_to_message_id=900),
        _message(27, "ok 👍 123"),
    ]
    path = tmp_path / "result.json"
    path.write_text(
        json.dumps({"name": "Team", "type": "private_group", "id": 7, "messages": messages}), encoding="utf-8"
    )
    made = Home(home).new("C-1", title="C", now=NOW)
    ingest(made, [path], Handed(custodian="A", reference="A/1", time_zone="UTC"), now=NOW, progress=lambda *_: None)
    return "C-1"


def test_each_is_counted_and_said(upstander: Command, case: str) -> None:
    """No text by kind, pictures beside text, other scripts, what only left a trace; and what no count tells."""
    made = upstander("certificate", case, "--code", "banter", "--json").json
    assert made["reviewed"]["population"] == 25
    assert made["not_covered"] == {
        "without_text": {"image": 1, "voice": 1}, "with_media": 1, "other_script": 2, "undated": 0, "lost": 1,
    }  # fmt: skip
    for limit in ("without anybody's words", "pictures, voice or video", "no language that the readers do not read",
                  "nothing that the exhibits lack", "read and coded wrongly"):  # fmt: skip
        assert limit in made["words"]
    for options in ((), ("--plan",)):
        said = " ".join(upstander("certificate", case, "--code", "banter", *options).out.split())
        assert "2 messages in scope have nobody's words (pictures without a caption: 1; voice messages: 1)" in said
        assert "recording or file shows that 1 message with text carries" in said
        assert "2 messages are mostly written in another script than Latin" in said
        assert "1 message that left a trace and that no exhibit holds" in said


def test_a_scope_counts_its_own(upstander: Command, case: str) -> None:
    """A period has what lies in it; a trace that may be older than the period is of it all the same."""
    made = upstander("certificate", case, "--code", "banter", "--population", "until:2017-12-31", "--json").json
    assert made["not_covered"] == {
        "without_text": {}, "with_media": 0, "other_script": 0, "undated": 0, "lost": 1,
    }  # fmt: skip
