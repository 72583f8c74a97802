"""Operation Meridian: an invented operation, its exhibits, and the truth about them. See README.md (content warning)."""

from __future__ import annotations

from meridian.operation import make
from meridian.truth import Truth

__all__ = ["Truth", "make"]
