"""Hand files in: what was sent becomes the case's, in its inbox, and waits to be taken in."""

import errno
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db.models import Max

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import OutputError, Refused
from upstander.register.models import Case, HandIn
from upstander.storage import Case as Folder
from upstander.storage import intakes
from upstander.storage.files import sync_folder

__all__ = ["Sent", "Statement", "hand_in", "inbox_of", "offered"]

#: Bytes of a name that every file system takes.
_NAME = 240


@dataclass(frozen=True, slots=True)
class Sent:
    """A file that was sent: what it was called, and where its bytes lie until they are handed in."""

    name: str
    path: Path
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What whoever hands files in says of them; empty where nothing is said."""

    custodian: str = ""
    producer: str = ""
    reference: str = ""
    time_zone: str = ""
    date_order: str = ""
    conversation: str = ""


@action(Power.TAKE_IN, says="handed in {about}, from {custodian}")
def hand_in(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    folder: Folder,
    statement: Statement,
    files: Sequence[Sent] = (),
    key: Sent | None = None,
    offer: str = "",
    inbox: Path | None = None,
) -> Told[HandIn]:
    """Hand in files that were sent, or a file or folder that lies in the server's inbox.

    The bytes are the case's when this returns, under the digests that the ledger has. Raises `Refused` where there is
    nothing, where the inbox does not offer that, or where the reference is another exhibit's; `OutputError` where the
    disk takes no more.
    """
    if bool(files) == bool(offer):
        raise Refused("Choose the files to hand in, or one file or folder of the server's inbox.")
    if offer and offer not in offered(inbox_of(case, inbox)):
        raise Refused(f"There is no {offer} in the server's inbox any more.")
    _free(folder, statement.reference, {file.sha256 for file in files})
    number = (HandIn.objects.filter(case=case).aggregate(last=Max("number"))["last"] or 0) + 1
    made = HandIn(
        case=case,
        number=number,
        handed_at=now,
        handed_by=actor.account,
        folder=offer,
        total=sum(file.bytes for file in files),
        **{name: getattr(statement, name) for name in Statement.__dataclass_fields__},
    )
    if files:
        # The folder's name is nobody's: one that a crash left behind is not taken for this one.
        place = folder.inbox / f"{number}-{secrets.token_hex(6)}"
        made.files = _moved(folder, place, files)
        if key is not None:
            made.key = _moved(folder, place / "key", [key])[0]["at"]
    made.save(force_insert=True)
    detail = {
        "count": len(files) if files else offer,
        "bytes": made.bytes,
        "files": [{name: file[name] for name in ("name", "bytes", "sha256")} for file in made.files],
        "folder": offer or None,
        "key": key.sha256 if key is not None else None,
        **{name: getattr(statement, name) or None for name in Statement.__dataclass_fields__},
    }
    return Told(made, made.title, detail)


def inbox_of(case: Case, inbox: Path | None) -> Path | None:
    """The case's own folder in the server's inbox, called by its reference; None where there is none.

    Anybody may open a case, and what is meant for one is no other's.
    """
    own = None if inbox is None else inbox / case.reference
    return None if own is None or own.is_symlink() or not own.is_dir() else own


def offered(own: Path | None) -> list[str]:
    """Names of the files and folders that a case's folder of the inbox offers; links and hidden ones are none."""
    if own is None:
        return []
    with os.scandir(own) as entries:
        return sorted(
            entry.name
            for entry in entries
            if not entry.name.startswith(".")
            and not entry.is_symlink()
            and (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False))
        )


def _free(folder: Folder, reference: str, digests: set[str]) -> None:
    """Raise `Refused` where the reference belongs to an exhibit that is not handed in again here."""
    if not reference:
        return
    for intake in intakes(folder):
        for file in intake.files:
            if file.reference == reference and file.exhibit not in digests:
                raise Refused(f"{reference} is another exhibit's reference already: choose the next that is free.")


def _moved(folder: Folder, place: Path, files: Sequence[Sent]) -> list[dict[str, str | int]]:
    """Move what was sent into the inbox; files of one name each into a folder of its own."""
    used: dict[str, int] = {}
    found: list[dict[str, str | int]] = []
    try:
        for file in files:
            name = _plain(file.name)
            used[name] = used.get(name, 0) + 1
            home = place / str(used[name])
            home.mkdir(parents=True, exist_ok=True)
            _move(file.path, home / name)
            at = (home / name).relative_to(folder.inbox).as_posix()
            # No database keeps these two; the bytes under the digest are what counts.
            said = file.name.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")
            found.append({"name": said, "bytes": file.bytes, "sha256": file.sha256, "at": at})
        for made in {folder.path, folder.inbox, place, *(place / str(number) for number in used.values())}:
            sync_folder(made)
    except OSError as problem:
        shutil.rmtree(place, ignore_errors=True)
        if problem.errno in (errno.ENOSPC, errno.EDQUOT):
            raise OutputError(
                "The disk that holds the case is full: nothing was handed in. Make room, and hand it in again."
            ) from problem
        raise OutputError(f"The disk that holds the case refused the files: {problem.strerror}.") from problem
    return found


def _move(source: Path, target: Path) -> None:
    try:
        source.replace(target)
        return
    except OSError as problem:
        if problem.errno != errno.EXDEV:
            raise
    with source.open("rb") as read, target.open("xb") as written:
        shutil.copyfileobj(read, written)
        written.flush()
        os.fsync(written.fileno())
    source.unlink()


def _plain(name: str) -> str:
    """A name that is one file's, in one folder, on any file system."""
    clean = "".join("_" if letter in "/\\\0" or not letter.isprintable() else letter for letter in name).strip()
    if clean.strip(".") == "":
        return "file"
    stem, dot, ending = clean.rpartition(".")
    ending = f"{dot}{ending}" if dot and len(ending.encode()) <= 20 else ""
    stem = clean.removesuffix(ending) if ending else clean
    return stem.encode("utf-8", "replace")[: _NAME - len(ending.encode())].decode("utf-8", "ignore") + ending
