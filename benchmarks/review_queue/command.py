"""What `upstander queue next` and `upstander code` cost as commands, each a process from start to end.

A queue that stays in memory has everything at hand; a command begins with nothing, reads the case and what was kept of
the queue, says one message, and ends.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.ingest.measure import Run, Tool, measure

from upstander.storage import Home
from upstander.storage.scan import collect, scan

__all__ = ["command"]

#: Decisions that are there before the commands that are timed, and those loaded at once so that it must learn again.
DECISIONS, BATCH = 8_000, 50
#: Messages asked for and decided one by one; times that it learns again.
_ASKED, _LEARNT = 12, 3
_CASE, _CODE, _READER = "Q-1", "threat_violence", "R. Reader"
_NEXT = ("queue", "next", _CASE, "--code", _CODE, "--by", _READER)


def command(cache: Path, haystack: Path) -> dict[str, Any]:
    """The first `queue next` of a case; after 8,000 decisions; after one more; and after a batch to learn from."""
    home = cache / "review-queue" / f"commands-{haystack.stem}"
    environment = {"UPSTANDER_HOME": str(home), "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if not (home / _CASE / "manifest.json").exists():
        _ingested(home, haystack, environment)
    for left in ("decisions", "index"):
        shutil.rmtree(home / _CASE / left, ignore_errors=True)
    first = _timed(environment, *_NEXT)
    rows = _decisions(home, haystack)
    _loaded(home, rows[:DECISIONS], environment)
    again = _timed(environment, *_NEXT)
    after, coded, learnt = [], [], []
    for _ in range(_ASKED):
        # Who asks again is given the same message.
        given = str(json.loads(_ran(environment, *_NEXT, "--json"))["next"]["message"])
        coded.append(_timed(environment, "code", _CASE, given, _CODE, "--not", "--by", _READER))
        after.append(_timed(environment, *_NEXT))
    for number in range(_LEARNT):
        start = DECISIONS + number * BATCH
        _loaded(home, rows[start : start + BATCH], environment)
        learnt.append(_timed(environment, *_NEXT))
    runs = {"first": [first], "again": [again], "after": after, "learnt": learnt, "code": coded}
    about = {"decisions": DECISIONS, "batch": BATCH, "load": os.getloadavg()[1]}
    return {**about, "runs": {name: _told(of) for name, of in runs.items()}}


def _told(runs: Sequence[Run]) -> dict[str, Any]:
    """Medians, and the most, of processor seconds and wall; the highest peak."""
    told: dict[str, Any] = {"runs": len(runs), "peak": max(run.peak for run in runs)}
    for what in ("cpu", "wall"):
        values = [getattr(run, what) for run in runs]
        told |= {what: float(np.median(values)), f"{what}_most": max(values)}
    return told


def _timed(environment: Mapping[str, str], *arguments: str) -> Run:
    return measure(Tool(arguments[0], [sys.executable, "-m", "upstander", *arguments], environment, tells=False))


def _ran(environment: Mapping[str, str], *arguments: str) -> bytes:
    line = [sys.executable, "-m", "upstander", *arguments]
    return subprocess.run(line, check=True, stdout=subprocess.PIPE, env={**os.environ, **environment}).stdout


def _ingested(home: Path, haystack: Path, environment: Mapping[str, str]) -> None:
    """One text export with every message of the haystack, a minute apart, taken in as any other."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    export = home / "WhatsApp Chat with Haystack.txt"
    at = datetime(2012, 1, 1)
    with export.open("w", encoding="utf-8") as stream:
        for number, text in enumerate(pl.read_parquet(haystack)["text"]):
            when = (at + timedelta(minutes=number)).strftime("%d/%m/%Y, %H:%M")
            stream.write(f"{when} - Person {number % 12}: {' '.join(text.split()) or '.'}\n")
    _ran(environment, "case", "new", _CASE, "--title", "Haystack")
    _ran(environment, "ingest", _CASE, str(export), "--custodian", "Person 0", "--time-zone", "Europe/London")
    export.unlink()


def _decisions(home: Path, haystack: Path) -> pl.DataFrame:
    """Every second threat, and messages drawn at random: enough for all that is loaded."""
    truth = pl.read_parquet(haystack)
    threats = [" ".join(text.split()) for text in truth.filter("relevant")["text"]]
    messages = collect(scan(Home(home).open(_CASE), "messages").select("message", "text").filter(pl.col("text") != ""))
    threat = pl.col("text").is_in(threats)
    found, rest = messages.filter(threat)[::2], messages.filter(~threat)
    others = rest.sample(DECISIONS + _LEARNT * BATCH - len(found), seed=1)
    told = [found.select("message", applies=pl.lit("yes")), others.select("message", applies=pl.lit("no"))]
    return pl.concat(told).with_columns(code=pl.lit(_CODE), via=pl.lit("search"))


def _loaded(home: Path, rows: pl.DataFrame, environment: Mapping[str, str]) -> None:
    file = home / "decided.csv"
    rows.write_csv(file)
    _ran(environment, "code", _CASE, "--from", str(file), "--by", _READER)
    file.unlink()
