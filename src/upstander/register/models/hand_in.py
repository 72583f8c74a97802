"""Hand-ins: files that somebody handed in at the desk, until they are exhibits of the case.

What was handed in, by whom and what was said of it, is never changed. How far it has come is: progress and lease are
written by the worker without an entry in the ledger, for they decide nothing; every step that somebody takes has one.
"""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from upstander.register.models.account import Account
from upstander.register.models.case import Case

__all__ = ["HandIn", "HandInState"]


class HandInState(models.TextChoices):
    """How far a hand-in has come."""

    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Being taken in"
    STOPPED = "stopped", "Stopped"
    DONE = "done", "Taken in"
    FAILED = "failed", "Not taken in"


class HandIn(models.Model):
    """Files handed in together."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="hand_ins")
    #: 1, 2, 3, … in the case; names its folder in the case's inbox.
    number = models.PositiveIntegerField()
    handed_at = models.DateTimeField()
    handed_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    #: A list of {"name", "bytes", "sha256", "at"}; `at` is the file's place under the hand-in's folder. Empty for a
    #: folder of the server's.
    files = models.JSONField(default=list)
    #: Name of the file or folder in the server's inbox; empty for files that were sent.
    folder = models.CharField(max_length=255, blank=True)
    #: What was said of them, as `upstander ingest` is told it; empty where nothing was.
    custodian = models.CharField(max_length=300, blank=True)
    producer = models.CharField(max_length=300, blank=True)
    reference = models.CharField(max_length=100, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    date_order = models.CharField(max_length=3, blank=True)
    conversation = models.CharField(max_length=300, blank=True)
    #: Place of the key file under the hand-in's folder; empty where none was given.
    key = models.CharField(max_length=300, blank=True)

    state = models.CharField(max_length=10, choices=HandInState.choices, default=HandInState.WAITING)
    #: What is at work, and bytes done and to do of it.
    label = models.CharField(max_length=300, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    #: Why it failed, as a sentence.
    error = models.TextField(blank=True)
    #: Somebody asked for a stop that the worker has not come to yet.
    stopping = models.BooleanField(default=False)
    began_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    #: Which worker has it, and until when it has to say so again.
    worker = models.CharField(max_length=120, blank=True)
    leased_until = models.DateTimeField(null=True)
    #: Id of the intake that it became; empty before.
    intake = models.CharField(max_length=64, blank=True)

    class Meta:
        """The last first."""

        ordering: ClassVar[list[str]] = ["case", "-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["case", "number"], name="one_hand_in_of_a_number"),
            models.CheckConstraint(condition=Q(state__in=HandInState.values), name="hand_in_of_a_known_state"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["state", "handed_at"], name="hand_ins_to_do")]

    def __str__(self) -> str:
        return f"hand-in {self.number} of {self.case}"

    @property
    def title(self) -> str:
        """What it is called on pages and in the ledger: its reference, or its number."""
        return self.reference or f"hand-in {self.number}"

    @property
    def bytes(self) -> int:
        """Bytes that were sent."""
        return sum(file["bytes"] for file in self.files)

    @property
    def open(self) -> bool:
        """Whether something is still to come of it by itself."""
        return self.state in (HandInState.WAITING, HandInState.RUNNING)
