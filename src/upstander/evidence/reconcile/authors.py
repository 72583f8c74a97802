"""Whose name in one capture is whose in another, read off messages that are known to be one.

Names differ from phone to phone (a contact, a number, `~ Ray`), and one person may have two: a number that changed, a
contact renamed. So names are grouped: two belong together where enough messages name the one here and the other there.
"""

import numpy as np

from upstander.evidence.reconcile.held import Ints

__all__ = ["Names", "counted", "name_groups"]

#: Messages that must agree, and the share that they must be of either name's, before two names are taken for one.
_LEAST = 2
_SHARE = 0.1


class Names:
    """Groups of authors over two numberings: those of a capture, and those of the conversation."""

    def __init__(self, left: int, right: int) -> None:
        """Every author alone."""
        self._left = left
        self._parent = list(range(left + right))

    def join(self, left: int, right: int) -> None:
        """The author `left` of the capture is the author `right` of the conversation."""
        self.join_left(left, self._left + right)

    def join_left(self, first: int, second: int) -> None:
        """Two authors of one numbering are one."""
        a, b = self._root(first), self._root(second)
        self._parent[max(a, b)] = min(a, b)

    def _root(self, node: int) -> int:
        while self._parent[node] != node:
            self._parent[node] = self._parent[self._parent[node]]
            node = self._parent[node]
        return node

    def groups(self) -> tuple[Ints, Ints]:
        """Group of every author of the capture, and of every author of the conversation."""
        roots = np.array([self._root(node) for node in range(len(self._parent))], np.int64)
        return roots[: self._left], roots[self._left :]

    def strangers(self) -> tuple[np.ndarray, np.ndarray]:
        """Authors on either side that nothing joins to the other side yet."""
        left, right = self.groups()
        return ~np.isin(left, right), ~np.isin(right, left)


def name_groups(left: Ints, right: Ints, *, lefts: int, rights: int) -> Names:
    """Names grouped by the pairs of authors of messages that are one (arrays of one length, no system events)."""
    names = Names(lefts, rights)
    if not len(left):
        return names
    a, b, count = counted(left, right, lefts=lefts, rights=rights)
    of_left = np.bincount(a, weights=count, minlength=lefts)
    of_right = np.bincount(b, weights=count, minlength=rights)
    strong = (count >= _LEAST) & ((count >= _SHARE * of_left[a]) | (count >= _SHARE * of_right[b]))
    # Somebody who wrote little may have one such message alone: nothing then speaks against it.
    strong |= (of_left[a] == count) & (of_right[b] == count)
    for x, y in zip(a[strong].tolist(), b[strong].tolist(), strict=True):
        names.join(x, y)
    return names


#: Combinations that are counted in a table of their own; beyond that, they are sorted.
_FEW = 4_000_000


def counted(left: Ints, right: Ints, *, lefts: int, rights: int) -> tuple[Ints, Ints, Ints]:
    """Every pair of numbers that comes (below `lefts` and `rights`), in order, and how often."""
    together = left * rights + right
    if lefts * rights <= _FEW:
        table = np.bincount(together, minlength=lefts * rights)
        pairs = np.flatnonzero(table)
        return pairs // rights, pairs % rights, table[pairs]
    pairs, count = np.unique(together, return_counts=True)
    return pairs // rights, pairs % rights, count
