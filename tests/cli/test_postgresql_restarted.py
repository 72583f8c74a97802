"""PostgreSQL restarted, and crashed, while several people work: what was acknowledged is there, once."""

import json
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import psycopg
from tests.support.desks import Browser, environment, open_desk
from tests.support.postgres import cluster

PEOPLE = 4


def test_a_register_that_is_restarted_under_load_loses_nothing(tmp_path: Path) -> None:
    """Pages say that it is away while it is, and work again by themselves; the chain is whole."""
    home = tmp_path / "home"
    with cluster() as register:
        with open_desk(home, "--no-worker", UPSTANDER_DATABASE_URL=register.url) as browser:
            first = {"full_name": "Ines Example", "username": "ines", "password": "three green lamps burn"}
            assert browser.post("/begin/", {**first, "runs": "works"}).status == 302
            assert browser.post("/cases/new/", {"reference": "MS-1", "title": "Late turn"}).status == 302
            over = threading.Event()
            kept: list[str] = []
            seen: Counter[int] = Counter()

            def keep(person: int) -> None:
                own = Browser(browser.address, dict(browser.cookies))
                number = 0
                while not over.is_set():
                    number += 1
                    name = f"search {person}-{number}"
                    answer = own.send_kept("/cases/MS-1/search/keep/", {"name": name, "q": "tea", "stem": ""})
                    seen[answer.status] += 1
                    if answer.status == 302:
                        kept.append(name)
                    else:
                        time.sleep(0.05)

            people = [threading.Thread(target=keep, args=(person,)) for person in range(PEOPLE)]
            for person in people:
                person.start()
            try:
                for how in ("fast", "immediate"):
                    time.sleep(0.4)
                    register.restart(how)
                time.sleep(0.4)
            finally:
                over.set()
                for person in people:
                    person.join()
            assert browser.send_kept("/cases/MS-1/search/keep/", {"name": "last", "q": "tea", "stem": ""}).status == 302
        assert set(seen) <= {302, 503}, seen
        assert seen[302] > 20
        assert seen[503] > 0, "it was away, and a page said so"
        with psycopg.connect(register.url) as connection:
            rows = connection.execute("SELECT about FROM register_entry WHERE verb = 'save_search'").fetchall()
            decided = connection.execute("SELECT entry_id FROM register_decision ORDER BY entry_id").fetchall()
        times = Counter(about for (about,) in rows)
        assert set(times.values()) == {1}, "nothing twice"
        assert not [name for name in kept if not any(name in about for about in times)], "nothing lost"
        lines = (home / "MS-1" / "decisions" / "searches.jsonl").read_text().splitlines()
        assert [json.loads(line)["ledger"] for line in lines] == [entry for (entry,) in decided]
        run = [sys.executable, "-m", "upstander", "ledger", "verify", "--json"]
        said = subprocess.run(
            run, capture_output=True, text=True, env=environment(home, UPSTANDER_DATABASE_URL=register.url)
        )
        assert json.loads(said.stdout)["whole"] is True, said.stderr
