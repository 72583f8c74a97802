"""The ledger: every action, in order, each entry sealed with the one before it.

The database itself refuses to change or remove an entry (triggers, in the first migration), on SQLite and PostgreSQL.
Whoever can write to the database's files can still replace all of it: a digest that was noted elsewhere tells.
"""

from typing import ClassVar

from django.db import models

from upstander.register.models.account import Account

__all__ = ["Entry", "Head"]


class Entry(models.Model):
    """One action, as it was done."""

    #: 1, 2, 3, … without holes.
    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField()
    #: None for the system itself and for the command line.
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    #: Their name as it was then; what the command line or the system calls itself else.
    actor = models.CharField(max_length=200)
    #: `desk`, `command line` or `system`.
    via = models.CharField(max_length=20)
    verb = models.CharField(max_length=60)
    #: Reference of the case; empty for what concerns the site.
    case = models.CharField(max_length=100, blank=True)
    #: What it was done to: a message's id, an account's user name, an exhibit's reference.
    about = models.CharField(max_length=300, blank=True)
    #: Everything else that was said, as canonical JSON.
    detail = models.TextField()
    #: Digest of the entry before; 64 zeros for the first.
    before = models.CharField(max_length=64)
    #: SHA-256 of all of the above.
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        """In order."""

        ordering: ClassVar[list[str]] = ["sequence"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "sequence"], name="ledger_of_a_case"),
            models.Index(fields=["account", "sequence"], name="ledger_of_an_account"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"


class Head(models.Model):
    """Where the ledger ends. Taking hold of this row is what puts actions in order."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        """There is one."""

        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=models.Q(id=1), name="one_head"),
        ]

    def __str__(self) -> str:
        return f"the ledger ends at {self.sequence}"
