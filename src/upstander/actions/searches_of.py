"""Whose a kept search is: theirs who kept it, and in the hands of whoever gives access to the case."""

from collections.abc import Iterable

from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.register.models import Case, Entry
from upstander.review.search.saved import Saved
from upstander.storage.signing import signed

__all__ = ["in_hand"]


def in_hand(actor: Actor, case: Case, searches: Iterable[Saved]) -> frozenset[str]:
    """The names of those of the searches that the actor may drop, or keep another search under the name of.

    What was kept on the desk is of the account of its entry, for two people may have one name; what was kept at the
    command line is of whoever has the name that was given there.
    """
    asked = list(searches)
    if Power.GRANT in actor.powers(case):
        return frozenset(saved.name for saved in asked)
    entries = [saved.entry for saved in asked if saved.entry is not None]
    told = Entry.objects.filter(case=case.reference, sequence__in=entries, verb="save_search")
    theirs = (
        set() if actor.account is None else set(told.filter(account=actor.account).values_list("sequence", flat=True))
    )
    name = signed(actor.name)
    return frozenset(
        saved.name for saved in asked if (saved.entry in theirs if saved.entry is not None else saved.by == name)
    )
