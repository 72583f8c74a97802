"""What the tests of the command line share."""

import json
from pathlib import Path

import pytest
from tests.support.commands import Command, Said

from upstander.cli import run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty home."""
    return tmp_path / "home"


@pytest.fixture
def upstander(
    home: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> Command:
    """Run a command in this process, in the home of the test."""
    monkeypatch.setenv("UPSTANDER_HOME", str(home))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("COLUMNS", "80")

    def command(*arguments: object) -> Said:
        capsysbinary.readouterr()
        status = run([str(argument) for argument in arguments])
        out, err = capsysbinary.readouterr()
        return Said(status, out.decode(), err.decode())

    return command


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    """A Telegram export of one group: five authored messages, one system event, three authors, and odd characters."""
    texts = [
        ("Ash", "morning all"),
        ("Bo [bold]", "[red]not markup[/red] \x1b[31mnot colour\x1b[0m"),
        ("Cy\u202egnp.exe", "two\nlines"),
        ("Ash", '=HYPERLINK("http://example.invalid")'),
        ("Ash", "ok\u2066 \x85"),
    ]
    messages: list[dict[str, object]] = [
        {
            "id": 1,
            "type": "service",
            "date": "2018-03-01T07:00:00",
            "date_unixtime": "1519887600",
            "actor": "Ash",
            "actor_id": "user1",
            "action": "create_group",
            "title": "Team",
            "members": ["Ash"],
            "text": "",
        }
    ]
    for number, (author, text) in enumerate(texts):
        messages.append(
            {
                "id": 2 + number,
                "type": "message",
                "date": f"2018-03-0{number + 1}T07:05:00",
                "date_unixtime": str(1519887900 + 86_400 * number),
                "from": author,
                "from_id": f"user{ord(author[0])}",
                "text": text,
            }
        )
    path = tmp_path / "result.json"
    path.write_text(
        json.dumps({"name": "Team", "type": "private_group", "id": 77, "messages": messages}), encoding="utf-8"
    )
    return path


@pytest.fixture
def case(upstander: Command, chat: Path) -> str:
    """A case that holds that chat as AB/1."""
    assert upstander("case", "new", "C-1", "--title", "Late turn").status == 0
    said = upstander("ingest", "C-1", chat, "--exhibit", "AB/1", "--custodian", "PC [b]Invented[/b]")
    assert said.status == 0, said.err
    return "C-1"
