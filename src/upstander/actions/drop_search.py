"""Keep a search no longer."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.actions.projecting import decision, project
from upstander.actions.searches_of import in_hand
from upstander.errors import BadQuery, NotAllowed, Refused
from upstander.register.models import Case, File
from upstander.review.search.saved import dropped, recall
from upstander.storage import Case as Folder

__all__ = ["drop_search"]


@action(Power.CODE, says="no longer keeps the search {about}")
def drop_search(actor: Actor, now: datetime, /, *, case: Case, folder: Folder, name: str) -> Told[None]:
    """Say that a search that was kept under a name no longer stands; what was written stays written.

    Raises `Refused` where there is none of that name, `NotAllowed` where somebody else kept it.
    """
    project(case, folder)
    try:
        saved = recall(folder, name)
        line = dropped(folder, name, by=actor.name, now=now)
    except BadQuery as problem:
        raise Refused(f"No search is kept as {name}: somebody else may have dropped it.") from problem
    if not in_hand(actor, case, [saved]):
        raise NotAllowed(f"{saved.by} kept that search: it is dropped by them, or by whoever gives access to the case.")
    return Told(None, name[:300], {}, decision=decision(case, folder, File.SEARCHES, line))
