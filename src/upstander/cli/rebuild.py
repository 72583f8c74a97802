"""`upstander rebuild`."""

from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.exits import DONE, STRICT
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, number, page, progress, table
from upstander.evidence.standing import Standing, standing
from upstander.stages import rebuild as make_again
from upstander.storage import Manifest

__all__ = ["rebuild"]


def rebuild(
    reference: Reference,
    /,
    *,
    strict: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="End with status 1 where any digest is not what it was before."
        ),
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Make every table again from the exhibits.

    Every exhibit is hashed first, and one whose bytes have changed stops it before anything is made. Old rows stand
    until the new ones are whole. The digests
    before and after are compared: they are the same unless another version of Upstander or Arrow made the tables, or
    something was read or decided since.
    """
    case = shared.case(reference)
    # What was decided or read since then is no fault of the tables'.
    older = standing(case) is not Standing.CURRENT
    with progress() as told:
        before, after = make_again(case, progress=told)
    changed = _changed(before, after)
    if shared.json:
        emit({"case": case.path.name, "before": before, "after": after, "changed": changed})
    else:
        _show(before, after, changed, older=older)
    return STRICT if strict and changed else DONE


def _changed(before: Manifest | None, after: Manifest) -> list[str]:
    """Names of the tables whose digest is not what it was; none where there is nothing to compare with."""
    if before is None:
        return []
    return [name for name, entry in after.tables.items() if before.tables.get(name) != entry]


def _show(before: Manifest | None, after: Manifest, changed: list[str], *, older: bool) -> None:
    rows = [
        [cell(name, "yellow" if name in changed else ""), number(entry["rows"]), cell(entry["digest"][:32], "dim")]
        for name, entry in after.tables.items()
    ]
    screen = page()
    screen.print(table("Made again", [("Table", "="), ("Rows", ">="), ("Digest (its first half)", "=")], rows))
    if before is None:
        verdict = "There were no tables to compare with."
    elif not changed:
        verdict = "Every digest is what it was before."
    else:
        why = (
            "; made by another version"
            if before.versions != after.versions
            else ": what was read or decided since they were made is in them now"
            if older
            else "; made, which should not happen: please report it"
        )
        verdict = f"Changed: {', '.join(changed)}{why}."
    screen.print(Text(verdict, style="green" if before and not changed else ""))
