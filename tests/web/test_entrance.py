"""The way in: the first account, signing in and out, and what nobody sees without it."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.http import HttpResponse, HttpResponseBase
from django.test import Client
from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver
from tests.register.people import account

from upstander.actions import SYSTEM, close_account
from upstander.register.models import Account, Entry
from upstander.register.site import Site
from upstander.web.configured import configured

pytestmark = pytest.mark.django_db

PASSWORD = "three green lamps burn"  # noqa: S105 - of invented people
FIRST = {"full_name": "Ada Example", "username": "ada", "password": PASSWORD, "runs": "works"}


def test_the_first_to_come_makes_the_first_account(client: Client) -> None:
    """Every address leads there; afterwards it is gone."""
    assert client.get("/").headers["Location"] == "/begin/"
    assert client.get("/cases/").headers["Location"] == "/begin/"
    assert client.post("/begin/", FIRST).headers["Location"] == "/cases/"
    assert client.get("/cases/").status_code == 200
    assert client.get("/begin/").status_code == 404
    assert Client().post("/begin/", {**FIRST, "username": "eve"}).status_code == 404
    assert [entry.verb for entry in Entry.objects.all()] == ["make_first_account", "sign_in"]


def test_nobody_slips_into_a_site_that_nobody_runs(client: Client) -> None:
    """What one will do is chosen by none but oneself, and what either entails stands beside it."""
    page = client.get("/begin/").content.decode()
    radios = [part.partition(">")[0] for part in page.split("<input")[1:] if 'type="radio"' in part.partition(">")[0]]
    assert len(radios) == 2
    assert not any("checked" in radio for radio in radios)
    assert "upstander account" in page
    assert "can never be given access to a case" in page
    said = client.post("/begin/", {key: value for key, value in FIRST.items() if key != "runs"}).content.decode()
    assert "There is a problem" in said
    assert not Account.objects.exists()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"password": "password1234"}, "too common"),
        ({"password": "short"}, "too short"),
        ({"password": "ada example ada"}, "too similar"),
        ({"username": "Ada Example!"}, "small letters"),
        ({"full_name": ""}, "required"),
        ({"runs": "anything"}, "valid choice"),
    ],
)
def test_a_first_account_that_cannot_be_made_is_said(client: Client, changed: dict[str, str], said: str) -> None:
    """One clear sentence at the field, a summary above it, and no account."""
    answer = client.post("/begin/", {**FIRST, **changed})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert "There is a problem" in answer.content.decode()
    assert not Account.objects.exists()


def test_signing_in_and_out(client: Client) -> None:
    """By user name and password, and back to where one wanted to go."""
    account("ada")
    assert client.get("/own/").headers["Location"] == "/account/login/?next=%2Fown%2F"
    answer = client.post("/account/login/?next=/own/", {"login": "ada", "password": PASSWORD})
    assert answer.headers["Location"] == "/own/"
    assert client.get("/own/").status_code == 200
    client.post("/account/logout/")
    assert client.get("/own/").status_code == 302


@pytest.mark.parametrize(
    ("host", "says"),
    [
        ("127.0.0.1:8000", 'href="http://localhost:8000/account/login/">'),
        ("[::1]:8000", 'href="http://localhost:8000/account/login/">'),
        ("10.1.2.3", "Ask whoever runs this site for its name."),
    ],
)
def test_whoever_comes_by_a_number_is_told_where_passkeys_work(
    client: Client, ada: Account, settings: LazySettings, host: str, says: str
) -> None:
    """Browsers have them for names alone; nothing is said to whoever came by one."""
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "10.1.2.3"]
    content = client.get("/account/login/", headers={"host": host}).content.decode()
    assert "passkeys work only by a name" in content
    assert says in content
    named = client.get("/account/login/", headers={"host": "localhost:8000"}).content.decode()
    assert "passkeys work only by a name" not in named


def test_a_wrong_password_says_nothing_of_whether_there_is_such_an_account(client: Client) -> None:
    """The same sentence for both."""
    account("ada")
    said = [
        client.post("/account/login/", {"login": login, "password": "wrong wrong wrong"}).content.decode()
        for login in ("ada", "nobody")
    ]
    assert "There is a problem" in said[0]
    assert said[0].replace("ada", "x").count("error") == said[1].replace("nobody", "x").count("error")


@pytest.mark.parametrize("login", ["ada", "nobody"])
def test_too_many_wrong_passwords_lock_a_name_whether_it_is_there_or_not(client: Client, login: str) -> None:
    """Even the right one is refused then, in any browser there; the ledger says so once."""
    account("ada")
    for _ in range(8):
        client.post("/account/login/", {"login": login, "password": "wrong wrong wrong"})
    for _ in range(3):
        answer = Client().post("/account/login/", {"login": login, "password": PASSWORD})
        assert answer.status_code == 200
        assert "Too many wrong passwords" in answer.content.decode()
    assert [entry.about for entry in Entry.objects.filter(verb="lock_out")] == [login]


def _tries(login: str, password: str, client: str, number: int = 1) -> HttpResponseBase:
    browser = Client(REMOTE_ADDR=client)
    for _ in range(number):
        answer = browser.post("/account/login/", {"login": login, "password": password})
    return answer


def _locked_out(answer: HttpResponseBase) -> bool:
    return isinstance(answer, HttpResponse) and "Too many wrong passwords" in answer.content.decode()


def test_whoever_guesses_locks_a_name_for_themselves_and_many_together_for_all(client: Client) -> None:
    """One address keeps nobody out elsewhere; twelve that guess at one name do, and each lock is in the ledger."""
    account("ada")
    assert _locked_out(_tries("ada", "wrong wrong wrong", "192.0.2.1", 9))
    assert _tries("ada", PASSWORD, "192.0.2.2").headers["Location"] == "/cases/"
    assert [json.loads(entry.detail)["client"] for entry in Entry.objects.filter(verb="lock_out")] == ["192.0.2.1"]
    for number in range(3, 14):
        _tries("ada", "wrong wrong wrong", f"192.0.2.{number}", 8)
    assert _locked_out(_tries("ada", PASSWORD, "192.0.2.99"))


def test_one_client_behind_the_proxy_keeps_nobody_out(client: Client, settings: LazySettings) -> None:
    """Tries are counted by who comes, as our proxy says it; what a client says of itself counts for nothing."""
    account("ada")
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = configured(Site(proxies=1))["ALLAUTH_TRUSTED_PROXY_COUNT"]
    for number in range(61):
        said = {"login": f"x{number}", "password": "wrong wrong wrong"}
        answer = client.post("/account/login/", said, headers={"x-forwarded-for": f"10.0.0.{number}, 192.0.2.1"})
    assert answer.status_code == 429
    page = answer.content.decode()
    assert "Too many tries" in page
    assert "govuk" in page
    form = {"login": "ada", "password": PASSWORD}
    other = client.post("/account/login/", form, headers={"x-forwarded-for": "192.0.2.2"})
    assert other.headers["Location"] == "/cases/"
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
    assert Client().post("/account/login/", form, headers={"x-forwarded-for": "192.0.2.2"}).status_code == 302


def test_a_closed_account_is_out_at_its_next_page(signed_in: Callable[[Account], Client]) -> None:
    """The session that is open ends, and there is no new one."""
    who = account("ines")
    browser = signed_in(who)
    assert browser.get("/cases/").status_code == 200
    close_account(SYSTEM, datetime.now(UTC) + timedelta(seconds=1), account=who)
    assert browser.get("/cases/").headers["Location"].startswith("/account/login/")
    answer = Client().post("/account/login/", {"login": "ines", "password": PASSWORD})
    assert answer.status_code != 302 or "/account/inactive/" in answer.headers["Location"]


def test_a_form_from_elsewhere_is_not_taken() -> None:
    """Without the page's own token nothing is done."""
    browser = Client(enforce_csrf_checks=True)
    answer = browser.post("/begin/", FIRST)
    assert answer.status_code == 403
    assert "did not come from here" in answer.content.decode()
    assert not Account.objects.exists()


@pytest.mark.parametrize("path", ["/account/login/", "/begin/", "/cases/", "/nowhere/"])
def test_every_answer_has_the_headers(client: Client, path: str) -> None:
    """Nothing from elsewhere, nothing inline, nothing framed, nothing kept."""
    answer = client.get(path)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def _paths(patterns: list[URLPattern | URLResolver], before: str = "") -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += _paths(pattern.url_patterns, before + str(pattern.pattern))
        else:
            found.append(before + str(pattern.pattern))
    return found


def test_no_page_of_ours_opens_without_an_account(client: Client) -> None:
    """Every address there is, but for the few that lead to an account."""
    account("ada")
    paths = [path for path in _paths(get_resolver().url_patterns) if not path.startswith(("account/", "begin", "^"))]
    assert len(paths) > 15
    for path in paths:
        address = "/" + path
        for converter in ("<str:reference>", "<str:username>", "<path:person>"):
            address = address.replace(converter, "ada")
        if "<" in address or address.startswith(("/static/", "/.well-known/")):
            continue
        answer = client.get(address)
        assert answer.status_code == 302, address
        assert answer.headers["Location"].startswith(("/account/login/", "/cases/")), address
