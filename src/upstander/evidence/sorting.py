"""Sorting: of the files received together, which are documents, which are read with another, and which are neither."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from upstander.errors import SourceError
from upstander.evidence.archive import is_archive
from upstander.evidence.document import Document, ExhibitFile, File, natural
from upstander.evidence.media import is_clutter, is_media
from upstander.evidence.reading import recognise
from upstander.evidence.sources import DateOrder, Format, Reading
from upstander.storage import Case, Intake, Part, Received

__all__ = ["Sorting", "Task", "files_of", "kept_sortings", "read_with_others", "sort", "tasks"]


@dataclass(frozen=True, slots=True)
class Sorting:
    """What the files of one intake are to each other, by exhibit."""

    #: Exhibits to be read, in natural order of their names, each with the exhibits that are read with it.
    documents: dict[str, tuple[str, ...]] = field(default_factory=dict)
    #: Exhibits that need no reading: photographs and the like, and file managers' notes.
    media: tuple[str, ...] = ()

    @property
    def companions(self) -> set[str]:
        """Every exhibit that is read with another."""
        return {companion for together in self.documents.values() for companion in together}


def kept_sortings(described: Part | None) -> dict[str, Sorting]:
    """The sortings that the case part keeps, by intake; none where there is no such part."""
    kept = described.about["sortings"] if described else {}
    return {
        intake: Sorting(
            documents={exhibit: tuple(others) for exhibit, others in entry["documents"].items()},
            media=tuple(entry["media"]),
        )
        for intake, entry in kept.items()
    }


def read_with_others(sortings: Mapping[str, Sorting]) -> set[str]:
    """Every exhibit of the case that is read with another, and so not on its own.

    What is a document in one intake and a companion in another (a day of chat, in an older and a newer export) is read
    with the other only where all that it brought itself came with that too: else the older export would be lost.
    """
    found: set[str] = set()
    for sorting in sortings.values():
        found |= sorting.companions
    whole = {identity: sorting.companions | sorting.documents.keys() for identity, sorting in sortings.items()}
    return {
        exhibit
        for exhibit in found
        if all(
            not sorting.documents.get(exhibit)
            or any(
                exhibit in other.companions and whole[identity].issuperset(sorting.documents[exhibit])
                for identity, other in sortings.items()
            )
            for sorting in sortings.values()
        )
    }


@dataclass(frozen=True, slots=True)
class Task:
    """One exhibit to be read: with what beside it, how, and the digest of all that."""

    file: File
    siblings: Mapping[str, File]
    reading: Reading
    reference: str
    made_from: str


def files_of(case: Case, intake: Intake) -> list[dict[str, File]]:
    """The files of an intake by the names they were received under.

    The first of every name are together; the second of a name is with the second of others, and so on: two databases
    of one name have each the log that came with it.
    """
    used: Counter[str] = Counter()
    found: list[dict[str, File]] = []
    for file in intake.files:
        if used[file.name] == len(found):
            found.append({})
        found[used[file.name]][file.name] = ExhibitFile(file.name, case.exhibit(file.exhibit), file.exhibit)
        used[file.name] += 1
    return found


def sort(case: Case, intake: Intake, *, sources: Sequence[Format], scratch: Path) -> Sorting:
    """Look at the first bytes of every file of `intake`.

    Files that cannot be looked at count as documents: reading them says why.
    """
    documents: dict[str, tuple[str, ...]] = {}
    media: list[str] = []
    for files in files_of(case, intake):
        _look(files, documents, media, sources=sources, scratch=scratch)
    # A companion may sort before its document: it is not read on its own either way.
    together = {companion for others in documents.values() for companion in others}
    alone = {exhibit: others for exhibit, others in documents.items() if exhibit not in together}
    return Sorting(documents=alone, media=tuple(sorted(set(media) - together)))


def _look(
    files: Mapping[str, File],
    documents: dict[str, tuple[str, ...]],
    media: list[str],
    *,
    sources: Sequence[Format],
    scratch: Path,
) -> None:
    """Look at files that belong together, and add to `documents` and `media` what they are."""
    claimed: set[str] = set()
    for name in sorted(files, key=natural):
        file = files[name]
        if name in claimed or file.exhibit in documents:
            continue
        if is_clutter(name):
            media.append(file.exhibit)
            continue
        document = Document(file=file, siblings=files, scratch=scratch)
        companions: tuple[str, ...] = ()
        if file.size and not is_archive(document.head):
            try:
                recognised = recognise(document, sources)
            except SourceError:
                recognised = None
            if recognised is None and is_media(document.head):
                media.append(file.exhibit)
                continue
            if recognised is not None:
                companions = recognised[1]
        claimed.update(companions)
        documents[file.exhibit] = tuple(files[other].exhibit for other in companions if other in files)


def tasks(case: Case, known: Sequence[Intake], sortings: Mapping[str, Sorting], *, version: str) -> list[Task]:
    """Every exhibit of the case that is to be read, in the order received.

    An exhibit received more than once is read with the intake that brought most of what belongs with it (the first of
    equals), and as the latest statement about its time zone, date order and key says.
    """
    together = read_with_others(sortings)
    # Made once an intake: a folder of ten thousand files must not cost ten thousand times ten thousand.
    beside: dict[tuple[str, str], tuple[File, Mapping[str, File]]] = {}
    received: dict[tuple[str, str], Received] = {}
    stated: dict[str, list[Intake]] = {}
    for intake in known:
        for files in files_of(case, intake):
            for held in files.values():
                beside.setdefault((intake.id, held.exhibit), (held, files))
        for file in intake.files:
            received.setdefault((intake.id, file.exhibit), file)
        for exhibit in {file.exhibit for file in intake.files}:
            stated.setdefault(exhibit, []).append(intake)
    holders: dict[str, list[Intake]] = {}
    for intake in known:
        for exhibit in sortings[intake.id].documents:
            if exhibit not in together:
                holders.setdefault(exhibit, []).append(intake)
    made = []
    for exhibit, holding in holders.items():
        best = max(holding, key=lambda intake: (len(sortings[intake.id].documents[exhibit]), -intake.number))
        own, siblings = beside[best.id, exhibit]
        reading, key = _reading(case, stated[exhibit])
        depends = [version, exhibit, best.id, reading.time_zone, reading.date_order, key]
        digest = hashlib.sha256(json.dumps(depends).encode()).hexdigest()
        made.append(
            Task(
                file=own,
                siblings=siblings,
                reading=reading,
                reference=received[best.id, exhibit].reference,
                made_from=digest,
            )
        )
    return made


def _reading(case: Case, stated: Sequence[Intake]) -> tuple[Reading, str | None]:
    """How an exhibit is to be read, by the latest statement on each point of the intakes that brought it."""
    time_zone = date_order = key = None
    for intake in stated:
        time_zone = intake.time_zone or time_zone
        date_order = intake.date_order or date_order
        key = intake.key or key
    reading = Reading(
        time_zone=time_zone,
        date_order=DateOrder(date_order) if date_order else None,
        key=ExhibitFile("key", case.exhibit(key), key) if key else None,
    )
    return reading, key
