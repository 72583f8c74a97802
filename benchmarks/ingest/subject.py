"""What this project does, as one process a measurement; the last line printed is JSON with what was found.

python -m benchmarks.ingest.subject parse FILE
python -m benchmarks.ingest.subject ingest FILE HOME
python -m benchmarks.ingest.subject window HOME
python -m benchmarks.ingest.subject rows FILE        sqlite3 alone
"""

import json
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

__all__ = ["main"]

#: The columns that a message of a chat has a value in; all of the table's columns would make it look slow.
_ROWS = (
    "SELECT _id, chat_row_id, from_me, key_id, sender_jid_row_id, status, timestamp, received_timestamp,"
    " receipt_server_timestamp, message_type, text_data, sort_id FROM message"
)


def parse(path: Path) -> dict[str, Any]:
    """Read one document with the source that knows it: every row made, none kept."""
    import pyarrow.compute as pc

    from upstander.evidence.document import Document, ExhibitFile
    from upstander.evidence.sources import Reading, Source

    with tempfile.TemporaryDirectory() as scratch:
        # The digest is not asked for here: hashing is measured with the whole ingest.
        file = ExhibitFile(path.name, path, "0" * 64)
        document = Document(file=file, siblings={path.name: file}, scratch=Path(scratch))
        name = "whatsapp_android" if document.head.startswith(b"SQLite format 3") else "whatsapp_text"
        source: Source = import_module(f"upstander.evidence.sources.{name}").SOURCE
        source.recognise(document)
        found = {"authored": 0, "system": 0, "participants": 0, "warnings": 0, "receipts": 0}
        for rows in source.read(document, Reading(time_zone="Europe/London")):
            if rows.table == "messages":
                kinds = rows.batch.column("kind")
                place = kinds.dictionary.index("system").as_py()
                system = pc.sum(pc.equal(kinds.indices, place)).as_py() if place >= 0 else 0
                found["system"] += system or 0
                found["authored"] += rows.batch.num_rows - (system or 0)
            elif rows.table in found:
                found[rows.table] += rows.batch.num_rows
    return found


def ingest(path: Path, home: Path) -> dict[str, Any]:
    """Hash, store, parse and write one exhibit into a new case."""
    from upstander.evidence.intake import Handed
    from upstander.stages import ingest as run
    from upstander.storage import Home

    now = datetime(2018, 3, 1, tzinfo=UTC)
    case = Home(home).new("B-1", title="benchmark", now=now)
    made = run(case, [path], Handed(time_zone="Europe/London"), now=now, progress=lambda *_: None).manifest
    size = sum(file.stat().st_size for file in case.tables.rglob("*.parquet"))
    return {"messages": made.tables["messages"]["rows"], "tables_bytes": size}


def window(home: Path) -> dict[str, Any]:
    """Read windows of one conversation, 200 messages each, out of an ingested case."""
    import polars as pl

    from upstander.storage import Home
    from upstander.storage.scan import scan

    case = Home(home).open("B-1")
    conversation = scan(case, "conversations").select("conversation").collect().item(0, 0)
    total = scan(case, "messages").select(pl.len()).collect().item()
    by_position, by_time = [], []
    for turn in range(20):
        first = total * turn // 20
        begin = time.perf_counter()
        asked = (pl.col("conversation") == conversation) & pl.col("position").is_between(first, first + 199)
        frame = scan(case, "messages").filter(asked).collect()
        by_position.append(time.perf_counter() - begin)
        assert frame.height == min(200, total - first)  # noqa: S101 - a window that is wrong is not fast
        start, end = frame["sent_at"].min(), frame["sent_at"].max()
        begin = time.perf_counter()
        asked = (pl.col("conversation") == conversation) & pl.col("sent_at").is_between(start, end)
        columns = ["message", "author", "text", "sent_at", "kind"]
        scan(case, "messages").filter(asked).select(columns).collect()
        by_time.append(time.perf_counter() - begin)
    return {
        "rows": total,
        "window_ms": statistics.median(by_position) * 1000,
        "window_by_time_ms": statistics.median(by_time) * 1000,
    }


def rows(path: Path) -> dict[str, Any]:
    """Fetch the message rows of a msgstore.db with Python's sqlite3 and do nothing with them."""
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        fetched = connection.execute(_ROWS).fetchall()
    return {"authored": len(fetched)}


def main(arguments: list[str]) -> None:
    """Do one of the four."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `upstander` does (cli/boundary.py)
    verb, *paths = arguments
    work: Any = {"parse": parse, "ingest": ingest, "window": window, "rows": rows}[verb]
    print(json.dumps(work(*map(Path, paths))))


if __name__ == "__main__":
    main(sys.argv[1:])
