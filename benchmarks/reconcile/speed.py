"""The operations that speed is measured on: one large group on five phones, with keys and without."""

from benchmarks.reconcile.knobs import Moved, Phone, Shape
from benchmarks.reconcile.made import Operation, make

__all__ = ["KINDS", "operation"]

KINDS = ("text", "keyed")

_SEED = 2018
#: Days that a group of a million messages takes.
_DAYS = 1_500

_TEXT = (
    Phone("android", 0, deleted=0.02, permuted=0.2, contacts=1),
    Phone("ios", 1, zone="Europe/Madrid", deleted=0.03, fast_ms=-40_000, contacts=2, joined=0.05),
    Phone("us", 2, zone="America/New_York", deleted=0.02, fast_ms=240_000, permuted=0.2, contacts=3),
    Phone("ios", 3, deleted=0.05, attached=True, left=0.95, contacts=4),
    Phone("android", 4, deleted=0.02, read_as="", taken=0.98, contacts=5, unsaved=0.8),
)
_KEYED = (
    Phone("store", 0, deleted=0.02, linked=0.3),
    Phone("store", 1, deleted=0.03, joined=0.05, moved=(Moved(0.4, 0.45, 165_534_700),)),
    Phone("store", 2, deleted=0.02, fast_ms=240_000),
    Phone("store", 3, deleted=0.05, left=0.95, linked=0.3),
    Phone("store", 4, deleted=0.02, taken=0.98),
)


def operation(kind: str, messages: int) -> Operation:
    """A group of sixty people and so many messages; `kind` is one of `KINDS`."""
    shape = Shape(messages=messages, people=60, distinct=0.3, days=max(30.0, _DAYS * messages / 1_000_000))
    return make(shape, {"text": _TEXT, "keyed": _KEYED}[kind], seed=_SEED)
