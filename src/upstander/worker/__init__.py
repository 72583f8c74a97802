"""The worker: takes in what was handed in at the desk, in a process of its own.

::

    register: waiting ──claim──▶ running (leased) ──▶ done | failed | stopped
                  ▲                   │ lease runs out, or its worker is gone
                  └───────────────────┘

However a worker ends, nothing is lost and nothing is done twice: what was handed in lies in the case's inbox until its
exhibits are in the case, and taking in again does what is missing.
"""

from upstander.worker.loop import work

__all__ = ["work"]
