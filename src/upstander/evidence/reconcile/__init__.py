"""Many captures, one conversation: which rows are one message, what each capture lacks and why, whose clock was wrong.

::

    messages of every capture ── held ──▶ group ──▶ joined (keys, then aligning) ──▶ captures, sightings
                                                       │
                                                       ├── clocks
                                                       └── spells, timers, traces ──▶ gaps
"""

from upstander.evidence.reconcile.running import reconcile

__all__ = ["reconcile"]
