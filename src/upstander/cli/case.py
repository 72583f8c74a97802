"""`upstander case`: open and list cases."""

from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import cell, emit, page, table
from upstander.cli.written import visible
from upstander.errors import CaseDamaged
from upstander.storage import Case

__all__ = ["list_cases", "new"]


def new(
    reference: Annotated[str, Parameter(help="Reference of the case, such as MERIDIAN; it names the case's folder.")],
    /,
    *,
    title: Annotated[str, Parameter(help="What the case is called.")] = "",
    shared: Shared = SHARED,
) -> None:
    """Open a new case.

    A case is a folder: its exhibits as received, and tables that can be made again from them at any time.
    """
    case = shared.cases().new(reference, title=title, now=shared.now())
    if shared.json:
        emit({"case": _described(case)})
    else:
        print(f"Case {reference} is open, in {visible(str(case.path))}.")  # noqa: T201 - the result
        print(f"Next: upstander ingest {reference} PATH…")  # noqa: T201 - the result


def list_cases(*, shared: Shared = SHARED) -> None:
    """List the cases of the home."""
    home = shared.cases()
    cases = home.cases()
    if shared.json:
        emit({"home": home.path, "cases": [_described(case) for case in cases]})
    elif not cases:
        print(f"There is no case in {visible(str(home.path))}; `upstander case new REF --title …` opens one.")  # noqa: T201
    else:
        rows = [
            [cell(entry.get("reference")), cell(entry.get("title")), cell(entry.get("opened_at"))]
            for entry in map(_described, cases)
        ]
        page().print(
            table(f"Cases in {visible(str(home.path))}", [("Reference", "="), ("Title", "*"), ("Opened", "=")], rows)
        )


def _described(case: Case) -> dict[str, str]:
    """The cover and the place of a case; one that is damaged is listed with what is wrong with it."""
    try:
        return {**asdict(case.cover), "path": str(case.path)}
    except CaseDamaged as problem:
        return {"reference": case.path.name, "path": str(case.path), "error": str(problem)}
