"""Holds: a message that somebody was given to read for a code, until they decide, pass it on, or let it lie.

What may not be twice is refused here, by the database: a message is read first by one person at a time and once, and
nobody reads two at once. A hold decides nothing and has no entry in the ledger; what comes of it has.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from upstander.register.models.account import Account
from upstander.register.models.case import Case

__all__ = ["Hold", "HoldEnd", "HoldMode"]


class HoldMode(models.TextChoices):
    """Where the message was given from."""

    QUEUE = "queue", "the queue"
    SAMPLE = "sample", "the final sample"
    SECOND = "second", "second readings"


class HoldEnd(models.TextChoices):
    """What became of it; empty while it lasts."""

    CODED = "coded", "coded"
    PASSED = "passed", "passed on"
    LAPSED = "lapsed", "let lie"


class Hold(models.Model):
    """One message in one reader's hands, for one code."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="holds")
    code = models.CharField(max_length=200)
    #: Id of the reconciled message.
    message = models.CharField(max_length=200)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="holds")
    mode = models.CharField(max_length=10, choices=HoldMode.choices)
    #: How it came before them and why, as a coding and the queue say it.
    via = models.CharField(max_length=10)
    why = models.CharField(max_length=100)
    given_at = models.DateTimeField()
    #: When it goes to others, unless they have it before them again.
    until = models.DateTimeField()
    #: When its words were shown, and how many messages before and after it with theirs: the most at any time.
    revealed_at = models.DateTimeField(null=True)
    before = models.PositiveIntegerField(default=0)
    after = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=10, choices=HoldEnd.choices, blank=True)

    class Meta:
        """In the order of giving."""

        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            # A first reading in the queue or in the sample; a second one beside it.
            models.UniqueConstraint(
                fields=["case", "code", "message"],
                condition=Q(end__in=["", "coded"], mode__in=["queue", "sample"]),
                name="one_first_reading_of_a_message",
            ),
            models.UniqueConstraint(
                fields=["case", "code", "message"],
                condition=Q(end__in=["", "coded"], mode="second"),
                name="one_second_reading_of_a_message",
            ),
            models.UniqueConstraint(
                fields=["case", "code", "account", "mode"], condition=Q(end=""), name="one_message_in_hand"
            ),
            models.CheckConstraint(condition=Q(end__in=["", *HoldEnd.values]), name="hold_of_a_known_end"),
            models.CheckConstraint(condition=Q(mode__in=HoldMode.values), name="hold_of_a_known_mode"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "code", "end"], name="holds_of_a_code"),
        ]

    def __str__(self) -> str:
        return f"{self.message} in the hands of {self.account_id}"
