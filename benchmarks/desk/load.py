"""The load: reviewers who code and one who reads, over HTTP; prints what they met, as JSON.

python -m benchmarks.desk.load PORT FILE SECONDS   # FILE says what may be asked for
"""

import json
import random
import re
import resource
import sys
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from benchmarks.desk.browser import Answer, Browser
from benchmarks.desk.pages import kinds
from benchmarks.desk.people import CODES, PASSWORD

_HOLD = re.compile(r'name="hold" value="(\d+)"')
#: Seconds a reviewer looks before the words are shown, and before they decide: drawn evenly between these.
LOOKS, DECIDES = (0.5, 1.5), (2.0, 4.0)
#: Of a hundred forms, those that are sent twice at once, as by somebody impatient.
_TWICE = 5
#: Seconds that the reader waits after each page; samples of each kind that are waited for, and seconds at most.
_PAUSE, SAMPLES, _MOST = 0.05, 30, 270.0
_OF_SITE = ("settings of the site", "ledger of the site", "accounts")
#: Fresh connections that a page is asked for over at most, until every process has answered it twice.
_FRESH = 40


class Load:
    """One run."""

    def __init__(self, port: int, asked: dict[str, Any], seconds: float) -> None:
        self.port, self.asked, self.seconds = port, asked, seconds
        self.reference = asked["reference"]
        self.met: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
        self.acknowledged: list[int] = []
        self.problems: list[str] = []
        self.passed_over = 0
        self.processes: dict[int, int] = defaultdict(int)
        self.over = threading.Event()
        self.lock = threading.Lock()

    def note(self, kind: str, answer: Answer, *expected: int) -> Answer:
        """Keep how long it took; an answer of another status is a problem."""
        with self.lock:
            self.met[kind].append((answer.wall, answer.server, answer.cpu))
            self.processes[answer.process] += 1
            if answer.status not in (expected or (200,)):
                self.problems.append(f"{kind}: {answer.status} {answer.where}")
        return answer

    def run(self) -> dict[str, Any]:
        """Sign everybody in, warm up, load, and say what was met."""
        began = time.monotonic()
        people = [Browser(self.port) for _ in CODES]
        for number, browser in enumerate(people):
            browser.sign_in(f"reviewer{number}", PASSWORD, self.reference)
        reader, runner = Browser(self.port), Browser(self.port)
        reader.sign_in("reader", PASSWORD, self.reference)
        reader.post(f"/cases/{self.reference}/reading/text/", {"shown": "yes"})
        runner.sign_in("runner", PASSWORD)
        signed = time.monotonic() - began
        first = self.warm(reader, runner, people)
        warmed = time.monotonic() - began - signed
        threads = [threading.Thread(target=self.review, args=row) for row in zip(people, CODES, range(20), strict=True)]
        ended = time.monotonic() + self.seconds
        for thread in threads:
            thread.start()
        self.read(reader, runner, ended)
        self.over.set()
        lasted = time.monotonic() - ended + self.seconds
        for thread in threads:
            thread.join()
        used = resource.getrusage(resource.RUSAGE_SELF)
        return {
            "met": self.met, "acknowledged": self.acknowledged, "problems": self.problems, "first": first,
            "signed_in_seconds": signed, "warmed_seconds": warmed, "seconds": lasted, "sent_twice": self.passed_over,
            "processes": list(self.processes.values()), "client_cpu_seconds": used.ru_utime + used.ru_stime,
        }  # fmt: skip

    def warm(self, reader: Browser, runner: Browser, people: list[Browser]) -> dict[str, float]:
        """Every kind of page from every process twice, and the queues opened; gives the longest of each kind."""
        first: dict[str, float] = {}
        for kind, path in kinds(self.asked, random.Random(1)).items():
            seen: dict[int, int] = defaultdict(int)
            whose = runner if kind in _OF_SITE else reader
            for _ in range(_FRESH):
                answer = whose.twin().get(path())
                if answer.status not in (200, 302):
                    raise SystemExit(f"{kind}: {answer.status} {answer.where}")
                seen[answer.process] += 1
                first[kind] = max(first.get(kind, 0.0), answer.server)
                if len(seen) > 1 and min(seen.values()) > 1:
                    break
        for code in dict.fromkeys(CODES):
            one = people[CODES.index(code)]
            opened: set[int] = set()
            for _ in range(4 * _FRESH):
                answer = one.twin().get(self.queue(code))
                first["queue, being opened"] = max(first.get("queue, being opened", 0.0), answer.server)
                opened |= {answer.process} if _HOLD.search(answer.text) else set()
                if len(opened) > 1:
                    break
                time.sleep(0.5)
        return first

    def queue(self, code: str) -> str:
        """Where a code is read."""
        return f"/cases/{self.reference}/review/{code}/"

    def review(self, browser: Browser, code: str, number: int) -> None:
        """Read, reveal, decide, until it is over."""
        chance, where = random.Random(number), self.queue(code)
        time.sleep(4 * chance.random())
        while not self.over.is_set():
            try:
                self.code(browser, where, chance)
            except Exception as problem:  # noqa: BLE001 - it is counted, and the next is read
                with self.lock:
                    self.problems.append(f"reviewer {number}: {problem!r}"[:300])

    def code(self, browser: Browser, where: str, chance: random.Random) -> None:
        """One message."""
        given = self.note("queue, the next", browser.get(where))
        found = _HOLD.search(given.text)
        if found is None:
            with self.lock:
                self.problems.append("the queue gave nothing")
            time.sleep(1)
            return
        hold = found.group(1)
        time.sleep(chance.uniform(*LOOKS))
        self.note("queue, the words", browser.get(f"{where}?reveal={hold}"))
        time.sleep(chance.uniform(*DECIDES))
        say = chance.choices(("not", "ticked", "nothing"), (70, 20, 10))[0]
        form = {"hold": hold, "say": say, **({"own": "on"} if say == "ticked" else {})}
        other = None
        if chance.randrange(100) < _TWICE:
            other = threading.Thread(target=browser.twin().post, args=(f"{where}said/queue/", form))
            other.start()
        answer = self.note("queue, the decision", browser.post(f"{where}said/queue/", form), 302)
        if other is not None:
            other.join()
        with self.lock:
            self.passed_over += other is not None
            if answer.status == 302 and "reveal" not in answer.where:
                self.acknowledged.append(int(hold))
            else:
                self.problems.append(f"a decision was not taken: {answer.status} {answer.where}")

    def read(self, reader: Browser, runner: Browser, ended: float) -> None:
        """Ask for every kind in turn, until the time is over and there is enough of each."""
        every = kinds(self.asked, random.Random(2))
        latest = ended - self.seconds + _MOST
        while time.monotonic() < latest:
            for kind, path in every.items():
                whose = runner if kind in _OF_SITE else reader
                more = {"HX-Request": "true"} if kind == "search, as it is typed" else {}
                try:
                    self.note(kind, whose.get(path(), **more), 302 if kind == "jump to a day" else 200)
                except Exception as problem:  # noqa: BLE001 - it is counted
                    with self.lock:
                        self.problems.append(f"{kind}: {problem!r}"[:300])
                time.sleep(_PAUSE)
            if time.monotonic() > ended and min(len(self.met[kind]) for kind in every) >= SAMPLES:
                break


if __name__ == "__main__":
    told = Load(int(sys.argv[1]), json.loads(Path(sys.argv[2]).read_text(encoding="utf-8")), float(sys.argv[3]))
    print(json.dumps(told.run()))
