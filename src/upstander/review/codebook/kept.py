"""The codebooks that a case was coded with, kept in it word for word: a coding means what its codebook said.

`decisions/codebooks/NAME@VERSION.yaml` is written once, with the first coding, and never again: other content needs
another version.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from upstander.errors import BadCodebook
from upstander.review.codebook.book import Codebook
from upstander.review.codebook.shelf import Loaded, examined, loaded, shipped
from upstander.storage import Case

if TYPE_CHECKING:
    from upstander.review.codings.coding import Coding

__all__ = ["book_of_case", "keep", "kept"]

#: What is used where nobody has said anything.
FIRST = "police-misconduct"


def kept(case: Case) -> dict[str, Path]:
    """The files of the codebooks that the case was coded with, by `NAME@VERSION`."""
    return {path.name.removesuffix(".yaml"): path for path in sorted(_folder(case).glob("*@*.yaml"))}


def book_of_case(
    case: Case,
    asked: str | None = None,
    *,
    made: "Sequence[Coding] | None" = None,
    used: Sequence[str] | None = None,
) -> Loaded:
    """The codebook to code a case with. Raises `BadCodebook`, `BadDecision`.

    Asked for nothing, it is that of the latest coding, or the first shipped one. A name means the version that the case
    uses already, where it does; `NAME@VERSION` and a path mean just that. `made` are the case's codings, where
    they have been read already, or `used` the codebooks that they name, the latest last.
    """
    there = kept(case)
    if used is None and made is None:
        # Codings are read with the codebooks that are kept here.
        from upstander.review.codings.record import history

        used = history(case).codebooks if there else ()
    if used is None:
        used = [coding.codebook for coding in made or ()]
    if asked is None:
        asked = next((name for name in reversed(used) if name in there), FIRST)
    elif asked not in there and any(name.partition("@")[0] == asked for name in there):
        mine = (name for name in reversed(used) if name.partition("@")[0] == asked)
        asked = next((name for name in mine if name in there), asked)
    if asked in there:
        return loaded(there[asked])
    name, _, version = asked.partition("@")
    if version and name in shipped():
        found = loaded(name)
        if found.book.version != version:
            raise BadCodebook(f"codebook {name} is shipped in version {found.book.version}, and {version} is not here")
        return found
    return loaded(asked)


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
