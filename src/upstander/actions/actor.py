"""Who acts: somebody with an account, whoever types at the command line, or the system itself."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from upstander.actions.powers import OF_ROLES, SITE, Power
from upstander.errors import NotAllowed
from upstander.register.kinship import barred, barred_among
from upstander.register.models import Account, Case, Grant, Role

__all__ = ["SYSTEM", "Actor", "Via", "having"]


class Via(StrEnum):
    """The shell an action came through."""

    DESK = "desk"
    COMMAND_LINE = "command line"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """Whoever acts, and through which shell."""

    name: str
    via: Via
    #: None for the command line and the system: whoever has the files has them all, and the ledger says how they came.
    account: Account | None = None

    @classmethod
    def of(cls, account: Account) -> "Actor":
        """Somebody at the desk."""
        return cls(account.full_name, Via.DESK, account)

    @classmethod
    def typing(cls, name: str) -> "Actor":
        """Whoever types at the command line of the machine that holds the cases, as they name themselves."""
        return cls(name, Via.COMMAND_LINE)

    def role(self, case: Case) -> Role | None:
        """Their role in a case; None where they have none, or may never have one."""
        if self.account is None or not self.account.is_active:
            return None
        standing = Grant.objects.filter(case=case, account=self.account, withdrawn_at=None).order_by("pk")
        role = standing.values_list("role", flat=True).first()
        return None if role is None or barred(case, self.account) else Role(role)

    def powers(self, case: Case | None = None) -> frozenset[Power]:
        """What they may do in a case, or on the site."""
        if self.via is not Via.DESK:
            return frozenset(Power)
        if self.account is None or not self.account.is_active:
            return frozenset()
        if case is None:
            return SITE[self.account.administrator]
        role = self.role(case)
        return frozenset() if role is None else OF_ROLES[role]

    def need(self, power: Power, case: Case | None = None) -> frozenset[Power]:
        """What they may do; raises `NotAllowed` where they lack the power.

        Whoever may not see a case is not told that it is there.
        """
        powers = self.powers(case)
        if power in powers:
            return powers
        if case is not None and Power.SEE not in powers:
            raise NotAllowed("There is no such case, or you have no access to it.", hidden=True)
        raise NotAllowed(f"You may not do this here: it needs the power to {power.value}.")


def having(power: Power, case: Case, accounts: Collection[Account]) -> set[int]:
    """Keys of those of the accounts that have the power in the case now, all asked for at once."""
    if not accounts:
        return set()
    open_ = {account.pk: account for account in accounts if account.is_active}
    roles = [role for role, powers in OF_ROLES.items() if power in powers]
    standing = Grant.objects.filter(case=case, account__in=open_, role__in=roles, withdrawn_at=None)
    able = set(standing.values_list("account_id", flat=True))
    return able - barred_among(case, [open_[key] for key in able])


#: Upstander's own doing: an ingest that goes on after a restart, the end of a session.
SYSTEM = Actor("Upstander", Via.SYSTEM)
