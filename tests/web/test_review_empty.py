"""Review on the desk where there is nothing to read yet."""

import datetime as dt
from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.web.cases import registered, why
from tests.web.reviewers import CODE, Committing

from upstander.register.models import Account, Role
from upstander.register.site import Site
from upstander.storage import Home

pytestmark = pytest.mark.django_db


def test_a_case_without_messages_has_nothing_to_read(settings: LazySettings, tmp_path: Path, ada: Account) -> None:
    """No exhibit yet: every page stands and says so."""
    home = tmp_path / "empty"
    Home(home).new("EMPTY", title="x", now=dt.datetime(2026, 2, 1, tzinfo=dt.UTC))
    settings.SITE = Site(home=home)
    registered("EMPTY", ada=Role.OWNER)
    browser = Committing()
    browser.force_login(ada, backend="upstander.web.signing_in.Passwords")
    why(browser, "EMPTY")
    for path in ("", f"{CODE}/", f"{CODE}/second/", f"{CODE}/sample/", f"{CODE}/disagreements/", "second-readings/"):
        assert browser.get(f"/cases/EMPTY/review/{path}").status_code == 200
    assert "has no message with words" in browser.get(f"/cases/EMPTY/review/{CODE}/").content.decode()
    assert "nothing to claim" in browser.get(f"/cases/EMPTY/review/{CODE}/certificate/").content.decode()
