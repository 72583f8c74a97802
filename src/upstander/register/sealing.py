"""How an entry of the ledger is sealed: the same bytes for the same entry, on any database and for ever."""

import hashlib
import json
from datetime import UTC
from typing import Any

from upstander.register.models import Entry

__all__ = ["FIRST", "canonical", "seal", "storable"]

#: What the first entry has for the one before it.
FIRST = "0" * 64


def canonical(value: Any) -> str:
    """JSON with its keys in order and no space between: one text for one value. Raises `ValueError` or `TypeError`."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def storable(text: str) -> str:
    """The text as every database can keep it: PostgreSQL takes no NUL, and none takes half of a pair of surrogates."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def seal(entry: Entry) -> str:
    """The digest of an entry: SHA-256, in hexadecimal, of a JSON list of its other fields in this order."""
    instant = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    who = [entry.account_id, entry.actor, entry.via]
    what = [entry.verb, entry.case, entry.about, entry.detail]
    fields = [entry.sequence, instant, *who, *what, entry.before]
    return hashlib.sha256(canonical(fields).encode("utf-8", "surrogatepass")).hexdigest()
