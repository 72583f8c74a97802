"""Rows of a file of codings, CSV or JSON lines: each with its line number, or what is wrong with it."""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from upstander.errors import UsageError

__all__ = ["FIELDS", "Row", "sheet"]

#: What a row may say; the first three it must.
FIELDS = ("message", "code", "applies", "span", "note", "at", "by", "via")
_NEEDED = FIELDS[:3]
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
_TORN = "a quotation mark that opens here is not closed before the file ends, so that the rest of it is not read"


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it stands in the file."""

    #: The line that it begins on, counting from 1.
    line: int
    #: What it says, without what it leaves empty: texts, and whether the code applies.
    said: Mapping[str, Any]
    #: One sentence where it cannot be read.
    wrong: str | None = None


def sheet(path: Path) -> tuple[list[Row], list[str]]:
    """The rows of a `.csv`, `.tsv`, `.jsonl` or `.ndjson`, and the names of columns that mean nothing here.

    Raises `UsageError` where the file cannot be read, is of another kind, has no row, or lacks a column.
    """
    kind = path.suffix.lower()
    if kind not in (".csv", ".tsv", ".jsonl", ".ndjson"):
        raise UsageError(f"{path} is neither CSV nor JSON lines by its name; end it with .csv or .jsonl")
    try:
        data = path.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as problem:
        raise UsageError(f"{path} cannot be read: {(problem.strerror or str(problem)).lower()}") from problem
    except ValueError as problem:
        raise UsageError(f"{str(path)!r} is no path of a file") from problem
    found = list(_lines(data) if "json" in kind else _table(path, data.decode(errors="surrogateescape")))
    if not found:
        raise UsageError(f"{path} has no rows; each has {', '.join(_NEEDED)}, and may have {', '.join(FIELDS[3:])}")
    others = {name: None for row in found for name in row.said if name not in FIELDS}
    return [_plain(row) for row in found], [name for name in others if name]


def _lines(data: bytes) -> Iterator[Row]:
    for number, raw in enumerate(data.split(b"\n"), start=1):
        if not raw.strip():
            continue
        try:
            row: Any = json.loads(raw.decode())
        except UnicodeDecodeError:
            yield Row(number, {}, "is no UTF-8; save the file as UTF-8")
        except (ValueError, RecursionError) as problem:
            yield Row(number, {}, f"is no JSON: {problem}")
        else:
            whole = isinstance(row, dict)
            yield Row(number, row if whole else {}, None if whole else "is no JSON object")


def _table(path: Path, text: str) -> Iterator[Row]:
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    # Ends of lines are kept, for a note may have some.
    reader = csv.reader(text.splitlines(keepends=True), delimiter=mark, strict=True)
    try:
        heading = [name.strip().lower() for name in next(reader, [])]
    except csv.Error as problem:
        raise UsageError(f"{path} has no heading that can be read: {problem}") from problem
    lacking = [name for name in _NEEDED if name not in heading]
    if lacking or len(set(heading)) < len(heading):
        what = f"lacks {' and '.join(lacking)}" if lacking else "names a column twice"
        raise UsageError(f"the first line of {path} {what}; it names the columns: {', '.join(FIELDS)}")
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            said = str(problem)
            yield Row(line, {}, _TORN if "unexpected end" in said else f"is no CSV: {said}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(heading):
            yield Row(line, {}, f"has {len(cells):,} cells, and the heading has {len(heading):,}")
            continue
        yield Row(line, {name: cell for name, cell in zip(heading, cells, strict=True) if cell.strip()})


def _plain(row: Row) -> Row:
    """The row with texts as texts and yes or no as such; or with what is wrong."""
    said = {name: value for name, value in row.said.items() if name in FIELDS and value is not None}
    if row.wrong is not None:
        return row
    lacking = [name for name in _NEEDED if name not in said]
    if lacking:
        return Row(row.line, {}, f"lacks {' and '.join(lacking)}")
    applies = said["applies"]
    if isinstance(applies, str):
        word = applies.strip().lower()
        applies = True if word in _YES else False if word in _NO else None
    if not isinstance(applies, bool):
        return Row(row.line, {}, f"says {_brief(said['applies'])} of whether the code applies; say yes or no")
    span = said.get("span")
    if isinstance(span, list) and len(span) == 2 and all(type(each) is int for each in span):
        said["span"] = f"{span[0]}:{span[1]}"
    for name in FIELDS:
        if name != "applies" and name in said:
            if not isinstance(said[name], str):
                return Row(row.line, {}, f"says {_brief(said[name])} as {name}, which is no text")
            if any("\ud800" <= sign <= "\udfff" for sign in said[name]):
                return Row(row.line, {}, f"has bytes in {name} that are no UTF-8; save the file as UTF-8")
            if name != "note":
                said[name] = said[name].strip(" ")
    return Row(row.line, said | {"applies": applies})


def _brief(value: object) -> str:
    said = repr(value)
    return said if len(said) <= 40 else f"{said[:40]}…"
