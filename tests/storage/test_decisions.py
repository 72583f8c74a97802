"""Decision files: a line is written whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from upstander.errors import BadDecision
from upstander.storage import decisions


def test_a_system_that_takes_little_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not taken at first is written next."""
    whole = os.write
    monkeypatch.setattr(os, "write", lambda file, data: whole(file, data[:3]))
    decisions.add(tmp_path / "d" / "x.jsonl", ['{"a": "ä"}', '{"b": 2}'], what="it")
    assert [line for line, _ in decisions.lines(tmp_path / "d" / "x.jsonl")] == ['{"a": "ä"}', '{"b": 2}']


def test_a_full_disk_leaves_the_file_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing half written stays, so that the file can be read afterwards and the next line be written."""
    path = tmp_path / "x.jsonl"
    decisions.add(path, ['{"a": 1}'], what="it")
    whole, room = os.write, [5]

    def write(file: int, data: bytes) -> int:
        if not room[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        taken = whole(file, data[: room[0]])
        room[0] -= taken
        return taken

    monkeypatch.setattr(os, "write", write)
    with pytest.raises(BadDecision, match="No space left"):
        decisions.add(path, ['{"b": 2}'], what="it")
    assert path.read_text() == '{"a": 1}\n'
    room[0] = 100
    decisions.add(path, ['{"b": 2}'], what="it")
    assert path.read_text() == '{"a": 1}\n{"b": 2}\n'
