"""Invented people and cases for the register's tests."""

from datetime import UTC, datetime

from upstander.register.models import Account, Case, Grant, Role

__all__ = ["account", "case"]

_THEN = datetime(2026, 2, 1, tzinfo=UTC)


def account(username: str, **said: object) -> Account:
    """An account; `ines` is Ines Example."""
    known = {"full_name": f"{username.capitalize()} Example", "made_at": _THEN, **said}
    made = Account(username=username, **known)
    made.set_password("three green lamps burn")
    made.save()
    return made


def case(reference: str, **roles: Role) -> Case:
    """A case with a role for each account named, by user name."""
    made = Case.objects.create(reference=reference, title=f"Operation {reference}", opened_at=_THEN)
    for username, role in roles.items():
        Grant.objects.create(case=made, account=Account.objects.get(username=username), role=role, given_at=_THEN)
    return made
