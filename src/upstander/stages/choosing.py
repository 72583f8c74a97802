"""How a case's certificate will be made: what each way costs, and the choice of one, before what it counts is drawn."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import polars as pl

from upstander.errors import UsageError
from upstander.review.certificate import Plan, Rule
from upstander.review.certificate.choices import Choice
from upstander.review.certificate.deciding import check
from upstander.review.certificate.draws import Draw, drawn, write_down
from upstander.review.certificate.gathering import Gathered
from upstander.review.certificate.planning import Guess, Narrower, Price, by_rule, guess, narrower, price
from upstander.review.certificate.scope import Scope, units
from upstander.review.certificate.told import RULES, told
from upstander.review.certificate.uncovered import Uncovered
from upstander.review.certificate.words import percent
from upstander.stages.certificate import Standing
from upstander.storage import Case

__all__ = ["Planned", "choose", "draw", "plan", "to_choose", "to_draw"]

#: Narrower populations that are offered.
_OFFERS = 12
#: Numbers of relevant messages that are priced while nobody knows.
_SUPPOSED = (10, 100, 1_000, 10_000)
#: When a plan was made that is only priced.
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Planned:
    """What a certificate would cost: by the likely number of relevant messages, its bounds, narrower populations."""

    guess: Guess
    prices: Mapping[str, Price]
    #: How many relevant messages the rules are priced for: the likely number, or 1 in 100 where nothing was drawn yet;
    #: and then prices for other numbers that there may be.
    basis: int
    base: Price
    supposed: tuple[Price, ...]
    #: For that number and a plan that is written down now, by each rule that still can be.
    rules: Mapping[Rule, Mapping[int, int]]
    narrower: tuple[Narrower, ...]
    gathered: Gathered
    uncovered: Uncovered
    plan: str


def plan(stands: Standing, *, recall: float, confidence: float) -> Planned:
    """What a certificate would cost. Raises `UsageError`."""
    check(recall, confidence)
    seen, size = stands.gathered, stands.gathered.reviewed.population
    expected = guess(seen.reviewed)
    drawn_any = bool(seen.reviewed.apart or seen.reviewed.final)
    basis = expected.likely if drawn_any else max(expected.likely, -(-size // 100))
    plans = _plans(stands, recall, confidence)
    first = plans.get(Rule.FIXED)
    final = plans[Rule.FINAL].final(1)[0] if Rule.FINAL in plans else 1.0
    budget = first.stream(1) if first else final

    def priced(relevant: int) -> Price:
        return price(size, relevant, recall, confidence, budget)

    supposed = () if drawn_any else [number for number in _SUPPOSED if seen.reviewed.known < number < size]
    return Planned(
        expected,
        {"low": priced(expected.low), "likely": priced(expected.likely), "high": priced(expected.high)},
        basis,
        priced(basis),
        tuple(map(priced, supposed)),
        {rule: by_rule(made, size, seen.reviewed.rest, basis, recall, confidence) for rule, made in plans.items()},
        tuple(_offers(stands, basis, recall, confidence, budget, final)[:_OFFERS]),
        seen,
        stands.uncovered,
        told(stands.force, scope=stands.scope.written, size=size),
    )


def _plans(stands: Standing, recall: float, confidence: float) -> dict[Rule, Plan]:
    """What a plan of each rule that is written down now could use; one that could use nothing is absent."""
    made = {}
    for rule in Rule:
        then = stands.force.after(_made(stands, rule, None, recall, confidence, by="nobody", now=_NEVER))
        if then is not None and (rule is Rule.FINAL or not stands.scope.unique):
            draws = 1 if rule.draws else None
            made[rule] = Plan(rule, draws, attempt=stands.force.attempts + 1, budget=then.budget)
    return made


def _offers(
    stands: Standing, basis: int, recall: float, confidence: float, budget: float, final: float
) -> list[Narrower]:
    same, _ = units(stands.messages, Scope(unique=True))
    inside = same.filter(pl.col("message").is_in(stands.units["message"].implode()))
    relevant = stands.codings.filter("stands", "applies").join(stands.units, on="message")["unit"]
    messages = stands.messages.select("message", "conversation", "at")
    unique, known = inside["unit"].n_unique(), set(relevant.to_list())
    return narrower(messages, stands.units, unique, known, basis, recall, confidence, budget, final)


def draw(
    case: Case,
    stands: Standing,
    size: int,
    *,
    recall: float,
    confidence: float,
    seed: int,
    by: str,
    now: datetime,
) -> Draw:
    """Draw a final sample of what nobody has read and write it down, and before it what it is for.

    Raises `UsageError`, `CaseBusy`, `BadDecision`.
    """
    first, taken = to_draw(stands, size, recall=recall, confidence=confidence, seed=seed, by=by, now=now)
    with case.writing():
        for made in (first, taken):
            if made is not None:
                write_down(case, made)
    return taken


def to_draw(
    stands: Standing, size: int, *, recall: float, confidence: float, seed: int, by: str, now: datetime
) -> tuple[Choice | None, Draw]:
    """The final sample that `draw` would write, and the choice before it where there is none. Raises `UsageError`."""
    check(recall, confidence)
    seen, force = stands.gathered, stands.force
    if force.rule not in (Rule.FINAL, Rule.BOTH):
        raise UsageError(
            f"the plan for {stands.code!r} is {RULES[force.rule]}, which may not be changed for a sample when they are"
            " seen; draw those in the queue and ask for the certificate"
        )
    if seen.waiting:
        raise UsageError(
            f"{len(seen.waiting):,} messages of the sample that was drawn last wait to be read; read and code them"
            " before another is drawn"
        )
    if not 0 < size <= len(seen.unread):
        raise UsageError(f"{size:,} messages cannot be drawn from the {len(seen.unread):,} that nobody has read")
    asked = (stands.scope.written, recall, confidence)
    planned = (force.population, force.recall, force.confidence)
    first = None
    if force.choice is None:
        rule = Rule.BOTH if asked == planned else Rule.FINAL
        first = to_choose(stands, rule, None, recall=recall, confidence=confidence, by=by, now=now)
    elif asked != planned and None not in planned:
        raise UsageError(
            f"the plan for {stands.code!r} is for {percent(force.recall or 0)} at {percent(force.confidence or 0)} of"
            f" the population {force.population}; leave out --recall, --confidence and --population, or write another"
            " plan down with --rule final"
        )
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
    return first, taken


def choose(
    case: Case,
    stands: Standing,
    rule: Rule,
    draws: int | None,
    *,
    recall: float,
    confidence: float,
    by: str,
    now: datetime,
) -> Choice:
    """Write down how the certificate will be made. Raises `UsageError`, `CaseBusy`, `BadDecision`.

    What was chosen before is replaced where nothing was drawn since; else what that has used is paid for, and where
    nothing is left the choice is refused.
    """
    made = to_choose(stands, rule, draws, recall=recall, confidence=confidence, by=by, now=now)
    with case.writing():
        write_down(case, made)
    return made


def to_choose(
    stands: Standing, rule: Rule, draws: int | None, *, recall: float, confidence: float, by: str, now: datetime
) -> Choice:
    """The choice that `choose` would write. Raises `UsageError`."""
    check(recall, confidence)
    made = _made(stands, rule, draws, recall, confidence, by=by, now=now)
    if rule.draws != (draws is not None):
        raise UsageError(
            f"the rule {rule.value} {'needs the number of random draws' if rule.draws else 'takes no number of draws'};"
            f" {'give it with' if rule.draws else 'leave out'} --number"
        )
    if stands.scope.unique and rule is not Rule.FINAL:
        raise UsageError(
            "the random stream draws messages, so that it proves nothing of words; choose --rule final and use --draw"
        )
    if stands.gathered.uncounted and rule is not Rule.FINAL:
        raise UsageError(
            f"{stands.gathered.uncounted:,} messages are marked as drawn at random and are no draws of this stream, so"
            " that they would be counted later and are known: give the queue's seed with --stream"
        )
    left = len(stands.stream) - made.start
    if draws is not None and draws > left:
        raise UsageError(f"{draws:,} draws cannot be made: the stream has {left:,} messages left here")
    if stands.gathered.waiting or stands.force.after(made) is None:
        raise UsageError(
            f"the certificate of {stands.code!r} rests on what was written down before, and what was drawn since is"
            " known: to claim the best of several ways would err more often than was said"
        )
    return made


def _made(
    stands: Standing, rule: Rule, draws: int | None, recall: float, confidence: float, *, by: str, now: datetime
) -> Choice:
    """The choice that these make now."""
    made = Choice(
        code=stands.code,
        population=stands.scope.written,
        rule=rule,
        recall=recall,
        confidence=confidence,
        draws=draws,
        start=0 if rule is Rule.FINAL else len(stands.gathered.reviewed.sample),
        seen=stands.seen,
        size=stands.gathered.reviewed.population,
        by=by,
        at=now,
    )
    return replace(made, start=0) if made.ordinary and stands.force.choice is None else made
