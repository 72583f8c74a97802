"""Kill a process with SIGKILL at chosen moments of its work on a case, and look at what the next one makes of it.

Run as a program, so that nothing of the test's own process (threads, caches) is there. A moment is the n-th thing that
the process does to the file system, or tells its progress bar. Every so many-th is tried, and more of those at which
what the exhibits hold together is in the making. Prints one JSON object: what an undisturbed run leaves, and for every
moment what is left after the kill and another run.
"""

import hashlib
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import upstander.evidence.reconcile
import upstander.people  # noqa: F401 - loaded before the fork: else most moments are those of Python opening its modules
from upstander.evidence.intake import Handed
from upstander.evidence.standing import PEOPLE, RECONCILED
from upstander.stages import ingest, rebuild
from upstander.storage import Case, Home

NOW = datetime(2018, 3, 1, 9, 30, tzinfo=UTC)

#: What a process does to the file system, as Python's audit events call it.
DEEDS = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.chmod", "shutil.rmtree"}

#: Of the moments at which what the exhibits hold together is in the making, every so many-th is tried.
_AMID = 6

Work = Callable[[Case, "_Moments"], None]


class _Moments:
    """Counts moments, and ends the process at the chosen one as `kill -9` would."""

    def __init__(self, case: Case, fatal: int | None) -> None:
        self.seen = 0
        #: By part in the making: the moments of that.
        self.amid: dict[str, list[int]] = {name: [] for name in (RECONCILED, PEOPLE)}
        self._folders = {name: case.scratch / f"part-{name}" for name in self.amid}
        self._fatal = fatal
        sys.addaudithook(self._hear)

    def _hear(self, event: str, _: tuple[Any, ...]) -> None:
        if event in DEEDS:
            self.told()

    def told(self, *_: object) -> None:
        """One moment more."""
        self.seen += 1
        for name, folder in self._folders.items():
            if folder.exists():
                self.amid[name].append(self.seen)
        if self.seen == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)


def _taking_in(paths: list[Path], time_zone: str | None) -> Work:
    handed = Handed(custodian="A", time_zone=time_zone)

    def work(case: Case, moments: _Moments) -> None:
        ingest(case, paths, handed, now=NOW, progress=moments.told)

    return work


def _rebuilding(case: Case, moments: _Moments) -> None:
    rebuild(case, progress=moments.told)


def _apart(work: Work, case: Case, fatal: int | None, report: Path) -> bool:
    """Do `work` in a process of its own; whether it lived. `report` gets its moments."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            moments = _Moments(case, fatal)
            work(case, moments)
            report.write_text(json.dumps({"seen": moments.seen, "amid": moments.amid}))
            status = 0
        finally:
            sys.stderr.flush()
            os._exit(status)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return False
    if os.WEXITSTATUS(status):
        raise SystemExit(f"the work failed of itself at moment {fatal}")
    return True


def left(case: Case) -> dict[str, str]:
    """Every file of the case but its lock, with its digest."""
    return {
        str(path.relative_to(case.path)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(case.path.rglob("*"))
        if path.is_file() and path.name != ".lock"
    }


def main(folder: Path, scenario: str, every: int) -> None:
    """Try every `every`-th moment of the scenario in `folder`, which holds what is handed in under `received`."""
    received = [folder / "received"]
    first, work = {
        "ingest": (None, _taking_in(received, None)),
        "again": (_taking_in(received, None), _taking_in(received, "Europe/London")),
        "rebuild": (_taking_in(received, None), _rebuilding),
    }[scenario]
    report = folder / "moments"
    start = Home(folder / "start").new("C", title="C", now=NOW)
    if first is not None:
        _apart(first, start, None, report)
    whole = Home(folder / "whole").path / "C"
    shutil.copytree(start.path, whole)
    _apart(work, Case(whole), None, report)
    moments = json.loads(report.read_text())
    amid = {moment for each in moments["amid"].values() for moment in (*each[::_AMID], *each[-1:])}
    undisturbed = left(Case(whole))
    differing = {}
    killed = 0
    for fatal in sorted({*range(1, moments["seen"] + 1, every), *amid}):
        case = Case(folder / "tried" / "C")
        shutil.copytree(start.path, case.path)
        killed += not _apart(work, case, fatal, report)
        _apart(work, case, None, report)
        after = left(case)
        if after != undisturbed:
            differing[fatal] = sorted(set(after.items()) ^ set(undisturbed.items()))
        shutil.rmtree(case.path)
    found = {**moments, "killed": killed, "files": sorted(undisturbed), "differing": differing}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
