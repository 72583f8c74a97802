"""A PostgreSQL of a test's own, started and restarted with the programs that are on the machine."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

__all__ = ["Cluster", "cluster"]


@dataclass(frozen=True)
class Cluster:
    """A running one."""

    folder: Path
    programs: Path
    port: int

    @property
    def url(self) -> str:
        """Where its one database is."""
        return f"postgresql://upstander@127.0.0.1:{self.port}/postgres"

    def run(self, *command: str) -> None:
        """Run one of its programs; as somebody else where that is the system's own user, whom it refuses to serve."""
        known = {row.pw_name for row in pwd.getpwall()}
        other = next((name for name in ("postgres", "nobody") if name in known), None) if os.geteuid() == 0 else None
        done = subprocess.run(
            [str(self.programs / command[0]), *command[1:]],
            user=other,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )
        assert done.returncode == 0, command

    def restart(self, how: str) -> None:
        """Restart it: `fast` ends what is at work, `immediate` is a crash."""
        self.run("pg_ctl", "restart", "-w", "-m", how, "-D", str(self.folder / "data"), "-l", str(self.folder / "log"))


@contextmanager
def cluster() -> Iterator[Cluster]:
    """One for as long as this lasts; a test that needs it is skipped, by name, where PostgreSQL is not installed."""
    places = [Path(found).parent for found in [shutil.which("pg_ctl")] if found]
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    programs = next((place for place in places if (place / "initdb").exists()), None)
    if programs is None:
        pytest.skip("PostgreSQL's initdb and pg_ctl are not on this machine: install the package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="upstander-pg-"))
    folder.chmod(0o777)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Cluster(folder, programs, port)
    data = str(folder / "data")
    made.run("initdb", "-D", data, "-U", "upstander", "-A", "trust", "-E", "UTF8", "--no-locale")
    options = f"-p {port} -h 127.0.0.1 -k {folder}"
    made.run("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", options)
    try:
        yield made
    finally:
        made.run("pg_ctl", "stop", "-m", "immediate", "-D", data)
        shutil.rmtree(folder, ignore_errors=True)
