"""Replays reviews that stop by each rule, and says which claims were true and what they cost.

    python -m benchmarks.review_certificate.run [--data FOLDER] [--rankings 10] [--streams 20] [--sets NAME,NAME]

Rankings are the program's own ranked reading. A ranking depends on its seed alone and not on what the stream draws, so
that many streams are drawn for each ranking: streams are what a claim's chance is about. Rankings are kept in the
user's cache folder, by what made them.
"""

import argparse
import json
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from benchmarks.ingest.run import cache_folder, machine
from benchmarks.review_certificate.default import both
from benchmarks.review_certificate.naive import buscar, in_a_row, knee
from benchmarks.review_certificate.page import tables, written
from benchmarks.review_certificate.plot import as_svg
from benchmarks.review_certificate.rankings import Ranking, Rankings, labelled, made_by
from benchmarks.review_certificate.rules import (
    Replay,
    Stop,
    again,
    final,
    fixed,
    passed_over,
    quantile,
    sized,
    watched,
)
from benchmarks.review_certificate.sets import SETS
from scipy.stats import binomtest

_RESULTS = Path(__file__).parent
_DOCS = _RESULTS.parents[1] / "docs"
TARGETS = (0.8, 0.9, 0.95)

#: The program's own way, as reading goes on and with a final sample.
DEFAULT = ("both (default), as it is typed", "both (default), with a final sample")
#: Rules that draw: told a stream and a recall.
DRAWING: Mapping[str, Callable[[Replay, float], Stop | None]] = {
    "watched": watched,
    "fixed, sized when yield falls": sized,
    "fixed, 5 % drawn": lambda replay, recall: fixed(replay, recall, 0.05),
    "fixed, 10 % drawn": lambda replay, recall: fixed(replay, recall, 0.1),
    "fixed, 20 % drawn": lambda replay, recall: fixed(replay, recall, 0.2),
    "fixed, 10 % drawn, 1 in 20 passed over": lambda replay, recall: passed_over(replay, recall, 0.1, 0.05),
    "both, and then fixed, 10 % drawn": lambda replay, recall: again(replay, recall, 0.05, 0.1),
    "quantile (QBCB), 10 % drawn": lambda replay, recall: quantile(replay, recall, 0.1),
    "quantile (QBCB), 20 % drawn": lambda replay, recall: quantile(replay, recall, 0.2),
    "final sample": final,
}
#: Rules that do not, one stop a ranking and recall; and those that know of no recall.
RANKED: Mapping[str, Callable[[Replay, float], Stop]] = {"buscar, p < 0.05": buscar}
NAIVE: Mapping[str, Callable[[Replay], Stop]] = {
    "knee, greatest ratio": knee,
    "knee, farthest point": lambda replay: knee(replay, farthest=True),
    "50 irrelevant in a row": lambda replay: in_a_row(replay, 50),
    "200 irrelevant in a row": lambda replay: in_a_row(replay, 200),
    "500 irrelevant in a row": lambda replay: in_a_row(replay, 500),
}


def main() -> None:
    """Make what rankings are absent, replay, and write the pages; sets that were not asked for stay as they were."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the labelled sets")
    parser.add_argument("--rankings", type=int, default=10, help="rankings of each set")
    parser.add_argument("--streams", type=int, default=20, help="random streams of each ranking")
    parser.add_argument("--sets", default=",".join(SETS), help="names of sets, with commas")
    parser.add_argument("--pages", action="store_true", help="only write the pages of what was measured before")
    given = parser.parse_args()
    kept = cache_folder() / "review_certificate"
    begun = time.process_time()
    results = _RESULTS / "results.json"
    for name in () if given.pages else given.sets.split(","):
        of = labelled(name, given.data)
        rankings = Rankings(of, kept)
        made_of = {"set": name, "data": of.digest, "queue": made_by()}
        found = made_of | _replayed([rankings(seed) for seed in range(given.rankings)], given.streams)
        # Read again: another run may have measured another set meanwhile.
        before = json.loads(results.read_text())["sets"] if results.exists() else []
        sets = {each["set"]: each for each in before} | {name: found}
        measured = {"machine": machine(), "sets": [sets[name] for name in SETS if name in sets]}
        results.write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
        print(f"{name}: {time.process_time() - begun:.0f} CPU s", file=sys.stderr, flush=True)
    measured = json.loads(results.read_text())
    page = written(measured)
    (_RESULTS / "results.md").write_text(tables(measured), encoding="utf-8")
    (_DOCS / "reference" / "certificate-accuracy.md").write_text(page, encoding="utf-8")
    (_DOCS / "pictures" / "certificate.svg").write_text(as_svg(measured), encoding="utf-8")
    print(page)


def _replayed(rankings: list[Ranking], streams: int) -> dict[str, Any]:
    stops: dict[tuple[str, float | None], list[Stop | None]] = defaultdict(list)
    best = []
    for place, made in enumerate(rankings):
        alone = Replay(made, None)
        best.append(int(np.argmax(alone.found >= TARGETS[0] * alone.total)) / alone.readings)
        for rule, naive in NAIVE.items():
            stops[rule, None].append(naive(alone))
        for recall in TARGETS:
            for rule, told in RANKED.items():
                stops[rule, recall].append(told(alone, recall))
        for stream in range(streams):
            replay = Replay(made, 1000 * place + stream)
            for rule, claims in zip(DEFAULT, both(replay, TARGETS), strict=True):
                for recall in TARGETS:
                    stops[rule, recall].append(claims[recall])
            for recall in TARGETS:
                for rule, drawing in DRAWING.items():
                    stops[rule, recall].append(drawing(replay, recall))
    return {
        "messages": alone.population,
        "readings": alone.readings,
        "rankings": len(rankings),
        "streams": streams,
        "relevant": alone.total,
        "best": float(np.mean(best)),
        "rules": [_summed(rule, recall, found) for (rule, recall), found in stops.items()],
    }


def _summed(rule: str, recall: float | None, stops: list[Stop | None]) -> dict[str, Any]:
    able = [stop for stop in stops if stop is not None]
    row: dict[str, Any] = {"rule": rule, "recall": recall, "replays": len(stops), "able": len(able)}
    if not able:
        return row
    row |= {
        "effort": float(np.mean([stop.effort for stop in able])),
        "reached": float(np.mean([stop.recall for stop in able])),
        "least": float(min(stop.recall for stop in able)),
        "drawn": float(np.mean([stop.drawn for stop in able])),
    }
    if recall is None:
        row["below"] = sum(stop.recall < TARGETS[0] - 1e-9 for stop in able)
    else:
        missed = sum(stop.recall < recall - 1e-9 for stop in able)
        interval = binomtest(missed, len(able)).proportion_ci(0.95, method="exact")
        row |= {"missed": missed, "low": float(interval.low), "high": float(interval.high)}
    return row


if __name__ == "__main__":
    main()
