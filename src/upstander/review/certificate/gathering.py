"""From codings to the numbers of a certificate: what rank or search showed, what the stream, what a final sample."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import polars as pl

from upstander.review.certificate.choices import Force
from upstander.review.certificate.copies import spread
from upstander.review.certificate.draws import Draw
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
    #: Messages that the stream drew and nobody has decided on, in its order: each counts against a claim.
    skipped: tuple[str, ...] = ()
    #: Whether the population is another one than the final sample was drawn from, so that it proves nothing any more.
    outdated: bool = False
    #: Messages marked as drawn at random that lie outside what the stream can have drawn, and are no draws.
    uncounted: int = 0

    @property
    def disputed(self) -> int:
        """Messages that reviewers disagree on and nobody has settled; they count as whatever is worse for a claim."""
        return self.reviewed.disputed


def gathered(
    units: pl.DataFrame,
    codings: pl.DataFrame,
    drawn: Sequence[Draw],
    scope: Scope,
    force: Force | None = None,
    stream: Sequence[str] | None = None,
    words: pl.DataFrame | None = None,
) -> Gathered:
    """Count what was read of `units` by codings of one code and the final samples drawn for it.

    `codings` are rows of that table in the order of `sequence`; the last word of each reviewer counts. A message is
    relevant as its readers say; where they differ, as it was settled (by somebody else, or by all of them at one).
    Until it is, it is undecided: not found, and where chance drew it, held to be one that was missed. What the stream
    drew is reached by rank where somebody also coded it while reading, after a search or in the queue: the queue writes
    that coding down when it comes to the message. A message is of the stream once, at its first drawing.

    `stream` has the messages in scope in the order of the queue's random permutation. Its beginning, up to the last
    that was shown at random, is the sample, whatever way each of its messages came before a reviewer: what rank had
    read before is drawn too, and what nobody has decided on was drawn and passed over, and counts against a claim. A
    mark before which more lies undecided than decided is a slip, or of another seed: the beginning ends before it, and
    what is marked beyond is read by choice. Any end is as good as another to `watched`, and another rule counts the
    number of draws that it was made for. Without `stream` what says that it was shown at random is believed.

    Where `words` has the messages that share theirs, a decision stands for every message with the very same words, in
    scope or not. Where the same words count once the stream cannot be used, for it draws by message: common words come
    more often.
    `force` is what somebody chose; it makes the plan of its own population, and no other.
    """
    read = _read(units, codings, stream=not scope.unique)
    if words is not None and not scope.unique:
        everywhere = _read(words.select("message", pl.col("message").alias("unit")), codings, stream=True)
        read = spread(read, everywhere, units, words)
    last = next((draw for draw in reversed(drawn) if draw.population == scope.written), None)
    # A sample that was drawn for another population was a look all the same, and the next one pays for it.
    attempt = len(drawn) + 1 if last is None else max(place for place, draw in enumerate(drawn, 1) if draw is last)
    plan = Plan(Rule.FINAL if scope.unique else Rule.BOTH, attempt=attempt)
    if force is not None and force.population == scope.written:
        plan = force.plan(attempt)
        plan = replace(plan, rule=Rule.FINAL) if scope.unique else plan
    every = units["unit"].unique(maintain_order=True)
    unread = tuple(every.filter(~every.is_in(read["unit"].implode())).to_list())
    shown = pl.Series(last.messages if last else (), dtype=pl.String)
    members = set(units.filter(pl.col("message").is_in(shown.implode()))["unit"].to_list())
    whole = _reviewed(units, read, stream)
    # What the final sample has shown is no draw of the stream any more: the stream counts up to the first such message.
    final = _reviewed(units, read, _before(stream, members), last, members) if last and members else None
    counts = (
        final is not None
        and last is not None
        and final.reviewed.rest - len(final.waiting) + _size(final) == last.unread
    )
    made = final if final is not None and counts else whole
    outdated = last is not None and not counts
    return Gathered(made.reviewed, plan, unread, made.waiting, made.skipped, outdated, made.uncounted)


def _read(units: pl.DataFrame, codings: pl.DataFrame, *, stream: bool) -> pl.DataFrame:
    """One row a unit that was read: relevant (null: undecided), when first, and when at random, if it was."""
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
        pl.col("settled")
        .fill_null(pl.when(pl.col("share") == 1).then(True).when(pl.col("share") == 0).then(False))
        .alias("relevant"),
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


@dataclass(frozen=True, slots=True)
class _Counted:
    """The numbers, and the messages behind some of them."""

    reviewed: Reviewed
    waiting: tuple[str, ...]
    skipped: tuple[str, ...]
    uncounted: int


def _reviewed(
    units: pl.DataFrame,
    read: pl.DataFrame,
    stream: Sequence[str] | None,
    last: Draw | None = None,
    members: Collection[str] = (),
) -> _Counted:
    final = read.filter(pl.col("unit").is_in(list(members)))
    waiting = tuple(sorted(set(members) - set(final["unit"].to_list())))
    others = read.filter(~pl.col("unit").is_in(list(members)))
    marked = others.filter(pl.col("random").is_not_null()).sort("random")
    drawn = marked if stream is None else _beginning(others, stream)
    outside = ~pl.col("unit").is_in(drawn["unit"].implode())
    by_rank = others.filter(pl.col("reached") | (outside & ~pl.col("carried")))
    copies = others.filter(~pl.col("reached") & outside & pl.col("carried"))
    since = others.filter(pl.col("first") > last.codings) if last else others.clear()
    passed = drawn.filter(pl.col("first").is_null())["unit"].to_list()
    undecided = int(final["relevant"].null_count())
    made = Reviewed(
        population=units["unit"].n_unique(),
        ranked=by_rank.height,
        found=int(by_rank["relevant"].sum()),
        sample=tuple(drawn.select("relevant", pl.col("reached").fill_null(value=False)).iter_rows()),
        final=(len(members), int(final["relevant"].sum())) if last else None,
        since=(since.height, int(since["relevant"].sum())),
        skipped=len(passed),
        open=(undecided + len(waiting), len(waiting)),
        disputed=int(read["relevant"].null_count()),
        copies=(copies.height, int(copies["relevant"].sum())),
        by_words=int(read["carried"].sum()),
    )
    uncounted = marked.filter(~pl.col("unit").is_in(drawn["unit"].implode())).height
    return _Counted(made, waiting, tuple(passed), uncounted)


def _size(made: _Counted) -> int:
    """Messages that were unread when the final sample was drawn, less those that still are."""
    return (made.reviewed.final or (0, 0))[0] + made.reviewed.since[0]


def _before(stream: Sequence[str] | None, members: Collection[str]) -> Sequence[str] | None:
    if stream is None:
        return None
    return stream[: next((place for place, each in enumerate(stream) if each in members), len(stream))]


def _beginning(read: pl.DataFrame, stream: Sequence[str]) -> pl.DataFrame:
    """What the stream has drawn, in its order: up to the last that was shown at random, as far as that can be so."""
    order = pl.DataFrame({"unit": stream}, schema={"unit": pl.String}).with_row_index("place")
    seen = order.join(read, on="unit", how="left", maintain_order="left")
    passed = pl.col("first").is_null().cum_sum()
    fits = pl.col("random").is_not_null() & (2 * passed <= pl.col("place") + 1)
    ends = seen.select(pl.col("place").filter(fits).max()).item()
    return seen.head(0 if ends is None else ends + 1).drop("place")
