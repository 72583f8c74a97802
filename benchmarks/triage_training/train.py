"""Trains the first ranking and writes its weights and card.

    python -m benchmarks.triage_training.train [DATA] [--leave-out SET …] [--out FOLDER]

DATA is the folder of labelled sets, ../shared/data if absent. With --leave-out a set is not read: simulations on a set
need a prior that never saw it. What is written goes into the package, or into the folder of --out.
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import yaml
from benchmarks.triage_training.apart import HATECHECK, SharedWords, check, read_cases
from benchmarks.triage_training.contrasts import LEXICON
from benchmarks.triage_training.fit import Settings, features, fit, masked, matrix, valued
from benchmarks.triage_training.heads import HEAD_SETTINGS, HOMES
from benchmarks.triage_training.masking import MASKED, masked_rows, only_new, words_that_are_masked
from benchmarks.triage_training.sets import HEADS, INVENTED, SETS, Row, rows
from benchmarks.triage_training.trained import Trained, write
from benchmarks.triage_training.words import words
from sklearn.metrics import f1_score

from upstander.review.triage.calibration import calibrated, fitted
from upstander.review.triage.model import WEIGHTS

__all__ = ["main", "train"]

_PACKAGE = Path(__file__).parents[2] / "src/upstander/review/triage"

#: Parts that a head's rows are cut into: each is scored by a fit on the others, and calibration is fitted to that.
FOLDS = 3

#: Heads that are about a group: only sentences about that group may raise their thresholds.
GROUP_HEADS = ("misogyny", "race_nationality", "religion", "lgbt", "disability")

Floats = npt.NDArray[np.float64]


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--leave-out", nargs="*", default=[], choices=sorted(SETS), metavar="SET")
    parser.add_argument("--out", type=Path, default=_PACKAGE)
    parser.add_argument("--hatecheck", type=Path, metavar="FILE", help=f"HateCheck's cases; DATA/{HATECHECK} if absent")
    given = parser.parse_args()
    if given.leave_out and given.out == _PACKAGE:
        parser.error("a model that lacks a set is not the one that ships: give a folder with --out")
    begun = time.process_time()
    settings = Settings()
    every = rows(given.data, leave_out=frozenset(given.leave_out))
    try:
        check(
            (row.text for row in every if row.origin in INVENTED),
            read_cases(given.hatecheck or given.data / HATECHECK),
        )
    except SharedWords as problem:
        parser.error(str(problem))
    given.out.mkdir(parents=True, exist_ok=True)
    taught = list(masked_rows(training_rows(every), words_that_are_masked(given.data / LEXICON)))
    print(len(taught), sum(r.part == MASKED for r in taught))
    trained = train(taught, harmless_rows(every), settings, calibrating_rows(every))
    digest = write(trained, given.out / WEIGHTS, settings)
    said = words(
        trained, digest, settings=asdict(settings), sets=[name for name in SETS if name not in given.leave_out]
    )
    (given.out / "card.yaml").write_text(
        yaml.safe_dump(said, sort_keys=False, width=100, allow_unicode=True), encoding="utf-8"
    )
    print(f"{digest} {(given.out / WEIGHTS).stat().st_size:,} bytes, {time.process_time() - begun:.0f} CPU seconds")


def training_rows(every: Sequence[Row]) -> list[Row]:
    """What trains: the train part of each set, and EDOS's dev part too, for its test part is what measures."""
    return [row for row in every if row.part == "train" or row.origin == "edos"]


def calibrating_rows(every: Sequence[Row]) -> list[Row]:
    """What calibrates the heads that it labels, instead of what they are trained on."""
    return [row for row in every if row.part == "calibrate"]


def harmless_rows(every: Sequence[Row]) -> list[Row]:
    """Neutral and kind sentences about groups that do not train: what thresholds are set on."""
    return [row for row in every if row.part == "dev" and row.names and row.origin != "edos"]


def train(
    every: Sequence[Row],
    neutral: Sequence[Row],
    settings: Settings,
    calibrating: Sequence[Row] = (),
    wanted: Sequence[str] = HEADS,
) -> Trained:
    """Fit, calibrate and set the threshold of every head that is wanted and has rows.

    A head is calibrated on those of `calibrating` that it has a label in, or out of fold on its own rows.
    """
    texts = [row.text for row in every]
    copy = np.array([row.part == MASKED for row in every])
    counts = only_new(matrix(texts), copy)
    chosen = features(counts, texts, settings)
    values, worth = valued(counts, chosen, settings)
    alone = masked(chosen, texts)
    origin = np.array([row.origin for row in every])
    named, _ = valued(matrix([row.text for row in neutral]), chosen, settings)
    apart, _ = valued(matrix([row.text for row in calibrating]), chosen, settings)
    harmless = np.array([row.labels.get("hate") == 0 for row in every])
    heads, made, knots, odds, thresholds, told = [], [], [], [], [], {}
    for head in wanted:
        label = np.array([row.labels.get(head, -1) for row in every])
        home = np.isin(origin, HOMES[head])
        if not (label[home] == 1).any():
            continue
        how = HEAD_SETTINGS[head]
        each = how.times(origin, harmless) * np.where(copy, how.masked, 1.0)
        own = np.flatnonzero((label >= 0) & (each > 0))
        hit, times = label[own] == 1, each[own]
        nearer = replace(settings, fits=tuple((power, least * how.strength) for power, least in settings.fits))
        whole = fit(values[own], worth, hit, nearer, counts=times, masked=alone, left=how.left)
        # By runs: what was cut from one post, or turned round by one hand, stays together.
        fold = (np.cumsum(~copy[own]) - 1) // 64 % FOLDS
        raw = np.zeros(len(own))
        for part in range(FOLDS):
            kept = fold != part
            others = fit(values[own][kept], worth, hit[kept], nearer, counts=times[kept], masked=alone, left=how.left)
            raw[fold == part] = others.raw(values[own][fold == part])
        whole_home = home[own] & ~copy[own]
        held, truth = raw[whole_home], hit[whole_home]
        apart_label = np.array([row.labels.get(head, -1) for row in calibrating])
        if (apart_label == 1).any():
            held, truth = whole.raw(apart[apart_label >= 0]), apart_label[apart_label >= 0] == 1
        at, to = fitted(held, truth)
        heads.append(head)
        made.append(whole)
        knots.append(at)
        odds.append(to)
        thresholds.append(threshold(held, truth, at, to))
        its_own = np.array([head in row.names or head not in GROUP_HEADS for row in neutral])
        edge = np.array([[np.quantile(whole.raw(named[its_own]), 1 - HEAD_SETTINGS[head].neutral)]])
        least = float(calibrated(edge, at[None], to[None])[0, 0])
        said = f"best {thresholds[-1]:.3f}, identities {least:.3f}"
        thresholds[-1] = max(thresholds[-1], least)
        ordered = np.argsort(-held)[: int(0.1 * len(held))]
        found = float(truth[ordered].sum() / truth.sum())
        told[head] = {"rows": len(own), "positive": int(hit.sum())}
        print(head, told[head], f"threshold {said}, in the first tenth {found:.3f}", flush=True)
    return Trained(tuple(heads), chosen, tuple(made), np.array(knots), np.array(odds), np.array(thresholds), told)


def threshold(raw: Floats, hit: npt.NDArray[np.bool_], knots: Floats, odds: Floats) -> float:
    """The calibrated score that gives the best mean of both kinds' F1: the middle of those that do nearly as well.

    The curve is flat at its top, and its very highest point is chance.
    """
    score = calibrated(raw[:, None], knots[None], odds[None])[:, 0]
    candidates = np.unique(np.quantile(score, np.linspace(0.3, 0.995, 120)))
    reached = np.array([f1_score(hit, score >= least, average="macro") for least in candidates])
    return float(np.median(candidates[reached >= reached.max() - 0.005]))


if __name__ == "__main__":
    main()
