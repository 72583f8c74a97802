"""Accounts: the people who use the desk."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import RegexValidator
from django.db import models

__all__ = ["Account"]

#: What a user name may be: it stands in the ledger and on the command line.
_USERNAME = RegexValidator(r"^[a-z0-9][a-z0-9._-]{0,63}$", "Use small letters, digits, dots, hyphens and underscores")


class _Accounts(BaseUserManager["Account"]):
    """Finds accounts; those are made by the action `make_account` and not here."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account of that user name, in whatever case it is typed."""
        return self.get(username=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """One person's way in. It is never deleted: the ledger names it. It can be closed."""

    username = models.CharField(max_length=64, unique=True, validators=[_USERNAME])
    #: As it stands on pages and in the ledger.
    full_name = models.CharField(max_length=200)
    #: Collar, warrant or staff number: tells two people of one name apart, and finds one person under two names.
    number = models.CharField(max_length=40, blank=True)
    #: Runs the site: accounts, settings, backups. Sees no content of any case.
    administrator = models.BooleanField(default=False)
    #: False once closed.
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()
    #: Whoever is signed in longer than since then has to sign in again: set when a password or a power is taken away.
    sessions_end_before = models.DateTimeField(null=True, blank=True)
    #: Until when a password lets in that somebody else chose; none once it is the person's own.
    password_ends = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[_Accounts] = _Accounts()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        """By name."""

        ordering: ClassVar[list[str]] = ["full_name", "username"]

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        """The name as it stands on pages."""
        return self.full_name

    def has_perm(self, perm: str, obj: Any = None) -> bool:  # noqa: ARG002 - what others' code asks
        """Nobody has powers by Django's own permissions: `upstander.actions.powers` decides."""
        return False

    def has_module_perms(self, label: str) -> bool:  # noqa: ARG002
        """See `has_perm`."""
        return False
