"""Addresses: the `handle` table, and the account's own address, which no table states."""

from collections import Counter
from dataclasses import dataclass, field

from upstander.evidence.sources.imessage.schema import Columns, Row, selected
from upstander.evidence.sources.imessage.values import integer, owner_handle, text

__all__ = ["OWNER_UNKNOWN", "Handles", "read_handles"]

#: Author of the account's own messages where the database does not tell its address.
OWNER_UNKNOWN = "me"


@dataclass
class Handles:
    """Who is who, by the number that other tables refer to."""

    by_key: dict[int, str] = field(default_factory=dict)
    #: Addresses of the account, with the number of messages that were sent from or to them.
    owners: Counter[str] = field(default_factory=Counter)

    @property
    def owner(self) -> str:
        """The account's most used address."""
        return max(self.owners, key=lambda handle: (self.owners[handle], handle)) if self.owners else OWNER_UNKNOWN

    def of(self, key: object) -> str | None:
        """The address of handle row `key`; None where it is not there."""
        number = integer(key)
        return self.by_key.get(number) if number is not None else None

    def account(self, chat: Row) -> str | None:
        """The address that the account has in a chat, where its row tells it."""
        return owner_handle(chat["last_addressed_handle"]) or owner_handle(chat["account_login"])


def read_handles(columns: Columns) -> Handles:
    """Read every handle, and count the addresses that the account's own messages name."""
    handles = Handles()
    for row in columns.all("handle", ("rowid", "id")):
        handle = text(row["id"])
        if handle and isinstance(row["rowid"], int):
            handles.by_key[row["rowid"]] = handle
    there = columns.of("message")
    for name in ("destination_caller_id", "account"):
        # Where messages were sent to tells more than the account that the system sent them with.
        if name in there and not handles.owners:
            where = "WHERE is_from_me = 1" if name == "account" and "is_from_me" in there else ""
            query = f"SELECT {name}, count(*) FROM message {where} GROUP BY {name}"  # noqa: S608 - our names
            for row in selected(columns.database, ("handle", "count"), query):
                own = owner_handle(row["handle"])
                if own is not None:
                    handles.owners[own] += row["count"]
    return handles
