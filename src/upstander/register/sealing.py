"""How an entry of the ledger is sealed: the same bytes for the same entry, on any database and for ever."""

import hashlib
import json
from datetime import UTC
from typing import Any

from upstander.register.models import Entry

__all__ = ["FIRST", "LINE", "canonical", "of_line", "seal", "storable"]

#: What the first entry has for the one before it.
FIRST = "0" * 64

#: Under which name an entry has the seal of the decision's line that it entered.
LINE = "line_sha256"


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


def of_line(line: str) -> str:
    """The seal of a decision's line as the register has it: SHA-256 of its UTF-8, in hexadecimal."""
    return hashlib.sha256(line.encode("utf-8", "surrogatepass")).hexdigest()
