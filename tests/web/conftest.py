"""A desk for each test: an empty home, and somebody signed in."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.register.people import account

from upstander.cli.sample import run
from upstander.register.models import Account
from upstander.register.site import Site
from upstander.storage import Case, Home


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


@pytest.fixture(scope="session")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The sample operation, ingested whole."""
    folder = tmp_path_factory.mktemp("desk")
    case, _ = run(Home(folder / "home"), now=dt.datetime(2018, 4, 1, tzinfo=dt.UTC), progress=lambda *_: None)
    return case
