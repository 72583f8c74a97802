"""What every command may be told: where the cases live, and whether a program is listening."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from platformdirs import user_data_path

from upstander.storage import Case, Home

__all__ = ["SHARED", "Reference", "Shared"]

Reference = Annotated[str, Parameter(help="Reference of the case, as `upstander case list` shows it.")]


@Parameter(name="*")
@dataclass(frozen=True, slots=True)
class Shared:
    """Options of every command."""

    home: Annotated[
        Path | None,
        Parameter(
            env_var="UPSTANDER_HOME",
            help="Folder that cases live in; the platform's data folder where it is not given.",
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
        return Home((self.home or user_data_path("upstander", appauthor=False)).expanduser())

    def case(self, reference: str) -> Case:
        """The case of that reference. Raises `CaseMissing`."""
        return self.cases().open(reference)

    def now(self) -> datetime:
        """The time, read here at the edge and handed down."""
        return datetime.now(UTC)


SHARED = Shared()
