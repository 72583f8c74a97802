"""What the desk's reviewers hold, told to whoever reads at the command line, and the other way round."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from upstander.stages.holding import holding
from upstander.storage import Case

__all__ = ["Beside", "mirrored"]


@dataclass
class Beside:
    """What is held elsewhere: message and by whom; and what the desk holds, to be written for those elsewhere."""

    rows: list[dict[str, Any]]
    ours: list[dict[str, Any]] = field(default_factory=list)

    @property
    def held(self) -> list[tuple[str, str]]:
        """Message and holder of everything that was given at the command line."""
        return [(str(row["message"]), f"at the command line {row['by']}") for row in self.rows]


@contextmanager
def mirrored(case: Case, code: str) -> Iterator[Beside]:
    """Holds of a code, for us alone while we give something: one process of this machine after the other."""
    with holding(case, code) as rows:
        found = Beside([row for row in rows if not row.get("desk")])
        yield found
        rows[:] = [*found.rows, *({**row, "desk": True} for row in found.ours)]
