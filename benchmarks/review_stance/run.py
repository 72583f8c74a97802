"""Measures the stance model and writes docs/reference/stance-accuracy.md: `just bench-stance`.

The shipped weights are read as they are. What the sets without a licence of their own would give is measured by models
that are trained here and thrown away.
"""

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl
from benchmarks.ingest.run import machine
from benchmarks.review_stance.measures import Measured, curve, measured
from benchmarks.review_stance.page import page
from benchmarks.review_stance.plot import as_svg
from benchmarks.stance_training import sets
from benchmarks.stance_training.fitting import features, fit, stances
from benchmarks.stance_training.sets import Reply
from benchmarks.stance_training.train import allowed

from upstander.review.stance.model import Model, shipped

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Measure, and write the results, the page and the picture."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data", help="folder of the labelled sets")
    given = parser.parse_args()
    model = shipped()
    tests = {
        "Yu 2023": sets.yu(given.data),
        "ToxiChat test": [row for row in sets.toxichat(given.data, "test", bots=False) if row.counts],
        "counter-context test": sets.counter_context(given.data, "test"),
    }
    curves = {name: curve(_likely(model, rows), stances(rows)) for name, rows in tests.items()}
    found: dict[str, Any] = {
        "machine": machine(),
        "threshold": model.threshold,
        "shipped": {name: _plain(measured(_likely(model, rows), stances(rows))) for name, rows in tests.items()},
        "own_data": _own(given.data, tests),
        "curves": {name: [asdict(point) for point in points] for name, points in curves.items()},
        "italian": _italian(model, sets.bystanders(given.data)),
        "english": {
            name: float(model.speaks(pl.Series([row.reply for row in rows])).mean()) for name, rows in tests.items()
        },
        "microseconds": _speed(model, tests["Yu 2023"]),
    }
    folder = Path(__file__).parent
    (folder / "results.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    written = page(found)
    (folder / "results.md").write_text(written.replace("](../pictures/", "](../../docs/pictures/"), encoding="utf-8")
    (ROOT / "docs/reference/stance-accuracy.md").write_text(written, encoding="utf-8")
    (ROOT / "docs/pictures/stance.svg").write_text(as_svg(curves) + "\n", encoding="utf-8")
    print(written)


def _own(data: Path, tests: dict[str, list[Reply]]) -> dict[str, Any]:
    """The same kind of model on what may not be shipped: each set by its own training part, ToxiChat by all of them."""
    yu = tests["Yu 2023"]
    counter = sets.counter_context(data, "train") + sets.counter_context(data, "val")
    gold, test = tests["counter-context test"], tests["ToxiChat test"]
    return {
        "Yu 2023": _plain(measured(fit(yu)[1], stances(yu))),
        "ToxiChat test": _plain(measured(_likely(fit(allowed(data) + yu)[0], test), stances(test))),
        "counter-context test": _plain(measured(_likely(fit(counter)[0], gold), stances(gold))),
    }


def _likely(model: Model, rows: Sequence[Reply]) -> Any:
    return model.weighed(features(rows))


def _plain(one: Measured) -> dict[str, Any]:
    return asdict(one)


def _italian(model: Model, rows: Sequence[Reply]) -> dict[str, Any]:
    """The role-plays: how many replies the model has words for, and what it makes of those."""
    told = stances(rows)
    known = model.speaks(pl.Series([row.reply for row in rows]))
    likely = _likely(model, rows)
    shown = known & (likely.max(axis=1) >= model.threshold)
    right = likely.argmax(axis=1) == told
    one = measured(likely, told)
    return {
        "replies": len(rows), "known": int(known.sum()), "shown": int(shown.sum()),
        "right": int(right[shown].sum()), "apart": one.apart,
    }  # fmt: skip


def _speed(model: Model, rows: Sequence[Reply]) -> float:
    """Microseconds of CPU a reply, from text to probabilities."""
    replies, parents = pl.Series([row.reply for row in rows]), pl.Series([row.parent for row in rows])
    began = time.process_time()
    model.likelihoods(replies, parents)
    return 1e6 * (time.process_time() - began) / len(rows)


if __name__ == "__main__":
    main()
