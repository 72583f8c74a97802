"""`upstander work`."""

import os
import signal
import threading
import time
from types import FrameType
from typing import Annotated

from cyclopts import Parameter

from upstander.cli.exits import DONE
from upstander.cli.opened import opened
from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import emit, note

__all__ = ["work"]


def work(
    *,
    once: Annotated[
        bool, Parameter(negative="", show_default=False, help="Take in what waits, and end when nothing does.")
    ] = False,
    beside: Annotated[int | None, Parameter(show=False, help="End where this process, which starts it, ends.")] = None,
    shared: Shared = SHARED,
) -> int:
    """Take in what was handed in at the desk; `upstander serve` does this beside itself.

    It looks into the register every second. Ctrl-C ends it: what it was taking in goes on when it, or another, is
    started. However it ends, nothing is lost and nothing is taken in twice.
    """
    site = opened(shared)
    from upstander.worker import work as worker

    over = threading.Event()
    before = {}

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what a signal gives
        over.set()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            before[number] = signal.signal(number, stop)
    if beside is None:
        if not once:
            note("Taking in what is handed in; Ctrl-C ends it.")
    else:
        threading.Thread(target=_orphaned, args=(over, beside), daemon=True).start()
    try:
        taken = worker(site, over, once=once)
    finally:
        over.set()
        for number, handler in before.items():
            signal.signal(number, handler)
    if shared.json:
        emit({"taken_up": taken})
    elif once:
        note(f"{taken:,} taken up; nothing waits any more." if taken else "Nothing waits.")
    return DONE


def _orphaned(over: threading.Event, parent: int) -> None:
    """End where the desk that started it is gone, or was before this looked: another is started with the next desk."""
    while not over.is_set() and os.getppid() == parent:
        time.sleep(1)
    over.set()
