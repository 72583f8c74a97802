"""The messages that a head ranks highest, each with what it owes to its own words and what to another message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.collection import collection
from upstander.review.triage.context import BEFORE, in_context, wordless
from upstander.review.triage.model import Model
from upstander.review.triage.ranking import answers
from upstander.review.triage.reasons import Span
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Counted", "Top", "counted", "top", "tops"]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many messages of a case a head flags."""

    head: str
    messages: int
    #: Whose own score reaches the head's threshold, and whose score in context does.
    flagged: int
    in_context: int
    threshold: float


@dataclass(frozen=True, slots=True)
class Top:
    """One message near the top of a head."""

    head: str
    message: str
    conversation: str
    ordinal: int
    at: datetime | None
    label: str | None
    kind: str | None
    text: str | None
    score: float
    in_context: float
    #: Where a second stage read the message for this head: its score before, and what the encoder gave.
    linear: float | None
    encoder: float | None
    #: The message that lent it its score in context; absent where its own is the highest.
    because_of: str | None
    #: Of the text of that message where there is one, of its own otherwise; strongest first.
    reasons: tuple[Span, ...]
    #: The text that the reasons are of.
    reasoned: str | None
    #: What the encoder gave its number for, in the same text, where it read that and is at hand; strongest first.
    encoder_reasons: tuple[Span, ...] = ()


#: Why an encoder gave a text its number for a head.
Explained = Callable[[str, str], Sequence[Span]]


def counted(case: Case, model: Model) -> list[Counted]:
    """What each head flags, in the order of the model's heads."""
    limits = pl.DataFrame({"head": list(model.heads), "threshold": model.thresholds})
    found = collect(
        scan(case, "scores")
        .select(pl.col("head").cast(pl.String), "score", "in_context")
        .join(limits.lazy(), on="head")
        .group_by("head", "threshold")
        .agg(
            pl.len().alias("messages"),
            (pl.col("score") >= pl.col("threshold")).sum().alias("flagged"),
            (pl.col("in_context") >= pl.col("threshold")).sum().alias("in_context"),
        )
    )
    rows = {row["head"]: row for row in found.to_dicts()}
    nothing = {"messages": 0, "flagged": 0, "in_context": 0}
    return [
        Counted(**{**nothing, **rows.get(head, {}), "head": head, "threshold": float(least)})
        for head, least in zip(model.heads, model.thresholds, strict=True)
    ]


def top(case: Case, model: Model, head: str, limit: int, *, explained: Explained | None = None) -> list[Top]:
    """The first `limit` messages of a head, by their score in context, then by their own. Raises `BadModel`.

    `explained` says why the encoder of a second stage gave a text its number.
    """
    return tops(case, model, [head], limit, explained=explained)[head]


def tops(
    case: Case, model: Model, heads: Sequence[str], limit: int, *, explained: Explained | None = None
) -> dict[str, list[Top]]:
    """The same for each of the heads; the case is read once for all of them. Raises `BadModel`."""
    columns = [model.column(head) for head in heads]
    firsts = _firsts(case, heads, limit)
    among = pl.concat([firsts[head]["conversation"] for head in heads]).unique().to_list()
    places = collection(case).filter(pl.col("conversation").is_in(among)).select("message")
    whole = collect(places).with_row_index("row")
    answered = answers(case, whole["message"])
    rows_of = {
        head: first.join(whole.select("message", "row"), on="message", maintain_order="left")["row"]
        .to_numpy()
        .astype(np.int64)
        for head, first in firsts.items()
    }
    near_of = {head: _near(answered, rows) for head, rows in rows_of.items()}
    asked = whole["message"].gather(np.unique(np.concatenate(list(near_of.values()))))
    told = collect(collection(case).filter(pl.col("message").is_in(asked.to_list())))
    scores = collect(
        scan(case, "scores")
        .filter(pl.col("message").is_in(asked.to_list()))
        .select("message", pl.col("head").cast(pl.String), "score", "in_context", "linear", "encoder")
    )
    found = {}
    for head, column in zip(heads, columns, strict=True):
        rows, near = rows_of[head], near_of[head]
        own = scores.filter(pl.col("head") == head).drop("head")
        around = whole[near].join(told, on="message", maintain_order="left")
        # What has no words has no score.
        around = around.join(own, on="message", how="left", maintain_order="left")
        place = np.full(len(whole) + 1, -1, np.int64)
        place[near] = np.arange(len(near))
        _, lent = in_context(
            around["score"].fill_null(0).to_numpy().astype(np.float32)[:, None],
            around["conversation"],
            around["at"].dt.epoch("ms").fill_null(-1).to_numpy(),
            wordless(around["text"]),
            # What is answered by a message that only stands near may not be here; nothing is asked of that message.
            place[answered[near]],
        )
        found[head] = [
            _top(model, model.heads[column], around, row, int(lent[row, 0]), explained) for row in place[rows].tolist()
        ]
    return found


def _firsts(case: Case, heads: Sequence[str], limit: int) -> dict[str, pl.DataFrame]:
    """For each head `conversation` and `message` of those that rank first.

    Numbers first: only what scores as high as the last of them is looked at with its names.
    """
    scores = scan(case, "scores")
    least = collect(scores.group_by("head").agg(pl.col("in_context").top_k(limit).min().alias("least")))
    enough = [(pl.col("head") == row["head"]) & (pl.col("in_context") >= row["least"]) for row in least.to_dicts()]
    high = collect(
        scores.filter(pl.any_horizontal(pl.lit(value=False), *enough))
        .select(pl.col("head", "conversation").cast(pl.String), "ordinal", "message", "in_context", "score")
        .sort("in_context", "score", "conversation", "ordinal", descending=[True, True, False, False])
    )
    return {head: high.filter(pl.col("head") == head).head(limit).select("conversation", "message") for head in heads}


def _near(answered: npt.NDArray[np.int64], rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The rows whose scores decide those of `rows` in context: themselves, what stands before each, what it answers.

    In the order of the conversation, so that what stands before one of `rows` stands right before it here too.
    """
    before = np.maximum(rows[:, None] - np.arange(BEFORE + 1), 0).ravel()
    near = np.concatenate([before, answered[rows]])
    return np.unique(near[near >= 0])


def _top(model: Model, head: str, around: pl.DataFrame, row: int, lender: int, explained: Explained | None) -> Top:
    own, other = around.row(row, named=True), around.row(lender, named=True)
    read = explained is not None and other["encoder"] is not None
    return Top(
        head=head,
        **{
            name: own[name]
            for name in (
                *("message", "conversation", "ordinal", "at", "label", "kind", "text"),
                *("score", "in_context", "linear", "encoder"),
            )
        },
        because_of=None if lender == row else other["message"],
        reasons=tuple(strongest(model.reasons(other["text"] or "", head))),
        reasoned=other["text"],
        encoder_reasons=tuple(strongest(explained(other["text"] or "", head))) if explained and read else (),
    )


def strongest(spans: Sequence[Span], count: int = 3) -> list[Span]:
    """Those that add most, at least a tenth of what the first one adds."""
    adding = sorted((span for span in spans if span.weight > 0), key=lambda span: -span.weight)[:count]
    return [span for span in adding if span.weight >= 0.1 * adding[0].weight]
