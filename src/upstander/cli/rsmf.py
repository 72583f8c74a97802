"""`upstander rsmf`."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.destination import outside
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.shown import size
from upstander.cli.terminal import counting, emit, page
from upstander.cli.whole import whole
from upstander.cli.written import visible
from upstander.evidence.rsmf_out import RsmfSummary, write_rsmf

__all__ = ["rsmf"]


def rsmf(
    reference: Reference,
    /,
    *,
    output: Annotated[
        Path, Parameter(name=["-o", "--output"], help="File to write: a .zip of .rsmf files, or one .rsmf.")
    ],
    shared: Shared = SHARED,
) -> int:
    """Write a case as RSMF 2.0, for a review platform.

    Every conversation of the case, as each exhibit shows it. Where each event was read from goes along in its `custom`
    fields. What RSMF has no place for is counted and stays in the case's tables.
    """
    case = shared.case(reference)
    ends = whole(case)
    path = outside(case, output)
    with counting() as told:
        summary = write_rsmf(case, path, progress=told)
    if shared.json:
        emit({"case": case.path.name, "output": path, "written": summary})
    else:
        page().print(_told(path, summary))
    return ends


def _told(path: Path, summary: RsmfSummary) -> Text:
    lines = [
        f"{visible(str(path))}: {summary.files:,} RSMF files, {size(summary.bytes)}.",
        f"{summary.messages:,} messages and {summary.system_events:,} system events of {summary.conversations:,}"
        f" conversations became {summary.events:,} events, with {summary.attachments:,} attachments.",
    ]
    if summary.repeated:
        lines.append(
            f"{summary.repeated:,} of the events tell a system event again for the next person it names: an event of"
            " RSMF has one."
        )
    if summary.undated:
        lines.append(f"{summary.undated:,} of them have no time that can be decided.")
    lines += [f"RSMF has no place for {count:,} of: {visible(what)}." for what, count in summary.not_held.items()]
    return Text("\n".join(lines))
