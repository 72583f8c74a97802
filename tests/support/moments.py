"""Processes that are killed at a chosen moment of their work, as `kill -9` does it.

A moment is a statement that the register is given, before or after it, or a deed on the file system.
"""

import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

from django.db import connection

from upstander.errors import Refused

__all__ = ["DONE", "KILLED", "REFUSED", "Moments", "apart", "ended"]

_DEEDS = {"open", "os.rename", "os.remove", "os.mkdir", "os.truncate"}

#: What a process says by how it ends.
DONE, REFUSED, KILLED = 0, 3, -signal.SIGKILL


class Moments:
    """Counts moments from here on, and ends the process at the chosen one."""

    def __init__(self, fatal: int) -> None:
        self.seen, self._fatal = 0, fatal

    def during(self, work: Callable[[], object]) -> None:
        """Do `work`, and count its moments."""
        connection.ensure_connection()
        sys.addaudithook(self._heard)
        with connection.execute_wrapper(self._told):
            work()

    def _next(self) -> None:
        self.seen += 1
        if self.seen == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def _heard(self, event: str, _: tuple[Any, ...]) -> None:
        if event in _DEEDS:
            self._next()

    def _told(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        self._next()
        done = execute(sql, params, many, context)
        self._next()
        return done


def apart(work: Callable[[], object]) -> int:
    """Do `work` in a process of its own: its number. The one that calls this must have no threads."""
    connection.close()
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        work()
        status = DONE
    except Refused:
        status = REFUSED
    except BaseException:
        traceback.print_exc()
        raise
    finally:
        sys.stderr.flush()
        os._exit(status)


def ended(child: int) -> int:
    """How it ended; `KILLED` where it was."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
