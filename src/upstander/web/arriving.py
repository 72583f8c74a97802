"""Files on their way in: written to the disk of the cases as they come, with their digest, and never held in memory."""

import errno
import hashlib
import os
import secrets
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from upstander.actions import Actor, Power
from upstander.register.models import Account, Case
from upstander.register.site import Site

__all__ = ["Arrived", "Arriving", "problem_of", "tidied"]

#: Where a request keeps what takes its files.
_HANDLER = "_arriving"

#: Pages whose forms have files.
_TAKEN = ("hand_in",)

#: Where a request keeps why what it brought could not be kept.
_PROBLEM = "_arriving_problem"


class Arrived(UploadedFile):
    """A file that was sent: where its bytes lie, and their SHA-256. Gone when the request is, unless it was taken."""

    def __init__(self, path: Path, name: str, size: int, digest: str) -> None:
        super().__init__(file=None, name=name, size=size)
        self.path = path
        self.digest = digest

    def close(self) -> None:
        """What nobody took is not kept."""
        self.path.unlink(missing_ok=True)


class Arriving(FileUploadHandler):
    """Takes every file of a form into the site's folder of what is arriving."""

    chunk_size = 256 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._made: list[Path] = []
        self._descriptor = -1
        setattr(request, _HANDLER, self)

    def new_file(self, *args: Any, **named: Any) -> None:
        """Begin a file; one that comes where none is taken, or from whoever may not hand any in, is never begun."""
        super().new_file(*args, **named)
        if not _may(self.request):
            raise StopUpload(connection_reset=True)
        site: Site = settings.SITE  # type: ignore[misc]
        site.arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = site.arriving / secrets.token_hex(16)
        self._made.append(self._path)
        self._digest = hashlib.sha256()
        try:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        except OSError as problem:
            self._give_up(problem)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002 - what Django gives
        """Write a piece of it."""
        self._digest.update(raw_data)
        rest = memoryview(raw_data)
        try:
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
        except OSError as problem:
            self._give_up(problem)

    def file_complete(self, file_size: int) -> Arrived:
        """The file is there whole, and on disk."""
        try:
            os.fsync(self._descriptor)
        except OSError as problem:
            self._give_up(problem)
        self._shut()
        return Arrived(self._path, self.file_name or "", file_size, self._digest.hexdigest())

    def upload_interrupted(self) -> None:
        """Whoever sent it went away, or it was refused: nothing of it is kept."""
        self._discard()

    def _give_up(self, problem: OSError) -> NoReturn:
        """Drop all of it; the page of the form says why."""
        self._discard()
        setattr(self.request, _PROBLEM, _sentence(problem, self.file_name))
        raise StopUpload(connection_reset=False) from problem

    def ended(self) -> None:
        """The request is over: a file whose end never came is not kept."""
        if self._descriptor >= 0:
            self._discard()

    def _shut(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def _discard(self) -> None:
        self._shut()
        for path in self._made:
            path.unlink(missing_ok=True)


def _may(request: Any) -> bool:
    """Whether files are taken here, from them: the form's own checks come when its whole body has arrived."""
    match = getattr(request, "resolver_match", None)
    account = getattr(request, "user", None)
    if match is None or match.url_name not in _TAKEN or not isinstance(account, Account):
        return False
    case = Case.objects.filter(reference=match.kwargs.get("reference")).first()
    return case is not None and Power.TAKE_IN in Actor.of(account).powers(case)


def tidied(request: HttpRequest) -> None:
    """What a request left behind half is gone: its body was no form, or whoever sent it went away."""
    handler: Arriving | None = getattr(request, _HANDLER, None)
    if handler is not None:
        handler.ended()


def problem_of(request: HttpRequest) -> str | None:
    """Why what was sent with a form could not be kept, as a sentence; None where it was."""
    return getattr(request, _PROBLEM, None)


def _sentence(problem: OSError, name: str | None) -> str:
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return (
            f"The disk that holds the cases is full: {name or 'the file'} was not taken in, nor was anything that was"
            " sent with it. Make room, and hand it in again."
        )
    return f"The disk that holds the cases refused {name or 'the file'}: {problem.strerror}."
