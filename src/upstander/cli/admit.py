"""`upstander case admit`."""

from typing import Annotated

from cyclopts import Parameter

from upstander.cli.backup import whoever
from upstander.cli.opened import opened
from upstander.cli.options import SHARED, Reference, Shared
from upstander.cli.terminal import emit
from upstander.cli.written import visible
from upstander.errors import UsageError

__all__ = ["admit"]


def admit(
    reference: Reference,
    /,
    *,
    owner: Annotated[str, Parameter(help="User name at the desk of whoever is to own it, and gives roles in it.")],
    by: Annotated[
        str | None, Parameter(help="Who says so, for the ledger; if absent, the name that this machine knows you by.")
    ] = None,
    shared: Shared = SHARED,
) -> None:
    """Bring a case that was made on the command line to the desk, and say who owns it there.

    Nobody at the desk sees a case before it has an owner. One whose every owner is shut out or has a closed account is
    given another in the same way. What was taken in and decided in it on the command line is
    entered in the ledger, each decision under the name that it bears.
    """
    opened(shared, make=True)
    from upstander.actions import Actor, admit_case, admit_decisions, admit_intakes
    from upstander.register.models import Account

    folder = shared.case(reference)
    account = Account.objects.filter(username=owner.strip().lower()).first()
    if account is None:
        raise UsageError(f"there is no account {owner!r} at the desk; the administrator makes accounts")
    now = shared.now()
    case = admit_case(Actor.typing(by or whoever()), now, folder=folder, owner=account)
    admit_intakes(now, case=case, folder=folder)
    decisions = admit_decisions(now, case=case, folder=folder)
    if shared.json:
        emit({"case": reference, "owner": account.username, "decisions": decisions})
    else:
        print(f"{visible(str(account))} owns {reference} at the desk.")  # noqa: T201 - the result
        if decisions:
            print(f"{decisions:,} lines that were decided on the command line are in the ledger.")  # noqa: T201
