"""A labelled data set: texts, and for each whether it is relevant."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.errors import BadDataset
from upstander.review.queue.matrix import Floats

__all__ = ["Dataset", "dataset"]

_YES = {"1", "1.0", "true", "yes", "y", "relevant", "positive", "t"}
_NO = {"0", "0.0", "false", "no", "n", "irrelevant", "negative", "f", ""}


@dataclass(frozen=True, slots=True)
class Dataset:
    """Texts, whether each is relevant, and the first ranking where the file has one."""

    texts: pl.Series
    relevant: npt.NDArray[np.bool_]
    prior: Floats | None = None
    #: Rows that were left out for they have no words.
    empty: int = 0


def dataset(path: Path, *, text: str, label: str, prior: str | None = None) -> Dataset:
    """The data set in a CSV file with a head line. Raises `BadDataset`."""
    try:
        table = pl.read_csv(path, infer_schema=False, truncate_ragged_lines=False)
    except OSError as problem:
        raise BadDataset(f"{path} cannot be read: {problem.strerror or problem}; give a CSV file") from problem
    except pl.exceptions.NoDataError as problem:
        raise BadDataset(f"{path} is empty; give a CSV file with a head line") from problem
    except (pl.exceptions.PolarsError, UnicodeDecodeError) as problem:
        said = str(problem).splitlines()[0]
        raise BadDataset(f"{path} is no CSV file in UTF-8 with a head line: {said}") from problem
    for name in (text, label, *([prior] if prior else [])):
        if name not in table.columns:
            raise BadDataset(f"{path} has no column {name!r}; it has {', '.join(map(repr, table.columns[:20]))}")
    named = table[label].fill_null("").str.strip_chars().str.to_lowercase()
    odd = named.filter(~named.is_in(list(_YES | _NO))).unique(maintain_order=True)
    if len(odd):
        shown = ", ".join(repr(value[:40]) for value in odd.head(5))
        raise BadDataset(
            f"column {label!r} of {path} says {shown}{' and more' if len(odd) > 5 else ''}, and a label is 1 or 0,"
            " yes or no, true or false; make such a column first"
        )
    scores = None
    if prior:
        numbers = table[prior].cast(pl.Float32, strict=False)
        if not numbers.is_finite().fill_null(value=False).all():
            raise BadDataset(f"column {prior!r} of {path} is not a number in every row; mend it or leave --prior out")
        scores = numbers.to_numpy()
    words = table[text].fill_null("").str.strip_chars() != ""
    some = words.to_numpy()
    if not some.any():
        raise BadDataset(f"column {text!r} of {path} has no words in any row; name the column with the texts by --text")
    return Dataset(
        table[text].filter(words),
        named.is_in(list(_YES)).to_numpy()[some],
        None if scores is None else scores[some],
        int((~some).sum()),
    )
