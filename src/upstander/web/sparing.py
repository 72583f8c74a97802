"""What spares a reader, as pages ask for it."""

from datetime import UTC

from django.utils import timezone

from upstander.register.models import Account, Care, Exposure

__all__ = ["due", "spared"]


def spared(account: Account) -> Care:
    """Their choices; the most careful where they made none."""
    return Care.objects.filter(account=account).first() or Care(account=account)


def due(account: Account) -> bool:
    """Whether to offer a pause: as many messages as they said were shown since the last time, or since midnight."""
    limit = spared(account).pause_after
    if limit is None:
        return False
    today = Exposure.objects.filter(account=account, day=timezone.now().astimezone(UTC).date()).first()
    return today is not None and today.messages - today.paused_at >= limit
