"""How often ordinary chat is flagged, on chat that never trained; and what is left when words are masked."""

import random
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from benchmarks.review_triage.bias import flags
from benchmarks.review_triage.held import everyday, held
from benchmarks.triage_training.contrasts import LEXICON
from benchmarks.triage_training.masking import masked_rows, words_that_are_masked
from benchmarks.triage_training.sets import Row

__all__ = ["chat_flagged", "conduct", "masked"]

#: Digits and signs for letters, as a hand takes them: one or two in a word.
_LEET = {"a": "4@", "e": "3", "i": "1!", "o": "0", "s": "5$", "t": "7"}


def chat_flagged(data: Path, model: Any, hate: tuple[str, ...]) -> list[dict[str, Any]]:
    """For each set of chat: the share of its lines that any head flags, that a head of hate flags, and each head."""
    found = []
    for name, texts in everyday(data):
        scores = np.asarray(model.score(texts), np.float64)
        each = {head: float(flags(scores, model.heads, model.thresholds, (head,)).mean()) for head in model.heads}
        found.append(
            {
                "set": name,
                "texts": len(texts),
                "any": float(flags(scores, model.heads, model.thresholds, model.heads).mean()),
                "hate": float(flags(scores, model.heads, model.thresholds, hate).mean()),
                "heads": each,
            }
        )
    return found


def masked(data: Path, model: Any) -> list[dict[str, Any]]:
    """Of the positives that hold a word that people mask: the share flagged as written, with masks, and with digits."""
    words, drawn, found = words_that_are_masked(data / LEXICON), random.Random(5), []
    for name, head, texts, positive in held(data):
        if (name.split(",")[0], head) not in _MEASURED:
            continue
        own = [Row(text, "", "", {}) for text in texts.filter(positive) if words.search(text)]
        starred = [row.text for row in masked_rows(own, words)][1::2]
        spelt = [words.sub(lambda word: _leet(word[0], drawn), row.text) for row in own]
        column = model.heads.index(head)

        def share(of: list[str], column: int = column) -> float:
            return float((model.score(pl.Series(of))[:, column] >= model.thresholds[column]).mean())

        plain = [row.text for row in own]
        found.append(
            {"set": name, "head": head, "texts": len(own)}
            | {"plain": share(plain), "masked": share(starred), "spelt": share(spelt)}
        )
    return found


_MEASURED = (("EDOS test", "misogyny"), ("DynaHate", "hate"))


def _leet(word: str, drawn: random.Random) -> str:
    able = [at for at, letter in enumerate(word.lower()) if letter in _LEET]
    chosen = set(drawn.sample(able, min(len(able), drawn.choice((1, 2)))))
    return "".join(drawn.choice(_LEET[letter.lower()]) if at in chosen else letter for at, letter in enumerate(word))


def conduct(model: Any) -> dict[str, Any]:
    """Of the invented operation's messages of misconduct (plain text, slurs masked): how many any head flags."""
    from meridian.world import build

    texts = [said.text for said in build(2018).messages if said.conduct and said.text]
    scores = np.asarray(model.score(pl.Series(texts)), np.float64)
    return {"texts": len(texts), "flagged": int(flags(scores, model.heads, model.thresholds, model.heads).sum())}
