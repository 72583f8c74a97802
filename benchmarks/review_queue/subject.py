"""One measurement, in a process of its own, as JSON on stdout: `recall NAME SEEDS DATA` or `speed SIZE DATA`."""

import json
import sys
import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.review_certificate.sets import SETS
from benchmarks.review_queue.prior import SEARCH, prior

from upstander.review.codings import Via
from upstander.review.queue.matrix import matrix
from upstander.review.queue.reading import Queue
from upstander.review.queue.words import hits
from upstander.review.simulation.replay import replay

_AT = (500, 1_000, 2_000, 4_000, 8_000)


def main() -> None:
    """Measure what the arguments ask for."""
    verb, name, *rest = sys.argv[1:]
    found = speed(int(name), Path(rest[0])) if verb == "speed" else recall(name, int(rest[0]), verb, Path(rest[1]))
    print(json.dumps(found))


def recall(name: str, seeds: int, how: str, folder: Path) -> dict[str, Any]:
    """Recall at the checkpoints and effort, the mean of several seeds; no random stream unless `how` is `stream`."""
    texts, relevant = SETS[name](folder)
    began = time.process_time()
    features = matrix(texts.cast(pl.String))
    ready = time.process_time() - began
    seeded = how == "seeded"
    first_ranking = prior(texts, folder) if seeded else None
    found = hits(texts, SEARCH) if seeded else np.zeros(0, np.int64)
    total = int(relevant.sum())
    runs = []
    for seed in range(seeds):
        draw = np.random.default_rng(seed)
        one = [int(draw.choice(np.flatnonzero(relevant))), int(draw.choice(np.flatnonzero(~relevant)))]
        made = replay(
            features,
            relevant,
            seed=seed,
            first=() if how in ("seeded", "cold") else np.array(one),
            hits=found,
            prior=first_ranking,
            every=10 if how == "stream" else 0,
            until=1_000 if how in ("seeded", "cold") else None,
            watch=lambda state: len(state.read) >= 8_000 and int(relevant[state.read].sum()) >= 0.95 * total,
        )
        gained = np.cumsum(relevant[made.read]) / total
        upto = (
            replay(features, relevant, seed=seed, first=np.array(one), every=0, until=8_000).seconds if not seed else 0
        )
        runs.append(
            {
                "recall": {at: float(gained[at - 1]) for at in _AT if at <= len(gained)},
                "effort": {
                    share: (int(np.searchsorted(gained, share)) + 1) / len(texts)
                    for share in (0.5, 0.8, 0.95)
                    if gained[-1] >= share
                },
                "seconds": upto,
            }
        )
    mean = {
        part: {key: float(np.mean([run[part][key] for run in runs])) for key in runs[0][part]}
        for part in ("recall", "effort")
    }
    return {
        "set": name,
        "how": how,
        "messages": len(texts),
        "relevant": total,
        "seeds": seeds,
        "features": ready,
        "seconds": runs[0]["seconds"],
        **mean,
    }


def speed(size: int, folder: Path) -> dict[str, Any]:
    """Time and memory over made chat messages with the threats of EDOS among them."""
    texts, relevant = SETS["EDOS threats"](folder)
    threats = texts.filter(pl.Series(relevant))
    everything = pl.concat([_chat(texts.filter(pl.Series(~relevant)), size - len(threats)), threats])
    truth = np.arange(len(everything)) >= len(everything) - len(threats)
    del texts
    before = _memory("VmRSS")
    began = time.process_time()
    features = matrix(everything)
    ready = time.process_time() - began
    draw = np.random.default_rng(0)
    one = np.array([int(draw.choice(np.flatnonzero(truth))), 0])
    made = replay(features, truth, seed=0, first=one, until=2_000, cap=50 if size <= 100_000 else 200)
    gained = np.cumsum(truth[made.read]) / truth.sum()
    return {
        "messages": len(everything),
        "characters": float(everything.str.len_chars().mean() or 0),  # type: ignore[arg-type]
        "features": ready,
        "ranking": float(np.median(made.rankings[5:])),
        "slowest": float(np.quantile(made.rankings[5:], 0.95)),
        "recall": {at: float(gained[at - 1]) for at in (500, 1_000, 2_000)},
        "before": before,
        "peak": _memory("VmHWM"),
        **_beside(features, truth),
    }


def _beside(features: Any, truth: Any) -> dict[str, float]:
    """Milliseconds that a reviewer waits for the next message while a ranking is made beside the reading."""
    waits, wall = [], []
    with ThreadPoolExecutor(1) as executor:
        queue = Queue(features, seed=0, executor=executor)
        queue.said(len(truth) - 1, True, Via.SEARCH)
        queue.said(0, False, Via.SEARCH)
        for _ in range(200):
            began = time.perf_counter()
            own = time.thread_time()
            item = queue.next("A")
            waits.append((time.thread_time() - own) * 1000)
            wall.append((time.perf_counter() - began) * 1000)
            if item is None:
                break
            queue.said(item.place, bool(truth[item.place]), item.via)
            time.sleep(0.02)
    # The first ranking of all is waited for: there is nothing to show before it.
    rest, walls = waits[1:], wall[1:]
    return {
        "next": float(np.median(rest)),
        "next_worst": float(np.max(rest)),
        "next_wall": float(np.median(walls)),
        "next_wall_95": float(np.quantile(walls, 0.95)),
    }


def _chat(texts: pl.Series, size: int) -> pl.Series:
    """Short lines as a chain of word pairs of the texts makes them; the same each time."""
    draw = np.random.default_rng(20_261_126)
    follows: dict[str, list[str]] = defaultdict(list)
    for text in texts:
        for before, word in pairwise(["", *text.split(), ""]):
            follows[before].append(word)
    chances = iter(draw.random(size * 14).tolist())
    lines = []
    for length in draw.integers(2, 14, size).tolist():
        line, word = [], ""
        for _ in range(length):
            after = follows[word]
            word = after[int(next(chances) * len(after))]
            if not word:
                break
            line.append(word)
        lines.append(" ".join(line))
    return pl.Series(lines)


def _memory(name: str) -> int:
    """Bytes that this process holds, or held at most."""
    line = next(line for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines() if name in line)
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    main()
