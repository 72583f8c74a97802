"""What is measured, as one process a measurement; the last line printed is JSON with what was found.

python -m benchmarks.reconcile.subject fill HOME KIND MESSAGES     a case without reading a file; not measured
python -m benchmarks.reconcile.subject reconcile HOME              reconcile it, as often as asked
python -m benchmarks.reconcile.subject match HOME                  the matching alone, timed within the process
python -m benchmarks.reconcile.subject judge HOME KIND MESSAGES    hold the result against the truth; not measured
python -m benchmarks.reconcile.subject files FOLDER MESSAGES       the text pair as files, and its truth; not measured
python -m benchmarks.reconcile.subject pair HOME FILE FILE         ingest two files and reconcile them
python -m benchmarks.reconcile.subject counts HOME                 what came of that; not measured
"""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from upstander.storage import Case

__all__ = ["main"]

_NOW = datetime(2021, 1, 1, tzinfo=UTC)
_CASE = "B-1"


def fill(home: str, kind: str, messages: str) -> dict[str, Any]:
    """Fill a new case."""
    from benchmarks.reconcile.speed import operation
    from benchmarks.reconcile.tables import fill as fill_case

    from upstander.storage import Home

    case = Home(Path(home)).new(_CASE, title="benchmark", now=_NOW)
    truths = fill_case(case, operation(kind, int(messages)), now=_NOW)
    return {"sightings": sum(len(truth.number) for truth in truths)}


def reconcile(home: str) -> dict[str, Any]:
    """Reconcile the case, from nothing."""
    from benchmarks.reconcile.running import reconcile as run

    from upstander.storage import Home

    case = Home(Path(home)).open(_CASE)
    run(case)
    return _written(case)


def match(home: str) -> dict[str, Any]:
    """CPU seconds of the matching alone, from columns in memory."""
    from benchmarks.reconcile.running import matching_seconds

    from upstander.storage import Home

    return {"matching": matching_seconds(Home(Path(home)).open(_CASE))}


def judge(home: str, kind: str, messages: str) -> dict[str, Any]:
    """Hold the case against the truth."""
    from benchmarks.reconcile.score import score
    from benchmarks.reconcile.speed import operation
    from benchmarks.reconcile.tables import truth_of

    from upstander.storage import Home

    made = operation(kind, int(messages))
    truths = [truth_of(made, index) for index in range(len(made.phones))]
    got = score(Home(Path(home)).open(_CASE), truths)
    pairs = got.messages
    return {"precision": pairs.precision, "recall": pairs.recall, "wrong": pairs.found - pairs.right}


def files(folder: str, messages: str) -> dict[str, Any]:
    """Write the first two captures of the text operation; gives how many messages they hold together."""
    import numpy as np
    from benchmarks.reconcile.exports import write
    from benchmarks.reconcile.held import held
    from benchmarks.reconcile.speed import operation

    made = operation("text", int(messages))
    paths = [write(made, index, Path(folder) / str(index)) for index in (0, 1)]
    authored = [held(made, index).items for index in (0, 1)]
    authored = [items[made.authored[items]] for items in authored]
    union = len(np.union1d(*authored))
    return {
        "paths": [str(path.relative_to(folder)) for path in paths],
        "zones": [made.phones[index].told for index in (0, 1)],
        "sightings": sum(map(len, authored)),
        "messages": union,
    }


def pair(home: str, *paths: str) -> dict[str, Any]:
    """Ingest files that stand beside each other and reconcile them."""
    from benchmarks.reconcile.running import reconcile as run
    from benchmarks.reconcile.speed import operation

    from upstander.evidence.intake import Handed
    from upstander.stages import ingest
    from upstander.storage import Home

    phones = operation("text", 100).phones
    case = Home(Path(home)).new(_CASE, title="benchmark", now=_NOW)
    for index, path in enumerate(paths):
        handed = Handed(time_zone=phones[index].told, reference=f"MC/{index + 1}")
        ingest(case, [Path(path)], handed, now=_NOW, progress=lambda *_: None)
    run(case)
    return _written(case)


def _written(case: "Case") -> dict[str, Any]:
    """Rows that were written, by the part's own record: counting them costs the measured process nothing."""
    from upstander.storage import parts

    (part,) = (part for part in parts(case) if part.name == "reconciled")
    return {name: part.tables.get(name, {"rows": 0})["rows"] for name in ("sightings", "gaps")}


def counts(home: str) -> dict[str, Any]:
    """Authored sightings of the case, and the messages that they are."""
    import polars as pl

    from upstander.storage import Home
    from upstander.storage.scan import scan

    case = Home(Path(home)).open(_CASE)
    authored = scan(case, "messages").filter(pl.col("kind").cast(pl.String) != "system").select(sighting="message")
    counted = (
        scan(case, "sightings").join(authored, on="sighting", how="semi").select(
            sightings=pl.len(), rows=pl.col("lead").sum()
        )
    ).collect()  # fmt: skip
    return {"sightings": counted["sightings"].item(), "rows": counted["rows"].item()}


def main(arguments: list[str]) -> None:
    """Do one of the seven."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as `upstander` does (cli/boundary.py)
    verb, *given = arguments
    work: Any = {
        "fill": fill,
        "reconcile": reconcile,
        "match": match,
        "judge": judge,
        "files": files,
        "pair": pair,
        "counts": counts,
    }[verb]
    print(json.dumps(work(*given)))


if __name__ == "__main__":
    main(sys.argv[1:])
