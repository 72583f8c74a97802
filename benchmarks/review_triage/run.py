"""Measures the model that ships and writes results.json and docs/reference/triage-accuracy.md: numbers, no texts.

python -m benchmarks.review_triage.run [DATA] [--only accuracy,speed,whole]

What was not asked for stays as it was measured before.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.ingest.run import cache_folder, machine
from benchmarks.review_triage.bias import by_functionality, by_group, by_identity, flags, objections
from benchmarks.review_triage.everyday import chat_flagged, conduct, masked
from benchmarks.review_triage.held import GROUP_HEADS, hatecheck, held, madlibs, pairs
from benchmarks.review_triage.measured import measured
from benchmarks.review_triage.naive import Naive, naive
from benchmarks.review_triage.page import page
from sklearn.metrics import roc_auc_score

from upstander.review.triage import Model, shipped

_HERE = Path(__file__).parent
_PAGE = Path(__file__).parents[2] / "docs/reference/triage-accuracy.md"

#: Kinds of texts and how many.
_SPEEDS = (("chat", 100_000), ("chat", 1_000_000), ("long", 200_000))

_PARTS = ("accuracy", "speed", "whole")

#: Messages of the cases that the whole command is run on.
_WHOLE = (100_000, 300_000, 1_000_000)

#: Heads that say that a group is hated: what HateCheck is about.
HATE = ("hate", *dict.fromkeys(GROUP_HEADS.values()))


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--only", default=",".join(_PARTS), help=f"parts to measure, of {', '.join(_PARTS)}")
    given = parser.parse_args()
    results, asked, model = _HERE / "results.json", given.only.split(","), shipped()
    found: dict[str, Any] = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
    if "accuracy" in asked:
        found |= {"machine": machine(), "digest": model.digest, "columns": len(model.columns)}
        found |= _accuracy(given.data, model)
    elif found.get("digest") != model.digest:
        parser.error("the model is another one than the one whose accuracy was measured: measure that too")
    if "speed" in asked:
        found["speed"] = [_told("speed", given.data, *kind) for kind in _SPEEDS]
    if "whole" in asked:
        folder = cache_folder() / "review-triage"
        folder.mkdir(parents=True, exist_ok=True)
        found["whole"] = [_told("end_to_end", given.data, folder, count) for count in _WHOLE]
    results.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    text = page(found)
    _PAGE.write_text(text, encoding="utf-8")
    print(text)


def _accuracy(data: Path, model: Model) -> dict[str, Any]:
    plain = naive(data)
    bias = {"shipped": _bias(data, model), "naive": _bias(data, plain)}
    bias["naive"]["auc_home"] = _hate_auc(data, naive(data, wanted=("hate",), home_only=True))
    chat = {"shipped": chat_flagged(data, model, HATE), "naive": chat_flagged(data, plain, HATE)}
    return {
        "ranking": _ranking(data, model, plain),
        "bias": bias,
        "chat": chat,
        "conduct": conduct(model),
        "masked": {"shipped": masked(data, model), "naive": masked(data, plain)},
    }


def _ranking(data: Path, model: Model, plain: Naive) -> list[dict[str, Any]]:
    rows = []
    for name, head, texts, positive in held(data):
        label = positive.to_numpy()
        own = _one(model.score(texts), model.heads, head)
        other = _one(plain.score(texts), plain.heads, head)
        rows.append(
            {
                "set": name,
                "head": head,
                "shipped": measured(own, label, float(model.thresholds[model.column(head)])),
                "naive": measured(other, label, 0.5),
            }
        )
    return rows


def _one(scores: Any, heads: tuple[str, ...], head: str) -> Any:
    return np.asarray(scores[:, heads.index(head)], np.float64)


def _bias(data: Path, model: Model | Naive) -> dict[str, Any]:
    cases, sentences = hatecheck(data), madlibs(data)
    scores = np.asarray(model.score(cases["text"]), np.float64)
    said = np.asarray(model.score(sentences["text"]), np.float64)

    def flagged(of: Any, wanted: tuple[str, ...]) -> Any:
        return flags(of, model.heads, model.thresholds, wanted)

    own = np.zeros(len(cases), bool)
    for group, head in GROUP_HEADS.items():
        own |= (cases["group"] == group).to_numpy() & flagged(scores, (head,))
    return {
        "group_own_head": by_group(cases, own),
        "group_hate": by_group(cases, flagged(scores, ("hate",))),
        "group_any": by_group(cases, flagged(scores, HATE)),
        "objections": objections(cases, flagged(scores, HATE)),
        "pairs": _pairs(data, model),
        "functionality": by_functionality(cases, flagged(scores, HATE)),
        "auc": float(roc_auc_score(cases["hateful"], scores[:, model.heads.index("hate")])),
        "auc_own_head": _auc_own_head(cases, scores, model.heads),
        "madlibs": by_identity(sentences, flagged(said, HATE)),
        "madlibs_auc": float(roc_auc_score(sentences["hateful"], said[:, model.heads.index("hate")])),
    }


def _hate_auc(data: Path, model: Naive) -> float:
    cases = hatecheck(data)
    return float(roc_auc_score(cases["hateful"], model.score(cases["text"])[:, model.heads.index("hate")]))


def _pairs(data: Path, model: Model | Naive) -> dict[str, Any]:
    """Of the invented pairs that never trained: the share of each kind flagged, and how *hate* ranks them."""
    held_out = pairs(data)
    scores = np.asarray(model.score(held_out["text"]), np.float64)
    kinds = held_out.with_columns(pl.Series("flagged", flags(scores, model.heads, model.thresholds, HATE)))
    each = kinds.group_by("kind").agg(pl.len().alias("sentences"), pl.col("flagged").mean()).sort("kind")
    return {
        "kinds": each.to_dicts(),
        "auc": float(roc_auc_score(held_out["hateful"], scores[:, model.heads.index("hate")])),
    }


def _auc_own_head(cases: pl.DataFrame, scores: Any, heads: tuple[str, ...]) -> dict[str, float]:
    """For each group, how its own head ranks hateful cases about it above those about it that are not."""
    found = {}
    for group, head in GROUP_HEADS.items():
        mine = (cases["group"] == group).to_numpy()
        found[group] = float(roc_auc_score(cases["hateful"].to_numpy()[mine], scores[mine, heads.index(head)]))
    return found


def _told(module: str, *rest: object) -> dict[str, Any]:
    """What a module of this benchmark prints, run in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.review_triage.{module}", *map(str, rest)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    main()
