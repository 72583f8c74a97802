"""How much of what people wrote was shown to a reader today: for them alone; it decides nothing, and is no action."""

from datetime import UTC, datetime

from django.db.models import F

from upstander.register.models import Account, Exposure

__all__ = ["paused", "seen", "today"]


def seen(account: Account, count: int, now: datetime) -> None:
    """Add messages that were shown with their text."""
    day, more = now.astimezone(UTC).date(), F("messages") + count
    if not Exposure.objects.filter(account=account, day=day).update(messages=more):
        # The first of the day; where somebody else makes it at the same moment, theirs is added to.
        Exposure.objects.get_or_create(account=account, day=day)
        Exposure.objects.filter(account=account, day=day).update(messages=more)


def paused(account: Account, now: datetime) -> None:
    """They were offered a pause: it is not offered again before as many more."""
    Exposure.objects.filter(account=account, day=now.astimezone(UTC).date()).update(paused_at=F("messages"))


def today(account: Account, now: datetime) -> Exposure | None:
    """What was shown to them since midnight, UTC; None where nothing was."""
    return Exposure.objects.filter(account=account, day=now.astimezone(UTC).date()).first()
