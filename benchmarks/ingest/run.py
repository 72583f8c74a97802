"""Every speed claim about ingest, beside its peers, in one run.

    python -m benchmarks.ingest.run [--repeat 3] [--only text,database,linear,whole,help] [--layout android|ios]

Peers and made exports are kept in the user's cache folder and made again when absent. Processor seconds are user and
system time of the whole process, start-up included; each figure is the median of runs taken in turns.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.ingest.bars import bars
from benchmarks.ingest.made import EDITION
from benchmarks.ingest.measure import Run, Tool, interleaved, measure
from benchmarks.ingest.peers import peers
from benchmarks.ingest.results import as_json, as_markdown

__all__ = ["cache_folder", "machine", "main"]

_PARTS = ("text", "database", "linear", "whole", "help")
_RESULTS = Path(__file__).parent

LINES = 1_000_000
DATABASE = 1_000_000
LINEAR = (100_000, 1_000_000, 5_000_000)


def main() -> None:
    """Measure what was asked for, and write the results where it was everything."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeat", type=int, default=3, help="runs of each tool, in turns; the median counts")
    parser.add_argument("--only", default=",".join(_PARTS), help=f"parts to run, of {', '.join(_PARTS)}")
    parser.add_argument("--layout", choices=("android", "ios"), default="android", help="layout of the text file")
    parser.add_argument("--out", type=Path, help="folder for results.json and results.md (default: beside this file)")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder for peers and made exports")
    given = parser.parse_args()
    asked = given.only.split(",")
    given.cache.mkdir(parents=True, exist_ok=True)
    # Bytecode is kept, as on anybody's machine, and kept out of the tree; `_warm` fills it.
    os.environ["PYTHONPYCACHEPREFIX"] = str(given.cache / "bytecode")
    _warm(given.cache, given.layout)
    measured: dict[str, Any] = {"machine": machine(), "repeat": given.repeat, "layout": given.layout}
    for part in _PARTS:
        if part in asked:
            print(part, flush=True)
            measured[part] = _WORK[part](given.cache, given.layout, given.repeat)
    measured["bars"] = bars(measured)
    out = given.out or (_RESULTS if set(asked) == set(_PARTS) else None)
    page = as_markdown(measured)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "results.json").write_text(as_json(measured), encoding="utf-8")
        (out / "results.md").write_text(page, encoding="utf-8")
    print(page)


def _warm(cache: Path, layout: str) -> None:
    """Run every tool once on a little file: nobody is measured while its modules are compiled."""
    path, _ = _chat(cache, layout, "--lines", 2_000)
    command = shutil.which("upstander", path=str(Path(sys.executable).parent)) or "upstander"
    with tempfile.TemporaryDirectory(dir=cache) as home:
        tools = [
            Tool("parse", _subject("parse", path)),
            Tool("whole ingest", _subject("ingest", path, Path(home))),
            Tool("window", _subject("window", Path(home))),
            Tool("upstander --help", [command, "--help"], tells=False),
            *peers(path, cache),
        ]
        interleaved(tools, repeat=1)


def _text(cache: Path, layout: str, repeat: int) -> dict[str, Any]:
    path, truth = _chat(cache, layout, "--lines", LINES)
    tools = [
        Tool("sha256sum", ["sha256sum", str(path)], tells=False),
        Tool("upstander", _subject("parse", path)),
        *peers(path, cache),
    ]
    return {"bytes": path.stat().st_size, "truth": truth, "runs": interleaved(tools, repeat=repeat)}


def _database(cache: Path, layout: str, repeat: int) -> dict[str, Any]:  # noqa: ARG001 - a database has no layout
    path = cache / "made" / f"msgstore-{EDITION}-{DATABASE}" / "msgstore.db"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        program = (
            "import sys; from pathlib import Path; from meridian import capture;"
            f" capture(Path(sys.argv[1]), source='whatsapp-android', messages={DATABASE})"
        )
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2] / "examples")}
        with tempfile.TemporaryDirectory(dir=path.parent) as making:
            subprocess.run([sys.executable, "-c", program, making], check=True, env=environment)
            (Path(making) / "msgstore.db").replace(path)
    tools = [
        Tool("sha256sum", ["sha256sum", str(path)], tells=False),
        Tool("sqlite3 alone", _subject("rows", path)),
        Tool("upstander", _subject("parse", path)),
    ]
    return {"bytes": path.stat().st_size, "messages": DATABASE, "runs": interleaved(tools, repeat=repeat)}


def _linear(cache: Path, layout: str, repeat: int) -> dict[str, Any]:
    """The largest size is read once: it takes as long as the others together."""
    runs: dict[str, Run] = {}
    sizes: dict[str, int] = {}
    for authored in LINEAR:
        path, truth = _chat(cache, layout, "--authored", authored)
        tool = Tool(f"{authored:,}", _subject("parse", path))
        times = 1 if authored == LINEAR[-1] else repeat
        run = interleaved([tool], repeat=times)[tool.name]
        if run.found["authored"] != truth["authored"]:
            print(f"  found {run.found['authored']:,} authored messages of {truth['authored']:,}", flush=True)
        runs[tool.name] = run
        sizes[tool.name] = path.stat().st_size
    return {"bytes": sizes, "runs": runs}


def _whole(cache: Path, layout: str, repeat: int) -> dict[str, Any]:
    path, _ = _chat(cache, layout, "--lines", LINES)
    found: dict[str, Any] = {"bytes": path.stat().st_size}
    with tempfile.TemporaryDirectory(dir=cache) as folder:
        homes = iter(Path(folder) / str(number) for number in range(repeat))
        parsed, whole = [], []
        for turn in range(repeat):
            print(f"  parse and whole ingest ({turn + 1} of {repeat})", flush=True)
            parsed.append(measure(Tool("parse", _subject("parse", path))))
            home = next(homes)
            whole.append(measure(Tool("whole ingest", _subject("ingest", path, home))))
            if turn < repeat - 1:
                shutil.rmtree(home)
        found["runs"] = {
            "parse": sorted(parsed, key=lambda run: run.cpu)[repeat // 2],
            "whole ingest": sorted(whole, key=lambda run: run.cpu)[repeat // 2],
        }
        found["window"] = measure(Tool("window", _subject("window", home))).found
    return found


def _help(cache: Path, layout: str, repeat: int) -> dict[str, Any]:  # noqa: ARG001 - the same for every part
    command = shutil.which("upstander", path=str(Path(sys.executable).parent)) or "upstander"
    tools = [
        Tool("upstander --help", [command, "--help"], tells=False),
        Tool("python", [sys.executable, "-c", ""], tells=False),
    ]
    return {"runs": interleaved(tools, repeat=max(5, repeat))}


_WORK = {"text": _text, "database": _database, "linear": _linear, "whole": _whole, "help": _help}


def _subject(verb: str, *paths: Path) -> list[str]:
    return [sys.executable, "-m", "benchmarks.ingest.subject", verb, *map(str, paths)]


def _chat(cache: Path, layout: str, measure_of: str, size: int) -> tuple[Path, dict[str, int]]:
    """A made export, kept in a folder of its own with its truth."""
    folder = cache / "made" / f"{layout}-{EDITION}{measure_of}-{size}"
    truth = folder / "truth.json"
    path = folder / "chat" / "_chat.txt"
    if not truth.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "benchmarks.ingest.made", str(path), "--layout", layout]
        made = subprocess.run([*command, measure_of, str(size)], check=True, stdout=subprocess.PIPE)
        truth.write_bytes(made.stdout)
    return path, json.loads(truth.read_text(encoding="utf-8"))


def machine() -> str:
    """The machine in words: nothing that names it or whoever uses it."""
    model = platform.processor() or platform.machine()
    with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - no file to a path library
        for line in lines:
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}, {memory:.0f} GiB, {platform.system()}, Python {platform.python_version()}"


def cache_folder() -> Path:
    """Where peers and made exports are kept."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "upstander-benchmarks"


if __name__ == "__main__":
    main()
