"""Cases, access, accounts and the ledger as pages."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.register.people import account, case

from upstander.actions import Actor, read_content
from upstander.register.models import Account, Care, Case, Entry, Exposure, Grant, Role, Standing
from upstander.storage import Home

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]


def test_a_case_is_opened_with_whoever_opens_it_as_owner(ada: Account, signed_in: Browser, home: Path) -> None:
    """The folder, the register and the role, in one action."""
    browser = signed_in(ada)
    answer = browser.post("/cases/new/", {"reference": "MS-1", "title": "  Meridian   Street "})
    assert answer.headers["Location"] == "/cases/MS-1/"
    assert Home(home).open("MS-1").cover.title == "Meridian Street"
    assert Grant.objects.get().role == Role.OWNER
    assert "Meridian Street" in browser.get("/cases/").content.decode()
    assert browser.get("/cases/MS-1/").status_code == 200


@pytest.mark.parametrize("reference", ["", "../x", "a b", ".hidden", "x" * 101, "ü"])
def test_a_reference_that_names_no_folder_is_said(reference: str, ada: Account, signed_in: Browser, home: Path) -> None:
    """At the field, and nothing is made."""
    answer = signed_in(ada).post("/cases/new/", {"reference": reference, "title": "x"})
    assert "There is a problem" in answer.content.decode()
    assert not Case.objects.exists()
    assert list(home.iterdir()) == []


def test_the_same_reference_twice_is_refused(ada: Account, signed_in: Browser) -> None:
    """With what to do."""
    browser = signed_in(ada)
    browser.post("/cases/new/", {"reference": "MS-1", "title": "x"})
    assert (
        "cannot be given: choose another"
        in browser.post("/cases/new/", {"reference": "MS-1", "title": "y"}).content.decode()
    )
    assert Entry.objects.filter(verb="open_case").count() == 1


@pytest.fixture
def opened(ada: Account, signed_in: Browser) -> Client:
    """Ada's browser, with a case of hers."""
    browser = signed_in(ada)
    browser.post("/cases/new/", {"reference": "MS-1", "title": "x"})
    return browser


def test_a_role_is_given_and_withdrawn(opened: Client, signed_in: Browser) -> None:
    """Whoever has it sees the case, and at the next page after it is gone does not."""
    other = signed_in(account("ines"))
    assert other.get("/cases/MS-1/").status_code == 404
    opened.post("/cases/MS-1/access/give/", {"username": "INES ", "role": "reviewer"})
    assert other.get("/cases/MS-1/").status_code == 200
    assert other.get("/cases/MS-1/access/give/").status_code == 403
    assert "Ines Example" in opened.get("/cases/MS-1/access/").content.decode()
    opened.post("/cases/MS-1/access/ines/withdraw/")
    assert other.get("/cases/MS-1/").status_code == 404
    assert [entry.verb for entry in Entry.objects.exclude(verb="sign_in")] == [
        "open_case",
        "give_role",
        "withdraw_role",
    ]


def test_a_subject_is_refused_at_the_field(opened: Client) -> None:
    """The sentence says whom the case names, and what tells two people apart."""
    account("ines")
    opened.post("/cases/MS-1/standings/new/", {"kind": "subject", "name": "Ines Example"})
    answer = opened.post("/cases/MS-1/access/give/", {"username": "ines", "role": "reviewer"})
    assert "cannot be given access" in answer.content.decode()
    assert "staff numbers" in answer.content.decode()


def test_an_auditor_sees_the_ledger_and_not_whom_the_case_is_about(opened: Client, signed_in: Browser) -> None:
    """Nor any page with content."""
    auditor = signed_in(account("ines"))
    opened.post("/cases/MS-1/access/give/", {"username": "ines", "role": "auditor"})
    opened.post("/cases/MS-1/standings/new/", {"kind": "subject", "name": "Sam Marsh"})
    assert "Sam Marsh" not in auditor.get("/cases/MS-1/access/").content.decode()
    assert auditor.get("/cases/MS-1/ledger/").status_code == 200
    assert auditor.get("/cases/MS-1/people/").status_code == 403


def test_the_administrator_makes_and_closes_accounts_and_sees_no_case(opened: Client, signed_in: Browser) -> None:
    """Nor can one who works on cases make an account."""
    root = signed_in(account("root", administrator=True))
    said = {"full_name": "Ines Example", "username": "ines", "password": "three green lamps burn", "number": ""}
    assert root.post("/accounts/new/", said).headers["Location"] == "/accounts/"
    assert root.get("/cases/MS-1/").status_code == 404
    assert root.get("/ledger/").status_code == 200
    root.post("/accounts/ines/close/")
    assert not Account.objects.get(username="ines").is_active
    assert "any more" not in root.get("/accounts/").content.decode()
    account("otto")
    opened.post("/cases/MS-1/access/give/", {"username": "otto", "role": "owner"})
    root.post("/accounts/otto/close/")
    assert "any more" not in root.get("/accounts/").content.decode()
    assert opened.post("/accounts/new/", said).status_code == 403
    assert opened.get("/accounts/").status_code == 403
    assert opened.get("/ledger/").status_code == 403
    root.post("/accounts/ada/close/")
    assert "Nobody can give a role in 1 case any more" in root.get("/accounts/").content.decode()


def test_the_ledger_reads_as_sentences_and_goes_away_as_a_file(opened: Client) -> None:
    """Newest first, filtered by verb and by name, escaped."""
    opened.post("/cases/MS-1/standings/new/", {"kind": "witness", "name": "<script>alert(1)</script>"})
    page = opened.get("/cases/MS-1/ledger/").content.decode()
    assert "named &lt;script&gt;alert(1)&lt;/script&gt; as witness" in page
    assert "opened the case MS-1: x" in page
    assert "opened the case" not in opened.get("/cases/MS-1/ledger/?verb=state_standing").content.decode()
    assert "No entry is like that" in opened.get("/cases/MS-1/ledger/?by=nobody").content.decode()
    rows = b"".join(opened.get("/cases/MS-1/ledger.jsonl")).decode().splitlines()
    assert len(rows) == 2


def test_a_pause_is_offered_after_as_many_messages_as_one_said(ada: Account, signed_in: Browser) -> None:
    """Once; and again after as many more."""
    where = case("MS-2", ada=Role.REVIEWER)
    browser = signed_in(ada)
    browser.post("/own/", {"veiled": "on", "keys": "on", "pause_after": "5", "theme": "dark"})
    assert Care.objects.get().pause_after == 5
    read_content(Actor.of(ada), datetime.now(UTC), case=where, about="x", why="y", shown=4)
    assert "Time for a pause" not in browser.get("/cases/").content.decode()
    read_content(Actor.of(ada), datetime.now(UTC), case=where, about="x", why="y", shown=1)
    assert "Time for a pause" in browser.get("/cases/").content.decode()
    browser.post("/own/pause/")
    assert "Time for a pause" not in browser.get("/cases/").content.decode()
    assert Exposure.objects.get().messages == 5
    assert 'data-theme="dark"' in browser.get("/cases/").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "999999999999", "x", "1e9", "%00"])
def test_any_page_number_is_a_page(opened: Client, page: str) -> None:
    """The nearest there is."""
    assert opened.get(f"/cases/MS-1/ledger/?page={page}").status_code == 200


def test_a_standing_names_an_account_and_is_withdrawn_on_the_page(opened: Client) -> None:
    """An account that is not there is said at the form; withdrawing asks why, and the name is gone from the page."""
    account("cal", full_name="Cal Maddox")
    form = {"kind": "subject", "name": "Callum Maddox", "username": "nobody"}
    assert "no account of that user name" in opened.post("/cases/MS-1/standings/new/", form).content.decode()
    assert not Standing.objects.exists()
    opened.post("/cases/MS-1/standings/new/", {**form, "username": "CAL"})
    standing = Standing.objects.get()
    assert standing.account is not None
    assert standing.account.username == "cal"
    where = f"/cases/MS-1/standings/{standing.pk}/withdraw/"
    page = opened.get("/cases/MS-1/access/").content.decode()
    assert where in page
    assert "their account" in page
    assert "required" in opened.post(where, {"reason": " "}).content.decode()
    assert opened.post(where, {"reason": "Another of that name"}).headers["Location"] == "/cases/MS-1/access/"
    assert where not in opened.get("/cases/MS-1/access/").content.decode()
    assert opened.get("/cases/MS-1/standings/9999/withdraw/").status_code == 404


def test_the_administrator_corrects_a_number(ada: Account, signed_in: Browser) -> None:
    """At the field where it cannot be."""
    root = signed_in(account("root", administrator=True))
    assert root.post("/accounts/ada/number/", {"number": "4471"}).headers["Location"] == "/accounts/"
    assert "4471" in root.get("/accounts/").content.decode()
    assert "already" in root.post("/accounts/ada/number/", {"number": "4471"}).content.decode()
