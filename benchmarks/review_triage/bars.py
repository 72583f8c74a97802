"""The first table of the page: every bar, what was measured, and whether it was met; what missed it by name."""

from collections.abc import Iterator, Mapping
from typing import Any

from benchmarks.review_triage.held import TOGETHER

__all__ = ["bars", "tenth"]

#: What was promised.
F1, ERROR, IDENTITY, TENTH, SPEED = 0.79, 0.03, 0.25, 0.64, 60_000

_SPANS = "toxic_spans, dev part"
_UNSEEN = "never trained on"
_TRIAL = "trial part"

_Bar = tuple[str, str, str, bool]


def bars(found: Mapping[str, Any]) -> str:
    """The table: one verdict a row."""
    met = ("**missed**", "met")
    rows = [*_edos(found), *_calibrated(found), *_hatecheck(found), *_ordered(found), *_chat(found), *_fast(found)]
    lines = [f"| {what} | {asked} | {got} | {met[held]} |" for what, asked, got, held in rows]
    missed = sum(not held for *_, held in rows)
    said = f"{len(rows) - missed} of {len(rows)} rows are met, {missed} missed."
    return "\n".join(["| bar | asked for | measured | verdict |", "|---|---|---|---|", *lines, "", said, ""])


def tenth(row: Mapping[str, Any]) -> float:
    """Share of positives in the first tenth, where two in a hundred are positive."""
    rare = row["rare"]
    return float(rare.get(0.1, rare.get("0.1")))


def _of(found: Mapping[str, Any], name: str, head: str) -> Mapping[str, Any]:
    row = next(row for row in found["ranking"] if row["set"].startswith(name) and row["head"] == head)
    own: Mapping[str, Any] = row["shipped"]
    return own


def _error(row: Mapping[str, Any]) -> float:
    return float(row["shipped"]["calibration_error"])


def _edos(found: Mapping[str, Any]) -> Iterator[_Bar]:
    edos, guest = _of(found, "EDOS", "misogyny"), _of(found, "Guest", "misogyny")
    score, first, unseen = edos["macro_f1"], tenth(edos), tenth(guest)
    yield "EDOS A test, macro-F1 at the shipped threshold", f"≥ {F1}", f"{score:.4f}", score >= F1
    yield "EDOS, 2 % prevalence: found in the first tenth", f"≥ {TENTH}", f"{first:.3f}", first >= TENTH
    yield "the same on Guest, which it never saw", f"≥ {TENTH}", f"{unseen:.3f}", unseen >= TENTH


def _calibrated(found: Mapping[str, Any]) -> Iterator[_Bar]:
    edos = _of(found, "EDOS", "misogyny")["calibration_error"]
    like = max((row for row in found["ranking"] if row["set"] in (TOGETHER, "EDOS test", _SPANS)), key=_error)
    other = [row for row in found["ranking"] if _UNSEEN in row["set"] or _TRIAL in row["set"]]
    over = [f"{row['set'].split(',')[0].split(' (')[0]} {_error(row):.3f}" for row in other if _error(row) > ERROR]
    single = [row for row in found["ranking"] if row not in other and _error(row) > ERROR]
    alone = [f"{row['set'].split(',')[0]} ({row['head']}) {_error(row):.3f}" for row in single]
    yield "calibration error, EDOS test", f"≤ {ERROR}", f"{edos:.3f}", edos <= ERROR
    drawn = f"calibration error, worst head on held-out texts drawn like those that calibrate it ({like['head']})"
    yield drawn, f"≤ {ERROR}", f"{_error(like):.3f}", _error(like) <= ERROR
    yield "the same, on each of those sets by itself", f"≤ {ERROR}", "; ".join(alone) or "all", not alone
    yield "the same, on sets drawn otherwise or never seen", f"≤ {ERROR}", "; ".join(over) or "all", not over


def _hatecheck(found: Mapping[str, Any]) -> Iterator[_Bar]:
    shipped, plain = found["bias"]["shipped"], found["bias"]["naive"]
    ours, naive = ({row["group"]: row["identity"] for row in who["group_any"]} for who in (shipped, plain))
    named = "HateCheck, neutral and kind identity statements flagged by any head of hate"
    yield named, f"< {IDENTITY}", f"{ours['all']:.3f} (naive {naive['all']:.3f})", ours["all"] < IDENTITY
    over = [f"{group} {share:.2f}" for group, share in ours.items() if group != "all" and share >= IDENTITY]
    yield "the same, for every group", f"< {IDENTITY}", ", ".join(over) or "all", not over
    more = [
        f"`{own['functionality']}` {own['flagged']:.2f} (naive {other['flagged']:.2f})"
        for own, other in zip(shipped["functionality"], plain["functionality"], strict=True)
        if not own["hateful"] and own["flagged"] > other["flagged"]
    ]
    often = "HateCheck, harmless functionalities flagged more often than by the naive model"
    yield often, "none", ", ".join(more) or "none", not more


def _ordered(found: Mapping[str, Any]) -> Iterator[_Bar]:
    shipped, plain = found["bias"]["shipped"], found["bias"]["naive"]
    order = "HateCheck, order of *hate* (AUC) no worse than the naive model's"
    yield order, f"≥ {plain['auc']:.3f}", f"{shipped['auc']:.3f}", shipped["auc"] >= plain["auc"]
    groups = [
        f"{group} {auc:.3f} ({plain['auc_own_head'][group]:.3f})"
        for group, auc in shipped["auc_own_head"].items()
        if auc < plain["auc_own_head"][group]
    ]
    own = "HateCheck, order of every group's own head no worse than the naive one's"
    yield own, "all", ", ".join(groups) or "all", not groups
    below = [
        f"{row['set'].split(',')[0].split(' (')[0]} {row['shipped']['auc']:.3f} ({row['naive']['auc']:.3f})"
        for row in found["ranking"]
        if _UNSEEN in row["set"] and row["shipped"]["auc"] < row["naive"]["auc"]
    ]
    yield (
        "order of every set that it never saw no worse than the naive one's",
        "all",
        ", ".join(below) or "all",
        not below,
    )


def _chat(found: Mapping[str, Any]) -> Iterator[_Bar]:
    for row, other in zip(found["chat"]["shipped"], found["chat"]["naive"], strict=True):
        name = row["set"].split(",")[0].split(":")[0]
        if "chosen on" not in row["set"]:
            what = f"ordinary chat flagged by any head, {name}: no more than by the naive model"
            yield what, f"≤ {other['any']:.3f}", f"{row['any']:.3f}", row["any"] <= other["any"]


def _fast(found: Mapping[str, Any]) -> Iterator[_Bar]:
    whole = found["whole"][-1]
    chat = next(row for row in found["speed"] if row["messages"] == 1_000_000)
    for what, row in (
        ("messages per CPU second, 1,000,000 chat-like", chat),
        (f"the same, the whole of `upstander triage` on a case of {whole['messages']:,}", whole),
    ):
        yield what, f"≥ {SPEED:,}", f"{row['per_cpu_second']:,.0f}", row["per_cpu_second"] >= SPEED
