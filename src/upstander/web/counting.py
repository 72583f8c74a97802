"""What counts wrong passwords and codes, and remembers codes that were used: kept until it has run out."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache

__all__ = ["Counters"]


class Counters(DatabaseCache):
    """Django's cache in a table, in which nothing that still counts gives way to something else.

    Django's own removes, above some hundred rows, a third of them by their names. Whoever made rows enough, by guessing
    at names that nobody has, would end the lock on the name that they were after. How many rows there can be is bounded
    by how often an address may try, and each is there for a quarter of an hour.
    """

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:  # noqa: ARG002 - what Django gives
        """Remove what has run out and nothing else: of no rows, Django's own removes none that still count."""
        super()._cull(db, cursor, now, 0)  # type: ignore[misc]
