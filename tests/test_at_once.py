"""Commands that run at once on one case wait for each other where they must, and none fails or spoils anything."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Sequence

import polars as pl
import pyarrow as pa
from tests.review.conftest import CaseOf, case_of

from upstander.evidence.standing import CODINGS
from upstander.model import batch
from upstander.stages import review
from upstander.storage import Case, PartWriter, parts
from upstander.storage.scan import collect, scan

__all__ = ["case_of"]

PROGRAM = [sys.executable, "-c", "import sys; from upstander.cli import main; sys.exit(main())"]
TALK = [("Ash", f"line {number} of a long talk") for number in range(300)]


def at_once(case: Case, *commands: Sequence[str]) -> list[dict[str, object]]:
    """Start commands together, in processes of their own; gives what each answers, none of which may fail."""
    environment = os.environ | {"UPSTANDER_WAIT": "120"}
    home = ["--home", str(case.path.parent), "--json"]
    started = [
        subprocess.Popen(
            [*PROGRAM, *command, *home], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment, text=True
        )
        for command in commands
    ]
    answers = []
    for process, command in zip(started, commands, strict=True):
        out, err = process.communicate(timeout=240)
        assert process.returncode == 0, (command, err)
        answers.append(json.loads(out))
    return answers


def test_searches_and_triage_at_once(case_of: CaseOf) -> None:
    """The index is made once; a ranking that runs meanwhile and the searches wait for each other."""
    case = case_of(TALK)
    found = at_once(
        case, ["search", "C-1", "talk"], ["search", "C-1", "talk"], ["triage", "C-1"], ["search", "C-1", "talk"]
    )
    assert [answer["count"] for answer in (found[0], found[1], found[3])] == [300, 300, 300]
    assert {part.name for part in parts(case)} >= {"scores", "reconciled"}
    assert not (case.path / "scratch").exists()


def test_coders_and_readers_at_once(case_of: CaseOf) -> None:
    """Two who code and two who read the table: every line is there whole, and the table is of all of them."""
    case = case_of(TALK)
    handed = case.path.parent / "many.csv"
    handed.write_text("message,code,applies\n" + "".join(f"{number},joke,no\n" for number in range(1, 301)))
    at_once(
        case,
        ["code", "C-1", "--from", str(handed), "--by", "R"],
        ["code", "C-1", "7", "joke", "--by", "S"],
        ["codings", "C-1"],
        ["certificate", "C-1", "--code", "joke"],
    )
    review.codings(case)
    rows = collect(scan(case, "codings"))
    assert rows.height == 301
    assert rows["sequence"].to_list() == list(range(1, 302))


def test_a_part_is_read_while_it_is_replaced(case_of: CaseOf) -> None:
    """Whoever reads sees the older or the newer rows, and never none; nothing of the older stays."""
    case = case_of(TALK[:3])
    review.codings(case)
    sample = collect(scan(case, "sightings"))
    stop, seen = threading.Event(), []

    def look() -> None:
        while not stop.is_set():
            seen.append(collect(scan(case, "warnings").select(pl.len(), pl.col("ordinal").sum())).row(0))

    readers = [threading.Thread(target=look) for _ in range(2)]
    rows = collect(scan(case, "warnings"))
    sums = [(rows.height + made, rows["ordinal"].sum() + sum(range(made))) for made in (5, 500)]
    with case.writing():
        for number in range(60):
            writer = PartWriter(case, "probe")
            writer.write("warnings", _warnings((5, 500)[number % 2]))
            writer.finish(made_from="", about={})
            if not number:
                for reader in readers:
                    reader.start()
        stop.set()
        for reader in readers:
            reader.join()
    assert len(seen) > 5
    assert set(seen) <= set(sums)
    assert sample.equals(collect(scan(case, "sightings")))
    assert [path.name for path in case.tables.iterdir() if path.name.endswith("~")] == []
    # A machine that stopped between the two left the older part alone: it is the part.
    (case.tables / CODINGS).rename(case.tables / f"{CODINGS}~")
    assert CODINGS in {part.name for part in parts(case)}
    assert collect(scan(case, "codings")).is_empty()


def _warnings(rows: int) -> pa.RecordBatch:
    columns = {"ordinal": list(range(rows)), "kind": ["fault"] * rows, "detail": ["invented"] * rows}
    return batch("warnings", columns, rows=rows)
