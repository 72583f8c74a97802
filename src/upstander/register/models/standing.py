"""Standings: what somebody is to a case. Its subjects and their supervisors can never be given access to it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from upstander.register.models.account import Account
from upstander.register.models.case import Case

__all__ = ["Standing", "StandingKind"]


class StandingKind(models.TextChoices):
    """What somebody is to a case."""

    SUBJECT = "subject", "Subject"
    SUPERVISOR = "supervisor", "Supervisor of a subject"
    COMPLAINANT = "complainant", "Complainant"
    WITNESS = "witness", "Witness"


class Standing(models.Model):
    """One person's standing in one case, as an investigator stated it.

    They are named as they are known; whether an account is theirs is found by number, by name or because it was said.
    """

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="standings")
    kind = models.CharField(max_length=20, choices=StandingKind.choices)
    name = models.CharField(max_length=200)
    number = models.CharField(max_length=40, blank=True)
    #: Theirs, where somebody said so.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    stated_at = models.DateTimeField()
    stated_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    #: None while it stands.
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """In the order stated."""

        ordering: ClassVar[list[str]] = ["case", "stated_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(kind__in=StandingKind.values), name="standing_of_a_known_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.kind} in {self.case}"
