"""What people see: consoles, tables and progress. Evidence passes through `visible`; nothing is read as markup."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from rich import box
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table
from rich.text import Text

from upstander.cli.written import as_json, visible

__all__ = ["cell", "counting", "emit", "note", "number", "page", "progress", "table"]

#: Told what is at work, and how many bytes of how many are done: `stages.Progress`, which would load the pipeline.
Told = Callable[[str, int, int], None]


def page() -> Console:
    """The console for results."""
    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)


def note(text: str) -> None:
    """Say something that is no result: on stderr, safe, in one paragraph."""
    sys.stderr.write(visible(text) + "\n")


def emit(value: Any) -> None:
    """Write a result for a program."""
    sys.stdout.write(as_json(value) + "\n")


def cell(value: object, style: str = "") -> Text:
    """A table cell with `value` as text, safe to show."""
    return Text("–" if value is None else visible(str(value)), style=style)


def number(value: int) -> Text:
    """A table cell with a count."""
    return Text(f"{value:,}", style="" if value else "dim")


def table(title: str, columns: Iterable[tuple[str, str]], rows: Iterable[Iterable[Text]]) -> Table:
    """A table; `columns` are (heading, options): `>` to the right, `=` never wrapped, `*` takes what room there is."""
    made = Table(
        title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 1, 0, 0)
    )
    for heading, options in columns:
        made.add_column(
            heading,
            justify="right" if ">" in options else "left",
            no_wrap="=" in options,
            ratio=1 if "*" in options else None,
            overflow="fold",
            header_style="dim",
        )
    for row in rows:
        made.add_row(*row)
    return made


def progress() -> AbstractContextManager[Told]:
    """A progress bar over bytes, with rate and time left, on stderr; nothing at all where stderr is no terminal."""
    return _bars(DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())


def counting() -> AbstractContextManager[Told]:
    """The same over things that are counted."""
    return _bars(MofNCompleteColumn(), TimeRemainingColumn())


@contextmanager
def _bars(*columns: ProgressColumn) -> Iterator[Told]:
    if not sys.stderr.isatty():
        yield _silent
        return
    console = Console(file=sys.stderr, markup=False, highlight=False, emoji=False)
    shown = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=20), *columns)
    with Progress(*shown, console=console, transient=True) as bars:
        yield _Bars(bars)


def _silent(label: str, done: int, total: int) -> None:
    """Tell nobody."""


class _Bars:
    """One bar for each kind of work: taking in, reading, checking."""

    def __init__(self, bars: Progress) -> None:
        self._bars = bars
        self._tasks: dict[str, TaskID] = {}

    def __call__(self, label: str, done: int, total: int) -> None:
        kind = label.split(" ", 1)[0]
        if kind not in self._tasks:
            self._tasks[kind] = self._bars.add_task("", total=total)
        shown = visible(label)
        shown = shown if len(shown) <= 30 else f"{shown[:29]}…"
        self._bars.update(self._tasks[kind], description=shown, completed=done, total=total)
