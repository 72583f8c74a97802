"""What the demo ends with: the findings of reconciliation in a few lines, and one message with who knew of it."""

from collections.abc import Callable

from rich.console import Console
from rich.text import Text

from upstander.cli.written import visible
from upstander.evidence.reconciled import captures, clocks, reconciled, telling_message
from upstander.evidence.worded import clock, plural, span
from upstander.storage import Case

__all__ = ["Who", "closing"]

#: Shows who knew of the message of that id: the table of `upstander who`.
Who = Callable[[Console, Case, str], None]


def closing(screen: Console, case: Case, *, who: Who | None = None) -> None:
    """Print what many phones show together that none shows alone; nothing where the case is not reconciled.

    Messages and phones; gaps, and those with the trace of deletion; every clock that was moved, by how much, when and
    which messages it touches; then, with `who`, one deleted message that others still hold and who knew of it.
    """
    found = reconciled(case)
    if found is None:
        return
    phones = len({row["exhibit"] for row in captures(case)})
    screen.print(
        Text(f"{plural(found.messages, 'message')} on {plural(phones, 'phone or account', 'phones and accounts')};"),
        Text(f"{plural(found.gaps, 'gap')}, of which {found.deletions:,} show the trace of deletion."),
        style="bold",
    )
    for row in clocks(case):
        if row["kind"] == "moved":
            said = (
                f"The clock of {visible(row['reference'] or row['exhibit'][:12])} was moved: {_size(clock(row))} from"
                f" {span(row['since'], row['until'])}, on {plural(row['messages'], 'message')}."
            )
            screen.print(Text(said, style="bold"))
    message = telling_message(case)
    if who is not None and message is not None:
        screen.print()
        screen.print(Text(f"Who knew of a message that was deleted on a phone ({message}):", style="bold"))
        who(screen, case, message)


def _size(said: str) -> str:
    return said.removesuffix(", a clock that was moved")
