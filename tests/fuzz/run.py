"""Fuzz every source with atheris: `just fuzz 60 telegram sms_backup`.

Each source runs in a process of its own, over mutations of small seeds of every format. What counts as a failure:
anything raised that is no `SourceError`, a run of more than ten seconds, more than 2 GiB of memory. A failing input is
left in the folder that is printed; run it again with
`PYTHONPATH=tests/support python -m tests.fuzz.target SOURCE FILE`.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.seeds import write_seeds

from upstander.evidence.sources.registry import SOURCES

#: Seconds that one input may take, and MiB that the process may hold.
TIMEOUT, MEMORY = 10, 2048


def main() -> int:
    """Fuzz the sources named (all by default); the exit code is the number of those that failed."""
    names = [source.name for source in SOURCES]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="how long each source is fuzzed")
    parser.add_argument("sources", nargs="*", help=", ".join(names))
    arguments = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="upstander-fuzz-"))
    failed = []
    for name in arguments.sources or names:
        if name not in names:
            parser.error(f"there is no source {name}: choose from {', '.join(names)}")
        corpus = folder / name
        write_seeds(corpus)
        found = folder / f"{name}-found"
        found.mkdir()
        command = [
            *(sys.executable, "-m", "tests.fuzz.target", name, str(corpus)),
            *(f"-max_total_time={arguments.seconds}", f"-timeout={TIMEOUT}", f"-rss_limit_mb={MEMORY}"),
            *("-max_len=65536", "-verbosity=0", "-print_final_stats=1", f"-artifact_prefix={found}/"),
        ]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        runs = [line for line in done.stderr.splitlines() if "number_of_executed_units" in line]
        print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'} {' '.join(runs)}", flush=True)  # noqa: T201
        if done.returncode:
            failed.append(name)
            print(done.stdout[-4000:], done.stderr[-2000:], f"inputs in {found}", flush=True)  # noqa: T201
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())
