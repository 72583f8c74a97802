"""The desk under load, on a made case of a million messages; writes results.json and results.md.

uv run --extra team python -m benchmarks.desk.run [--messages 1000000] [--cache FOLDER] [--seconds 180] [--processes 2]
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.desk.memory import Watching
from benchmarks.desk.page import bars, summed, written
from benchmarks.ingest.run import cache_folder, machine
from tests.support.postgres import Cluster, cluster

_RESULTS = Path(__file__).parent
_MESSAGES, _SECONDS = 1_000_000, 180.0
#: Seconds until the server answers, at most.
_STARTS = 120


def main() -> None:
    """Make the case where it is absent, serve a copy of it, load the server, and prove the ledger."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=_MESSAGES, help="messages of the made case")
    parser.add_argument("--cache", type=Path, default=cache_folder(), help="folder for the made case")
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="how long the load lasts, at least")
    parser.add_argument("--processes", type=int, default=2, help="processes that serve pages")
    given = parser.parse_args()
    made = given.cache / "desk"
    reference = f"D-{given.messages}"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "upstander.web.settings", "UPSTANDER_HOME": str(made)}
    _asked(environment, "benchmarks.desk.case", str(made), str(given.messages))
    with tempfile.TemporaryDirectory(dir=given.cache, prefix="desk-run-") as place, cluster(lasting=True) as database:
        home = Path(place)
        shutil.copytree(made / reference, home / reference)
        environment |= {"UPSTANDER_HOME": place, "UPSTANDER_DATABASE_URL": database.url}
        found = _measured(environment, home, reference, database, given.seconds, given.processes)
    found |= {"machine": machine(), "messages": given.messages, "server_processes": given.processes}
    found["bars"] = bars(found)
    page = written(found)
    if given.messages == _MESSAGES and given.seconds >= _SECONDS:
        (_RESULTS / "results.json").write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
        (_RESULTS / "results.md").write_text(page, encoding="utf-8")
    print(page)


def _measured(
    environment: dict[str, str], home: Path, reference: str, database: Cluster, seconds: float, processes: int
) -> dict[str, Any]:
    asked = home / "asked.json"
    asked.write_text(_asked(environment, "benchmarks.desk.site", "prepare", reference), encoding="utf-8")
    before = os.getloadavg()
    with (
        _serving(environment, home, processes) as (port, server),
        Watching(
            {"server": server, "database": int((database.folder / "data/postmaster.pid").read_text().split()[0])}
        ) as watching,
    ):
        told = json.loads(_asked(environment, "benchmarks.desk.load", str(port), str(asked), str(seconds)))
    acknowledged = home / "acknowledged.json"
    acknowledged.write_text(json.dumps(told.pop("acknowledged")), encoding="utf-8")
    proof = json.loads(_asked(environment, "benchmarks.desk.site", "verify", reference, str(acknowledged)))
    verified = subprocess.run(
        [sys.executable, "-m", "upstander", "ledger", "verify"], env=environment, capture_output=True, text=True
    )
    proof |= {"verified": verified.returncode == 0, "said": verified.stdout.strip() or verified.stderr.strip()}
    told["kinds"] = summed(told.pop("met"))
    return {**told, "proof": proof, "peak": watching.peak, "load_before": before, "load_after": os.getloadavg()}


def _asked(environment: dict[str, str], module: str, *arguments: str) -> str:
    command = [sys.executable, "-m", module, *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment, text=True).stdout


@contextmanager
def _serving(environment: dict[str, str], home: Path, processes: int) -> Iterator[tuple[int, int]]:
    """The server's port and process, from when it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "benchmarks.desk.server", "--team", "--processes", str(processes)]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen([*command, "--port", str(port)], env=environment, stdout=log, stderr=log)
    try:
        _wait(server, port, home / "server.log")
        yield port, server.pid
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()


def _wait(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    until = time.monotonic() + _STARTS
    while time.monotonic() < until:
        if server.poll() is not None:
            raise SystemExit(f"the server ended:\n{log.read_text(encoding='utf-8')}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/account/login/", timeout=10).close()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.2)
        else:
            return
    raise SystemExit(f"the server does not answer:\n{log.read_text(encoding='utf-8')}")


if __name__ == "__main__":
    main()
