"""Operation Meridian: an invented operation, its exhibits and their truth. README.md has a content warning."""

from __future__ import annotations

from meridian.captures import capture
from meridian.operation import make
from meridian.truth import Truth

__all__ = ["Truth", "capture", "make"]
