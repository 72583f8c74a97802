"""What the tests of review share: small cases made of the messages that a test wants."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case, Home

NOW = datetime(2018, 4, 3, 10, 0, tzinfo=UTC)

#: Who said what, and the number (from 1) of the message that it answers.
Said = tuple[str, str] | tuple[str, str, int]
CaseOf = Callable[..., Case]


def telegram(said: Sequence[Said], *, title: str = "Team", key: int = 77, step: int = 60) -> str:
    """A Telegram export of one group; messages are `step` seconds apart from 1 March 2018, 07:00 UTC on."""
    messages = []
    for number, (author, text, *answered) in enumerate(said, start=1):
        row = {"id": number, "type": "message", "date": "2018-03-01T07:00:00", "from": author, "text": text}
        row |= {"date_unixtime": str(1519887600 + number * step), "from_id": f"user{author}"}
        messages.append(row | ({"reply_to_message_id": answered[0]} if answered else {}))
    return json.dumps({"name": title, "type": "private_group", "id": key, "messages": messages})


@pytest.fixture
def case_of(tmp_path: Path) -> CaseOf:
    """Make a case of what was said in one group, on as many phones as `phones`, each of which holds all of it."""

    def make(said: Sequence[Said], *, phones: int = 1, name: str = "C-1") -> Case:
        case = Home(tmp_path / "home").new(name, title="C", now=NOW)
        for phone in range(1, phones + 1):
            folder = tmp_path / name / str(phone)
            folder.mkdir(parents=True)
            # Each phone's file is another one, so that it is an exhibit of its own.
            (folder / "result.json").write_text(telegram(said) + "\n" * phone, encoding="utf-8")
            handed = Handed(custodian=f"Phone {phone}", reference=f"P/{phone}", time_zone="Europe/London")
            ingest(case, [folder / "result.json"], handed, now=NOW, progress=lambda *_: None)
        return case

    return make
