"""`upstander codebook`: what a reviewer may decide about a message."""

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from upstander.cli.exits import DONE, REFUSED
from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import cell, emit, number, page, table
from upstander.cli.written import visible
from upstander.evidence.worded import plural
from upstander.review.codebook import Code, Codebook, codebook, shipped
from upstander.review.codebook.shelf import examined

__all__ = ["check", "list_codebooks", "show"]


def list_codebooks(*, shared: Shared = SHARED) -> None:
    """List the codebooks that are shipped."""
    books = [codebook(name) for name in shipped()]
    if shared.json:
        emit({"codebooks": [_described(book) for book in books]})
        return
    rows = [
        [cell(book.name, "cyan"), cell(book.version), cell(book.language), number(len(book.codes)), cell(book.title)]
        for book in books
    ]
    columns = [("Name", "="), ("Version", "="), ("Language", "="), ("Codes", ">="), ("Title", "*")]
    page().print(table("Codebooks", columns, rows))
    page().print(Text("One of your own is a YAML file: `upstander codebook check PATH` reads it."))


def check(path: Annotated[Path, Parameter(help="File of the codebook, YAML.")], /, *, shared: Shared = SHARED) -> int:
    """Read a codebook of your own and say what is wrong with it, line by line."""
    _, found = examined(path)
    if found.book is None:
        if shared.json:
            emit({"path": path, "sound": False, "mistakes": found.mistakes})
        else:
            screen = page()
            for mistake in found.mistakes:
                screen.print(Text(visible(f"{path}, {mistake}")), soft_wrap=True)
            screen.print(Text(f"{plural(len(found.mistakes), 'mistake')}; mend them, and check again.", style="bold"))
        return REFUSED
    if shared.json:
        emit({"path": path, "sound": True, "codebook": _described(found.book)})
    else:
        book = found.book
        page().print(
            Text(visible(f"{path} is sound: {book.reference}, {plural(len(book.codes), 'code')}, {book.digest}"))
        )
    return DONE


def show(
    name: Annotated[str, Parameter(help="Name of a shipped codebook, or the path of a file.")],
    code: Annotated[str | None, Parameter(help="Id of one code.")] = None,
    /,
    *,
    shared: Shared = SHARED,
) -> None:
    """Show a codebook's codes, or all that it says of one."""
    book = codebook(name)
    wanted = book.code(code) if code is not None else None
    if shared.json:
        emit(
            {"codebook": _described(book), "code": book.plain_code(wanted)}
            if wanted
            else {"codebook": book.plain() | {"digest": book.digest}}
        )
    elif wanted is not None:
        _show_code(page(), book, wanted)
    else:
        _show_book(page(), book)


def _described(book: Codebook) -> dict[str, object]:
    return {
        "name": book.name,
        "version": book.version,
        "title": book.title,
        "language": book.language,
        "codes": len(book.codes),
        "digest": book.digest,
    }


def _show_book(screen: Console, book: Codebook) -> None:
    screen.print(Text(visible(f"{book.title}  {book.reference}"), style="bold"))
    if book.about:
        screen.print(Text(visible(book.about)))
    for axis in book.axes:
        rows = [
            [
                cell("  " * (code.parent is not None) + code.id, "cyan"),
                cell(code.title),
                cell(_mapped(book, code), "dim"),
            ]
            for code in book.on(axis.name)
        ]
        screen.print()
        columns = [("Code", "="), ("Title", "*"), ("Mapped to", "")]
        screen.print(table(visible(axis.title), columns, rows))
    screen.print(Text("`upstander codebook show NAME CODE` says what counts as a code and what does not."))


def _mapped(book: Codebook, code: Code) -> str:
    return "; ".join(", ".join(entry.id for entry in entries) for _, entries in book.mapped(code)) or "–"


def _show_code(screen: Console, book: Codebook, code: Code) -> None:
    screen.print(Text(visible(f"{code.title}  {code.id}"), style="bold"))
    kind = f", a kind of {code.parent}" if code.parent else ""
    part = "a message or a part of it" if code.span else "a whole message"
    screen.print(Text(visible(f"{code.axis}{kind}; of {part}; {book.reference}"), style="dim"))
    screen.print(Text(visible(code.definition)))
    _list(screen, "Counts", code.counts)
    _list(screen, "Does not", code.does_not)
    _list(screen, "Severity", tuple(f"{grade}: {says}" for grade, says in code.severity))
    for scheme, entries in book.mapped(code):
        _list(screen, scheme.title, tuple(f"{entry.id}: {entry.title}" for entry in entries))
    _list(screen, "Kinds", tuple(kind.id for kind in book.kinds(code.id)))
    _list(screen, "See also", code.see)


def _list(screen: Console, heading: str, lines: tuple[str, ...]) -> None:
    if lines:
        screen.print(Text(visible(heading), style="bold"))
        for line in lines:
            screen.print(Padding(Text(visible(line)), (0, 0, 0, 2)))
