"""The export formats, one module each."""

from upstander.evidence.sources.interface import Card, DateOrder, Reading, Rows, Source

__all__ = ["Card", "DateOrder", "Reading", "Rows", "Source"]
