"""Measures the second stage with the encoder of a folder: results.json and docs/reference/encoder-accuracy.md.

    python -m benchmarks.review_encoder.run FOLDER [DATA] [--skip-speed]

FOLDER is what `just train-encoder` wrote. Thresholds are chosen on EDOS's dev part, with a linear stage that never saw
it; then the test part is read, once, with the linear stage that ships. Numbers are written and no texts.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from benchmarks.encoder_training.train import HEADS, edos_parts, linear_without_dev
from benchmarks.ingest.run import machine
from benchmarks.review_encoder.page import page
from benchmarks.review_triage.held import conda, edos_texts
from benchmarks.review_triage.measured import rare, recall_at
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from upstander.review.encoder import Encoder, folder, loaded, second
from upstander.review.triage import Model, shipped

_HERE = Path(__file__).parent
_PAGE = Path(__file__).parents[2] / "docs/reference/encoder-accuracy.md"

#: Shares that the encoder reads; none is the linear stage alone.
SHARES = (0.0, 0.05, 0.1, 0.25, 0.5, 1.0)
READING = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3)

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--skip-speed", action="store_true", help="keep the speeds that were measured before")
    given = parser.parse_args()
    results = _HERE / "results.json"
    linear, model = linear_without_dev(given.data), shipped()
    encoder = loaded(folder(given.folder, model.heads))
    limits = _limits(given.data, linear, encoder)
    found: dict[str, Any] = {
        "machine": machine(),
        "linear": model.digest,
        "encoder": {"name": encoder.folder.name, "files": dict(encoder.folder.files), "runtime": encoder.runtime},
        "bytes": len(encoder.folder.model),
        "mix": {head: encoder.folder.mix[head] for head in HEADS},
        "training": json.loads((given.folder / "training.json").read_text(encoding="utf-8")),
        "sets": [*_edos(given.data, model, encoder, limits), _guest(given.data, model, encoder)],
    }
    if given.skip_speed:
        found["speed"] = json.loads(results.read_text(encoding="utf-8"))["speed"]
    else:
        found["speed"] = [
            _speed("chat (CONDA's distinct lines)", conda(given.data), encoder),
            _speed("long (EDOS)", edos_texts(given.data), encoder),
        ]
    results.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    text = page(found)
    _PAGE.write_text(text, encoding="utf-8")
    print(text)


def _ranked(model: Model, encoder: Encoder, texts: pl.Series) -> dict[float, Floats]:
    """Scores of every head after each share; the encoder reads every text once."""
    own = model.score(texts)
    known = _Known(encoder, texts)
    return {share: second(model.heads, own, texts, known, share).score.astype(np.float64) for share in SHARES}


class _Known:
    """An encoder that has read these texts: each text's odds are its own, so it need not read them again."""

    def __init__(self, encoder: Encoder, texts: pl.Series) -> None:
        self.folder = encoder.folder
        distinct = texts.drop_nulls().unique(maintain_order=True).to_list()
        self._odds, self._longer = encoder.odds(distinct, threads=1)
        self._rows = {text: row for row, text in enumerate(distinct)}

    def odds(self, texts: Sequence[str], progress: Callable[[int, int], None] = print) -> tuple[Floats, Flags]:
        """Log-odds as they were read before."""
        rows = [self._rows[text] for text in texts]
        progress(len(rows), len(rows))
        return self._odds[rows], self._longer[rows]


def _limits(data: Path, linear: Model, encoder: Encoder) -> dict[float, float]:
    """For each share the threshold of misogyny with the best macro-F1 on EDOS's dev part."""
    dev = edos_parts(data, "dev")
    label = dev["misogyny"].to_numpy()
    limits = {}
    for share, scores in _ranked(linear, encoder, dev["text"]).items():
        own = scores[:, linear.column("misogyny")]
        edges = np.unique(np.quantile(own, np.linspace(0.3, 0.995, 200)))
        reached = np.array([f1_score(label, own >= edge, average="macro") for edge in edges])
        # The middle of those that do nearly as well: the very highest point is chance.
        limits[share] = float(np.median(edges[reached >= reached.max() - 0.005]))
    return limits


def _edos(data: Path, model: Model, encoder: Encoder, limits: dict[float, float]) -> list[dict[str, Any]]:
    test = edos_parts(data, "test")
    ranked = _ranked(model, encoder, test["text"])
    rows = []
    for head in HEADS:
        label = test[head].to_numpy()
        by_share = {share: _measured(scores[:, model.column(head)], label) for share, scores in ranked.items()}
        if head == "misogyny":
            for share, scores in ranked.items():
                flagged = scores[:, model.column(head)] >= limits[share]
                by_share[share]["macro_f1"] = float(f1_score(label, flagged, average="macro"))
        rows.append(
            {"set": "EDOS test", "head": head, "texts": len(label), "positive": int(label.sum()), "by": by_share}
        )
    return rows


def _guest(data: Path, model: Model, encoder: Encoder) -> dict[str, Any]:
    rows = pl.read_csv(data / "misogyny_eacl2021/final_labels.csv", infer_schema=False).filter(
        pl.col("body").is_not_null()
    )
    label = (rows["level_1"] == "Misogynistic").to_numpy()
    ranked = _ranked(model, encoder, rows["body"])
    by_share = {share: _measured(scores[:, model.column("misogyny")], label) for share, scores in ranked.items()}
    name = "Guest, all (never trained on)"
    return {"set": name, "head": "misogyny", "texts": len(label), "positive": int(label.sum()), "by": by_share}


def _measured(scores: Floats, label: Flags) -> dict[str, Any]:
    return {
        "auc": float(roc_auc_score(label, scores)),
        "average_precision": float(average_precision_score(label, scores)),
        "recall": {share: recall_at(scores, label, share) for share in READING},
        "rare": {share: rare(scores, label, share) for share in READING},
    }


def _speed(name: str, texts: pl.Series, encoder: Encoder) -> dict[str, Any]:
    """Messages that one core reads in a second of its own time, best of three."""
    distinct = texts.drop_nulls().unique(maintain_order=True)
    some = distinct.gather_every(max(1, len(distinct) // 2000)).head(2000).to_list()
    rates = []
    for _ in range(3):
        begun = time.process_time()
        encoder.odds(some, threads=1)
        rates.append(len(some) / (time.process_time() - begun))
    return {"texts": name, "per_second": max(rates)}


if __name__ == "__main__":
    main()
