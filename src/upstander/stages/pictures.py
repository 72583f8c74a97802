"""The picture of the captures, kept in the case's index: made again where the tables that it shows are others."""

from dataclasses import dataclass
from pathlib import Path

from upstander import __version__
from upstander.evidence.lanes import view
from upstander.stages.picture.layout import LANES
from upstander.stages.picture.words import described
from upstander.stages.review import digest, table_digest
from upstander.storage import Case
from upstander.storage.files import replaced

__all__ = ["Picture", "captures_picture"]

#: Of which way of drawing a picture is: one that was drawn otherwise is drawn again.
_DRAWN = "texts keep their room"

_SHOWN = ("captures", "sightings", "gaps", "clocks", "exhibits", "conversations")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, and what it shows in words."""

    path: Path
    #: The headline, and then line by line.
    words: tuple[str, ...]


def captures_picture(case: Case) -> Picture | None:
    """The picture of the captures; None where there is no message with a time."""
    key = digest(__version__, _DRAWN, {name: table_digest(case, name) for name in _SHOWN})[:24]
    folder = case.index / "pictures"
    path, words = folder / f"captures-{key}.svg", folder / f"captures-{key}.txt"
    if not path.is_file() or not words.is_file():
        shown = view(case, lanes=LANES)
        if shown is None:
            return None
        # Altair and the converter take a second to load, and only a new picture needs them.
        from upstander.stages.picture.drawn import svg

        folder.mkdir(parents=True, exist_ok=True)
        older = [file for file in folder.glob("captures-*") if file.name not in (path.name, words.name)]
        _write(words, "\n".join(described(shown)))
        _write(path, svg(shown))
        for file in older:
            file.unlink(missing_ok=True)
    return Picture(path, tuple(words.read_text(encoding="utf-8").split("\n")))


def _write(path: Path, text: str) -> None:
    """Whole or not at all, whoever else makes the same."""
    with replaced(path) as made:
        made.write_text(text, encoding="utf-8", errors="replace")
