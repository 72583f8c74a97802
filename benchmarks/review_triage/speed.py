"""Scores a great many messages in a process of its own and says what it took.

python -m benchmarks.review_triage.speed DATA chat|long COUNT
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import polars as pl
from benchmarks.review_triage.held import conda, edos_texts

from upstander.review.triage import shipped

__all__ = ["chat", "long"]


def chat(data: Path, count: int) -> pl.Series:
    """Lines like those of a chat: the first words of one line of CONDA and the last of another, by chance."""
    lines = conda(data).drop_nulls()
    words = [text.split() for text in lines]
    random = np.random.default_rng(1)
    first, last = random.integers(0, len(words), (2, count))
    return pl.Series(
        [
            " ".join(words[one][: (len(words[one]) + 1) // 2] + words[two][(len(words[two]) + 1) // 2 :])
            for one, two in zip(first, last, strict=True)
        ]
    )


def long(data: Path, count: int) -> pl.Series:
    """Texts as long as EDOS's, each other than the rest by a number."""
    texts = edos_texts(data)
    return pl.Series([f"{texts[place % len(texts)]} {place}" for place in range(count)])


def main() -> None:
    """Measure and print."""
    data, kind, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    texts = {"chat": chat, "long": long}[kind](data, count)
    model = shipped()
    before, peak = time.process_time(), _peak()
    scores = model.score(texts)
    seconds = time.process_time() - before
    print(
        json.dumps(
            {
                "kind": kind,
                "messages": count,
                "distinct": texts.n_unique(),
                "words": float(texts.str.split(" ").list.len().mean()),  # type: ignore[arg-type]
                "bytes": int(texts.str.len_bytes().sum()),
                "cpu_seconds": seconds,
                "per_cpu_second": count / seconds,
                "held_bytes": peak,
                "peak_bytes": _peak(),
                "sum": float(scores.sum()),
            }
        )
    )


def _peak() -> int:
    for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) * 1024
    return 0


if __name__ == "__main__":
    main()
