"""`upstander ingest`."""

from pathlib import Path
from typing import Annotated, Any, Literal

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.exits import DONE, FAULT, STRICT
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.shown import exhibits_shown, warnings_shown
from upstander.cli.terminal import emit, page, progress
from upstander.cli.written import present
from upstander.errors import UsageError
from upstander.evidence.contents import exhibits, totals, warnings_by_kind
from upstander.evidence.intake import Handed
from upstander.stages import Ingested
from upstander.stages import ingest as bring_in
from upstander.storage import Case

__all__ = ["ingest"]


def ingest(
    reference: Reference,
    paths: Annotated[
        tuple[Path, ...],
        Parameter(negative="", show_default=False, help="Files and folders that were received together."),
    ],
    /,
    *,
    custodian: Annotated[str | None, Parameter(help="Whose device or account they came from.")] = None,
    exhibit: Annotated[
        str | None,
        Parameter(
            help="Exhibit reference, such as AB/1; several files become AB/1.1, AB/1.2, … EX/1, EX/2, … if absent."
        ),
    ] = None,
    producer: Annotated[
        str | None, Parameter(help="Who or what produced them: a person, or a tool and its version.")
    ] = None,
    time_zone: Annotated[
        str | None,
        Parameter(
            help="IANA zone that times without one are read under, such as Europe/London; UTC is assumed if absent."
        ),
    ] = None,
    date_order: Annotated[
        Literal["dmy", "mdy", "ymd"] | None,
        Parameter(help="Order of written dates; decided from each file's own evidence if absent."),
    ] = None,
    key: Annotated[Path | None, Parameter(help="Key file that opens an encrypted backup.")] = None,
    conversation: Annotated[
        str | None,
        Parameter(
            help="Name of the one conversation that they show; exports of the same name are read as captures of one."
        ),
    ] = None,
    strict: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="End with status 1 where there is any warning about what was handed in.",
        ),
    ] = False,
    later: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Leave what the exhibits show together (captures, gaps, people) to the next ingest without it.",
        ),
    ] = False,
    shared: Shared = SHARED,
) -> int:
    """Take files in as exhibits and read them.

    Every file is stored as received under its SHA-256, and read by the source that knows its format, whatever it is
    called. What cannot be read is kept and becomes a warning; the rest goes on. Run again after an interruption, it
    does what is missing and nothing twice. Then the captures of one conversation are put together, and what they show
    of people is worked out; with --later that waits, and commands that need it say so.
    """
    case = shared.case(reference)
    handed = Handed(
        custodian=custodian,
        producer=producer,
        reference=exhibit,
        time_zone=time_zone,
        date_order=date_order,
        key=key,
        conversation=_named(conversation),
    )
    with progress() as told:
        done = bring_in(case, paths, handed, now=shared.now(), progress=told, later=later)
    warned = _warned(case, done)
    if shared.json:
        emit(_described(case, done, warned))
    else:
        _show(case, done, warned)
    if "fault" in warned:
        return FAULT
    return STRICT if strict and warned else DONE


def _named(conversation: str | None) -> str | None:
    """The stated name without the blanks around it. Raises `UsageError` where nothing is left."""
    if conversation is None:
        return None
    name = conversation.strip()
    if not name:
        raise UsageError("--conversation needs a name, such as 'Knitting Circle'")
    return name


def _digests(done: Ingested) -> set[str]:
    return {file.exhibit for file in done.intake.files}


def _warned(case: Case, done: Ingested) -> dict[str, int]:
    """Warnings about what was handed in, by kind: of its exhibits, and of what was refused."""
    warned = warnings_by_kind(case, exhibits=_digests(done))
    for refused in done.intake.refused:
        warned[refused.kind] = warned.get(refused.kind, 0) + 1
    return warned


def _described(case: Case, done: Ingested, warned: dict[str, int]) -> dict[str, Any]:
    mine = _digests(done)
    return {
        "case": case.path.name,
        "intake": done.intake.id,
        "exhibits": [present(row) for row in exhibits(case) if row["exhibit"] in mine],
        "read": list(done.read),
        "warnings": warned,
        "totals": totals(case),
    }


def _show(case: Case, done: Ingested, warned: dict[str, int]) -> None:
    mine = _digests(done)
    screen = page()
    screen.print(exhibits_shown("Handed in", [row for row in exhibits(case) if row["exhibit"] in mine]))
    if warned:
        screen.print(warnings_shown("Warnings about it", warned))
        screen.print(Text(f"Look at them first: upstander warnings {case.path.name}"))
    read = f"{len(done.read)} read now" if done.read else "everything was up to date"
    held = totals(case)
    screen.print(
        Text(
            f"{read}; the case holds {held.messages:,} messages and {held.system_events:,} system events"
            f" in {held.conversations:,} conversations."
        )
    )
