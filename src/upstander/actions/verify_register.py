"""Prove all that is sealed: the ledger, what keeps it from being changed, and the decisions with their files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from upstander.actions.verify_decisions import Decided, verify_decisions
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import LedgerBroken
from upstander.register import triggers

__all__ = ["Whole", "verify_register"]


@dataclass(frozen=True, slots=True)
class Whole:
    """What was proved."""

    entries: int
    #: The seal of the last entry.
    digest: str
    decided: Decided


def verify_register(
    home: Path, told: Callable[[str, int, int], None] | None = None, *, noted: str | None = None
) -> Whole:
    """Prove it; `told` what is at work, how much is done and of how many.

    Raises `LedgerBroken` at the first that is not what was written, and where the database refuses changes no longer;
    `BadDecision` where a decision file cannot be read.
    """
    entries, digest = verify_ledger(None if told is None else _as("Proving entries", told), noted=noted)
    gone = triggers.missing()
    if gone:
        raise LedgerBroken(
            f"the database would let the ledger be changed: its trigger {gone[0]} was taken away, switched off or"
            " made anew"
        )
    decided = verify_decisions(home, None if told is None else _as("Proving decisions", told))
    return Whole(entries, digest, decided)


def _as(what: str, told: Callable[[str, int, int], None]) -> Callable[[int, int], None]:
    return lambda done, total: told(what, done, total)
