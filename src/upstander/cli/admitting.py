"""The register's side of `entering`: loaded where a command changed something in a home that has a register."""

from datetime import UTC, datetime
from pathlib import Path

from upstander.cli.backup import whoever
from upstander.cli.opened import opened
from upstander.cli.options import Shared
from upstander.storage import Home

__all__ = ["admitted"]


def admitted(path: Path, home: Path | None, *, since: datetime) -> None:
    """Enter what was decided and taken in in the case at `path`, where the register of its home has it.

    Raises what the register and the files raise.
    """
    site = opened(Shared(home=home))
    if site.home.resolve() != path.parent.resolve():
        return
    from upstander.actions import admit_decisions, admit_intakes
    from upstander.register.models import Case

    case = Case.objects.filter(reference=path.name).first()
    if case is None:
        return
    folder = Home(path.parent).open(path.name)
    now = datetime.now(UTC)
    admit_intakes(now, case=case, folder=folder, by=whoever(), since=since)
    admit_decisions(now, case=case, folder=folder)
