"""Random made operations: any number of them, the same from the same seed, none with anything deleted unless asked.

For the property that nothing is called deleted where nothing was: every other reason for a message to be missing is
here, alone and together.
"""

from collections.abc import Iterator

import numpy as np
from benchmarks.reconcile.knobs import Layout, Moved, Phone, Shape, Timer
from benchmarks.reconcile.made import Operation, make

__all__ = ["SEED", "operations", "random_operation"]

#: Seed of the operations that the test of false deletions runs through.
SEED = 20_181_122

_ZONES = ("Europe/London", "Europe/Madrid", "America/New_York", "Asia/Dubai", "Asia/Kolkata", "UTC")
_LAYOUTS: tuple[Layout, ...] = ("android", "ios", "us", "store")
_FAST = (0, 0, 0, 90_000, -150_000, 240_000, 3_000)
_DAY = 86_400


def operations(count: int, *, seed: int = SEED, deleted: float = 0.0) -> Iterator[Operation]:
    """So many random operations."""
    for number in range(count):
        yield random_operation(seed * 1_000 + number, deleted=deleted)


def random_operation(seed: int, *, deleted: float = 0.0) -> Operation:
    """A small operation of two to five captures; each phone deletes the share `deleted` of its messages."""
    rng = np.random.default_rng([seed, 7])
    people = int(rng.integers(3, 12))
    timer = Timer(float(rng.uniform(0.3, 0.9)), int(rng.choice((1, 7, 90))) * _DAY) if rng.random() < 0.25 else None
    shape = Shape(
        messages=int(rng.integers(50, 401)),
        people=people,
        distinct=float(rng.choice((0.02, 0.05, 0.1, 0.3, 0.6))),
        days=float(rng.choice((3, 30, 200, 300))),
        bursts=float(rng.uniform(0.1, 0.7)),
        revoked=float(rng.choice((0, 0.01, 0.05))),
        edited=float(rng.choice((0, 0.02))),
        number_changed=float(rng.uniform(0.2, 0.8)) if rng.random() < 0.3 else None,
        timer=timer,
    )
    owners = rng.permutation(people)
    # One person stays throughout, so that there is somebody to add the others.
    count = min(int(rng.integers(2, 6)), people - 1)
    phones = tuple(_phone(rng, int(owners[at]), shape, deleted=deleted) for at in range(count))
    return make(shape, phones, seed=seed)


def _phone(rng: np.random.Generator, owner: int, shape: Shape, *, deleted: float) -> Phone:
    layout = _LAYOUTS[int(rng.integers(len(_LAYOUTS)))]
    zone = str(rng.choice(_ZONES))
    taken = float(rng.uniform(0.5, 1.0)) if rng.random() < 0.3 else 1.0
    joined = float(rng.uniform(0.05, 0.4)) if rng.random() < 0.25 else 0.0
    left = float(rng.uniform(0.6, 0.95)) if rng.random() < 0.2 else 1.0
    low = float(rng.uniform(0.1, 0.7))
    moved = Moved(0.4, 0.6, int(rng.choice((46 * 3_600_000, -2 * 3_600_000, 600_000))))
    return Phone(
        layout=layout,
        owner=owner,
        zone=zone,
        read_as=[None, "", "Europe/London"][int(rng.choice(3, p=(0.7, 0.2, 0.1)))],
        fast_ms=int(rng.choice(_FAST)),
        moved=(moved,) if layout == "store" and rng.random() < 0.3 else (),
        deleted=deleted,
        joined=joined,
        left=left,
        taken=max(taken, joined + 0.05),
        last=int(rng.integers(20, shape.messages)) if rng.random() < 0.25 else None,
        filtered=((low, low + 0.08),) if rng.random() < 0.2 else (),
        permuted=float(rng.choice((0, 0.2, 1.0))),
        attached=bool(rng.random() < 0.3),
        unsaved=float(rng.choice((0, 0.3, 0.8))),
        contacts=int(rng.integers(1_000)),
        linked=float(rng.choice((0, 0.4))),
    )
