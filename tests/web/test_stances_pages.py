"""Confirming stances on the desk: one at a time, one key each; counts of what was confirmed and of nothing else."""

import json
import os
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.conftest import Sample
from tests.register.people import account
from tests.web.cases import registered, why

from upstander.actions import SYSTEM, Actor, decide_stance, give_role
from upstander.errors import Refused
from upstander.register.models import Account, Entry, Role
from upstander.register.models import Case as Registered
from upstander.register.site import Site
from upstander.review.stance.counting import counts
from upstander.review.stance.decision import STANCES_FILE, rulings
from upstander.review.stance.kinds import Stance
from upstander.stages import review
from upstander.stages.stances import Asked, listed
from upstander.storage import Case, Home
from upstander.worker.weighing import Weighing

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]
Kept = Callable[..., AbstractContextManager[object]]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def case(reviewed: Case, tmp_path: Path, settings: LazySettings, ada: Account) -> Case:
    """A copy of it that may be decided on; Ada investigates, Rob reviews."""
    home = tmp_path / "copy"
    shutil.copytree(reviewed.path.parent, home)
    settings.SITE = Site(home=home)
    account("rob")
    registered(reviewed.path.name, ada=Role.INVESTIGATOR, rob=Role.REVIEWER)
    return Home(home).open(reviewed.path.name)


@pytest.fixture
def reader(case: Case, ada: Account, signed_in: Browser) -> Client:
    """Ada, who has said why she reads."""
    browser = signed_in(ada)
    why(browser, case.path.name)
    return browser


def root(case: Case) -> str:
    """Where the responses are."""
    return f"/cases/{case.path.name}/people/stances/"


def form(page: str) -> dict[str, str]:
    """What the form of a page carries."""
    told = re.findall(r'<input type="hidden" name="(message|name|seen|n)" value="([^"]*)">', page)
    return dict(told)


def test_one_key_confirms_a_guess_and_leads_to_the_next(
    case: Case, reader: Client, ada: Account, django_capture_on_commit_callbacks: Kept
) -> None:
    """The line is the command line's, with its ledger number; the count has it at once, and guesses are in none."""
    waiting = listed(case, Asked(stance="challenge"))
    assert waiting.count > 0
    first = waiting.rows[0]
    page = reader.get(f"{root(case)}one/?show=waiting&stance=challenge&n=1").content.decode()
    assert "The message</strong>" in page
    assert f"{first.odds[Stance.CHALLENGE]:.2f}: by its words" in page
    assert re.search(r'value="challenge" data-key="y"', page)
    assert set(re.findall(r'name="stance" value="\w+" data-key="(\w)"', page)) == set("ycalmn")
    assert counts(case).responses[Stance.CHALLENGE] == 0
    with django_capture_on_commit_callbacks(execute=True):
        answer = reader.post(
            f"{root(case)}decide/?show=waiting&stance=challenge",
            {**form(page), "stance": "challenge", "note": "she says so"},
        )
    assert answer.status_code == 302, answer.content.decode()
    assert answer.headers["Location"].endswith("show=waiting&stance=challenge&n=1")
    entry = Entry.objects.get(verb="decide_stance")
    line = json.loads((case.decisions / STANCES_FILE).read_text(encoding="utf-8"))
    assert line.pop("ledger") == entry.sequence
    assert "she says so" not in entry.detail, "a remark may quote; it stays in the line"
    ruling = rulings(case)[0]
    assert line == json.loads(ruling.line())
    assert (ruling.message, ruling.act, ruling.response) == (first.message, first.act, first.response)
    assert (ruling.stance, ruling.by, ruling.note) == (Stance.CHALLENGE, ada.full_name, "she says so")
    told = counts(case)
    assert told.responses[Stance.CHALLENGE] == 1
    assert told.people[Stance.CHALLENGE] == 1
    assert listed(case, Asked(stance="challenge")).count == waiting.count - 1
    if waiting.count > 1:
        assert listed(case, Asked(stance="challenge")).rows[0].key == waiting.rows[1].key
    page = reader.get(root(case)).content.decode()
    assert "1 response by 1 person challenge" in page
    # The table, made again, says what the pages said before.
    made = review.stances(case)
    assert made.about["decisions"] == (case.decisions / STANCES_FILE).stat().st_size
    assert counts(case) == told
    assert Entry.objects.filter(verb="read_content", about__startswith="response to message").exists()


def test_a_reaction_is_changed_left_open_and_taken_back(
    case: Case, reader: Client, django_capture_on_commit_callbacks: Kept
) -> None:
    """Each is another line; what cannot be told waits no more, and counts as nothing."""
    everything = listed(case, Asked(show="all"), limit=5_000)
    place, reaction = next((place, row) for place, row in enumerate(everything.rows, start=1) if row.act == "reaction")
    before = counts(case).unconfirmed
    assert before == everything.count
    for stance, count in (("move_on", 1), ("undecided", 0), ("laugh_along", 1), ("undecided", 0)):
        page = reader.get(f"{root(case)}one/?show=all&n={place}").content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            answer = reader.post(f"{root(case)}decide/?show=all", {**form(page), "stance": stance, "note": ""})
        assert answer.headers["Location"].endswith(f"show=all&n={place + 1}")
        told = counts(case)
        assert sum(told.responses.values()) == count
        assert told.unconfirmed == before - count
    assert [ruling.person for ruling in rulings(case)] == [reaction.person] * 4
    assert {ruling.emoji for ruling in rulings(case)} == {reaction.emoji}
    assert listed(case, Asked(show="open")).rows[0].key == reaction.key
    assert listed(case, Asked(show="waiting")).count == everything.count - 1
    assert "Looked at, cannot be told" in reader.get(f"{root(case)}?show=open").content.decode()


def test_two_people_on_one_response_are_told_of_each_other(
    case: Case, ada: Account, reader: Client, django_capture_on_commit_callbacks: Kept
) -> None:
    """The second sees what the first decided before anything of theirs is written."""
    page = reader.get(f"{root(case)}one/?show=all&n=1").content.decode()
    first = listed(case, Asked(show="all"), limit=1).rows[0]
    bo = account("bo")
    known = Registered.objects.get()
    give_role(SYSTEM, NOW, case=known, account=bo, role=Role.INVESTIGATOR)
    with django_capture_on_commit_callbacks(execute=True):
        decide_stance(Actor.of(bo), NOW, case=known, folder=case, key=first.key, stance=Stance.APPROVE)
    answer = reader.post(f"{root(case)}decide/?show=all", {**form(page), "stance": "challenge", "note": ""})
    assert answer.status_code == 409
    said = answer.content.decode()
    assert "Bo Example decided that this response approves of it on 1 March 2026, 12:00 UTC; look at it again" in said
    link = re.search(r'href="([^"]*)">Look at the response again</a>', said)
    assert link is not None
    assert first.message in reader.get(unescape(link[1])).content.decode()
    assert len(rulings(case)) == 1
    with pytest.raises(Refused, match="not one of this case"):
        decide_stance(Actor.of(ada), NOW, case=known, folder=case, key=("x", "reply", "y"), stance=Stance.APPROVE)


def test_whoever_reviews_decides_no_stance(case: Case, signed_in: Browser) -> None:
    """Nor sees what codings brought up; and the page of a message does not lead there."""
    browser = signed_in(Account.objects.get(username="rob"))
    why(browser, case.path.name)
    assert browser.get(root(case)).status_code == 403
    assert browser.get(f"{root(case)}one/").status_code == 403
    assert browser.post(f"{root(case)}decide/", {}).status_code == 403
    response = listed(case, Asked(show="all"), limit=1).rows[0]
    page = browser.get(f"/cases/{case.path.name}/messages/{response.message}/").content.decode()
    assert "Say what they were" not in page


def test_where_no_response_was_weighed_the_page_says_so_and_the_worker_weighs(
    sample: Sample, settings: LazySettings, tmp_path: Path, ada: Account, signed_in: Browser
) -> None:
    """Plainly; and after a look of the worker they are there."""
    home = tmp_path / "copy"
    shutil.copytree(sample.home, home)
    settings.SITE = Site(home=home)
    registered(sample.case.path.name, ada=Role.OWNER)
    case = Home(home).open(sample.case.path.name)
    shutil.rmtree(case.tables / "stances", ignore_errors=True)
    browser = signed_in(ada)
    why(browser, case.path.name)
    assert "No response of this case has been weighed yet" in browser.get(root(case)).content.decode()
    os.utime(case.tables, (1, 1))
    Weighing().look(case.path.name, case, lambda *_: None)
    assert "in no count" in browser.get(root(case)).content.decode()
