"""The desk's own application, which says beside each answer how long it took: in `Server-Timing`, for this alone."""

import os
import time
from collections.abc import Callable, Iterable
from typing import Any

from upstander.web.wsgi import application as desk

__all__ = ["application"]

_PROCESS = os.getpid()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer, and say when the head goes out (a page is whole by then): wall, the thread's CPU, and the process."""
    began, used = time.perf_counter(), time.thread_time()

    def timed(status: str, headers: list[tuple[str, str]], problem: Any = None) -> Any:
        wall, cpu = 1000 * (time.perf_counter() - began), 1000 * (time.thread_time() - used)
        said = f"app;dur={wall:.2f}, cpu;dur={cpu:.2f}, process;dur={_PROCESS}"
        return start_response(status, [*headers, ("Server-Timing", said)], problem)

    return desk(environ, timed)
