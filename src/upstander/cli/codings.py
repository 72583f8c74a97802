"""`upstander codings`."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.coded import plainly
from upstander.cli.exits import DONE
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, page, table
from upstander.cli.unread import unread
from upstander.cli.written import present
from upstander.evidence.worded import plural
from upstander.review.codings.listing import Coded, coded
from upstander.stages import review
from upstander.storage.signing import signed

__all__ = ["codings"]

#: Codings that a terminal shows.
SHOWN = 50


def codings(
    reference: Reference,
    /,
    *,
    code: Annotated[str | None, Parameter(help="Only this code.")] = None,
    by: Annotated[str | None, Parameter(help="Only this reviewer's.")] = None,
    message: Annotated[
        str | None, Parameter(help="Only of this message: id of any sighting, its beginning, or platform key.")
    ] = None,
    superseded: Annotated[
        bool,
        Parameter(
            name="--all", negative="", show_default=False, help="Those that were superseded as well, and all rows."
        ),
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """List what reviewers decided: what stands, and on request what it took the place of.

    A terminal shows the latest 50 unless --all is given; --json has every coding, with whether it stands;
    what was said of many codes at once is one line here and a coding each there. Whoever is
    still to read a message a second time should not look here first: --by with their own name is safe. No text of
    messages is shown; notes are.
    """
    case = shared.case(reference)
    by = None if by is None else signed(by)
    ends = unread(review.codings(case), DONE)
    rows = coded(case, code=code, by=by, message=message)
    if shared.json:
        emit({"case": case.path.name, "codings": [present(_row(row)) for row in rows]})
        return ends
    shown = [row for row in rows if superseded or row.stands]
    if not shown:
        page().print(Text("No codings."))
        return ends
    lines = _together(shown)
    latest = lines if superseded else lines[-SHOWN:]
    columns = [("At", "="), ("By", ""), ("Message", "="), ("Code", ""), ("Applies", "="), ("Via", "="), ("Note", "*")]
    page().print(table("What reviewers decided", columns, map(_cells, latest)))
    more = f"; the latest {len(latest)} are shown, and --all lists all" if len(latest) < len(lines) else ""
    stands = sum(row.stands for row in rows)
    page().print(
        Text(f"{plural(len(rows), 'coding')}, of which {stands:,} {'stands' if stands == 1 else 'stand'}{more}.")
    )
    return ends


def _together(rows: Sequence[Coded]) -> list[tuple[Coded, int]]:
    """The rows of one line of the decision file as one, with how many they are: nothing of a codebook applies."""
    return [(row, len([row, *more])) for row, *more in (list(same) for _, same in groupby(rows, key=_line))]


def _line(row: Coded) -> tuple[int, bool]:
    return row.sequence, row.stands


def _row(row: Coded) -> Mapping[str, Any]:
    coding = row.coding
    return {
        "sequence": row.sequence,
        "message": row.message,
        "sighting": coding.sighting,
        **plainly(coding),
        "stands": row.stands,
    }


def _cells(line: tuple[Coded, int]) -> list[Text]:
    row, count = line
    coding = row.coding
    style = "" if row.stands else "dim"
    applies = "yes" if coding.applies else "no"
    part = f" {coding.span[0]}:{coding.span[1]}" if coding.span else ""
    return [
        cell(f"{coding.at:%Y-%m-%d %H:%M}", style),
        cell(coding.by, style),
        cell(row.message or coding.sighting, style),
        cell(coding.code if count == 1 else f"{count:,} codes of {coding.codebook}", style),
        cell((applies if row.stands else f"({applies})") + part, style),
        cell(coding.via.value, style),
        cell(coding.note, style),
    ]
