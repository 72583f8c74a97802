"""The pages of results: every rule on every set, those that failed beside those that held."""

from collections.abc import Iterable, Sequence
from typing import Any

__all__ = ["BARS", "marked", "summary", "tables", "written"]

Row = dict[str, Any]

#: What was asked for: effort at four fifths no more than this.
BARS = {"EDOS threats": 0.49, "mixed 100k": 0.29}
RECALLS = (0.8, 0.9, 0.95)
#: What is promised: no more wrong claims than this.
ALPHA = 0.05
#: Rules that are not the certificate's: buscar, and those that people use.
_OTHERS = ("buscar", "knee", "50 ", "200 ", "500 ")
_DEFAULT = "both (default)"
#: Draws that nobody decided on: a replay of what goes wrong, and no way to go about it.
_WRONG = "passed over"


def written(measured: dict[str, Any]) -> str:
    """The page in the documentation, in Markdown."""
    sets = measured["sets"]
    replays = sum(each["rankings"] * each["streams"] for each in sets)
    lines = [
        "# Certificates: whether their claims were true, and what they cost",
        "",
        *summary(sets),
        "",
        "![Recall reached against share read, by rule and set: rules that guarantee it beside those that people"
        " use](../pictures/certificate.svg)",
        "",
        "## How it was measured",
        "",
        f"`just bench-certificate` wrote this page: {measured['machine']}. {replays:,} replays of each rule:"
        f" {_range(sets, 'rankings')} rankings a set, {_range(sets, 'streams')} random streams for each.",
        "",
        f"- **Every ranking is the program's own ranked reading** ({_made(sets)}), begun with one relevant message and"
        " one other: one reading decides all messages with the very same words, near-duplicates come last. The first"
        " ranking is left out, for its model has learnt from some of these sets. The cache of rankings is kept by a"
        " digest of the texts, their labels, the program's parts and libraries that make a ranking, and the seed.",
        "- **Effort** is the share of all readings done before the rule stops, by rank or chance, each counted once.",
        "- **both (default)** asks the certificate's own code as reading goes on, one message of ten drawn at random,"
        " as `upstander queue next` gives them. *As it is typed*: nobody draws a final sample. *With a final sample*:"
        " as many messages as the certificate's words say are needed, as soon as that is no more than a fifth of what"
        " was read; reading on until the claim stands, and another sample on the same terms. (The ranking goes on as if"
        " it had learnt from the sample when it comes to it; the queue learns nothing from a sample.)",
        "- **watched** draws at the same pace, and may use all of the chance of error. **fixed** and **quantile** are"
        " written down before reading begins and draw their number at once (`queue next --random`); then the queue"
        " draws no more until one of ten on the whole is behind. *Sized when yield falls*: the default, until the"
        " ranking yields a quarter of what it did on the whole; then the number is written down, for what is left of"
        " the chance of error. *Both, and then fixed*: the same after 5 % were drawn. **final sample** is drawn when"
        " the yield falls; the queue's draws cost reading and count for nothing. *1 in 20 passed over*: nobody decides"
        " on so many of the draws, and on twice as many of the relevant ones; each counts against the claim.",
        "",
        "What the rules mean is told in [certificate.md](../explanation/certificate.md).",
        "",
        *_truth(sets),
        "",
        *_effort(sets),
        "",
        *_naive(sets),
    ]
    return "\n".join([*lines, ""])


def summary(sets: Sequence[Row]) -> list[str]:
    """Which rules keep what they promise, and which read no more than was asked for."""
    lines = [
        "A claim at 95 % confidence may be wrong in 5 of 100 reviews. Asked of a rule besides: to read no more than "
        + " and ".join(f"{bar:g} of {name}" for name, bar in BARS.items())
        + " before it may claim 80 %.",
        "",
        f"| rule of the certificate | wrong claims, of all at 80, 90 and 95 % | {' | '.join(BARS)} |",
        "|---|---:|" + "---|" * len(BARS),
    ]
    reached: dict[int, list[str]] = {0: [], 1: [], 2: []}
    for rule in _rules(sets, own=True):
        rows = [row for row in _of(sets, rule) if row["able"]]
        wrong, claims = sum(row["missed"] for row in rows), sum(row["able"] for row in rows)
        marks = [marked(name, _row(each, rule, 0.8)) for name in BARS for each in sets if each["set"] == name]
        met = sum(mark.endswith("no more") for mark in marks)
        if _WRONG not in rule:
            reached[met].append(rule)
        said = f"{wrong:,} of {claims:,} = {wrong / claims:.1%}{'' if wrong <= ALPHA * claims else ': **too many**'}"
        lines.append(f"| {_bold(rule)} | {said} | {' | '.join(marks)} |")
    lines += [""]
    for number, said in ((2, "Both bars are reached by"), (1, "One of the two by"), (0, "Neither by")):
        lines.append(f"- {said}: {'; '.join(reached[number]) or 'no rule'}.")
    return lines


def marked(name: str, row: Row | None) -> str:
    """Effort at 80 % beside the bar: the same to the last digit that is shown."""
    if row is None or not row["able"]:
        return "no claim"
    bar = BARS[name]
    few = "" if row["able"] == row["replays"] else f" (of {row['able']} of {row['replays']} replays)"
    return f"{row['effort']:.3f}{few}: " + ("no more" if round(row["effort"], 3) <= bar else f"**MORE than {bar:g}**")


def _truth(sets: Sequence[Row]) -> list[str]:
    names = [each["set"] for each in sets]
    cells = [row for rule in _rules(sets, own=True) for row in _of(sets, rule) if row["able"]]
    above = [row for row in cells if row["missed"] > ALPHA * row["able"]]
    worst = max(cells, key=lambda row: row["missed"] / row["able"])
    lines = [
        "## Wrong claims",
        "",
        "How many claims were wrong at 80 · 90 · 95 %; stated: no more than 5 in 100. With 200 replays a true rate of"
        f" 5.0 % shows up to 8.0 % by chance (once in forty). {len(above)} of {len(cells)} cells are above 5.0 %, the"
        f" highest {worst['missed'] / worst['able']:.1%}.",
        "",
        f"| rule | all sets | {' | '.join(names)} |",
        "|---|---:|" + "---:|" * len(names),
    ]
    for rule in _rules(sets, own=True, buscar=True):
        total = [_total(sets, rule, recall) for recall in RECALLS]
        each = [" · ".join(_wrong(_row(one, rule, recall)) for recall in RECALLS) for one in sets]
        lines.append(f"| {_bold(rule)} | {' · '.join(total)} | {' | '.join(each)} |")
    claims = sum(row["able"] for row in cells if "quantile" not in row["rule"]) // max(
        1, sum("quantile" not in rule for rule in _rules(sets, own=True)) * len(RECALLS)
    )
    lines += [
        "",
        f"Of {claims:,} claims a rule and recall, {claims // len(sets):,} a set. Quantile makes no claim (–) where the"
        " draws hold too few relevant messages, and has fewer. buscar takes the last messages that were read for a"
        " random sample, which they are not: nothing guarantees it, and it is one claim a ranking.",
    ]
    return lines


def _effort(sets: Sequence[Row]) -> list[str]:
    names = [f"{each['set']} ({each['relevant']:,} of {each['messages']:,})" for each in sets]
    best = ", ".join(format(each["best"], ".3f") for each in sets)
    lines = [
        "## Effort",
        "",
        "Means at 80 · 90 · 95 %; in brackets the relevant messages of all. Whoever knew the truth could stop at 80 %"
        f" after {best}.",
        "",
        f"| rule | {' | '.join(names)} |",
        "|---|" + "---:|" * len(names),
    ]
    for rule in _rules(sets, own=True, buscar=True):
        each = [" · ".join(_read(_row(one, rule, recall)) for recall in RECALLS) for one in sets]
        lines.append(f"| {_bold(rule)} | {' | '.join(each)} |")
    lines += ["", "Draws, recall reached and the least of it stand in `benchmarks/review_certificate/results.md`."]
    return lines


def _naive(sets: Sequence[Row]) -> list[str]:
    names = [each["set"] for each in sets]
    lines = [
        "## What people use",
        "",
        "Mean recall (least) @ effort; how many of the stops, one a ranking, fell short of 80 %. They promise nothing.",
        "",
        f"| rule | {' | '.join(names)} |",
        "|---|" + "---:|" * len(names),
    ]
    for rule in dict.fromkeys(row["rule"] for each in sets for row in each["rules"] if row["recall"] is None):
        cells = []
        for each in sets:
            row = _row(each, rule, None)
            short = f"{row['below']} of {row['able']}" if row else ""
            cells.append(f"{row['reached']:.2f} ({row['least']:.2f}) @ {row['effort']:.2f}; {short}" if row else "")
        lines.append(f"| {rule} | {' | '.join(cells)} |")
    return lines


def tables(measured: dict[str, Any]) -> str:
    """Every number, a table a set."""
    lines = ["# Certificates: every rule on every set", "", f"`just bench-certificate`: {measured['machine']}."]
    for each in measured["sets"]:
        lines += [
            "",
            f"## {each['set']}: {each['messages']:,} messages, {each['readings']:,} wordings,"
            f" {each['relevant']:,} relevant",
            "",
            f"Texts and labels `{each['data']}`, ranked reading `{each['queue']}`, {each['rankings']} rankings with"
            f" {each['streams']} streams each.",
            "",
            "| rule | recall asked for | effort | drawn | recall reached, mean (least) | wrong claims |",
            "|---|---:|---:|---:|---:|---:|",
        ]
        for row in sorted(each["rules"], key=lambda row: (row["recall"] or 2, row.get("effort", 2))):
            asked = f"{row['recall']:.0%}" if row["recall"] else "none"
            if not row["able"]:
                lines.append(f"| {row['rule']} | {asked} | no claim | | | |")
                continue
            wrong = f"{row['missed']:,} of {row['able']:,}" if row["recall"] else ""
            marked_ = row["recall"] == RECALLS[0] and each["set"] in BARS and not row["rule"].startswith(_OTHERS)
            effort = marked(each["set"], row) if marked_ else f"{row['effort']:.3f}"
            lines.append(
                f"| {row['rule']} | {asked} | {effort} | {row['drawn']:,.0f} | {row['reached']:.3f}"
                f" ({row['least']:.3f}) | {wrong} |"
            )
    return "\n".join([*lines, ""])


def _rules(sets: Iterable[Row], *, own: bool, buscar: bool = False) -> list[str]:
    """Names of rules that are asked for a recall, the certificate's first."""
    names = dict.fromkeys(row["rule"] for each in sets for row in each["rules"] if row["recall"] is not None)
    mine = [name for name in names if not name.startswith(_OTHERS)]
    return [*(mine if own else []), *(name for name in names if buscar and name not in mine)]


def _of(sets: Iterable[Row], rule: str) -> list[Row]:
    return [row for each in sets for row in each["rules"] if row["rule"] == rule]


def _row(each: Row, rule: str, recall: float | None) -> Row | None:
    return next((row for row in each["rules"] if (row["rule"], row["recall"]) == (rule, recall)), None)


def _total(sets: Iterable[Row], rule: str, recall: float) -> str:
    rows = [row for row in _of(sets, rule) if row["recall"] == recall and row["able"]]
    return f"{sum(row['missed'] for row in rows) / max(1, sum(row['able'] for row in rows)):.1%}" if rows else "–"


def _wrong(row: Row | None) -> str:
    if row is None or not row["able"]:
        return "–"
    many = row["missed"] > ALPHA * row["able"] and not row["rule"].startswith(_OTHERS)
    return f"**{row['missed']}**" if many else str(row["missed"])


def _read(row: Row | None) -> str:
    return "–" if row is None or not row["able"] else f"{row['effort']:.3f}".removeprefix("0")


def _bold(rule: str) -> str:
    return f"**{rule}**" if rule.startswith(_DEFAULT) else rule


def _made(sets: Sequence[Row]) -> str:
    return " and ".join(f"`{each}`" for each in sorted({each["queue"] for each in sets}))


def _range(sets: Sequence[Row], what: str) -> str:
    values = sorted({each[what] for each in sets})
    return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"
