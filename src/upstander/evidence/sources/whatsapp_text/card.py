"""What the source was tried on, and what it does not read."""

from upstander.evidence.sources.interface import Card

__all__ = ["CARD"]

CARD = Card(title="WhatsApp text export (Android and iOS)", tried_on=(), limits=())
