"""The pairs of captures that accuracy is swept over: what a shape and its two phones are in each."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from benchmarks.reconcile.knobs import Moved, Phone

__all__ = ["DELETED", "DISTINCT", "PAIRS", "Pair"]

#: Two captures, each with that share of its messages deleted.
Pair = Callable[[float], tuple[Phone, Phone]]

DELETED = (0.0, 0.02, 0.05, 0.10)
DISTINCT = (0.02, 0.05, 0.1, 0.3, 0.6)

_AHEAD = 165_534_700


def _minute_second(deleted: float) -> tuple[Phone, Phone]:
    return (
        Phone("android", 0, deleted=deleted, permuted=0.2, contacts=1),
        Phone("ios", 1, zone="Europe/Madrid", read_as="Europe/London", deleted=deleted, fast_ms=-40_000, contacts=2,
              attached=True, unsaved=0.6),
    )  # fmt: skip


def _scrambled(deleted: float) -> tuple[Phone, Phone]:
    one, other = _minute_second(deleted)
    return replace(one, permuted=0.0, scrambled=0.2), other


def _minute_minute(deleted: float) -> tuple[Phone, Phone]:
    return (
        Phone("android", 0, deleted=deleted, permuted=0.2, contacts=1),
        # Dubai keeps no summer time: the two zones are three or four hours apart, and the reader is told neither.
        Phone("us", 1, zone="Asia/Dubai", read_as="", deleted=deleted, fast_ms=240_000, permuted=0.2, contacts=2,
              unsaved=0.6),
    )  # fmt: skip


def _second_second(deleted: float) -> tuple[Phone, Phone]:
    return (
        Phone("ios", 0, deleted=deleted, permuted=0.2, contacts=1),
        Phone(
            "ios", 1, zone="America/New_York", deleted=deleted, fast_ms=90_000, contacts=2, attached=True, joined=0.1
        ),
    )


def _keyed_minute(deleted: float) -> tuple[Phone, Phone]:
    return (
        Phone("store", 0, deleted=deleted, moved=(Moved(0.4, 0.5, _AHEAD),), linked=0.3, contacts=1),
        Phone("android", 1, deleted=deleted, fast_ms=-120_000, permuted=0.2, contacts=2, unsaved=0.6),
    )


def _keyed_keyed(deleted: float) -> tuple[Phone, Phone]:
    return (
        Phone("store", 0, deleted=deleted, moved=(Moved(0.4, 0.5, _AHEAD),), linked=0.3, contacts=1),
        Phone("store", 1, deleted=deleted, joined=0.15, contacts=2),
    )


PAIRS: Mapping[str, Pair] = MappingProxyType(
    {
        "minute/second": _minute_second,
        "minute/second, one minute in five scrambled": _scrambled,
        "minute/minute, zones apart": _minute_minute,
        "second/second": _second_second,
        "keyed/minute": _keyed_minute,
        "keyed/keyed": _keyed_keyed,
    }
)
