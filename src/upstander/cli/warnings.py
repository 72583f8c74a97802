"""`upstander warnings`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import page
from upstander.cli.whole import whole
from upstander.cli.written import as_json, present, visible
from upstander.evidence.contents import exhibits_named
from upstander.evidence.contents import warnings as listed

__all__ = ["warnings"]


def warnings(
    reference: Reference,
    /,
    *,
    kind: Annotated[str | None, Parameter(help="Only warnings of this kind.")] = None,
    exhibit: Annotated[
        str | None, Parameter(help="Only warnings about this exhibit: its reference or SHA-256.")
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """List what could not be read, was assumed or looks odd.

    Each names its exhibit and the place there. With --json the list is {"warnings": […]}, in the columns of the
    warnings table and the exhibit's reference.
    """
    case = shared.case(reference)
    ends = whole(case)
    about = exhibits_named(case, exhibit) if exhibit is not None else None
    rows = listed(case, kind=kind, exhibits=about)
    if shared.json:
        _as_json(case.path.name, rows)
    else:
        _as_text(rows)
    return ends


def _as_json(case: str, rows: Iterator[Mapping[str, Any]]) -> None:
    """One object, written as it comes: a case may have a million warnings."""
    print(f'{{"case": {as_json(case)}, "warnings": [', end="")  # noqa: T201 - the result
    before = "\n"
    for row in rows:
        print(before + as_json(present(row), indent=None), end="")  # noqa: T201 - the result
        before = ",\n"
    print("\n]}")  # noqa: T201 - the result


def _as_text(rows: Iterator[Mapping[str, Any]]) -> None:
    screen = page()
    number = 0
    for number, row in enumerate(rows, start=1):  # noqa: B007 - counted for the last line
        line = Text(row["kind"], style="yellow")
        line.append(f"  {visible(row['reference'] or 'refused at intake')}", style="cyan")
        line.append(visible(_place(row)), style="dim")
        screen.print(line)
        screen.print(Text(f"  {visible(row['detail'])}"))
    screen.print(Text(f"{number:,} warning{'s' if number != 1 else ''}." if number else "No warnings."))


def _place(row: Mapping[str, Any]) -> str:
    """Where in the exhibit: the member, and the bytes or the row."""
    place = f"  {row['member']}" if row["member"] else ""
    if row["byte_start"] is not None:
        end = f"–{row['byte_end']}" if row["byte_end"] is not None else ""
        return f"{place}  bytes {row['byte_start']}{end}"
    return f"{place}  {row['row']}" if row["row"] else place
