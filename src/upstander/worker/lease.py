"""Who takes in which hand-in: leases in the register, that run out where a worker dies."""

import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from upstander.register.models import HandIn, HandInState

__all__ = ["LEASE", "Leaving", "Lost", "Stopped", "Watch", "claim", "named", "put_back"]

#: How long a worker may be silent before another takes over.
LEASE = timedelta(seconds=30)

#: Seconds between two writings of progress.
_PAUSE = 0.5


class Stopped(Exception):
    """Somebody stopped the hand-in."""


class Leaving(Exception):
    """The worker is to end: another, or the same one later, goes on."""


class Lost(Exception):
    """The hand-in is another's by now."""


def named() -> str:
    """A name that no other worker has, and that says where it runs."""
    return f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(4)}"


def claim(worker: str, now: datetime) -> HandIn | None:
    """The next hand-in that is to be taken in, leased to this worker; None where there is none.

    One that a dead worker had goes first. Of one case, one at a time.
    """
    if not _due(now).exists() and not _running().exists():
        return None
    with transaction.atomic():
        locked = HandIn.objects.select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
        left = [row for row in locked.filter(state=HandInState.RUNNING) if _over(row, now)]
        gone = {row.pk for row in left}
        busy = set(_running().exclude(pk__in=gone).values_list("case", flat=True))
        waiting = locked.filter(pk__in=_due(now).values("pk")).order_by("handed_at", "pk")
        found = next((row for row in [*left, *waiting] if row.case_id not in busy), None)
        if found is None:
            return None
        found.state, found.worker, found.leased_until = HandInState.RUNNING, worker, now + LEASE
        found.began_at = found.began_at or now
        found.save(update_fields=["state", "worker", "leased_until", "began_at"])
    return found


def put_back(hand_in: HandIn, *, label: str = "", until: datetime | None = None) -> None:
    """Let it wait again, not before `until`."""
    HandIn.objects.filter(pk=hand_in.pk, state=HandInState.RUNNING, worker=hand_in.worker).update(
        state=HandInState.WAITING, worker="", leased_until=until, label=label
    )


def _due(now: datetime) -> QuerySet[HandIn]:
    ready = Q(leased_until=None) | Q(leased_until__lt=now)
    return HandIn.objects.filter(ready, state=HandInState.WAITING)


def _running() -> QuerySet[HandIn]:
    return HandIn.objects.filter(state=HandInState.RUNNING)


def _over(row: HandIn, now: datetime) -> bool:
    """Whether whoever had it is gone: the lease ran out, or its process on this machine is no more."""
    if row.leased_until is None or row.leased_until < now:
        return True
    host, _, rest = row.worker.rpartition(":")[0].rpartition(":")
    if host != socket.gethostname()[:60] or not rest.isdecimal():
        return False
    try:
        os.kill(int(rest), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


class Watch:
    """Tells the register how far a hand-in has come, and the work whether it is to stop."""

    def __init__(self, hand_in: HandIn, leaving: Callable[[], bool] = lambda: False) -> None:
        self._hand_in = hand_in
        self._leaving = leaving
        self._last = 0.0

    def told(self, label: str, done: int, total: int) -> None:
        """Note progress, twice a second at most. Raises `Stopped`, `Leaving` or `Lost`."""
        if self._leaving():
            raise Leaving
        at = time.monotonic()
        if at - self._last < _PAUSE:
            return
        self._last = at
        try:
            # Bytes that have no characters stand in names as lone surrogates, which no database takes.
            plain = label.encode("utf-8", "replace").decode("utf-8")[:300]
            kept = (
                self._own()
                .filter(stopping=False)
                .update(label=plain, done=min(done, total), total=total, leased_until=timezone.now() + LEASE)
            )
            if not kept:
                raise Stopped if self._own().exists() else Lost
        except DatabaseError:
            # Progress is not worth the work: the register may be back at the next.
            connection.close()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Renew the lease for as long as this lasts, for work that tells nothing for a while."""
        over = threading.Event()

        def renew() -> None:
            while not over.wait(LEASE.total_seconds() / 3):
                try:
                    self._own().update(leased_until=timezone.now() + LEASE)
                except DatabaseError:
                    connection.close()
            connection.close()

        thread = threading.Thread(target=renew, name="lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _own(self) -> QuerySet[HandIn]:
        return _running().filter(pk=self._hand_in.pk, worker=self._hand_in.worker)
