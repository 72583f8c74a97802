"""`upstander messages`: every format, exactly as received, and safe where people read it."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from tests.support.commands import Command

from upstander.model import schema


def test_a_link_is_followed_and_a_device_is_kept(upstander: Command, case: str, tmp_path: Path) -> None:
    """-o writes the file that a link leads to, and into a pipe; neither is replaced by a file."""
    target, link, pipe = tmp_path / "target.csv", tmp_path / "link.csv", tmp_path / "pipe.csv"
    target.touch()
    link.symlink_to(target)
    assert upstander("messages", case, "-o", link).status == 0
    assert link.is_symlink()
    assert target.read_text().startswith("message,")
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE) as reader:
        assert upstander("messages", case, "-o", pipe).status == 0
        assert reader.stdout is not None
        assert reader.stdout.read() == target.read_bytes()
    assert pipe.is_fifo()


def _lines(said: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said.splitlines()]


def test_messages_as_json_lines(upstander: Command, case: str, chat: Path) -> None:
    """One object a line, texts exactly as received, absent keys left out, nothing raw that a terminal obeys."""
    said = upstander("messages", case, "--format", "jsonl")
    rows = _lines(said.out)
    assert [row["kind"] for row in rows] == ["system"] + ["text"] * 5
    assert "author" not in rows[0]
    assert rows[0]["sent_at"] == "2018-03-01T07:00:00Z"
    received = [entry["text"] for entry in json.loads(chat.read_text())["messages"][1:]]
    assert [row["text"] for row in rows[1:]] == received
    assert all(row.keys() <= set(schema("messages").names) for row in rows)
    assert not set("\x1b\x85\u202e\u2066") & set(said.out)
    assert upstander("messages", case, "--json").out == said.out


def test_messages_as_csv(upstander: Command, case: str, chat: Path, tmp_path: Path) -> None:
    """Every column, texts exact, in stdout and in a file alike."""
    said = upstander("messages", case, "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert list(rows[0]) == schema("messages").names
    received = [entry["text"] for entry in json.loads(chat.read_text())["messages"][1:]]
    assert [row["text"] for row in rows[1:]] == received
    path = tmp_path / "out.csv"
    assert upstander("messages", case, "-o", path).status == 0
    assert path.read_bytes() == said.out.encode()


def test_messages_as_parquet(upstander: Command, case: str, tmp_path: Path) -> None:
    """The file has the schema of the messages table, and replaces an older one when it is whole."""
    path = tmp_path / "out.parquet"
    path.write_text("older")
    assert upstander("messages", case, "--output", path).status == 0
    rows = pq.read_table(path)
    assert rows.schema.equals(schema("messages"))
    assert rows.num_rows == 6
    assert [entry.name for entry in tmp_path.iterdir() if entry.name.startswith(".out")] == []


def test_messages_to_read(upstander: Command, case: str) -> None:
    """The table shows what a terminal would obey by its number, and a second line cannot pass for a message."""
    said = upstander("messages", case)
    assert not set("\x1b\x85\u202e\u2066") & set(said.out)
    assert "[red]not markup[/red] <U+001B>[31mnot colour" in said.out
    assert "Cy<U+202E>gnp.exe" in said.out
    assert "\n" + " " * 20 in said.out
    assert "Team · telegram group · exhibit AB/1" in said.out


@pytest.mark.parametrize(
    ("window", "number"),
    [
        ([], 6),
        (["--from", "2018-03-02"], 4),
        (["--to", "2018-03-02"], 3),
        (["--from", "2018-03-02", "--to", "2018-03-02"], 1),
        (["--from", "2018-03-02T07:05:00Z"], 4),
        (["--from", "2018-03-02T07:05:01"], 3),
        (["--from", "2018-03-02T08:05:00+01:00"], 4),
        (["--to", "2018-03-02 07:05"], 3),
        (["--to", "2018-03-02 07:04"], 2),
        (["--from", "2019-01-01"], 0),
        (["--conversation", "team"], 6),
        (["--conversation", "Team", "--to", "2018-03-01"], 2),
    ],
)
def test_a_window_is_read(upstander: Command, case: str, window: list[str], number: int) -> None:
    """--from and --to take dates and times, both inclusive; a conversation is found by its title in any case."""
    assert len(_lines(upstander("messages", case, "--json", *window).out)) == number


def test_a_conversation_is_found_by_its_id(upstander: Command, case: str) -> None:
    """The whole id and the beginning of one do."""
    (row,) = upstander("status", case, "--json").json["conversations"]
    for asked in (row["conversation"], row["conversation"][:6]):
        assert len(_lines(upstander("messages", case, "--json", "--conversation", asked).out)) == 6
