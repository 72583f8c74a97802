"""PostgreSQL restarted, and crashed, while several code and evidence is taken in: each coding stands once."""

import json
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg
from tests.support.chats import chat
from tests.support.desks import Browser, environment, open_desk
from tests.support.postgres import Cluster, cluster

UPSTANDER = [sys.executable, "-m", "upstander"]
CODES = ("threat_violence", "misogyny_sexism", "age", "domestic_abuse")
_HOLD = re.compile(r'name="hold" value="(\d+)"')


def test_a_coding_that_was_acknowledged_stands_once_whatever_the_register_went_through(tmp_path: Path) -> None:
    """In the register and in the file, in one order; what is handed in meanwhile is taken in."""
    home = tmp_path / "home"
    for number, size in (("1", 600), ("2", 50)):
        (tmp_path / number).mkdir()
        (tmp_path / number / "result.json").write_bytes(chat(size, name=f"Team {number}"))
    with cluster() as register:
        there = environment(home, UPSTANDER_DATABASE_URL=register.url)
        subprocess.run([*UPSTANDER, "case", "new", "MS-1"], check=True, capture_output=True, env=there)
        file = str(tmp_path / "1" / "result.json")
        subprocess.run([*UPSTANDER, "ingest", "MS-1", file], check=True, capture_output=True, env=there)
        with open_desk(home, UPSTANDER_DATABASE_URL=register.url) as browser:
            first = {"full_name": "Ines Example", "username": "ines", "password": "three green lamps burn"}
            assert browser.post("/begin/", {**first, "runs": "works", "take": "on"}).status == 302
            said = {"kind": "reviewing", "said": ""}
            assert browser.post("/cases/MS-1/reading/why/", said).status == 302
            acknowledged, seen = _worked(browser, register, tmp_path / "2" / "result.json")
            for _ in range(600):
                with psycopg.connect(register.url) as database:
                    rows = database.execute("SELECT state FROM register_handin").fetchall()
                if rows and {state for (state,) in rows} == {"done"}:
                    break
                time.sleep(0.1)
            assert {state for (state,) in rows} == {"done"}
        assert len(acknowledged) >= 24
        assert seen[503] > 0, "it was away, and a page said so"
        assert set(seen) <= {200, 302, 409, 503}, seen
        with psycopg.connect(register.url) as database:
            details = database.execute("SELECT detail FROM register_entry WHERE verb = 'code_message'").fetchall()
            decided = database.execute(
                "SELECT entry_id FROM register_decision WHERE file = 'codings.jsonl' ORDER BY entry_id"
            ).fetchall()
        times = Counter(json.loads(detail)["hold"] for (detail,) in details)
        assert {times[hold] for hold in acknowledged} == {1}
        assert set(times.values()) == {1}, "nothing twice"
        lines = (home / "MS-1" / "decisions" / "codings.jsonl").read_text().splitlines()
        assert [json.loads(line)["ledger"] for line in lines] == [entry for (entry,) in decided]
        verified = subprocess.run([*UPSTANDER, "ledger", "verify", "--json"], capture_output=True, text=True, env=there)
        assert json.loads(verified.stdout)["decisions"]["waiting"] == 0, verified.stderr


def _worked(browser: Browser, register: Cluster, more: Path) -> tuple[list[int], Counter[int]]:
    """Read and decide on several codes at once, while the register goes away twice; holds that were acknowledged."""
    over = threading.Event()
    acknowledged: list[int] = []
    seen: Counter[int] = Counter()

    def work(code: str) -> None:
        own = Browser(browser.address, dict(browser.cookies))
        where = f"/cases/MS-1/review/{code}/"
        while not over.is_set():
            page = own.get(where)
            seen[page.status] += 1
            hold = _HOLD.search(page.body)
            if hold is None:
                time.sleep(0.05)
                continue
            seen[own.get(f"{where}?reveal={hold[1]}").status] += 1
            answer = own.send_kept(f"{where}said/queue/", {"hold": hold[1], "say": "not"})
            seen[answer.status] += 1
            if answer.status == 302 and "reveal" not in answer.headers["location"]:
                acknowledged.append(int(hold[1]))

    people = [threading.Thread(target=work, args=(code,)) for code in CODES]
    for person in people:
        person.start()
    try:
        handed = browser.send(
            "/cases/MS-1/exhibits/new/", {"custodian": "PC Ash Example"}, [("result.json", more.read_bytes())]
        )
        assert handed.status == 302
        for how in ("fast", "immediate"):
            _until(acknowledged, len(acknowledged) + 8)
            register.restart(how)
        _until(acknowledged, len(acknowledged) + 8)
    finally:
        over.set()
        for person in people:
            person.join()
    return acknowledged, seen


def _until(acknowledged: list[int], many: int) -> None:
    """Wait until so many are acknowledged; a minute at most."""
    deadline = time.monotonic() + 60
    while len(acknowledged) < many and time.monotonic() < deadline:
        time.sleep(0.01)
    assert len(acknowledged) >= many, "nobody could go on"
