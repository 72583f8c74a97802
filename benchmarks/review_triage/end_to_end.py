"""`upstander triage` on a case of a great many messages: from the case on disk to the table of scores and the answer.

python -m benchmarks.review_triage.end_to_end DATA FOLDER COUNT

The case is made in FOLDER where it is absent: chat-like messages in groups of 20,000, as one Telegram export, one in
twelve of them an answer. Prints what the command took, as a process of its own.
"""

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks.ingest.measure import Tool, measure

from upstander.review.triage import card
from upstander.storage import Home
from upstander.storage.scan import collect, scan

__all__ = ["measured"]

_GROUP = 20_000
_NOW = datetime(2020, 1, 1, tzinfo=UTC)
_START = 1_420_070_400


def measured(data: Path, folder: Path, count: int) -> dict[str, Any]:
    """What `upstander triage --json` takes on a case of so many messages that was never triaged."""
    whole = folder / f"made-{count}"
    if not whole.exists():
        done = measure(Tool("make", [sys.executable, "-m", __spec__.name, str(data), str(folder), str(count), "make"]))
        assert done.found["messages"] == count  # noqa: S101 - a case that lacks messages must not look fast
    asked = folder / "asked"
    shutil.rmtree(asked, ignore_errors=True)
    shutil.copytree(whole, asked)
    command = [sys.executable, "-m", "upstander", "triage", "T-1", "--json"]
    run = measure(Tool("triage", command, {"UPSTANDER_HOME": str(asked)}, tells=False))
    scored = collect(scan(Home(asked).open("T-1"), "scores").select(pl.col("message").n_unique(), pl.len()))
    assert scored.row(0) == (count, count * len(card()["heads"]))  # noqa: S101 - as above
    size = sum(path.stat().st_size for path in asked.rglob("scores*.parquet"))
    shutil.rmtree(asked)
    return {
        "messages": count,
        "cpu_seconds": run.cpu,
        "wall_seconds": run.wall,
        "per_cpu_second": count / run.cpu,
        "peak_bytes": run.peak,
        "table_bytes": size,
    }


def _make(data: Path, folder: Path, count: int) -> None:
    from benchmarks.review_triage.speed import chat

    from upstander.evidence.intake import Handed
    from upstander.stages import ingest

    export = folder / f"export-{count}"
    export.mkdir(parents=True, exist_ok=True)
    texts = chat(data, count).to_list()
    groups = [
        {
            "name": f"Group {first // _GROUP}",
            "type": "private_group",
            "id": 1000 + first // _GROUP,
            "messages": [_message(place, text) for place, text in enumerate(texts[first : first + _GROUP], start=1)],
        }
        for first in range(0, count, _GROUP)
    ]
    (export / "result.json").write_text(json.dumps({"chats": {"list": groups}}), encoding="utf-8")
    making = folder / f"making-{count}"
    shutil.rmtree(making, ignore_errors=True)
    case = Home(making).new("T-1", title="Made", now=_NOW)
    handed = Handed(custodian="Phone", reference="P/1", time_zone="Europe/London")
    ingest(case, [export / "result.json"], handed, now=_NOW, progress=lambda *_: None)
    shutil.rmtree(export)
    making.rename(folder / f"made-{count}")


def _message(number: int, text: str) -> dict[str, Any]:
    row = {"id": number, "type": "message", "date": "2015-01-01T00:00:00", "from": f"Member {number % 30}"}
    row |= {"from_id": f"user{number % 30}", "date_unixtime": str(_START + 90 * number), "text": text}
    return row | ({"reply_to_message_id": number - 1 - number % 5} if number % 12 == 6 else {})


def main() -> None:
    """Measure and print; or only make the case."""
    data, folder, count = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    if sys.argv[4:] == ["make"]:
        _make(data, folder, count)
        print(json.dumps({"messages": count}))
    else:
        print(json.dumps(measured(data, folder, count)))


if __name__ == "__main__":
    main()
