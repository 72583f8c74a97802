"""Which captures are together so far, and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from upstander.evidence.reconcile.held import Held

__all__ = ["Basis", "Group", "Joins"]


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


class Joins:
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
