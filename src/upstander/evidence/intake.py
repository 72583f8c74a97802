"""Taking in: from paths that somebody hands over to exhibits and one intake record, and what such records state."""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from upstander.errors import IntakeError, PathMissing, PathUnreadable, ReferenceTaken
from upstander.evidence.document import natural
from upstander.storage import Case, Intake, Received, Refused, intakes, keep, store

__all__ = ["KEY_BYTES", "Handed", "conversations_stated", "take_in"]

#: What SQLite leaves beside a database in use: without it the newest messages are missing.
_BESIDE = ("-wal", "-journal")

#: Bytes that a key file may have, and how one starts that Java wrote.
KEY_BYTES = 4096
_JAVA = b"\xac\xed\x00\x05"
_DIGITS = re.compile(rb"[0-9A-Fa-f]{64}")
#: What a key is, in words.
A_KEY = "a key has 32 or 158 bytes as it comes off the phone, or is a text of 64 hexadecimal digits"

#: Prefix of references that nobody chose.
_PREFIX = "EX"


@dataclass(frozen=True, slots=True)
class Handed:
    """What whoever hands files over says about them."""

    custodian: str | None = None
    producer: str | None = None
    #: Reference of the exhibit (`AB/1`); several files become AB/1.1, AB/1.2, …
    reference: str | None = None
    time_zone: str | None = None
    date_order: str | None = None
    key: Path | None = None
    #: Name of the one conversation that they show: exports that state the same name are captures of the same one.
    conversation: str | None = None
    #: What files were called that lie under another name or in a folder that is not theirs, by where they lie.
    names: Mapping[Path, str] = field(default_factory=dict)


def take_in(
    case: Case, paths: Sequence[Path], handed: Handed, *, now: datetime, advance: Callable[[str, int, int], None]
) -> Intake:
    """Store every file under `paths` as an exhibit and record them as received together.

    `advance` is told the name at work, the bytes stored so far and the bytes in all. Symbolic links, devices and files
    that cannot be read are recorded as refused. Raises `PathMissing` or `PathUnreadable` for a path that was named
    itself, `ReferenceTaken`, `OutputError`.
    """
    listed, refused = _list(paths, handed.names)
    references = _References(case, handed.reference, several=len(listed) > 1)
    total = sum(size for _, _, size in listed)
    done = 0
    received: list[Received] = []
    for name, path, size in listed:

        def told(chunk: int, name: str = name) -> None:
            nonlocal done
            done += chunk
            advance(name, done, max(total, done))

        try:
            exhibit, stored = store(case, path, advance=told)
        except IntakeError as problem:
            refused.append(Refused(name, "refused_path", f"{problem}; the rest was taken in"))
            done += size
            continue
        received.append(Received(name=name, exhibit=exhibit, bytes=stored, reference=references.of(exhibit)))
    key = None
    if handed.key is not None:
        key, _ = store(case, _key(handed.key), advance=lambda _: None)
    return keep(
        case,
        Intake(
            id="",
            number=0,
            received_at=now.isoformat(timespec="seconds"),
            files=tuple(received),
            refused=tuple(refused),
            custodian=handed.custodian,
            producer=handed.producer,
            reference=handed.reference,
            time_zone=handed.time_zone,
            date_order=handed.date_order,
            key=key,
            conversation=handed.conversation,
        ),
    )


def conversations_stated(known: Sequence[Intake]) -> dict[str, str]:
    """The conversation that each exhibit was stated to show, by its SHA-256; the latest statement counts.

    Exhibits that nobody said it of are not among them.
    """
    return {
        file.exhibit: intake.conversation
        for intake in known
        if intake.conversation is not None
        for file in intake.files
    }


class _References:
    """Gives each exhibit its reference: the one it has, the one that was asked for, or the next that is free."""

    def __init__(self, case: Case, asked: str | None, *, several: bool) -> None:
        self._known = {file.exhibit: file.reference for intake in intakes(case) for file in intake.files}
        self._taken = {reference: exhibit for exhibit, reference in self._known.items()}
        self._asked = asked
        self._several = several
        pattern = re.compile(rf"{_PREFIX}/([0-9]+)")
        numbers = [int(match[1]) for match in map(pattern.fullmatch, self._taken) if match]
        self._next = max(numbers, default=0) + 1
        self._given = 0

    def of(self, exhibit: str) -> str:
        if exhibit in self._known:
            return self._known[exhibit]
        if self._asked is None:
            reference = f"{_PREFIX}/{self._next}"
            self._next += 1
        else:
            self._given += 1
            reference = f"{self._asked}.{self._given}" if self._several else self._asked
        if reference in self._taken:
            raise ReferenceTaken(
                f"reference {reference} belongs to the exhibit {self._taken[reference][:12]}… already;"
                " choose another with --exhibit"
            )
        self._known[exhibit] = reference
        self._taken[reference] = exhibit
        return reference


def _list(paths: Sequence[Path], names: Mapping[Path, str]) -> tuple[list[tuple[str, Path, int]], list[Refused]]:
    """Every ordinary file under `paths` as (name, path, size), in natural order of names, and what was refused.

    Those in `names` are called so, several of them the same: in the order of `paths`.
    """
    found: dict[str, tuple[Path, int]] = {}
    called: dict[Path, tuple[str, int]] = {}
    refused: list[Refused] = []
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            entries = _walk(path, path.resolve().name or "folder", refused)
        else:
            ordinary = _ordinary(path)
            beside = (Path(f"{ordinary}{suffix}") for suffix in _BESIDE)
            together = [ordinary, *(other for other in beside if other.is_file() and not other.is_symlink())]
            entries = ((other.name, other) for other in together)
        for name, entry in entries:
            if entry in names:
                called[entry] = (names[entry], entry.stat().st_size)
            else:
                found[_free(name, entry, found)] = (entry, entry.stat().st_size)
    if not found and not called and not refused:
        raise PathMissing(f"there is no file under {', '.join(str(path) for path in paths)}")
    listed = [(name, *entry) for name, entry in found.items()]
    listed += [(name, path, size) for path, (name, size) in called.items()]
    return sorted(listed, key=lambda entry: natural(entry[0])), refused


def _free(name: str, path: Path, found: dict[str, tuple[Path, int]]) -> str:
    """`name`, or `name` under as many parent folders as it takes to tell it from files of the same name."""
    for parent in path.absolute().parents:
        if name not in found or found[name][0] == path:
            return name
        name = f"{parent.name}/{name}"
    return f"{path}"


def _ordinary(path: Path) -> Path:
    if path.is_symlink():
        raise PathUnreadable(f"{path} is a symbolic link; give the file that it leads to")
    if not path.exists():
        raise PathMissing(f"there is no file or folder {path}")
    if not path.is_file():
        raise PathUnreadable(f"{path} is neither a file nor a folder")
    return path


def _key(path: Path) -> Path:
    """`path`, where it can be a key: it is kept among the exhibits, where nothing else may come by mistake."""
    small = _ordinary(path).stat().st_size <= KEY_BYTES
    if small and may_be_key(path.read_bytes()):
        return path
    raise PathUnreadable(f"{path} is no key file: {A_KEY}")


def may_be_key(content: bytes) -> bool:
    """Whether a file of this content can be a key of an encrypted backup."""
    digits = bytes(byte for byte in content if not chr(byte).isspace())
    return len(content) in (32, 131, 158) or content.startswith(_JAVA) or bool(_DIGITS.fullmatch(digits))


def _walk(folder: Path, prefix: str, refused: list[Refused]) -> Iterator[tuple[str, Path]]:
    def unreadable(problem: OSError) -> None:
        name = f"{prefix}/{Path(problem.filename).relative_to(folder)}"
        refused.append(Refused(name, "refused_path", f"{name} cannot be listed: {problem.strerror}"))

    for parent, folders, files in os.walk(folder, onerror=unreadable):
        folders.sort()
        relative = Path(parent).relative_to(folder)
        for name in sorted(files) + [name for name in folders if (Path(parent) / name).is_symlink()]:
            path = Path(parent) / name
            written = (Path(prefix) / relative / name).as_posix()
            if path.is_symlink():
                detail = f"{written} is a symbolic link and was not followed; hand in the file that it leads to"
                refused.append(Refused(written, "refused_path", detail))
            elif not path.is_file():
                refused.append(Refused(written, "refused_path", f"{written} is no ordinary file and was not taken in"))
            else:
                yield written, path
