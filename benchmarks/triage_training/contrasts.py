"""Invented sentences that differ by little: hate, and its denial, its quotation, its opposite or another target.

They are this project's own. Each group comes as often among the hateful as among the harmless, so that nothing is to be
learnt from its name. They cover the kinds of things that HateCheck was made to test (negation, quotes, objections,
reclaimed words, other targets) but none of its sentences. Slurs are not written here: they are read from a lexicon.
"""

import csv
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.triage_training.statements import GROUPS
from benchmarks.triage_training.wordings import (
    ABOUT_PERSONS,
    ELSEWHERE,
    LEXES,
    PERSONS,
    RECLAIMED,
    SLURRED,
    TEMPLATES,
)

__all__ = ["LEXICON", "Contrast", "contrasts"]

#: Where slurs are read from, in the folder of the labelled sets.
LEXICON = "lexicon_surge_profanity/profanity_en.csv"


@dataclass(frozen=True, slots=True)
class Contrast:
    """One sentence."""

    text: str
    hateful: bool
    #: What it is an example of: hate, denied, kind, quoted, elsewhere, reclaimed.
    kind: str
    #: The head whose business the group is; none where it names none.
    head: str | None
    #: Whether its template is one of those that only measure and set thresholds.
    held: bool


#: Sentences of each kind for each group, or slur, or other target.
EACH = {"hate": 44, "denied": 10, "kind": 12, "quoted": 22}


def contrasts(lexicon: Path) -> Iterator[Contrast]:
    """Every sentence, the same ones in the same order each time; slurs are those of the lexicon at `lexicon`."""
    drawn = random.Random(4)
    for head, adjective, one, several in GROUPS:
        group = {"adjective": adjective, "one": one, "several": several}
        for kind, count in EACH.items():
            for _ in range(count):
                place = drawn.randrange(len(TEMPLATES[kind]))
                held = place % 4 == 3
                text = _filled(TEMPLATES[kind][place], group, drawn, TEMPLATES["hate"], held=held)
                yield Contrast(text, kind == "hate", kind, head, held)
    for target in ELSEWHERE:
        other = {"adjective": "like that", "one": "one of those", "several": target}
        for _ in range(14):
            place = drawn.choice([place for place, line in enumerate(TEMPLATES["hate"]) if "{several}" in line])
            text = _filled(TEMPLATES["hate"][place], other, drawn, TEMPLATES["hate"], held=place % 4 == 3)
            yield Contrast(text, False, "elsewhere", None, place % 4 == 3)
    for person in PERSONS:
        for place, line in enumerate(ABOUT_PERSONS):
            yield Contrast(
                _filled(line, {"person": person}, drawn, [], held=False), False, "elsewhere", None, place == 3
            )
    for slur in _slurs(lexicon):
        word = {"slur": drawn.choice(["a ", ""]) + slur, "slurs": slur + "s"}
        for kind, lines in (("hate", SLURRED), ("reclaimed", RECLAIMED)):
            for _ in range(3):
                place = drawn.randrange(len(lines))
                text = _filled(lines[place], word, drawn, [], held=False)
                yield Contrast(text, kind == "hate", kind, None, place % 4 == 3)


def _filled(line: str, fixed: dict[str, str], drawn: random.Random, hateful: list[str], *, held: bool) -> str:
    """The template with a word of each kind that it asks for."""
    words = {name: drawn.choice(lexis) for name, lexis in LEXES.items()} | fixed
    if "{hateful}" in line:
        inner = drawn.choice(
            [text for place, text in enumerate(hateful) if (place % 4 == 3) == held and "?" not in text]
        )
        words["hateful"] = inner.format(**words)
    return line.format(**words)


def _slurs(lexicon: Path) -> list[str]:
    """Single words that the lexicon calls slurs of race or orientation, at least strong."""
    with lexicon.open(encoding="utf-8", newline="") as stream:
        return [
            line["text"]
            for line in csv.DictReader(stream)
            if line["category_1"] in ("racial / ethnic slurs", "sexual orientation / gender", "mental disability")
            and line["severity_description"] in ("Strong", "Severe")
            and re.fullmatch("[a-z]{3,}", line["text"])
        ]
