"""The tables that more than one command shows."""

from collections.abc import Mapping, Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from upstander.cli.terminal import cell, number, table
from upstander.cli.written import day
from upstander.model import warning_kinds

__all__ = ["conversations_shown", "exhibits_shown", "size", "warnings_shown"]

#: What reads as quiet: exhibits that only help to read another.
_QUIET = ("companion", "media", "key")


def exhibits_shown(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    """Exhibits: reference, custodian, what each was found to be, name and size."""
    columns = [("Exhibit", "="), ("Custodian", ""), ("Read as", ""), ("Name as received", "*"), ("Size", ">=")]
    return table(title, columns, [_exhibit(row) for row in rows])


def _exhibit(row: Mapping[str, Any]) -> list[Text]:
    style = "dim" if row["role"] in _QUIET else "yellow" if row["role"] == "unread" else ""
    return [
        cell(row["reference"], style or "cyan"),
        cell(row["custodian"], style),
        cell(row["source"] or row["role"], style),
        cell(row["source_name"], style),
        cell(size(row["bytes"]), style),
    ]


def conversations_shown(
    title: str,
    rows: Sequence[Mapping[str, Any]],
    *,
    references: Mapping[str, str],
    participants: Mapping[str, int],
) -> Table:
    """Conversations as each exhibit shows them, with their date range and counts."""
    columns = [
        ("Conversation", "*"),
        ("Exhibit", "="),
        ("From", "="),
        ("To", "="),
        ("Messages", ">="),
        ("System", ">="),
        ("People", ">="),
    ]
    return table(title, columns, [_conversation(row, references, participants) for row in rows])


def _conversation(row: Mapping[str, Any], references: Mapping[str, str], participants: Mapping[str, int]) -> list[Text]:
    name = cell(row["title"] if row["title"] is not None else f"({row['kind']}, no title)")
    name.append(f" {row['conversation'][:8]}", style="dim")
    return [
        name,
        cell(references.get(row["exhibit"]), "cyan"),
        cell(day(row["first_sent_at"])),
        cell(day(row["last_sent_at"])),
        number(row["messages"]),
        number(row["system_events"]),
        number(participants.get(row["conversation"], 0)),
    ]


def warnings_shown(title: str, counts: Mapping[str, int]) -> Table:
    """Warnings by kind, with what each kind means."""
    meanings = warning_kinds()
    rows = [[number(count), cell(kind, "yellow"), cell(meanings.get(kind), "dim")] for kind, count in counts.items()]
    return table(title, [("Number", ">="), ("Kind", "="), ("What it means", "*")], rows)


def size(number_of_bytes: int) -> str:
    """A size in decimal units: `2.5 MB`."""
    amount = float(number_of_bytes)
    for unit in ("B", "kB", "MB", "GB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} TB"
