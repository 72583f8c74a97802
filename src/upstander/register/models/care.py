"""What spares those who read all day: chosen by each for themselves, and how much they have read."""

from typing import ClassVar

from django.core.validators import MinValueValidator
from django.db import models

from upstander.register.models.account import Account

__all__ = ["Care", "Exposure"]


class Care(models.Model):
    """One reader's choices. Without a row everything is as careful as it can be."""

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="care")
    #: Whether text is hidden until it is asked for.
    veiled = models.BooleanField(default=True)
    #: Whether pictures are without colour.
    grey = models.BooleanField(default=True)
    #: Codes whose messages stay hidden even where text is shown, as a JSON list.
    always_veiled = models.JSONField(default=list)
    #: Messages with their text shown after which a pause is offered, a day; None for never.
    pause_after = models.PositiveIntegerField(null=True, validators=[MinValueValidator(1)], default=200)
    #: Whether single keys do things.
    keys = models.BooleanField(default=True)
    #: `light`, `dark`, or empty for what the system says.
    theme = models.CharField(max_length=10, blank=True)

    def __str__(self) -> str:
        return f"what spares {self.account_id}"


class Exposure(models.Model):
    """How many messages were shown to one reader with their text, by day (UTC)."""

    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="exposures")
    day = models.DateField()
    messages = models.PositiveIntegerField(default=0)
    #: The number at which a pause was offered last.
    paused_at = models.PositiveIntegerField(default=0)

    class Meta:
        """One row a reader and day."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["account", "day"], name="one_exposure_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.messages} messages on {self.day}"
