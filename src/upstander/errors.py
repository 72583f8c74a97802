"""Every exception that Upstander raises on purpose.

::

    UpstanderError
    ├── UsageError            what was asked for cannot be understood
    │   ├── UnknownTimeZone
    │   ├── BadDate
    │   ├── BadRoster
    │   ├── BadQuery
    │   ├── BadCode
    │   └── BadDataset
    ├── CaseError             the case folder
    │   ├── CaseExists
    │   ├── CaseMissing
    │   ├── CaseBusy
    │   ├── CaseDamaged
    │   ├── NotReconciled
    │   └── BadDecision
    ├── IntakeError           what is being handed in
    │   ├── PathMissing
    │   ├── PathUnreadable
    │   └── ReferenceTaken
    ├── SourceError           what is inside an exhibit
    │   ├── WrongSource       "not mine": another source may read it
    │   ├── Unreadable        nothing (more) of the document can be read
    │   ├── KeyNeeded
    │   ├── KeyWrong
    │   └── LimitReached
    ├── ReviewError           searching, ranking and coding
    │   ├── BadCodebook
    │   ├── BadModel
    │   ├── SearchTimeout
    │   └── NotIndexed
    ├── ActionError           what somebody wants to do on the desk
    │   ├── NotAllowed        they lack the power
    │   ├── Refused           it cannot be done as things stand
    │   │   ├── Overtaken     somebody else decided first
    │   │   └── SaidAlready   a form that was sent twice
    │   └── LedgerBroken      the ledger is not what was written
    ├── BadSetting            a setting of the site that cannot be used
    ├── SchemaMismatch        rows that are not of their table's schema
    └── OutputError           what is being written out

A message is one sentence that says what, where and what to do; the shells print it as it is.
A source raises inside `SourceError` only; anything that concerns one record is a warning row, never an exception.
"""

from datetime import UTC, datetime

__all__ = [
    "ActionError",
    "BadCode",
    "BadCodebook",
    "BadDataset",
    "BadDate",
    "BadDecision",
    "BadModel",
    "BadQuery",
    "BadRoster",
    "BadSetting",
    "CaseBusy",
    "CaseDamaged",
    "CaseError",
    "CaseExists",
    "CaseMissing",
    "IntakeError",
    "KeyNeeded",
    "KeyWrong",
    "LedgerBroken",
    "LimitReached",
    "NotAllowed",
    "NotIndexed",
    "NotReconciled",
    "OutputError",
    "Overtaken",
    "PathMissing",
    "PathUnreadable",
    "ReferenceTaken",
    "Refused",
    "ReviewError",
    "SaidAlready",
    "SchemaMismatch",
    "SearchTimeout",
    "SourceError",
    "UnknownTimeZone",
    "Unreadable",
    "UpstanderError",
    "UsageError",
    "WrongSource",
]


class UpstanderError(Exception):
    """Root of every error that this package raises on purpose."""


class UsageError(UpstanderError):
    """What was asked for cannot be understood; nothing was done."""


class UnknownTimeZone(UsageError):
    """A time zone that is not in the IANA database."""


class BadDate(UsageError):
    """A date or time on the command line that cannot be read."""


class BadRoster(UsageError):
    """A roster of ranks and supervisors that cannot be read."""


class BadQuery(UsageError):
    """A search that cannot be understood; the sentence says where in it."""


class BadCode(UsageError):
    """A code that the codebook does not have, or a span that the message does not have."""


class BadDataset(UsageError):
    """A labelled data set that cannot be read, or that has no such column."""


class CaseError(UpstanderError):
    """The case folder does not allow what was asked for."""


class CaseExists(CaseError):
    """A case of this reference exists already."""


class CaseMissing(CaseError):
    """There is no case of this reference."""


class CaseBusy(CaseError):
    """Another process is writing to this case; try again when it has finished."""


class CaseDamaged(CaseError):
    """A stored file is not what its record says: an exhibit's digest is wrong, or a table cannot be read."""


class NotReconciled(CaseError):
    """The captures of this case have not been reconciled, so that gaps and clocks are not known."""


class BadDecision(CaseError):
    """A line of the decision file cannot be read; nothing is decided on half of what people said."""


class IntakeError(UpstanderError):
    """What is being handed in cannot be taken in."""


class PathMissing(IntakeError):
    """There is no file or folder at this path."""


class PathUnreadable(IntakeError):
    """The path is there and cannot be read, or is no ordinary file (a symbolic link, a device, a socket)."""


class ReferenceTaken(IntakeError):
    """Another exhibit of the case has this reference already."""


class SourceError(UpstanderError):
    """The inside of an exhibit cannot be read by a source.

    `kind` is the warning kind (model/warning_kinds.yaml) that the intake records for it.
    """

    kind = "unreadable"

    def __init__(self, message: str, *, kind: str | None = None) -> None:
        """Keep the sentence, and the warning kind where it is more particular than the class's own."""
        super().__init__(message)
        if kind is not None:
            self.kind = kind


class WrongSource(SourceError):
    """The document is not of this source's format; raised from its first bytes, before anything is emitted."""

    kind = "unknown_format"


class Unreadable(SourceError):
    """Nothing more of the document can be read: it is corrupt, cut short or locked. Rows given before stand."""


class KeyNeeded(SourceError):
    """The document is encrypted and no key was given (`ingest --key`)."""

    kind = "key_needed"


class KeyWrong(SourceError):
    """The key that was given does not open the document."""

    kind = "key_wrong"


class LimitReached(SourceError):
    """A stated limit was reached (a zip bomb, nesting, a value too large); what came before stands."""

    kind = "limit_reached"


class ReviewError(UpstanderError):
    """Searching, ranking or coding cannot go on."""


class BadCodebook(ReviewError):
    """A codebook that cannot be read or contradicts itself; the sentence says where."""


class BadModel(ReviewError):
    """A model's file that is missing, damaged or of another make than its card says."""


class SearchTimeout(ReviewError):
    """A search took longer than it was allowed to."""


class NotIndexed(ReviewError):
    """The case has no text index, or one of other tables than it holds now."""


class ActionError(UpstanderError):
    """What somebody wants to do cannot be done; nothing was."""


class NotAllowed(ActionError):
    """They lack the power; `hidden` where they may not even know that there is something."""

    def __init__(self, message: str, *, hidden: bool = False) -> None:
        """Keep the sentence, and whether the thing itself is to be denied."""
        super().__init__(message)
        self.hidden = hidden


class Refused(ActionError):
    """It cannot be done as things stand; the sentence says what to do first."""


class Overtaken(Refused):
    """Somebody else decided first; who shows it may tell the time as its reader tells times."""

    def __init__(self, message: str, *, at: datetime | None = None) -> None:
        """Keep what was decided, and when; None where all that is known is that it is no longer as it was."""
        self.message, self.at = message, at
        super().__init__(self.told("" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"))

    def told(self, when: str) -> str:
        """The sentence with that time in it."""
        on = "" if self.at is None else f" on {when}"
        return f"{self.message}{on}; look at it again before you decide."


class SaidAlready(Refused):
    """A form that was sent again: what it says is written, and is not written twice."""


class LedgerBroken(ActionError):
    """The ledger is not what was written: an entry was changed, removed or put in."""


class BadSetting(UpstanderError):
    """A setting of the site that cannot be used; the sentence names it."""


class SchemaMismatch(UpstanderError):
    """Rows that are not of their table's schema: a fault of the program, named rather than written."""


class OutputError(UpstanderError):
    """What was asked for cannot be written where it was asked for."""
