"""What was written, counted."""

from dataclasses import dataclass

__all__ = ["Account", "CaseUcoSummary"]


@dataclass(frozen=True, slots=True)
class CaseUcoSummary:
    """What `write_case_uco` wrote."""

    conversations: int
    messages: int
    system_events: int
    #: Accounts: a handle in a conversation is one; that two of them are one person is nobody's say here.
    accounts: int
    #: Attachments, held or not; their bytes are not in the file.
    attachments: int
    exhibits: int
    #: Objects of the graph.
    nodes: int
    #: Messages and system events whose time is undecided: written without one.
    undated: int
    #: Size of the file written.
    bytes: int


@dataclass
class Account:
    """The counts while writing goes on."""

    conversations: int = 0
    messages: int = 0
    system_events: int = 0
    accounts: int = 0
    attachments: int = 0
    exhibits: int = 0
    nodes: int = 0
    undated: int = 0

    def close(self, *, size: int) -> CaseUcoSummary:
        """The summary, for a file of `size` bytes."""
        return CaseUcoSummary(**vars(self), bytes=size)
