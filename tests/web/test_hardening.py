"""What the program never does, looked for in its own text, and settings that nobody may slip."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings as running
from django.contrib.auth.hashers import identify_hasher, make_password
from django.test import Client, override_settings
from tests.register.people import account

import upstander
from upstander.cli.listening import listening
from upstander.register.models import Account, Entry
from upstander.register.site import Site
from upstander.web.configured import configured

_SOURCES = sorted(Path(upstander.__file__).parent.rglob("*.py"))

#: Calls that run, or make objects of, what they are given.
_NEVER = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.load", "pickle.loads", "yaml.load"}
_NEVER |= {"yaml.unsafe_load", "marshal.loads", "shelve.open"}


@functools.cache
def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _called(path: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(_parsed(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def test_nothing_runs_what_it_is_given() -> None:
    """No eval, no pickle, no shell: programs are started by a list of words, and never through a shell."""
    found = []
    for path in _SOURCES:
        for name, call in _called(path):
            if name == "yaml.load" and "Safe" in ast.unparse(call) + path.read_text(encoding="utf-8"):
                continue
            if name in _NEVER or any(word.arg == "shell" for word in call.keywords):
                found.append((path.name, name, call.lineno))
    assert found == []


def test_the_register_is_asked_with_parameters() -> None:
    """No statement of SQL is put together with what somebody sent: what is executed is a constant of the program's."""
    found = []
    folders = ("web", "actions", "register", "worker")
    for path in _SOURCES:
        if path.parts[path.parts.index("upstander") + 1 :][0] not in folders:
            continue
        for name, call in _called(path):
            asked = name.endswith((".execute", ".raw", ".extra", "RawSQL")) and bool(call.args)
            if asked and not isinstance(call.args[0], ast.Constant | ast.Name):
                found.append((path.name, name, call.lineno))
    assert found == []


def test_nothing_asks_anything_of_another_machine() -> None:
    """No module that speaks to a network is imported by the program, but to listen and to name this machine."""
    spoken = {"requests", "urllib.request", "httpx", "aiohttp", "http.client", "ftplib", "smtplib", "telnetlib"}
    found = []
    for path in _SOURCES:
        for node in ast.walk(_parsed(path)):
            names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            found += [(path.name, name) for name in names if name in spoken]
    assert found == []


def test_settings_that_keep_the_site_safe_are_not_anybodys_to_change(tmp_path: Path) -> None:
    """No debugging; passwords by Argon2; twelve characters, and none of the common ones; hosts that are named."""
    made = configured(Site(home=tmp_path, secret_key="x" * 50, hosts=("desk.example.org",), https=True))
    assert made["DEBUG"] is False
    assert made["ALLOWED_HOSTS"] == ["desk.example.org"]
    assert made["PASSWORD_HASHERS"] == ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=made["PASSWORD_HASHERS"]):
        kept = make_password("three green lamps burn")
        assert identify_hasher(kept).algorithm == "argon2"
        assert kept.startswith("argon2$argon2id$")
    validators = {row["NAME"].rpartition(".")[2]: row.get("OPTIONS", {}) for row in made["AUTH_PASSWORD_VALIDATORS"]}
    assert validators["MinimumLengthValidator"] == {"min_length": 12}
    assert "CommonPasswordValidator" in validators
    assert "NumericPasswordValidator" not in validators
    assert made["SESSION_COOKIE_AGE"] == 2 * 3600
    assert made["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"] is False
    assert "django.contrib.admin" not in running.INSTALLED_APPS


@pytest.mark.parametrize(
    ("https", "proxies", "believed"),
    [
        (False, 0, set()),
        (True, 0, {"x-forwarded-proto"}),
        (True, 2, {"x-forwarded-proto", "x-forwarded-for"}),
    ],
)
def test_a_header_of_a_proxy_is_believed_where_a_setting_says_so(https: bool, proxies: int, believed: set[str]) -> None:
    """And that of this machine alone; any other is taken away before a page sees it."""
    server = listening(lambda *_: [], Site(https=https, proxies=proxies), host="127.0.0.1", port=0, threads=1)
    try:
        assert server.adj.trusted_proxy_headers == believed
        assert server.adj.trusted_proxy == ("127.0.0.1" if believed else None)
        assert server.adj.clear_untrusted_proxy_headers
        assert proxies == 0 or server.adj.trusted_proxy_count == proxies
    finally:
        server.close()


@pytest.mark.django_db
def test_nothing_is_listed_and_nothing_of_the_programs_own_is_served() -> None:
    """No folder, no source, no version control, no other host's name."""
    account("ada")
    browser = Client()
    for path in (
        "/static/",
        "/static/desk/",
        "/static/../settings.py",
        "/static/%2e%2e/settings.py",
        "/static/.git/HEAD",
    ):
        assert browser.get(path).status_code == 404, path
    for path in ("/.git/HEAD", "/admin/", "/debug/", "/metrics", "/server-status", "/openapi.json"):
        assert browser.get(path).headers["Location"].startswith("/account/login/"), path
    browser.raise_request_exception = False
    assert browser.get("/account/login/", headers={"host": "elsewhere.example.org"}).status_code == 400


@pytest.mark.django_db
def test_a_password_is_taken_as_it_is() -> None:
    """Any signs, blanks at its ends, a hundred of them: not cut, not changed; and in no page or entry afterwards."""
    for number, password in enumerate((" blank at both ends ", "x9" * 60, "пароль из слов три", "🦆" * 14)):
        form = {"full_name": f"P {number}", "username": f"p-{number}", "password": password, "number": ""}
        root = Account.objects.filter(username="root").first() or account("root", administrator=True)
        browser = Client()
        browser.force_login(root, backend="upstander.web.signing_in.Passwords")
        answer = browser.post("/accounts/new/", form)
        assert answer.status_code == 302, password
        made = Account.objects.get(username=f"p-{number}")
        assert made.check_password(password)
        assert not made.check_password(password.strip()[:-1].upper())
        assert not any(password in entry.detail for entry in Entry.objects.all())
        other = Client()
        sent = {"login": f"p-{number}", "password": password}
        assert other.post("/account/login/", sent).headers["Location"] == "/cases/"
