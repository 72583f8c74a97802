"""The desk's pages for reading, on a made case of a million messages; writes results.md.

python -m benchmarks.desk_reading.run [--messages 1000000] [--cache FOLDER]
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.desk_reading.made import make
from benchmarks.ingest.run import cache_folder, machine

_RESULTS = Path(__file__).parent
_MESSAGES = 1_000_000

#: What was asked for: milliseconds of server time.
MEDIAN_MS, P95_MS = 150, 400


def main() -> None:
    """Make the case where it is absent, ask for pages, and write the results."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=_MESSAGES, help="messages of the made case")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder for the made case")
    given = parser.parse_args()
    home = given.cache / "desk-reading"
    reference = f"D-{given.messages}"
    if not (home / reference / "manifest.json").exists():
        print(f"making {given.messages:,} messages", flush=True)
        make(home, given.messages)
    settings = {"UPSTANDER_HOME": str(home), "DJANGO_SETTINGS_MODULE": "upstander.web.settings"}
    command = [sys.executable, "-m", "benchmarks.desk_reading.subject", reference]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env={**os.environ, **settings})
    found: dict[str, Any] = json.loads(done.stdout)
    page = _page(found, given.messages)
    if given.messages == _MESSAGES:
        (_RESULTS / "results.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        (_RESULTS / "results.md").write_text(page, encoding="utf-8")
    print(page)


def _page(found: dict[str, Any], messages: int) -> str:
    made, met = found["made"], ("missed", "met")
    lines = [
        "# The desk's pages for reading",
        "",
        f"`just bench-desk-reading` wrote this page: {machine()}. A made case of {messages:,} messages: three phones,"
        " one group of 400,000 messages and 256 members, the others of 4,000 and 12. A hundred pages of each kind"
        " at random, by one reader, in one process, with the ledger's entry of each in SQLite.",
        "",
        f"Asked for: {MEDIAN_MS} ms at the median and {P95_MS} ms at p95. CPU is user and system time.",
        "",
        "| page | median, ms | p95, ms | worst, ms | CPU median, ms | CPU p95, ms | |",
        "|---|---:|---:|---:|---:|---:|---|",
    ]
    for name, took in found["pages"].items():
        good = took["median_ms"] < MEDIAN_MS and took["p95_ms"] < P95_MS
        numbers = " | ".join(
            f"{took[key]:.0f}" for key in ("median_ms", "p95_ms", "worst_ms", "cpu_median_ms", "cpu_p95_ms")
        )
        lines.append(f"| {name} | {numbers} | {met[good]} |")
    lines += [
        "",
        "Before the first page the transcript was made, and every conversation of more than a thousand lines opened:"
        f" {made['cpu_seconds']:.0f} CPU seconds where neither was there; the transcript is"
        f" {made['bytes'] / 1e6:,.0f} MB. The process took {found['peak_bytes'] / 2**30:.1f} GiB at most.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
