"""RSMF 2.0, the exchange format of review platforms: a mail with `rsmf.zip`, or the manifest by itself.

Slices of one conversation that came together are read as one, file after file (`slices`, `joint`). The archive's
members, when it comes without the mail, are documents and siblings like any other archive's.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from upstander.errors import LimitReached, SourceError, Unreadable, WrongSource
from upstander.evidence.archive import INNER, Archive
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, File
from upstander.evidence.rsmf_words import MANIFEST, ZIP
from upstander.evidence.sources import json_whole
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose, items
from upstander.evidence.sources.rsmf.clock import Clock
from upstander.evidence.sources.rsmf.joint import Joint
from upstander.evidence.sources.rsmf.mail import is_mail, unpack
from upstander.evidence.sources.rsmf.manifest import Manifest
from upstander.evidence.sources.rsmf.slices import companions, in_order, undecided

__all__ = ["SOURCE"]

NAME = "rsmf"

CARD = Card(
    title="Relativity Short Message Format (RSMF) 2.0",
    tried_on=(
        "relativitydev/rsmf-validator-samples Sample 1 and 4 (invalid manifests): 1 message each, with warnings",
        "the same, Sample 2 (rsmf.zip of version 1.0.0): 1 empty message",
        "the same, Sample 3 (message.eml and sample.rsmf): 1 message",
        "this project's own export of its sample operation (3,572 slices): 26,769 messages, 158 system events, 17"
        " conversations and 199 participants, as went out; slices of other makers were not at hand",
    ),
    limits=(
        "Custom fields, importance, avatars and who made an edit are not read; the platform is kept where it is one of"
        " the tables' own.",
        "Slices are joined where they came in one folder or archive as .rsmf or .eml, state one event collection id,"
        " application and custodian, and do not use an id of a participant or event twice; others stay apart.",
        "The roster is that of the first event in the file (of slices, the first slice); the format keeps none of the"
        " day of the export.",
        "A handle is the manifest's participant id, which says nothing outside the file; the display name is its name.",
        "The mail's own text and the pictures beside the archive are renderings for review and are not read.",
        "The manifest is read up to 128 MiB.",
    ),
)

_OBJECT = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\{")
_VERSION = re.compile(rb'(?<!\\)"version"[ \t\r\n]*:[ \t\r\n]*"[0-9]+\.[0-9]+')
_LISTS = tuple(
    re.compile(rb'(?<!\\)"' + name + rb'"[ \t\r\n]*:[ \t\r\n]*\[')
    for name in (b"participants", b"conversations", b"events")
)


def recognise(document: Document) -> tuple[str, ...]:
    """Claim the later slices of the same conversation; raise `WrongSource` where it is no RSMF mail or manifest."""
    head = document.head
    if is_mail(head):
        return companions(document)
    if _OBJECT.match(head):
        lists = sum(pattern.search(head) is not None for pattern in _LISTS)
        if lists == 3 or (lists and _VERSION.search(head)):
            return ()
    raise WrongSource("the document is no RSMF mail and no RSMF manifest")


def read(document: Document, reading: Reading) -> Iterator[Rows]:
    """Stream the manifest's conversations; what was read of a damaged one is given before it is raised."""
    recognise(document)
    capture = Capture(document, source=NAME, platform="unknown")
    if others := undecided(document):
        detail = (
            f"{others:,} more files state the same application, custodian and participants and no event collection id;"
            " whether they are slices of one conversation cannot be known, so each is a conversation of its own"
        )
        capture.warn("slices_apart", detail)
    files = in_order(document) if is_mail(document.head) else [document.file]
    joint = Joint(slices=len(files))
    failed: SourceError | None = None
    for number, file in enumerate(files, start=1):
        joint.number = number
        try:
            if is_mail(document.head):
                yield from _mail(capture, file, document.scratch, reading, joint)
            else:
                yield from _manifest(capture, file, document.siblings, document.folder, reading, joint, None)
        except SourceError as problem:
            if file is document.file:
                failed = problem
            else:
                # The other slices are good.
                capture.warn(problem.kind, str(problem), exhibit=file.exhibit, member=file.member)
    if joint.full:
        detail = "repeated events were looked for among the first half million only; later ones are all kept"
        capture.warn("limit_reached", detail)
    yield from capture.close()
    if failed is not None:
        raise failed


def _mail(capture: Capture, file: File, scratch: Path, reading: Reading, joint: Joint) -> Iterator[Rows]:
    if not scratch.is_dir():
        raise Unreadable("there is no scratch folder to unpack the mail's archive in")
    target = scratch / "rsmf-mail.zip"
    try:
        stated = unpack(file, target).get("X-RSMF-EventCount")
    except OSError as full:
        raise LimitReached(f"the scratch folder cannot hold the mail's archive ({full.strerror}); make room") from full
    inside = ZIP if file.member is None else file.member + INNER + ZIP
    with Archive(_Inner(ZIP, file.exhibit, inside, target), scratch=scratch) as archive:
        members: dict[str, File] = {member.name: member for member in archive.members()}
        for kind, detail in archive.warnings:
            capture.warn(kind, detail, exhibit=file.exhibit, member=inside)
        found = next((name for name in sorted(members, key=len) if name.rsplit("/", 1)[-1] == MANIFEST), None)
        if found is None:
            raise Unreadable(f"the archive in {file.name} has no {MANIFEST}; ask for the export again")
        folder = found.rpartition("/")[0]
        yield from _manifest(capture, members[found], members, folder, reading, joint, stated)


def _manifest(
    capture: Capture,
    file: File,
    siblings: Mapping[str, File],
    folder: str,
    reading: Reading,
    joint: Joint,
    stated: object,
) -> Iterator[Rows]:
    loaded = json_whole.load(file)
    loose = Loose(capture, {"exhibit": file.exhibit, "member": file.member})
    if loaded.replaced:
        loose.warn("invalid_text", f"{file.name} is no valid UTF-8; what is not was replaced by U+FFFD")
    clock = Clock(loose, reading.time_zone, assumed=joint.assumed)
    manifest = Manifest(
        loaded.value,
        capture=capture,
        loose=loose,
        clock=clock,
        file=file,
        siblings=siblings,
        folder=folder,
        joint=joint,
    )
    yield from manifest.read()
    joint.assumed = clock.assumed
    loose.where.pop("conversation", None)
    events = len(items(loaded.value.get("events")))
    count = str(stated).strip() if stated is not None else ""
    if count.isdecimal() and len(count) < 10 and int(count) > events:
        detail = f"the mail states {int(count):,} events and its manifest holds {events:,}; ask for the export again"
        loose.warn("unreadable", detail)
    if loaded.problem is not None:
        kind = LimitReached if loaded.limited else Unreadable
        raise kind(f"{file.name}: {loaded.problem}; what stands before that was read")


@dataclass(frozen=True)
class _Inner:
    """The archive that stood in the mail, unpacked to scratch; it is part of the mail's exhibit."""

    name: str
    exhibit: str
    member: str
    path: Path

    @property
    def size(self) -> int:
        """Size."""
        return self.path.stat().st_size

    def open(self) -> IO[bytes]:
        """Open for reading."""
        return self.path.open("rb")

    def local(self, scratch: Path) -> Path:  # noqa: ARG002 - it lies there already
        """Its path."""
        return self.path

    def digest(self) -> str:
        """SHA-256."""
        with self.path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
