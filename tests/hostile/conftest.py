"""A folder with a bad file among good ones, handed in through the command line as a person would."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from upstander.cli import run
from upstander.storage import Case
from upstander.storage.scan import scan

#: Messages of each of the two good chats; one sorts before everything, the other after it.
GOOD = 20


class Received:
    """What was received, and the case that it goes into."""

    def __init__(self, folder: Path, home: Path, captured: pytest.CaptureFixture[str]) -> None:
        """Put two good chats into `folder` and open a case."""
        self.folder = folder
        self.case = Case(home / "C-1")
        self._captured = captured
        folder.mkdir()
        telegram = [
            {"id": n, "type": "message", "date": "2018-03-01T07:00:00", "date_unixtime": str(1519887600 + n)}
            | {"from": "Ash", "from_id": "user1", "text": f"telegram {n}"}
            for n in range(GOOD)
        ]
        value = {"name": "Team", "type": "private_group", "id": 77, "messages": telegram}
        (folder / "!good.json").write_text(json.dumps(value))
        lines = [f"[13/03/2018, 09:{n:02d}:00] {'Vale' if n % 2 else 'Finch'}: whatsapp {n}\n" for n in range(GOOD)]
        (folder / "zz good.txt").write_text("".join(lines))
        self.command("case", "new", "C-1", "--title", "C")

    def command(self, *arguments: str, status: int = 0) -> Any:
        """Run a command with --json; gives what it said. No traceback and no fault of ours may reach the user."""
        self._captured.readouterr()
        ended = run([*arguments, "--home", str(self.case.path.parent), "--json"])
        said = self._captured.readouterr()
        assert "Traceback" not in said.out + said.err, said
        assert ended == status, said
        return json.loads(said.out)

    def ingest(self, *paths: Path) -> Any:
        """Hand in the folder, or `paths`."""
        said = self.command("ingest", "C-1", "--time-zone", "Europe/London", *map(str, paths or [self.folder]))
        self.check()
        return said

    def check(self) -> None:
        """What holds whatever was handed in: good chats whole, every file kept, the same tables again."""
        texts = self.column("messages", "text")
        for chat in ("telegram", "whatsapp"):
            assert [text for text in texts if text and text.startswith(chat)] == [f"{chat} {n}" for n in range(GOOD)]
        for path in self.case.bytes.glob("*/*"):
            with path.open("rb") as stream:
                assert hashlib.file_digest(stream, "sha256").hexdigest() == path.name
        assert not [text for text in self.column("warnings", "detail") if "fault of Upstander" in text]
        assert not self.case.scratch.exists()
        assert self.command("rebuild", "C-1")["changed"] == []

    def kept(self, path: Path) -> str:
        """The address of the file at `path` in the case, which must hold it byte for byte."""
        with path.open("rb") as stream:
            address = hashlib.file_digest(stream, "sha256").hexdigest()
        assert self.case.exhibit(address).stat().st_size == path.stat().st_size
        return address

    def column(self, table: str, name: str) -> list[Any]:
        """One column of a table of the case."""
        column: list[Any] = scan(self.case, table).select(pl.col(name)).collect()[name].to_list()
        return column

    def warnings(self, exhibit: str | None = None) -> list[dict[str, Any]]:
        """Warnings, of the good chats none: all of them, or those about one exhibit."""
        rows = scan(self.case, "warnings").collect().to_dicts()
        return [row for row in rows if exhibit is None or row["exhibit"] == exhibit]

    def warned(self, path: Path) -> Counter[str]:
        """Warnings about the file at `path` by kind; every sentence names the file or a member of it."""
        rows = self.warnings(self.kept(path))
        assert rows == self.warnings()
        return Counter(row["kind"] for row in rows)


@pytest.fixture
def received(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Received:
    """Two good chats in a folder, and an empty case."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Received(tmp_path / "received", tmp_path / "home", capsys)


Maker = Callable[[Path], None]
