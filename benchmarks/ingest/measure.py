"""One command, run once: its processor seconds, wall clock and peak memory, as the kernel counted them.

Nothing large is imported here: on Linux the peak memory of a child counts that of the parent it was split from.
"""

import json
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Failed", "Run", "Tool", "interleaved", "measure"]


class Failed(Exception):
    """A measured command did not end well."""


@dataclass(frozen=True, slots=True)
class Tool:
    """A command to measure; the last line it prints is JSON with what it found."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] | None = None
    #: Whether its output is JSON; sha256sum's is not.
    tells: bool = True


@dataclass(frozen=True, slots=True)
class Run:
    """What a command took; of several runs, the median of each figure."""

    cpu: float
    wall: float
    #: Bytes.
    peak: int
    found: dict[str, Any]
    runs: int = 1


def measure(tool: Tool) -> Run:
    """Run `tool` once."""
    environment = {**os.environ, **(tool.environment or {})}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # else every start would compile every module again
    begin = time.perf_counter()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(tool.command, stdout=subprocess.PIPE, stderr=errors, env=environment) as process,
    ):
        assert process.stdout is not None  # noqa: S101 - asked for above
        said = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            errors.seek(0)
            tail = errors.read()[-2_000:].decode("utf-8", "replace")
            raise Failed(f"{tool.name} ended with {process.returncode}: {tail}")
    found = json.loads(said.splitlines()[-1]) if tool.tells else {}
    return Run(cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak=usage.ru_maxrss * 1024, found=found)


def interleaved(tools: Sequence[Tool], *, repeat: int) -> dict[str, Run]:
    """Every tool `repeat` times, in turns, so that a busy machine is busy for all of them; medians."""
    runs: dict[str, list[Run]] = {tool.name: [] for tool in tools}
    for turn in range(repeat):
        for tool in tools:
            print(f"  {tool.name} ({turn + 1} of {repeat})", flush=True)
            runs[tool.name].append(measure(tool))
    return {name: _median(all_of_it) for name, all_of_it in runs.items()}


def _median(runs: Sequence[Run]) -> Run:
    found = runs[0].found
    for run in runs[1:]:
        counts = {name: value for name, value in run.found.items() if not isinstance(value, float)}
        if counts != {name: found[name] for name in counts}:
            raise Failed(f"two runs found different things: {found} and {run.found}")
    return Run(
        cpu=statistics.median(run.cpu for run in runs),
        wall=statistics.median(run.wall for run in runs),
        peak=int(statistics.median(run.peak for run in runs)),
        found={
            name: statistics.median(run.found[name] for run in runs) if isinstance(value, float) else value
            for name, value in found.items()
        },
        runs=len(runs),
    )
