"""Upstander: an open investigation workbench for misconduct cultures."""

__version__ = "0.1.0"

__all__ = ["__version__"]
