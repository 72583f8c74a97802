"""Bring a site back from a backup, into a home where there is none; every table is made again and compared."""

import hashlib
import os
import shutil
import tarfile
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from django.contrib.sessions.models import Session
from django.db import connection

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.back_up import INDEX, verified
from upstander.actions.belonging import belongs
from upstander.actions.powers import Power
from upstander.actions.restoring import REGISTER, Mark, begun, marked
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import LedgerBroken, Refused, UpstanderError
from upstander.register.copying import put_back
from upstander.register.shape import bring_up_to_date
from upstander.register.site import RESTORING, Site, take_secret_back
from upstander.stages import rebuild
from upstander.storage import Home, intakes

__all__ = ["Restored", "restore"]

_PIECE = 1024 * 1024

#: Tables that a review asks for, and that are made when it does.
_REVIEW = ("codings", "scores", "stances")

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back."""

    cases: int
    files: int
    entries: int
    #: Tables that are not what they were, by case; none where another version made them.
    differing: dict[str, list[str]]
    #: What a backup of an earlier version holds besides, and is nothing of Upstander's: it was passed over.
    left_out: tuple[str, ...]


def restore(actor: Actor, now: datetime, *, site: Site, path: Path, told: Progress) -> Restored:
    """Bring everything back. Raises `Refused` where the home is not empty, `OutputError` where a backup is damaged.

    All of it is looked at before anything is written: where it raises before that, the home is as it was. One that
    ends later, killed or at a full disk, leaves a mark: nothing else opens the home, and the next one begins anew.
    """
    try:
        index = _looked_at(site, path, told)
    except UpstanderError:
        take_secret_back(site.home)
        raise
    with marked(site.home) as mark:
        _clear(site, index, mark)
        _extract(path, site, mark, told)
        bring_up_to_date(site.home)
        # Whoever signed out since the backup was made is signed in there: everybody signs in again.
        Session.objects.all().delete()
        sequence, digest = verify_ledger()
        if (sequence, digest) != (index["ledger"]["sequence"], index["ledger"]["digest"]):
            raise LedgerBroken("the ledger that was brought back does not end where the backup's did")
        differing = _made_again(site, index, told)
        note_restore(actor, now, name=path.name, made_at=index["made_at"])
        mark.end()
    left_out = tuple(name for name in index["files"] if not belongs(name))
    return Restored(len(index["cases"]), len(index["files"]) - len(left_out), sequence, differing, left_out)


def _made_again(site: Site, index: dict[str, Any], told: Progress) -> dict[str, list[str]]:
    """Make every table again; gives those that are not what they were, by case."""
    differing = {}
    for case in Home(site.home).cases():
        if intakes(case):
            _, after = rebuild(case, progress=told)
            before = index["cases"].get(case.path.name, {})
            if before.get("versions") == after.versions:
                tables = before["tables"]
                changed = [
                    name for name, made in after.tables.items() if name not in _REVIEW and tables.get(name) != made
                ]
                if changed:
                    differing[case.path.name] = changed
    return differing


def _looked_at(site: Site, path: Path, told: Progress) -> dict[str, Any]:
    """The index of a backup that can be brought back here. Raises `Refused`, `OutputError`."""
    _empty(site)
    index = verified(path, told, earlier=True)
    if index["database"] != connection.vendor:
        raise Refused(
            f"the backup's register is of {index['database']} and this site's of {connection.vendor}:"
            " set UPSTANDER_DATABASE_URL as it was"
        )
    return index


def _empty(site: Site, index: dict[str, Any] | None = None) -> None:
    """Raise `Refused` where the home has anything that no restore began there, or what the backup would overwrite."""
    named = begun(site.home)
    found = {case.path.name for case in Home(site.home).cases()}
    if index is not None:
        brought = {name.split("/")[1] for name in index["files"] if name.startswith("cases/")}
        found |= {reference for reference in brought if os.path.lexists(site.home / reference)}
    others = sorted(reference for reference in found if f"cases/{reference}" not in named)
    if others or (REGISTER not in named and _registered()):
        stopped = ", and not of the restore that was stopped there" if (site.home / RESTORING).exists() else ""
        listed = f" ({', '.join(others[:3])}{', …' if len(others) > 3 else ''})" if others else ""
        raise Refused(
            f"{site.home} has cases or a register already{listed}{stopped}: restore into an empty home, and look before"
            " you mix"
        )


def _clear(site: Site, index: dict[str, Any], mark: Mark) -> None:
    """Take away what a restore began that did not come to its end: what its mark names, and no more."""
    try:
        _empty(site, index)
    except Refused:
        if mark.new:
            mark.end()
        raise
    named = begun(site.home)
    if REGISTER in named and connection.vendor == "sqlite":
        connection.close()
        for end in ("", "-wal", "-shm"):
            Path(f"{connection.settings_dict['NAME']}{end}").unlink(missing_ok=True)
    elif _registered():
        raise Refused(
            f"a restore into {site.home} was stopped before its end; empty its database (DROP SCHEMA public CASCADE;"
            " CREATE SCHEMA public) and restore again"
        )
    for name in sorted(named - {REGISTER}):
        folder = site.home / name.removeprefix("cases/")
        if os.path.lexists(folder):
            shutil.rmtree(folder)
    for folder in site.home.glob(".restore-*"):
        shutil.rmtree(folder, ignore_errors=True)
    mark.forget()


def _registered() -> bool:
    """Whether there is a register. A file of SQLite's that is not there is not made by asking."""
    if connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists():
        return False
    return bool(connection.introspection.table_names())


@action(Power.RUN, says="brought the site back from the backup {about} of {made_at}")
def note_restore(actor: Actor, now: datetime, /, *, name: str, made_at: str) -> Told[None]:
    """Enter that everything before this was brought back from a backup."""
    return Told(None, name[:300], {"made_at": made_at})


def _extract(path: Path, site: Site, mark: Mark, told: Progress) -> None:
    total = path.stat().st_size
    with tarfile.open(path, "r:") as tar:
        for member in tar:
            if member.name == INDEX:
                break
            if not belongs(member.name):
                continue
            stream = tar.extractfile(member)
            if stream is None:
                raise Refused(f"the backup holds {member.name!r}, which is no file; nothing more is read")
            mark.begin("/".join(member.name.split("/")[:2]) if member.name.startswith("cases/") else REGISTER)
            _place(member.name, stream, site)
            told("Bringing back", member.offset_data, total)


def _place(name: str, stream: IO[bytes], site: Site) -> None:
    if name.startswith("register."):
        with tempfile.TemporaryDirectory(dir=site.home, prefix=".restore-") as scratch:
            held = Path(scratch) / name
            with held.open("xb") as made:
                shutil.copyfileobj(stream, made, _PIECE)
            put_back(site, held)
        return
    target = site.home / Path(name).relative_to("cases")
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as made:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            made.write(piece)
        made.flush()
        os.fsync(made.fileno())
    if "/exhibits/bytes/" in name:
        target.chmod(0o444)
        if digest.hexdigest() != target.name:
            raise Refused(f"the exhibit {target.name[:16]}… of the backup is not what its name says")
