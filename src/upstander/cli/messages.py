"""`upstander messages`."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from upstander.cli.destination import STDOUT, destination
from upstander.cli.formats import Captions, Format, write
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import note
from upstander.cli.whole import whole
from upstander.errors import UsageError
from upstander.evidence.contents import Window, conversations, conversations_named, exhibits, names, undated
from upstander.evidence.contents import messages as asked_for
from upstander.stages import dates
from upstander.storage import Case

__all__ = ["messages"]

Asked = Literal["table", "jsonl", "csv", "parquet"]


def messages(
    reference: Reference,
    /,
    *,
    conversation: Annotated[
        str | None, Parameter(help="Only this conversation: its id, the beginning of one id, or a title.")
    ] = None,
    since: Annotated[
        str | None,
        Parameter(name="--from", help="Sent at or after this date, or time (UTC unless it says otherwise)."),
    ] = None,
    until: Annotated[str | None, Parameter(name="--to", help="Sent up to the end of this date, or this time.")] = None,
    form: Annotated[
        Asked | None,
        Parameter(name="--format", help="What to write; from the name of the output file, or a table, if absent."),
    ] = None,
    output: Annotated[
        Path, Parameter(name=["-o", "--output"], allow_leading_hyphen=True, help="File to write; - is stdout.")
    ] = STDOUT,
    shared: Shared = SHARED,
) -> int:
    """Show or export messages and system events.

    They come conversation by conversation, each in the order of its export; a group that three exhibits show comes
    three times. Messages without a time are left out where --from or --to is given, and counted.

    The table shows times in UTC, authors by the names that the exhibit has for them, and characters that a terminal
    would obey by their numbers. jsonl has one object a line, without what is absent; csv and parquet have every column
    of the messages table. Texts are exactly as received in all three: have a spreadsheet import the columns of a csv as
    text, for a message may look like a formula.
    """
    case = shared.case(reference)
    ends = whole(case)
    chosen = _format(form, output, shared)
    window = Window(
        conversations=conversations_named(case, conversation) if conversation is not None else None,
        since=dates.since(since) if since is not None else None,
        until=dates.until(until) if until is not None else None,
    )
    if chosen is Format.TABLE and output == STDOUT and sys.stdout.isatty():
        note("What follows is evidence and may be offensive or distressing.")
    with destination(case, output) as stream:
        write(chosen, asked_for(case, window), stream, captions=_captions(case))
    without = undated(case, window) if window.dated else 0
    if without:
        note(f"{without:,} messages have no time and were left out; ask without --from and --to to see them.")
    return ends


def _format(form: Asked | None, output: Path, shared: Shared) -> Format:
    if shared.json:
        if form not in (None, "jsonl"):
            raise UsageError(f"--json asks for jsonl and --format for {form}; give one of them")
        return Format.JSONL
    if form is None:
        known = {f".{entry.value}": entry for entry in Format}
        return known.get(output.suffix.lower(), Format.TABLE)
    if form == "parquet" and output == STDOUT and sys.stdout.isatty():
        raise UsageError("parquet is nothing that a terminal can show; name a file with -o")
    return Format(form)


def _captions(case: Case) -> Captions:
    """What stands above a conversation's messages in a table, and who their authors are called."""
    references = {row["exhibit"]: row["reference"] for row in exhibits(case)}
    above = {
        row["conversation"]: f"{row['title'] or '(no title)'} · {row['platform']} {row['kind']}"
        f" · exhibit {references.get(row['exhibit'], '?')} · {row['conversation']}"
        for row in conversations(case)
    }
    return Captions(above=above, names=names(case))
