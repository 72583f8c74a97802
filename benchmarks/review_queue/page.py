"""The page of results, with the bars that were missed beside those that were met."""

from collections.abc import Sequence
from typing import Any

import numpy as np

__all__ = ["written"]

_AT = ("500", "1000", "2000", "4000", "8000")
#: Ways to begin, in the order of the table.
_BEGUN = ("nothing", "search", "first ranking", "both")
#: What was asked for: at most so much to read for 95 %.
EFFORT = {"EDOS threats": 0.56, "CONDA explicit": 0.31}
COLD, REPLAY, READY, RANKING, NEXT, MEMORY = 0.32, 10, 20, 0.7, 50, 2e9


def written(measured: dict[str, Any]) -> str:
    """The page, in Markdown."""
    lines = [
        "# Ranked reading: how much is found by when, and what it costs",
        "",
        f"`just bench-queue` wrote this page: {measured['machine']}. Recall depends on the set, the seed and the"
        " messages known beforehand alone. Seconds are of processor time, user and system: the machine worked for"
        " others too. Nothing here chose how the queue learns, but the first set below did ([decision"
        " 17](../decisions/0017-ranked-reading.md)).",
    ]
    for part, told in (("peer", _peer), ("recall", _recall), ("cold", _cold), ("scale", _scale)):
        if part in measured:
            lines += ["", *told(measured[part], measured)]
    return "\n".join([*lines, ""])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _bar(met: bool, bar: str) -> str:
    return f"{bar}: {'met' if met else '**missed**'}"


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
            cells = [_spread([run["recall"][at] for run in runs]) if at in runs[0]["recall"] else "" for at in _AT]
            cpu, peak = (float(np.mean([run[what] for run in runs])) for what in ("cpu", "peak"))
            lines.append(_row([f"{name} ({len(runs)})", who, *cells, f"{cpu:.1f}", f"{peak / 1e6:,.0f}"]))
    lines += ["", "*Whole* is the process from its start: libraries, the file, features and all decisions."]
    if each := found.get("EDOS threats"):
        took = float(np.mean([run["ours"]["cpu"] for run in each["runs"].values()]))
        lines += [f"The replay of EDOS took {took:.1f} s ({_bar(took < REPLAY, f'under {REPLAY} s')})."]
    return lines


def _spread(values: Sequence[float]) -> str:
    mean = f"{np.mean(values):.3f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.3f} to {max(values):.3f})"


def _recall(found: dict[str, Any], _: dict[str, Any]) -> list[str]:
    lines = [
        "## Recall, and what is to be read",
        "",
        "Means of several seeds, each from one relevant message and one other that the seed draws; in brackets the"
        " least. With the stream one message of ten is drawn at random and teaches nothing.",
        "",
        "| set (messages, relevant, seeds) | stream | 500 | 1,000 | 2,000 | 4,000 | 8,000 | read for 50 % | 80 % | 95 %"
        " | bar for 95 % |",
        "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for name, each in found.items():
        for stream in ("alone", "stream"):
            made = each[stream]
            reached = {at: [run["recall"].get(at) for run in made["runs"]] for at in _AT}
            cells = [f"{np.mean(of):.3f} ({min(of):.3f})" if all(of) else "" for of in reached.values()]
            efforts = [float(np.mean([run["effort"][place] for run in made["runs"]])) for place in range(3)]
            bar = EFFORT.get(name) if stream == "alone" else None
            named = f"{name} ({made['messages']:,}, {made['relevant']:,}, {each['seeds']})"
            told = [named, "no" if stream == "alone" else "yes", *cells, *(f"{effort:.3f}" for effort in efforts)]
            lines.append(_row([*told, _bar(round(efforts[2], 3) <= bar, f"{bar}") if bar else ""]))
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
        for way, runs in sorted(each["ways"].items(), key=lambda item: _BEGUN.index(item[0].partition(" (")[0])):
            early, late = ([run[at] for run in runs] for at in ("500", "1000"))
            cells = [f"{value:.3f}" for value in (np.mean(early), min(early), max(early), np.mean(late))]
            lines.append(_row([title, way, *cells]))
    if rare := found.get("EDOS 1.1"):
        best = float(np.mean([run["500"] for run in rare["ways"]["both (head for threats)"]]))
        said = _bar(best >= COLD, f"at least {COLD} at 500 for EDOS 1.1")
        lines += ["", f"Both, with the head for threats: {best:.3f} ({said}). {rare['seeds']} seeds each."]
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
        " peak MB |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for size, run in sorted(found.items(), key=lambda item: int(item[0])):
        each = run["found"]
        told = [f"{int(size):,} ({run['decisions']:,})", f"{each['ready']:.1f}", f"{each['ranking']:.2f}"]
        told += [f"{each['ranking_95']:.2f}", f"{each['next_95']:.1f}", f"{run['peak'] / 1e6:,.0f}"]
        lines.append(_row(told))
    if run := found.get("1000000"):
        each = run["found"]
        bars = [
            _bar(each["ready"] <= READY, f"ready in {READY} s"),
            _bar(each["ranking_95"] <= RANKING, f"a ranking in {RANKING} s"),
            _bar(each["next_95"] <= NEXT, f"next in {NEXT} ms"),
            _bar(run["peak"] <= MEMORY, "2 GB"),
        ]
        lines += ["", f"At a million messages: {'; '.join(bars)}."]
    return lines
