"""How far reviewers agree, in several figures, each with its interval.

For each decision (one code of one message) it counts only how many read it and how many of them said yes. Every figure
is a function of sums over messages, so that the bootstrap over messages is one product of matrices.

- *Agreement*: how often two readers of the same message say the same.
- Krippendorff's *alpha*: one less the ratio of disagreement seen to disagreement by chance, where chance is what was
  said on the whole; from the library `krippendorff` where readings weigh the same.
- Gwet's *AC1*: the same with a chance that is small where nearly all say the same (Gwet 2008; Gwet 2014, 5.3).
- *Positive* and *negative agreement*: of what one reader calls yes (or no), how much another does too.
"""

from dataclasses import dataclass

import krippendorff
import numpy as np
import numpy.typing as npt

__all__ = ["RESAMPLES", "Figure", "Figures", "alpha_of", "figures", "gwet"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

#: Resamples of the bootstrap.
RESAMPLES = 2_000
#: Cells of a matrix of resamples that are held at once.
_CELLS = 4_000_000

#: The sums: pairs (yes, yes), (no, no) and (yes, no), readings that say yes and no, agreement and share of yes summed
#: over decisions, decisions, and decisions without their weights.
_YES_YES, _NO_NO, _YES_NO, _YES, _NO, _AGREE, _SHARE, _UNITS, _COUNT = range(9)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with its 95 % interval; None where it is not defined, or nothing can be said."""

    value: float | None
    low: float | None = None
    high: float | None = None
    #: Share of resamples in which it is not defined; the interval is of the others.
    undefined: float = 0.0


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a set of decisions."""

    messages: int
    decisions: int
    #: Readings that say yes, and no.
    yes: int
    no: int
    agreement: Figure
    alpha: Figure
    ac1: Figure
    positive: Figure
    negative: Figure


def gwet(counts: npt.ArrayLike) -> float:
    """Gwet's AC1 of a table of units by values, which says how many coders gave each unit each value.

    Coders may be many and any may be missing; units that one coder read count for how common a value is. NaN where no
    unit was read twice.
    """
    table = np.asarray(counts, dtype=np.float64)
    read = table.sum(axis=1)
    table, read = table[read > 0], read[read > 0]
    twice = read >= 2
    if not twice.any():
        return float("nan")
    same = (table * (table - 1)).sum(axis=1)[twice] / (read * (read - 1))[twice]
    shares = (table / read[:, None]).mean(axis=0)
    chance = (shares * (1 - shares)).sum() / (table.shape[1] - 1)
    return float((same.mean() - chance) / (1 - chance))


def alpha_of(readers: Integers, yes: Integers) -> float | None:
    """Krippendorff's alpha by the library; None where nothing varies."""
    said, not_said = int(yes.sum()), int((readers - yes).sum())
    if not said or not not_said:
        return None
    return float(krippendorff.alpha(value_counts=np.stack([readers - yes, yes], 1), level_of_measurement="nominal"))


def figures(
    message: Integers, readers: Integers, yes: Integers, weight: Floats | None = None, *, seed: int = 0
) -> Figures:
    """The figures of decisions that two or more readers made.

    `message` numbers the message that each decision is about (a message may have several, one a code), `readers` says
    how many read it and `yes` how many said yes; `weight` how many messages it stands for, by message. `seed` is the
    bootstrap's.
    """
    assert (readers >= 2).all()  # noqa: S101 - a single reading agrees with nothing
    weighed = np.ones(len(message)) if weight is None else weight
    sums = _sums(message, readers, yes, weighed)
    values = _values(sums.sum(axis=0)[None, :])[0]
    if weight is None and len(message):
        values[1] = _or_nan(alpha_of(readers, yes))
    bounds = _intervals(sums, seed)
    made = [
        Figure(None) if np.isnan(value) else Figure(float(value), _number(low), _number(high), float(undefined))
        for value, (low, high, undefined) in zip(values, bounds, strict=True)
    ]
    return Figures(len(sums), len(message), int(yes.sum()), int((readers - yes).sum()), *made)


def _sums(message: Integers, readers: Integers, yes: Integers, weight: Floats) -> Floats:
    """The sums of each message, weighed."""
    read, said = readers.astype(np.float64), yes.astype(np.float64)
    not_said = read - said
    others = np.maximum(read - 1, 1)
    columns = np.stack(
        [
            said * (said - 1) / others,
            not_said * (not_said - 1) / others,
            said * not_said / others,
            said,
            not_said,
            (said * (said - 1) + not_said * (not_said - 1)) / (read * others),
            said / read,
            np.ones_like(read),
        ],
        axis=1,
    )
    columns = np.column_stack([columns * weight[:, None], np.ones_like(read)])
    _, place = np.unique(message, return_inverse=True)
    sums = np.zeros((int(place.max()) + 1 if len(place) else 0, columns.shape[1]))
    np.add.at(sums, place, columns)
    return sums


def _values(sums: Floats) -> Floats:
    """Agreement, alpha, AC1, positive and negative agreement of each row of sums; NaN where not defined."""
    column = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        agree = column[_AGREE] / column[_UNITS]
        share = column[_SHARE] / column[_UNITS]
        chance = 2 * share * (1 - share)
        # What alpha takes off for a small sample is of readings as they are, not as they weigh.
        one = column[_UNITS] / column[_COUNT]
        readings = column[_YES] + column[_NO]
        alpha = 1 - (readings - one) * column[_YES_NO] / (column[_YES] * column[_NO])
        ac1 = (agree - chance) / (1 - chance)
        positive = column[_YES_YES] / column[_YES]
        negative = column[_NO_NO] / column[_NO]
    values = np.stack([agree, alpha, ac1, positive, negative], axis=1)
    values[~np.isfinite(values)] = np.nan
    return values


def _intervals(sums: Floats, seed: int) -> list[tuple[float, float, float]]:
    """The 2.5th and 97.5th percentile of each figure over resamples of messages, and in how many it is not defined.

    The percentiles are NaN where there are fewer than two messages.
    """
    if len(sums) < 2:
        return [(float("nan"), float("nan"), 0.0)] * 5
    # Messages that look the same are drawn together: a resample is a row of counts.
    kinds, count = np.unique(sums, axis=0, return_counts=True)
    draws = np.random.default_rng(seed)
    step = max(1, _CELLS // len(kinds))
    made = [
        _values(draws.multinomial(len(sums), count / len(sums), size=min(step, RESAMPLES - start)) @ kinds)
        for start in range(0, RESAMPLES, step)
    ]
    return [_percentiles(column) for column in np.concatenate(made).T]


def _percentiles(column: Floats) -> tuple[float, float, float]:
    missing = np.isnan(column)
    if missing.all():
        return float("nan"), float("nan"), 1.0
    low, high = np.quantile(column[~missing], [0.025, 0.975])
    return float(low), float(high), float(missing.mean())


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)


def _or_nan(value: float | None) -> float:
    return float("nan") if value is None else value
