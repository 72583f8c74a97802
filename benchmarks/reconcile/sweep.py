"""How exactly captures are reconciled: swept over deletion, entropy of the bodies, and pairs of layouts.

    python -m benchmarks.reconcile.sweep [--messages 4000] [--seeds 3] [--only minute/second] [--out FOLDER]

Writes docs/reference/accuracy.md, docs/pictures/accuracy.svg and benchmarks/reconcile/accuracy.json, unless only a part
was asked for.
"""

import argparse
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.reconcile.accuracy import as_markdown
from benchmarks.reconcile.cells import Cell
from benchmarks.reconcile.gaps import judge
from benchmarks.reconcile.knobs import Shape
from benchmarks.reconcile.layouts import DELETED, DISTINCT, PAIRS
from benchmarks.reconcile.made import make
from benchmarks.reconcile.offsets import hold
from benchmarks.reconcile.plot import as_svg
from benchmarks.reconcile.running import reconcile
from benchmarks.reconcile.score import score, wrong_merges
from benchmarks.reconcile.tables import fill

from upstander.storage import Home

__all__ = ["Cell", "cell", "main"]

_NOW = datetime(2018, 12, 1, tzinfo=UTC)
_ROOT = Path(__file__).parents[2]


def cell(home: Path, pair: str, deleted: float, distinct: float, *, messages: int, seeds: Sequence[int]) -> Cell:
    """Make, reconcile and judge one cell; nothing is left in `home`."""
    sums = dict.fromkeys(
        ("sightings", "true", "found", "right", "interchangeable", "twins", "twins_right", "joined_true", "joined",
         "false_deletions", "deletions", "deletions_found", "clocks_missing"), 0
    )  # fmt: skip
    reasons, errors = 1.0, []
    for seed in seeds:
        phones = PAIRS[pair](deleted)
        operation = make(Shape(messages=messages, distinct=distinct), phones, seed=seed)
        case = Home(home).new(f"S{seed}", title="made", now=_NOW)
        truths = fill(case, operation, now=_NOW)
        reconcile(case)
        got, gaps, clocks = score(case, truths), judge(case, truths), hold(case, truths)
        for entry in wrong_merges(case, truths, at_most=3):
            print("   wrong:", json.dumps(entry, ensure_ascii=False))
        for sentence in gaps.false_places[:3]:
            print("   called deleted:", sentence)
        sums["sightings"] += sum(len(truth.number) for truth in truths)
        for name in ("true", "found", "right", "interchangeable", "twins", "twins_right"):
            sums[name] += getattr(got.messages, name)
        sums["joined_true"] += got.captures.true
        sums["joined"] += got.captures.right
        sums["false_deletions"] += gaps.false_deletions
        sums["deletions"] += gaps.deleted
        sums["deletions_found"] += gaps.deleted_found
        sums["clocks_missing"] += sum(each.found_ms is None for each in clocks)
        errors += [each.error_ms for each in clocks if each.error_ms is not None]
        reasons = min(reasons, gaps.right)
        shutil.rmtree(case.path)
    return Cell(
        pair=pair, deleted=deleted, distinct=distinct, seeds=len(seeds), reasons_right=reasons,
        clock_error_ms=max(errors, default=None), **sums,
    )  # fmt: skip


def main() -> None:
    """Sweep, print, and write the page where everything was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=4_000)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--only", help="one pair of layouts, part of its name")
    parser.add_argument("--deleted", type=float, action="append", help="a share of deletions; may be given again")
    parser.add_argument("--distinct", type=float, action="append", help="an entropy; may be given again")
    parser.add_argument("--out", type=Path, help="folder for accuracy.md and accuracy.json")
    given = parser.parse_args()
    cells = []
    with tempfile.TemporaryDirectory() as home:
        for pair in PAIRS:
            if given.only and given.only not in pair:
                continue
            for deleted in given.deleted or DELETED:
                for distinct in given.distinct or DISTINCT:
                    made = cell(Path(home), pair, deleted, distinct, messages=given.messages, seeds=range(given.seeds))
                    cells.append(made)
                    print(
                        f"{pair:44} deleted {deleted:4.0%} distinct {distinct:4.0%}  precision {made.precision:.5f}"
                        f" recall {made.recall:.5f} ({made.recall_apart:.5f} without twins)"
                        f"  wrong {made.found - made.right} ({made.interchangeable} twins)"
                        f"  false deletions {made.false_deletions}  reasons {made.reasons_right:.4f}"
                        f"  clock {made.clock_error_ms} ms",
                        flush=True,
                    )
    page = as_markdown(cells, messages=given.messages, seeds=given.seeds)
    data = json.dumps([asdict(each) for each in cells], indent=1) + "\n"
    whole = not (given.only or given.deleted or given.distinct)
    if given.out is not None:
        given.out.mkdir(parents=True, exist_ok=True)
        (given.out / "accuracy.svg").write_text(as_svg(cells), encoding="utf-8")
        (given.out / "accuracy.md").write_text(page, encoding="utf-8")
        (given.out / "accuracy.json").write_text(data, encoding="utf-8")
    elif whole:
        (_ROOT / "docs" / "pictures" / "accuracy.svg").write_text(as_svg(cells), encoding="utf-8")
        (_ROOT / "docs" / "reference" / "accuracy.md").write_text(page, encoding="utf-8")
        (Path(__file__).parent / "accuracy.json").write_text(data, encoding="utf-8")


if __name__ == "__main__":
    main()
