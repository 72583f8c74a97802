"""Every speed claim about reconciliation, beside the one tool that merges exports, in one run.

    python -m benchmarks.reconcile.run [--repeat 3] [--only keyed,text,linear,peer]

Cases and the peer are kept in the user's cache folder and made again when absent. Processor seconds are user and system
time of the whole process, start-up included; each figure is the median of runs taken in turns.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.ingest.measure import Run, Tool, interleaved, measure
from benchmarks.ingest.peers import python_of
from benchmarks.ingest.results import as_json
from benchmarks.ingest.run import cache_folder, machine
from benchmarks.reconcile.results import as_markdown, bars

__all__ = ["main"]

_PARTS = ("keyed", "text", "linear", "peer")
_RESULTS = Path(__file__).parent
#: Part of every made case's name in the cache: raise it when the same arguments give other rows.
_EDITION = 1

MESSAGES = 1_000_000
#: Messages of a group whose five captures have about five times as many sightings.
LINEAR = (20_000, 200_000, 1_000_000)
PEER = 200_000
_WHATSTK = "whatstk 0.9.1"


def main() -> None:
    """Measure what was asked for, and write the results where it was everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each tool, in turns; the median counts")
    parser.add_argument("--only", default=",".join(_PARTS), help=f"parts to run, of {', '.join(_PARTS)}")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="messages of the large group")
    parser.add_argument("--out", type=Path, help="folder for results.json and results.md (default: beside this file)")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder for the peer and made cases")
    given = parser.parse_args()
    asked = given.only.split(",")
    given.cache.mkdir(parents=True, exist_ok=True)
    os.environ["PYTHONPYCACHEPREFIX"] = str(given.cache / "bytecode")
    measure(_reconcile(given.cache, "text", 2_000))  # nobody is measured while its modules are compiled
    measured: dict[str, Any] = {"machine": machine(), "repeat": given.repeat}
    for part in _PARTS:
        if part not in asked:
            continue
        print(part, flush=True)
        if part in ("keyed", "text"):
            measured[part] = _one(given.cache, part, given.messages, given.repeat)
        elif part == "linear":
            sizes = [size for size in LINEAR if size <= given.messages]
            measured[part] = {
                kind: {str(size): _one(given.cache, kind, size, given.repeat) for size in sizes}
                for kind in ("text", "keyed")
            }
        else:
            measured[part] = _peer(given.cache, min(PEER, given.messages), given.repeat)
    measured["bars"] = bars(measured)
    page = as_markdown(measured)
    whole = set(asked) == set(_PARTS) and given.messages == MESSAGES
    out = given.out or (_RESULTS if whole else None)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "results.json").write_text(as_json(measured), encoding="utf-8")
        (out / "results.md").write_text(page, encoding="utf-8")
    print(page)


def _one(cache: Path, kind: str, messages: int, repeat: int) -> dict[str, Any]:
    """Five captures of one group: what reconciling them takes, and how right it is."""
    tool = _reconcile(cache, kind, messages)
    run = interleaved([tool], repeat=1 if messages >= MESSAGES else repeat)[tool.name]
    home = _home(cache, kind, messages)
    matching = sorted(_told(_subject("match", home))["matching"] for _ in range(repeat))[repeat // 2]
    judged = _subject("judge", home, kind, messages)
    return {"messages": messages, "run": run, "matching": matching, "truth": _told(judged)}


def _reconcile(cache: Path, kind: str, messages: int) -> Tool:
    home = _home(cache, kind, messages)
    if not (home / "ready").exists():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        _told(_subject("fill", home, kind, messages))
        (home / "ready").touch()
    return Tool(f"{kind}, {messages:,} messages", _subject("reconcile", home))


def _home(cache: Path, kind: str, messages: int) -> Path:
    return cache / "made" / f"reconcile-{_EDITION}-{kind}-{messages}"


def _peer(cache: Path, messages: int, repeat: int) -> dict[str, Any]:
    """Two exports of one group, from files to one conversation."""
    folder = cache / "made" / f"pair-{_EDITION}-{messages}"
    folder.mkdir(parents=True, exist_ok=True)
    truth = _told(_subject("files", folder, messages))
    paths = [folder / name for name in truth["paths"]]
    script = Path(__file__).parent / "peers" / "whatstk_merge.py"
    whatstk = Tool(_WHATSTK, [python_of(cache, "whatstk", "0.9.1"), str(script), *map(str, paths)])
    ours: list[Run] = []
    theirs: list[Run] = []
    for turn in range(repeat):
        print(f"  upstander and {_WHATSTK} ({turn + 1} of {repeat})", flush=True)
        with tempfile.TemporaryDirectory(dir=cache) as home:
            run = measure(Tool("upstander", _subject("pair", home, *paths)))
            ours.append(replace(run, found=run.found | _told(_subject("counts", home))))
        theirs.append(measure(whatstk))
    runs = {
        name: sorted(all_of_it, key=lambda run: run.cpu)[len(all_of_it) // 2]
        for name, all_of_it in (("upstander", ours), (_WHATSTK, theirs))
    }
    return {"messages": messages, "truth": truth, "runs": runs}


def _subject(verb: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", "benchmarks.reconcile.subject", verb, *map(str, arguments)]


def _told(command: list[str]) -> dict[str, Any]:
    """What a command that is not measured says."""
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
