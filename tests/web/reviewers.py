"""Reviewers at work on the sample operation: their browsers, what they are given, and what they say."""

import datetime as dt
import re
from typing import Any

from django.test import Client, TestCase
from tests.web.cases import why

from upstander.cli.sample import REFERENCE
from upstander.register.models import Account, Grant, Role
from upstander.register.models import Case as Registered

__all__ = ["CODE", "ROOT", "Committing", "browser_of", "code", "given", "page", "registered_role"]

ROOT = f"/cases/{REFERENCE}/review"
CODE = "threat_violence"


class Committing(Client):
    """A browser whose requests are committed: what is done then is done."""

    def request(self, **request: Any) -> Any:
        """With what waits for the end of the transaction, which in a test never comes."""
        with TestCase.captureOnCommitCallbacks(execute=True):
            return super().request(**request)


def browser_of(who: Account) -> Client:
    """A browser of theirs, in which they have said why they read."""
    made = Committing()
    made.force_login(who, backend="upstander.web.signing_in.Passwords")
    why(made, REFERENCE)
    return made


def page(browser: Client, path: str, status: int = 200) -> str:
    """A page's content."""
    answer = browser.get(f"{ROOT}/{path}")
    assert answer.status_code == status, answer.headers.get("Location")
    return str(answer.content.decode())


def given(browser: Client, path: str = f"{CODE}/") -> str:
    """The number of what is given."""
    found = re.search(r'name="hold" value="(\d+)"', page(browser, path))
    assert found is not None
    return found[1]


def code(browser: Client, say: str, path: str = f"{CODE}/", **more: object) -> str:
    """Read what is next and say that; gives the number of what was given."""
    hold = given(browser, path)
    page(browser, f"{path}?reveal={hold}")
    mode = {f"{CODE}/": "queue", f"{CODE}/second/": "second", f"{CODE}/sample/": "sample"}[path]
    answer = browser.post(f"{ROOT}/{CODE}/said/{mode}/", {"hold": hold, "say": say, **more})
    assert answer.status_code == 302
    return hold


def registered_role(username: str, role: Role = Role.REVIEWER) -> None:
    """Another one's role in the case."""
    then = dt.datetime(2026, 2, 1, tzinfo=dt.UTC)
    who, where = Account.objects.get(username=username), Registered.objects.get(reference=REFERENCE)
    Grant.objects.create(case=where, account=who, role=role, given_at=then)
