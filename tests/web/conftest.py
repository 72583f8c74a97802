"""A desk for each test: an empty home, and somebody signed in; and the sample operation as a review finds it."""

import datetime as dt
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.conftest import Sample
from tests.register.people import account

from upstander.cli.sample import run
from upstander.register.models import Account
from upstander.register.site import Site
from upstander.review.codebook.kept import keep
from upstander.review.codebook.shelf import loaded
from upstander.review.codings.coding import Coding
from upstander.review.codings.record import append
from upstander.stages import review
from upstander.stages.stances import Asked, listed
from upstander.storage import Case, Home

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


@pytest.fixture(scope="session")
def operation(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The sample operation, ingested whole."""
    folder = tmp_path_factory.mktemp("desk")
    case, _ = run(Home(folder / "home"), now=dt.datetime(2018, 4, 1, tzinfo=dt.UTC), progress=lambda *_: None)
    return case


@pytest.fixture(scope="session")
def reviewed(sample: Sample, tmp_path_factory: pytest.TempPathFactory) -> Case:
    """The sample operation ranked and its responses weighed; Bo Example coded sixty messages that have replies.

    Tests read it, and take away what they write; those that decide a lot copy it.
    """
    home = tmp_path_factory.mktemp("reviewed") / "home"
    shutil.copytree(sample.home, home)
    case = Home(home).open(sample.case.path.name)
    review.triage(case)
    review.stances(case)
    replied = {row.message for row in listed(case, Asked(show="all"), limit=10_000).rows if row.act == "reply"}
    keep(case, loaded("police-misconduct"))
    then = datetime(2026, 2, 1, 12, tzinfo=UTC)
    made = [
        (message, "misogyny_sexism", "police-misconduct@1", True, "Bo Example", then) for message in sorted(replied)
    ]
    append(case, [Coding(*said) for said in made[:60]])
    review.stances(case)
    return case
