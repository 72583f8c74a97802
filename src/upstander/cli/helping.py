"""The worker that `upstander serve` starts beside itself, and starts again where it dies."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from upstander.register.site import Site

__all__ = ["working"]

#: Seconds before a worker that died is started again, the first time and at most; each time twice as long.
_AGAIN = (1.0, 60.0)
#: Seconds after which a worker that died is one that had worked: what went before it is no measure of what comes.
_WORKED = 300.0
#: Seconds that a worker has to put down what it does.
_GRACE = 15.0


@contextmanager
def working(site: Site, *, start: bool = True) -> Iterator[None]:
    """A worker process for as long as this lasts, where there is to be one."""
    if not start:
        yield
        return
    keeper = _Keeper(site)
    keeper.start()
    try:
        yield
    finally:
        keeper.stop()


class _Keeper(threading.Thread):
    """Keeps one worker running."""

    def __init__(self, site: Site) -> None:
        super().__init__(name="worker's keeper", daemon=True)
        self._environment = {**os.environ, "UPSTANDER_HOME": str(site.home)}
        self._over = threading.Event()
        #: Held where a worker is started, and where no other is to be: none is started and then forgotten.
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def run(self) -> None:
        pause = _AGAIN[0]
        while True:
            with self._lock:
                if self._over.is_set():
                    return
                self._process = subprocess.Popen(  # noqa: S603 - our own program, beside this process
                    [sys.executable, "-m", "upstander", "work", "--beside", str(os.getpid())],
                    stdin=subprocess.DEVNULL,
                    env=self._environment,
                )
            began = time.monotonic()
            self._process.wait()
            if time.monotonic() - began >= _WORKED:
                pause = _AGAIN[0]
            if self._over.wait(pause):
                return
            pause = min(pause * 2, _AGAIN[1])

    def stop(self) -> None:
        """End the worker: what it was taking in goes on the next time."""
        with self._lock:
            self._over.set()
            process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()
        self.join(_GRACE)
