"""Back a site up: register and case folders in one file, while it is in use; verified before it has its name.

::

    backup.tar
      register.sqlite3 | register.dump     a snapshot of the register (SQLite's own backup, or pg_dump)
      cases/REF/inbox/…, exhibits/…, decisions/…
      backup.json                          what there is, each with its SHA-256; where the ledger ended

The register is taken first, and of each case the inbox before the exhibits: whatever moves meanwhile is in one or the
other. Decisions that were made after the snapshot are left out. Tables and indexes are not in it: they are made again.
What lies between them and is nothing of Upstander's (`belonging`) is left out and named.
"""

import fcntl
import hashlib
import io
import json
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.db import connection

from upstander import __version__
from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.belonging import belongs, may_be_left
from upstander.actions.powers import Power
from upstander.actions.verify_ledger import verify_ledger
from upstander.errors import OutputError
from upstander.register.copying import snapshot
from upstander.register.models import Decision
from upstander.register.sealing import storable
from upstander.register.site import Site
from upstander.storage import Case, Home, manifest
from upstander.storage.decisions import content
from upstander.storage.files import sync_folder

__all__ = ["INDEX", "Backup", "back_up", "verified"]

#: The last member: what there is.
INDEX = "backup.json"

#: How folders are named in which a backup has its copy of the register; the number of its process follows.
_SCRATCH = ".backup-"
_PIECE = 1024 * 1024
_NUMBER = re.compile(rb', "ledger": ([1-9][0-9]{0,17})\}$')

#: Told what is at work, and how many bytes of how many are done.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    path: Path
    bytes: int
    cases: int
    files: int
    #: Where the ledger ended.
    entries: int
    digest: str
    #: What lies in the folders of the cases and is not in it: nothing of Upstander's, or written just then.
    left_out: tuple[str, ...]


def back_up(actor: Actor, now: datetime, *, site: Site, path: Path, told: Progress) -> Backup:
    """Make a backup and verify it. Raises `OutputError` where it cannot be written, `LedgerBroken`, `CaseDamaged`."""
    if path.exists():
        raise OutputError(f"{path} is there already; give another name")
    made = path.with_name(f".{path.name}.part")
    try:
        with made.open("ab") as stream:
            _alone(stream, path)
            try:
                note_backup(actor, now, name=path.name)
                _sweep(site.home)
                # What is there is of a backup that was killed: nobody else holds it.
                stream.truncate(0)
                os.fchmod(stream.fileno(), 0o600)
                left_out = _write(stream, site, told)
                # Whole on the disk, before it is read for what it is.
                stream.flush()
                os.fsync(stream.fileno())
                found = verified(made, told)
                made.replace(path)
                sync_folder(path.parent)
            finally:
                made.unlink(missing_ok=True)
    except OSError as problem:
        raise OutputError(f"the backup cannot be written to {path}: {problem.strerror or problem}") from problem
    ledger = found["ledger"]
    return Backup(
        path,
        path.stat().st_size,
        len(found["cases"]),
        len(found["files"]),
        ledger["sequence"],
        ledger["digest"],
        tuple(left_out),
    )


def _alone(stream: IO[bytes], path: Path) -> None:
    """Hold the file that is being made. Raises `OutputError` where another backup of that name is being made."""
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as problem:
        raise OutputError(f"another backup is being written to {path}; wait for it or give another name") from problem


def _sweep(home: Path) -> None:
    """Delete copies of the register that backups left which were killed."""
    for left in home.glob(f"{_SCRATCH}*"):
        number = left.name.removeprefix(_SCRATCH).partition("-")[0]
        if number.isdecimal() and not _lives(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@action(Power.RUN, says="made a backup, {about}")
def note_backup(actor: Actor, now: datetime, /, *, name: str) -> Told[None]:
    """Enter that somebody takes a copy of everything; it is the last entry that the copy has."""
    return Told(None, name[:300])


def verified(path: Path, told: Progress, *, earlier: bool = False) -> dict[str, Any]:
    """Read a backup to its end and compare every file with its digest; gives its index. Raises `OutputError`.

    Every file has to be one that can be brought back; one that was made by an `earlier` version may hold others in the
    folders of its cases.
    """
    digests: dict[str, str] = {}
    total = path.stat().st_size
    try:
        with tarfile.open(path, "r:") as tar:
            for member in tar:
                stream = tar.extractfile(member)
                if stream is None:
                    raise OutputError(f"{path} holds {member.name}, which is no file: it is no backup of Upstander's")
                if member.name == INDEX:
                    found: dict[str, Any] = json.load(stream)
                    break
                digests[member.name] = _digest(stream)
                told("Verifying", member.offset_data, total)
            else:
                raise OutputError(f"{path} is cut short: it has no index at its end")
    except (tarfile.TarError, OSError, ValueError) as problem:
        raise OutputError(f"{path} cannot be read as a backup: {problem}") from problem
    if digests != {name: entry["sha256"] for name, entry in found["files"].items()}:
        wrong = sorted(
            name
            for name in digests.keys() | found["files"].keys()
            if digests.get(name) != found["files"].get(name, {}).get("sha256")
        )
        raise OutputError(f"{path} is damaged: {wrong[0]} is not what was written ({len(wrong)} such files)")
    for name in digests:
        if not belongs(name) and not (earlier and may_be_left(name)):
            raise OutputError(f"{path} holds {name!r}, which is nothing of Upstander's; nothing more is read")
    return found


def _write(stream: IO[bytes], site: Site, told: Progress) -> list[str]:
    """Write all of it; gives what was left out."""
    there = Home(site.home).cases()
    cases = [case for case in there if belongs(f"cases/{case.path.name}/exhibits/case.json")]
    left_out = [f"cases/{case.path.name}" for case in there if case not in cases]
    total = sum(file.stat().st_size for case in cases for file in case.bytes.rglob("*") if file.is_file())
    files: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory(dir=site.home, prefix=f"{_SCRATCH}{os.getpid()}-") as scratch:
        with snapshot(site, Path(scratch)) as (register, shown):
            last, digest = verify_ledger(using=shown)
        with tarfile.open(fileobj=stream, mode="w:", format=tarfile.PAX_FORMAT) as tar:
            _add(tar, register, register.name, files)
            done = 0
            for case in cases:
                for path in _kept(case):
                    member = f"cases/{case.path.name}/{path.relative_to(case.path).as_posix()}"
                    if not belongs(member) or path.is_symlink() or not path.is_file():
                        # What is gone by now is an exhibit, or was written to its end.
                        left_out += [member] if os.path.lexists(path) else []
                    elif path.parent == case.decisions and path.suffix == ".jsonl":
                        _add_bytes(tar, member, _decided(case, path, last), files)
                    elif _add(tar, path, member, files):
                        done += files[member]["bytes"]
                        told(f"Copying {case.path.name}", done, max(total, done))
            index = {
                "made_by": f"upstander {__version__}",
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "database": connection.vendor,
                "ledger": {"sequence": last, "digest": digest},
                "cases": {case.path.name: _tables(case) for case in cases},
                "files": files,
            }
            _add_bytes(tar, INDEX, json.dumps(index, indent=1).encode(), {})
    return left_out


def _kept(case: Case) -> Iterator[Path]:
    """What cannot be made again, in an order in which nothing falls between; and whatever else lies there."""
    for folder in (case.inbox, case.decisions, case.intakes, case.bytes):
        if folder.is_dir():
            yield from sorted(path for path in folder.rglob("*") if path.is_symlink() or not path.is_dir())
    yield case.exhibits / "case.json"


def _decided(case: Case, path: Path, last: int) -> bytes:
    """The lines of a decision file but those that the register's snapshot does not know, and half of one at its end."""
    *lines, rest = content(path).split(b"\n")
    if rest.strip() and (_whole(rest) or _entered(case, path, rest)):
        lines.append(rest)
    numbers = (_NUMBER.search(line.strip()) for line in lines)
    kept = [line for line, number in zip(lines, numbers, strict=True) if number is None or int(number[1]) <= last]
    return b"".join(line + b"\n" for line in kept)


def _whole(line: bytes) -> bool:
    """Whether a line that nothing ends is all there, as where somebody mended the file by hand."""
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _entered(case: Case, path: Path, line: bytes) -> bool:
    """Whether the ledger has the line as it stands there, half as it is: it would be missed."""
    said = storable(line.decode(errors="replace"))
    of_file = Decision.objects.filter(case__reference=case.path.name, file=path.name, admitted=True)
    return of_file.filter(line=said).exists()


def _add(tar: tarfile.TarFile, path: Path, name: str, files: dict[str, dict[str, Any]]) -> bool:
    """Add a file as long as it is at this moment; False where it is gone: what it was is an exhibit by now."""
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            hashed = _Hashed(stream, size)
            tar.addfile(_member(name, size), hashed)
    except FileNotFoundError:
        return False
    files[name] = {"bytes": size, "sha256": hashed.digest.hexdigest()}
    return True


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes, files: dict[str, dict[str, Any]]) -> None:
    tar.addfile(_member(name, len(content)), io.BytesIO(content))
    files[name] = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o600
    return member


class _Hashed(io.RawIOBase):
    """The first bytes of a file, with their digest."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        super().__init__()
        self._stream, self._left = stream, size
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(min(self._left, size if size >= 0 else self._left))
        self._left -= len(piece)
        self.digest.update(piece)
        return piece


def _digest(stream: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while piece := stream.read(_PIECE):
        digest.update(piece)
    return digest.hexdigest()


def _tables(case: Case) -> dict[str, Any]:
    """The digests of a case's tables as they stand: what is made again is compared with them."""
    known = manifest(case)
    return {"versions": known.versions, "tables": known.tables} if known is not None else {}
