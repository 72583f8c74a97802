"""A desk for each test: an empty home, and somebody signed in."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.register.people import account

from upstander.register.models import Account
from upstander.register.site import Site

#: Signs an account in, in a browser of its own.
Signed: TypeAlias = Callable[[Account], Client]


@pytest.fixture(autouse=True)
def home(settings: LazySettings, tmp_path: Path) -> Path:
    """The folder that the desk's cases live in."""
    folder = tmp_path / "home"
    folder.mkdir()
    settings.SITE = Site(home=folder)
    return folder


@pytest.fixture
def signed_in() -> Callable[[Account], Client]:
    """A browser in which that account is signed in; a form from elsewhere is refused in it as in any other."""

    def made(who: Account) -> Client:
        client = Client()
        client.force_login(who, backend="upstander.web.signing_in.Passwords")
        return client

    return made


@pytest.fixture
def ada(db: None) -> Account:
    """Somebody who works on cases."""
    return account("ada")
