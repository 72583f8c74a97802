"""Review of evidence that is made to do harm: every page of it stands, and shows what is there."""

import shutil
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.register.people import account
from tests.web.cases import HOSTILE, hostile, made, registered, why
from tests.web.test_hostile_reading import sound

from upstander.register.models import Account, Hold, Role
from upstander.register.site import Site
from upstander.review.codings.coding import Coding
from upstander.review.codings.record import append, codings
from upstander.storage import Case, Home

pytestmark = pytest.mark.django_db

ROOT = "/cases/HO-2/review"
CODE = "threat_violence"


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case in which every string is hostile."""
    return made(tmp_path_factory.mktemp("hostile") / "home", "HO-2", hostile).path.parent


@pytest.fixture
def case(hostile_folder: Path, tmp_path: Path, settings: LazySettings) -> Case:
    """The same, for one test alone."""
    shutil.copytree(hostile_folder, tmp_path / "cases")
    settings.SITE = Site(home=tmp_path / "cases")
    return Home(tmp_path / "cases").open("HO-2")


@pytest.fixture
def reader(case: Case, db: None) -> Client:
    """Somebody whose name is no better."""
    who = account("ada", full_name="<i>Ada</i> {{ 7 * 7 }}")
    registered("HO-2", ada=Role.OWNER)
    browser = Client()
    browser.force_login(who, backend="upstander.web.signing_in.Passwords")
    why(browser, "HO-2")
    return browser


def test_hostile_evidence_is_reviewed_and_not_obeyed(reader: Client, case: Case) -> None:
    """Every message of the queue, veiled and shown, with remarks as hostile; then the list, and every other page."""
    seen = set()
    while True:
        answer = reader.get(f"{ROOT}/{CODE}/")
        sound(answer.content.decode())
        hold = Hold.objects.filter(end="").first()
        if hold is None or hold.message in seen:
            break
        seen.add(hold.message)
        content = reader.get(f"{ROOT}/{CODE}/?reveal={hold.pk}&context=more").content.decode()
        sound(content)
        assert len(content) < 500_000
        note = HOSTILE[len(seen) % len(HOSTILE)].replace("\x00", "")
        form = {"hold": hold.pk, "say": "ticked", "own": "on", "others": ["joke"], "note": note}
        assert reader.post(f"{ROOT}/{CODE}/said/queue/", form).status_code == 302
    assert len(seen) > 10
    assert len({coding.sighting for coding in codings(case, code=CODE)}) == len(seen)
    first = codings(case, code=CODE)[0]
    other = Coding(first.sighting, CODE, first.codebook, False, HOSTILE[1], first.at, note=HOSTILE[3])
    append(case, [other])
    for path in ("", f"{CODE}/", f"{CODE}/disagreements/", f"{CODE}/certificate/", "second-readings/", "joke/"):
        sound(reader.get(f"{ROOT}/{path}").content.decode())
    one = reader.get(f"{ROOT}/{CODE}/disagreements/{first.sighting}/?reveal=yes")
    assert one.status_code == 200
    sound(one.content.decode())


@pytest.mark.parametrize("asked", ["\x00", "../..", "<script>", "a" * 5_000, "’", "%s"])
def test_an_address_that_is_none_is_not_found(reader: Client, asked: str) -> None:
    """As a code or as a message; and numbers that no hold has."""
    for path in ("{}/", "{}/certificate/", "{}/disagreements/", CODE + "/disagreements/{}/"):
        assert reader.get(f"{ROOT}/" + path.format(quote(asked, safe=""))).status_code in (400, 404)
    for number in (asked, "-1", "9" * 40, "0"):
        assert reader.get(f"{ROOT}/{CODE}/", {"reveal": number, "again": number}).status_code == 200
        assert reader.post(f"{ROOT}/{CODE}/said/queue/", {"hold": number, "say": "not"}).status_code == 302
    assert not Account.objects.filter(username="nobody").exists()
