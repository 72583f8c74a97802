"""A draw is asked for, and the words of what is to be read."""

from collections.abc import Sequence
from datetime import datetime

import polars as pl

from upstander.errors import UsageError
from upstander.review.agreement.drawing import draw, prepared
from upstander.review.agreement.draws import Draw
from upstander.review.agreement.report import coded_messages
from upstander.review.codings.used import book_of_case
from upstander.review.collection import collection
from upstander.storage import Case
from upstander.storage.scan import collect

__all__ = ["drawn", "shown_texts", "to_draw"]


def drawn(case: Case, *, code: str | None, share: float, seed: int, now: datetime) -> Draw:
    """Draw what is to be read a second time, of the messages that were coded. Raises `UsageError`, `BadCode`."""
    messages, book = _coded(case, code)
    return draw(case, messages, code=code, book=book, share=share, seed=seed, now=now)


def to_draw(case: Case, *, code: str | None, share: float, seed: int, now: datetime) -> tuple[Draw | None, Draw]:
    """What `drawn` would write, and the whole draw then. Raises `UsageError`, `BadCode`."""
    messages, book = _coded(case, code)
    return prepared(case, messages, code=code, book=book, share=share, seed=seed, now=now)


def _coded(case: Case, code: str | None) -> tuple[list[str], str | None]:
    messages, books = coded_messages(case, code=code)
    if not messages:
        if code is not None:
            book_of_case(case).book.code(code)
        what = f"for {code}" if code is not None else "yet"
        raise UsageError(f"nobody has coded a message of case {case.path.name} {what}, so that none can be drawn")
    # A code of one id in two codebooks is drawn for both.
    return messages, books[0] if code is not None and len(books) == 1 else None


def shown_texts(case: Case, messages: Sequence[str]) -> dict[str, str | None]:
    """The words of messages, by their ids."""
    rows = collection(case).filter(pl.col("message").is_in(list(messages))).select("message", "text")
    return dict(collect(rows).iter_rows())
