"""What spares a reader, as pages ask for it."""

from django.utils import timezone

from upstander.register.exposure import today
from upstander.register.models import Account, Care, Exposure

__all__ = ["due", "read_today", "spared"]

#: Where an account that was looked up for one request keeps them.
_KNOWN = "_care_of_request"


def spared(account: Account) -> Care:
    """Their choices; the most careful where they made none. Looked up once for what a request knows of them."""
    known: Care | None = getattr(account, _KNOWN, None)
    if known is None:
        known = Care.objects.filter(account=account).first() or Care(account=account)
        setattr(account, _KNOWN, known)
    return known


def read_today(account: Account) -> Exposure:
    """How much was shown to them with its text since midnight, UTC."""
    return today(account, timezone.now()) or Exposure(account=account)


def due(care: Care, read: Exposure) -> bool:
    """Whether to offer a pause: as many messages as they said were shown since the last time, or since midnight."""
    return care.pause_after is not None and read.messages - read.paused_at >= care.pause_after
