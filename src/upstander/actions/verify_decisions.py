"""Prove the decisions: each is what its entry sealed, and the files of the cases say what the register says."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db.models import QuerySet

from upstander.errors import LedgerBroken
from upstander.register.models import Case, Decision, File
from upstander.register.sealing import LINE, of_line, storable
from upstander.storage import Home
from upstander.storage.decisions import lines

__all__ = ["Decided", "verify_decisions"]

_NUMBER = re.compile(r', "ledger": ([1-9][0-9]{0,17})\}$')


@dataclass(frozen=True, slots=True)
class Decided:
    """What is whole."""

    #: Decisions that their entries seal.
    sealed: int
    #: Those of earlier versions, whose entries do not seal them.
    unsealed: int
    #: Lines of files that the ledger does not know yet, and decisions that are not in their file yet: both come there
    #: with what is decided next.
    waiting: int


def verify_decisions(home: Path, told: Callable[[int, int], None] | None = None) -> Decided:
    """Go through every decision of the register, and every line of the decision files of its cases.

    Raises `LedgerBroken` at the first that is not what was entered, `BadDecision` where a file cannot be read.
    """
    sealed, unsealed, total = 0, 0, Decision.objects.count()
    for decision in Decision.objects.select_related("entry").order_by("entry").iterator(chunk_size=2_000):
        seal = json.loads(decision.entry.detail).get(LINE)
        if seal not in (None, of_line(decision.line)):
            raise LedgerBroken(
                f"what entry {decision.entry_id:,} of the ledger decided was changed after it was written"
            )
        sealed, unsealed = sealed + (seal is not None), unsealed + (seal is None)
        if told is not None and (sealed + unsealed) % 1_000 == 0:
            told(sealed + unsealed, total)
    folders = {case.path.name: case for case in Home(home).cases()}
    waiting = 0
    for case in Case.objects.all():
        if case.reference not in folders:
            if case.decisions.exists():
                raise LedgerBroken(
                    f"the folder of case {case.reference}, whose decisions the ledger has, is not in {home}"
                )
            continue
        waiting += sum(_file(case, folders[case.reference].decisions / file.value, file) for file in File)
    return Decided(sealed, unsealed, waiting)


def _file(case: Case, path: Path, file: File) -> int:
    """How many lines of it wait for something. Raises what `verify_decisions` does."""
    # What a command wrote is in the file first, what was decided at the desk in the register: looked at in that order,
    # nothing is missed that is written meanwhile.
    admitted = Counter(_of(case, file, admitted=True).values_list("line", flat=True))
    found = [line for line, _ in lines(path)]
    made = list(_of(case, file, admitted=False).order_by("entry").values_list("entry_id", "line"))
    numbered = list(_numbered(found))
    for (entry, line), (number, written) in zip(made, numbered, strict=False):
        if (entry, line) != (number, written):
            which = entry if entry < number else number
            raise LedgerBroken(
                f"{path} does not say what entry {which:,} decided: a line was changed, moved or removed"
            )
    if len(numbered) > len(made):
        raise LedgerBroken(f"a line of {path} says that it is entry {numbered[len(made)][0]:,}, which decided nothing")
    typed = Counter(storable(line) for line in found if not _NUMBER.search(line.strip()))
    gone = admitted - typed
    if gone:
        raise LedgerBroken(f"{path} lacks {gone.total():,} of the lines that were entered from it: changed or removed")
    return (typed - admitted).total() + len(made) - len(numbered)


def _numbered(found: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Numbers of entries, and the lines as they were before they had one."""
    for line in map(str.strip, found):
        number = _NUMBER.search(line)
        if number is not None:
            yield int(number[1]), f"{line[: number.start()]}}}"


def _of(case: Case, file: File, *, admitted: bool) -> QuerySet[Decision]:
    return Decision.objects.filter(case=case, file=file, admitted=admitted)
