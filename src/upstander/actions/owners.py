"""Owners of a case: those who can give a role in it. A case is not left without one by what is done in it."""

from collections.abc import Collection

from upstander.errors import Refused
from upstander.register.kinship import barred
from upstander.register.models import Case, Grant, Role

__all__ = ["acting", "leave_an_owner", "owners"]


def owners(case: Case) -> list[Grant]:
    """Roles of owners that stand, whether or not anybody can sign in to use them."""
    return list(Grant.objects.filter(case=case, role=Role.OWNER, withdrawn_at=None).select_related("account"))


def acting(case: Case, *, without: Collection[Grant] = ()) -> list[Grant]:
    """Those of owners who can give a role: their account is open, and nothing shuts them out."""
    return [
        grant
        for grant in owners(case)
        if grant not in without and grant.account.is_active and barred(case, grant.account) is None
    ]


def leave_an_owner(case: Case, grant: Grant) -> None:
    """Raise `Refused` where the case would have nobody left who can give a role."""
    if grant.role == Role.OWNER and not acting(case, without=[grant]):
        raise Refused("A case cannot be without an owner: give somebody else that role first.")
