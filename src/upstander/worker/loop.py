"""The worker's round: look, take in, look again."""

import threading
import time
import traceback

from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from upstander.register.site import Site
from upstander.worker.keeping import Keeping
from upstander.worker.lease import Leaving, Watch, claim, named
from upstander.worker.taking import take
from upstander.worker.tidying import tidy

__all__ = ["work"]

#: Seconds between two looks at the register.
_LOOK = 1.0
#: Seconds between two looks at what is made of a case's exhibits together.
_KEEP = 5.0
#: Seconds between two looks for what is over and left lying.
_TIDY = 3600.0


def work(site: Site, over: threading.Event, *, once: bool = False) -> int:
    """Take in what waits until `over` is set, or with `once` until nothing waits; gives how many were taken up."""
    worker = named()
    taken = 0
    keeping = Keeping(site, over.is_set)
    tidied = -_TIDY
    looked = 0.0
    while not over.is_set():
        if not connection.in_atomic_block:
            close_old_connections()
        try:
            if time.monotonic() - tidied >= _TIDY:
                tidy(site)
                tidied = time.monotonic()
            hand_in = claim(worker, timezone.now())
            if hand_in is not None:
                taken += 1
                watch = Watch(hand_in, over.is_set)
                with watch.kept():
                    take(hand_in, site, watch)
                continue
            if once or time.monotonic() - looked >= _KEEP:
                looked = time.monotonic()
                keeping.look()
        except Leaving:
            break
        except DatabaseError:
            # The register is away, or being restarted: what was at work is claimed again when the lease runs out.
            traceback.print_exc()
            connection.close()
        if once:
            break
        over.wait(_LOOK)
    return taken
