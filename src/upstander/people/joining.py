"""Joining what is one, without ever joining what a person has said is two."""

from collections.abc import Iterable

__all__ = ["Joining"]


class Joining:
    """Groups of 0…n-1 that grow by pairs, and pairs that must never come to lie in one group.

    Each join costs next to nothing, and each refusal is looked at only when one of its groups grows.
    """

    def __init__(self, size: int, refused: Iterable[tuple[int, int]] = ()) -> None:
        """Everything apart; `refused` pairs are kept apart for good."""
        self._parent = list(range(size))
        self._size = [1] * size
        self._enemies: dict[int, set[int]] = {}
        for a, b in refused:
            if a != b:
                self._enemies.setdefault(a, set()).add(b)
                self._enemies.setdefault(b, set()).add(a)

    def group(self, member: int) -> int:
        """The member that stands for the group of `member`."""
        root = member
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[member] != root:
            self._parent[member], member = root, self._parent[member]
        return root

    def join(self, a: int, b: int) -> bool:
        """Make the groups of `a` and `b` one; False, and nothing done, where that would join a refused pair."""
        one, other = self.group(a), self.group(b)
        if one == other:
            return True
        if other in {self.group(enemy) for enemy in self._enemies.get(one, ())}:
            return False
        if self._size[one] < self._size[other]:
            one, other = other, one
        self._parent[other] = one
        self._size[one] += self._size[other]
        if other in self._enemies:
            self._enemies.setdefault(one, set()).update(self._enemies.pop(other))
        return True
