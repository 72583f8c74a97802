"""Which messages are read a second time: drawn by a keyed hash, more often where the first ranking scores high.

Whether a message is drawn depends on the seed, its id and the rate of its stratum alone, so that a draw can be done
again as coding goes on and only adds to what was drawn; each drawn message is written down with its chance, and counts
for one over that chance when agreement is estimated for all that was coded.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b

import numpy as np
import polars as pl

from upstander.errors import UsageError
from upstander.review.agreement.draws import Draw, append, draws
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Draw", "chance", "draw", "draws", "prepared", "rates", "scores"]

#: Where strata of the score end: the shares of messages below. High scores are few, and matter most.
_ENDS = (0.7, 0.9)
#: Fewer scored messages than this are not divided.
_FEW = 30


@dataclass(frozen=True, slots=True)
class _Plan:
    """Boundaries of the score and the chance in each stratum; the last is of messages without a score."""

    edges: tuple[float, ...]
    rates: tuple[float, ...]

    def rate(self, score: float | None) -> float:
        """The chance of a message with that score."""
        if score is None or not self.edges:
            return self.rates[-1]
        return self.rates[int(np.searchsorted(self.edges, score, side="right"))]


def draw(
    case: Case, messages: list[str], *, code: str | None, book: str | None, share: float, seed: int, now: datetime
) -> Draw:
    """Draw a share of the coded `messages` for a second reading, and write down those not drawn before.

    Raises `UsageError`, `BadDecision`.
    """
    made, whole = prepared(case, messages, code=code, book=book, share=share, seed=seed, now=now)
    if made is not None:
        append(case, made)
    return whole


def prepared(
    case: Case, messages: list[str], *, code: str | None, book: str | None, share: float, seed: int, now: datetime
) -> tuple[Draw | None, Draw]:
    """What `draw` would write, None where that adds nothing to the draw; and the draw as it is then."""
    if not 0 < share <= 1:
        raise UsageError(f"--draw is {share:g} and not a share above 0, up to 1, such as 0.1")
    before = [
        made for made in draws(case) if (made.code, made.book, made.share, made.seed) == (code, book, share, seed)
    ]
    scored = scores(case, messages, code)
    plan = _Plan(before[0].edges, before[0].rates) if before else _plan(messages, scored, share)
    known = {message for made in before for message in made.drawn}
    added = {}
    for message in messages:
        rate = plan.rate(scored.get(message))
        if message not in known and chance(message, seed) < rate:
            added[message] = rate
    made = Draw(code, book, share, seed, plan.edges, plan.rates, len(messages), added, now)
    drawn = _together([*before, made])
    whole = Draw(code, book, share, seed, plan.edges, plan.rates, len(messages), drawn, now)
    return made if added or not before else None, whole


def _together(made: list[Draw]) -> dict[str, float]:
    return {message: rate for one in made for message, rate in one.drawn.items()}


def chance(message: str, seed: int) -> float:
    """A number from 0 to 1 that anybody who knows the seed gets for the message, and nobody chose."""
    hashed = blake2b(message.encode(), digest_size=8, key=f"second reading {seed}".encode()[:64])
    return int.from_bytes(hashed.digest(), "big") / 2**64


def _plan(messages: list[str], scored: Mapping[str, float], share: float) -> _Plan:
    values = np.sort(np.array([scored[message] for message in messages if message in scored]))
    if len(values) < _FEW:
        return _Plan((), (share,))
    edges = tuple(float(edge) for edge in np.unique(np.quantile(values, _ENDS)))
    strata = np.searchsorted(edges, values, side="right")
    sizes = [*np.bincount(strata, minlength=len(edges) + 1).tolist(), len(messages) - len(values)]
    # Messages without a score are drawn at the share itself; the others by thirds.
    return _Plan(edges, (*rates(sizes[:-1], share), share))


def rates(sizes: list[int], share: float) -> tuple[float, ...]:
    """The chance in each stratum so that each gives as many messages, `share` of all together; none above 1."""
    wanted = share * sum(sizes)
    made = [1.0] * len(sizes)
    open_ = [place for place, size in enumerate(sizes) if size]
    while open_:
        each = wanted / len(open_)
        full = [place for place in open_ if sizes[place] <= each]
        if not full:
            for place in open_:
                made[place] = each / sizes[place]
            break
        wanted -= sum(sizes[place] for place in full)
        open_ = [place for place in open_ if place not in full]
    return tuple(made)


def scores(case: Case, messages: list[str], code: str | None) -> dict[str, float]:
    """What the first ranking gave the messages: for the code, where it has a head of its name, else its highest."""
    rows = scan(case, "scores").select("message", pl.col("head").cast(pl.String), "in_context")
    wanted = rows.filter(pl.col("message").is_in(messages))
    found = collect(wanted)
    if code is not None and (found["head"] == code).any():
        found = found.filter(pl.col("head") == code)
    best = found.group_by("message").agg(pl.col("in_context").max())
    return dict(best.select("message", "in_context").iter_rows())
