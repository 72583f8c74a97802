"""`upstander captures`."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter
from rich.console import Console
from rich.text import Text

from upstander.cli.destination import destination, outside
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, number, page, table
from upstander.cli.whole import settled
from upstander.cli.written import present, visible
from upstander.errors import UsageError
from upstander.evidence.contents import exhibits_named
from upstander.evidence.lanes import View, sizes, view
from upstander.evidence.reconciled import captures as listed
from upstander.evidence.reconciled import conversations_meant
from upstander.evidence.worded import BASES, plural
from upstander.stages.picture.layout import LANES
from upstander.stages.picture.words import described
from upstander.storage import Case

__all__ = ["captures"]

#: What can be written, by the ending of the file's name; txt is the picture in words.
FORMATS = ("svg", "png", "pdf", "html", "txt")

_NOTHING = "there is no message with a time to draw; the list without -o shows what there is"


def captures(
    reference: Reference,
    /,
    *,
    output: Annotated[
        Path | None,
        Parameter(
            name=["-o", "--output"], help="Draw into this file: .svg, .png, .pdf or .html; .txt says the same in words."
        ),
    ] = None,
    describe: Annotated[
        bool, Parameter(negative="", show_default=False, help="Print what the picture shows, in words.")
    ] = False,
    conversation: Annotated[
        str | None, Parameter(help="Only this conversation: the id of any capture of it, its beginning, or a title.")
    ] = None,
    exhibit: Annotated[str | None, Parameter(help="Only this exhibit: its reference or SHA-256.")] = None,
    shared: Shared = SHARED,
) -> int:
    """Show which captures are one conversation and why, or draw them.

    Without -o, captures are listed conversation by conversation, with what they are joined by; a proposal is a
    conversation that the evidence points to without proving it. With -o, a picture: one lane a phone, time across, what
    each holds, what it lacks by kind, and where its clock was moved. It needs no network, and --describe says the same
    in words. With --json, {"captures": […]} in the columns of the captures table, and the picture's text.
    """
    case = shared.case(reference)
    ends = settled(case)
    chosen = conversations_meant(case, conversation) if conversation is not None else None
    about = exhibits_named(case, exhibit) if exhibit is not None else None
    path = outside(case, _named(output)) if output is not None else None
    rows = [
        row
        for row in listed(case)
        if (chosen is None or row["conversation"] in chosen) and (about is None or row["exhibit"] in about)
    ]
    if path is None and not describe and not shared.json:
        _as_text(page(), rows, sizes(case))
        return ends
    shown = view(case, conversations=chosen, exhibits=about, lanes=LANES)
    if path is not None:
        _draw(case, shown, path)
    words = described(shown) if shown is not None else []
    if shared.json:
        picture = {"title": words[0], "description": words} if words else None
        told = {"output": path, "picture": picture}
        emit({"case": case.path.name, "captures": [present(row) for row in rows], **present(told)})
    elif describe:
        print("\n".join(words) if words else _NOTHING)  # noqa: T201 - the result
    else:
        page().print(Text(f"{visible(str(path))}: {words[0]}"), soft_wrap=True)
    return ends


def _named(output: Path) -> Path:
    """The file to draw into. Raises `UsageError` where its name does not say how."""
    if output.suffix.lower().removeprefix(".") not in FORMATS:
        endings = ", ".join(f".{form}" for form in FORMATS[:-1])
        raise UsageError(f"{output} does not say what to draw; end its name with {endings} or .{FORMATS[-1]}")
    return output


def _draw(case: Case, shown: View | None, path: Path) -> None:
    if shown is None:
        raise UsageError(_NOTHING)
    form = path.suffix.lower().removeprefix(".")
    # Before the file is touched: a fault while drawing leaves an older picture as it was.
    content = _content(shown, form)
    with destination(case, path) as stream:
        stream.write(content)


def _content(shown: View, form: str) -> bytes:
    if form == "txt":
        return ("\n".join(described(shown)) + "\n").encode()
    from upstander.stages.picture.drawn import drawn  # a second to load, and only a picture needs it

    return drawn(shown, form)


def _as_text(screen: Console, rows: Sequence[Mapping[str, Any]], messages: Mapping[str, int]) -> None:
    if not rows:
        screen.print(Text("No captures."))
        return
    for conversation, entries in groupby(rows, key=lambda row: row["conversation"]):
        together = list(entries)
        applied = [row for row in together if row["standing"] == "applied"]
        title = next((row["title"] for row in applied or together if row["title"]), None) or "(no title)"
        held = plural(messages.get(conversation, 0), "message")
        heading = f"{title}  {conversation[:8]}: {held} in {plural(len(applied), 'capture')}"
        columns = [("Exhibit", "="), ("Custodian", ""), ("Holds", ">="), ("Shared", ">="), ("Why it is this one", "*")]
        screen.print(table(visible(heading), columns, [_capture(row) for row in together]))
    proposed = sum(row["standing"] == "proposed" for row in rows)
    several = plural(len({row["conversation"] for row in rows if row["standing"] == "applied"}), "conversation")
    screen.print(Text(f"{plural(len(rows) - proposed, 'capture')} of {several}, {plural(proposed, 'proposal')}."))


def _capture(row: Mapping[str, Any]) -> list[Text]:
    why = cell(BASES[row["basis"]])
    if row["standing"] == "proposed":
        why = Text("proposed, not applied: ", style="yellow").append(BASES[row["basis"]])
    if row["score"] < 1:
        why.append(f", {row['score']:.1%} agree")
    if row["date_order"] == "other":
        why.append("; the others show the other date order", style="yellow")
    elif row["date_order"] == "open":
        why.append("; the date order stays open", style="yellow")
    why.append(f" {visible(row['detail'])}", style="dim")
    return [
        cell(row["reference"] or row["exhibit"][:12], "cyan"),
        cell(row["custodian"]),
        number(row["messages"] or 0),
        number(row["shared"]),
        why,
    ]
