"""What is kept of tables is of what they hold now; and it is made once however many ask."""

import json
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from tests.review.conftest import telegram

from upstander.evidence.contents import totals
from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case, Home
from upstander.storage.kept import Kept, kept, stamp, tables_digest

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_one_thread_makes_what_many_ask_for() -> None:
    """And each state is made once."""
    made: list[int] = []
    there: Kept[int] = Kept(2)

    def make() -> int:
        time.sleep(0.05)
        made.append(1)
        return len(made)

    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(there.of("a", 1, make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (found, made) == ([1] * 8, [1])
    assert there.of("a", 2, make) == 2
    assert there.of("b", 1, lambda: 7) == there.of("c", 1, lambda: 7) == 7
    assert there.of("a", 2, make) == 3  # the one asked for longest ago had gone


def test_what_is_kept_of_a_case_is_of_its_tables_as_they_are(tmp_path: Path) -> None:
    """The moment another exhibit is read it is made again; what stands still is not."""
    case = Home(tmp_path / "home").new("C-1", title="C", now=NOW)
    made: list[str] = []

    @kept("messages", "participants", most=2)
    def counted(of: Case, word: str) -> int:
        made.append(word)
        return totals(of).messages

    for phone in (1, 2, 3):
        file = tmp_path / f"{phone}.json"
        file.write_text(telegram([("Ada", "tea"), ("Bo", f"no {phone}")], key=phone))
        ingest(case, [file], Handed(time_zone="UTC"), now=NOW, progress=lambda *_: None)
        before = tables_digest(case, ("messages",))
        assert [counted(case, "a"), counted(case, "a"), counted(case, "b")] == [2 * phone] * 3
        assert tables_digest(case, ("messages",)) == before
    assert made == ["a", "b"] * 3


def test_a_decision_file_that_grew_is_another(tmp_path: Path) -> None:
    """And so is one that is there at all."""
    case = Home(tmp_path / "home").new("C-1", title="C", now=NOW)
    states = [stamp(case, "codings.jsonl", "draws.jsonl")]
    path = case.decisions / "codings.jsonl"
    path.parent.mkdir(exist_ok=True)
    for line in range(3):
        with path.open("a") as stream:
            stream.write(json.dumps({"line": line}) + "\n")
        states.append(stamp(case, "codings.jsonl", "draws.jsonl"))
    assert len(set(states)) == 4
