"""Keeps what is written for training apart from the test that measures it: no run of words may be in both."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from upstander.errors import UpstanderError
from upstander.review.folding import fold

__all__ = ["HATECHECK", "RUN", "SharedWords", "check", "read_cases", "shared"]

#: Where HateCheck's cases are in the folder of the labelled sets: all that were written, beside those that were kept.
HATECHECK = "hatecheck/all_cases.csv"

#: Words in a row that an invented sentence and a case may not have in common.
RUN = 4

_WORD = re.compile(r"[^\W_]+")


class SharedWords(UpstanderError):
    """A sentence that is to train has words in a row with a case of the test, or the cases cannot be read."""


def check(invented: Iterable[str], cases: Iterable[str]) -> None:
    """Raise `SharedWords` where a sentence and a case share `RUN` words in a row."""
    found = list(shared(invented, cases))
    if found:
        raise SharedWords(
            f"{len(found)} invented sentences share {RUN} words in a row with a case of HateCheck, which only measures;"
            f" the first: {', '.join(' '.join(run) for _, run in found[:5])}. Word them anew"
        )


def shared(invented: Iterable[str], cases: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each sentence that shares a run with a case, and its first such run."""
    theirs = {run for case in cases for run in _runs(case)}
    for sentence in invented:
        run = next((run for run in _runs(sentence) if run in theirs), None)
        if run:
            yield sentence, run


def _runs(text: str) -> list[tuple[str, ...]]:
    """Every run of words; case, accents, signs and apostrophes (don't, dont) tell none from another."""
    words = _WORD.findall(re.sub("['’]", "", fold(text)))
    return [tuple(words[at : at + RUN]) for at in range(len(words) - RUN + 1)]


def read_cases(path: Path) -> list[str]:
    """HateCheck's cases from its file. Raises `SharedWords` where it cannot be: unchecked is not sure."""
    try:
        with path.open(encoding="utf-8", newline="") as stream:
            return [line["test_case"] for line in csv.DictReader(stream)]
    except (OSError, KeyError) as problem:
        raise SharedWords(
            f"HateCheck's cases cannot be read from {path} ({problem}), so that nothing says that the invented"
            " sentences are not among them; name its file with --hatecheck"
        ) from problem
