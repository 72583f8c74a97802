"""The responses whose stance is asked: replies, reactions that were not taken back, and posts soon after what matters.

A post that names no message is a response to nothing that can be shown. It is looked at only after a message that
somebody coded or that scores high, and only when it came soon, with few messages between.
"""

from collections.abc import Sequence

import polars as pl

from upstander.review.collection import collection, known_as, replies, words
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["HIGH", "SOON_MESSAGES", "SOON_MS", "responses", "said"]

#: A score that makes the posts after a message worth a look.
HIGH = 0.5
#: How soon a post is soon: so many milliseconds, and so many messages.
SOON_MS = 600_000
SOON_MESSAGES = 10

_KEY = ["conversation", "ordinal", "message", "person", "act", "response", "emoji"]


def responses(case: Case, *, judged: Sequence[str] = ()) -> pl.DataFrame:
    """Every response, in the order of the table `stances`, with `text` (its own) and `parent` (what it is to).

    The posts after the messages with the ids `judged` are among them whatever those score: somebody decided of one.
    """
    made = collect(_visible(case))
    after = _next_posts(case, made, judged)
    whole = pl.concat([made, after]).unique(_KEY).sort("conversation", "ordinal", "person", "act", "response", "emoji")
    wanted = pl.concat([whole["message"], whole["response"]]).drop_nulls().unique()
    texts = said(case, wanted).select("message", "text")
    return (
        whole.join(texts.rename({"text": "parent"}), on="message", how="left", maintain_order="left")
        .join(texts.rename({"message": "response"}), on="response", how="left", maintain_order="left")
        .select(*_KEY, "text", "parent")
    )


def said(case: Case, wanted: pl.Series) -> pl.DataFrame:
    """`message`, `at` and `text` of the reconciled messages `wanted`, each once: only their rows are read whole."""
    leads = (
        scan(case, "sightings")
        .filter(pl.col("lead"))
        .join(wanted.to_frame("message").lazy(), on="message", how="semi")
        .select("message", "sighting", "at")
    )
    told = scan(case, "messages").select(pl.col("message").alias("sighting"), words())
    return collect(leads.join(told, on="sighting", how="left").select("message", "at", "text").sort("message"))


def _visible(case: Case) -> pl.LazyFrame:
    """Replies and reactions, without the reactions that their author took back afterwards."""
    told = scan(case, "responses").select(
        pl.col("conversation").cast(pl.String), "ordinal", "message", "person", pl.col("act").cast(pl.String),
        "response", "emoji", "at",
    )  # fmt: skip
    taken = (
        told.filter(pl.col("act") == "reaction_withdrawn")
        .group_by("message", "person")
        .agg(pl.col("at").max().alias("taken"), pl.len().alias("times"))
    )
    gone = (pl.col("act") == "reaction") & pl.col("times").is_not_null() & ~(pl.col("at") > pl.col("taken"))
    return (
        told.join(taken, on=["message", "person"], how="left")
        .filter(pl.col("act") != "reaction_withdrawn", ~gone.fill_null(value=True))
        .select(_KEY)
    )


def _next_posts(case: Case, made: pl.DataFrame, judged: Sequence[str]) -> pl.DataFrame:
    """The first post of each other person soon after a message that is coded, scores high or is among `judged`."""
    coded = scan(case, "codings").filter(pl.col("stands"), pl.col("applies")).select("message").drop_nulls()
    high = scan(case, "scores").filter(pl.col("in_context") >= HIGH).select("message")
    ruled = known_as(case).filter(pl.col("sighting").is_in(list(judged))).select("message")
    asked = collect(pl.concat([coded, high, ruled]).unique())
    if asked.is_empty():
        return made.clear()
    where = known_as(case).join(asked.lazy(), on="message", how="semi").select("conversation").unique()
    order = collection(case).select("conversation", "ordinal", "message", "at", "person")
    # A join keeps no order of its own.
    rows = collect(order.join(where, on="conversation", how="semi")).sort("conversation", "ordinal")
    rows = rows.with_columns(pl.int_range(pl.len()).over("conversation").alias("place"))
    answering = collect(replies(case).select("message").unique())
    targets = rows.join(asked, on="message", how="semi")
    posts = rows.join(answering, on="message", how="anti").filter(pl.col("person").is_not_null())
    steps = pl.DataFrame({"step": range(1, SOON_MESSAGES + 1)}, schema={"step": pl.Int64})
    near = targets.join(steps, how="cross").with_columns(pl.col("place") + pl.col("step"))
    found = (
        near.join(posts, on=["conversation", "place"], suffix="_post")
        .filter(
            pl.col("person").is_null() | (pl.col("person") != pl.col("person_post")),
            (pl.col("at_post") - pl.col("at")).dt.total_milliseconds().is_between(0, SOON_MS),
        )
        .sort("conversation", "ordinal", "step")
        .unique(["message", "person_post"], keep="first", maintain_order=True)
    )
    # Whoever answered it openly has responded: their next post says no more.
    found = found.join(
        made.select("message", pl.col("person").alias("person_post")), on=["message", "person_post"], how="anti"
    )
    return found.select(
        "conversation", "ordinal", "message", pl.col("person_post").alias("person"),
        pl.lit("next_post").alias("act"), pl.col("message_post").alias("response"),
        pl.lit(None, pl.String).alias("emoji"),
    )  # fmt: skip
