"""How an entry of the ledger is sealed: the same bytes for the same entry, on any database and for ever."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

__all__ = ["FIRST", "canonical", "sealed"]

#: What the first entry has for the one before it.
FIRST = "0" * 64


def canonical(value: Any) -> str:
    """JSON with its keys in order and no space between: one text for one value. Raises `ValueError` or `TypeError`."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sealed(
    *,
    sequence: int,
    at: datetime,
    account: int | None,
    actor: str,
    via: str,
    verb: str,
    case: str,
    about: str,
    detail: str,
    before: str,
) -> str:
    """The digest of an entry: SHA-256, in hexadecimal, of a JSON list of its fields in this order."""
    instant = at.astimezone(UTC).isoformat(timespec="microseconds")
    fields = [sequence, instant, account, actor, via, verb, case, about, detail, before]
    return hashlib.sha256(canonical(fields).encode("utf-8", "surrogatepass")).hexdigest()
