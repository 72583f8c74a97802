"""The codebooks that a case was coded with, kept in it word for word: a coding means what its codebook said.

`decisions/codebooks/NAME@VERSION.yaml` is written once, with the first coding, and never again: other content needs
another version.
"""

import os
from pathlib import Path
from uuid import uuid4

from upstander.errors import BadCodebook
from upstander.review.codebook.book import Codebook
from upstander.review.codebook.shelf import Loaded, examined
from upstander.storage import Case

__all__ = ["keep", "kept"]


def kept(case: Case) -> dict[str, Path]:
    """The files of the codebooks that the case was coded with, by `NAME@VERSION`."""
    return {path.name.removesuffix(".yaml"): path for path in sorted(_folder(case).glob("*@*.yaml"))}


def keep(case: Case, used: Loaded) -> None:
    """Keep the codebook in the case. Raises `BadCodebook` where its version is there with other content."""
    path = _folder(case) / f"{used.book.reference}.yaml"
    if _same(path, used.book):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    # A name of its own, and the rights that the case's other files get.
    unfinished = path.with_name(f".{uuid4().hex}")
    try:
        with unfinished.open("xb") as stream:
            stream.write(used.text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        # A link is made only where nothing is yet: of two who begin at once, one is first, and both are compared.
        try:
            os.link(unfinished, path)
        except FileExistsError:
            _same(path, used.book)
        except OSError:
            # A file system without links.
            unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _same(path: Path, book: Codebook) -> bool:
    if not path.is_file():
        return False
    there = examined(path)[1].book
    if there is None or there.digest != book.digest:
        raise BadCodebook(
            f"this case was coded with another text of {book.reference} ({path}); give the changed codebook a new"
            " version"
        )
    return True


def _folder(case: Case) -> Path:
    return case.decisions / "codebooks"
