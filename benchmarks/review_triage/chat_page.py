"""The parts of the page about ordinary chat that is flagged, and about words that are masked."""

from collections.abc import Mapping
from typing import Any

__all__ = ["chats", "masks"]


def chats(found: Mapping[str, Any]) -> str:
    """How much of ordinary chat is flagged, by any head, by a head of hate, and by the head that does it most."""
    done = found["conduct"]
    lines = [
        "## Ordinary chat",
        "",
        "The share of lines that some head flags at its shipped threshold, of chat that nobody marked for anything and"
        " that never trained; shipped / naive. Nothing was chosen on the first three. Invented lines of everyday chat"
        " train the heads for hate and threats as harmless; none is of the invented operation. The weights before these"
        " flagged 0.021 of the invented operation's lines: there the rate has not fallen.",
        "",
        "| chat | lines | any of the ten heads | a head of hate | most often by |",
        "|---|---:|---:|---:|---|",
    ]
    for row, other in zip(found["chat"]["shipped"], found["chat"]["naive"], strict=True):
        head = max(sorted(row["heads"]), key=row["heads"].__getitem__)
        lines.append(
            f"| {row['set']} | {row['texts']:,} | {row['any']:.3f} / {other['any']:.3f} | {row['hate']:.3f} /"
            f" {other['hate']:.3f} | `{head}` {row['heads'][head]:.3f} |"
        )
    lines += [
        "",
        f"Of the invented operation's {done['texts']} messages of misconduct, whose words are those of no data set,"
        f" {done['flagged']} are flagged by themselves, without what they answer. A flag counts; the order is what is"
        " read.",
        "",
    ]
    return "\n".join(lines)


def masks(found: Mapping[str, Any]) -> str:
    """What is left of the flags where words are masked or spelt with digits and signs."""
    lines = [
        "## Masked words",
        "",
        "Of positives that hold a word that people mask: the share flagged as written, with its vowels or all but its"
        " ends masked (`r*pe`), and with one or two letters as digits or signs (`r4pe`, `r@pe`); shipped / naive. Both"
        " read digits within a word as the letters; only the shipped one saw masked copies of training texts, and its"
        " heads for misogyny and sexualised remarks did not (they cost them order).",
        "",
        "| set | head | texts | as written | masked | digits and signs |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for row, other in zip(found["masked"]["shipped"], found["masked"]["naive"], strict=True):
        cells = [f"{row[way]:.2f} / {other[way]:.2f}" for way in ("plain", "masked", "spelt")]
        lines.append(f"| {row['set']} | {row['head']} | {row['texts']:,} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])
