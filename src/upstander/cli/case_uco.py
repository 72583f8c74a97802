"""`upstander case-uco`."""

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
from upstander.evidence.case_uco_out import CaseUcoSummary, write_case_uco

__all__ = ["case_uco"]


def case_uco(
    reference: Reference,
    /,
    *,
    output: Annotated[Path, Parameter(name=["-o", "--output"], help="File to write: .jsonld or .json.")],
    shared: Shared = SHARED,
) -> int:
    """Write a case as CASE/UCO JSON-LD, for forensic tools.

    Every conversation of the case, as each exhibit shows it, with the exhibits' digests and intakes. What CASE has no
    word for stands in facets of our own vocabulary. The files that messages carried are described and not included.
    """
    case = shared.case(reference)
    ends = whole(case)
    path = outside(case, output)
    with counting() as told:
        summary = write_case_uco(case, path, progress=told)
    if shared.json:
        emit({"case": case.path.name, "output": path, "written": summary})
    else:
        page().print(_told(path, summary))
    return ends


def _told(path: Path, summary: CaseUcoSummary) -> Text:
    lines = [
        f"{visible(str(path))}: {summary.nodes:,} objects, {size(summary.bytes)}.",
        f"{summary.messages:,} messages and {summary.system_events:,} system events of {summary.conversations:,}"
        f" conversations, {summary.accounts:,} accounts, {summary.attachments:,} attachments, {summary.exhibits:,}"
        " exhibits.",
    ]
    if summary.undated:
        lines.append(f"{summary.undated:,} of them have no time that can be decided.")
    return Text("\n".join(lines))
