"""From codings to the numbers of a certificate: what rank or search showed, what the stream, what a final sample."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from upstander.review.certificate.copies import spread
from upstander.review.certificate.draws import Draw, Fixed
from upstander.review.certificate.plan import Plan, Rule
from upstander.review.certificate.reviewed import Reviewed
from upstander.review.certificate.scope import Scope
from upstander.review.codings.standing import verdict

__all__ = ["Gathered", "gathered"]

#: How a message came before a reviewer who looked for it, and what is a second look at what was read already.
_CHOSEN = ["read", "search", "queue"]
_SOUGHT = [*_CHOSEN, "sample"]


@dataclass(frozen=True, slots=True)
class Gathered:
    """The numbers of one code in one population."""

    reviewed: Reviewed
    plan: Plan
    #: Messages that nobody has read, and those of the final sample that wait to be read.
    unread: tuple[str, ...]
    waiting: tuple[str, ...]
    #: Messages that reviewers disagree on and nobody has settled; they are held to be relevant.
    undecided: int
    #: Whether the population is another one than the final sample was drawn from, so that it proves nothing any more.
    outdated: bool = False
    #: Messages marked as drawn at random that lie outside the stream's beginning and are no draws, and the message that
    #: the beginning ends at: nobody has decided on it.
    uncounted: int = 0
    hole: str | None = None
    #: Messages that nobody read and that are known by the very same words of another.
    by_words: int = 0


def gathered(
    units: pl.DataFrame,
    codings: pl.DataFrame,
    drawn: Sequence[Draw],
    scope: Scope,
    fixed: Fixed | None = None,
    stream: Sequence[str] | None = None,
    words: pl.DataFrame | None = None,
) -> Gathered:
    """Count what was read of `units` by codings of one code and the final samples drawn for it.

    `codings` are rows of that table in the order of `sequence`; the last word of each reviewer counts. A message is
    relevant as its readers say; where they differ, as it was settled (by somebody else, or by all of them at one), and
    while nobody has settled it where as many say yes as no. What the
    stream drew is reached by rank where somebody also coded it while reading, after a search or in the queue: the queue
    writes that coding down when it comes to the message. A message is of the stream once, at its first drawing.

    `stream` has the messages in scope in the order of the queue's random permutation. Its beginning without holes,
    up to the last that was shown at random, is the sample, whatever way each of its messages came before a reviewer:
    what rank had read before is drawn too. What is marked as random and lies beyond is no draw: it counts as read by
    choice, which claims no more than is so, for the draws before the hole are then of the other messages only. Without
    `stream` what says that it was shown at random is believed.

    Where `words` has the messages that share theirs, a decision stands for every message with the very same words, in
    scope or not. Where the same words count once the stream cannot be used, for it draws by message: common words come
    more often.
    """
    read = _read(units, codings, stream=not scope.unique)
    if words is not None and not scope.unique:
        all_ = _read(words.select("message", pl.col("message").alias("unit")), codings, stream=True)
        read = spread(read, all_, units, words)
    uncounted, hole = _outside(read, stream) if stream is not None else (0, None)
    by_words = int(read["carried"].sum())
    population = units["unit"].n_unique()
    last = next((draw for draw in reversed(drawn) if draw.population == scope.written), None)
    # A sample that was drawn for another population was a look all the same, and the next one pays for it.
    attempt = len(drawn) + 1 if last is None else max(place for place, draw in enumerate(drawn, 1) if draw is last)
    plan = Plan(Rule.FINAL if scope.unique else Rule.BOTH, attempt=attempt)
    if fixed is not None and not scope.unique:
        plan = Plan(Rule.FIXED, fixed.draws, start=fixed.start)
    known = set(read["unit"].to_list())
    unread = tuple(each for each in units["unit"].unique(maintain_order=True).to_list() if each not in known)
    undecided = int(read["undecided"].sum())
    within = dict(units.rows())
    members = {within[message] for message in last.messages if message in within} if last else set()
    waiting = tuple(member for member in sorted(members) if member not in known)
    if last is None or waiting:
        reviewed = _reviewed(population, read, stream)
        return Gathered(reviewed, plan, unread, waiting, undecided, uncounted=uncounted, hole=hole, by_words=by_words)
    final = read.filter(pl.col("unit").is_in(list(members)))
    others = read.filter(~pl.col("unit").is_in(list(members)))
    since = others.filter(pl.col("first") > last.codings)
    reviewed = _reviewed(
        population,
        others,
        stream,
        final=(final.height, int(final["relevant"].sum())),
        since=(since.height, int(since["relevant"].sum())),
    )
    if reviewed.rest + final.height + since.height != last.unread:
        reviewed = _reviewed(population, read, stream)
        return Gathered(
            reviewed, plan, unread, (), undecided, outdated=True, uncounted=uncounted, hole=hole, by_words=by_words
        )
    return Gathered(reviewed, plan, unread, (), undecided, uncounted=uncounted, hole=hole, by_words=by_words)


def _read(units: pl.DataFrame, codings: pl.DataFrame, *, stream: bool) -> pl.DataFrame:
    """One row a unit that was read: relevant, when first, and its place in the stream, where it has one."""
    made = codings.with_columns(pl.col("via").cast(pl.String)).join(units, on="message").sort("sequence")
    settling = pl.col("via") == "settled"
    share = pl.col("applies").filter(pl.col("stands") & ~settling).mean().alias("share")
    said = made.group_by("unit", maintain_order=True).agg(share)
    said = said.join(_settled(made, settling, share), on="unit", how="left", maintain_order="left")
    seen = made.group_by("unit").agg(
        pl.col("sequence").min().alias("first"),
        pl.col("sequence").filter(pl.col("via") == "random").min().alias("random"),
        pl.col("via").is_in(_SOUGHT).any().alias("sought"),
        pl.col("via").is_in(_CHOSEN).any().alias("by_choice"),
    )
    return said.join(seen, on="unit").select(
        "unit",
        "first",
        pl.col("settled").fill_null(pl.col("share") >= 0.5).alias("relevant"),
        (pl.col("settled").is_null() & (pl.col("share") > 0) & (pl.col("share") < 1)).alias("undecided"),
        (pl.col("random") if stream else pl.lit(None, pl.Int64)).alias("random"),
        (pl.col("sought") | pl.col("random").is_null() | pl.lit(not stream)).alias("reached"),
        "by_choice",
        pl.lit(False).alias("carried"),
    )


def _settled(made: pl.DataFrame, settling: pl.Expr, share: pl.Expr) -> pl.DataFrame:
    """How units were settled that their readers differ on, or that were only ever settled; few of all that are read."""
    some = made.join(made.filter(settling), on="unit", how="semi").sort("sequence")
    readers = pl.col("by").filter(~settling).unique().alias("readers")
    words = pl.struct("by", "applies").filter(settling).alias("words")
    agreed = (pl.col("share") == 0) | (pl.col("share") == 1)
    units = some.group_by("unit").agg(share, readers, words).filter(~agreed.fill_null(value=False))
    found: dict[str, bool] = {}
    for unit in units.iter_rows(named=True):
        spoken = [(word["by"], word["applies"]) for word in unit["words"]]
        place = verdict(unit["readers"], spoken)
        if place is not None:
            found[unit["unit"]] = spoken[place][1]
    columns = {"unit": list(found), "settled": list(found.values())}
    return pl.DataFrame(columns, schema={"unit": pl.String, "settled": pl.Boolean})


def _reviewed(
    population: int,
    read: pl.DataFrame,
    stream: Sequence[str] | None,
    *,
    final: tuple[int, int] | None = None,
    since: tuple[int, int] = (0, 0),
) -> Reviewed:
    drawn = read.filter(pl.col("random").is_not_null()).sort("random")
    if stream is not None and drawn.height:
        drawn = _beginning(read, stream)
    outside = ~pl.col("unit").is_in(drawn["unit"].implode())
    by_rank = read.filter(pl.col("reached") | (outside & ~pl.col("carried")))
    copies = read.filter(~pl.col("reached") & outside & pl.col("carried"))
    return Reviewed(
        population=population,
        ranked=by_rank.height,
        found=int(by_rank["relevant"].sum()),
        sample=tuple(drawn.select("relevant", "reached").iter_rows()),
        final=final,
        since=since,
        copies=(copies.height, int(copies["relevant"].sum())),
    )


def _beginning(read: pl.DataFrame, stream: Sequence[str]) -> pl.DataFrame:
    """What was read of the permutation's beginning: up to the last that was shown at random, and without holes."""
    seen = _along(read, stream)
    last = int(seen.filter(pl.col("random").is_not_null())["place"].max() or 0)  # type: ignore[arg-type]
    hole = seen.filter(pl.col("relevant").is_null())["place"].min()
    end = last + 1 if hole is None else min(last + 1, int(hole))  # type: ignore[arg-type]
    return seen.head(end).drop("place")


def _outside(read: pl.DataFrame, stream: Sequence[str]) -> tuple[int, str | None]:
    """How many say that they were shown at random and are not in the beginning, and the message that it ends at."""
    shown = read.filter(pl.col("random").is_not_null())
    if shown.is_empty():
        return 0, None
    inside = _beginning(read, stream)
    uncounted = shown.filter(~pl.col("unit").is_in(inside["unit"].implode())).height
    hole = stream[inside.height] if uncounted and inside.height < len(stream) else None
    return uncounted, hole


def _along(read: pl.DataFrame, stream: Sequence[str]) -> pl.DataFrame:
    order = pl.DataFrame({"unit": stream}, schema={"unit": pl.String}).with_row_index("place")
    return order.join(read, on="unit", how="left", maintain_order="left")
