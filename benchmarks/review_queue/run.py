"""Ranked reading: how much is found by when, beside ASReview's simulation, from nothing, and what a ranking costs.

    python -m benchmarks.review_queue.run [--data FOLDER] [--only recall,cold,peer,scale,command] [--seeds 5]
        [--peer-seeds 0,1] [--ours]

ASReview and the first ranking without EDOS are kept in the user's cache folder and made where they are absent. What was
not asked for stays as it was measured before.
"""

import argparse
import hashlib
import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.ingest.measure import Tool, measure
from benchmarks.ingest.peers import python_of
from benchmarks.ingest.run import cache_folder, machine
from benchmarks.review_certificate.sets import SETS
from benchmarks.review_queue.command import command
from benchmarks.review_queue.made import haystack
from benchmarks.review_queue.page import written
from benchmarks.review_queue.subject import AT, known

from upstander.review.triage.model import WEIGHTS

_HERE = Path(__file__).parent
_PAGE = _HERE.parents[1] / "docs" / "reference" / "ranked-reading-accuracy.md"
_PARTS = ("peer", "recall", "cold", "scale", "command")
ASREVIEW = "3.0.8"
#: Sets for recall; those that the peer reads too, with the decisions that are replayed.
RECALL = ("EDOS threats", "EDOS 1.1", "Davidson hate", "CONDA explicit", "Guest misogyny")
PEER = {"EDOS threats": 8_000, "CONDA explicit": 8_000, "mixed 100k": 4_000}
COLD = ("EDOS 1.1", "EDOS threats")
SCALE = {100_000: 2_000, 1_000_000: 2_000}


def main() -> None:
    """Measure what was asked for, and write the results and the page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the labelled sets")
    parser.add_argument("--only", default=",".join(_PARTS), help=f"parts to run, of {', '.join(_PARTS)}")
    parser.add_argument("--sets", help="sets of `recall` and `peer`, with commas; if absent, all")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--peer-seeds", default="0", help="seeds of `peer`; those that were measured before stay")
    parser.add_argument("--ours", action="store_true", help="of `peer`, run ours again and leave ASReview's as it was")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder for the peer and what is made")
    given = parser.parse_args()
    given.data, given.cache = given.data.resolve(), given.cache.resolve()
    results = _HERE / "results.json"
    measured: dict[str, Any] = {}
    parts = {"recall": _recall, "cold": _cold, "peer": _peer, "scale": _scale, "command": _command}
    for part in given.only.split(","):
        for name, found in parts[part](given):
            # Read again: another run may have measured another part meanwhile.
            measured = json.loads(results.read_text(encoding="utf-8")) if results.exists() else {}
            measured |= {"machine": machine(), "asreview": ASREVIEW}
            measured.setdefault(part, {})[name] = found
            results.write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            print(f"{part}: {name}", file=sys.stderr, flush=True)
    page = written(measured)
    _PAGE.write_text(page, encoding="utf-8")
    print(page)


def _recall(given: argparse.Namespace) -> Any:
    for name in given.sets.split(",") if given.sets else RECALL:
        found: dict[str, Any] = {"seeds": given.seeds}
        for stream in ("alone", "stream"):
            found[stream] = _subject("recall", name, given.seeds, stream, given.data)["found"]
        yield name, found


def _cold(given: argparse.Namespace) -> Any:
    # By what the recipe is, for a model of an older one is not what is shipped now.
    recipe = b"".join(path.read_bytes() for path in sorted((_HERE.parent / "triage_training").glob("*.py")))
    model = given.cache / f"triage-without-edos-{hashlib.sha256(recipe).hexdigest()[:12]}"
    if not (model / WEIGHTS).exists():
        model.mkdir(parents=True, exist_ok=True)
        train = [sys.executable, "-m", "benchmarks.triage_training.train", str(given.data)]
        subprocess.run([*train, "--leave-out", "edos", "--out", str(model)], check=True, stdout=subprocess.DEVNULL)
    for name in COLD:
        yield name, {"seeds": given.seeds, **_subject("cold", name, given.seeds, model, given.data)["found"]}


def _peer(given: argparse.Namespace) -> Any:
    python = python_of(given.cache, "asreview", ASREVIEW)
    before = json.loads((_HERE / "results.json").read_text(encoding="utf-8")).get("peer", {})
    for name, labels in PEER.items():
        if given.sets and name not in given.sets.split(","):
            continue
        folder = given.cache / "review-queue" / name.replace(" ", "-")
        folder.mkdir(parents=True, exist_ok=True)
        texts, relevant = SETS[name](given.data)
        pl.DataFrame({"title": texts, "abstract": "", "included": relevant.astype(int)}).write_csv(folder / "set.csv")
        found = before.get(name, {"runs": {}}) | {"labels": labels, "relevant": int(relevant.sum())}
        for seed in map(int, given.peer_seeds.split(",")):
            if given.ours and str(seed) not in found["runs"]:
                raise SystemExit(f"ASReview was not run on {name} with seed {seed}: leave out --ours")
            first = known(relevant, seed)
            script = [python, str(_HERE / "asreview_peer.py"), str(folder / "set.csv"), str(labels), str(folder)]
            ours = _subject("replay", name, labels, seed, given.data)
            if given.ours:
                theirs = found["runs"][str(seed)]["theirs"]
            else:
                theirs = asdict(measure(Tool("asreview", [*script, str(seed + 1), *map(str, first)])))
            found["ours_again"] = given.ours
            for run in (ours,) if given.ours else (ours, theirs):
                gained = np.cumsum(run["found"].pop("labels")) / relevant.sum()
                run["recall"] = {str(at): float(gained[at - 1]) for at in AT if at <= len(gained)}
            found["runs"][str(seed)] = {"ours": ours, "theirs": theirs}
            yield name, found


def _scale(given: argparse.Namespace) -> Any:
    for size, decisions in SCALE.items():
        yield str(size), {"decisions": decisions, **_subject("scale", _haystack(given, size), decisions)}


def _command(given: argparse.Namespace) -> Any:
    for size in SCALE:
        yield str(size), command(given.cache, _haystack(given, size))


def _haystack(given: argparse.Namespace, size: int) -> Path:
    path: Path = given.cache / "review-queue" / f"haystack-{size}.parquet"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        texts, truth = haystack(given.data, size)
        pl.DataFrame({"text": texts, "relevant": truth}).write_parquet(path)
    return path


def _subject(verb: str, *rest: object) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.review_queue.subject", verb, *map(str, rest)]
    return asdict(measure(Tool(verb, command)))


if __name__ == "__main__":
    main()
