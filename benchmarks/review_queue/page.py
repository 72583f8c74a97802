"""The page of results, with the bars that were missed beside those that were met."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from benchmarks.review_queue.bars import AT, EARLY, EFFORT, exact, table, verdict

__all__ = ["written"]

#: Ways to begin, in the order of the table.
_BEGUN = ("nothing", "search", "first ranking", "both")
#: Commands that were timed, in the order of the table, and what they are.
_COMMANDS = {
    "first": "`queue next`, the first of a case: features are made",
    "after": "`queue next` after one decision more",
    "learnt": "`queue next` after {batch} decisions more, which are learnt from",
    "again": "`queue next` where what is kept was thrown away",
    "code": "`code`, one decision",
}


def written(measured: dict[str, Any]) -> str:
    """The page, in Markdown."""
    lines = [
        "# Ranked reading: how much is found by when, and what it costs",
        "",
        f"`just bench-queue` wrote this page: {measured['machine']}. Recall depends on the set, the seed and the"
        " messages known beforehand alone. Seconds are of processor time, user and system: the machine worked for"
        " others too. Nothing here chose how the queue learns, but EDOS threats without the stream did ([decision"
        " 17](../decisions/0017-ranked-reading.md)).",
        "",
        *table(measured),
    ]
    parts = {"peer": _peer, "recall": _recall, "cold": _cold, "scale": _scale, "command": _command}
    for part, told in parts.items():
        if part in measured:
            lines += ["", *told(measured[part], measured)]
    return "\n".join([*lines, ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _peer(found: dict[str, Any], measured: dict[str, Any]) -> list[str]:
    lines = [
        f"## Beside ASReview {measured['asreview']} (`simulate --ai elas_u4`)",
        "",
        "Runs of each on each set, one after the other, from the same two messages, one relevant and one other, drawn"
        " by the seed; without the random stream. Means; in brackets the least and the most.",
        "",
        "| set (runs) | | recall at 500 | 1,000 | 2,000 | 4,000 | 8,000 | CPU s, whole | peak MB |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, each in found.items():
        for who, key in (("ours", "ours"), ("ASReview", "theirs")):
            runs = [run[key] for _, run in sorted(each["runs"].items())]
            cells = [_spread([run["recall"][at] for run in runs]) if at in runs[0]["recall"] else "" for at in AT]
            cpu, peak = (float(np.mean([run[what] for run in runs])) for what in ("cpu", "peak"))
            lines.append(_row([f"{name} ({len(runs)})", who, *cells, f"{cpu:.1f}", f"{peak / 1e6:,.0f}"]))
    lines += ["", "*Whole* is the process from its start: libraries, the file, features and all decisions."]
    if any(each.get("ours_again") for each in found.values()):
        lines += [
            "Ours was run again when its code had changed, on another hour of the same machine; ASReview was not."
        ]
    if "mixed 100k" not in found:
        lines += ["ASReview was not run on the mixed set of 100,000."]
    return [*lines, "It was not run at a million messages either."]


def _spread(values: Sequence[float]) -> str:
    mean = f"{np.mean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f} to {max(values):.3f})"


def _recall(found: dict[str, Any], _: dict[str, Any]) -> list[str]:
    lines = [
        "## Recall, and what is to be read",
        "",
        "Means of several seeds, each from one relevant message and one other that the seed draws; in brackets the"
        " least. With the stream one message of ten is drawn at random and teaches nothing: a review that wants a"
        " certificate reads so.",
        "",
        "| set (messages, relevant, seeds) | stream | 500 | 1,000 | 2,000 | 4,000 | 8,000 | read for 50 % | 80 % | 95 %"
        " | bar for 95 % |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for name, each in found.items():
        for stream in ("alone", "stream"):
            made = each[stream]
            reached = {at: [run["recall"].get(at) for run in made["runs"]] for at in AT}
            early = EARLY if name == "EDOS threats" else {}
            cells = [
                f"{exact(float(np.mean(of)), early.get(at, 0))} ({min(of):.3f})" if all(of) else ""
                for at, of in reached.items()
            ]
            efforts = [float(np.mean([run["effort"][place] for run in made["runs"]])) for place in range(3)]
            bar = EFFORT.get(name)
            named = f"{name} ({made['messages']:,}, {made['relevant']:,}, {each['seeds']})"
            told = [named, "no" if stream == "alone" else "yes", *cells, *(f"{effort:.3f}" for effort in efforts)]
            lines.append(_row([*told, f"{bar}: {verdict(efforts[2] <= bar)}" if bar else ""]))
    return lines


def _cold(found: dict[str, Any], _: dict[str, Any]) -> list[str]:
    lines = [
        "## A cold start: nothing is known",
        "",
        "The first ranking here is a model that was trained without any of EDOS. *Surest head* is what a case has whose"
        " code is called like no head. The search is a fixed list of words, written from the definition of the code"
        " `threat_violence` before it was tried (`benchmarks/review_queue/seeds.py`). That this code begins with the"
        " head for threats was decided by what both mean, after a first run had shown what the surest head does.",
        "",
        "| set (relevant, hits, relevant hits) | begun with | recall at 500, mean | least | most | at 1,000, mean |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for name, each in found.items():
        title = f"{name} ({each['relevant']:,}, {each['hits']:,}, {each['relevant_hits']:,})"
        # From nothing to the most; the file has them by name.
        for way, runs in sorted(
            each["ways"].items(), key=lambda item: (_BEGUN.index(item[0].partition(" (")[0]), item[0])
        ):
            early, late = ([run[at] for run in runs] for at in ("500", "1000"))
            cells = [f"{value:.3f}" for value in (np.mean(early), min(early), max(early), np.mean(late))]
            lines.append(_row([title, way, *cells]))
    if rare := found.get("EDOS 1.1"):
        lines += ["", f"{rare['seeds']} seeds each."]
    return lines


def _scale(found: dict[str, Any], _: dict[str, Any]) -> list[str]:
    lines = [
        "## What it costs",
        "",
        "Short messages made by a chain of word pairs, with the 443 threats of EDOS among them, in memory. The ranking"
        " is learning and scoring all messages again, batches of up to 200; *next* is what a reviewer waits for while a"
        " ranking is made beside the reading.",
        "",
        "| messages (decisions) | ready, CPU s | ranking, median CPU s | 95th percentile | next, 95th percentile, ms |"
        " peak MB | recall at 2,000 |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for size, run in sorted(found.items(), key=lambda item: int(item[0])):
        each = run["found"]
        told = [f"{int(size):,} ({run['decisions']:,})", f"{each['ready']:.1f}", f"{each['ranking']:.2f}"]
        told += [f"{each['ranking_95']:.2f}", f"{each['next_95']:.1f}", f"{run['peak'] / 1e6:,.0f}"]
        lines.append(_row([*told, f"{each['recall']['2000']:.3f}"]))
    lines += [
        "",
        "The last column is of one seed, begun with one threat known: a cold start in a haystack finds little.",
    ]
    return lines


def _command(found: dict[str, Any], _: dict[str, Any]) -> list[str]:
    lines = [
        "### By the command line",
        "",
        "The table above is of a queue in a program that stays running; the bar for the next message, 50 ms, is for"
        " that. A command is a process of its own: Python and its libraries are loaded, the case's"
        " lists and what was kept of the queue are read, and it ends. So a message at the command line costs this, once"
        " for `queue next` and once for `code`. No bar was set for it. The same messages, taken in as a text export"
        " into a case, with {decisions:,} decisions there; medians, and in brackets the most.",
        "",
        "| messages | what is run (runs) | CPU s | wall s | peak MB |",
        "|---|---|---:|---:|---:|",
    ]
    loads = []
    for size, each in sorted(found.items(), key=lambda item: int(item[0])):
        lines[2] = lines[2].format(decisions=each["decisions"])
        loads.append(f"{each['load']:.0f}")
        for name, said in _COMMANDS.items():
            run = each["runs"][name]
            cells = [
                f"{run[what]:.2f} ({run[f'{what}_most']:.2f})" if run["runs"] > 1 else f"{run[what]:.2f}"
                for what in ("cpu", "wall")
            ]
            told = f"{said.format(batch=each['batch'])} ({run['runs']})"
            lines.append(_row([f"{int(size):,}", told, *cells, f"{run['peak'] / 1e6:,.0f}"]))
    return [
        *lines,
        "",
        f"The machine's load was {' and '.join(loads)} meanwhile, so that most of the wall clock is waiting.",
    ]
