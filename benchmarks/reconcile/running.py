"""Runs this project's reconciliation: the one place that names it."""

from time import process_time

from upstander.evidence.intake import conversations_stated
from upstander.evidence.reconcile import reconcile as reconciled
from upstander.evidence.reconcile.grouping import group
from upstander.evidence.reconcile.held import captures_held
from upstander.evidence.reconcile.joining import joined
from upstander.storage import Case, PartWriter, intakes

__all__ = ["matching_seconds", "reconcile"]


def reconcile(case: Case) -> None:
    """Reconcile the captures of `case` from nothing: writes its part `reconciled`, and not what is made of it."""
    with case.writing():
        writer = PartWriter(case, "reconciled")
        for name, rows in reconciled(case, stated=conversations_stated(intakes(case)), told=lambda *_: None):
            writer.write(name, rows)
        writer.finish(made_from="", about={})


def matching_seconds(case: Case) -> float:
    """CPU seconds from the captures' columns in memory to the message of every row: nothing read, nothing written."""
    held = list(captures_held(case))
    before = process_time()
    for one in group(held, stated={}, undecided=frozenset()):
        joined(one)
    return process_time() - before
