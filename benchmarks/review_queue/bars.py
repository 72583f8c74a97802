"""What was asked of ranked reading, and whether it was met: one row a bar, the misses first."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["AT", "EARLY", "EFFORT", "Bar", "bars", "exact", "table", "verdict"]

AT = ("500", "1000", "2000", "4000", "8000")
#: What was asked for: at most so much to read for 95 %, and recall by decisions on the threats of EDOS.
EFFORT = {"EDOS threats": 0.56, "CONDA explicit": 0.31}
EARLY = {"2000": 0.567, "4000": 0.756, "8000": 0.878}
COLD, REPLAY, READY, RANKING, NEXT, MEMORY = 0.32, 10, 20, 0.7, 50, 2e9
_STREAM = {"alone": "without the stream", "stream": "with the stream"}


@dataclass(frozen=True, slots=True)
class Bar:
    """One thing asked for."""

    what: str
    asked: str
    measured: str
    met: bool


def verdict(met: bool) -> str:
    """In words, the miss in bold."""
    return "met" if met else "**missed**"


def exact(value: float, bar: float, digits: int = 3) -> str:
    """A figure with as many digits as show on which side of the bar it lies."""
    while digits < 9 and value != bar and f"{value:.{digits}f}" == f"{bar:.{digits}f}":
        digits += 1
    return f"{value:.{digits}f}"


def bars(measured: dict[str, Any]) -> list[Bar]:
    """Every bar that something was measured for, in the order of the page."""
    return [*_peer(measured), *_recall(measured), *_cold(measured), *_cost(measured)]


def table(measured: dict[str, Any]) -> list[str]:
    """The summary: how many were missed, and each bar, misses first."""
    made = bars(measured)
    missed = [bar for bar in made if not bar.met]
    lines = [
        f"**{len(missed)} of {len(made)} bars are missed.** They come first. A bar is compared with the mean as it was"
        " measured, not as it is printed.",
        "",
        "| what | asked for | measured | |",
        "|---|---|---|---|",
    ]
    for bar in sorted(made, key=lambda bar: bar.met):
        lines.append(f"| {bar.what} | {bar.asked} | {bar.measured} | {verdict(bar.met)} |")
    return lines


def _peer(measured: dict[str, Any]) -> Iterator[Bar]:
    for name, each in measured.get("peer", {}).items():
        runs = list(each["runs"].values())
        for at in AT:
            if not all(at in run[who]["recall"] for run in runs for who in ("ours", "theirs")):
                continue
            ours, theirs = (float(np.mean([run[who]["recall"][at] for run in runs])) for who in ("ours", "theirs"))
            what = f"{name}, recall at {int(at):,}, no worse than ASReview ({len(runs)} runs each)"
            yield Bar(what, f"≥ {theirs:.4f}", f"{ours:.4f} ({ours - theirs:+.4f})", ours >= theirs)


def _recall(measured: dict[str, Any]) -> Iterator[Bar]:
    found = measured.get("recall", {})
    for stream, said in _STREAM.items():
        for name in (name for name in EFFORT if name in found):
            each = found[name]
            runs = each[stream]["runs"]
            if name == "EDOS threats":
                for at, bar in EARLY.items():
                    value = float(np.mean([run["recall"][at] for run in runs]))
                    what = f"{name}, recall at {int(at):,}, {said} ({each['seeds']} seeds)"
                    yield Bar(what, f"≥ {bar}", exact(value, bar), value >= bar)
            value = float(np.mean([run["effort"][2] for run in runs]))
            what = f"{name}, share to read for 95 %, {said} ({each['seeds']} seeds)"
            yield Bar(what, f"≤ {EFFORT[name]}", exact(value, EFFORT[name]), value <= EFFORT[name])


def _cold(measured: dict[str, Any]) -> Iterator[Bar]:
    if rare := measured.get("cold", {}).get("EDOS 1.1"):
        heads = {"head for threats": "a code that has a head", "surest head": "a code called like no head"}
        for head, said in heads.items():
            best = float(np.mean([run["500"] for run in rare["ways"][f"both ({head})"]]))
            what = f"EDOS 1.1 from nothing, search and first ranking, recall at 500: {said} ({head})"
            yield Bar(what, f"≥ {COLD}", exact(best, COLD), best >= COLD)


def _cost(measured: dict[str, Any]) -> Iterator[Bar]:
    if each := measured.get("peer", {}).get("EDOS threats"):
        took = float(np.mean([run["ours"]["cpu"] for run in each["runs"].values()]))
        yield Bar("the replay of EDOS, whole, CPU s", f"< {REPLAY}", f"{took:.1f}", took < REPLAY)
    if run := measured.get("scale", {}).get("1000000"):
        each = run["found"]
        yield Bar("1,000,000 messages ready, CPU s", f"≤ {READY}", f"{each['ready']:.1f}", each["ready"] <= READY)
        value = each["ranking_95"]
        yield Bar("the same, a ranking, 95th percentile, CPU s", f"≤ {RANKING}", f"{value:.2f}", value <= RANKING)
        value = each["next_95"]
        what = "the same, the next message from a queue that stays in memory, 95th percentile, CPU ms"
        yield Bar(what, f"≤ {NEXT}", f"{value:.1f}", value <= NEXT)
        peak = run["peak"]
        yield Bar("the same, memory, MB", f"≤ {MEMORY / 1e6:,.0f}", f"{peak / 1e6:,.0f}", peak <= MEMORY)
