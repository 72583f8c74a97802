"""The table `stances`: a kernel that weighs responses, and what people decided of them beside it."""

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from upstander.model import batch
from upstander.review.collection import known_as
from upstander.review.stance.decision import Ruling
from upstander.review.stance.emoji import UNKNOWN, WEIGHTS, emoji_stance
from upstander.review.stance.kinds import ORDER, Basis, Stance
from upstander.review.stance.laughter import observed
from upstander.review.stance.model import CLASSES, Model
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["decided", "stances_table", "weighed"]

#: Rows of the table that are made at a time.
_ROWS = 20_000

#: A response is told by its message, and a reaction by who reacted with what.
_WHAT = pl.coalesce("response", pl.concat_str("person", pl.lit("\n"), "emoji")).alias("what")
_NAMES = ["message", "act", "what"]
Told = Callable[[int, int], None]


def weighed(made: pl.DataFrame, model: Model) -> pl.DataFrame:
    """`made` (`act`, `emoji`, `text`, `parent`) with the probabilities of `ORDER`, `stance` and `basis`."""
    odds = np.tile(np.asarray(UNKNOWN, np.float64), (made.height, 1))
    stances = [Stance.UNDECIDED] * made.height
    basis = [Basis.TEXT] * made.height
    words: list[int] = []
    for place, (act, emoji, text) in enumerate(made.select("act", "emoji", "text").iter_rows()):
        seen = (emoji_stance(emoji), Basis.EMOJI) if act == "reaction" else observed(text)
        if seen is not None:
            stances[place], basis[place] = seen
            odds[place] = WEIGHTS[seen[0]]
        elif text and not text.isspace():
            words.append(place)
    if words:
        read = made[words]
        spoken = model.speaks(read["text"])
        words = [place for place, known in zip(words, spoken, strict=True) if known]
        read = read.filter(pl.Series(spoken))
        likely = model.likelihoods(read["text"], read["parent"])
        odds[words] = 0
        for column, name in enumerate(CLASSES):
            odds[words, ORDER.index(Stance(name))] = likely[:, column]
        _shown(odds, words, model.threshold, stances)
    return made.with_columns(
        *(pl.Series(stance.value, odds[:, column]) for column, stance in enumerate(ORDER)),
        pl.Series("stance", [stance.value for stance in stances], pl.String),
        pl.Series("basis", [ground.value for ground in basis], pl.String),
    )


def _shown(odds: npt.NDArray[np.float64], words: list[int], threshold: float, stances: list[Stance]) -> None:
    """The likeliest stance of each response of words, where it is likely enough."""
    for place in words:
        likeliest = int(odds[place].argmax())
        if odds[place, likeliest] >= threshold:
            stances[place] = ORDER[likeliest]


def stances_table(
    case: Case, made: pl.DataFrame, said: list[Ruling], model: Model, *, told: Told
) -> Iterator[pa.RecordBatch]:
    """The rows of `stances`, a batch at a time, for the responses `made`; `told` hears how far it is."""
    standing = decided(case, said)
    for first in range(0, made.height, _ROWS):
        rows = weighed(made.slice(first, _ROWS), model).with_columns(_WHAT)
        kept = rows.join(standing, on=_NAMES, how="left", maintain_order="left").drop("text", "parent", "what")
        yield batch("stances", {name: kept[name].to_list() for name in kept.columns}, rows=kept.height)
        told(first + rows.height, made.height)


def decided(case: Case, said: list[Ruling]) -> pl.DataFrame:
    """What stands of what people said: `message`, `act`, `what` (see `_WHAT`) in today's ids, and `confirmed`."""
    named = ("message", "act", "response", "person", "emoji")
    columns = {name: [getattr(ruling, name) for ruling in said] for name in named}
    columns["confirmed"] = [ruling.stance.value for ruling in said]
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    if said:
        ids = collect(known_as(case).select(pl.col("sighting").alias("was"), pl.col("message").alias("now")))
        participant = pl.concat_str(pl.col("capture").cast(pl.String), pl.lit("/"), pl.col("handle"))
        people = collect(scan(case, "persons").select(participant.alias("was"), pl.col("person").alias("now")))
        people = people.unique("was", keep="first", maintain_order=True)
        renamed = partial(_renamed, frame)
        frame = frame.with_columns(renamed("message", ids), renamed("response", ids), renamed("person", people))
    standing = frame.with_columns(_WHAT).unique(_NAMES, keep="last", maintain_order=True)
    return standing.select(*_NAMES, "confirmed").filter(pl.col("confirmed") != Stance.UNDECIDED.value)


def _renamed(frame: pl.DataFrame, name: str, known: pl.DataFrame) -> pl.Series:
    """Column `name` by the ids that stand today; an id that nothing knows stays as it is."""
    return (
        frame.select(pl.col(name).alias("was"))
        .join(known, on="was", how="left", maintain_order="left")
        .select(pl.coalesce("now", "was").alias(name))
        .to_series()
    )
