"""One case's trouble is kept from the others: said once for each state of the case, and tried again later."""

import math
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError

from upstander.errors import CaseBusy, UpstanderError

__all__ = ["Apart"]

#: Seconds after which what failed is tried again though nothing of it changed: a disk may have room by then.
_AGAIN = 600.0
#: And before which it is not tried again though something of it did: to fail may be to touch it.
_SOON = 60.0


class Apart:
    """Remembers what was said of which case, and until when what failed is left alone."""

    def __init__(self, what: str) -> None:
        #: What is done with each case, as a sentence says that it was not.
        self._what = what
        self._said: dict[str, tuple[float, str]] = {}
        #: The state that failed, from when on any other is tried, and from when on that one is.
        self._rest: dict[str, tuple[float, float, float]] = {}

    def rests(self, reference: str, state: float) -> bool:
        """Whether this state of the case failed, and is not to be tried again yet."""
        known, soon, again = self._rest.get(reference, (state, -math.inf, -math.inf))
        return time.monotonic() < (again if known == state else soon)

    @contextmanager
    def kept(self, reference: str, state: float) -> Iterator[None]:
        """Do something with a case that may fail: whatever it is, the next case has its turn.

        A case that is busy, or a worker that is to end, is no trouble. A register that is away is everybody's.
        """
        try:
            yield
        except CaseBusy:
            return
        except DatabaseError:
            raise
        except UpstanderError as problem:
            # Said where the case is read, too; it is not tried again before something of it changes.
            self._failed(reference, state, str(problem), 0.0, math.inf)
        except Exception as problem:  # noqa: BLE001 - the boundary: one case must not stop the others
            if self._failed(reference, state, f"{self._what}: {type(problem).__name__}: {problem}", _SOON, _AGAIN):
                traceback.print_exc(file=sys.stderr)
        else:
            if self._said.get(reference, (math.nan, ""))[0] == state:
                del self._said[reference]

    def _failed(self, reference: str, state: float, sentence: str, soon: float, again: float) -> bool:
        """Say it, once for each state; gives whether it was new."""
        now = time.monotonic()
        self._rest[reference] = (state, now + soon, now + again)
        if self._said.get(reference) == (state, sentence):
            return False
        self._said[reference] = (state, sentence)
        sys.stderr.write(f"{reference}: {sentence}\n")
        return True
