"""Codes to tick, each with the key that ticks it."""

from dataclasses import dataclass

from upstander.review.codebook import Code, Codebook

__all__ = ["Chip", "chips"]

#: Keys of codes, in their order; the others do something on the page.
_KEYS = "23456789abcdefghikloqsuvwxyz"


@dataclass(frozen=True, slots=True)
class Chip:
    """One code that may apply beside the one that a message is read for; the last ones have no key."""

    code: Code
    key: str | None


def chips(book: Codebook, code: Code) -> list[tuple[str, list[Chip]]]:
    """Every other code by the axis that it is on; codes of the same axis first, for they are mixed up most."""
    keys = iter(_KEYS)
    axes = sorted(book.axes, key=lambda axis: axis.name != code.axis)
    made = []
    for axis in axes:
        row = [Chip(other, next(keys, None)) for other in book.on(axis.name) if other.id != code.id]
        if row:
            made.append((axis.title, row))
    return made
