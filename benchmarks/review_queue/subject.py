"""One measurement, in a process of its own, as JSON on its last line.

python -m benchmarks.review_queue.subject recall SET SEEDS STREAM DATA
python -m benchmarks.review_queue.subject cold SET SEEDS MODEL DATA
python -m benchmarks.review_queue.subject replay SET LABELS SEED DATA
python -m benchmarks.review_queue.subject scale FILE DECISIONS
"""

import json
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.review_certificate.sets import SETS
from benchmarks.review_queue.seeds import SEARCH, prior

from upstander.review.codings import Via
from upstander.review.queue.matrix import Matrix, matrix
from upstander.review.queue.reading import EVERY, Queue
from upstander.review.queue.words import hits
from upstander.review.simulation.replay import replay

__all__ = ["AT", "SHARES", "known", "main"]

AT = (500, 1_000, 2_000, 4_000, 8_000)
SHARES = (0.5, 0.8, 0.95)

Flags = npt.NDArray[np.bool_]


def main() -> None:
    """Measure what the arguments ask for."""
    verb, *rest = sys.argv[1:]
    verbs: dict[str, Callable[..., dict[str, Any]]]
    verbs = {"recall": recall, "cold": cold, "replay": replayed, "scale": scale}
    print(json.dumps(verbs[verb](*rest)))


def known(relevant: Flags, seed: int) -> npt.NDArray[np.int64]:
    """One relevant message and one other, drawn by the seed: what is known beforehand."""
    draw = np.random.default_rng(seed)
    return np.array([draw.choice(np.flatnonzero(relevant)), draw.choice(np.flatnonzero(~relevant))])


def recall(name: str, seeds: str, stream: str, data: str) -> dict[str, Any]:
    """Recall at the checkpoints and effort by seed, from one relevant message and one other."""
    texts, relevant = SETS[name](Path(data))
    features = matrix(texts.cast(pl.String))
    total = int(relevant.sum())
    runs = []
    for seed in range(int(seeds)):
        made = replay(
            features,
            relevant,
            seed=seed,
            first=known(relevant, seed),
            every=EVERY if stream == "stream" else 0,
            watch=lambda state: len(state.read) >= AT[-1] and int(relevant[state.read].sum()) >= SHARES[-1] * total,
        )
        gained = np.cumsum(relevant[made.read]) / total
        efforts = [(int(np.searchsorted(gained, share - 1e-9)) + 1) / len(texts) for share in SHARES]
        runs.append({"recall": _at(gained), "effort": efforts, "seconds": made.seconds, "read": len(made.read)})
    return {"messages": len(texts), "relevant": total, "runs": runs}


def cold(name: str, seeds: str, model: str, data: str) -> dict[str, Any]:
    """Recall of the first thousand from nothing, from a search, from a first ranking, and from both."""
    texts, relevant = SETS[name](Path(data))
    features = matrix(texts)
    found = hits(texts, SEARCH)
    heads = {"threat": prior(texts, Path(model), "threat"), "surest": prior(texts, Path(model), None)}
    ways: dict[str, tuple[bool, str | None]] = {
        "nothing": (False, None),
        "search": (True, None),
        "first ranking (its surest head)": (False, "surest"),
        "first ranking (its head for threats)": (False, "threat"),
        "both (surest head)": (True, "surest"),
        "both (head for threats)": (True, "threat"),
    }
    told: dict[str, Any] = {}
    for way, (searched, head) in ways.items():
        told[way] = []
        for seed in range(int(seeds)):
            made = replay(
                features,
                relevant,
                seed=seed,
                hits=np.random.default_rng([seed, 3]).permutation(found) if searched else (),
                prior=None if head is None else heads[head],
                every=0,
                until=AT[1],
            )
            told[way].append(_at(np.cumsum(relevant[made.read]) / relevant.sum()))
    return {
        "messages": len(texts),
        "relevant": int(relevant.sum()),
        "hits": len(found),
        "relevant_hits": int(relevant[found].sum()),
        "ways": told,
    }


def replayed(name: str, labels: str, seed: str, data: str) -> dict[str, Any]:
    """One replay from the same two messages as the peer's, with everything that it takes from the file on."""
    texts, relevant = SETS[name](Path(data))
    began = time.process_time()
    features = matrix(texts.cast(pl.String))
    ready = time.process_time() - began
    made = replay(features, relevant, seed=int(seed), first=known(relevant, int(seed)), every=0, until=int(labels))
    return {"labels": relevant[made.read].astype(int).tolist(), "features": ready, "reading": made.seconds}


def scale(file: str, decisions: str) -> dict[str, Any]:
    """Time and memory of a queue over many messages, in processor seconds, from one threat and one other."""
    table = pl.read_parquet(file)
    texts, truth = table["text"], table["relevant"].to_numpy()
    del table
    began = time.process_time()
    features = matrix(texts)
    queue = Queue(features, seed=0)
    queue.order()
    ready = time.process_time() - began
    made = replay(features, truth, seed=0, first=known(truth, 0), every=0, cap=200, until=int(decisions))
    gained = np.cumsum(truth[made.read]) / truth.sum()
    # The first one loads the libraries.
    rankings = made.rankings[1:]
    return {
        "messages": len(texts),
        "characters": float(texts.str.len_chars().mean() or 0),  # type: ignore[arg-type]
        "ready": ready,
        "rankings": len(rankings),
        "ranking": float(np.median(rankings)),
        "ranking_95": float(np.quantile(rankings, 0.95)),
        "recall": _at(gained),
        **_beside(features, truth),
    }


def _beside(features: Matrix, truth: Flags) -> dict[str, float]:
    """Milliseconds that a reviewer waits for the next message while a ranking is made beside the reading."""
    waits, wall = [], []
    with ThreadPoolExecutor(1) as executor:
        queue = Queue(features, seed=0, executor=executor)
        queue.said(len(truth) - 1, True, Via.SEARCH)
        queue.said(0, False, Via.SEARCH)
        queue.next("A")
        for _ in range(200):
            began, own = time.perf_counter(), time.thread_time()
            item = queue.next("A")
            waits.append((time.thread_time() - own) * 1000)
            wall.append((time.perf_counter() - began) * 1000)
            if item is None:
                break
            queue.said(item.place, bool(truth[item.place]), item.via)
            time.sleep(0.02)
    return {
        "next": float(np.median(waits)),
        "next_95": float(np.quantile(waits, 0.95)),
        "next_wall_95": float(np.quantile(wall, 0.95)),
    }


def _at(gained: npt.NDArray[np.float64]) -> dict[str, float]:
    return {str(at): float(gained[at - 1]) for at in AT if at <= len(gained)}


if __name__ == "__main__":
    main()
