"""Remove somebody's second step: a phone or a key that is lost must not lock them out."""

from datetime import datetime

from allauth.mfa.models import Authenticator

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Account

__all__ = ["remove_second_step"]


@action(Power.RUN, says="removed the second step of {name} ({about}): {removed}")
def remove_second_step(actor: Actor, now: datetime, /, *, account: Account) -> Told[None]:
    """Remove an account's app, keys and recovery codes: its password alone signs in then; open sessions end.

    Raises `Refused` where it has none of them.
    """
    held = Authenticator.objects.filter(user_id=account.pk)
    if not held.exists():
        raise Refused(f"{account} has no second step.")
    removed = ", ".join(sorted(str(one.get_type_display()) for one in held))
    held.delete()
    account.sessions_end_before = now
    account.save(update_fields=["sessions_end_before"])
    return Told(None, account.username, {"name": account.full_name, "removed": removed})
