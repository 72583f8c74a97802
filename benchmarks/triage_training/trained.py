"""What training makes, and the file that it is written to."""

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from benchmarks.triage_training.fit import RECIPE, Features, Fitted, Settings

__all__ = ["Trained", "write"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Trained:
    """Every head, ready to be written."""

    heads: tuple[str, ...]
    chosen: Features
    fitted: tuple[Fitted, ...]
    knots: Floats
    odds: Floats
    thresholds: Floats
    #: For each head: rows and positives that trained it.
    counts: dict[str, dict[str, int]]


def write(trained: Trained, path: Path, settings: Settings) -> str:
    """Write the weights as whole numbers; gives the file's SHA-256. The same content is the same file."""
    weights = np.stack([head.weights for head in trained.fitted])
    scales = np.quantile(np.abs(weights), 1.0, axis=1) / 127
    whole = np.clip(np.rint(weights / scales[:, None]), -127, 127).astype(np.int8)
    content: dict[str, Any] = {
        "heads": np.array(trained.heads),
        "recipe": np.array([RECIPE.bits, RECIPE.words, *RECIPE.characters, RECIPE.apart, RECIPE.spelt]),
        "steps": np.diff(trained.chosen.columns, prepend=np.uint32(0)).astype(np.uint32),
        "weights": whole,
        "lengths": trained.chosen.lengths,
        "scales": scales,
        "biases": np.array([head.bias for head in trained.fitted]),
        "floor": np.array(settings.floor),
        "knots": trained.knots,
        "odds": trained.odds,
        "thresholds": trained.thresholds,
    }
    stream = io.BytesIO()
    np.savez_compressed(stream, allow_pickle=False, **content)
    path.write_bytes(stream.getvalue())
    return hashlib.sha256(stream.getvalue()).hexdigest()
