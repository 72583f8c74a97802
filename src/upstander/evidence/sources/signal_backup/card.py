"""What the source of Signal backups was tried on, and what it does not read."""

from upstander.evidence.sources.interface import Card

__all__ = ["CARD"]

CARD = Card(
    title="Signal backup, version 2 (binary, encrypted, or plain-text JSON lines)",
    tried_on=(),
    limits=(),
)
