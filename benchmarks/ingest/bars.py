"""The bars that ingest has to clear, each held against what was measured in the same run."""

from typing import Any

__all__ = ["bars"]


def bars(measured: dict[str, Any]) -> list[dict[str, Any]]:
    """One entry a bar whose part was measured: what is asked, what was measured, and whether it is cleared."""
    found: list[dict[str, Any]] = []

    def bar(what: str, *, at_least: float | None = None, at_most: float | None = None, measured: float) -> None:
        met = measured >= at_least if at_least is not None else measured <= (at_most or 0)
        asked = f"at least {at_least:g}" if at_least is not None else f"at most {at_most:g}"
        found.append({"bar": what, "asked": asked, "measured": round(measured, 3), "met": met})

    if "text" in measured:
        text = measured["text"]
        runs = text["runs"]
        ours = runs["upstander"]
        authored = ours.found["authored"]
        bar("text: million messages a CPU second", at_least=0.7, measured=authored / ours.cpu / 1e6)
        bar("text: peak memory, times the file's size", at_most=6, measured=ours.peak / text["bytes"])
        bar("text: times as fast as whatstk 0.9.1 (CPU)", at_least=15, measured=runs["whatstk 0.9.1"].cpu / ours.cpu)
        bar(
            "text: times as fast as chat-miner 0.6.0 (CPU)",
            at_least=30,
            measured=runs["chat-miner 0.6.0"].cpu / ours.cpu,
        )
        wrong = abs(authored - text["truth"]["authored"])
        bar("text: authored messages wrong", at_most=0, measured=wrong)
    if "database" in measured:
        runs = measured["database"]["runs"]
        bar(
            "database: times the CPU of sqlite3 alone",
            at_most=2,
            measured=runs["upstander"].cpu / runs["sqlite3 alone"].cpu,
        )
    if "linear" in measured:
        runs = list(measured["linear"]["runs"].values())
        first, last = ((run.cpu / run.found["authored"]) for run in (runs[0], runs[-1]))
        # Start-up is a large share of the smallest run, so a straight line gives less than 1 here.
        bar("linear: CPU a message at 5,000,000, times that at 100,000", at_most=1.1, measured=last / first)
        middle = runs[1].cpu / runs[1].found["authored"]
        bar("linear: CPU a message at 5,000,000, times that at 1,000,000", at_most=1.1, measured=last / middle)
    if "whole" in measured:
        parsed, whole = (measured["whole"]["runs"][name] for name in ("parse", "whole ingest"))
        bar("whole ingest: times the wall clock of the parse", at_most=1.5, measured=whole.wall / parsed.wall)
        bar("whole ingest: times the CPU of the parse", at_most=1.5, measured=whole.cpu / parsed.cpu)
    if "help" in measured:
        bar("upstander --help: seconds", at_most=0.4, measured=measured["help"]["runs"]["upstander --help"].wall)
    return found
