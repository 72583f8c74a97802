"""What a phone keeps of messages that it no longer has: unused row numbers; receipts, quotes and reactions left over.

A database numbers its rows as they come and gives no number twice, so a number that nothing stands at was a row once.
It need not have been a message, nor of this conversation: a status update that expired leaves one too. That a message
which other phones hold is missing here just where a number is unused shows that it was here where the number is told
from others: by a receipt or a reaction, by its narrow place, or as there are as many numbers as messages missing.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.evidence.reconcile.held import NEVER, Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.storage import Case, parts

__all__ = ["Hole", "Traces", "traces"]

#: The best that an unused number can fit.
_BEST = 2

_NO_KEYS = np.zeros(0, np.uint64)

#: How far the times of the rows on either side may be off (ms): rows are numbered as they come, not as they were sent.
_LEEWAY = 120_000

#: How long a hole may be (ms) that is narrow.
_NARROW = 600_000

_PLACE = re.compile(r"([A-Za-z_]+):([0-9]+)")


@dataclass(slots=True)
class Hole:
    """Unused row numbers `first` to `last`, between a row of one time and a row of another (ms)."""

    table: str
    first: int
    last: int
    since: int
    until: int
    #: Unused numbers that nothing has been explained with yet.
    free: list[int] = field(default_factory=list)
    #: Whether it shows by itself that a missing message of its time stood there.
    telling: bool = False

    def named(self, number: int) -> str:
        """A number as rows are named."""
        return f"{self.table}:{number}"


@dataclass(slots=True)
class Traces:
    """What one exhibit keeps of what it lacks."""

    holes: list[Hole] = field(default_factory=list)
    _reach: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    #: Rows that receipts refer to and that are gone: how many receipts, the recipients, and when the first came.
    receipts: dict[str, tuple[int, tuple[str, ...], int]] = field(default_factory=dict)
    #: Digest of every platform key that is quoted or reacted to and is not here, with what refers to it.
    quoted: dict[int, str] = field(default_factory=dict)
    reacted: dict[int, str] = field(default_factory=dict)
    #: Unused numbers that a reaction refers to, with the reaction and its capture.
    reacted_rows: dict[str, tuple[str, str]] = field(default_factory=dict)
    #: The same keys as the export writes them, with the capture that refers to them.
    keys: dict[int, tuple[str, str]] = field(default_factory=dict)
    #: Keys of which the export itself records that they were deleted.
    recorded: set[int] = field(default_factory=set)

    def close(self) -> None:
        """Make the holes ready to be asked."""
        self.holes.sort(key=lambda hole: (hole.since, hole.first))
        self._reach = (
            np.maximum.accumulate(np.array([hole.until for hole in self.holes], np.int64))
            if self.holes
            else self._reach
        )

    def near(self, at: Ints, unit: Ints) -> npt.NDArray[np.bool_]:
        """At which of these times some unused number can be had."""
        found = np.zeros(len(at), np.bool_)
        for n, (time, written) in enumerate(zip(at.tolist(), unit.tolist(), strict=True)):
            found[n] = any(hole.free for hole in self._around(time, written))
        return found

    def _around(self, at: int, unit: int) -> Iterator[Hole]:
        """Holes that a row of that time can have stood in."""
        number = int(np.searchsorted(self._reach, at - _LEEWAY))
        while number < len(self.holes) and self.holes[number].since <= at + unit + _LEEWAY:
            if self.holes[number].until >= at - _LEEWAY:
                yield self.holes[number]
            number += 1

    def told_apart(self, missing: Ints) -> None:
        """Keep in mind which holes say by themselves that a message was here; `missing` are times of all that lacks.

        A narrow one does; and one with just as many numbers as messages are missing in its time, or in that of the
        holes about it together. A wide one with more or fewer is what a phone shows that was away, or whose owner
        posted a status.
        """
        missing = np.sort(missing)

        def count(since: int, until: int) -> int:
            first, last = np.searchsorted(missing, [since - _LEEWAY, until + _LEEWAY + 1])
            return int(last - first)

        cluster: list[Hole] = []
        for hole in [*self.holes, None]:
            reach = max((one.until for one in cluster), default=NEVER)
            if cluster and (hole is None or hole.since - _LEEWAY > reach + _LEEWAY):
                numbers = sum(len(one.free) for one in cluster)
                even = numbers == count(cluster[0].since, reach)
                for one in cluster:
                    narrow = one.until - one.since <= _NARROW
                    one.telling = even or narrow or len(one.free) == count(one.since, one.until)
                cluster = []
            if hole is not None:
                cluster.append(hole)

    def take(self, at: int, unit: int, *, own: bool, capture: str, telling: bool = False) -> str | None:
        """The unused number that a message of that time in that capture can have had, as rows are named, or None.

        Only what the owner sent has receipts here, and a reaction says its conversation: numbers that these point to
        are given to messages that they fit. `telling`: only a number that shows by itself that a message was here.
        """
        best: tuple[int, Hole, int] | None = None
        for hole in self._around(at, unit):
            for place in hole.free:
                if telling and not (hole.telling or self.referred(hole.named(place))):
                    continue
                fit = self._fit(hole.named(place), own=own, capture=capture)
                if fit is not None and (best is None or fit > best[0]):
                    best = fit, hole, place
            if best is not None and best[0] == _BEST:
                break
        if best is None:
            return None
        _, hole, place = best
        hole.free.remove(place)
        return hole.named(place)

    def give_back(self, row: str) -> None:
        """Let a number that was taken be free again."""
        for hole in self.holes:
            number = int(row.rpartition(":")[2])
            if hole.table == row.rpartition(":")[0] and hole.first <= number <= hole.last:
                hole.free = sorted([*hole.free, number])

    def referred(self, row: str) -> bool:
        """Whether a receipt or a reaction points to that number: what stood there was a message."""
        return row in self.receipts or row in self.reacted_rows

    def _fit(self, row: str, *, own: bool, capture: str) -> int | None:
        """How well an unused number fits; None where it cannot be."""
        received, reacted = row in self.receipts, self.reacted_rows.get(row)
        if (received and not own) or (reacted is not None and reacted[1] != capture):
            return None
        return int(received == own) + int(reacted is not None)

    def said_of(self, row: str | None, keys: Iterable[int]) -> dict[str, str]:
        """The traces of a message with that unused number and those keys, each with the words that say it."""
        found: dict[str, str] = {}
        if row is not None:
            found["hole"] = f"the row number {row} is unused between rows of that time"
            if row in self.receipts:
                number = self.receipts[row][0]
                found["orphan_receipt"] = f"{number} receipt{' refers' if number == 1 else 's refer'} to it"
            if row in self.reacted_rows:
                found["reaction_to_missing"] = f"{self.reacted_rows[row][0]} is a reaction to it"
        for key in keys:
            if key in self.recorded:
                found["deletion_record"] = "the export records that it was deleted"
            if key in self.quoted:
                found["quote_of_missing"] = f"{self.quoted[key]} quotes it"
            if key in self.reacted:
                found["reaction_to_missing"] = f"{self.reacted[key]} is a reaction to it"
        return found


def traces(case: Case, joined: Iterable[Joined]) -> dict[str, Traces]:
    """Traces of every exhibit that keeps any, by SHA-256."""
    found: dict[str, Traces] = {}
    held: dict[str, list[tuple[pl.Series, Ints]]] = {}
    keys_of: dict[str, list[npt.NDArray[np.uint64]]] = {}
    for one in joined:
        for here in one.placed:
            keys_of.setdefault(here.held.exhibit, []).append(here.held.key)
            if here.held.rows.null_count() < len(here.held):
                held.setdefault(here.held.exhibit, []).append((here.held.rows, one.spine.at[here.message]))
    for exhibit in sorted(held):
        found[exhibit] = Traces(holes=_holes(held[exhibit]))
    keys = {exhibit: np.concatenate(some) for exhibit, some in keys_of.items()}
    for part in parts(case):
        if (part.path / "messages.parquet").is_file():
            _references(part.path, found, keys.get(part.name, _NO_KEYS))
    for known in found.values():
        known.close()
    return found


def _holes(held: list[tuple[pl.Series, Ints]]) -> list[Hole]:
    """Unused numbers of every table whose rows are numbered."""
    of_table: dict[str, list[tuple[Ints, Ints]]] = {}
    for rows, at in held:
        for table, number, times in _numbered(rows, at):
            of_table.setdefault(table, []).append((number, times))
    found = []
    for table, parts_ in sorted(of_table.items()):
        number = np.concatenate([number for number, _ in parts_])
        at = np.concatenate([times for _, times in parts_])
        order = np.argsort(number, kind="stable")
        number, at = number[order], _filled(at[order])
        for place in np.flatnonzero(np.diff(number) > 1).tolist():
            first, last = int(number[place]) + 1, int(number[place + 1]) - 1
            if last - first >= _MOST:
                continue  # a jump, as after a restored backup, and no hole
            since, until = sorted((int(at[place]), int(at[place + 1])))
            found.append(Hole(table, first, last, since, until, list(range(first, last + 1))))
    return found


def _numbered(rows: pl.Series, at: Ints) -> list[tuple[str, Ints, Ints]]:
    """Numbers of rows that are named `table:number`, with the times, by table."""
    known = rows.is_not_null().to_numpy()
    first = next((_PLACE.fullmatch(name) for name in rows.drop_nulls().head(1)), None)
    if first is None:
        return []
    # Nearly always, all rows of a capture are of one table.
    number = rows.str.strip_prefix(f"{first[1]}:").cast(pl.Int64, strict=False)
    mine = number.is_not_null().to_numpy()
    found = [(first[1], number.drop_nulls().to_numpy(), at[mine])]
    rest = known & ~mine
    return found + _numbered(rows.filter(rest), at[rest]) if rest.any() and mine.any() else found


#: Unused numbers in a row beyond which they are a jump of the counter.
_MOST = 10_000


def _filled(at: Ints) -> Ints:
    """Times, with that of the row before where there is none."""
    known = np.maximum.accumulate(np.where(at != NEVER, np.arange(len(at)), 0))
    filled: Ints = at[known]
    return filled


def _references(path: Path, found: dict[str, Traces], keys: npt.NDArray[np.uint64]) -> None:
    """Add what quotes, reactions and receipts of one part refer to and the part, with these keys, does not hold."""
    quotes = (
        pl.scan_parquet(path / "messages.parquet")
        .filter(pl.col("reply_to").is_not_null())
        .select(
            pl.col("exhibit", "conversation").cast(pl.String),
            "reply_to",
            pl.col("reply_to").hash(seed=3).alias("digest"),
            "row",
        )
        .collect()
    )
    # Polars looks them up by hash; numpy would sort a million keys for it.
    quotes = quotes.filter(~quotes["digest"].is_in(pl.Series(keys).implode()))
    for exhibit, conversation, key, digest, row in (
        quotes.sort("exhibit", "reply_to", "row").rows()
    ):  # fmt: skip
        known = found.setdefault(exhibit, Traces())
        known.quoted.setdefault(digest, row)
        known.keys.setdefault(digest, (key, conversation))
    if (path / "reactions.parquet").is_file():
        reactions = pl.scan_parquet(path / "reactions.parquet").filter(
            pl.col("message").is_null(), pl.col("target_key").is_not_null()
        )
        for exhibit, conversation, key, digest, row in (
            reactions.select(
                pl.col("exhibit", "conversation").cast(pl.String), "target_key",
                pl.col("target_key").hash(seed=3).alias("digest"), "row",
            ).collect().sort("exhibit", "target_key", "row").rows()
        ):  # fmt: skip
            known = found.setdefault(exhibit, Traces())
            if _PLACE.fullmatch(key):  # the database names the row of the message, not its key
                known.reacted_rows.setdefault(key, (row, conversation))
                continue
            known.reacted.setdefault(digest, row)
            known.keys.setdefault(digest, (key, conversation))
    if (path / "receipts.parquet").is_file():
        orphans = pl.scan_parquet(path / "receipts.parquet").filter(
            pl.col("message").is_null(), pl.col("target_key").is_not_null()
        )
        first = pl.min_horizontal("delivered_at", "read_at", "played_at").min().dt.epoch("ms")
        counted = orphans.group_by(pl.col("exhibit").cast(pl.String), "target_key").agg(
            pl.len(), pl.col("participant").drop_nulls().unique().sort(), first.alias("first")
        )
        for exhibit, key, number, people, at in counted.collect().sort("exhibit", "target_key").rows():
            known = found.setdefault(exhibit, Traces())
            known.receipts[key] = (number, tuple(people), NEVER if at is None else at)
    if (path / "warnings.parquet").is_file():
        records = (
            pl.scan_parquet(path / "warnings.parquet")
            .filter(pl.col("kind") == "deletion_trace")
            .select(pl.col("exhibit").cast(pl.String), word=pl.col("detail").str.split(" "))
            .explode("word")
            .select("exhibit", pl.col("word").str.strip_chars(",;.:").hash(seed=3))
        )
        for exhibit, digest in records.collect().rows():
            # The record names the key in words; a word that is no key is that of no message either.
            known = found.setdefault(exhibit, Traces())
            known.recorded.add(digest)
