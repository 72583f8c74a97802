"""The case at a glance, and gaps and clocks, on the sample operation."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.conftest import Sample
from tests.register.people import account

from upstander.actions import SYSTEM, Actor, admit_case, give_role
from upstander.evidence.reconciled import reconciled
from upstander.register.models import Account, Case, HandIn, HandInState, Role
from upstander.register.site import Site
from upstander.stages.overview import overview
from upstander.stages.searches import Wanted, answer

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def case(sample: Sample, settings: LazySettings, home: Path, ada: Account) -> Case:
    """The sample's case, which Ada owns."""
    settings.SITE = Site(home=sample.home)
    return admit_case(SYSTEM, NOW, folder=sample.case, owner=ada)


def test_the_overview_has_the_numbers_of_the_tables_and_each_leads_to_what_made_it(
    sample: Sample, case: Case, ada: Account, signed_in: Callable[[Account], Client]
) -> None:
    """What came in, what was found, what waits; every link on the page is a page."""
    found = reconciled(sample.case)
    assert found is not None
    browser = signed_in(ada)
    page = browser.get(f"/cases/{case.reference}/").content.decode()
    for number in (found.messages, found.deletions, found.unexplained, found.conversations):
        assert f'<span class="desk-figure">{number:,}</span>' in page
    told = overview(sample.case)
    assert sum(told.found.gaps.values()) == found.gaps
    assert f"{told.proposed} pairs of handles may be one person" in page
    assert len(told.found.moved) == found.clock_steps
    links = {part.partition('"')[0] for part in page.split('href="')[1:]}
    inside = {link.partition("#")[0].replace("&amp;", "&") for link in links if link.startswith("/cases/")}
    assert len(inside) > 8
    shown = answer(sample.case, Wanted("deleted:*"), progress=lambda *_: None).count
    assert told.found.deleted == shown > found.deletions
    assert f'<span class="desk-figure">{told.found.deleted:,}</span>' in page
    for link in sorted(inside):
        assert browser.get(link, follow=True).status_code == 200, link


def test_the_overview_says_what_hand_ins_wait_for_somebody(
    case: Case, ada: Account, signed_in: Callable[[Account], Client]
) -> None:
    """Stopped, failed, and still at work."""
    for number, state in enumerate((HandInState.FAILED, HandInState.STOPPED, HandInState.RUNNING), start=1):
        HandIn.objects.create(case=case, number=number, handed_at=NOW, state=state)
    page = signed_in(ada).get(f"/cases/{case.reference}/").content.decode()
    assert "2 hand-ins were stopped or failed" in page
    assert "1 hand-in is being taken in" in page


def test_whoever_may_not_read_sees_how_much_and_not_whose(
    sample: Sample, case: Case, ada: Account, signed_in: Callable[[Account], Client]
) -> None:
    """An auditor sees counts: no custodian, no picture, and no link that is refused."""
    bo = account("bo")
    give_role(Actor.of(ada), NOW, case=case, account=bo, role=Role.AUDITOR)
    browser = signed_in(bo)
    page = browser.get(f"/cases/{case.reference}/").content.decode()
    assert "messages" in page
    for person in sample.truth.people:
        assert person.name not in page
    assert "captures.svg" not in page
    assert browser.get(f"/cases/{case.reference}/captures.svg").status_code == 403
    links = {part.partition('"')[0].partition("#")[0] for part in page.split('href="')[1:]}
    for link in sorted(link for link in links if link.startswith("/cases/")):
        assert browser.get(link, follow=True).status_code == 200, link


def test_an_empty_case_says_how_to_begin(
    home: Path, ada: Account, signed_in: Callable[[Account], Client], settings: LazySettings
) -> None:
    """Nothing is counted of nothing; the button leads to handing in."""
    settings.SITE = Site(home=home)
    browser = signed_in(ada)
    browser.post("/cases/new/", {"reference": "MS-9", "title": "Empty"})
    page = browser.get("/cases/MS-9/").content.decode()
    assert "Nothing has been handed in yet." in page
    assert "/cases/MS-9/exhibits/new/" in page
    assert "no clock could be measured" in browser.get("/cases/MS-9/gaps/").content.decode()
    assert browser.get("/cases/MS-9/captures.svg").status_code == 404


def test_the_picture_runs_nothing_and_is_told_in_words(
    sample: Sample, case: Case, ada: Account, signed_in: Callable[[Account], Client]
) -> None:
    """An SVG under rules of its own, made once; the page has the same in words."""
    browser = signed_in(ada)
    answer = browser.get(f"/cases/{case.reference}/captures.svg")
    content = answer.content
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert content.startswith(b"<svg")
    assert b"<script" not in content
    (made,) = (sample.case.index / "pictures").glob("captures-*.svg")
    before = made.stat().st_mtime_ns
    page = browser.get(f"/cases/{case.reference}/gaps/").content.decode()
    assert made.stat().st_mtime_ns == before
    assert "The same in words" in page


def test_gaps_are_narrowed_and_paged(
    sample: Sample, case: Case, ada: Account, signed_in: Callable[[Account], Client]
) -> None:
    """By reason and exhibit, with the counts of the tables; a clock that was moved is said to be."""
    browser = signed_in(ada)
    where = f"/cases/{case.reference}/gaps/"
    page = browser.get(f"{where}?reason=deleted_on_phone").content.decode()
    found = reconciled(sample.case)
    assert found is not None
    listed = page.partition('aria-label="Gaps one by one"')[2].partition("</table>")[0]
    assert listed.count("<tr") - 1 == found.deletions
    assert "a clock that was moved" in page
    every = browser.get(f"{where}?reason=all&page=3").content.decode()
    assert "Page 3 of" in every
    assert browser.get(f"{where}?reason=nonsense&exhibit=<script>&page=x").status_code == 200
