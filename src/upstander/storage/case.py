"""Cases and the folder they live in."""

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from upstander.errors import CaseDamaged, CaseExists, CaseMissing, UsageError
from upstander.storage.files import read_json, sync_folder, unfinished, write_json
from upstander.storage.locks import held
from upstander.storage.taken import is_taken

__all__ = ["Case", "Cover", "Home", "Opened"]

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
        """Hold the case for writing; wait for another process that holds it. Raises `CaseBusy` when that takes long."""
        with held(self.path / ".lock", f"case {self.path.name}"):
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
class Opened:
    """A case that was opened just now, and the folders that were made for it, the innermost first."""

    case: Case
    made: tuple[Path, ...]

    def take_back(self) -> None:
        """Remove what opening it made, and no more: where anything was taken in meanwhile, all stays."""
        cover = self.case.exhibits / "case.json"
        ours = {cover, unfinished(cover)}
        if not self.case.exhibits.is_dir() or set(self.case.exhibits.iterdir()) - ours:
            return
        for path in ours:
            path.unlink(missing_ok=True)
        for folder in self.made:
            # One that is not empty any more is somebody else's by now.
            with suppress(OSError):
                folder.rmdir()


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that cases live in."""

    path: Path

    def new(self, reference: str, *, title: str, now: datetime) -> Case:
        """Open a new case. Raises `CaseExists`, or `UsageError` where the reference cannot name a folder."""
        return self.opened(reference, title=title, now=now).case

    def opened(self, reference: str, *, title: str, now: datetime) -> Opened:
        """Open a new case in such a way that it can be taken back. Raises as `new` does; nothing is left then."""
        self.checked(reference)
        case = self._case(reference)
        if case.path.exists() and not case.path.is_dir():
            raise UsageError(f"{reference!r} cannot be a case reference: a file of that name is there")
        if (case.exhibits / "case.json").exists():
            raise CaseExists(f"there is a case {reference} already, in {case.path}; choose another reference")
        opened = Opened(case, tuple(folder for folder in (case.exhibits, case.path) if not folder.exists()))
        cover = {"reference": reference, "title": title, "opened_at": now.isoformat(timespec="seconds")}
        try:
            case.exhibits.mkdir(parents=True, exist_ok=True)
            write_json(case.exhibits / "case.json", cover)
            sync_folder(self.path)
        except BaseException:
            opened.take_back()
            raise
        return opened

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

    @staticmethod
    def checked(reference: str) -> None:
        """Raise `UsageError` where no case can be opened under the reference: no folder's name, or not a case's."""
        _names_a_folder(reference)
        if is_taken(reference):
            raise UsageError(f"{reference!r} cannot be a case reference: the desk has that name for something else")

    def _case(self, reference: str) -> Case:
        _names_a_folder(reference)
        return Case(self.path / reference)


def _names_a_folder(reference: str) -> None:
    if not _REFERENCE.fullmatch(reference):
        raise UsageError(
            f"{reference!r} cannot be a case reference: use up to 100 letters, digits, dots, hyphens and"
            " underscores, starting with a letter or digit"
        )
