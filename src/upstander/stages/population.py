"""Reads how a population is written: of which messages a certificate speaks."""

from upstander.errors import UsageError
from upstander.evidence.reconciled import conversations_meant
from upstander.review.certificate.scope import Scope
from upstander.stages.dates import since, until
from upstander.storage import Case

__all__ = ["population"]

_FORMS = "all, unique, conversation:ID, since:DATE or until:DATE, several with commas"


def population(case: Case, written: str) -> Scope:
    """The scope that is asked for. Raises `UsageError`, `BadDate`."""
    asked: dict[str, str] = {}
    for part in written.split(","):
        name, _, value = (each.strip() for each in part.partition(":"))
        fits = bool(value) == (name in ("conversation", "since", "until"))
        if name not in ("all", "unique", "conversation", "since", "until") or not fits or name in asked:
            raise UsageError(f"{written!r} is no population; write {_FORMS}")
        asked[name] = value
    if "all" in asked and len(asked) > 1:
        raise UsageError(f"{written!r} asks for all and for less; write {_FORMS}")
    first = since(asked["since"]) if "since" in asked else None
    end = until(asked["until"]) if "until" in asked else None
    if first is not None and end is not None and first >= end:
        raise UsageError(f"{written!r} ends before it begins, so that no message is in it; turn the two dates round")
    return Scope(
        written=",".join(f"{name}:{value}" if value else name for name, value in sorted(asked.items())),
        unique="unique" in asked,
        conversations=conversations_meant(case, asked["conversation"]) if "conversation" in asked else None,
        since=first,
        until=end,
    )
