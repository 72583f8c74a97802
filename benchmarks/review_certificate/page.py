"""The page of results: every rule on every set, those that failed beside those that held."""

from typing import Any

__all__ = ["written"]

#: What was asked for: effort at four fifths no more than this.
BARS = {"EDOS threats": 0.49, "mixed 100k": 0.29}
#: What is promised: no more wrong claims than this.
ALPHA = 0.05


def written(measured: dict[str, Any]) -> str:
    """The page, in Markdown."""
    sets = measured["sets"]
    drawn = [row for each in sets for row in each["rules"] if row.get("missed") is not None]
    own = ("final sample", "fixed", "watched")
    lines = [
        "# Certificates: whether their claims were true, and what they cost",
        "",
        f"`just bench-certificate` wrote this page: {measured['machine']}. {_range(sets, 'rankings')} rankings a set"
        f" by continuous active learning, {_range(sets, 'streams')} random streams for each, and"
        f" {sum(each['rankings'] * each['streams'] for each in sets):,} replays in all; a ranking depends on its seed"
        " alone. Effort is the share of messages read before the rule stops, by rank or chance, each counted once."
        " *1 in 20 passed over*: nobody decides on so many of the draws, and on twice as many of the relevant ones;"
        " each counts against the claim. *Watched, then fixed*: who is not content with what the program claims by"
        " itself chooses a number of draws after seeing the first, for what is left of the chance of error. What the"
        " rules mean is told in"
        " [certificate.md](../explanation/certificate.md).",
        "",
        "![Recall reached against share of messages read, by rule and set: rules that guarantee it beside those that"
        " people use](../pictures/certificate.svg)",
        "",
        "## All sets together, 95 % confidence",
        "",
        "| rule | recall asked for | claims | too much claimed | 95 % interval | effort, mean of sets |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for rule, recall in dict.fromkeys((row["rule"], row["recall"]) for row in drawn):
        rows = [row for row in drawn if (row["rule"], row["recall"]) == (rule, recall)]
        claims, missed = sum(row["able"] for row in rows), sum(row["missed"] for row in rows)
        low, high = _interval(missed, claims)
        name = f"**{rule}**" if rule.startswith(own) else rule
        effort = sum(row["effort"] for row in rows) / len(rows)
        part = "" if len(rows) == len(sets) else f" ({len(rows)} sets)"
        lines.append(
            f"| {name} | {recall:.0%} | {claims:,} | {missed:,} = {missed / claims:.1%} | {low:.1%}–{high:.1%} |"
            f" {effort:.3f}{part} |"
        )
    lines += [
        "",
        "Rules in bold are the certificate's. QBCB makes no claim where the draws hold too few relevant messages."
        " buscar takes the last messages that were read for a random sample, which they are not: nothing"
        " guarantees it, and it is one claim a ranking.",
    ]
    lines += ["", *_missed(sets)]
    for each in sets:
        lines += ["", *_set(each)]
    return "\n".join([*lines, ""])


def _missed(sets: list[dict[str, Any]]) -> list[str]:
    """Of each rule's claims on each set, the share that was wrong; of rules that claim nothing, who stopped short."""
    names = [each["set"] for each in sets]
    lines = [
        "## Wrong claims by set",
        "",
        "Stated for every claim at 95 %: no more than 5.0 % are wrong. With 200 replays a rate of 5.0 % shows up to"
        " 8.0 % by chance (once in forty). A rule that claims no recall is held to 80 %: how many of its stops, one a"
        " ranking, fell short of that.",
        "",
        f"| rule | recall asked for | stated | {' | '.join(names)} |",
        "|---|---:|---:|" + "---:|" * len(names),
    ]
    order = [(row["rule"], row["recall"]) for each in sets for row in each["rules"]]
    for rule, recall in sorted(dict.fromkeys(order), key=lambda pair: pair[1] or 2):
        rows = [
            next((row for row in each["rules"] if (row["rule"], row["recall"]) == (rule, recall)), None)
            for each in sets
        ]
        asked, stated = ("none", "nothing") if recall is None else (f"{recall:.0%}", f"≤ {ALPHA:.1%}")
        if rule.startswith("buscar"):
            stated = "not guaranteed"
        lines.append(f"| {rule} | {asked} | {stated} | {' | '.join(map(_share, rows))} |")
    return lines


def _share(row: dict[str, Any] | None) -> str:
    if row is None or not row["able"]:
        return "no claim"
    wrong = row["below"] if row["recall"] is None else row["missed"]
    return f"{wrong / row['able']:.1%}" if row["recall"] is not None else f"{wrong} of {row['able']}"


def _range(sets: list[dict[str, Any]], what: str) -> str:
    values = sorted({each[what] for each in sets})
    return str(values[0]) if len(values) == 1 else f"{values[0]} to {values[-1]}"


def _set(each: dict[str, Any]) -> list[str]:
    lines = [
        f"## {each['set']}: {each['messages']:,} messages, {each['relevant']:,} relevant",
        "",
        f"Whoever knew the truth could stop at 80 % after {each['best']:.3f} of the messages.",
        "",
        "| rule | recall asked for | effort | drawn | recall reached, mean (least) | too much claimed |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for row in sorted(each["rules"], key=lambda row: (row["recall"] or 2, row.get("effort", 2))):
        asked = f"{row['recall']:.0%}" if row["recall"] else "none"
        if not row["able"]:
            lines.append(f"| {row['rule']} | {asked} | no claim | | | |")
            continue
        wrong = f"{row['missed']:,} of {row['able']:,}" if row["recall"] else ""
        bar = BARS.get(each["set"]) if row["recall"] == 0.8 else None
        effort = f"{row['effort']:.3f}" + (
            f" ({'no more' if row['effort'] <= bar else 'more'} than {bar})"
            if bar and row["rule"].startswith(("final", "fixed, 10", "fixed, sized"))
            else ""
        )
        lines.append(
            f"| {row['rule']} | {asked} | {effort} | {row['drawn']:,.0f} | {row['reached']:.3f} ({row['least']:.3f}) |"
            f" {wrong} |"
        )
    return lines


def _interval(missed: int, claims: int) -> tuple[float, float]:
    from scipy.stats import binomtest

    found = binomtest(missed, claims).proportion_ci(0.95, method="exact")
    return float(found.low), float(found.high)
