"""kill -9 of the worker, at every step of its work: nothing is lost, and nothing is done twice."""

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.support.chats import chat
from tests.support.desks import environment
from tests.support.registers import asked

from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Home, intakes

MESSAGES = 8_000
UPSTANDER = [sys.executable, "-m", "upstander"]
DJANGO = {"DJANGO_SETTINGS_MODULE": "upstander.web.settings"}


def test_a_worker_that_is_killed_again_and_again_loses_nothing(tmp_path: Path) -> None:
    """Killed while it takes in or reads, and while it compares: the case is what an undisturbed ingest makes of it."""
    home = tmp_path / "home"
    files = []
    for number in (1, 2):
        path = tmp_path / f"result{number}.json"
        path.write_bytes(chat(MESSAGES // number))
        files.append(path)
    plain = Home(tmp_path / "plain").new("MS-1", title="Late turn", now=datetime(2026, 3, 1, 12, tzinfo=UTC))
    for number, path in enumerate(files, start=1):
        handed = Handed(custodian="PC Ash Example", reference=f"AB/{number}")
        ingest(plain, [path], handed, now=datetime(2026, 3, 1, 12, tzinfo=UTC), progress=lambda *_: None)

    variables = environment(home) | DJANGO
    subprocess.run([sys.executable, "-m", "tests.support.handing", *map(str, files)], check=True, env=variables)
    work = [*UPSTANDER, "work", "--once"]
    killed = []
    for reached in (
        _told("Taking", "Reading"),
        _told("Reconciling", "Placing", "indexing", "laying", "Drawing"),
    ):
        process = subprocess.Popen(work, env=variables, stderr=subprocess.DEVNULL)
        while process.poll() is None and not reached(_rows(home)):
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        killed.append([(row["state"], row["label"]) for row in _rows(home)])
    assert any("running" in dict(state) for state in killed), killed
    assert subprocess.run(work, env=variables).returncode == 0

    rows = _rows(home)
    assert [row["state"] for row in rows] == ["done", "done"]
    case = Home(home).open("MS-1")
    assert [intake.id for intake in intakes(case)] == [intake.id for intake in intakes(plain)]
    made, expected = (json.loads((one.path / "manifest.json").read_text()) for one in (case, plain))
    assert made["tables"] == expected["tables"]
    assert sorted(_stored(case.bytes)) == sorted(_stored(plain.bytes))
    assert list(case.inbox.iterdir()) == []
    entries = asked(home, "SELECT verb, before, digest FROM register_entry ORDER BY sequence")
    assert [before for _, before, _ in entries[1:]] == [digest for _, _, digest in entries[:-1]]
    assert [verb for verb, _, _ in entries] == [
        "make_account",
        "admit_case",
        "hand_in",
        "hand_in",
        "finish_hand_in",
        "finish_hand_in",
    ]


def test_a_worker_whose_desk_was_gone_before_it_looked_ends(tmp_path: Path) -> None:
    """It is not left behind, holding what its desk wrote to, where the desk was killed right after starting it."""
    variables = environment(tmp_path / "home")
    subprocess.run([sys.executable, "-m", "tests.support.handing"], check=True, env=variables | DJANGO)
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait(timeout=30)
    work = [*UPSTANDER, "work", "--beside", str(gone.pid)]
    assert subprocess.run(work, env=variables, timeout=60).returncode == 0


def test_a_worker_of_its_own_outlives_the_shell_that_started_it(tmp_path: Path) -> None:
    """Whoever started it signs out: what is handed in afterwards is taken in all the same, until it is told to end."""
    home, file, log = tmp_path / "home", tmp_path / "result.json", tmp_path / "log"
    file.write_bytes(chat(20))
    variables = environment(home) | DJANGO
    first = [*UPSTANDER, "account", "add", "first", "--name", "First Example", "--generate"]
    subprocess.run(first, check=True, env=variables, stdout=subprocess.DEVNULL)
    start = f"{shlex.join(UPSTANDER)} work > {log} 2>&1 & echo $!; until grep -q 'Taking in' {log}; do sleep 0.1; done"
    shell = subprocess.run(["sh", "-c", start], check=True, env=variables, stdout=subprocess.PIPE, timeout=60)
    worker = int(shell.stdout)
    try:
        # Longer than a worker needs to see that its desk is gone.
        time.sleep(2)
        subprocess.run([sys.executable, "-m", "tests.support.handing", str(file)], check=True, env=variables)
        until = time.monotonic() + 60
        while [row["state"] for row in _rows(home)] != ["done"] and time.monotonic() < until:
            time.sleep(0.1)
        assert [row["state"] for row in _rows(home)] == ["done"]
    finally:
        os.kill(worker, signal.SIGTERM)


def _told(*labels: str) -> Callable[[list[dict[str, Any]]], bool]:
    return lambda rows: any(row["state"] == "running" and row["label"].startswith(labels) for row in rows)


def _rows(home: Path) -> list[dict[str, Any]]:
    found = asked(home, "SELECT state, label FROM register_handin ORDER BY number")
    return [{"state": state, "label": label} for state, label in found]


def _stored(folder: Path) -> list[str]:
    return [name for _, _, names in os.walk(folder) for name in names]
