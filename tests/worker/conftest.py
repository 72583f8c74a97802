"""Hand-ins for the worker's tests."""

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.register.people import account

from upstander.actions import Actor, Sent, Statement, hand_in, open_case
from upstander.register.models import Account, Case, HandIn
from upstander.register.site import Site
from upstander.storage import Case as Folder
from upstander.storage import Home

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

Hand = Callable[..., HandIn]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site with a home of its own."""
    return Site(home=tmp_path / "home", inbox=tmp_path / "inbox")


@pytest.fixture
def ines(db: None) -> Account:
    """An investigator."""
    return account("ines")


@pytest.fixture
def case(site: Site, ines: Account) -> Case:
    """A case that she owns."""
    return open_case(Actor.of(ines), NOW, home=Home(site.home), reference="MS-1", title="Late turn")


@pytest.fixture
def folder(site: Site, case: Case) -> Folder:
    """Its folder."""
    return Home(site.home).open(case.reference)


@pytest.fixture
def hand(site: Site, ines: Account, case: Case, folder: Folder) -> Hand:
    """Hand files in: `hand(("a.json", b"…"), reference="AB/1")`."""

    def handed(*files: tuple[str, bytes], offer: str = "", **said: str) -> HandIn:
        site.arriving.mkdir(exist_ok=True)
        sent = []
        for number, (name, content) in enumerate(files):
            path = site.arriving / f"{number}"
            path.write_bytes(content)
            sent.append(Sent(name, path, len(content), hashlib.sha256(content).hexdigest()))
        statement = Statement(**{"custodian": "PC Ash Example", **said})
        made: HandIn = hand_in(
            Actor.of(ines),
            NOW,
            case=case,
            folder=folder,
            statement=statement,
            files=sent,
            offer=offer,
            inbox=site.inbox,
        )
        return made

    return handed
