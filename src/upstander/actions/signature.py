"""The name under which somebody decides: their full name, and their user name too where another had theirs before."""

from upstander.register.models import Account
from upstander.storage.signing import signed

__all__ = ["signature"]


def signature(account: Account) -> str:
    """One person has one name for ever, and no two have the same. Raises `UsageError` where it cannot be written."""
    first = not Account.objects.filter(full_name__iexact=account.full_name, pk__lt=account.pk).exists()
    return signed(account.full_name if first else f"{account.full_name} ({account.username})", option="your name")
