"""What spares a reader, as pages ask for it."""

from django.utils import timezone

from upstander.register.exposure import today
from upstander.register.models import Account, Care, Exposure

__all__ = ["due", "read_today", "spared"]


def spared(account: Account) -> Care:
    """Their choices; the most careful where they made none."""
    return Care.objects.filter(account=account).first() or Care(account=account)


def read_today(account: Account) -> Exposure:
    """How much was shown to them with its text since midnight, UTC."""
    return today(account, timezone.now()) or Exposure(account=account)


def due(care: Care, read: Exposure) -> bool:
    """Whether to offer a pause: as many messages as they said were shown since the last time, or since midnight."""
    return care.pause_after is not None and read.messages - read.paused_at >= care.pause_after
