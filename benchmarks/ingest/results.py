"""The results, for programs and for people."""

import json
from dataclasses import asdict, is_dataclass
from typing import Any

from benchmarks.ingest.measure import Run

__all__ = ["as_json", "as_markdown", "table", "verdicts"]

_MIB = 2**20


def as_json(measured: dict[str, Any]) -> str:
    """Everything, with the runs as objects."""

    def plain(value: Any) -> Any:
        if is_dataclass(value) and not isinstance(value, type):
            return asdict(value)
        raise TypeError(value)

    return json.dumps(measured, indent=1, sort_keys=True, default=plain, ensure_ascii=False) + "\n"


def as_markdown(measured: dict[str, Any]) -> str:
    """A page of tables. Bars that were missed stand with those that were met."""
    lines = ["# Ingest: how fast, beside whom", ""]
    lines += [
        f"`just bench-ingest` wrote this page: {measured['machine']}. Each figure is the median of"
        f" {measured['repeat']} runs taken in turns; CPU is user and system time of the whole process, start-up"
        " included, and is the figure to trust on a machine that others use too.",
        "",
    ]
    lines += verdicts(measured["bars"])
    if "text" in measured:
        text = measured["text"]
        truth = text["truth"]
        lines += [
            f"## A WhatsApp text export of {truth['lines']:,} lines"
            f" ({text['bytes'] / 1e6:.1f} MB, {measured['layout']} layout)",
            "",
            f"It holds {truth['authored']:,} authored messages and {truth['system']:,} system events by"
            f" {truth['authors']} authors.",
            "",
            *table(
                text["runs"], text["bytes"], ours="upstander", counts=("authored", "system", "authors", "participants")
            ),
        ]
    if "database" in measured:
        part = measured["database"]
        lines += [
            f"## A msgstore.db of {part['messages']:,} messages ({part['bytes'] / 1e6:.1f} MB)",
            "",
            "`sqlite3 alone` fetches twelve columns of the message table with Python's sqlite3 and does nothing with"
            " them; this project reads every table that it knows, receipts among them, and makes its rows.",
            "",
            *table(part["runs"], part["bytes"], ours="upstander", counts=("authored", "receipts")),
        ]
    if "linear" in measured:
        part = measured["linear"]
        lines += [
            "## Cost by size (authored messages, text)",
            "",
            "| authored | CPU s | wall s | µs a message | peak MiB | times the file |",
            "| ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for name, run in part["runs"].items():
            each = run.cpu / run.found["authored"] * 1e6
            size = part["bytes"][name]
            lines.append(
                f"| {run.found['authored']:,} | {run.cpu:.2f} | {run.wall:.2f} | {each:.2f} | {run.peak / _MIB:,.0f}"
                f" | {run.peak / size:.1f} |"
            )
        lines.append("")
    if "whole" in measured:
        part = measured["whole"]
        window = part["window"]
        lines += [
            "## Whole ingest: hash, store, parse, write",
            "",
            *table(part["runs"], part["bytes"], ours="parse", counts=("messages", "tables_bytes")),
            f"From the case so made, a window of 200 of its {window['rows']:,} messages is read in"
            f" {window['window_ms']:.1f} ms by position (every column), {window['window_by_time_ms']:.1f} ms by time.",
            "",
        ]
    if "help" in measured:
        lines += [
            "## `upstander --help`",
            "",
            *table(measured["help"]["runs"], None, ours="upstander --help", counts=()),
        ]
    return "\n".join(lines).rstrip() + "\n"


def verdicts(entries: list[dict[str, Any]]) -> list[str]:
    """A table of bars: what was asked, what was measured, met or missed."""
    lines = ["| bar | asked | measured | |", "| --- | --- | ---: | --- |"]
    for entry in entries:
        verdict = "met" if entry["met"] else "**missed**"
        lines.append(f"| {entry['bar']} | {entry['asked']} | {entry['measured']:g} | {verdict} |")
    return [*lines, ""]


def table(runs: dict[str, Run], size: int | None, *, ours: str, counts: tuple[str, ...]) -> list[str]:
    """A table of runs, each beside the one called `ours`; `size` is that of the file they read, where there is one."""
    shown = [count for count in counts if any(count in run.found for run in runs.values())]
    head = ["", "CPU s", "wall s", "peak MiB", *(["times the file"] if size else []), f"CPU, times {ours}", *shown]
    lines = ["| " + " | ".join(head) + " |", "| --- |" + " ---: |" * (len(head) - 1)]
    for name, run in runs.items():
        cells = [name, f"{run.cpu:.2f}", f"{run.wall:.2f}", f"{run.peak / _MIB:,.0f}"]
        if size:
            cells.append(f"{run.peak / size:.1f}")
        cells.append(f"{run.cpu / runs[ours].cpu:.2f}")
        cells += [f"{run.found[count]:,}".replace("_", " ") if count in run.found else "" for count in shown]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]
