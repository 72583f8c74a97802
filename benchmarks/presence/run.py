"""Presence, measured at three sizes, each in a process of its own: opening, `who` for one message, silence counts.

    python -m benchmarks.presence.run [--sizes 1000000,3000000,10000000] [--cache FOLDER]

Made cases are kept in the user's cache folder and made again when absent.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.ingest.run import cache_folder, machine
from benchmarks.presence.subject import ASKED, CODED

_RESULTS = Path(__file__).parent
_SIZES = "1000000,3000000,10000000"
_GIB = 2**30

#: What was promised: milliseconds for `who`, seconds for the silence counts, at ten million messages.
WHO_MS = 50
SILENCE_SECONDS = 1


def main() -> None:
    """Make what is absent, measure, and write the results where every size was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default=_SIZES, help="messages of the made conversations")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder for the made cases")
    given = parser.parse_args()
    home = given.cache / "presence"
    home.mkdir(parents=True, exist_ok=True)
    runs = []
    for size in map(int, given.sizes.split(",")):
        made = home / f"made-{size}.json"
        if not made.exists():
            print(f"making {size:,} messages", flush=True)
            made.write_text(json.dumps(_subject("make", home, size)), encoding="utf-8")
        print(f"asking {size:,} messages", flush=True)
        runs.append({**_subject("ask", home, size), "made": json.loads(made.read_text(encoding="utf-8"))})
    measured = {"machine": machine(), "runs": runs}
    page = _page(measured)
    if given.sizes == _SIZES:
        (_RESULTS / "results.json").write_text(json.dumps(measured, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        (_RESULTS / "results.md").write_text(page, encoding="utf-8")
    print(page)


def _subject(verb: str, home: Path, size: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.presence.subject", verb, str(home), str(size)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _page(measured: dict[str, Any]) -> str:
    """A page of tables. Bars that were missed stand with those that were met."""
    runs = measured["runs"]
    last = runs[-1]
    met = ("missed", "met")
    lines = [
        "# Presence: who knew of one message, and silence against opportunity",
        "",
        f"`just bench-presence` wrote this page: {measured['machine']}. One made group of 256 members on one phone,"
        " with its owner's receipts, replies and reactions; each size in a process of its own. CPU is user and system"
        " time, the figure to trust on a machine that others use too; wall clock stands beside it.",
        "",
        "| bar | asked for | wall clock | CPU | |",
        "|---|---|---|---|---|",
        f"| `who`, {last['messages']:,} messages, once open | under {WHO_MS} ms | {last['who_median_ms']:.1f} ms"
        f" (median of {ASKED}; worst {last['who_worst_ms']:.0f} ms) | {last['who_cpu_ms']:.1f} ms (mean) |"
        f" {met[last['who_median_ms'] < WHO_MS]} |",
        f"| silence counts, {CODED:,} coded messages × 256 persons | under {SILENCE_SECONDS} s |"
        f" {last['silence_median_seconds']:.2f} s (median of 5; worst {last['silence_worst_seconds']:.2f} s) |"
        f" {last['silence_cpu_seconds']:.2f} s (mean) | {met[last['silence_median_seconds'] < SILENCE_SECONDS]} |",
        "",
        "`who` looks the message up by its id and gives every member's whole ladder. The counts are, for each"
        " person and coded message: present, wrote, replied, reacted, left, next own post with its lag, own posts and"
        " all posts within seven days.",
        "",
        "| messages | receipts | responses | opening, CPU s | opening, wall s | peak memory, GiB | `who`, CPU ms |"
        " silence, CPU s | making people's tables and all others, CPU s | peak there, GiB |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {run['messages']:,} | {run['receipts']:,} | {run['responses']:,} | {run['open_cpu_seconds']:.1f} |"
        f" {run['open_seconds']:.1f} | {run['peak_bytes'] / _GIB:.1f} | {run['who_cpu_ms']:.1f} |"
        f" {run['silence_cpu_seconds']:.2f} | {run['made']['cpu_seconds']:.0f} |"
        f" {run['made']['peak_bytes'] / _GIB:.1f} |"
        for run in runs
    ]
    per = [1e6 * run["open_cpu_seconds"] / run["messages"] for run in runs]
    lines += [
        "",
        "Opening takes "
        + ", ".join(f"{value:.2f}" for value in per)
        + " CPU microseconds a message at these sizes: linear. Asking about one message does not grow with them.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
