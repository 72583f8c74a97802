"""Open the sample operation's case on the desk: its account, and its place in the register."""

import secrets
from datetime import datetime

from upstander.actions.actor import SYSTEM
from upstander.actions.admit_case import admit_case
from upstander.actions.admit_decisions import admit_decisions
from upstander.actions.admit_exhibits import admit_intakes
from upstander.actions.make_account import make_account
from upstander.actions.set_password import set_password
from upstander.errors import Refused
from upstander.register.models import Account, Case, Grant, Role
from upstander.storage import Case as Folder

__all__ = ["open_demo"]

_USERNAME, _NAME = "demo", "Demo Investigator"


def open_demo(now: datetime, *, folder: Folder) -> tuple[str, str]:
    """Make the account and give it the case; gives its user name and its password, which is kept nowhere.

    Each step is an action with its entry; what is there already is left. Raises `Refused` where the account of that
    user name is somebody else's.
    """
    password = secrets.token_urlsafe(15)
    account = Account.objects.filter(username=_USERNAME).first()
    if account is None:
        account = make_account(SYSTEM, now, username=_USERNAME, full_name=_NAME, password=password)
    elif account.full_name != _NAME:
        raise Refused(f"There is an account {_USERNAME} that is not the demo's: give the demo a folder with --home.")
    else:
        set_password(SYSTEM, now, account=account, password=password)
    case = Case.objects.filter(reference=folder.path.name).first()
    owned = Grant.objects.filter(case=case, role=Role.OWNER, withdrawn_at=None).exists() if case is not None else False
    if case is None or not owned:
        case = admit_case(SYSTEM, now, folder=folder, owner=account)
    admit_intakes(now, case=case, folder=folder)
    admit_decisions(now, case=case, folder=folder)
    return account.username, password
