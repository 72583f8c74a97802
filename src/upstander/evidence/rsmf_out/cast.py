"""The participants of one conversation, each with an id that is its own in the manifest."""

from collections.abc import Iterable
from typing import Any

from upstander.evidence.rsmf_out.written import custom, written

__all__ = ["Cast"]


class Cast:
    """Participants by handle.

    A system line or a receipt may name somebody who is in no member list and never wrote; RSMF wants an entry for
    everybody that an event points at, so such a name gets one, marked `named_only`, in the files that mention it.
    """

    def __init__(self, rows: Iterable[dict[str, Any]], membership: Iterable[dict[str, Any]], taken: set[str]) -> None:
        """Enter the participants (`rows`), in order of handle; `membership` is what member tables say of them.

        An id is the handle itself, unless it is one of `taken`: the same name in two conversations of one manifest is
        two participants, since nobody has said that they are one.
        """
        self._taken = taken
        #: In the order entered, by id.
        self._entries: dict[str, dict[str, Any]] = {}
        self._ids: dict[str, str] = {}
        self.owner: str | None = None
        for row in sorted(rows, key=lambda row: str(row["handle"])):
            entry = self._enter(row["handle"], row["name"])
            entry["custom"] = custom(
                ("number", row["number"]),
                ("linked_id", row["linked_id"]),
                ("standing", row["standing"]),
                ("owner", row["owner"] or None),
            )
            if row["owner"]:
                self.owner = entry["id"]
        for row in membership:
            handle = row["participant"]
            if handle is not None:
                entry = self._entries[self.id(handle)]
                entry["custom"] = entry.get("custom", []) + custom(("membership", said(row)))

    def id(self, handle: str) -> str:
        """The RSMF id of `handle`, given one now where it has none."""
        known = self._ids.get(handle)
        if known is None:
            entry = self._enter(handle, None)
            entry["custom"] = custom(("named_only", True))
            known = self._ids[handle]
        return known

    def display(self, handle: str) -> str:
        """What a reader calls `handle`."""
        return str(self._entries[self.id(handle)]["display"])

    @property
    def ids(self) -> list[str]:
        """Ids of everybody so far."""
        return list(self._entries)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The manifest's entries of everybody so far."""
        return list(self._entries.values())

    def _enter(self, handle: str, name: str | None) -> dict[str, Any]:
        identity = handle or "?"
        number = 1
        while identity in self._taken:
            number += 1
            identity = f"{handle} ({number})"
        self._taken.add(identity)
        self._ids[handle] = identity
        entry = self._entries[identity] = {"id": identity, "display": name or handle, "account_id": handle}
        return entry


def said(row: dict[str, Any]) -> str:
    """One row of membership_events in words: `added +44… by +44… at 2024-03-01T09:00:00Z (detail, row x:1)`."""
    parts = [row["kind"]]
    if row["participant"] is not None:
        parts.append(row["participant"])
    if row["actor"] is not None:
        parts += ["by", row["actor"]]
    if row["at"] is not None:
        parts += ["at", written(row["at"])]
    where = [value for value in (row["detail"], row["row"] and f"row {row['row']}") if value]
    if where:
        parts.append(f"({', '.join(where)})")
    return " ".join(parts)
