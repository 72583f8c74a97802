"""The messages of a case, scored: each by itself, where asked for by an encoder too, and in context."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.collection import collection, replies
from upstander.review.encoder import Encoder, Second, second
from upstander.review.triage.context import in_context, wordless
from upstander.review.triage.model import Model
from upstander.storage import Case
from upstander.storage.scan import collect

__all__ = ["Ranked", "answers", "ranked"]

#: Messages that are scored between two reports of progress.
STEP = 100_000


@dataclass(frozen=True, slots=True)
class Ranked:
    """Scores of every message, one column a head, in the order of the collection."""

    #: `message`, `conversation`, `ordinal`.
    messages: pl.DataFrame
    own: npt.NDArray[np.float32]
    context: npt.NDArray[np.float32]
    #: For each score in context the row of the message that lent it; the message's own row where none did.
    lent: npt.NDArray[np.int64]
    #: Whether it has words. What has none is context for others, scores nothing and has no rank.
    worded: npt.NDArray[np.bool_]
    #: The scores before a second stage, and what that did, where there was one.
    linear: npt.NDArray[np.float32]
    second: Second | None


def ranked(
    case: Case,
    model: Model,
    progress: Callable[[str, int, int], None],
    *,
    encoder: Encoder | None = None,
    share: float = 0,
) -> Ranked:
    """Score every message of the case; the encoder reads the given share that ranks highest. Raises `BadModel`."""
    columns = ["message", "conversation", "ordinal", "at", "text"]
    messages = collect(collection(case).select(columns))
    own = np.zeros((len(messages), len(model.heads)), np.float32)
    progress("scoring", 0, len(messages))
    for first in range(0, len(messages), STEP):
        own[first : first + STEP] = model.score(messages["text"].slice(first, STEP))
        progress("scoring", min(first + STEP, len(messages)), len(messages))
    # What has no words has said nothing: not the little that the model gives an empty text.
    worded = messages["text"].is_not_null().to_numpy()
    own[~worded] = 0
    linear, after = own, None
    if encoder is not None:
        after = second(model.heads, own, messages["text"], encoder, share, lambda *done: progress("encoding", *done))
        own = after.score
    context, lent = in_context(
        own,
        messages["conversation"],
        messages["at"].dt.epoch("ms").fill_null(-1).to_numpy(),
        wordless(messages["text"]),
        answers(case, messages["message"]),
    )
    # Nobody can read what was said there, and so nothing lends it a score: neither to a picture nor to a deletion.
    context[~worded], lent[~worded] = 0, np.flatnonzero(~worded)[:, None]
    return Ranked(messages.select("message", "conversation", "ordinal"), own, context, lent, worded, linear, after)


def answers(case: Case, message: pl.Series) -> npt.NDArray[np.int64]:
    """For each message the row of what it answers, -1 for nothing; the first where it answers several."""
    rows = message.to_frame().with_row_index("row").lazy()
    answered = rows.select(pl.col("message").alias("answered"), pl.col("row").alias("to"))
    found = collect(
        replies(case)
        .join(rows, on="message")
        .join(answered, on="answered")
        .group_by("row")
        .agg(pl.col("to").min())
        .select("row", "to")
    )
    answers = np.full(len(message), -1, np.int64)
    answers[found["row"].to_numpy()] = found["to"].to_numpy()
    return answers
