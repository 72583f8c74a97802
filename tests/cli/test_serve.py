"""The desk as a process: its first page, what it serves, what it refuses, and the commands around it."""

import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from tests.register.people import account
from tests.register.people import case as people_case
from tests.support.commands import Command
from tests.support.desks import environment, open_desk

from upstander.actions import SYSTEM, Actor, admit_case, read_content
from upstander.actions.admit_case import admit_cases, without_owner
from upstander.actions.open_demo import open_demo
from upstander.errors import BadSetting, Refused, UsageError
from upstander.register.models import Account, Case, Entry, Grant, Role
from upstander.register.site import Site
from upstander.storage import Home

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_new_home_is_served_to_its_first_user(tmp_path: Path) -> None:
    """One command: the register is made, the first page makes the first account, and a case can be opened."""
    home = tmp_path / "home"
    Home(home).new("OLD-1", title="Made on the command line", now=NOW)
    with open_desk(home, "--no-worker", UPSTANDER_UPLOAD_GIB="0.01") as browser:
        assert browser.get("/").headers["location"] == "/begin/"
        first = {
            "full_name": "Ines Example",
            "username": "ines",
            "password": "three green lamps burn",
            "runs": "works",
            "take": "on",
        }
        assert "1 case made on the command line" in browser.get("/begin/").body
        assert browser.post("/begin/", first).status == 302
        shown = browser.get("/cases/")
        assert "OLD-1" in shown.body
        assert browser.post("/cases/new/", {"reference": "MS-1", "title": "New"}).status == 302
        assert (home / "MS-1" / "exhibits" / "case.json").is_file()

        sheet = shown.body.partition('rel="stylesheet" href="')[2].partition('"')[0]
        kept = browser.get(sheet).headers
        assert "immutable" in kept["cache-control"]
        assert kept["content-type"].startswith("text/css")
        plain = browser.get("/static/desk/desk.css").headers["cache-control"]
        assert "immutable" not in plain
        assert browser.get("/static/desk/../../../settings.py").status == 404
        assert "no-store" in shown.headers["cache-control"]

        for path in ("/cases/new/", "/cases/OLD-1/exhibits/new/"):
            large = browser.send(path, {}, [("a.bin", b"x" * 12_000_000)])
            assert large.status == 413
            assert "a hand-in may have 0.01 GiB" in large.body
        assert list((home / "arriving").iterdir()) == []

        # While it is served, all that lies in its home is there; no case can be opened under the name of any of it.
        for name in ["new", *(entry.name for entry in home.iterdir() if entry.name not in ("OLD-1", "MS-1"))]:
            refused = browser.post("/cases/new/", {"reference": name, "title": "New"})
            assert (refused.status, "cannot be a case reference" in refused.body) == (200, True), name
            with pytest.raises(UsageError):
                Home(home).new(name, title="New", now=NOW)

        port = browser.address.rstrip("/").rpartition(":")[2]
        again = [sys.executable, "-m", "upstander", "serve", "--no-worker", "--port", port]
        said = subprocess.run(again, capture_output=True, text=True, env=environment(tmp_path / "other"))
        assert said.returncode == 2
        assert "--port" in said.stderr
        assert "Traceback" not in said.stderr
    assert stat.S_IMODE((home / "secret-key").stat().st_mode) == 0o600


def test_a_register_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    """The ledger of a home that was never served is not there yet, and what makes it is said."""
    run = [sys.executable, "-m", "upstander", "ledger", "verify"]
    (tmp_path / "home").mkdir()
    said = subprocess.run(run, capture_output=True, text=True, env=environment(tmp_path / "home"))
    assert said.returncode == 2
    assert "the register" in said.stderr
    assert "upstander serve" in said.stderr


def test_settings_say_where_they_come_from_and_no_secret(
    upstander: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Variable, file or default; a secret is not shown; what cannot be read is named."""
    (tmp_path / "url").write_text("postgresql://somebody:hidden@example.invalid/desk\n")
    monkeypatch.setenv("UPSTANDER_SECRET_KEY", "not to be seen " * 4)
    monkeypatch.setenv("UPSTANDER_DATABASE_URL_FILE", str(tmp_path / "url"))
    monkeypatch.setenv("UPSTANDER_UPLOAD_GIB", "3")
    told = upstander("settings").out
    assert "not to be seen" not in told
    assert "hidden" not in told
    assert "UPSTANDER_UPLOAD_GIB = 3.0\n" in told
    found = {row["name"]: row for row in upstander("settings", "--json").json["settings"]}
    assert found["secret_key"]["source"] == "UPSTANDER_SECRET_KEY"
    assert found["database_url"]["source"] == f"the file {tmp_path / 'url'}"
    assert (found["database_url"]["value"], found["https"]["source"]) == (None, "default")
    monkeypatch.setenv("UPSTANDER_UPLOAD_GIB", "much")
    said = upstander("settings")
    assert said.status == 2
    assert "UPSTANDER_UPLOAD_GIB" in said.err


@pytest.mark.django_db
def test_the_ledger_is_proved_and_a_fault_is_named(upstander: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """The number of entries and the last seal; status 2 and the entry where it is not whole."""
    read_content(SYSTEM, NOW, case=people_case("MS-1"), about="message 1", why="a test")
    last = Entry.objects.get()
    assert upstander("ledger", "verify", "--json").json == {
        "entries": 1,
        "digest": last.digest,
        "whole": True,
        "decisions": {"sealed": 0, "unsealed": 0, "waiting": 0},
    }
    assert last.digest in upstander("ledger", "verify").out
    assert upstander("ledger", "verify", "--noted", last.digest.upper()).status == 0
    said = upstander("ledger", "verify", "--noted", "ab" * 32)
    assert said.status == 2
    assert "sealed anew since" in said.err
    assert "64 signs" in upstander("ledger", "verify", "--noted", "ab").err
    monkeypatch.setattr("upstander.actions.verify_ledger.seal", lambda _: "0" * 64)
    said = upstander("ledger", "verify")
    assert said.status == 2
    assert "entry 1 of the ledger was changed" in said.err


@pytest.mark.django_db
def test_a_case_is_admitted_with_its_owner(upstander: Command, case: str) -> None:
    """A case of the command line is on the desk with an owner, once, and the ledger says how it came there."""
    account("ines")
    account("bo")
    assert upstander("case", "admit", case, "--owner", "nobody").status == 2
    assert upstander("case", "admit", case, "--owner", "ines", "--by", "R. Reader").status == 0
    grant = Grant.objects.get()
    assert (grant.account.username, grant.role, grant.case.reference) == ("ines", Role.OWNER, case)
    entry = Entry.objects.get(verb="admit_case")
    assert (entry.actor, entry.via, entry.case) == ("R. Reader", "command line", case)
    said = upstander("case", "admit", case, "--owner", "bo")
    assert said.status == 2
    assert "owns the case C-1 already" in said.err
    # Nobody could give a role in it: its owner is named in it since, or has left.
    grant.account.is_active = False
    grant.account.save()
    assert without_owner() == [case]
    assert upstander("case", "admit", case, "--owner", "ines").status == 2
    assert upstander("case", "admit", case, "--owner", "bo").status == 0
    assert without_owner() == []
    assert [held.account.username for held in Grant.objects.filter(withdrawn_at=None)] == ["bo"]
    assert '"instead_of":["ines"]' in Entry.objects.filter(verb="admit_case").latest("sequence").detail


@pytest.mark.django_db
def test_cases_that_were_there_are_admitted_at_start_and_one_that_is_damaged_is_named(
    upstander: Command, case: str, home: Path
) -> None:
    """Each once; the register has them without an owner, and whoever may run the site gives one."""
    upstander("case", "new", "C-2")
    (home / "C-2" / "exhibits" / "case.json").write_text("{")
    for _ in range(2):
        (problem,) = admit_cases(NOW, home)
        assert problem[0] == "C-2"
    assert without_owner() == ["C-1"]
    assert [entry.verb for entry in Entry.objects.all()] == ["admit_case", "admit_exhibits"]
    administrator = account("ada", administrator=True)
    with pytest.raises(Refused, match="runs the site"):
        admit_case(Actor.typing("R"), NOW, folder=Home(home).open("C-1"), owner=administrator)
    owner = account("ines")
    admit_case(Actor.of(administrator), NOW, folder=Home(home).open("C-1"), owner=owner)
    assert without_owner() == []


@pytest.mark.django_db
def test_the_demo_has_an_account_whose_password_is_new_each_time(upstander: Command, case: str, home: Path) -> None:
    """One account, one case that it owns; an older password does not open it; another's account is not taken."""
    folder = Home(home).open(case)
    _, before = open_demo(NOW, folder=folder)
    username, password = open_demo(NOW, folder=folder)
    demo = Account.objects.get()
    assert (username, demo.check_password(password), demo.check_password(before)) == ("demo", True, False)
    assert Grant.objects.filter(account=demo, role=Role.OWNER).count() == Case.objects.count() == 1
    Account.objects.update(full_name="Somebody Else")
    with pytest.raises(Refused, match="not the demo's"):
        open_demo(NOW, folder=folder)


@pytest.mark.django_db
def test_the_doctor_finds_an_exhibit_that_was_changed(upstander: Command, case: str, home: Path) -> None:
    """All is good at first; one changed byte of an exhibit is bad, with status 1."""
    told = upstander("doctor", "--all", "--json")
    found = {check["what"]: check["how"] for check in told.json["checks"]}
    assert found["exhibits of C-1"] == found["register"] == found["ledger"] == found["pages"] == "good"
    (exhibit,) = [path for path in (home / case / "exhibits" / "bytes").rglob("*") if path.is_file()]
    exhibit.chmod(0o600)
    exhibit.write_bytes(exhibit.read_bytes()[:-1] + b"?")
    said = upstander("doctor", "--all")
    assert said.status == 1
    assert "AB/1 has changed" in " ".join(said.out.split())


def test_a_secret_that_could_be_guessed_is_refused(upstander: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence that does not show it, by whatever reads the settings."""
    monkeypatch.setenv("UPSTANDER_SECRET_KEY", "k" * 49)
    said = upstander("settings")
    assert said.status == 2
    assert "UPSTANDER_SECRET_KEY has 49 characters and needs 50" in " ".join(said.err.split())
    assert "kkk" not in said.err
    with pytest.raises(BadSetting, match="needs 50"):
        Site.read({"UPSTANDER_SECRET_KEY": "k" * 49, "UPSTANDER_HOME": "/nowhere"})
    assert Site.read({"UPSTANDER_SECRET_KEY": "k" * 50, "UPSTANDER_HOME": "/nowhere"}).secret_key == "k" * 50


def test_the_doctor_of_a_machine_with_a_secret_that_could_be_guessed_says_so(home: Path) -> None:
    """And ends with status 2."""
    home.mkdir()
    said = subprocess.run(
        [sys.executable, "-m", "upstander", "doctor"],
        env={**environment(home), "UPSTANDER_SECRET_KEY": "short"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 2
    assert "needs 50" in " ".join(said.stderr.split())
    assert "Traceback" not in said.stderr


@pytest.mark.django_db
def test_the_doctor_says_what_is_unset(upstander: Command, settings: LazySettings, home: Path) -> None:
    """The contact always; for a site behind HTTPS both want a look."""
    home.mkdir()

    def found(site: Site) -> dict[str, str]:
        settings.SITE = site
        return {check["what"]: check["how"] for check in upstander("doctor", "--json").json["checks"]}

    alone = found(Site(home=home))
    assert (alone["contact"], alone.get("proxies")) == ("good", None)
    assert "UPSTANDER_CONTACT is unset" in " ".join(upstander("doctor").out.split())
    team = found(Site(home=home, https=True))
    assert (team["contact"], team["proxies"]) == ("look", "look")
    whole = found(Site(home=home, https=True, proxies=1, contact="mailto:security@example.org"))
    assert (whole["contact"], whole.get("proxies")) == ("good", None)


@pytest.mark.django_db
def test_a_case_that_no_page_could_show_is_not_admitted(tmp_path: Path) -> None:
    """One that an earlier version opened under a name that the desk has for something else: it is said."""
    Home(tmp_path).new("MS-1", title="x", now=NOW).path.rename(tmp_path / "new")
    ((reference, problem),) = admit_cases(NOW, tmp_path)
    assert reference == "new"
    assert "the desk has that name" in problem
    assert not Case.objects.exists()
