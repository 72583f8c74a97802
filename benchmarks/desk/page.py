"""The results, for people; and the bars that the desk has to clear."""

import statistics
from typing import Any

from benchmarks.desk.pages import SEARCHES

__all__ = ["bars", "summed", "written"]

#: What was asked for, milliseconds of server time: any page at the median and at p95, a search at the median.
MEDIAN, P95, SEARCH = 150, 400, 60

_CODING = ("queue, the next", "queue, the words", "queue, the decision")


def summed(met: dict[str, list[list[float]]]) -> dict[str, dict[str, float]]:
    """By kind of page: how often, and milliseconds at the median, p95 and worst; here, there, and of CPU there."""
    found = {}
    for kind, rows in met.items():
        told: dict[str, float] = {"asked": len(rows)}
        for name, took in zip(("wall", "server", "cpu"), zip(*rows, strict=True), strict=True):
            told[f"{name}_median_ms"] = statistics.median(took)
            told[f"{name}_p95_ms"] = sorted(took)[int(len(took) * 0.95)]
            told[f"{name}_worst_ms"] = max(took)
        found[kind] = told
    return found


def bars(found: dict[str, Any]) -> list[dict[str, Any]]:
    """Every bar of the issue, with what was measured, and whether it is cleared."""
    kinds, proof = found["kinds"], found["proof"]
    made: list[dict[str, Any]] = []

    def bar(what: str, asked: str, measured: str, met: bool) -> None:
        made.append({"bar": what, "asked": asked, "measured": measured, "met": met})

    for name, most in (("median", MEDIAN), ("p95", P95)):
        over = [kind for kind, row in kinds.items() if row[f"server_{name}_ms"] >= most]
        worst = max(kinds, key=lambda kind: kinds[kind][f"server_{name}_ms"])
        took = kinds[worst][f"server_{name}_ms"]
        said = f"{len(kinds) - len(over)} of {len(kinds)} kinds; the slowest, {worst}: {took:.0f} ms"
        bar(f"any page, server time, {name}", f"under {most} ms", said, not over)
    slowest = max(kinds[kind]["server_median_ms"] for kind in SEARCHES)
    bar("search, server time, median", f"under {SEARCH} ms", f"{slowest:.0f} ms (slowest kind)", slowest < SEARCH)
    bar("twenty code at once, for", "3 minutes", f"{found['seconds']:.0f} s", found["seconds"] >= 179)
    lost = len(set(proof["lost_in_the_ledger"]) | set(proof["lost_in_the_file"]))
    bar("codings lost", "0", f"{lost} of {proof['acknowledged']:,} acknowledged", lost == 0)
    twice = sum(len(proof[name]) for name in proof if "twice" in name)
    bar("coded twice", "0", str(twice), twice == 0)
    same = proof["lines"] == proof["lines_of_the_ledger"] and proof["lines_that_differ"] == 0
    said = f"{proof['lines']:,} lines, {proof['lines_of_the_ledger']:,} decisions"
    bar("the file is what the register says", "line by line", said, same)
    bar("the ledger, `upstander ledger verify`", "intact", proof["said"].splitlines()[0], proof["verified"])
    return made


def _caution(found: dict[str, Any]) -> list[str]:
    """What has to be said of a machine that others used, too."""
    before = found["load_before"][0]
    fewest = int(min(took["asked"] for took in found["kinds"].values()))
    few = (
        [f"Only {fewest} pages of some kinds were asked for: their p95 is the worst of them.", ""]
        if fewest < 30
        else []
    )
    if before < 1:
        return few
    return [
        *few,
        f"**The machine was at other work as well**: {before:.1f} processes wanted its cores before this began. Server"
        " and wall times are longer for it and a miss by them may be none on a quiet machine; CPU is what compares.",
        "",
    ]


def written(found: dict[str, Any]) -> str:
    """The page."""
    kinds = found["kinds"]
    lines = [
        "# The desk under load",
        "",
        f"`just bench-desk` wrote this page: {found['machine']}; load before {found['load_before'][0]:.1f}, after"
        f" {found['load_after'][0]:.1f}. `upstander serve --team --processes {found['server_processes']}`, PostgreSQL"
        " (as it comes: fsync, synchronous commits) and the client shared those cores. A made case of"
        f" {found['messages']:,} messages on three phones: one group of 400,000 messages and 256 members, the others"
        " of 4,000 and 12; words are random.",
        "",
        "Twenty reviewers, each over a connection of their own, ask for the next message, look for 0.5 to 1.5 seconds,"
        " reveal the words, and decide after 2 to 4 more: twelve on one code, four and four on two others; one form in"
        " twenty is sent twice at once. Beside them one reader asks for every other kind of page in turn. Server time"
        " is from the call of the application to the head of its answer, in the process that answers; wall is the"
        " client's, with the wait for a free thread; CPU is that of the thread that answers.",
        "",
        *_caution(found),
        "| bar | asked | measured | |",
        "|---|---|---|---|",
    ]
    for row in found["bars"]:
        lines.append(f"| {row['bar']} | {row['asked']} | {row['measured']} | {'met' if row['met'] else '**missed**'} |")
    lines += [
        "",
        "| page | asked | server median, ms | p95 | worst | wall median, ms | p95 | CPU median, ms | first, ms | |",
        "|---|---:|---:|---:|---:|---:|---:|---:|---:|---|",
    ]
    for kind, took in sorted(kinds.items(), key=lambda row: (row[0] not in _CODING, row[0])):
        good = took["server_median_ms"] < (SEARCH if kind in SEARCHES else MEDIAN) and took["server_p95_ms"] < P95
        names = (
            "server_median_ms",
            "server_p95_ms",
            "server_worst_ms",
            "wall_median_ms",
            "wall_p95_ms",
            "cpu_median_ms",
        )
        told = " | ".join(f"{took[name]:.0f}" for name in names)
        first = f"{found['first'][kind]:,.0f}" if kind in found["first"] else ""
        lines.append(f"| {kind} | {took['asked']:.0f} | {told} | {first} | {'met' if good else '**missed**'} |")
    asked = sum(took["asked"] for took in kinds.values())
    problems = found["problems"]
    lines += [
        "",
        f"{asked:,.0f} pages in {found['seconds']:.0f} seconds, {asked / found['seconds']:.1f} a second;"
        f" {found['proof']['acknowledged']:,} codings; {found['sent_twice']} forms sent twice;"
        f" {found['proof']['written_and_not_acknowledged']} codings written and not acknowledged;"
        f" {found['proof']['entries']:,} entries in the ledger. Answers that were not as they should be:"
        f" {len(problems)}{' (' + '; '.join(sorted(set(problems))[:5]) + ')' if problems else ''}.",
        "",
        f"Warming up (every kind of page from each process twice, queues opened) took {found['warmed_seconds']:.0f}"
        f" seconds and is in the column `first` (the longest of a kind) alone; opening a queue answers at once that it"
        f" is being opened (longest answer {found['first']['queue, being opened']:,.0f} ms). Signing in 22 people took"
        f" {found['signed_in_seconds']:.0f} seconds. Memory at most: the server with its worker"
        f" {found['peak']['server'] / 2**30:.1f} GiB, PostgreSQL {found['peak']['database'] / 2**20:,.0f} MiB (PSS)."
        f" The client used {found['client_cpu_seconds']:.0f} CPU seconds.",
        "",
    ]
    return "\n".join(lines)
