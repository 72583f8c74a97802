"""Codings in words."""

from collections.abc import Mapping
from types import MappingProxyType

from upstander.review.codings.coding import Via

__all__ = ["came"]

#: How a message came before whoever coded it.
_CAME: Mapping[Via, str] = MappingProxyType(
    {
        Via.READ: "read in its place",
        Via.SEARCH: "found by a search",
        Via.QUEUE: "given by the queue, by its rank",
        Via.RANDOM: "given by the queue, drawn at random",
        Via.SAMPLE: "drawn for a final sample",
        Via.SECOND: "a second reading, blind",
        Via.SETTLED: "settling a disagreement",
    }
)


def came(via: Via) -> str:
    """How the message came before the reviewer: "a second reading, blind"."""
    return _CAME[via]
