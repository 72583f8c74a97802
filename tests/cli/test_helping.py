"""The worker beside a desk: started again where it dies, ever later, and at once where it had worked for long."""

import subprocess
import threading
from pathlib import Path
from types import SimpleNamespace

import pytest

from upstander.cli import helping
from upstander.register.site import Site


def test_a_worker_that_had_worked_for_long_is_started_again_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Eight that die as they begin wait twice as long each, up to a minute; one that ran for hours begins anew."""
    lasts = [0.0] * 8 + [7_200.0] + [0.0, 0.0]
    clock, pauses, ended = [0.0], [], threading.Event()

    class Worker:
        def __init__(self, *given: object, **named: object) -> None:
            self.lasts = lasts.pop(0)

        def wait(self) -> None:
            clock[0] += self.lasts

        def poll(self) -> int:
            return 1

    class Over:
        def is_set(self) -> bool:
            return ended.is_set()

        def set(self) -> None:
            ended.set()

        def wait(self, pause: float) -> bool:
            pauses.append(pause)
            clock[0] += pause
            if not lasts:
                ended.set()
            return ended.is_set()

    monkeypatch.setattr(helping, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(helping, "subprocess", SimpleNamespace(Popen=Worker, DEVNULL=subprocess.DEVNULL))
    keeper = helping._Keeper(Site(home=tmp_path))
    monkeypatch.setattr(keeper, "_over", Over())
    keeper.run()
    assert pauses == [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 1.0, 2.0, 4.0]
