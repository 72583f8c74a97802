"""The ledger read aloud: every entry as a sentence."""

import json
from typing import Any

from upstander.actions.action import ACTIONS
from upstander.register.models import Entry

__all__ = ["sentence"]


class _Known(dict[str, Any]):
    """What an entry says; what an older one did not say yet is a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(entry: Entry) -> str:
    """What was done, without who did it and when: "gave reader the role reviewer"."""
    known = ACTIONS.get(entry.verb)
    if known is None:
        return f"{entry.verb.replace('_', ' ')} {entry.about}".strip()
    detail: dict[str, Any] = json.loads(entry.detail)
    said = {name: "–" if value is None else value for name, value in detail.items()}
    return known.says.format_map(_Known(said, about=entry.about))
