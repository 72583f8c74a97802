"""The participants of one manifest."""

from typing import Any

from upstander.evidence.sources.loose import Loose, items, record
from upstander.evidence.sources.rsmf.joint import Joint

__all__ = ["People"]

#: What our own RSMF says of whoever a notice names, and who was neither member nor author.
_NAMED = {"name": "named_only", "value": "true"}


class People:
    """Participants by id."""

    def __init__(self) -> None:
        """Nobody yet."""
        #: Columns of participants.
        self.known: dict[str, dict[str, Any]] = {}
        #: Those who are in the list only so that an event can name them.
        self.named: set[str] = set()

    def read(self, value: Any, loose: Loose, joint: Joint) -> None:
        """Take in the manifest's list."""
        for index, entry in enumerate(items(value)):
            row = f"participants[{index}]"
            entry = record(entry)
            key = loose.text(entry.get("id"), f"{row}.id")
            if not key:
                joint.once(loose, "invalid_record", f"{row} has no id and was left out; see the exhibit", row)
                continue
            if key in self.known:
                loose.warn("duplicate_record", f"{row} has the id of an earlier one, which stands", row)
                continue
            if any(record(pair) == _NAMED for pair in items(entry.get("custom"))):
                self.named.add(key)
            account = loose.text(entry.get("account_id"), f"{row}.account_id")
            digits = (account or "").removeprefix("+")
            self.known[key] = {
                "name": loose.text(entry.get("display"), f"{row}.display"),
                "linked_id": account or loose.text(entry.get("email"), f"{row}.email"),
                "number": account if account and account.startswith("+") and digits.isdecimal() else None,
            }
