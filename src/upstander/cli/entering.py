"""What a command changed in a case, entered in the ledger right after it, where the case is on the desk.

Every command that opens a case passes here once it has ended, however it did. What was decided or taken in meanwhile
is seen by the files themselves (`watching`): no command can forget to say so. A command that changed nothing, or whose
home has no register, loads nothing for this.
"""

import os
from pathlib import Path

from upstander.cli.terminal import note
from upstander.cli.watching import changed

__all__ = ["entered"]


def entered() -> None:
    """The command is over: enter in the ledger what it changed in cases of the desk.

    What cannot be entered now, as where the database does not answer, is said, and is entered when the desk is opened.
    """
    for case in changed():
        if not _register_of(case.path.parent):
            continue
        try:
            from upstander.cli.admitting import admitted

            admitted(case.path, case.home, since=case.since)
        except Exception as problem:  # noqa: BLE001 - what the command did is done, whatever becomes of its entry
            said = " ".join(str(problem).split()).removesuffix(".") or type(problem).__name__
            note(
                f"What was changed in {case.path.name} is written, and not in the desk's ledger yet ({said});"
                " `upstander serve` enters it."
            )


def _register_of(home: Path) -> bool:
    """Whether there is a register: a database of its own, or the file in the home."""
    said = any(os.environ.get(name, "").strip() for name in ("UPSTANDER_DATABASE_URL", "UPSTANDER_DATABASE_URL_FILE"))
    return said or (home / "register.sqlite3").exists()
