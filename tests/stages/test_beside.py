"""Work beside pages: who waits for it, what is shown meanwhile, and that it is never begun twice."""

import threading
import time

import pytest

from upstander.stages import beside
from upstander.stages.beside import Beside, Worked


def test_what_is_quick_is_always_of_what_there_is_now() -> None:
    """Each state is worked out once."""
    made: list[int] = []
    there: Beside[int] = Beside()
    for state in (1, 1, 2, 2):
        assert there.ask("a", state, lambda state=state: made.append(state) or state) == Worked(state, current=True)  # type: ignore[misc, func-returns-value]
    assert made == [1, 2]


def test_what_takes_long_is_shown_as_it_was_and_begun_again_after_a_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page says that it is older; it waits a moment only, and the work is kept though nobody waits for it."""
    monkeypatch.setattr(beside, "LONG", 0.0)
    monkeypatch.setattr(beside, "RESTS", 0.0)
    there: Beside[str] = Beside()
    assert there.ask("a", 1, lambda: "first") == Worked("first", current=True)
    go = threading.Event()
    began = time.monotonic()
    assert there.ask("a", 2, lambda: (go.wait(5) and "second") or "") == Worked("first", current=False)
    assert there.ask("a", 3, lambda: "never begun beside it") == Worked("first", current=False)
    assert time.monotonic() - began < 1
    go.set()
    for _ in range(200):
        if there.ask("a", 2, lambda: "again") == Worked("second", current=True):
            break
        time.sleep(0.01)
    else:
        raise AssertionError("what was worked out was not kept")
    monkeypatch.setattr(beside, "RESTS", 1e9)
    assert there.ask("a", 4, lambda: "third", patience=5) == Worked("third", current=True)
    assert there.ask("a", 5, lambda: "too early", patience=5) == Worked("third", current=False)


def test_there_is_nothing_yet_while_it_is_worked_out_for_the_first_time() -> None:
    """And what it raises is raised, once; it is tried again."""
    there: Beside[str] = Beside()
    go = threading.Event()
    assert there.ask("a", 1, lambda: (go.wait(5) and "first") or "", patience=0) is None
    go.set()
    assert there.ask("a", 1, lambda: "again") == Worked("first", current=True)
    with pytest.raises(ZeroDivisionError):
        there.ask("b", 1, lambda: str(1 // 0))
    assert there.ask("b", 1, lambda: "well") == Worked("well", current=True)
