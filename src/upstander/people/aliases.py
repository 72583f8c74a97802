"""Which participants are one person: the suggestions, and the groups that the exact ones make.

Exact reasons are applied, and so is what people confirmed; what people refused is never joined, by however many steps:
where an exact reason would join a refused pair it stands as `blocked`. Joins are made in the order of their strength
(confirmed; then `EXACT` in its order), so that the weakest link of a chain is the one that gives way.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import prod

from upstander.people.coauthors import coauthors
from upstander.people.decisions import UNHELD, Decision
from upstander.people.guesses import guesses
from upstander.people.joining import Joining
from upstander.people.participants import Participants
from upstander.people.reasons import EXACT, Reason, exact
from upstander.people.rows import Capture
from upstander.storage import Case

__all__ = ["Aliases", "Suggestion", "aliases"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A row of `alias_suggestions`."""

    a: str
    b: str
    reasons: tuple[str, ...]
    shared: int
    score: float
    standing: str
    detail: str


@dataclass(frozen=True, slots=True)
class Aliases:
    """Every suggestion, by pair, and the group of every participant (places in `Participants.rows`)."""

    suggestions: list[Suggestion]
    group: list[int]


@dataclass(slots=True)
class _Pair:
    """What speaks for one pair."""

    reasons: dict[str, Reason] = field(default_factory=dict)
    decision: Decision | None = None
    blocked: bool = False

    @property
    def strength(self) -> int:
        """The smaller, the stronger; exact pairs only."""
        if self.decision is not None and self.decision.confirmed:
            return -1
        return min(EXACT.index(name) for name in self.reasons if name in EXACT)

    @property
    def exact(self) -> bool:
        return any(name in EXACT for name in self.reasons)


def aliases(case: Case, known: Participants, captures: Sequence[Capture], decided: Sequence[Decision]) -> Aliases:
    """Suggestions and groups of the case, as far as exact reasons and `decided` reach."""
    wrote: set[int] = set()
    together = list(coauthors(case, known, captures, wrote=wrote))
    pairs: dict[tuple[int, int], _Pair] = {}
    _add(pairs, exact(case, known, together))
    foreign = []
    for decision in decided:
        places = known.ids.get(decision.a), known.ids.get(decision.b)
        if places[0] is None or places[1] is None:
            foreign.append(decision)
        else:
            pairs.setdefault((min(places), max(places)), _Pair()).decision = decision  # type: ignore[type-var, arg-type]
    joining = _joined(len(known.rows), pairs, decided)
    group = [joining.group(place) for place in range(len(known.rows))]
    proposed: dict[tuple[int, int], _Pair] = {}
    _add(proposed, guesses(known, group, together, wrote))
    for pair, found in proposed.items():
        # What was decided keeps the reasons that speak for it; a proposal on an exact pair is no news.
        if pair not in pairs or not pairs[pair].exact:
            pairs.setdefault(pair, _Pair()).reasons.update(found.reasons)
    rows = [_suggestion(known, a, b, pair) for (a, b), pair in pairs.items()]
    rows += [_unknown(decision) for decision in foreign]
    return Aliases(suggestions=sorted(rows, key=lambda row: (row.a, row.b)), group=group)


def _add(pairs: dict[tuple[int, int], _Pair], reasons: Iterable[Reason]) -> None:
    for reason in reasons:
        key = (min(reason.a, reason.b), max(reason.a, reason.b))
        held = pairs.setdefault(key, _Pair()).reasons
        if reason.reason not in held or held[reason.reason].score < reason.score:
            held[reason.reason] = reason


def _joined(size: int, pairs: dict[tuple[int, int], _Pair], decided: Sequence[Decision]) -> Joining:
    refused = [key for key, pair in pairs.items() if pair.decision is not None and not pair.decision.confirmed]
    joining = Joining(size, refused)
    order = {id(decision): number for number, decision in enumerate(decided)}
    strong = [
        (pair.strength, order.get(id(pair.decision), 0), key)
        for key, pair in pairs.items()
        if (pair.decision.confirmed if pair.decision is not None else pair.exact)
    ]
    for _, _, key in sorted(strong):
        pairs[key].blocked = not joining.join(*key)
    return joining


def _suggestion(known: Participants, a: int, b: int, pair: _Pair) -> Suggestion:
    one, other = sorted((known.rows[a].id, known.rows[b].id))
    reasons = sorted(pair.reasons.values(), key=lambda reason: (-reason.score, _rank(reason.reason)))
    decision = pair.decision
    said = [reason.detail for reason in reasons]
    if decision is not None:
        standing = "confirmed" if decision.confirmed else "refused"
        said.insert(0, f"{standing} by {decision.by} at {decision.at}")
    else:
        standing = "applied" if pair.exact else "proposed"
    if pair.blocked:
        standing = "blocked"
        said.insert(0, "it would join a pair that somebody refused")
    return Suggestion(
        a=one,
        b=other,
        reasons=tuple(reason.reason for reason in reasons),
        shared=max((reason.shared for reason in reasons), default=0),
        score=1.0 if pair.exact else round(1 - prod(1 - reason.score for reason in reasons), 4),
        standing=standing,
        detail="; ".join(said),
    )


def _rank(reason: str) -> int:
    return EXACT.index(reason) if reason in EXACT else len(EXACT)


def _unknown(decision: Decision) -> Suggestion:
    standing = "confirmed" if decision.confirmed else "refused"
    detail = f"{standing} by {decision.by} at {decision.at}; {UNHELD} (any more)"
    return Suggestion(decision.a, decision.b, (), 0, 0.0, standing, detail)
