"""Parts: whole or not at all, and with the rows of a conversation together."""

from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

from upstander.model import batch
from upstander.storage import Case, Home, PartWriter, parts, sweep
from upstander.storage.scan import scan


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """An empty case."""
    return Home(tmp_path).new("A-1", title="A", now=datetime(2026, 1, 2, tzinfo=UTC))


def _rows(conversation: str, positions: range) -> pa.RecordBatch:
    number = len(positions)
    columns = {
        "message": [f"{conversation}-{position}" for position in positions],
        "conversation": [conversation] * number,
        "exhibit": ["e"] * number,
        "position": list(positions),
        "sent_at_written": ["12:00"] * number,
        "sent_at_precision": ["minute"] * number,
        "time_zone": ["UTC"] * number,
        "time_zone_basis": ["assumed"] * number,
        "kind": ["text"] * number,
        "author": ["A"] * number,
        "forwarded": [False] * number,
        "edited": [False] * number,
    }
    return batch("messages", columns, rows=number)


def _places(case: Case) -> list[tuple[str, int]]:
    return scan(case, "messages").select(pl.col("conversation").cast(pl.String), "position").collect().rows()


@pytest.mark.parametrize("held", [1, 6, 12, 17, 18])
def test_interleaved_conversations_are_put_together(case: Case, monkeypatch: pytest.MonkeyPatch, held: int) -> None:
    """Rows given as they came are kept conversation by conversation, in order, however few may be held at a time."""
    monkeypatch.setattr(import_module("upstander.storage.parts"), "SORTED_ROWS", held)
    with case.writing():
        writer = PartWriter(case, "e")
        for turn in range(3):
            for conversation in ("c", "a", "b"):
                writer.write("messages", _rows(conversation, range(turn * 2, turn * 2 + 2)))
        part = writer.finish(made_from="x", about={})
    assert part.tables["messages"]["rows"] == 18
    assert _places(case) == [(conversation, position) for conversation in "abc" for position in range(6)]


def test_a_column_that_came_later_is_unknown_in_an_earlier_table(case: Case) -> None:
    """A table without it is read all the same, as null of its type."""
    with case.writing():
        writer = PartWriter(case, "e")
        writer.write("messages", _rows("a", range(3)))
        part = writer.finish(made_from="x", about={})
    file = part.path / "messages.parquet"
    pl.read_parquet(file).drop("placeholder", "reply_to").write_parquet(file)
    told = scan(case, "messages").select("placeholder", "reply_to", "position").collect()
    assert told.schema == {"placeholder": pl.Boolean, "reply_to": pl.String, "position": pl.Int64}
    assert told.rows() == [(None, None, place) for place in range(3)]


def test_a_part_that_was_being_discarded_is_no_part(case: Case) -> None:
    """What is left of a part without its record is not read, and is swept away by the next writer."""
    with case.writing():
        writer = PartWriter(case, "e")
        writer.write("messages", _rows("c", range(4)))
        part = writer.finish(made_from="x", about={})
        assert len(_places(case)) == 4
        (part.path / "part.json").unlink()
        assert _places(case) == []
        sweep(case)
        assert not part.path.exists()
        assert list(parts(case)) == []


def test_an_unfinished_part_leaves_the_older_one(case: Case) -> None:
    """Until a part is finished, the one in its place stands as it was."""
    with case.writing():
        writer = PartWriter(case, "e")
        writer.write("messages", _rows("c", range(4)))
        writer.finish(made_from="x", about={})
        PartWriter(case, "e").write("messages", _rows("c", range(9)))
        assert len(_places(case)) == 4
    with case.writing():
        assert not (case.scratch / "part-e").exists()
        assert len(_places(case)) == 4
