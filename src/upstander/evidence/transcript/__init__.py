"""Transcripts: every reconciled conversation put down line by line, so that a page finds any stretch of it at once.

The tables answer every question and are laid down for scanning; a page asks for a hundred messages with all that hangs
on them. `building` makes two files and a list of ids from the tables, `opening` reads them where they lie.
"""

from upstander.evidence.transcript.lines import (
    Attachment,
    Change,
    Conversation,
    Held,
    Lacked,
    Lane,
    Line,
    Reaction,
    Trace,
    Version,
)
from upstander.evidence.transcript.opening import Transcript

__all__ = [
    "Attachment",
    "Change",
    "Conversation",
    "Held",
    "Lacked",
    "Lane",
    "Line",
    "Reaction",
    "Trace",
    "Transcript",
    "Version",
]
