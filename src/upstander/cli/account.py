"""`upstander account`: accounts of the desk, for whoever has the machine; nobody is locked out of a site for good."""

import sys
from getpass import getpass
from secrets import token_urlsafe
from typing import Annotated

from cyclopts import Parameter

from upstander.cli.backup import By, whoever
from upstander.cli.opened import opened
from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import cell, emit, note, page, table
from upstander.cli.written import visible
from upstander.errors import UsageError

__all__ = ["add", "close", "list_accounts", "number", "password", "second_step"]

Username = Annotated[str, Parameter(help="User name, as they sign in with it.")]
Generate = Annotated[
    bool,
    Parameter(
        negative="",
        show_default=False,
        help="Make a password up and print it once, rather than ask for one; so it is where nobody sits at a terminal.",
    ),
]


def add(
    username: Username,
    /,
    *,
    name: Annotated[str, Parameter(help="Full name: what they decide stands under it.")],
    number: Annotated[str, Parameter(help="Collar, warrant or staff number.")] = "",
    administrator: Annotated[
        bool,
        Parameter(
            negative="", show_default=False, help="They run the site: such an account can never be given a case."
        ),
    ] = False,
    generate: Generate = False,
    by: By = None,
    shared: Shared = SHARED,
) -> None:
    """Make an account for the desk.

    The password is asked for, or made up and printed once; it stands nowhere else. It is for a week, and the
    first thing they do at the desk is to choose their own.
    """
    opened(shared, make=True)
    from upstander.actions import Actor, make_account

    given, made_up = _password(generate=generate)
    account = make_account(
        Actor.typing(by or whoever()),
        shared.now(),
        username=username,
        full_name=name,
        number=number,
        password=given,
        administrator=administrator,
    )
    _done(shared, account.username, f"{account} can sign in as {account.username}.", made_up)


def list_accounts(*, shared: Shared = SHARED) -> None:
    """List the accounts of the desk."""
    opened(shared)
    from allauth.mfa.models import Authenticator

    from upstander.register.models import Account

    stepped = set(Authenticator.objects.values_list("user_id", flat=True))
    found = [
        {
            "username": account.username,
            "name": account.full_name,
            "number": account.number,
            "administrator": account.administrator,
            "open": account.is_active,
            "second_step": account.pk in stepped,
            "password_ends": account.password_ends,
        }
        for account in Account.objects.all()
    ]
    if shared.json:
        emit({"accounts": found})
        return
    rows = [
        [
            cell(row["username"]),
            cell(row["name"]),
            cell(row["number"]),
            cell("closed" if not row["open"] else "administrator" if row["administrator"] else "open"),
            cell("yes" if row["second_step"] else "no"),
        ]
        for row in found
    ]
    heads = [("User name", "="), ("Name", "*"), ("Number", "="), ("Is", "="), ("Second step", "=")]
    page().print(table("Accounts", heads, rows))


def password(username: Username, /, *, generate: Generate = False, by: By = None, shared: Shared = SHARED) -> None:
    """Give an account another password: for somebody who lost theirs. Sessions of theirs end.

    The password is asked for, or made up and printed once; it stands nowhere else. It is for a week, and the
    first thing they do at the desk is to choose their own.
    """
    opened(shared)
    from upstander.actions import Actor, set_password
    from upstander.register.models import Account

    account = Account.objects.filter(username=_plain(username)).first()
    if account is None:
        raise _missing(username)
    given, made_up = _password(generate=generate)
    set_password(Actor.typing(by or whoever()), shared.now(), account=account, password=given)
    _done(shared, account.username, f"{account} can sign in with the other password.", made_up)


def close(username: Username, /, *, by: By = None, shared: Shared = SHARED) -> None:
    """Close an account: nobody can sign in with it any more. What it did stays."""
    opened(shared)
    from upstander.actions import Actor, close_account
    from upstander.register.models import Account

    account = Account.objects.filter(username=_plain(username)).first()
    if account is None:
        raise _missing(username)
    left = close_account(Actor.typing(by or whoever()), shared.now(), account=account)
    for reference in left:
        note(
            f"Nobody can give a role in {visible(reference)} any more: `upstander case admit {visible(reference)}"
            " --owner USER` gives it another owner."
        )
    _done(shared, account.username, f"The account of {account} is closed.")


def number(
    username: Username,
    number: Annotated[str, Parameter(help="Collar, warrant or staff number; '' takes away what is there.")],
    /,
    *,
    by: By = None,
    shared: Shared = SHARED,
) -> None:
    """Correct the number of an account: it tells two people of one name apart.

    Whoever is found by it to be named in a case as subject or supervisor loses their role there.
    """
    opened(shared)
    from upstander.actions import Actor, change_number
    from upstander.register.models import Account

    account = Account.objects.filter(username=_plain(username)).first()
    if account is None:
        raise _missing(username)
    change_number(Actor.typing(by or whoever()), shared.now(), account=account, number=number)
    _done(shared, account.username, f"The number of {account} is {account.number or 'taken away'}.")


def second_step(
    username: Username,
    /,
    *,
    remove: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Remove it; without this, the command says whether there is."),
    ] = False,
    by: By = None,
    shared: Shared = SHARED,
) -> None:
    """Show whether an account has a second step, or remove it: for somebody who lost their phone or key.

    Its app, keys and recovery codes are forgotten, its sessions end, and its password alone signs in.
    """
    opened(shared)
    from allauth.mfa.models import Authenticator

    from upstander.actions import Actor, remove_second_step
    from upstander.register.models import Account

    account = Account.objects.filter(username=_plain(username)).first()
    if account is None:
        raise _missing(username)
    if remove:
        remove_second_step(Actor.typing(by or whoever()), shared.now(), account=account)
        _done(shared, account.username, f"{account} signs in with the password alone.")
        return
    there = Authenticator.objects.filter(user_id=account.pk).exists()
    _done(shared, account.username, f"{account} has {'a' if there else 'no'} second step.")


def _plain(username: str) -> str:
    return username.strip().lower()


def _missing(username: str) -> UsageError:
    return UsageError(f"there is no account {username!r} at the desk; `upstander account list` shows them")


def _password(*, generate: bool) -> tuple[str, str]:
    """The password, and again where it was made up and has to be shown. Raises `UsageError`."""
    if generate or not sys.stdin.isatty():
        made_up = token_urlsafe(15)
        return made_up, made_up
    given = getpass("Password (12 signs or more): ")
    if getpass("The same again: ") != given:
        raise UsageError("the two are not the same; nothing was changed")
    return given, ""


def _done(shared: Shared, username: str, said: str, made_up: str = "") -> None:
    if shared.json:
        emit({"account": username, "said": said, **({"password": made_up} if made_up else {})})
        return
    print(visible(said))  # noqa: T201 - the result
    if made_up:
        print(f"Their password is {made_up}")  # noqa: T201 - shown this once, and kept nowhere
