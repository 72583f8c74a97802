"""`upstander backup` and `upstander restore`."""

import getpass
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from upstander.cli.exits import DONE, STRICT
from upstander.cli.opened import opened
from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import emit, note, progress
from upstander.cli.written import visible

__all__ = ["By", "backup", "restore", "whoever"]

#: Files that are named one by one.
_NAMED = 10

By = Annotated[
    str | None, Parameter(help="Who does it, for the ledger; if absent, the name that this machine knows you by.")
]


def backup(
    path: Annotated[Path, Parameter(help="File to write, such as upstander-2026-03-01.tar; there may be none yet.")],
    /,
    *,
    by: By = None,
    shared: Shared = SHARED,
) -> int:
    """Back up the register and every case in one file, while they are in use, and verify it.

    It holds what cannot be made again: the register, the exhibits with their intakes, what waits in the inboxes, and
    what people decided. It is read back to its end before it gets its name. What lies in the folders of the cases and
    is nothing of Upstander's is left out and named. It is not encrypted: it holds all that the cases hold.
    """
    site = opened(shared)
    from upstander.actions import Actor
    from upstander.actions.back_up import back_up

    with progress() as told:
        made = back_up(Actor.typing(by or whoever()), shared.now(), site=site, path=path, told=told)
    if shared.json:
        emit(asdict(made))
    else:
        print(  # noqa: T201 - the result
            f"{visible(str(made.path))}: {made.cases:,} cases, {made.files:,} files, {made.bytes:,} bytes, verified."
        )
        print(f"Its ledger ends at entry {made.entries:,}, {made.digest}.")  # noqa: T201 - the result
    _left_out(made.left_out, "not in the backup")
    return DONE


def restore(
    path: Annotated[Path, Parameter(help="File that `upstander backup` wrote.")],
    /,
    *,
    by: By = None,
    shared: Shared = SHARED,
) -> int:
    """Bring everything back from a backup, into a home where there is nothing yet, and verify it.

    Every file is compared with its digest before anything is written; every table is made again and compared with what
    it was. Ends with status 1 where one is another, as that of a case that was being read into at that moment may be.
    """
    site = opened(shared, bring=True)
    from upstander.actions import Actor
    from upstander.actions.restore import restore as bring_back

    with progress() as told:
        done = bring_back(Actor.typing(by or whoever()), shared.now(), site=site, path=path, told=told)
    if shared.json:
        emit(asdict(done))
    else:
        print(  # noqa: T201 - the result
            f"{done.cases:,} cases and {done.files:,} files are back; the ledger is whole to entry {done.entries:,}."
        )
    _left_out(done.left_out, "not brought back")
    for reference, tables in done.differing.items():
        note(f"{reference}: these tables are not what they were: {', '.join(tables)}")
    return STRICT if done.differing else DONE


def _left_out(names: Sequence[str], what: str) -> None:
    """Say which files are nobody's, so that nobody thinks they are kept."""
    if names:
        named = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else "")
        note(f"Nothing of Upstander's, and {what}: {named}")


def whoever() -> str:
    """Whoever types, as this machine knows them."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "somebody"
