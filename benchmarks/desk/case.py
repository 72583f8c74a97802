"""The case that the desk is measured on: made, then put together by the stages as a hand-in would leave it.

python -m benchmarks.desk.case HOME MESSAGES
"""

import sys
from pathlib import Path

from benchmarks.desk_reading.made import make

from upstander.stages import review, together
from upstander.stages.indexing import index
from upstander.stages.pictures import captures_picture
from upstander.stages.reading import prepare
from upstander.storage import Home

__all__ = ["ready"]


def ready(home: Path, messages: int) -> Path:
    """The case's folder; nothing is decided in it yet. What another version made is made again, and nothing else."""
    folder = home / f"D-{messages}"
    if not (folder / "manifest.json").exists():
        make(home, messages)
    case = Home(home).open(folder.name)
    together(case, progress=_quiet)
    index(case, progress=_quiet)
    prepare(case, progress=_quiet)
    captures_picture(case)
    review.stances(case)
    return folder


def _quiet(label: str, done: int, total: int) -> None:
    """Nobody watches."""


if __name__ == "__main__":
    print(ready(Path(sys.argv[1]), int(sys.argv[2])))
