"""The page of the second stage's accuracy, from what was measured."""

from typing import Any

__all__ = ["page"]


_LEAD = """\
# How much a second stage adds

<!-- Written by `just bench-encoder`: do not edit. -->

[The first ranking](../how-to/first-ranking.md#a-second-stage) may have a second stage: an encoder that you give by path
reads again what ranks highest. None is shipped. This is what the one of `just train-encoder` does: MiniLM-L6,
fine-tuned on EDOS's train part ({train:,} posts), at most {epochs} epochs at {rate:g}; epoch and mix chosen on the dev
part ({dev:,}). It is {size:.1f} MB as ONNX with eight bits a weight, and took {minutes:.0f} minutes of one core.

The rows of a table are the shares that the encoder reads; 0 % is the linear stage alone, 100 % reads everything.
*Recall* is the share of the positives among the first so many of the messages; *at 2 %* is the same where positives are
thinned out to two in a hundred, as a case may have them, mean of thirty draws. The threshold of F1 was chosen on the
dev part with a linear stage that had not seen it; the test part is read for this page only. The linear stage is the
first ranking with the weights `{linear:.16}`; which are shipped now, and how well they rank by themselves, says
[its own page](triage-accuracy.md).

{bar}

"""
#: What was asked of a second stage that ships: macro-F1 on EDOS's test part.
_BAR = 0.81


def page(found: dict[str, Any]) -> str:
    """The page, whole."""
    training, settings = found["training"], found["training"]["settings"]
    lead = _LEAD.format(
        train=training["rows"]["train"],
        dev=training["rows"]["dev"],
        epochs=settings["epochs"],
        rate=settings["rate"],
        size=found["bytes"] / 1e6,
        minutes=training["cpu_seconds"] / 60,
        linear=found["linear"],
        bar=_bar(found["sets"]),
    )
    lines = lead.splitlines()
    for each in found["sets"]:
        lines += _set(each)
    lines += ["## Speed", "", "One core, one text a run, in messages a second of its own time:", ""]
    lines += ["| texts | a second |", "|---|---:|"]
    lines += [f"| {row['texts']} | {row['per_second']:,.0f} |" for row in found["speed"]]
    lines += [
        "",
        f"Measured on {found['machine']}; {found['encoder']['runtime']}. Linear stage `{found['linear'][:12]}`, encoder"
        f" `{found['encoder']['files']['model.onnx'][:12]}`.",
        "The mix (linear, encoder): "
        + "; ".join("{} {:g}, {:g}".format(head, *found["mix"][head]) for head in settings["heads"])
        + ".",
    ]
    return "\n".join(lines) + "\n"


def _bar(sets: list[dict[str, Any]]) -> str:
    by = {float(share): row["macro_f1"] for each in sets for share, row in each["by"].items() if "macro_f1" in row}
    best = max(by, key=lambda share: by[share])
    said = "met" if by[best] >= _BAR else "**missed**"
    return (
        f"Macro-F1 of misogyny was to be {_BAR} at least on EDOS's test part with a second stage that ships. None\n"
        f"ships, and this one has {by[best]:.4f} at most, where it reads {best:.0%}: {said}."
    )


def _set(found: dict[str, Any]) -> list[str]:
    by_share = {float(share): row for share, row in found["by"].items()}
    shares = [float(share) for share in next(iter(by_share.values()))["recall"]]
    flagged = "macro_f1" in by_share[0.0]
    heads = ["read again", *(["macro-F1"] if flagged else []), "AUC", "average precision"]
    heads += [f"recall {share:.0%}" for share in shares] + [f"at 2 %: {share:.0%}" for share in shares]
    lines = [
        f"## {found['set']}: {found['head']}",
        "",
        f"{found['texts']:,} texts, {found['positive']:,} positive.",
        "",
        "| " + " | ".join(heads) + " |",
        "|" + "---:|" * len(heads),
    ]
    for share, row in by_share.items():
        # Four digits where there is a bar: 0.8099 is not 0.81.
        first = [f"{row['macro_f1']:.4f}"] if flagged else []
        values = [row["auc"], row["average_precision"], *row["recall"].values(), *row["rare"].values()]
        lines.append("| " + " | ".join([f"{share:.0%}", *first, *(f"{value:.3f}" for value in values)]) + " |")
    return [*lines, ""]
