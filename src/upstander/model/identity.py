"""Identities made from content.

A conversation's id commits to every byte of its exhibit, through the exhibit's SHA-256; a message's id adds the place
of its record there. So an id never depends on when or by whom something was ingested, on the file's name, nor on how a
time was read: a case re-read under another time zone keeps every id, and with it every coding a reviewer has made.
Whether two exhibits show the *same* message is a matter of evidence and is decided by reconciliation, not by equal ids.
"""

import hashlib

__all__ = ["conversation_id", "message_id"]

#: Hexadecimal digits kept: 64 bits. Among a million conversations the chance of one collision is 3 in 100 million.
_DIGITS = 16


def conversation_id(*, exhibit: str, member: str | None, source: str, key: str) -> str:
    """Id of the conversation that `source` calls `key` in `member` of `exhibit`.

    Fields are joined by U+001F and escaped by length, so that no two different quadruples read the same.
    """
    fields = (exhibit, member or "", source, key)
    written = "\x1f".join(f"{len(field)}:{field}" for field in fields)
    return hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]


def message_id(conversation: str, place: int | str) -> str:
    """Id of the message at `place` (byte offset, row id or index path) of `conversation`: `9f3c…-18233`."""
    return f"{conversation}-{place}"
