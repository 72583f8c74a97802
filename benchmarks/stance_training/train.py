"""Trains the shipped weights: `just train-stance`. The threshold is chosen on threads that no model had seen."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from benchmarks.stance_training.fitting import fit, stances
from benchmarks.stance_training.sets import Reply, invented, toxichat

from upstander.review.stance.model import CLASSES

__all__ = ["WANTED", "allowed", "main", "threshold"]

ROOT = Path(__file__).parents[2]
WEIGHTS = ROOT / "src/upstander/review/stance/weights.npz"

#: What is shown is right this often on threads not seen, each stance counting alike.
WANTED = 0.55


def allowed(data: Path) -> list[Reply]:
    """What the shipped weights may be trained on."""
    told = toxichat(data, "train") + toxichat(data, "dev")
    return told + invented([row.parent for row in told if row.counts])


def threshold(likely: npt.NDArray[np.float32], told: npt.NDArray[np.int64]) -> float:
    """From which probability on a stance is shown; 1 is never.

    At least a half, so that it is likelier than all others together, and what is shown is right as often as `WANTED`.
    """
    guess, sure = likely.argmax(axis=1), likely.max(axis=1)
    each = 1 / np.bincount(told, minlength=len(CLASSES))[told]
    for level in np.arange(0.5, 1.0, 0.01):
        shown = sure >= level
        if shown.any() and np.average(guess[shown] == told[shown], weights=each[shown]) >= WANTED:
            return float(np.round(level, 2))
    return 1.0


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared/data", help="folder of the labelled sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    given = parser.parse_args()
    replies = allowed(given.data)
    counts = np.array([row.counts for row in replies])
    model, likely = fit(replies)
    level = threshold(likely[counts], stances(replies)[counts])
    replace(model, threshold=level).save(given.out)
    print(f"{len(replies):,} pairs; shown from {level:.2f}; {given.out.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
