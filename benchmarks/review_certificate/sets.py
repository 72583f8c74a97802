"""The labelled sets that reviews are replayed on: their texts, and which of them are relevant."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl

__all__ = ["SETS", "Labelled"]

#: Texts, and a flag for each.
Labelled = tuple[pl.Series, npt.NDArray[np.bool_]]

_MADE = 80_000


def _threats(folder: Path) -> Labelled:
    rows = pl.read_csv(folder / "edos" / "edos_labelled_aggregated.csv")
    return rows["text"], rows["label_category"].str.starts_with("1.").to_numpy()


def _harm(folder: Path) -> Labelled:
    rows = pl.read_csv(folder / "edos" / "edos_labelled_aggregated.csv")
    return rows["text"], rows["label_vector"].str.starts_with("1.1").to_numpy()


def _davidson(folder: Path) -> Labelled:
    rows = pl.read_csv(folder / "davidson" / "labeled_data.csv")
    return rows["tweet"], (rows["class"] == 0).to_numpy()


def _conda(folder: Path) -> Labelled:
    files = [folder / "conda_chat" / f"CONDA_{part}.csv" for part in ("train", "valid")]
    rows = pl.concat(pl.read_csv(file, columns=["utterance", "intentClass"]) for file in files)
    rows = rows.filter(pl.col("utterance").is_not_null())
    return rows["utterance"], (rows["intentClass"] == "E").to_numpy()


def _guest(folder: Path) -> Labelled:
    rows = pl.read_csv(folder / "misogyny_eacl2021" / "final_labels.csv", columns=["body", "level_1"])
    rows = rows.with_columns(pl.col("body").fill_null(""))
    return rows["body"], (rows["level_1"] == "Misogynistic").to_numpy()


def _mixed(folder: Path) -> Labelled:
    """The threats among 80,000 lines that a chain of word pairs makes of the set's other texts, as short as chat."""
    texts, relevant = _threats(folder)
    draw = np.random.default_rng(20_261_126)
    follows: dict[str, list[str]] = defaultdict(list)
    for text in texts.filter(pl.Series(~relevant)):
        words = ["", *text.split(), ""]
        for before, word in pairwise(words):
            follows[before].append(word)
    made = [_line(follows, draw) for _ in range(_MADE)]
    return pl.concat([texts, pl.Series(made)]), np.concatenate([relevant, np.zeros(_MADE, bool)])


def _line(follows: Mapping[str, list[str]], draw: np.random.Generator) -> str:
    line: list[str] = []
    word = ""
    for _ in range(int(draw.integers(3, 16))):
        after = follows[word]
        word = after[int(draw.integers(len(after)))]
        if not word:
            break
        line.append(word)
    return " ".join(line)


#: By name, in the order of the tables.
SETS: Mapping[str, Callable[[Path], Labelled]] = MappingProxyType(
    {
        "EDOS threats": _threats,
        "EDOS 1.1": _harm,
        "Davidson hate": _davidson,
        "CONDA explicit": _conda,
        "Guest misogyny": _guest,
        "mixed 100k": _mixed,
    }
)
