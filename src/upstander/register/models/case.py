"""Cases as the register knows them: the folder itself is the storage's."""

from typing import ClassVar

from django.db import models

from upstander.register.models.account import Account

__all__ = ["Case"]


class Case(models.Model):
    """One investigation. Its reference names its folder in the home."""

    reference = models.CharField(max_length=100, unique=True)
    title = models.CharField(max_length=300)
    opened_at = models.DateTimeField()
    #: None for one that was there before the desk was.
    opened_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        """By reference."""

        ordering: ClassVar[list[str]] = ["reference"]

    def __str__(self) -> str:
        return self.reference
