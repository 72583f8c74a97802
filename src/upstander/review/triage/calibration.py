"""From a sum to a score that means what it says: of messages scored 0.3, three in ten are so, in data like the model's.

The log-odds run straight from knot to knot and go on beyond the outermost ones: a higher sum always scores higher.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["calibrated", "fitted"]

Floats = npt.NDArray[np.float64]

#: No score says that it is certain.
_FURTHEST = 12.0


def calibrated(raw: Floats, knots: Floats, odds: Floats) -> npt.NDArray[np.float32]:
    """Scores from 0 to 1 of raw scores, one column a head; `knots` and `odds` have one row a head."""
    out = np.empty(raw.shape, np.float32)
    for head in range(raw.shape[1]):
        at, to, own = knots[head], odds[head], raw[:, head]
        said = np.interp(own, at, to)
        said += np.minimum(own - at[0], 0) * (to[1] - to[0]) / (at[1] - at[0])
        said += np.maximum(own - at[-1], 0) * (to[-1] - to[-2]) / (at[-1] - at[-2])
        out[:, head] = 1 / (1 + np.exp(-np.clip(said, -_FURTHEST, _FURTHEST)))
    return out


def fitted(
    raw: Floats, positive: npt.NDArray[np.bool_], *, count: int = 12, weights: Floats | None = None
) -> tuple[Floats, Floats]:
    """Knots and log-odds of a calibration: bins of as many positives each, merged until the share of positives rises.

    Each bin counts one more of either kind, shared as in the whole, so that none is certain.
    """
    each = np.ones(len(raw)) if weights is None else weights
    order = np.argsort(raw, kind="stable")
    raw, hit, each = raw[order], (positive * each)[order], each[order]
    # Bins are even in positives and negatives together: fine where the positives are.
    spread = np.cumsum(hit / max(hit.sum(), 1) + (each - hit) / max((each - hit).sum(), 1)) / 2
    edges = np.unique(np.searchsorted(spread, np.linspace(0, 1, count + 1)[1:-1]))
    groups = [group for group in np.split(np.arange(len(raw)), edges) if len(group)]
    bins: list[list[float]] = []
    for group in groups:
        size = float(each[group].sum())
        bins.append([float((raw[group] * each[group]).sum()) / size, float(hit[group].sum()), size])
        while len(bins) > 1 and bins[-2][1] / bins[-2][2] >= bins[-1][1] / bins[-1][2]:
            last, before = bins.pop(), bins.pop()
            whole = last[2] + before[2]
            bins.append([(last[0] * last[2] + before[0] * before[2]) / whole, last[1] + before[1], whole])
    share = float(hit.sum()) / float(each.sum())
    knots = np.array([middle for middle, _, _ in bins])
    rate = np.array([(hits + share) / (size + 1) for _, hits, size in bins])
    odds = np.log(rate / (1 - rate))
    # Rates that rise by nothing, or a single bin: a slope all the same.
    if len(knots) < 2:
        knots, odds = np.append(knots, knots[-1] + 1), np.append(odds, odds[-1] + 1)
    for place in range(1, len(odds)):
        odds[place] = max(odds[place], odds[place - 1] + 1e-3)
        knots[place] = max(knots[place], knots[place - 1] + 1e-6)
    return _filled(knots, count), _filled(odds, count)


def _filled(values: Floats, count: int) -> Floats:
    """The values with more after the last, in line with it, until there are `count`: every head has as many."""
    step = values[-1] - values[-2]
    return np.concatenate([values, values[-1] + step * np.arange(1, count - len(values) + 1)])
