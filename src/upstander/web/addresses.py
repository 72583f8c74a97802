"""Where pages are: hundreds of links a page are many of the same."""

from functools import lru_cache
from typing import Any

from django.urls import get_script_prefix, reverse

__all__ = ["address"]


def address(name: str, **where: Any) -> str:
    """The address of the page of that name."""
    return _reversed(get_script_prefix(), name, tuple(where.items()))


@lru_cache(maxsize=4096)
def _reversed(prefix: str, name: str, where: tuple[tuple[str, Any], ...]) -> str:  # noqa: ARG001 - it begins with it
    return reverse(name, kwargs=dict(where))
