"""How an entry of the ledger is sealed: the same bytes for the same entry, on any database and for ever."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

__all__ = ["FIRST", "canonical", "sealed", "storable"]

#: What the first entry has for the one before it.
FIRST = "0" * 64


def canonical(value: Any) -> str:
    """JSON with its keys in order and no space between: one text for one value. Raises `ValueError` or `TypeError`."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def storable(text: str) -> str:
    """The text as every database can keep it: PostgreSQL takes no NUL, and none takes half of a pair of surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8") if _unstorable(text) else text


def _unstorable(text: str) -> bool:
    return "\0" in text or any("\ud800" <= sign <= "\udfff" for sign in text)


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
