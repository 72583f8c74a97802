"""Who is shut out of a case: what those who run it are told, and what the one who runs the site sees."""

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.register.people import account, case

from upstander.actions import Actor, read_content, state_standing
from upstander.register.models import Account, Case, Grant, Role, Standing, StandingKind

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _told(browser: Client, path: str) -> str:
    answer = browser.get(path)
    return b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()  # type: ignore[attr-defined]


@pytest.fixture
def mine(ada: Account, signed_in: Browser) -> Case:
    """A case that Ada opened, and one that she does not own."""
    read_content(Actor.typing("Bo"), NOW, case=case("MS-2"), about="message other", why="testing")
    signed_in(ada).post("/cases/new/", {"reference": "MS-1", "title": "x"})
    return Case.objects.get(reference="MS-1")


def test_whoever_runs_the_site_sees_nothing_of_a_case_that_names_them(
    mine: Case, ada: Account, signed_in: Browser
) -> None:
    """Neither on the page nor in a file; whoever names them is told what the desk cannot keep from them."""
    root = account("root", administrator=True)
    read_content(Actor.of(ada), NOW, case=mine, about="search for a word", why="testing")
    browser = signed_in(root)
    for path in ("/ledger/", "/ledger.csv", "/ledger.jsonl"):
        content = _told(browser, path)
        assert "MS-1" in content
        assert "search for a word" not in content, "what is done in a case is for those who audit it"
    said = {"kind": StandingKind.SUBJECT, "name": root.full_name, "number": "", "username": ""}
    owner = signed_in(ada)
    owner.post("/cases/MS-1/standings/new/", said)
    assert f"{root} runs this site" in _told(owner, "/cases/MS-1/access/")
    for path in ("/ledger/", "/ledger.csv", "/ledger.jsonl"):
        content = _told(browser, path)
        assert "MS-1" not in content
        assert f"named {root.full_name}" not in content
        assert "MS-2" in content
    assert "MS-1" in _told(signed_in(account("rory", administrator=True)), "/ledger.csv")


def test_a_name_that_only_a_number_tells_from_a_subjects_is_pointed_out(
    mine: Case, ada: Account, signed_in: Browser
) -> None:
    """A number may be mistyped: the role is given, and whoever gives it is told."""
    kind = StandingKind.SUBJECT
    state_standing(Actor.of(ada), NOW, case=mine, kind=kind, name="Callum Maddox", number="4471")
    cal = account("cal", full_name="Callum Maddox", number="4417")
    account("ines", number="9")
    browser = signed_in(ada)
    browser.post("/cases/MS-1/access/give/", {"username": "ines", "role": Role.REVIEWER})
    assert "names are alike" not in _told(browser, "/cases/MS-1/access/")
    browser.post("/cases/MS-1/access/give/", {"username": "cal", "role": Role.REVIEWER})
    assert Grant.objects.filter(account=cal, withdrawn_at=None).exists()
    assert "Callum Maddox may be Callum Maddox" in (content := _told(browser, "/cases/MS-1/access/"))
    assert "only the numbers tell them apart" in content.replace("\n", " ")


@pytest.mark.parametrize("number", ["not known", "N/K", "n/a", "PC 4471 MPS", "MPS/4471", "4471A", "0000"])
def test_a_subject_does_not_unname_himself_whatever_stands_in_the_field_of_his_number(
    mine: Case, ada: Account, signed_in: Browser, number: str
) -> None:
    """His role ends with his naming, and the case is not there for him."""
    callum = account("cal", full_name="Callum Maddox", number="4471")
    Grant.objects.create(case=mine, account=callum, role=Role.INVESTIGATOR, given_at=NOW)
    said = {"kind": StandingKind.SUBJECT, "name": "Callum Maddox", "number": number, "username": ""}
    signed_in(ada).post("/cases/MS-1/standings/new/", said)
    stated = Standing.objects.get()
    his = signed_in(callum)
    assert his.get("/cases/MS-1/").status_code == 404
    assert his.post(f"/cases/MS-1/standings/{stated.pk}/withdraw/", {"reason": "x"}).status_code == 404
    assert not Grant.objects.filter(account=callum, withdrawn_at=None).exists()


@pytest.mark.parametrize("role", [Role.OWNER, Role.INVESTIGATOR])
def test_whoever_has_a_subjects_name_is_pointed_out_as_he_is_named_and_withdraws_nothing(
    mine: Case, ada: Account, signed_in: Browser, role: Role
) -> None:
    """A mistyped number keeps his role, says so on the page, and lets nothing be taken back by him."""
    callum = account("cal", full_name="Callum Maddox", number="4471")
    Grant.objects.create(case=mine, account=callum, role=role, given_at=NOW)
    other = state_standing(Actor.of(ada), NOW, case=mine, kind=StandingKind.WITNESS, name="Wim Other")
    browser = signed_in(ada)
    said = {"name": "Callum Maddox", "number": "4417", "username": ""}
    browser.post("/cases/MS-1/standings/new/", {**said, "kind": StandingKind.COMPLAINANT})
    assert "names are alike" not in _told(browser, "/cases/MS-1/access/")
    browser.post("/cases/MS-1/standings/new/", {**said, "kind": StandingKind.SUBJECT})
    assert "Callum Maddox may be Callum Maddox" in _told(browser, "/cases/MS-1/access/")
    his = signed_in(callum)
    assert his.get("/cases/MS-1/").status_code == 200
    for stated in (Standing.objects.get(kind=StandingKind.SUBJECT), other):
        answer = his.post(f"/cases/MS-1/standings/{stated.pk}/withdraw/", {"reason": "x"}).content.decode()
        assert "the names are alike" in answer
        stated.refresh_from_db()
        assert stated.withdrawn_at is None
    assert browser.post(f"/cases/MS-1/standings/{other.pk}/withdraw/", {"reason": "x"}).status_code == 302


def test_another_account_of_a_subjects_name_is_pointed_out(mine: Case, ada: Account, signed_in: Browser) -> None:
    """Where his own was said, and a number says that the other is somebody else's."""
    kind = StandingKind.SUBJECT
    state_standing(Actor.of(ada), NOW, case=mine, kind=kind, name="Sam Maddox", account=account("sam"))
    account("sammy", full_name="Sam Maddox (B Relief)", number="12")
    browser = signed_in(ada)
    browser.post("/cases/MS-1/access/give/", {"username": "sammy", "role": Role.REVIEWER})
    content = " ".join(_told(browser, "/cases/MS-1/access/").split())
    assert "Sam Maddox (B Relief) may be Sam Maddox" in content
    assert "only the account that was said to be theirs tells them apart" in content


def test_a_reference_that_is_taken_says_nothing_of_the_case_that_has_it(
    mine: Case, signed_in: Browser, home: Path
) -> None:
    """Not that it is a case, and not where it lies."""
    browser = signed_in(account("mo"))
    for reference in (mine.reference, "MS-2"):
        answer = browser.post("/cases/new/", {"reference": reference, "title": "x"}).content.decode()
        assert "That reference cannot be given" in answer
        assert "there is a case" not in answer
    assert Case.objects.count() == 2
    assert not (home / "MS-2").exists(), "of one whose folder is gone, none is made"


def test_a_field_of_the_ledger_that_is_empty_stays_empty(ada: Account, signed_in: Browser) -> None:
    """No sign is put before nothing."""
    signed_in(ada)
    root = signed_in(account("root", administrator=True))
    root.post("/accounts/new/", {"full_name": "Kim Example", "username": "kim", "password": "four blue doors open"})
    rows = list(csv.DictReader(io.StringIO(_told(root, "/ledger.csv"))))
    assert [row["case"] for row in rows if "Kim" in row["what"]] == [""]
