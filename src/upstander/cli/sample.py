"""The main job, done on the sample operation, and what came of it compared with the operation's truth."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from tempfile import mkdtemp

import meridian
from meridian.truth import Exhibit as Made
from upstander.errors import CaseMissing, UsageError
from upstander.evidence.contents import counts_by_exhibit, exhibits, warnings
from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case, Home

__all__ = ["COUNTED", "REFERENCE", "TITLE", "Agreement", "Count", "run"]

REFERENCE = "MERIDIAN-DEMO"
TITLE = "Operation Meridian, an invented sample"

#: Formats that record no time zone: it is stated when they are handed in, as somebody who has the phone would.
_WITHOUT_ZONE = ("whatsapp_text_ios", "whatsapp_text_android")

#: What is counted in every exhibit, by the definitions of the sample's README.
COUNTED = (
    "conversations",
    "messages",
    "system_events",
    "participants",
    "reactions",
    "edits",
    "attachments",
    "receipts",
    "orphan_receipts",
)


@dataclass(frozen=True, slots=True)
class Count:
    """One count of one exhibit: what was found, and what is true."""

    exhibit: str
    count: str
    found: int
    truth: int


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far what was found agrees with the operation's truth."""

    compared: int
    differences: tuple[Count, ...]


def run(home: Home, *, now: datetime, progress: Callable[[str, int, int], None]) -> tuple[Case, Agreement]:
    """Make the sample's exhibits, open its case or open it again, ingest them, and compare.

    Raises `UsageError` where the home has a case of that reference that is not this sample's.
    """
    with _scratch() as folder:
        truth = meridian.make(folder)
        names = {person.id: person.name for person in truth.people}
        held = {made.reference: _digests(folder / "exhibits", made) for made in truth.exhibits}
        case = _case(home, now=now)
        _check_foreign(case, {digest for digests in held.values() for digest in digests})
        last = truth.exhibits[-1]
        for made in truth.exhibits:
            handed = Handed(
                custodian=names[made.owner],
                producer="made by the sample operation's program",
                reference=made.reference,
                time_zone=made.zone if made.format in _WITHOUT_ZONE else None,
            )
            paths = [folder / "exhibits" / name for name in made.files]
            ingest(case, paths, handed, now=now, progress=progress, later=made is not last)
    return case, _compare(case, truth.exhibits, held)


@contextmanager
def _scratch() -> Iterator[Path]:
    """A folder that is gone afterwards."""
    folder = Path(mkdtemp(prefix="upstander-demo-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _digests(folder: Path, made: Made) -> tuple[str, ...]:
    digests = []
    for name in made.files:
        with (folder / name).open("rb") as stream:
            digests.append(file_digest(stream, "sha256").hexdigest())
    return tuple(digests)


def _case(home: Home, *, now: datetime) -> Case:
    try:
        case = home.open(REFERENCE)
    except CaseMissing:
        return home.new(REFERENCE, title=TITLE, now=now)
    if case.cover.title != TITLE:
        raise UsageError(
            f"{case.path} is a case of your own, and the demo does not add to it; give it another folder with --home"
        )
    return case


def _check_foreign(case: Case, mine: set[str]) -> None:
    """Nothing of the sample's may come among other exhibits, nor be counted with them."""
    foreign = [row["reference"] for row in exhibits(case) if row["exhibit"] not in mine]
    if foreign:
        raise UsageError(
            f"the case {REFERENCE} holds exhibits that this demo did not make ({', '.join(foreign[:3])});"
            f" delete {case.path}, or give the demo another folder with --home"
        )


def _compare(case: Case, made: list[Made], held: Mapping[str, tuple[str, ...]]) -> Agreement:
    found = counts_by_exhibit(case)
    compared = []
    for exhibit in made:
        mine = [found.get(digest, {}) for digest in held[exhibit.reference]]
        for count in COUNTED:
            number = sum(counts.get(count, 0) for counts in mine)
            compared.append(Count(exhibit.reference, count, number, getattr(exhibit.counts, count)))
        forged = list(warnings(case, kind="header_like_line", exhibits=held[exhibit.reference]))
        true = exhibit.warnings.get("header_like_line", 0)
        compared.append(Count(exhibit.reference, "header_like_line", len(forged), true))
    return Agreement(
        compared=len(compared), differences=tuple(count for count in compared if count.found != count.truth)
    )
