"""A case's certificate: the codings of a code, the messages they are of, and the samples drawn for it, put together."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from upstander.review.certificate import Certificate, certificate
from upstander.review.certificate.choices import Force, in_force
from upstander.review.certificate.copies import repeated
from upstander.review.certificate.curve import Point, curve
from upstander.review.certificate.deciding import check
from upstander.review.certificate.draws import Draw, record
from upstander.review.certificate.gathering import Gathered, gathered
from upstander.review.certificate.scope import Scope, units
from upstander.review.certificate.told import late, told
from upstander.review.certificate.uncovered import Uncovered, uncovered
from upstander.review.codings.used import book_of_case
from upstander.review.collection import collection, known_as
from upstander.review.queue.begun import Copies, way
from upstander.review.queue.stream import in_order
from upstander.stages.review import codings
from upstander.storage import Case
from upstander.storage.kept import tables_digest
from upstander.storage.scan import collect, scan

__all__ = ["Certified", "Standing", "certify", "chosen", "points", "prepare", "standing"]

#: Tables that a certificate rests on beside the codings.
_TABLES = ("sightings", "messages", "attachments", "gaps")


@dataclass(frozen=True, slots=True)
class Standing:
    """One code in one population, as the codings have it now."""

    code: str
    scope: Scope
    messages: pl.DataFrame
    units: pl.DataFrame
    codings: pl.DataFrame
    draws: tuple[Draw, ...]
    #: What somebody chose, or the program's own; and messages of the case that chance has shown for the code.
    force: Force
    seen: int
    #: Messages in scope in the order of the queue's random stream.
    stream: tuple[str, ...]
    #: Messages that share their words with others, where a decision stands for all of them.
    words: pl.DataFrame | None
    gathered: Gathered
    #: What no certificate of the scope covers.
    uncovered: Uncovered
    #: One sentence for each line of the decision file that could not be read.
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """What follows from the tables alone."""

    messages: pl.DataFrame
    units: pl.DataFrame
    stream: tuple[str, ...]
    words: pl.DataFrame
    uncovered: Uncovered


@dataclass(frozen=True, slots=True)
class Certified:
    """A certificate, and what must be said beside it."""

    certificate: Certificate
    gathered: Gathered
    uncovered: Uncovered


def standing(case: Case, code: str, scope: Scope, *, seed: int | None = None) -> Standing:
    """What was read for `code` in `scope`; `seed` is that of the queue's random stream, which it began with if absent.

    Nobody need have coded with it: the price of a certificate is asked beforehand. Raises `BadDecision`, and `BadCode`
    where neither the codings nor the codebook of the case know it.
    """
    part = codings(case)
    made = collect(scan(case, "codings").sort("sequence")).with_columns(
        pl.col("code", "via", "codebook", "by").cast(pl.String)
    )
    book = book_of_case(case).book
    if not (made["code"] == code).any():
        book.code(code)
    mine = made.filter(pl.col("code") == code)
    lines = record(case, code)
    taken = tuple(each for each in lines if isinstance(each, Draw))
    force = in_force(lines)
    begun = way(case, code, book.codes.get(code), seed=seed)
    on = _ground(case, tables_digest(case, _TABLES), scope, begun.seed)
    words = on.words if begun.copies is Copies.CARRY else None
    found = gathered(on.units, mine, taken, scope, force, on.stream, words)
    return Standing(
        code, scope, on.messages, on.units, mine, taken, force, _seen(mine, taken), on.stream, words, found,
        on.uncovered, tuple(part.about.get("unread", ())),
    )  # fmt: skip


def prepare(case: Case, code: str, scope: Scope) -> None:
    """Work out beforehand all that nobody's coding changes, so that `standing` soon afterwards takes little time."""
    codings(case)
    begun = way(case, code, book_of_case(case).book.codes.get(code))
    _ground(case, tables_digest(case, _TABLES), scope, begun.seed)


@lru_cache(maxsize=2)
def _ground(case: Case, tables: str, scope: Scope, seed: int) -> _Ground:  # noqa: ARG001 - tells an older from a newer
    messages = collect(collection(case).select("message", "conversation", "at", "kind", "text"))
    inside, _ = units(messages, scope)
    drawn_in_order = in_order(messages, seed)
    stream = tuple(drawn_in_order.filter(drawn_in_order.is_in(inside["unit"].implode())).to_list())
    beside = uncovered(messages, _carried(case), collect(scan(case, "gaps")), scope)
    return _Ground(messages, inside, stream, repeated(messages), beside)


def _carried(case: Case) -> pl.DataFrame:
    """The messages that carry something, as reconciled."""
    sightings = scan(case, "attachments").select(pl.col("message").alias("sighting"))
    return collect(known_as(case).join(sightings, on="sighting", how="semi").select("message").unique())


def _seen(codings: pl.DataFrame, draws: Sequence[Draw]) -> int:
    """Messages that chance has shown for the code, each once, in whatever population."""
    shown = codings.filter(pl.col("via").is_in(["random", "sample"]))["message"].to_list()
    return len({*shown, *(message for draw in draws for message in draw.messages)})


def chosen(case: Case, code: str) -> Force:
    """What was chosen for a code, or the program's own. Raises `BadDecision`."""
    return in_force(record(case, code))


def certify(stands: Standing, *, recall: float, confidence: float) -> Certified:
    """The certificate as it stands. Raises `UsageError`."""
    seen, force, scope = stands.gathered, stands.force, stands.scope.written
    own = force.population == scope and force.recall is not None and force.confidence is not None
    made = certificate(
        seen.reviewed,
        recall=recall,
        confidence=confidence,
        plan=seen.plan,
        late=late(force, scope=scope, recall=recall, confidence=confidence, seen=stands.seen),
        chosen=(force.recall, force.confidence) if own else None,  # type: ignore[arg-type]
        told=told(force, scope=scope, size=seen.reviewed.population),
    )
    return Certified(made, seen, stands.uncovered)


def points(stands: Standing, *, confidence: float) -> list[Point]:
    """The lower bound of recall against messages read, from the first coding to the last."""
    check(1, confidence)
    return curve(
        stands.units, stands.codings, stands.draws, stands.scope, confidence, stands.force, stands.stream, stands.words
    )
