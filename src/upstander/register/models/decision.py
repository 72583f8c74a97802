"""Decisions of people on evidence, each with its entry in the ledger; the case folder has them as lines of files."""

from typing import ClassVar

from django.db import models

from upstander.register.models.case import Case
from upstander.register.models.ledger import Entry

__all__ = ["Decision", "File"]


class File(models.TextChoices):
    """The decision files of a case folder."""

    ALIASES = "aliases.jsonl", "who is one person"
    CERTIFICATES = "certificates.jsonl", "what certificates rest on"
    CODINGS = "codings.jsonl", "codings"
    DRAWS = "draws.jsonl", "second readings"
    QUEUES = "queues.jsonl", "how codes are read"
    SEARCHES = "searches.jsonl", "searches kept under a name"
    STANCES = "stances.jsonl", "stances"


class Decision(models.Model):
    """One line of a decision file. Here it is the truth; the file is written from it, in the ledger's order."""

    entry = models.OneToOneField(Entry, on_delete=models.PROTECT, primary_key=True)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="decisions")
    file = models.CharField(max_length=40, choices=File.choices)
    #: A JSON object, as the file has it but for the entry's number.
    line = models.TextField()
    #: Whether it stood in the file first, written by a command: then it is not written there again.
    admitted = models.BooleanField(default=False)

    class Meta:
        """In the ledger's order."""

        ordering: ClassVar[list[str]] = ["entry"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["case", "file", "entry"], name="decisions_of_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.file} {self.entry_id}"
