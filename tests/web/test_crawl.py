"""Everybody goes everywhere: no page faults, none shows what its reader may not see, each carries its headers."""

import os
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.http import HttpResponseBase
from django.test import Client
from tests.web.crawling import Crawler, checked
from tests.web.test_matrix import FORMS, filled, patterns, rows, where
from tests.web.world import NAMED, SAID, WHO, World, folder, inhabited

from upstander.register.models import Account, Entry
from upstander.register.site import Site
from upstander.storage import Case as Folder
from upstander.web.configured import configured

pytestmark = pytest.mark.django_db

#: What the crawl chooses by; another sends other values to other fields.
SEED = int(os.environ.get("UPSTANDER_TEST_SEED", "0"))
PASSWORD = "three green lamps burn"  # noqa: S105 - of invented people
#: Those who may read what people wrote.
READERS = {"owner", "investigator", "reviewer", "decision maker"}
#: Pages that name people to whoever audits: the ledger says who did what to whom.
LEDGERS = re.compile(r"^(?:/ledger[./]|/cases/[^/]+/ledger)")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The case's folder, made once."""
    return folder(tmp_path_factory.mktemp("crawl") / "home")


@pytest.fixture
def world(settings: LazySettings, kept: Folder) -> World:
    """The case and everybody, with a ledger in which something was read, searched and decided."""
    settings.SITE = Site(home=kept.path.parent, contact="security@example.org")
    made = inhabited(kept)
    browser = made.browsers["owner"]
    for row in rows():
        if row.verb == "GET" and "read_content" in row.entered:
            assert browser.get(where(row.name, row.address, made)).status_code == 200
    browser.post(f"/cases/{made.case.reference}/people/pairs/decide/", FORMS["pair_decide"](made, ""))
    return made


@pytest.mark.parametrize("kind", [kind for kind in WHO if kind != "supervisor"])
def test_everybody_goes_everywhere_and_sees_what_they_may(kind: str, world: World) -> None:
    """Every link is followed and every form sent, once as it stands and once with what means harm."""

    def told(verb: str, address: str, answer: HttpResponseBase, text: str) -> None:
        assert answer.status_code < 500 or answer.status_code in (503, 507), (verb, address)
        if kind not in READERS:
            assert SAID not in text, (verb, address)
            if kind not in ("auditor", "administrator") or not LEDGERS.match(address):
                assert NAMED not in text, (verb, address)

    browser = world.browsers[kind]
    if kind in ("owner", "administrator"):
        _proved(browser, kind)
    crawler = Crawler(browser, SEED, told)
    addresses = [address for _, address in patterns() if "logout" not in address]
    crawler.crawl(["/", *(filled(address, world.parts) for address in addresses)])
    crawler.hostile(addresses)
    met = {name for (name, verb), _ in crawler.seen.items() if verb == "GET"}
    assert {name for name, _ in patterns() if name not in ("account_logout",)} <= met
    if kind in READERS:
        assert len([verb for _, verb in crawler.seen if verb == "POST"]) > 4


def _proved(browser: Client, kind: str) -> None:
    """Give the password again, so that the pages of the second step open; the administrator has one already."""
    assert browser.post("/account/reauthenticate/", {"password": PASSWORD}).status_code == 302
    if kind == "administrator":
        data = {"secret": "JBSWY3DPEHPK3PXP"}
        Authenticator.objects.create(user_id=browser.session["_auth_user_id"], type=Authenticator.Type.TOTP, data=data)


def test_nothing_is_done_by_a_form_from_elsewhere(world: World) -> None:
    """Whoever is signed in, and whatever page it goes to: without the page's own token it is not taken."""
    for kind in ("owner", "administrator", "signed out"):
        browser = Client(enforce_csrf_checks=True)
        browser.cookies = world.browsers[kind].cookies
        before = Entry.objects.count()
        for row in rows():
            if row.verb != "POST" or row.name == "home":
                continue
            form = FORMS[row.name](world, "new-elsewhere") if row.name in FORMS else {}
            answer = browser.post(filled(row.address, world.parts), form)
            checked(answer)
            if "Location" in answer.headers:
                assert answer.headers["Location"].startswith("/account/login/"), row
            else:
                assert answer.status_code == 403, row
                assert b"did not come from here" in answer.content
        assert Entry.objects.count() == before


def test_cookies_go_over_nothing_but_https_where_the_site_has_it(
    settings: LazySettings, world: World, tmp_path: Path
) -> None:
    """And browsers are told to come by nothing else, for a year, names below this one included."""
    site = Site(home=tmp_path, https=True, secret_key="x" * 50, hosts=("testserver",))
    for name, value in configured(site).items():
        if name.startswith(("SESSION_COOKIE", "CSRF_COOKIE", "SECURE_")):
            setattr(settings, name, value)
    browser = Client()
    form = {"login": "olive", "password": "three green lamps burn"}
    for answer in (browser.get("/account/login/", secure=True), browser.post("/account/login/", form, secure=True)):
        checked(answer, secure=True)
        assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert {name for name in browser.cookies if name.startswith("__Host-")} == set(browser.cookies)


def test_a_fault_of_ours_tells_nothing_and_carries_the_headers(
    settings: LazySettings, world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No trace, no query, no path: a page of its own, and nothing done; where it was is told to whoever runs it."""

    def breaks(*_: object) -> None:
        raise RuntimeError("a secret of the program's inside")

    monkeypatch.setattr("upstander.web.places.cases.actor", breaks)
    browser = world.browsers["owner"]
    browser.raise_request_exception = False
    answer = browser.get("/cases/?q=what+they+said")
    assert answer.status_code == 500
    page = checked(answer)
    assert "secret" not in page
    found = re.search(r"fault ([0-9a-f]{6})", page)
    assert found is not None
    told = capsys.readouterr().err
    assert f"fault {found[1]} at 20" in told
    assert re.search(r": GET cases, account \d+, from 127\.0\.0\.1\n  builtins\.RuntimeError\n", told)
    assert f"{Path(__file__).name}:" in told
    assert "in breaks" in told
    # Whoever runs the site sees no content: neither what was asked for nor what the program had in hand.
    assert "they" not in told
    assert "secret" not in told


def test_refusals_are_noted_without_what_was_asked_for(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Who, when, which page and from where; no reference of a case, and no words."""
    forms = Client(enforce_csrf_checks=True)
    assert forms.post("/account/login/", {"login": "what they said", "password": PASSWORD}).status_code == 403
    assert world.browsers["stranger"].get(f"/cases/{world.case.reference}/search/?q=they+said").status_code == 404
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 2
    assert re.fullmatch(
        r"refused \(a form without its token\) at 20\S+: POST account_login, nobody signed in, from 127\.0\.0\.1",
        told[0],
    )
    number = Account.objects.get(username=WHO["stranger"]).pk
    assert re.fullmatch(rf"refused \(not allowed\) at 20\S+: GET search, account {number}, from 127\.0\.0\.1", told[1])


def test_addresses_that_nobody_may_have_say_nothing_of_what_is_there(world: World) -> None:
    """Another's case, a closed one and one that never was: the same page, word for word."""
    browser = world.browsers["stranger"]
    there = browser.get(f"/cases/{world.case.reference}/").content.decode()
    never = browser.get("/cases/NEVER-1/").content.decode()
    assert _bare(there) == _bare(never)


def _bare(page: str) -> str:
    return re.sub(r'value="[^"]+"', "", page)
