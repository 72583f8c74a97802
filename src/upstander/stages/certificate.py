"""A case's certificate: the codings of a code, the messages they are of, and the samples drawn for it, put together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from upstander.errors import UsageError
from upstander.review.certificate import Certificate, certificate
from upstander.review.certificate.curve import Point, curve
from upstander.review.certificate.deciding import check
from upstander.review.certificate.draws import Draw, Fixed, drawn, draws, fixed, write_down
from upstander.review.certificate.gathering import Gathered, gathered
from upstander.review.certificate.planning import Guess, Narrower, Price, guess, narrower, price
from upstander.review.certificate.scope import Scope, units
from upstander.review.codebook import book_of_case
from upstander.review.collection import collection
from upstander.review.queue.stream import in_order
from upstander.stages.review import codings
from upstander.storage import Case
from upstander.storage.scan import collect, scan

__all__ = ["Certified", "Planned", "Standing", "certify", "draw", "fix", "plan", "points", "standing"]

#: Narrower populations that are offered.
_OFFERS = 12


@dataclass(frozen=True, slots=True)
class Standing:
    """One code in one population, as the codings have it now."""

    code: str
    scope: Scope
    messages: pl.DataFrame
    units: pl.DataFrame
    codings: pl.DataFrame
    draws: tuple[Draw, ...]
    fixed: Fixed | None
    #: Messages in scope in the order of the queue's random stream.
    stream: tuple[str, ...]
    gathered: Gathered
    #: Messages in scope without text: what no certificate covers.
    silent: int
    #: One sentence for each line of the decision file that could not be read.
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate, and what must be said beside it."""

    certificate: Certificate
    gathered: Gathered
    silent: int


@dataclass(frozen=True, slots=True)
class Planned:
    """What a certificate would cost: by the likely number of relevant messages, its bounds, narrower populations."""

    guess: Guess
    prices: Mapping[str, Price]
    narrower: tuple[Narrower, ...]
    gathered: Gathered
    silent: int


def standing(case: Case, code: str, scope: Scope, *, seed: int = 0) -> Standing:
    """What was read for `code` in `scope`; `seed` is that of the queue's random stream.

    Nobody need have coded with it: the price of a certificate is asked beforehand. Raises `BadDecision`, and `BadCode`
    where neither the codings nor the codebook of the case know it.
    """
    part = codings(case)
    made = collect(scan(case, "codings").sort("sequence")).with_columns(
        pl.col("code", "via", "codebook", "by").cast(pl.String)
    )
    if not (made["code"] == code).any():
        book_of_case(case).book.code(code)
    messages = collect(collection(case).select("message", "conversation", "at", "text"))
    inside, silent = units(messages, scope)
    mine = made.filter(pl.col("code") == code)
    taken = tuple(each for each in draws(case) if each.code == code)
    number = next((each for each in fixed(case) if (each.code, each.population) == (code, scope.written)), None)
    drawn_in_order = in_order(messages, seed)
    stream = tuple(drawn_in_order.filter(drawn_in_order.is_in(inside["unit"].implode())).to_list())
    found = gathered(inside, mine, taken, scope, number, stream)
    return Standing(
        code, scope, messages, inside, mine, taken, number, stream, found, silent, tuple(part.about.get("unread", ()))
    )


def certify(stands: Standing, *, recall: float, confidence: float) -> Certified:
    """The certificate as it stands. Raises `UsageError`."""
    seen = stands.gathered
    made = certificate(seen.reviewed, recall=recall, confidence=confidence, plan=seen.plan)
    return Certified(made, seen, stands.silent)


def points(stands: Standing, *, confidence: float) -> list[Point]:
    """The lower bound of recall against messages read, from the first coding to the last."""
    check(1, confidence)
    return curve(stands.units, stands.codings, stands.draws, stands.scope, confidence, stands.fixed, stands.stream)


def plan(stands: Standing, *, recall: float, confidence: float) -> Planned:
    """What a certificate would cost. Raises `UsageError`."""
    check(recall, confidence)
    seen = stands.gathered
    expected = guess(seen.reviewed)
    prices = {
        name: price(seen.reviewed.population, relevant, recall, confidence)
        for name, relevant in (("low", expected.low), ("likely", expected.likely), ("high", expected.high))
    }
    same, _ = units(stands.messages, Scope(unique=True))
    inside = same.filter(pl.col("message").is_in(stands.units["message"].implode()))
    relevant = set(
        stands.codings.filter("stands", "applies").join(stands.units, on="message")["unit"].to_list()
    )  # fmt: skip
    offers = narrower(
        stands.messages.select("message", "conversation", "at"),
        stands.units,
        inside["unit"].n_unique(),
        relevant,
        recall,
        confidence,
    )
    return Planned(expected, prices, tuple(offers[:_OFFERS]), seen, stands.silent)


def draw(case: Case, stands: Standing, size: int, *, seed: int, by: str, now: datetime) -> Draw:
    """Draw a final sample of what nobody has read and write it down. Raises `UsageError`, `CaseBusy`, `BadDecision`."""
    seen = stands.gathered
    if stands.fixed is not None:
        raise UsageError(
            f"the plan for {stands.code!r} is {stands.fixed.draws:,} draws of the random stream, which may not be"
            " changed for a sample when they are seen; draw those in the queue and ask for the certificate"
        )
    if seen.waiting:
        raise UsageError(
            f"{len(seen.waiting):,} messages of the sample that was drawn last wait to be read; read and code them"
            " before another is drawn"
        )
    if not 0 < size <= len(seen.unread):
        raise UsageError(f"{size:,} messages cannot be drawn from the {len(seen.unread):,} that nobody has read")
    taken = Draw(
        code=stands.code,
        population=stands.scope.written,
        seed=seed,
        unread=len(seen.unread),
        codings=int(stands.codings["sequence"].max() or 0),  # type: ignore[arg-type]
        messages=tuple(drawn(seen.unread, size, seed)),
        by=by,
        at=now,
    )
    with case.writing():
        write_down(case, taken)
    return taken


def fix(case: Case, stands: Standing, size: int, *, by: str, now: datetime) -> Fixed:
    """Write down how many draws of the stream will be made from now on. Raises `UsageError`, `CaseBusy`, `BadDecision`.

    Once for a code, and before any final sample: what was chosen is not chosen again when the draws are seen.
    """
    if stands.fixed is not None or stands.draws or any(each.code == stands.code for each in fixed(case)):
        raise UsageError(f"the certificate of {stands.code!r} rests on a plan or a sample that is written down already")
    if stands.scope.unique:
        raise UsageError("the random stream draws messages, so that it proves nothing of words; use --draw here")
    if stands.gathered.uncounted:
        raise UsageError(
            f"{stands.gathered.uncounted:,} messages that are marked as drawn at random are known and not counted yet:"
            f" decide first on {stands.gathered.hole}, which the stream drew before them, or give the queue's seed with"
            " --stream"
        )
    left = len(stands.stream) - len(stands.gathered.reviewed.sample)
    if size > left:
        raise UsageError(f"{size:,} draws cannot be made: the stream has {left:,} messages left here")
    made = Fixed(stands.code, stands.scope.written, size, len(stands.gathered.reviewed.sample), by, now)
    with case.writing():
        write_down(case, made)
    return made
