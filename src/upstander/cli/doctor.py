"""`upstander doctor`."""

from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from upstander.cli.exits import DONE, STRICT
from upstander.cli.opened import opened
from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import cell, emit, page, progress, table

__all__ = ["doctor"]

_LOOKS = {"good": "green", "look": "yellow", "bad": "bold red"}


def doctor(
    *,
    every: Annotated[
        bool,
        Parameter(name="--all", negative="", show_default=False, help="Hash every exhibit again, and not a sample."),
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Look whether all is as it should be: the folder, the register, the ledger, the exhibits, the machine.

    Nothing is changed. Each line says what was found and, where it is not good, what to do. Ends with status 1 where
    anything is bad.
    """
    site = opened(shared, look=True)
    from upstander.actions.examine_site import How, examine_site

    assets = Path(str(files("upstander.web") / "assets"))
    with progress() as told:
        checks = list(examine_site(shared.cases().path, assets, shared.now(), told, site=site, every=every))
    bad = any(check.how is How.BAD for check in checks)
    if shared.json:
        emit({"good": not bad, "checks": [asdict(check) for check in checks]})
    else:
        rows = [[cell(check.how, _LOOKS[check.how]), cell(check.what), cell(check.said)] for check in checks]
        page().print(table("Upstander", [("", "="), ("What", "="), ("Found", "*")], rows))
    return STRICT if bad else DONE
