"""Made chat messages: invented words by Zipf's law, emoji, many said again and again, some with a word in disguise."""

from collections.abc import Iterator

import numpy as np
import polars as pl

__all__ = ["AUTHORS", "CONVERSATIONS", "EXHIBITS", "frames", "vocabulary"]

AUTHORS, CONVERSATIONS, EXHIBITS = 2_000, 400, 40
_WORDS = 300_000
_FRAME, _BATCH = 50_000, 20_000
#: Messages of which a word is written otherwise, and how: with a digit, masked, apart, with a sign, in two alphabets.
_HIDDEN = 0.01
_WAYS = [
    lambda word: word.replace("a", "4", 1).replace("e", "3", 1),
    lambda word: f"{word[0]}*{word[2:]}",
    lambda word: " ".join(word),
    lambda word: word.replace("a", "@", 1).replace("i", "!", 1),
    lambda word: word.replace("a", "\u0430", 1).replace("e", "\u0435", 1),
    "-".join,
]
_START = 1_420_070_400_000
_SYLLABLES = [a + b for a in "bcdfghjklmnprstvwz" for b in ("a", "e", "i", "o", "u", "ar", "en", "il", "on", "us")]
_EMOJI = "😂🤣😭🙈🙉🙊🐒👀🔥💀👍👏🙏🍻🎉😡🤮🤔😅💪🏻"


def vocabulary() -> list[str]:
    """Invented words, the most frequent first and short; the same every time."""
    rng = np.random.default_rng(7)
    words: dict[str, None] = {}
    while len(words) < _WORDS:
        length = 1 + min(4, len(words) // 300 + int(rng.integers(0, 2))) if len(words) < 1500 else rng.integers(2, 6)
        words["".join(_SYLLABLES[place] for place in rng.integers(0, len(_SYLLABLES), length))] = None
    return list(words)


def frames(messages: int) -> Iterator[pl.DataFrame]:
    """Frames of the columns that the index is built of, in the order conversation, ordinal, as large as a case's."""
    waiting: list[pl.DataFrame] = []
    for frame in _by_conversation(messages):
        waiting.append(frame)
        if sum(part.height for part in waiting) >= _BATCH:
            yield pl.concat(waiting)
            waiting = []
    if waiting:
        yield pl.concat(waiting)


def _by_conversation(messages: int) -> Iterator[pl.DataFrame]:
    rng, hides = np.random.default_rng(11), np.random.default_rng(13)
    words = np.array(vocabulary(), dtype=object)
    chances = 1 / (np.arange(len(words)) + 2.7) ** 1.05
    bounds = np.cumsum(chances / chances.sum())
    shares = rng.dirichlet(np.full(CONVERSATIONS, 0.5))
    sizes = np.floor(shares * messages).astype(int)
    sizes[0] += messages - int(sizes.sum())
    again = [_text(rng, words, bounds, 2) for _ in range(2_000)]
    for conversation, size in enumerate(sizes):
        members = rng.integers(0, AUTHORS, 3 + int(rng.integers(0, 30)))
        begun, step = _START + int(rng.integers(0, 10**11)), 10**11 // max(1, int(size))
        for first in range(0, int(size), _FRAME):
            count = min(_FRAME, int(size) - first)
            repeated = rng.random(count) < 0.15
            lengths = np.clip(np.rint(rng.lognormal(2.1, 0.6, count)), 1, 400).astype(int)
            drawn = words[np.searchsorted(bounds, rng.random(int(lengths.sum())))]
            ends = np.cumsum(lengths)
            emoji = rng.random(count)
            texts = [
                again[int(place)]
                if repeat
                else " ".join(drawn[end - length : end])
                + (" " + _EMOJI[int(lot * 1000) % len(_EMOJI)] if lot < 0.12 else "")
                for repeat, place, end, length, lot in zip(
                    repeated, rng.integers(0, len(again), count), ends, lengths, emoji, strict=True
                )
            ]
            for place in np.flatnonzero(hides.random(count) < _HIDDEN):
                texts[place] = _disguised(texts[place], int(hides.integers(0, len(_WAYS))))
            authors = [f"p{number:04d}" for number in members[rng.integers(0, len(members), count)]]
            ordinals = np.arange(first, first + count)
            holder = [f"e{number:02d}" for number in sorted({conversation % EXHIBITS, (conversation * 7) % EXHIBITS})]
            yield pl.DataFrame(
                {
                    "message": [f"{conversation:016x}-{place}" for place in ordinals],
                    "conversation": [f"{conversation:016x}"] * count,
                    "ordinal": ordinals,
                    "at": pl.Series(begun + ordinals * step).cast(pl.Datetime("ms", "UTC")),
                    "author": authors,
                    "person": authors,
                    "label": authors,
                    "kind": ["text"] * count,
                    "text": texts,
                    "holders": [holder] * count,
                    "deleted": pl.Series([None] * count, dtype=pl.List(pl.String)),
                }
            )


def _disguised(text: str, way: int) -> str:
    """The text with its second word written otherwise, if that has letters enough."""
    words = text.split()
    if len(words) > 1 and len(words[1]) > 3:
        words[1] = _WAYS[way](words[1])
    return " ".join(words)


def _text(rng: np.random.Generator, words: np.ndarray, bounds: np.ndarray, mean: int) -> str:
    count = 1 + int(rng.poisson(mean))
    return " ".join(words[np.searchsorted(bounds, rng.random(count))])
