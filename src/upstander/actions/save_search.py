"""Keep a search under a name."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project
from upstander.actions.searches_of import in_hand
from upstander.errors import Refused
from upstander.register.models import Case, File
from upstander.review.search.saved import Saved, kept, written
from upstander.storage import Case as Folder

__all__ = ["save_search"]


@action(Power.CODE, says="kept the search {query} as {about}")
def save_search(
    actor: Actor, now: datetime, /, *, case: Case, folder: Folder, name: str, query: str, stem: str | None = None
) -> Told[Saved]:
    """Keep a search under a name for everybody in the case; the last of a name stands.

    Raises `BadQuery` where it cannot be read or has no name, `Refused` where somebody else keeps one under that name.
    """
    project(case, folder)
    saved, line = written(name, query, by=actor.name, now=now, stem=stem)
    there = [one for one in kept(folder) if one.name == saved.name]
    if len(in_hand(actor, case, there)) < len(there):
        raise Refused(f"{there[0].by} keeps a search as {saved.name} already: give yours another name.")
    detail = {"query": query, "stem": stem}
    return Told(saved, saved.name[:300], detail, decision=decision(case, folder, File.SEARCHES, line))
