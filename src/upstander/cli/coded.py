"""A coding as every command that shows one writes it for a program."""

from typing import Any

from upstander.cli.written import instant, part
from upstander.review.codings import Coding

__all__ = ["plainly"]


def plainly(coding: Coding) -> dict[str, Any]:
    """What it says; what is absent is None."""
    return {
        "code": coding.code,
        "codebook": coding.codebook,
        "applies": coding.applies,
        "span": part(*coding.span) if coding.span else None,
        "by": coding.by,
        "at": instant(coding.at),
        "via": coding.via.value,
        "note": coding.note,
        "context": list(coding.context) if coding.context else None,
    }
