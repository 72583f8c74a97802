"""Grants: who may do what in which case."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from upstander.register.models.account import Account
from upstander.register.models.case import Case

__all__ = ["Grant", "Role"]


class Role(models.TextChoices):
    """What somebody is in a case; `upstander.actions.powers` says what each may do."""

    OWNER = "owner", "Owner"
    INVESTIGATOR = "investigator", "Investigator"
    REVIEWER = "reviewer", "Reviewer"
    DECISION_MAKER = "decision-maker", "Decision maker"
    AUDITOR = "auditor", "Auditor"


class Grant(models.Model):
    """One person's role in one case, since when and until when. At most one stands at a time."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="grants")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="grants")
    role = models.CharField(max_length=20, choices=Role.choices)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    #: None while it stands.
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        """One that stands, a person and case."""

        ordering: ClassVar[list[str]] = ["case", "given_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["case", "account"], condition=Q(withdrawn_at=None), name="one_standing_grant"
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="grant_of_a_known_role"),
        ]

    def __str__(self) -> str:
        return f"{self.account} as {self.role} in {self.case}"
