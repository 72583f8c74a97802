"""Where codebooks are: shipped with the package, or a file of an organisation's own."""

from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from pathlib import Path

from upstander.errors import BadCodebook
from upstander.review.codebook.book import Codebook
from upstander.review.codebook.reading import Read, read

__all__ = ["Loaded", "codebook", "examined", "loaded", "shipped"]

_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A codebook and the text that it was read from."""

    book: Codebook
    text: str


def shipped() -> list[str]:
    """Names of the codebooks that travel with the package."""
    books = files(__package__).joinpath("books").iterdir()
    return sorted(book.name.removesuffix(_SUFFIX) for book in books if book.name.endswith(_SUFFIX))


def codebook(name_or_path: str | Path) -> Codebook:
    """The shipped codebook of that name, or the one in the file at that path. Raises `BadCodebook`."""
    return loaded(name_or_path).book


def loaded(name_or_path: str | Path) -> Loaded:
    """The same with its text."""
    asked = str(name_or_path)
    if asked in shipped():
        return _shipped(asked)
    if not _is_path(asked):
        raise BadCodebook(
            f"there is no codebook {asked!r}: {', '.join(shipped())} is shipped, and one of your own is named by the"
            " path of its file"
        )
    text, read_as = examined(Path(asked))
    return Loaded(_sound(read_as, asked), text)


def examined(path: Path) -> tuple[str, Read]:
    """The text of a codebook's file, and what it was read as, with all its mistakes. Raises `BadCodebook`."""
    try:
        known = path.stat()
    except (OSError, ValueError):
        return _examined(path, ())
    return _examined(path, (known.st_ino, known.st_mtime_ns, known.st_ctime_ns, known.st_size))


@lru_cache(maxsize=32)
def _examined(path: Path, stamp: tuple[int, ...]) -> tuple[str, Read]:  # noqa: ARG001 - another file is another answer
    """The same, read once for as long as the file is as it was: each coding asks for it."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as problem:
        reason = (problem.strerror or str(problem)).lower()
        raise BadCodebook(f"the codebook {path} cannot be read: {reason}") from problem
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise BadCodebook(f"the codebook {path} is no UTF-8 on line {line}; save it as UTF-8") from problem
    except ValueError as problem:
        raise BadCodebook(f"{str(path)!r} is no path of a codebook") from problem
    return text, read(text)


@cache
def _shipped(name: str) -> Loaded:
    text = files(__package__).joinpath("books", name + _SUFFIX).read_text(encoding="utf-8")
    return Loaded(_sound(read(text), name), text)


def _sound(read_as: Read, where: str) -> Codebook:
    if read_as.book is not None:
        return read_as.book
    first, *others = read_as.mistakes
    more = f" (and {len(others):,} more; `upstander codebook check` lists them)" if others else ""
    raise BadCodebook(f"the codebook {where}, {first}{more}")


def _is_path(asked: str) -> bool:
    return "/" in asked or "\\" in asked or asked.endswith((_SUFFIX, ".yml"))
