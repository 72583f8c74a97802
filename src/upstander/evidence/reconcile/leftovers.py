"""The traces of every exhibit, read from its tables: unused row numbers, and what refers to messages that are gone."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.evidence.reconcile.held import NEVER, Ints
from upstander.evidence.reconcile.joining import Joined
from upstander.evidence.reconcile.traces import PLACE, Hole, Traces
from upstander.storage import Case, parts

__all__ = ["traces"]

_NO_KEYS = np.zeros(0, np.uint64)


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
    first = next((PLACE.fullmatch(name) for name in rows.drop_nulls().head(1)), None)
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
            # A text export has no rows: the message's own id says where in it the quote is.
            pl.coalesce("row", "message").alias("row"),
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
            if PLACE.fullmatch(key):  # the database names the row of the message, not its key
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
