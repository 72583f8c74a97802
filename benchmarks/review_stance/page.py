"""The page of what was measured."""

from collections.abc import Mapping
from typing import Any

__all__ = ["page"]

#: The prototypes, which had a sentence encoder beside the words (issue 4): macro-F1, and approve-or-challenge AUC.
PROTOTYPES = {"Yu 2023": (0.57, ".868"), "ToxiChat test": (0.50, ".893"), "counter-context test": (0.54, "")}

_OWN = {
    "Yu 2023": "on its own threads, five folds",
    "ToxiChat test": "on what is shipped and Yu 2023",
    "counter-context test": "on its own training part",
}


def page(found: Mapping[str, Any]) -> str:
    """The tables, with what was missed beside what was met."""
    bystanders = found["italian"]
    lines = [
        "# How right the stances are",
        "",
        f"`just bench-stance` wrote this page: {found['machine']}. The model reads a reply and what it answers, and"
        " holds each of *challenge*, *approve* and *move on* to be equally likely beforehand. It is linear. The"
        " prototypes had a sentence encoder beside the words, and chose their strength on the test; ours is fitted on"
        " what its licence allows ([card](../../src/upstander/review/stance/CARD.md)), and saw none of the replies"
        " below.",
        "",
        "**In short.** In English a hint, weaker than the prototypes; in no other language anything. The one corpus of"
        " bystanders in WhatsApp groups, which this was asked to be measured on, is Italian: of its"
        f" {bystanders['replies']} passages a stance is shown for {bystanders['shown']}, and {bystanders['right']} of"
        " these are right. So nothing here shows that it works on bystanders in a WhatsApp group.",
        "",
        "## Every reply given its likeliest stance",
        "",
        "| set | replies | model | macro-F1 | challenge / approve / move on | challenge told from approve (AUC) |",
        "|---|---|---|---|---|---|",
    ]
    for name, shipped in found["shipped"].items():
        macro, apart = PROTOTYPES[name]
        lines.append(_row(name, "**shipped**", shipped))
        lines.append(_row(name, f"measured only: {_OWN[name]}", found["own_data"][name]))
        lines.append(f"| {name} | | prototype | {macro:.2f} | | {apart} |")
    lines += [
        "",
        "Chance is 0.33. The shipped model is weaker than the prototypes, on ToxiChat's test by less than chance would"
        " move it: that has 10 challenges in 118 replies, and one reply moves it by hundredths. Models trained on the"
        " replies that may not be shipped come nearer, and do not reach what the encoder adds: telling a challenge from"
        " approval.",
        "",
        "## What abstaining buys",
        "",
        f"A stance is shown from {found['threshold']:.2f} on: likelier than all others together, and, on threads of the"
        " training part that no model had seen, 55 in 100 of what is shown are right, each stance counting alike. Below"
        " it stands *undecided*. On Yu 2023 the surer are righter; on counter-context, whose *approve* is hate of any"
        " kind, being surer hardly helps, and probabilities above 0.6 are not to be trusted there.",
        "",
        "![Share of replies whose stance is shown against how much of it is right, a line a set; the table has the"
        " numbers](../pictures/stance.svg)",
        "",
        "| set | from | replies shown | of these right | stances alike | shown challenges right | challenges found |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, points in found["curves"].items():
        for point in points:
            right = "–" if point["challenges"] is None else f"{point['challenges']:.0%}"
            lines.append(
                f"| {name} | {point['threshold']:.2f} | {point['shown']:.0%} | {point['right']:.0%} |"
                f" {point['alike']:.0%} | {right} |"
                f" {point['found']:.0%} |"
            )
    italian, english = found["italian"], found["english"]
    lines += [
        "",
        "## A language that it does not know",
        "",
        f"Of {italian['replies']} passages of Italian WhatsApp role-plays (assistants of a bully, defenders of the"
        f" victim), {italian['known']} are of words two in three of which the model knows; it shows a stance for"
        f" {italian['shown']}, and {italian['right']} of these are right. Without that check challenge told from"
        f" approval would be {italian['apart']:.2f}, which is chance: the model works in English only, and says"
        f" *undecided* elsewhere. Of the English sets it knows the words of {min(english.values()):.1%} to"
        f" {max(english.values()):.1%} of the replies.",
        "",
        "## Cost",
        "",
        f"{found['microseconds']:,.0f} µs of CPU a reply, from text to probabilities, one thread.",
        "",
        "## What was not measured",
        "",
        "Replies in a work chat in English with their stance: no public set has them. Posts that name no message. Emoji"
        " (what each says is a convention). Laughing along (no set marks it; laughter alone is recorded as seen).",
        "",
    ]
    return "\n".join(lines)


def _row(name: str, model: str, one: Mapping[str, Any]) -> str:
    each = " / ".join(f"{value:.2f}" for value in one["each"])
    return f"| {name} | {one['replies']:,} | {model} | {one['macro']:.3f} | {each} | {one['apart']:.3f} |"
