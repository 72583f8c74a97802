"""Give an account another password."""

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.make_account import ends
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Account

__all__ = ["set_password"]


@action(Power.RUN, says="gave {name} ({about}) another password")
def set_password(actor: Actor, now: datetime, /, *, account: Account, password: str) -> Told[None]:
    """Give an account another password, which ends unless they chose it; open sessions end.

    Raises `Refused` where it is too easily guessed.
    """
    try:
        validate_password(password, account)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem
    account.set_password(password)
    account.sessions_end_before = now
    account.password_ends = ends(actor, now, account)
    account.save(update_fields=["password", "sessions_end_before", "password_ends"])
    return Told(None, account.username, {"name": account.full_name})
