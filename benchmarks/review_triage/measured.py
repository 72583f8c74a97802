"""What is measured of scores against labels."""

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["calibration_error", "measured", "rare", "recall_at"]

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

#: Share of positives that a case is taken to have, and how often such a case is drawn.
PREVALENCE = 0.02
DRAWS = 30


def measured(scores: Floats, positive: Flags, threshold: float) -> dict[str, Any]:
    """Everything about one head on one set."""
    from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

    flagged = scores >= threshold
    return {
        "texts": len(scores),
        "positive": int(positive.sum()),
        "macro_f1": float(f1_score(positive, flagged, average="macro")),
        "auc": float(roc_auc_score(positive, scores)),
        "average_precision": float(average_precision_score(positive, scores)),
        "calibration_error": calibration_error(scores, positive),
        "recall": float(flagged[positive].mean()),
        "false_positives": float(flagged[~positive].mean()),
        "rare": {share: rare(scores, positive, share) for share in (0.01, 0.05, 0.1, 0.2)},
    }


def calibration_error(scores: Floats, positive: Flags, bins: int = 10) -> float:
    """Expected calibration error: the mean distance of share and score over ten bins of equal width."""
    place = np.minimum((scores * bins).astype(np.int64), bins - 1)
    size = np.bincount(place, minlength=bins)
    off = np.abs(np.bincount(place, scores, bins) - np.bincount(place, positive, bins))
    return float(off.sum() / size.sum())


def recall_at(scores: Floats, positive: Flags, share: float) -> float:
    """Share of the positives that is among the first `share` of the texts; ties are broken by place."""
    first = np.argsort(-scores, kind="stable")[: max(round(share * len(scores)), 1)]
    return float(positive[first].sum() / positive.sum())


def rare(scores: Floats, positive: Flags, share: float) -> float:
    """The same where positives are thinned out to two in a hundred, mean of thirty draws."""
    hits, misses = np.flatnonzero(positive), np.flatnonzero(~positive)
    kept = min(len(hits), max(round(len(misses) * PREVALENCE / (1 - PREVALENCE)), 1))
    found = []
    for draw in range(DRAWS):
        random = np.random.default_rng(draw)
        # Shuffled, so that ties are broken by chance.
        rows = random.permutation(np.concatenate([random.choice(hits, kept, replace=False), misses]))
        found.append(recall_at(scores[rows], positive[rows], share))
    return float(np.mean(found))
