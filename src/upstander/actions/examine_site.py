"""Examine a site: its folder, its register, its exhibits, its machine. It changes nothing, and so it is no action."""

import json
import os
import platform
import random
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import file_digest
from importlib.metadata import version
from pathlib import Path

from django.db import DatabaseError, connection

from upstander.actions.verify_register import verify_register
from upstander.errors import UpstanderError
from upstander.register.models import Entry
from upstander.register.shape import pending
from upstander.register.site import RESTORING, Site
from upstander.storage import Case, Home, intakes

__all__ = ["Check", "How", "examine_site"]

#: Bytes of room on the disk under which one is told, and under which nothing more should be taken in.
_LITTLE, _NONE = 10 * 1024**3, 1024**3
#: Bytes of memory that ought to be free.
_MEMORY = 2 * 1024**3
#: Exhibits of a case that are hashed again, and bytes of them all, unless all are asked for.
_SAMPLE, _BYTES = 20, 512 * 1024**2

#: Told what is at work, and how much of how much is done.
Told = Callable[[str, int, int], None]


class How(StrEnum):
    """How a check ended."""

    GOOD = "good"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at."""

    what: str
    how: How
    #: A sentence; where it is not good, it says what to do.
    said: str


def examine_site(
    home: Path, assets: Path, now: datetime, told: Told, *, site: Site, every: bool = False
) -> Iterator[Check]:
    """Look at everything, one after the other; `every` hashes every exhibit again and not a sample."""
    yield from _settings(site)
    yield _folder(home)
    yield _room(home)
    yield _memory()
    yield _assets(assets)
    register = _register()
    yield register
    if register.how is How.GOOD:
        yield _clock(now)
        yield _ledger(home, told)
    yield from _exhibits(home, told, every=every)
    yield _versions()


def _settings(site: Site) -> Iterator[Check]:
    """What is not wrong to be unset, and ought to be known."""
    if site.contact:
        yield Check("contact", How.GOOD, f"Weaknesses are reported to {site.contact} (/.well-known/security.txt).")
    else:
        said = "UPSTANDER_CONTACT is unset: nobody is told where to report a weakness, and there is no security.txt."
        yield Check("contact", How.LOOK if site.https else How.GOOD, said)
    if site.https and not site.proxies:
        said = "UPSTANDER_PROXIES is unset: behind a proxy, all who sign in count as one address; set it to 1."
        yield Check("proxies", How.LOOK, said)


def _folder(home: Path) -> Check:
    what = "folder"
    try:
        with tempfile.TemporaryFile(dir=home) as stream:
            stream.write(b"written")
            stream.flush()
            os.fsync(stream.fileno())
        mode = stat.S_IMODE(home.stat().st_mode)
    except OSError as problem:
        return Check(what, How.BAD, f"{home} cannot be written to: {problem.strerror}; check who may.")
    if (home / RESTORING).exists():
        return Check(what, How.BAD, f"A restore into {home} did not come to its end: run `upstander restore` again.")
    if mode & 0o007:
        return Check(what, How.LOOK, f"{home} can be read by everybody on this machine; `chmod o= {home}` ends that.")
    return Check(what, How.GOOD, f"{home} can be written to.")


def _room(home: Path) -> Check:
    free = shutil.disk_usage(home).free
    said = f"{free / 1024**3:,.1f} GiB are free on the disk of the cases"
    if free < _NONE:
        return Check("disk", How.BAD, f"{said}: take nothing in before there is more.")
    return Check("disk", How.LOOK if free < _LITTLE else How.GOOD, f"{said}.")


def _memory() -> Check:
    try:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
        free = next((int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:")), free)
    except (OSError, ValueError):
        return Check("memory", How.LOOK, "How much memory is free cannot be told on this machine.")
    said = f"{free / 1024**3:,.1f} GiB of memory are free"
    if free < _MEMORY:
        return Check("memory", How.LOOK, f"{said}: large cases want {_MEMORY // 1024**3} GiB or more.")
    return Check("memory", How.GOOD, f"{said}.")


def _assets(assets: Path) -> Check:
    try:
        listed = json.loads((assets / "assets.json").read_text(encoding="ascii"))
        missing = [name for name in listed if not (assets / name).is_file()]
    except (OSError, ValueError) as problem:
        return Check("pages", How.BAD, f"The sheets and scripts of the pages are not built ({problem}): install again.")
    if missing:
        return Check("pages", How.BAD, f"{', '.join(missing)} is missing among the sheets and scripts: install again.")
    return Check("pages", How.GOOD, "The sheets and scripts of the pages are built.")


def _register() -> Check:
    try:
        due = pending()
    except (DatabaseError, OSError) as problem:
        return Check("register", How.BAD, f"The register cannot be opened: {' '.join(str(problem).split())}")
    if due:
        return Check("register", How.BAD, f"The register lacks {len(due)} migrations; `upstander serve` makes them.")
    return Check("register", How.GOOD, f"The register ({connection.vendor}) is there and up to date.")


def _clock(now: datetime) -> Check:
    last = Entry.objects.order_by("-sequence").values_list("at", flat=True).first()
    if last is not None and now < last - timedelta(seconds=5):
        return Check(
            "clock", How.BAD, f"This machine's clock says {now:%Y-%m-%d %H:%M} UTC, before the ledger's last entry."
        )
    return Check("clock", How.GOOD, f"The clock says {now:%Y-%m-%d %H:%M} UTC, after the ledger's last entry.")


def _ledger(home: Path, told: Told) -> Check:
    try:
        whole = verify_register(home, told)
    except UpstanderError as problem:
        return Check("ledger", How.BAD, f"{problem}.")
    return Check(
        "ledger", How.GOOD, f"The ledger is whole: {whole.entries:,} entries, the last seal {whole.digest[:16]}…."
    )


def _exhibits(home: Path, told: Told, *, every: bool) -> Iterator[Check]:
    for case in Home(home).cases():
        what = f"exhibits of {case.path.name}"
        try:
            sizes = {file.exhibit: (file.reference, file.bytes) for intake in intakes(case) for file in intake.files}
        except UpstanderError as problem:
            yield Check(what, How.BAD, f"{problem}.")
            continue
        chosen = list(sizes) if every else _sample(sizes)
        wrong = _wrong(case, {digest: sizes[digest] for digest in chosen}, told)
        if wrong:
            said = "; ".join(wrong[:3]) + ("; …" if len(wrong) > 3 else "")
            yield Check(what, How.BAD, f"{said}. Bring them back from a backup.")
        else:
            yield Check(what, How.GOOD, f"{len(chosen)} of {len(sizes)} hashed again: they are what was received.")


def _sample(sizes: dict[str, tuple[str, int]]) -> list[str]:
    """Some, by chance: another time, others."""
    chosen: list[str] = []
    left = _BYTES
    for digest in random.SystemRandom().sample(list(sizes), min(_SAMPLE, len(sizes))):
        if sizes[digest][1] <= left:
            chosen.append(digest)
            left -= sizes[digest][1]
    return chosen


def _wrong(case: Case, chosen: dict[str, tuple[str, int]], told: Told) -> list[str]:
    found = []
    total = sum(size for _, size in chosen.values())
    done = 0
    for digest, (reference, size) in chosen.items():
        try:
            with case.exhibit(digest).open("rb") as stream:
                actual = file_digest(stream, "sha256").hexdigest()
        except OSError as problem:
            found.append(f"{reference} cannot be read ({problem.strerror})")
        else:
            if actual != digest:
                found.append(f"{reference} has changed: its SHA-256 is {actual[:16]}…, not {digest[:16]}…")
        done += size
        told(f"Hashing {case.path.name}", done, total)
    return found


def _versions() -> Check:
    found = {name: version(name) for name in ("upstander", "django", "pyarrow", "polars", "waitress")}
    found |= {"python": platform.python_version(), "sqlite": sqlite3.sqlite_version}
    return Check("versions", How.GOOD, ", ".join(f"{name} {number}" for name, number in sorted(found.items())) + ".")
