"""Why an encoder gave a text its number: what is lost of it when a word is left out.

An estimate, unlike the linear stage's spans: an encoder reads words together, so they do not add up. Word occlusion
agrees with what people marked as the reason (language.md 3.6: AUPRC 0.80). It is worked out for what is shown only.
"""

import re

import numpy as np

from upstander.review.encoder.session import Encoder
from upstander.review.triage.reasons import Span

__all__ = ["occluded"]

_WORD = re.compile(r"\S+")

#: Stretches that are left out one by one, at most: longer texts are cut into stretches of several words.
_MOST = 60


def occluded(encoder: Encoder, text: str, head: str) -> list[Span]:
    """Spans of `text` in its order, each with the log-odds for `head` that go when it is left out.

    Of a long text only what the encoder reads has spans that matter. Raises `BadModel`.
    """
    words = [word.span() for word in _WORD.finditer(text)]
    if not words or head not in encoder.folder.mapped:
        return []
    each = -(-len(words) // _MOST)
    stretches = [(words[first][0], words[min(first + each, len(words)) - 1][1]) for first in range(0, len(words), each)]
    column = encoder.folder.mapped.index(head)
    odds, _ = encoder.odds([text, *(f"{text[:start]}{text[end:]}" for start, end in stretches)])
    lost = np.asarray(odds[0, column] - odds[1:, column])
    return [Span(start, end, float(weight)) for (start, end), weight in zip(stretches, lost, strict=True)]
