"""Cases and the folder they live in."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from upstander.errors import CaseBusy, CaseDamaged, CaseExists, CaseMissing, UsageError
from upstander.storage.files import read_json, sync_folder, write_json

__all__ = ["Case", "Cover", "Home"]

#: What a case reference may be: it names a folder, so no separators and no leading dot.
_REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the cover of a case."""

    reference: str
    title: str
    #: ISO 8601, UTC.
    opened_at: str


@dataclass(frozen=True, slots=True)
class Case:
    """One case folder; every path in it is made here."""

    path: Path

    @property
    def exhibits(self) -> Path:
        """What was received: cannot be made again."""
        return self.path / "exhibits"

    @property
    def bytes(self) -> Path:
        """The exhibits' bytes, by SHA-256."""
        return self.exhibits / "bytes"

    @property
    def intakes(self) -> Path:
        """Records of what was received together."""
        return self.exhibits / "intakes"

    @property
    def tables(self) -> Path:
        """Rows; can be deleted and made again."""
        return self.path / "tables"

    @property
    def decisions(self) -> Path:
        """What people decided (`aliases.jsonl`: which participants are one person); not derived, kept by a rebuild."""
        return self.path / "decisions"

    @property
    def index(self) -> Path:
        """Text index and features: made from the tables, and made again at will."""
        return self.path / "index"

    @property
    def inbox(self) -> Path:
        """What was handed in at the desk and is not an exhibit yet: a folder a hand-in."""
        return self.path / "inbox"

    @property
    def scratch(self) -> Path:
        """Unfinished work; emptied whenever a writer starts."""
        return self.path / "scratch"

    @property
    def cover(self) -> Cover:
        """Reference, title and date of opening. Raises `CaseDamaged` where the record cannot be read."""
        path = self.exhibits / "case.json"
        try:
            return Cover(**read_json(path))
        except (OSError, ValueError, TypeError) as problem:
            raise CaseDamaged(f"the cover of the case, {path}, cannot be read: {problem}") from problem

    def exhibit(self, digest: str) -> Path:
        """Where the bytes of the exhibit of that SHA-256 are kept."""
        return self.bytes / digest[:2] / digest

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the case for writing. Raises `CaseBusy` while another process holds it.

        The lock is the kernel's: it is gone when the process is, however it ended.
        """
        with (self.path / ".lock").open("w") as stream:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                message = f"case {self.path.name} is being written to by another process; try again when it has ended"
                raise CaseBusy(message) from problem
            for folder in (self.bytes, self.intakes, self.tables):
                folder.mkdir(parents=True, exist_ok=True)
            # What a killed writer left behind: nothing refers to it.
            shutil.rmtree(self.scratch, ignore_errors=True)
            self.scratch.mkdir()
            try:
                yield
            finally:
                shutil.rmtree(self.scratch, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that cases live in."""

    path: Path

    def new(self, reference: str, *, title: str, now: datetime) -> Case:
        """Open a new case. Raises `CaseExists`, or `UsageError` where the reference cannot name a folder."""
        case = self._case(reference)
        if (case.exhibits / "case.json").exists():
            raise CaseExists(f"there is a case {reference} already, in {case.path}; choose another reference")
        case.exhibits.mkdir(parents=True, exist_ok=True)
        cover = {"reference": reference, "title": title, "opened_at": now.isoformat(timespec="seconds")}
        write_json(case.exhibits / "case.json", cover)
        sync_folder(self.path)
        return case

    def open(self, reference: str) -> Case:
        """The case of that reference. Raises `CaseMissing`."""
        case = self._case(reference)
        if not (case.exhibits / "case.json").is_file():
            raise CaseMissing(
                f"there is no case {reference} in {self.path}; `upstander case list` shows those there are,"
                f" `upstander case new {reference} --title …` opens it"
            )
        return case

    def cases(self) -> list[Case]:
        """Every case, by reference."""
        if not self.path.is_dir():
            return []
        found = [Case(Path(entry.path)) for entry in os.scandir(self.path) if entry.is_dir()]
        return sorted((case for case in found if (case.exhibits / "case.json").is_file()), key=lambda case: case.path)

    def _case(self, reference: str) -> Case:
        if not _REFERENCE.fullmatch(reference):
            raise UsageError(
                f"{reference!r} cannot be a case reference: use up to 100 letters, digits, dots, hyphens and"
                " underscores, starting with a letter or digit"
            )
        return Case(self.path / reference)
