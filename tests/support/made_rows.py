"""Columns of one capture as reconciliation holds them, made by hand: for tests of its parts."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from upstander.evidence.reconcile.bodies import SORTS
from upstander.evidence.reconcile.held import NEVER, Held
from upstander.evidence.reconcile.spine import Placed, Spine

__all__ = ["capture", "digests", "ints", "placed", "spine"]


def ints(*values: int) -> np.ndarray:
    """A column of integers."""
    return np.array(values, np.int64)


def digests(*words: str) -> np.ndarray:
    """A column of digests: one number a word, the same for the same word."""
    return pl.Series(list(words)).hash(seed=11).to_numpy()


def capture(name: str, rows: Sequence[tuple[int | None, str | None, str]], **columns: Any) -> Held:
    """A capture of rows (ms or None, author or None, text); `columns` replace those of `Held`."""
    authors = sorted({author for _, author, _ in rows if author is not None})
    count = len(rows)
    made: dict[str, Any] = {
        "capture": name, "exhibit": name, "source": "whatsapp_text", "platform": "whatsapp", "platform_key": None,
        "title": "Nights", "kind": "group", "account": None,
        "sightings": pl.Series([f"{name}-{place}" for place in range(count)], dtype=pl.String),
        "rows": pl.Series([None] * count, dtype=pl.String),
        "sent": np.array([NEVER if at is None else at for at, _, _ in rows], np.int64),
        "unit": np.full(count, 1000), "server": np.full(count, NEVER),
        "author": np.array([-1 if author is None else authors.index(author) for _, author, _ in rows], np.int64),
        "authors": authors, "own": np.zeros(count, np.bool_), "key": np.zeros(count, np.uint64),
        "body": digests(*(text for _, _, text in rows)) if rows else np.zeros(0, np.uint64),
        "sort": np.array([SORTS["notice" if author is None else "words"] for _, author, _ in rows], np.int8),
        "length": np.array([len(text) for _, _, text in rows], np.int64), "edited": np.zeros(count, np.bool_),
        "deleted_here": np.zeros(count, np.bool_), "zone_recorded": False, "zone": "UTC",
        "placeholder": np.zeros(count, np.bool_), "bare": np.zeros(count, np.bool_),
        "media": np.zeros(count, np.uint64),
    }  # fmt: skip
    return Held(**{**made, **columns})


def spine(held: Held) -> Spine:
    """The conversation of one capture alone."""
    return Spine(
        at=held.sent.copy(), unit=held.unit.copy(), author=held.author.copy(), body=held.body.copy(),
        sort=held.sort.copy(), media=held.media.copy(), length=held.length.copy(), edited=held.edited.copy(),
        dated=held.sent != NEVER, place=np.arange(len(held)), apart=np.zeros(len(held), np.bool_),
        authors=len(held.authors),
    )  # fmt: skip


def placed(held: Held) -> Placed:
    """The capture with no row placed."""
    return Placed(held, np.full(len(held), -1, np.int64), np.zeros(len(held), np.int8), np.ones(len(held)))
