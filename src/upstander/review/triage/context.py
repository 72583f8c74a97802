"""Scores in context: what a message answers, and what stands before it, lend it their score where its own is lower.

The rule, whole: a message ranks by the highest of

- its own score;
- the score of the message that it answers or quotes, times `SHARE`;
- the score of each of the `BEFORE` messages before it in the conversation, if no more than `WINDOW` earlier, times
  `SHARE`, and times `FADE` for each message further away.

Where a message has no words (it only laughs or is only emoji), `SHARE` is `REACTING` instead: what it says is what it
reacts to. What nobody's words stand in (a picture without a caption, a deletion) is among those before, and has no
rank. The highest is taken and no sum, so that the reason is always one message, which can be shown.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.folding import folded

__all__ = ["BEFORE", "FADE", "REACTING", "SHARE", "WINDOW", "in_context", "wordless"]

SHARE = 0.5
REACTING = 0.95
FADE = 0.8
BEFORE = 5
#: Milliseconds.
WINDOW = 10 * 60_000

#: Laughter in folded letters: haha, hehe, jaja, ahahah, lol, lmao, rofl, xd, kkk and what repeats them.
_LAUGH = (
    r"(?:[aehj]*(?:ha|he|hi|ja|je|ah|eh){2,}h*|ha+h?|heh|lo+l(?:o+l)*(?:z|s)?|lmf?a+o+|rof+l(?:mao)?|x+d+|kk+|pm+sl)"
)
_WORDLESS = rf"^(?:[^\p{{L}}\p{{N}}]|\b{_LAUGH}\b)*$"

Scores = npt.NDArray[np.float32]


def wordless(texts: pl.Series) -> npt.NDArray[np.bool_]:
    """Which of the texts have no word: nothing at all, only signs and emoji, or only laughter."""
    return folded(texts).str.contains(_WORDLESS).to_numpy()


def in_context(
    own: Scores,
    conversation: pl.Series,
    at: npt.NDArray[np.int64],
    reacting: npt.NDArray[np.bool_],
    answers: npt.NDArray[np.int64],
) -> tuple[Scores, npt.NDArray[np.int64]]:
    """The scores in context, one column a head, and for each the row that lent it: its own row where none did.

    Rows are messages in the order of their conversations; `at` is in milliseconds, and less than 0 where a message is
    undated: then the window takes it for near. `answers` is the row of the message answered, -1 where there is none.
    """
    best = own.copy()
    lent = np.repeat(np.arange(len(own))[:, None], own.shape[1], axis=1)
    share = np.where(reacting, REACTING, SHARE).astype(np.float32)
    group = conversation.rle_id().to_numpy() if len(conversation) else np.zeros(0, np.uint32)
    for back in range(1, min(BEFORE, len(own) - 1) + 1):
        apart = at[back:] - at[:-back]
        near = (group[back:] == group[:-back]) & ((apart <= WINDOW) | (at[back:] < 0) | (at[:-back] < 0))
        rows = np.flatnonzero(near) + back
        _lend(best, lent, rows, rows - back, own[rows - back] * (share[rows] * np.float32(FADE ** (back - 1)))[:, None])
    rows = np.flatnonzero(answers >= 0)
    _lend(best, lent, rows, answers[rows], own[answers[rows]] * share[rows][:, None])
    return best, lent


def _lend(
    best: Scores,
    lent: npt.NDArray[np.int64],
    rows: npt.NDArray[np.int64],
    sources: npt.NDArray[np.int64],
    offered: Scores,
) -> None:
    """Take what is offered to these rows where it is more than they have."""
    more = offered > best[rows]
    best[rows] = np.where(more, offered, best[rows])
    lent[rows] = np.where(more, sources[:, None], lent[rows])
