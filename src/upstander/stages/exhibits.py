"""From files to who knew: what each stage reads, what it writes, and what has to be done again.

::

    paths ── take in ──▶ exhibits, intake ── sort ──▶ documents ── read ──▶ a part an exhibit ── describe ──▶
          ── reconcile ──▶ captures, sightings, gaps, clocks ── people ──▶ persons, memberships, presence, responses
          ──▶ manifest

A stage is done when its part is in place with the digest of all that it was made from. A process that is killed leaves
either the old part or the new one; the next run does what is missing and nothing else.
"""

import errno
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import import_module
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import pyarrow as pa

from upstander import __version__
from upstander.errors import CaseDamaged, OutputError, UnknownTimeZone
from upstander.evidence.capture import Capture
from upstander.evidence.described import exhibits_table, remarks
from upstander.evidence.document import Document
from upstander.evidence.intake import Handed, conversations_stated, take_in
from upstander.evidence.reading import Found, read_exhibit
from upstander.evidence.sorting import Sorting, Task, kept_sortings, sort, tasks
from upstander.evidence.sources import Rows
from upstander.evidence.sources.registry import SOURCES
from upstander.evidence.standing import (
    CASE_PART,
    PEOPLE,
    RECONCILED,
    TOGETHER,
    decided,
    people_from,
    reconciled_from,
)
from upstander.evidence.tally import Tally
from upstander.storage import (
    Case,
    Intake,
    Manifest,
    Part,
    PartWriter,
    discard,
    intakes,
    manifest,
    parts,
    sweep,
    write_manifest,
)

__all__ = ["Ingested", "Progress", "ingest", "rebuild", "reconcile", "together"]

#: Told what is at work, and how many bytes of how many are done.
Progress = Callable[[str, int, int], None]

#: The number is raised whenever a source tells more or otherwise of the same bytes.
_VERSION = f"upstander {__version__} tables 2"


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a run did."""

    #: The record of what was handed in.
    intake: Intake
    #: References of the exhibits that were read in this run; the others were up to date.
    read: tuple[str, ...]
    manifest: Manifest


def ingest(
    case: Case, paths: Sequence[Path], handed: Handed, *, now: datetime, progress: Progress, later: bool = False
) -> Ingested:
    """Take in `paths` and bring every table up to date. Run again after a crash, it does what is missing.

    `later` leaves what the exhibits show together to the next run: for many hand-ins in a row.

    Raises `UnknownTimeZone`, `CaseBusy`, `IntakeError`, `OutputError`; what is wrong inside an exhibit is a warning.
    """
    if handed.time_zone is not None:
        _known_zone(handed.time_zone)
    with case.writing():
        intake = take_in(case, paths, handed, now=now, advance=_labelled(progress, "Taking in"))
        read, made = _bring_up_to_date(case, progress, later=later)
    return Ingested(intake=intake, read=read, manifest=made)


def rebuild(case: Case, *, progress: Progress) -> tuple[Manifest | None, Manifest]:
    """Make every table again from the exhibits; gives the manifest before and after.

    An exhibit's old rows stand until its new ones take their place, so that a process that is killed never leaves a
    case that seems to hold nothing. Raises `CaseDamaged` where an exhibit's bytes are not those it was stored under.
    """
    with case.writing():
        before = manifest(case)
        _check_exhibits(case, _labelled(progress, "Checking"))
        _, after = _bring_up_to_date(case, progress, anew=True)
    return before, after


def together(case: Case, *, progress: Progress) -> None:
    """Bring what the exhibits show together up to date, and nothing else. Raises `CaseBusy`."""
    with case.writing():
        reconcile(case, progress=progress)
        write_manifest(case)


def _known_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        message = f"{name!r} is no time zone of the IANA database; give one such as Europe/London"
        raise UnknownTimeZone(message) from problem


def _labelled(progress: Progress, verb: str) -> Progress:
    return lambda name, done, total: progress(f"{verb} {name}", done, total)


def _bring_up_to_date(
    case: Case, progress: Progress, *, anew: bool = False, later: bool = False
) -> tuple[tuple[str, ...], Manifest]:
    """Read every exhibit that has no part of its present making (or every one), and describe the whole."""
    known = intakes(case)
    sweep(case)
    there = {part.name: part for part in parts(case)}
    sortings = _sortings(case, known, None if anew else there.get(CASE_PART))
    wanted = tasks(case, known, sortings, version=_VERSION)
    names = {task.file.exhibit for task in wanted}
    for name in there.keys() - names - {*TOGETHER}:
        discard(case, name)
    due = [
        task
        for task in wanted
        if anew or task.file.exhibit not in there or there[task.file.exhibit].made_from != task.made_from
    ]
    total = sum(task.file.size for task in due)
    before = 0
    for task in due:
        for done in _read(case, task):
            progress(f"Reading {task.reference}", before + int(done * task.file.size), total)
        before += task.file.size
    _describe(case, known, sortings)
    if not later:
        reconcile(case, progress=progress, anew=anew)
    return tuple(task.reference for task in due), write_manifest(case)


def _sortings(case: Case, known: Sequence[Intake], described: Part | None) -> dict[str, Sorting]:
    """The sorting of every intake: as the case part has it, or made now."""
    kept = kept_sortings(described) if described and described.about["version"] == _VERSION else {}
    return {
        intake.id: kept[intake.id] if intake.id in kept else sort(case, intake, sources=SOURCES, scratch=case.scratch)
        for intake in known
    }


def _read(case: Case, task: Task) -> Iterator[float]:
    """Read one exhibit into its part; gives the share of it that is done."""
    scratch = case.scratch / "reading"
    scratch.mkdir(exist_ok=True)
    writer = PartWriter(case, task.file.exhibit)
    tally = Tally()
    found: list[Found] = []
    faults: list[Exception] = []
    for item in _guarded(task, found, faults, scratch):
        if isinstance(item, Found):
            found.append(item)
            continue
        for table, batch in tally.watch(item):
            writer.write(table, batch)
        yield item.done
    for table, batch in tally.close():
        writer.write(table, batch)
    about = {"reference": task.reference, "found": [asdict(entry) for entry in found]}
    # What ended at a fault of ours is not finished: the next run, by a mended Upstander perhaps, reads it again.
    writer.finish(made_from="" if faults else task.made_from, about=about)
    shutil.rmtree(scratch)


def _guarded(task: Task, found: Sequence[Found], faults: list[Exception], scratch: Path) -> Iterator[Rows | Found]:
    """Everything that reading the exhibit gives; a fault of ours ends this exhibit with a warning, and not the run."""
    try:
        yield from read_exhibit(task.file, task.siblings, reading=task.reading, sources=SOURCES, scratch=scratch)
    except OutputError:
        raise
    except OSError as problem:
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            # No fault of the exhibit's: a warning would be kept as what it holds, long after there is room again.
            message = f"the disk that holds the case is full; {task.reference} was not read: make room and run it again"
            raise OutputError(message) from problem
        faults.append(problem)
    except Exception as problem:  # noqa: BLE001 - the boundary: one exhibit must not stop the others
        faults.append(problem)
    for fault in faults:
        yield from _fault(task, found, fault)


def _fault(task: Task, found: Sequence[Found], problem: Exception) -> Iterator[Rows]:
    """The warning that reading an exhibit ended at a fault of ours."""
    capture = Capture(Document(file=task.file), source=(found[-1].source if found else None) or "", platform="unknown")
    capture.warn(
        "fault",
        f"reading {task.reference} stopped at a fault of Upstander's own ({type(problem).__name__}: {problem});"
        " what was read before it stands: please report it",
    )
    yield from capture.close()


def _describe(case: Case, known: Sequence[Intake], sortings: dict[str, Sorting]) -> None:
    """Write the case part: exhibits, refusals, and the sortings for the next run."""
    found = {part.name: part.about["found"] for part in parts(case) if part.name not in TOGETHER}
    writer = PartWriter(case, CASE_PART)
    writer.write("exhibits", exhibits_table(known, sortings, found))
    writer.write("warnings", remarks(known))
    about = {"version": _VERSION, "sortings": {identity: asdict(entry) for identity, entry in sortings.items()}}
    digest = hashlib.sha256(json.dumps([about, found], sort_keys=True).encode()).hexdigest()
    writer.finish(made_from=digest, about=about)


def reconcile(case: Case, *, progress: Progress, anew: bool = False) -> None:
    """Bring the tables of reconciliation, and with them those of people, up to date with what the exhibits gave."""
    known = {part.name: part for part in parts(case)}
    made_from = reconciled_from(case, known, version=_VERSION)
    if anew or RECONCILED not in known or known[RECONCILED].made_from != made_from:
        # Loaded here, and so is what computes on people: reading a small export needs neither.
        rows = import_module("upstander.evidence.reconcile").reconcile(
            case,
            stated=conversations_stated(intakes(case)),
            told=lambda done, total: progress("Reconciling", done, total),
        )
        _write(case, RECONCILED, rows, made_from)
    people = people_from(case, known, made_from)
    if anew or PEOPLE not in known or known[PEOPLE].made_from != people:
        rows = import_module("upstander.people").people_tables(
            case, decisions=decided(case), told=lambda done, total: progress("Placing people", done, total)
        )
        _write(case, PEOPLE, rows, people)


def _write(case: Case, name: str, rows: Iterable[tuple[str, pa.RecordBatch]], made_from: str) -> None:
    writer = PartWriter(case, name)
    for table, batch in rows:
        writer.write(table, batch)
    writer.finish(made_from=made_from, about={"version": _VERSION})


def _check_exhibits(case: Case, progress: Progress) -> None:
    """Hash every exhibit again."""
    addresses = {file.exhibit: (file.reference, file.bytes) for intake in intakes(case) for file in intake.files}
    total = sum(size for _, size in addresses.values())
    done = 0
    for address, (reference, size) in addresses.items():
        path = case.exhibit(address)
        try:
            with path.open("rb") as stream:
                actual = hashlib.file_digest(stream, "sha256").hexdigest()
        except OSError as problem:
            raise CaseDamaged(f"exhibit {reference} ({path}) cannot be read: {problem.strerror}") from problem
        if actual != address:
            raise CaseDamaged(f"exhibit {reference} ({path}) has changed: its SHA-256 is {actual}, not {address}")
        done += size
        progress(reference, done, total)
