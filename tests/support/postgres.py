"""A PostgreSQL of the tests' own, started and restarted with Debian's programs; nothing else on the machine is touched.

Run as a program: `python -m tests.support.postgres --install` installs PostgreSQL where it is absent and we may, or
says in one sentence what to do; `python -m tests.support.postgres COMMAND…` starts a cluster for as long as the command
lasts and names it in UPSTANDER_TEST_DATABASE_URL, so that the tests' register is there.
"""

import hashlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

__all__ = ["ABSENT", "URL", "Cluster", "cluster", "found", "own"]

#: Where the tests have their register, where it is not on SQLite.
URL = "UPSTANDER_TEST_DATABASE_URL"

ABSENT = (
    "PostgreSQL is not installed, and the register is tried on it: `apt-get install postgresql` as root, or put the"
    " folder that has its initdb and pg_ctl on the PATH."
)

_INSTALL = (("apt-get", "update", "-q"), ("apt-get", "install", "-q", "-y", "--no-install-recommends", "postgresql"))

#: Nobody pulls the plug in a test, so nothing waits for the disk. A crash of its processes loses nothing by that.
_QUICK = "-c fsync=off -c full_page_writes=off"


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


def found() -> Path | None:
    """The folder of its programs, the newest where there are several; None where it is absent."""
    named = shutil.which("pg_ctl")
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name), reverse=True)
    places = [*([Path(named).parent] if named else []), *debian]
    return next((place for place in places if (place / "initdb").exists()), None)


@contextmanager
def cluster(*, lasting: bool = False) -> Iterator[Cluster]:
    """One for as long as this lasts; `lasting` writes to the disk as one that people rely on does.

    Raises `RuntimeError` where PostgreSQL is absent.
    """
    programs = found()
    if programs is None:
        raise RuntimeError(ABSENT)
    folder = Path(tempfile.mkdtemp(prefix="upstander-pg-"))
    folder.chmod(0o777)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = Cluster(folder, programs, port)
    data = str(folder / "data")
    try:
        made.run("initdb", "-D", data, "-U", "upstander", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = f"-p {port} -h 127.0.0.1 -k {folder} -c max_connections=200 {'' if lasting else _QUICK}"
        made.run("pg_ctl", "start", "-w", "-D", data, "-l", str(folder / "log"), "-o", options)
        yield made
    finally:
        with suppress(AssertionError):
            made.run("pg_ctl", "stop", "-m", "immediate", "-D", data)
        shutil.rmtree(folder, ignore_errors=True)


def own(home: Path) -> str:
    """The register of a home: a database of its own in the tests' cluster, made where it is not there yet.

    Empty where the tests have theirs on SQLite, which needs none.
    """
    server = os.environ.get(URL, "")
    if not server:
        return ""
    name = f"home_{hashlib.sha256(str(home).encode()).hexdigest()[:16]}"
    with psycopg.connect(server, autocommit=True) as connection, suppress(psycopg.errors.DuplicateDatabase):
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{server.rpartition('/')[0]}/{name}"


def _installed() -> int:
    """Install it where it is absent; the exit status."""
    if found() is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for command in _INSTALL:
            subprocess.run(command, check=False, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
    if found() is None:
        sys.stderr.write(f"{ABSENT}\n")
        return 1
    return 0


def main(words: list[str]) -> int:
    """Install it, or run a command with a cluster; the exit status."""
    if words == ["--install"]:
        return _installed()
    with cluster() as made:
        return subprocess.run(words, check=False, env={**os.environ, URL: made.url}).returncode


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
