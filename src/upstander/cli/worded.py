"""Words that the commands and the desk share."""

from upstander.evidence.worded import (
    BASES,
    MATCHED,
    REASONS,
    TRACES,
    clock,
    date_in_words,
    listed,
    offset,
    plural,
    span,
    traces,
)

__all__ = [
    "BASES",
    "MATCHED",
    "REASONS",
    "TRACES",
    "clock",
    "date_in_words",
    "listed",
    "offset",
    "plural",
    "span",
    "traces",
]
