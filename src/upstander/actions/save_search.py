"""Keep a search under a name."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision
from upstander.register.models import Case, File
from upstander.review.search.saved import Saved, written
from upstander.storage import Case as Folder

__all__ = ["save_search"]


@action(Power.CODE, says="kept the search {query} as {about}")
def save_search(
    actor: Actor, now: datetime, /, *, case: Case, folder: Folder, name: str, query: str, stem: str | None = None
) -> Told[Saved]:
    """Keep a search under a name for everybody in the case; the last of a name stands.

    Raises `BadQuery` where it cannot be read or has no name.
    """
    saved, line = written(name, query, by=actor.name, now=now, stem=stem)
    detail = {"query": query, "stem": stem}
    return Told(saved, saved.name[:300], detail, decision=decision(case, folder, File.SEARCHES, line))
