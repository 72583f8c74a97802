"""What every command may be told: where the cases live, and whether a program is listening."""

import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from platformdirs import user_data_path

from upstander.cli.terminal import note
from upstander.cli.watching import watched
from upstander.errors import UsageError
from upstander.storage import Case, Home
from upstander.storage.locks import PATIENCE, Patience

__all__ = ["SHARED", "Reference", "Shared"]

Reference = Annotated[str, Parameter(help="Reference of the case, as `upstander case list` shows it.")]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Shared:
    """Options of every command."""

    home: Annotated[
        Path | None,
        Parameter(
            help="Folder that cases live in; if absent, UPSTANDER_HOME, and without that the platform's data folder."
        ),
    ] = None
    json: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="Write the result as JSON on stdout; notes and progress go to stderr."
        ),
    ] = False
    traceback: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Show the traceback of an error, for whoever mends Upstander."),
    ] = False

    def cases(self) -> Home:
        """The home."""
        PATIENCE.set(Patience(_wait(), told=note))
        # Read here and not by the command line's library: an empty variable is no folder, least of all this one.
        home = self.home or os.environ.get("UPSTANDER_HOME") or user_data_path("upstander", appauthor=False)
        return Home(Path(home).expanduser())

    def case(self, reference: str) -> Case:
        """The case of that reference. Raises `CaseMissing`."""
        found = self.cases().open(reference)
        watched(found.path, self.home, (found.decisions, found.intakes))
        return found

    def now(self) -> datetime:
        """The time, read here at the edge and handed down."""
        return datetime.now(UTC)


SHARED = Shared()


def _wait() -> float:
    """Seconds to wait for another process that holds the case: UPSTANDER_WAIT, and ten minutes without it."""
    said = os.environ.get("UPSTANDER_WAIT", "")
    if not said:
        return Patience().limit
    try:
        seconds = float(said)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= 1e6:
        raise UsageError(f"UPSTANDER_WAIT is {said!r} and no number of seconds to wait for another process, such as 60")
    return seconds
