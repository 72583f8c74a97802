"""What a source is: the one contract between an export format and the rest.

A source answers one question, *what is in these bytes*. What a row is stands in `model/schema`; what rows mean together
is computed later, by others. A source is three things in a module: a card, `recognise` and `read`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import pyarrow as pa

from upstander.evidence.document import Document, File

__all__ = ["Card", "DateOrder", "Format", "Reading", "Rows", "Source"]


class DateOrder(StrEnum):
    """Order of day, month and year in a written date."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
    YEAR_FIRST = "ymd"


@dataclass(frozen=True, slots=True)
class Reading:
    """What whoever ingests a document states about it; nothing here is guessed."""

    #: IANA name of the zone that times without one are to be read under; None where it was not stated.
    time_zone: str | None = None
    #: Order of written dates; None leaves it to the file's own evidence.
    date_order: DateOrder | None = None
    #: The key file for an encrypted document.
    key: File | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """One batch of rows of one table."""

    table: str
    #: Of exactly that table's schema (`model.batch`).
    batch: pa.RecordBatch
    #: Share of the document read so far, 0 to 1, for the progress bar.
    done: float


@dataclass(frozen=True, slots=True)
class Card:
    """What a source was tried on, so that its reader knows how far to trust it."""

    title: str
    #: One line each: the corpus, the app version or schema where known, and the rows found in it.
    tried_on: tuple[str, ...]
    #: What the format does not hold, or the source does not read.
    limits: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """One export format."""

    #: As it stands in the tables: `whatsapp_text`.
    name: str
    card: Card
    #: Looks at the first bytes. Raises `WrongSource` when the document is not of this format; otherwise gives the
    #: names of the siblings that are read together with it (and so are not read on their own).
    recognise: Callable[[Document], tuple[str, ...]]
    #: Streams rows, conversation by conversation and within one oldest first. Raises `SourceError` where nothing more
    #: can be read: rows already given stand. Memory is bounded by a batch, not by the document.
    read: Callable[[Document, Reading], Iterator[Rows]]


class Format(Protocol):
    """What the pipeline asks of a source: a `Source`, or one that is loaded when it is first needed (`registry`)."""

    @property
    def name(self) -> str:
        """As it stands in the tables."""

    @property
    def card(self) -> Card:
        """What it was tried on."""

    def recognise(self, document: Document, /) -> tuple[str, ...]:
        """As `Source.recognise`."""

    def read(self, document: Document, reading: Reading, /) -> Iterator[Rows]:
        """As `Source.read`."""
