"""`upstander people`."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from cyclopts import Parameter
from rich.text import Text

from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import cell, emit, note, number, page, table
from upstander.cli.whole import settled
from upstander.evidence.contents import exhibits
from upstander.evidence.standing import PEOPLE
from upstander.evidence.worded import plural
from upstander.people.decisions import UNHELD
from upstander.people.listed import persons
from upstander.people.listed import suggestions as suggested

__all__ = ["people"]


def people(
    reference: Reference,
    /,
    *,
    suggestions: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="List alias suggestions: pairs that may be one person, and why."
        ),
    ] = False,
    standing: Annotated[
        str | None,
        Parameter(help="Only suggestions of this standing: proposed, applied, confirmed, refused or blocked."),
    ] = None,
    shared: Shared = SHARED,
) -> int:
    """Show the persons of a case: their handles, where they appear, and why handles are one person.

    Exact evidence is applied: one number, one account, a linked id, a change of number, the same messages under two
    names. Everything else is a suggestion that waits for a decision. Decisions are lines of decisions/aliases.jsonl in
    the case folder: {"decision": "confirmed" or "refused", "a": …, "b": …, "by": …, "at": …}.
    """
    case = shared.case(reference)
    ends = settled(case, PEOPLE)
    every = suggested(case)
    for row in every:
        if UNHELD in row["detail"]:
            note(f"a decision joins or parts {row['a']} and {row['b']}, and {UNHELD}: see decisions/aliases.jsonl")
    if suggestions or standing is not None:
        rows = suggested(case, standing=standing) if standing is not None else every
        if shared.json:
            emit({"case": case.path.name, "alias_suggestions": rows})
        else:
            _suggestions(rows)
        return ends
    found = persons(case)
    if shared.json:
        emit({"case": case.path.name, "persons": found})
    else:
        _persons(found, {row["exhibit"]: row["reference"] for row in exhibits(case)})
    return ends


def _persons(found: Sequence[Mapping[str, Any]], references: Mapping[str, str]) -> None:
    rows = []
    for entry in found:
        told = entry["participants"]
        handles = dict.fromkeys(row.get("name") or row.get("number") or row["handle"] for row in told)
        shown = dict.fromkeys(references.get(row["exhibit"], row["exhibit"][:8]) for row in told)
        own = dict.fromkeys(references.get(row["exhibit"], "?") for row in told if row["owner"])
        name = cell(entry["label"])
        if own:
            name.append(f"\nown phone: {', '.join(own)}", style="dim")
        rows.append(
            [
                name,
                cell(", ".join(handles)),
                cell(", ".join(shown), "cyan"),
                number(len({row["conversation"] for row in told})),
                cell(
                    ", ".join(f"{reason} {count}" for reason, count in sorted(entry["reasons"].items())) or None, "dim"
                ),
            ]
        )
    columns = [("Person", ""), ("Called", "*"), ("Exhibits", ""), ("Conversations", ">"), ("One person because", "")]
    screen = page()
    screen.print(table("Persons", columns, rows))
    screen.print(Text(f"{plural(len(rows), 'person')}. Suggestions: --suggestions."))


def _suggestions(found: Sequence[Mapping[str, Any]]) -> None:
    rows = [
        [cell(row["standing"], "yellow" if row["standing"] == "proposed" else "dim"), cell(f"{row['score']:.2f}"),
         Text.assemble(cell(row["a"]), "\n", cell(row["b"])), cell(row["detail"])]
        for row in found
    ]  # fmt: skip
    columns = [("Standing", "="), ("Score", ">="), ("Participants", ""), ("Reasons", "*")]
    screen = page()
    screen.print(table("Alias suggestions", columns, rows))
    screen.print(Text(f"{plural(len(rows), 'suggestion')}."))
