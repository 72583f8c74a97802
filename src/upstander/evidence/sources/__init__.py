"""The export formats, one module each."""

from upstander.evidence.sources.interface import Card, DateOrder, Format, Reading, Rows, Source

__all__ = ["Card", "DateOrder", "Format", "Reading", "Rows", "Source"]
