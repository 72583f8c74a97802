"""How single values are written in RSMF: instants as ISO 8601 in UTC, and our own columns as `custom` pairs."""

from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["custom", "instants", "written"]


def written(at: datetime) -> str:
    """An instant (UTC) as `2024-03-01T09:00:00Z`, with milliseconds where there are any."""
    text = at.replace(tzinfo=None).isoformat(timespec="milliseconds" if at.microsecond else "seconds")
    return f"{text}Z"


def instants(column: pa.Array) -> list[str | None]:
    """`written` of a whole column."""
    texts = pc.strftime(column.cast(pa.timestamp("ms")), format="%Y-%m-%dT%H:%M:%S").to_pylist()
    return [None if text is None else f"{text.removesuffix('.000')}Z" for text in texts]


def custom(*pairs: tuple[str, Any]) -> list[dict[str, str]]:
    """RSMF's list of names and values: texts of one character or more, so what is absent or empty is left out."""
    entries = []
    for name, value in pairs:
        if value is None or value == "":
            continue
        text = ("true" if value else "false") if isinstance(value, bool) else str(value)
        entries.append({"name": name, "value": text})
    return entries
