"""The words: what a table is, what its fields mean, and how identities are made."""

from upstander.model.identity import conversation_id, message_id
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
