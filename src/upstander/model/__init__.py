"""The words: what a table is, what its fields mean, and how identities are made."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from upstander.model.identity import conversation_id, message_id

if TYPE_CHECKING:
    from upstander.model.tables import TABLES, Field, Table, batch, schema, table, warning_kinds

__all__ = [
    "TABLES",
    "Field",
    "Table",
    "batch",
    "conversation_id",
    "message_id",
    "schema",
    "table",
    "warning_kinds",
]


def __getattr__(name: str) -> Any:
    """The tables, loaded when they are asked for: the help of the command line needs none, and Arrow takes a second."""
    if name in __all__:
        return getattr(import_module("upstander.model.tables"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
