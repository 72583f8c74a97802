"""The messages that a head ranks highest, each with what it owes to its own words and what to another message."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import polars as pl

from upstander.review.collection import collection
from upstander.review.triage.context import in_context, wordless
from upstander.review.triage.model import Model
from upstander.review.triage.ranking import answers
from upstander.review.triage.reasons import Span
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Counted", "Top", "counted", "top"]


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
    column = model.column(head)
    scores = scan(case, "scores").filter(pl.col("head").cast(pl.String) == head)
    first = collect(
        scores.with_columns(pl.col("conversation").cast(pl.String))
        .sort("in_context", "score", "conversation", "ordinal", descending=[True, True, False, False])
        .head(limit)
    )
    around = collect(
        collection(case)
        .filter(pl.col("conversation").is_in(first["conversation"].unique().to_list()))
        .join(scores.select("message", "score", "in_context", "linear", "encoder"), on="message", maintain_order="left")
    )
    _, lent = in_context(
        around["score"].to_numpy().astype(np.float32)[:, None],
        around["conversation"],
        around["at"].dt.epoch("ms").fill_null(-1).to_numpy(),
        wordless(around["text"]),
        answers(case, around["message"]),
    )
    place = {message: row for row, message in enumerate(around["message"])}
    rows = [place[message] for message in first["message"]]
    return [_top(model, model.heads[column], around, row, int(lent[row, 0]), explained) for row in rows]


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
