"""State what somebody is to a case."""

from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.holds import role_ended
from upstander.actions.owners import acting
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.kinship import BARRED, same_person
from upstander.register.models import Account, Case, Grant, Role, Standing, StandingKind

__all__ = ["state_standing"]


@action(Power.NAME, says="named {about} as {kind}")
def state_standing(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    kind: StandingKind,
    name: str,
    number: str = "",
    account: Account | None = None,
) -> Told[Standing]:
    """Name a subject, a supervisor, a complainant or a witness.

    Whoever is a subject, or supervises one, loses any role that they have in the case, at once. Raises `Refused` where
    that would leave it without an owner: somebody else has to be made one first.
    """
    clean = " ".join(name.split())
    if not clean:
        raise Refused("Say who: a name is needed.")
    standing = Standing.objects.create(
        case=case,
        kind=kind,
        name=clean,
        number=number.strip(),
        account=account,
        stated_at=now,
        stated_by=actor.account,
    )
    lost = []
    if kind in BARRED:
        grants = list(Grant.objects.filter(case=case, withdrawn_at=None).select_related("account"))
        shut = [grant for grant in grants if same_person(standing, grant.account)]
        owned = any(grant.role == Role.OWNER and grant.account.is_active for grant in shut)
        if owned and not acting(case, without=shut):
            raise Refused(
                f"{clean} seems to be the only owner of this case. A subject cannot own a case, nor can a supervisor:"
                " give somebody else that role first."
            )
        for grant in shut:
            role_ended(grant, now)
            lost.append(grant.account.username)
    detail = {"kind": StandingKind(kind).value, "number": standing.number, "access_withdrawn": lost}
    return Told(standing, clean, detail)
