"""Reasons that are not exact: names, the own phone, few messages in common. They are proposed and never applied."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from upstander.people.coauthors import Coauthors
from upstander.people.names import blocks, likeness, tokens
from upstander.people.participants import Participants
from upstander.people.reasons import Reason

__all__ = ["guesses"]

#: Persons that may share a block of names and still be compared with one another: more is a name that says nothing.
_CROWD = 32


def guesses(
    known: Participants, group: Sequence[int], coauthors: Sequence[Coauthors], wrote: set[int]
) -> Iterator[Reason]:
    """Proposals between participants that exact reasons left apart; `group` says which each belongs to.

    Compared only within blocks (the same custodian, the same beginning of a name), one proposal for two groups.
    """
    yield from _own_phone(known, group, wrote)
    yield from _few_messages(group, coauthors)
    yield from _names(known, group)


def _own_phone(known: Participants, group: Sequence[int], wrote: set[int]) -> Iterator[Reason]:
    owners: dict[str, int] = {}
    listed: dict[str, list[int]] = {}
    for place, row in enumerate(known.rows):
        if row.owner and row.capture.custodian:
            first = owners.setdefault(row.capture.custodian.casefold(), place)
            if group[first] != group[place]:
                detail = f"both are the exporting account of an exhibit whose custodian is {row.capture.custodian}"
                yield Reason(first, place, "own_phone", 0.9, detail)
        if row.standing in ("member", "administrator") and place not in wrote:
            listed.setdefault(row.capture.capture, []).append(place)
    for capture, silent in sorted(listed.items()):
        owner = known.owners.get(capture)
        if owner is None or len(silent) != 1 or known.rows[owner].standing in ("member", "administrator"):
            continue
        if group[owner] != group[silent[0]]:
            detail = "the exporting account is not in its own member list, and this is the one member that never wrote"
            yield Reason(owner, silent[0], "own_phone", 0.7, detail)


def _few_messages(group: Sequence[int], coauthors: Sequence[Coauthors]) -> Iterator[Reason]:
    best: dict[int, Coauthors] = {}
    for pair in coauthors:
        if pair.exact:
            continue
        for side in (pair.a, pair.b):
            if side not in best or pair.by_content > best[side].by_content:
                best[side] = pair
    for pair in coauthors:
        if not pair.exact and best[pair.a] is pair and best[pair.b] is pair and group[pair.a] != group[pair.b]:
            score = pair.by_content / (pair.comparable + 1)
            if score >= 0.3:
                yield Reason(pair.a, pair.b, "co_occurrence", score, pair.detail, shared=pair.shared)


def _names(known: Participants, group: Sequence[int]) -> Iterator[Reason]:
    """The best likeness of two groups' names; groups of one block are compared with one another, if they are few."""
    called: dict[int, dict[tuple[str, ...], int]] = {}
    custodians: dict[int, set[tuple[str, ...]]] = {}
    houses: dict[int, set[str]] = {}
    for place, row in enumerate(known.rows):
        names = called.setdefault(group[place], {})
        if row.called and tokens(row.called):
            names.setdefault(tokens(row.called), place)
        if row.owner and row.capture.custodian and tokens(row.capture.custodian):
            names.setdefault(tokens(row.capture.custodian), place)
            custodians.setdefault(group[place], set()).add(tokens(row.capture.custodian))
        houses.setdefault(group[place], set()).add(row.capture.capture)
    in_block: dict[str, set[int]] = {}
    bearers: Counter[tuple[str, ...]] = Counter()
    for person, names in called.items():
        for words in names:
            bearers[words] += 1
            for block in blocks(words):
                in_block.setdefault(block, set()).add(person)
    compared: set[tuple[int, int]] = set()
    for _, persons in sorted(in_block.items()):
        if len(persons) <= _CROWD:
            compared.update(combinations(sorted(persons), 2))
    for one, other in sorted(compared):
        reason = _likest(called[one], called[other], bearers, custodians.get(one, set()) | custodians.get(other, set()))
        # Two handles side by side in one capture are two people more often than not, unless they are called the same.
        if reason and (reason.reason == "same_name" or not houses[one] & houses[other]):
            yield reason


def _likest(
    one: Mapping[tuple[str, ...], int],
    other: Mapping[tuple[str, ...], int],
    bearers: Mapping[tuple[str, ...], int],
    custodians: set[tuple[str, ...]],
) -> Reason | None:
    best: tuple[float, str, tuple[str, ...], tuple[str, ...]] | None = None
    for words, others in ((words, others) for words in one for others in other):
        same = words == others
        # A name of one word is many people's; a name that many groups bear says less.
        score = (0.8 if len(words) > 1 else 0.5) if same else likeness(words, others)
        score *= min(1.0, 3 / max(bearers[words], bearers[others]))
        reason = (
            "own_phone" if {words, others} & custodians and score >= 0.5 else "same_name" if same else "similar_name"
        )
        found = (score, reason, words, others)
        if score >= 0.25 and (best is None or found > best):
            best = found
    if best is None:
        return None
    score, reason, words, others = best
    how = f"the name {' '.join(words)}" if words == others else f"the names {' '.join(words)} and {' '.join(others)}"
    said = {"own_phone": f"{how}, one of them the custodian's", "same_name": how, "similar_name": f"{how} are alike"}
    a, b = sorted((one[words], other[others]))
    return Reason(a, b, reason, score, said[reason])
