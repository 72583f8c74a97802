"""Which captures show one conversation, and how that is known.

By the platform's own key of a group; by message keys held in common; by the statement of whoever ingested the exhibit;
or by bodies that are said once in both and agree in time. The last is evidence, not proof: it joins captures only where
most of what both should hold agrees and nothing else fits; what is weaker, or fits two conversations, is proposed and
left apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from upstander.evidence.reconcile.anchors import once
from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.date_order import other_order
from upstander.evidence.reconcile.held import NEVER, Held, Ints
from upstander.evidence.reconcile.offsets import Stretch, stretches

__all__ = ["Basis", "Group", "group"]

#: Platforms whose key of a group is the same on every member's phone.
_SHARED_KEYS = frozenset({"whatsapp", "signal", "telegram", "slack", "teams", "discord", "imessage"})

#: Bodies that must agree before captures are joined, and the share of those that both should hold.
_LEAST, _SHARE = 5, 0.5

#: Captures beyond which a body that they all have says nothing.
_WIDESPREAD = 40

#: From which share on a conversation is proposed.
_PROPOSED = 0.1

#: Of messages with one key, the share that must have one body before keys are taken for the platform's.
_SAME_BODY = 0.5


@dataclass(frozen=True, slots=True)
class Basis:
    """Why a capture stands where it stands, or might."""

    basis: str
    shared: int = 0
    score: float = 1.0
    detail: str = "nothing joins it to another capture"
    date_order: str | None = None


@dataclass(slots=True)
class Group:
    """Captures of one conversation, with the reason for each, and what is only proposed."""

    captures: list[Held]
    basis: dict[str, Basis]
    #: (capture, capture of the other conversation) and the evidence.
    proposed: list[tuple[str, str, Basis]] = field(default_factory=list)

    @property
    def conversation(self) -> str:
        """Its id: the smallest id among its captures."""
        return min(held.capture for held in self.captures)


@dataclass(frozen=True, slots=True)
class _Likeness:
    pairs: int
    share: float
    swapped: bool


def group(captures: Sequence[Held], *, stated: Mapping[str, str], undecided: frozenset[str]) -> list[Group]:
    """Groups of captures, by id.

    `stated` gives the conversation that whoever ingested an exhibit named; `undecided` are captures whose dates can be
    read in two orders: `sent` is set to the order that the other captures show.
    """
    captures = sorted(captures, key=lambda held: held.capture)
    joins = _Joins(captures)
    _by_platform_key(captures, joins)
    _by_message_keys(captures, joins)
    _by_statement(captures, stated, joins)
    _by_bodies(captures, undecided, stated, joins)
    return joins.groups(undecided)


class _Joins:
    """Which captures are together so far, and why."""

    def __init__(self, captures: Sequence[Held]) -> None:
        self._captures = captures
        self._parent = {held.capture: held.capture for held in captures}
        self._keyed = {held.capture: held.keyed for held in captures}
        self._basis: dict[str, Basis] = {}
        self._proposed: list[tuple[str, str, Basis]] = []

    def root(self, capture: str) -> str:
        """The smallest capture of those together with this one."""
        while self._parent[capture] != capture:
            capture = self._parent[capture]
        return capture

    def join(self, first: str, second: str, why: Basis, *, apart_if_keyed: bool = False) -> bool:
        """Put two captures together; not where keys tell their conversations apart and `why` is no key."""
        a, b = self.root(first), self.root(second)
        if a != b:
            if apart_if_keyed and self._keyed[a] and self._keyed[b]:
                return False
            self._parent[max(a, b)] = min(a, b)
            self._keyed[min(a, b)] |= self._keyed[max(a, b)]
        for capture in (first, second):
            self._basis.setdefault(capture, why)
        return True

    def propose(self, capture: str, other: str, why: Basis) -> None:
        """Keep that a capture may belong to the conversation of another."""
        self._proposed.append((capture, other, why))

    def decide(self, capture: str, order: str) -> None:
        """Keep the date order that the other captures show."""
        self._basis[capture] = replace(self._basis.get(capture, Basis("alone")), date_order=order)

    def groups(self, undecided: frozenset[str]) -> list[Group]:
        """The groups, by id."""
        made: dict[str, Group] = {}
        for held in self._captures:
            known = made.setdefault(self.root(held.capture), Group([], {}))
            known.captures.append(held)
            basis = self._basis.get(held.capture, Basis("alone"))
            if held.capture in undecided and basis.date_order is None:
                basis = replace(basis, date_order="open")
            known.basis[held.capture] = basis
        seen: set[tuple[str, str]] = set()
        for capture, other, why in self._proposed:
            target = self.root(other)
            if self.root(capture) != target and (capture, target) not in seen:
                seen.add((capture, target))
                made[self.root(capture)].proposed.append((capture, target, why))
        return [made[name] for name in sorted(made)]


def _by_platform_key(captures: Sequence[Held], joins: _Joins) -> None:
    first: dict[tuple[str, str], str] = {}
    for held in captures:
        if _named(held):
            other = first.setdefault((held.platform, held.platform_key), held.capture)
            if other != held.capture:
                detail = f"both exports name the group by the key {held.platform_key}"
                joins.join(other, held.capture, Basis("platform_key", detail=detail))


def _named(held: Held) -> bool:
    """Whether the platform's key says which conversation it is."""
    return held.kind == "group" and bool(held.platform_key) and held.platform in _SHARED_KEYS


def _by_message_keys(captures: Sequence[Held], joins: _Joins) -> None:
    for platform in sorted({held.platform for held in captures}):
        keyed = [held for held in captures if held.platform == platform and held.keyed and not _named(held)]
        if len(keyed) < 2:
            continue
        key = np.concatenate([held.key for held in keyed])
        place = np.concatenate([np.full(len(held), number) for number, held in enumerate(keyed)])
        body = np.concatenate([np.where(held.sort == SORTS["words"], held.body, 0) for held in keyed])
        some = key != 0
        key, place, body = key[some], place[some], body[some]
        order = np.lexsort((place, key))
        key, place, body = key[order], place[order], body[order]
        same = np.flatnonzero((key[1:] == key[:-1]) & (place[1:] != place[:-1]))
        edges, back, count = np.unique(
            place[same] * len(keyed) + place[same + 1], return_inverse=True, return_counts=True
        )
        words = (body[same] != 0) & (body[same + 1] != 0)
        spoken = np.bincount(back[words], minlength=len(edges))
        agreed = np.bincount(back[words & (body[same] == body[same + 1])], minlength=len(edges))
        for edge, number, said, equal in zip(
            edges.tolist(), count.tolist(), spoken.tolist(), agreed.tolist(), strict=True
        ):
            if said and equal >= _SAME_BODY * said:
                a, b = keyed[edge // len(keyed)], keyed[edge % len(keyed)]
                detail = f"{number} messages have the same key in {'both exports' if number > 1 else 'either'}"
                joins.join(a.capture, b.capture, Basis("shared_keys", shared=number, detail=detail))


def _by_statement(captures: Sequence[Held], stated: Mapping[str, str], joins: _Joins) -> None:
    of_exhibit: dict[str, list[Held]] = {}
    for held in captures:
        of_exhibit.setdefault(held.exhibit, []).append(held)
    first: dict[str, str] = {}
    meant = []
    for exhibit, name in sorted(stated.items()):
        mine = [held for held in of_exhibit.get(exhibit, []) if len(of_exhibit[exhibit]) == 1 or held.title == name]
        meant += [(name, held) for held in mine]
    for name, held in meant:
        detail = f"whoever handed it in stated that it is the conversation {name}"
        other = first.setdefault(name.casefold(), held.capture)
        if other != held.capture:
            joins.join(other, held.capture, Basis("stated", detail=detail))
    for held in captures:
        for name in filter(None, (held.title, held.platform_key)):
            other = first.get(name.casefold())
            if other is not None and other != held.capture and held.exhibit not in stated and held.keyed:
                joins.join(
                    other, held.capture, Basis("stated", detail=f"whoever handed the other in stated that it is {name}")
                )


@dataclass(frozen=True, slots=True)
class _Edge:
    """A capture without keys and another capture that it is like."""

    held: Held
    other: Held
    likeness: _Likeness

    @property
    def strong(self) -> bool:
        return self.likeness.share >= _SHARE and self.likeness.pairs >= _LEAST


def _by_bodies(captures: Sequence[Held], undecided: frozenset[str], stated: Mapping[str, str], joins: _Joins) -> None:
    said = {held.capture: _said(held) for held in captures}
    edges = []
    for held, other in _candidates(captures, said):
        if held.exhibit in stated and other.exhibit in stated:
            continue
        likeness = _likeness(held, other, said, swap=held.capture in undecided)
        if likeness is not None:
            edges.append(_Edge(held, other, likeness))
    edges.sort(key=lambda edge: (-edge.likeness.share, -edge.likeness.pairs, edge.held.capture, edge.other.capture))
    orders = _date_orders(edges, undecided)
    # What is like two conversations that keys tell apart is joined to neither.
    keyed_places: dict[str, set[str]] = {}
    for edge in edges:
        if edge.strong and edge.other.keyed:
            keyed_places.setdefault(edge.held.capture, set()).add(joins.root(edge.other.capture))
    torn = {capture for capture, places in keyed_places.items() if len(places) > 1}
    for edge in edges:
        share, pairs = edge.likeness.share, edge.likeness.pairs
        detail = f"{pairs} bodies are said once in either and agree in time, {share:.0%} of those that both should hold"
        why = Basis("shared_bodies", pairs, round(share, 4), detail, orders.get(edge.held.capture))
        apart = not edge.strong or edge.held.capture in torn
        if apart or not joins.join(edge.held.capture, edge.other.capture, why, apart_if_keyed=True):
            joins.propose(edge.held.capture, edge.other.capture, why)
    for capture, order in orders.items():
        joins.decide(capture, order)


def _date_orders(edges: Sequence[_Edge], undecided: frozenset[str]) -> dict[str, str]:
    """The order of dates that the other captures show, by capture; times are set to it."""
    found: dict[str, str] = {}
    for edge in edges:
        capture = edge.held.capture
        if capture not in undecided or not edge.strong:
            continue
        order = "other" if edge.likeness.swapped else "as_read"
        found[capture] = order if found.get(capture, order) == order else "open"
    for held in {edge.held.capture: edge.held for edge in edges}.values():
        if found.get(held.capture) == "other":
            held.sent = other_order(held)
    return found


def _candidates(captures: Sequence[Held], said: Mapping[str, "_Said"]) -> list[tuple[Held, Held]]:
    """Pairs worth a closer look: a capture without keys and another of its platform with bodies in common."""
    found = []
    for platform in sorted({held.platform for held in captures}):
        mine = [held for held in captures if held.platform == platform]
        if all(held.keyed for held in mine) or len(mine) < 2:
            continue
        digests = np.concatenate([said[held.capture].digests for held in mine])
        place = np.concatenate([np.full(len(said[held.capture].digests), n) for n, held in enumerate(mine)])
        order = np.lexsort((place, digests))
        digests, place = digests[order], place[order]
        counts = np.zeros((len(mine), len(mine)), np.int64)
        # A body in more captures than this is a greeting that everybody forwards.
        for step in range(1, min(_WIDESPREAD, len(mine))):
            same = digests[step:] == digests[:-step]
            if not same.any():
                break
            np.add.at(counts, (place[:-step][same], place[step:][same]), 1)
        for a, b in zip(*(axis.tolist() for axis in np.nonzero(counts >= _LEAST - 1)), strict=True):
            first, second = mine[a], mine[b]
            if first.keyed and second.keyed:
                continue
            found.append((second, first) if first.keyed else (first, second))
    return found


@dataclass(frozen=True, slots=True)
class _Said:
    """What a capture says once: digests in order, and the rows."""

    digests: np.ndarray
    rows: Ints


def _said(held: Held) -> _Said:
    rows = np.flatnonzero((held.sort == SORTS["words"]) & (held.sent != NEVER))
    return _Said(*once(held.body[rows], rows))


def _likeness(held: Held, other: Held, said: Mapping[str, _Said], *, swap: bool) -> _Likeness | None:
    """How alike two captures are, in the date order that fits better; None where they are not alike at all."""
    mine, theirs = said[held.capture], said[other.capture]
    _, a, b = np.intersect1d(mine.digests, theirs.digests, assume_unique=True, return_indices=True)
    rows, others = mine.rows[a], theirs.rows[b]
    if len(rows) < _LEAST - 1:
        return None
    best: _Likeness | None = None
    for swapped in (False, True) if swap else (False,):
        sent = other_order(held) if swapped else held.sent
        found = stretches(rows, sent[rows], held.unit[rows], other.sent[others], other.unit[others], total=len(held))
        if not found:
            continue
        likeness = _judged(found, sent, mine.rows, rows, other, theirs.rows, others, swapped)
        # An order is preferred only where it explains clearly more: a swap keeps days of equal numbers as they were.
        if likeness.share >= _PROPOSED and (best is None or likeness.pairs > 1.5 * best.pairs):
            best = likeness
    return best


def _judged(
    found: list[Stretch], sent: Ints, mine: Ints, rows: Ints, other: Held, theirs: Ints, others: Ints, swapped: bool
) -> _Likeness:
    offset = np.zeros(len(sent), np.int64)
    slack = np.zeros(len(sent), np.int64)
    for stretch in found:
        offset[stretch.start : stretch.stop] = stretch.offset
        slack[stretch.start : stretch.stop] = (stretch.high - stretch.low) // 2 + 60_000
    agree = np.abs(sent[rows] - offset[rows] - other.sent[others]) <= slack[rows]
    pairs = int(agree.sum())
    true = sent[mine] - offset[mine]
    start, stop = max(true.min(), other.sent[theirs].min()), min(true.max(), other.sent[theirs].max())
    ours = int(((true >= start) & (true <= stop)).sum())
    both = min(ours, int(((other.sent[theirs] >= start) & (other.sent[theirs] <= stop)).sum()))
    return _Likeness(pairs, pairs / max(both, 1) if both else 0.0, swapped)
