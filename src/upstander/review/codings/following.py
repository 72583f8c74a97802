"""The decision file of codings read on from where it was read to: for a process that answers many."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from upstander.errors import BadDecision
from upstander.review.codings.coding import Coding
from upstander.review.codings.nothing import Nothing
from upstander.review.codings.record import CODINGS, Codes
from upstander.storage import Case

__all__ = ["Following", "Rewritten"]

#: Bytes of what was read that are looked at again: some lines.
_KEPT = 1_024


class Rewritten(Exception):
    """The file is another than the one that was followed, as after a backup was put back."""


@dataclass
class Following:
    """What the file of a case says, in its order; it only grows."""

    case: Case
    codes: Codes = field(init=False)
    #: Lines that could not be read so far.
    unread: int = 0
    _upto: int = 0
    _file: int | None = None
    #: The last bytes of what was read: the file is the same while they stand before what is new.
    _before: bytes = b""

    def __post_init__(self) -> None:
        """From its beginning."""
        self.codes = Codes(self.case)

    @property
    def path(self) -> Path:
        """The file."""
        return self.case.decisions / CODINGS

    def new(self) -> list[Coding | Nothing]:
        """What was written since. Raises `Rewritten` where what was read before is not there any more.

        A line that is being written is read when it is whole; one that cannot be read is counted and passed over.
        """
        try:
            known = self.path.stat()
        except FileNotFoundError:
            if self._upto:
                raise Rewritten from None
            return []
        if known.st_size < self._upto or self._file not in (None, known.st_ino):
            raise Rewritten
        self._file = known.st_ino
        if known.st_size == self._upto:
            return []
        with self.path.open("rb") as stream:
            stream.seek(self._upto - len(self._before))
            content = stream.read()
        if not content.startswith(self._before):
            raise Rewritten
        content = content[len(self._before) :]
        whole = content.rfind(b"\n") + 1
        found: list[Coding | Nothing] = []
        for raw in content[:whole].split(b"\n"):
            line = raw.removeprefix(b"\xef\xbb\xbf") if not self._upto else raw
            if not line.strip():
                continue
            before = len(found)
            with suppress(BadDecision, UnicodeDecodeError):
                found.append(self.codes.said(line.decode(), "a line"))
            self.unread += len(found) == before
        self._upto += whole
        self._before = (self._before + content[:whole])[-_KEPT:]
        return found
