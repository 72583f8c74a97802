"""Where each of very many messages stands in a list of them: looked up while people wait."""

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["Placed"]

#: Messages whose places are remembered: what is in somebody's hands is asked for with every page.
_REMEMBERED = 4_096


class Placed:
    """The places of ids in a list that stays as it is: twelve bytes for each, and none is gone through for another."""

    def __init__(self, ids: pl.Series) -> None:
        self._ids = ids
        marks = ids.hash().to_numpy()
        order = np.argsort(marks, kind="stable")
        self._marks: npt.NDArray[np.uint64] = marks[order]
        self._order: npt.NDArray[np.uint32] = order.astype(np.uint32)
        self._known: dict[str, int | None] = {}

    def place(self, message: str) -> int | None:
        """The place of an id; None where the list does not have it."""
        if message in self._known:
            return self._known[message]
        mark = pl.Series([message], dtype=pl.String).hash()[0]
        first = int(np.searchsorted(self._marks, np.uint64(mark), "left"))
        found = None
        # Two ids may have one mark.
        while found is None and first < len(self._marks) and self._marks[first] == mark:
            there = int(self._order[first])
            found = there if self._ids[there] == message else None
            first += 1
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[message] = found
        return found
