"""The results, for people; and the bars that reconciliation has to clear."""

from typing import Any

from benchmarks.ingest.results import verdicts

__all__ = ["as_markdown", "bars"]

_MIB = 2**20
#: Sightings a CPU second that are asked for.
_ASKED = {"text": 150_000, "keyed": 1_000_000}
_WORDS = {"text": "without keys", "keyed": "with keys"}


def bars(measured: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry a bar whose part was measured: what is asked, what was measured, and whether it is cleared."""
    found: list[dict[str, Any]] = []

    def bar(what: str, measured: float, *, at_least: float | None = None, at_most: float | None = None) -> None:
        met = measured >= at_least if at_least is not None else measured <= (at_most or 0)
        asked = f"at least {at_least:,g}" if at_least is not None else f"at most {at_most:,g}"
        found.append({"bar": what, "asked": asked, "measured": round(measured, 5), "met": met})

    for kind, least in _ASKED.items():
        if kind in measured:
            part = measured[kind]
            run, truth, words = part["run"], part["truth"], _WORDS[kind]
            bar(f"{words}: sightings a CPU second", round(run.found["sightings"] / run.cpu), at_least=least)
            alone = round(run.found["sightings"] / part["matching"])
            bar(f"{words}: sightings a CPU second, the matching alone", alone, at_least=least)
            bar(f"{words}: precision", truth["precision"], at_least=0.999 if kind == "text" else 1)
            bar(f"{words}: recall", truth["recall"], at_least=0.99 if kind == "text" else 1)
    for kind, parts in measured.get("linear", {}).items():
        each = [part["run"].cpu / part["run"].found["sightings"] for part in parts.values()]
        bar(f"{_WORDS[kind]}, linear: CPU a sighting of the largest, times the smallest", each[-1] / each[0],
            at_most=1.1)  # fmt: skip
        if len(each) > 2:
            bar(f"{_WORDS[kind]}, linear: CPU a sighting of the largest, times the middle", each[-1] / each[1],
                at_most=1.1)  # fmt: skip
    if "peer" in measured:
        runs, truth = measured["peer"]["runs"], measured["peer"]["truth"]
        ours, theirs = runs.values()
        bar("pair of exports: times as fast as whatstk's merge (CPU)", theirs.cpu / ours.cpu, at_least=1)
        wrong = [abs(run.found["rows"] - truth["messages"]) for run in (ours, theirs)]
        bar("pair of exports: wrong rows, share of whatstk's", wrong[0] / max(1, wrong[1]), at_most=0.01)
    return found


def as_markdown(measured: dict[str, Any]) -> str:
    """A page of tables. Bars that were missed stand with those that were met."""
    lines = [
        "# Reconcile: how fast, how exactly, beside whom",
        "",
        f"`just bench-reconcile` wrote this page: {measured['machine']}. Each figure is the median of"
        f" {measured['repeat']} runs (groups of a million messages: one run); CPU is user and system time of the whole"
        " process, start-up included, and is the figure to trust on a machine that others use too: from the tables of"
        " the captures to those of reconciliation, gaps and clocks among them. The matching alone is from columns in"
        " memory to the message that every row is, sightings a CPU second. The groups are made"
        " ones of sixty people; what their five captures lack is in `benchmarks/reconcile/speed.py`.",
        "",
        *verdicts(measured["bars"]),
    ]
    groups = [(kind, measured[kind]) for kind in _ASKED if kind in measured]
    if groups:
        lines += ["## Five captures of one group", "", *_table(groups)]
    if "linear" in measured:
        rows = [(kind, part) for kind, parts in measured["linear"].items() for part in parts.values()]
        lines += ["## Cost by size", "", *_table(rows)]
    if "peer" in measured:
        lines += _peer(measured["peer"])
    return "\n".join(lines).rstrip() + "\n"


def _table(rows: list[tuple[str, dict[str, Any]]]) -> list[str]:
    lines = [
        "|  | messages | sightings | CPU s | wall s | sightings a CPU s | matching alone | peak MiB | gaps | precision"
        " | recall |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for kind, part in rows:
        run, truth = part["run"], part["truth"]
        sightings = run.found["sightings"]
        lines.append(
            f"| {_WORDS[kind]} | {part['messages']:,} | {sightings:,} | {run.cpu:.2f} | {run.wall:.2f}"
            f" | {sightings / run.cpu:,.0f} | {sightings / part['matching']:,.0f} | {run.peak / _MIB:,.0f}"
            f" | {run.found['gaps']:,} | {truth['precision']:.5f} | {truth['recall']:.5f} |"
        )
    return [*lines, ""]


def _peer(part: dict[str, Any]) -> list[str]:
    truth = part["truth"]
    lines = [
        f"## Two text exports of one group of {part['messages']:,} messages, from files to one conversation",
        "",
        f"One Android export in minutes, one iOS export in seconds from another zone, with other names. They hold"
        f" {truth['sightings']:,} messages, which are {truth['messages']:,} in truth; every row more or less is wrong."
        " Only this project says afterwards which capture holds and which lacks a message.",
        "",
        "|  | CPU s | wall s | peak MiB | rows | wrong rows |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, run in part["runs"].items():
        wrong = abs(run.found["rows"] - truth["messages"])
        lines.append(
            f"| {name} | {run.cpu:.2f} | {run.wall:.2f} | {run.peak / _MIB:,.0f} | {run.found['rows']:,} | {wrong:,} |"
        )
    return [*lines, ""]
