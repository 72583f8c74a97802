"""Exhibits on the desk: handing in, hostile files, progress, custody, and who may do any of it."""

import errno
import hashlib
import io
import json
import os
import re
import threading
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.register.people import account
from tests.support.chats import chat

from upstander.actions import Actor, admit_intakes, give_role, open_case, sentence, withdraw_role
from upstander.evidence.contents import warnings_by_kind
from upstander.evidence.intake import Handed
from upstander.model import warning_kinds
from upstander.register.models import Account, Case, Entry, HandIn, HandInState, Role
from upstander.register.site import Site
from upstander.stages import ingest
from upstander.stages.overview import LOOK_FIRST
from upstander.storage import Home
from upstander.worker.loop import work

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
NEW = "/cases/MS-1/exhibits/new/"

Signed = Callable[[Account], Client]


@pytest.fixture
def case(home: Path, ada: Account) -> Case:
    """A case that Ada owns."""
    return open_case(Actor.of(ada), NOW, home=Home(home), reference="MS-1", title="Late turn")


@pytest.fixture
def browser(case: Case, ada: Account, signed_in: Signed) -> Client:
    """Ada's."""
    return signed_in(ada)


def _file(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def _bomb() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../../../out.txt", b"0" * 20_000_000)
    return made.getvalue()


def test_files_are_handed_in_and_their_custody_is_told(browser: Client, home: Path, ada: Account) -> None:
    """From the form to the exhibit's page: who, when, digest, size; every step in the ledger."""
    said = {"custodian": "PC <b>Ash</b> \u202eExample", "reference": "AB/1", "time_zone": "Europe/London"}
    answer = browser.post(NEW, {**said, "exhibits": [_file("result.json", chat(30)), _file("notes.txt", b"")]})
    assert answer.status_code == 302
    row = HandIn.objects.get()
    assert (row.handed_by, row.time_zone, row.state) == (ada, "Europe/London", HandInState.WAITING)
    assert list((home / "arriving").iterdir()) == []
    waiting = browser.get("/cases/MS-1/exhibits/").content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    assert '<noscript><meta http-equiv="refresh"' in waiting
    assert "PC &lt;b&gt;Ash&lt;/b&gt; <span" in waiting
    assert "U+202E</span>Example" in waiting
    assert "HX-Refresh" not in browser.get("/cases/MS-1/exhibits/hand-ins/").headers

    work(Site(home=home), threading.Event(), once=True)
    assert browser.get("/cases/MS-1/exhibits/hand-ins/").headers["HX-Refresh"] == "true"
    done = browser.get("/cases/MS-1/exhibits/").content.decode()
    assert "every 2s" not in done
    assert "AB/1.1" in done
    assert ">30<span" in done
    digest = next(file["sha256"] for file in row.files if file["name"] == "result.json")
    page = browser.get(f"/cases/MS-1/exhibits/{digest}/").content.decode()
    for part in (
        digest,
        "by Ada Example",
        "result.json",
        "Europe/London",
        "handed in AB/1",
        "took in AB/1: 2 exhibits",
    ):
        assert part in page
    assert browser.get(f"/cases/MS-1/exhibits/{'0' * 64}/").status_code == 404


def test_what_is_new_is_told_from_what_was_there(browser: Client, home: Path) -> None:
    """The ledger counts exhibits as the overview does; a known file that comes again is in its custody each time."""
    said = {"custodian": "PC Ash", "reference": "AB/1"}
    sent = [_file(f"{number}.json", chat(10 + number)) for number in range(6)]
    browser.post(NEW, {**said, "exhibits": [*sent, _file("copy.json", chat(10))]})
    work(Site(home=home), threading.Event(), once=True)
    for _ in range(2):
        browser.post(NEW, {"custodian": "PC Ash", "exhibits": _file("again.json", chat(10))})
        work(Site(home=home), threading.Event(), once=True)
    browser.post(NEW, {"custodian": "PC Ash", "exhibits": _file("b.bin", b"b"), "key": _file("key", b"k" * 32)})
    browser.post(NEW, {"custodian": "PC Ash", "exhibits": _file("c.bin", b"c"), "key": _file("key", b"k" * 32)})
    work(Site(home=home), threading.Event(), once=True)
    assert [sentence(entry) for entry in Entry.objects.filter(verb="finish_hand_in").order_by("sequence")] == [
        "took in AB/1: 6 exhibits, 1 was there already",
        "took in hand-in 2: no new exhibit, 1 was there already",
        "took in hand-in 3: no new exhibit, 1 was there already",
        "took in hand-in 4: 1 exhibit and a key",
        "took in hand-in 5: 1 exhibit",
    ]
    assert '<span class="desk-figure">9</span>exhibits' in browser.get("/cases/MS-1/").content.decode()
    digest = hashlib.sha256(chat(10)).hexdigest()
    page = browser.get(f"/cases/MS-1/exhibits/{digest}/").content.decode()
    custody = re.sub("<[^>]+>", "", page[page.index("Custody</h2>") : page.index("In the ledger")])
    received = ["0.json, one of 7 files of intake 1", "copy.json, one of 7 files of intake 1"]
    received += ["again.json, one of 1 file of intake 2"]
    received += ["again.json, one of 1 file of hand-in 3, which says the same of the same files as intake 2"]
    places = [custody.index(f"{part}, from PC Ash") for part in received]
    assert places == sorted(places)
    assert custody.count("Received again: the same bytes") == 3
    assert custody.count("by Ada Example") == 4


def test_an_entry_from_before_it_was_counted_speaks_of_files() -> None:
    """What older entries count is files: how many of them were new is not known."""
    old = Entry(verb="finish_hand_in", about="AB/1", detail='{"count": 7, "number": 1}')
    assert sentence(old) == "took in AB/1: 7 files"


def test_hostile_files_are_bytes_and_are_served_to_nobody(browser: Client, home: Path) -> None:
    """A zip bomb with a way out, and an SVG that runs: kept as received, warned of, and at no address."""
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(2)</script></svg>'
    sent = [_file("bomb.zip", _bomb()), _file("<img src=x onerror=alert(1)>.svg", svg), _file("b.html", svg)]
    assert browser.post(NEW, {"custodian": "PC Ash", "exhibits": sent}).status_code == 302
    work(Site(home=home), threading.Event(), once=True)
    row = HandIn.objects.get()
    assert row.state == HandInState.DONE, row.error
    assert not list(home.rglob("out.txt"))
    page = browser.get("/cases/MS-1/exhibits/").content.decode()
    assert "<img src=x" not in page
    assert "onload" not in page
    for file in row.files:
        assert (home / "MS-1" / "exhibits" / "bytes" / file["sha256"][:2] / file["sha256"]).is_file()
        told = browser.get(f"/cases/MS-1/exhibits/{file['sha256']}/")
        assert told.headers["Content-Type"].startswith("text/html")
        assert b"<script>alert" not in told.content
        for path in (file["sha256"], f"exhibits/bytes/{file['sha256']}", f"inbox/{file['at']}"):
            assert browser.get(f"/cases/MS-1/{path}").status_code in (301, 404)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ({"custodian": "PC Ash"}, "Choose the files to hand in."),
        ({"exhibits": True}, "This field is required."),
        ({"custodian": "PC Ash", "exhibits": True, "reference": "AB 1"}, "A reference has no spaces"),
        ({"custodian": "PC Ash", "exhibits": True, "time_zone": "Mars/Base"}, "Select a valid choice"),
        ({"custodian": "PC Ash", "exhibits": True, "key": _file("key", b"k" * 5_000)}, "That is no key file"),
    ],
)
def test_what_a_form_lacks_is_said_and_nothing_is_kept(
    browser: Client, home: Path, said: dict[str, object], sentence: str
) -> None:
    """Nothing of a form that is refused stays on the disk."""
    fields = {**said, **({"exhibits": _file("a.json", chat(1))} if "exhibits" in said else {})}
    answer = browser.post(NEW, fields)
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not HandIn.objects.exists()
    assert not (home / "arriving").exists() or list((home / "arriving").iterdir()) == []


def test_a_taken_reference_costs_the_files_and_no_other_field(browser: Client, home: Path) -> None:
    """The page has all that was said as it was said, and one sentence on the files, which no page can keep."""
    browser.post(NEW, {"custodian": "PC Ash", "exhibits": _file("a.bin", b"a"), "reference": "AB/1.3"})
    work(Site(home=home), threading.Event(), once=True)
    said = {"custodian": "PC <Bo>", "reference": "AB/1.3", "producer": "a tool 2.1", "conversation": "Knitting"}
    chosen = {"time_zone": "Europe/London", "date_order": "mdy"}
    files = {"exhibits": [_file("b.bin", b"b"), _file("c.bin", b"c")], "key": _file("key", b"k" * 32)}
    answer = browser.post(NEW, {**said, **chosen, **files})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "AB/1.3 is another exhibit&#39;s reference already: choose the next that is free." in page
    assert "Choose the files again: nothing of what was sent was kept." in page
    assert "Choose the key file again." in page
    for value in said.values():
        assert f'value="{value.replace("<", "&lt;").replace(">", "&gt;")}"' in page
    for value in chosen.values():
        assert f'<option value="{value}" selected>' in page
    assert HandIn.objects.count() == 1
    assert list((home / "arriving").iterdir()) == []
    assert "Choose the files again" not in browser.post(NEW, {"custodian": "PC Ash"}).content.decode()


def test_a_full_disk_while_files_are_sent_is_a_sentence(
    browser: Client, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No half of a file stays, no hand-in is made, and the page says what to do."""
    written = 0

    def full(descriptor: int, data: bytes) -> int:
        nonlocal written
        written += len(data)
        if written > 300_000:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return len(data)

    with monkeypatch.context() as patched:
        patched.setattr("upstander.web.arriving.os.write", full)
        answer = browser.post(NEW, {"custodian": "PC Ash", "exhibits": [_file("a", b"x"), _file("b", b"x" * 900_000)]})
    assert answer.status_code == 507
    assert "The disk that holds the cases is full: b was not taken in" in answer.content.decode()
    assert list((home / "arriving").iterdir()) == []
    assert not HandIn.objects.exists()


def test_more_than_the_site_takes_is_refused_before_it_is_read(
    browser: Client, home: Path, settings: LazySettings
) -> None:
    """By its announced length, in one sentence that names the limit; and so are more files than a form may have."""
    settings.SITE = Site(home=home, upload_gib=0.0001)
    answer = browser.post(NEW, {"custodian": "PC Ash", "exhibits": _file("a", b"x" * 200_000)})
    assert answer.status_code == 413
    assert b"a hand-in may have 0.0001 GiB" in answer.content
    settings.SITE = Site(home=home)
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    many = browser.post(NEW, {"custodian": "PC Ash", "exhibits": [_file(f"{n}", b"x") for n in range(3)]})
    assert many.status_code == 400
    assert b"more than 2 files" in many.content
    assert list((home / "arriving").iterdir()) == []


def test_the_servers_inbox_is_offered_by_name_and_no_other_path_is_taken(
    browser: Client, home: Path, settings: LazySettings, tmp_path: Path
) -> None:
    """A choice among what lies there; whatever else a form names is no choice."""
    inbox = tmp_path / "inbox"
    (inbox / "MS-1" / "phone").mkdir(parents=True)
    (inbox / "MS-2" / "theirs").mkdir(parents=True)
    (inbox / "MS-1" / "phone" / "result.json").write_bytes(chat(3))
    settings.SITE = Site(home=home)
    assert b"UPSTANDER_INBOX" in browser.get(NEW).content
    (tmp_path / "empty").mkdir()
    settings.SITE = Site(home=home, inbox=tmp_path / "empty")
    assert b"nothing lies there now" in browser.get(NEW).content
    settings.SITE = Site(home=home, inbox=inbox)
    assert b">phone</option>" in browser.get(NEW).content
    assert b"theirs" not in browser.get(NEW).content
    for path in ("../home", "/etc", "phone/result.json", "../MS-2/theirs", "theirs", "MS-1"):
        assert browser.post(NEW, {"custodian": "PC Ash", "folder": path}).status_code == 200
    assert not HandIn.objects.exists()
    both = {"custodian": "PC Ash", "folder": "phone", "exhibits": _file("a", b"x")}
    assert b"not both" in browser.post(NEW, both).content
    assert browser.post(NEW, {"custodian": "PC Ash", "folder": "phone"}).status_code == 302
    assert HandIn.objects.get().folder == "phone"


def test_a_stop_and_going_on_are_buttons(browser: Client) -> None:
    """Each is a form that works without JavaScript; what cannot be is refused as a page."""
    browser.post(NEW, {"custodian": "PC Ash", "exhibits": _file("a", b"x")})
    step = "/cases/MS-1/exhibits/hand-ins/1/"
    assert browser.post(step, {"step": "stop"}).status_code == 302
    assert HandIn.objects.get().state == HandInState.STOPPED
    assert b"Go on" in browser.get("/cases/MS-1/exhibits/").content
    assert browser.post(step, {"step": "stop"}).status_code == 409
    assert browser.post(step, {"step": "resume"}).status_code == 302
    assert HandIn.objects.get().state == HandInState.WAITING
    assert browser.get(step).status_code == 405
    assert browser.post("/cases/MS-1/exhibits/hand-ins/9/", {"step": "stop"}).status_code == 404


def test_what_failed_stays_in_sight_and_goes_on_under_another_reference(
    browser: Client, case: Case, ada: Account
) -> None:
    """However many come after it; a reference that is none is refused, and a file that is no key is no key."""
    said = "reference AB/1 belongs to the exhibit add54cdb2c73… already; choose another with --exhibit"
    rows = [
        HandIn(
            case=case, number=number, handed_at=NOW, handed_by=ada, reference="AB/1", total=0,
            state=HandInState.DONE if number > 1 else HandInState.FAILED, error="" if number > 1 else said,
        )
        for number in range(1, 60)
    ]  # fmt: skip
    HandIn.objects.bulk_create(rows)
    content = browser.get("/cases/MS-1/exhibits/").content.decode()
    assert content.count('class="desk-hand-in"') == 1
    assert "give it another one below, and try again" in content
    assert "--exhibit" not in content
    step = "/cases/MS-1/exhibits/hand-ins/1/"
    assert browser.post(step, {"step": "resume", "reference": "A B"}).status_code == 409
    assert browser.post(step, {"step": "resume", "reference": "AB/2"}).status_code == 302
    row = HandIn.objects.get(number=1)
    assert (row.state, row.reference) == (HandInState.WAITING, "AB/2")
    assert '"reference":"AB/2"' in Entry.objects.get(verb="resume_hand_in").detail.replace(" ", "")
    form = {"custodian": "PC Ash", "exhibits": _file("a", b"x"), "key": _file("key", b"no key at all")}
    assert b"That is no key file: a key has 32" in browser.post(NEW, form).content
    assert not HandIn.objects.filter(number=60).exists()


def test_a_session_whose_power_was_withdrawn_hands_nothing_in(
    browser: Client, case: Case, ada: Account, signed_in: Signed, home: Path
) -> None:
    """The page was open, the role is gone: the next thing that is sent is refused, and nothing of it stays."""
    bo = account("bo")
    give_role(Actor.of(ada), NOW, case=case, account=bo, role=Role.INVESTIGATOR)
    theirs = signed_in(bo)
    assert theirs.get(NEW).status_code == 200
    assert theirs.post(NEW, {"custodian": "PC Ash", "exhibits": _file("a", b"x")}).status_code == 302
    withdraw_role(Actor.of(ada), NOW, case=case, account=bo)
    before = Entry.objects.count()
    assert theirs.post(NEW, {"custodian": "PC Ash", "exhibits": _file("b", b"y")}).status_code == 404
    assert theirs.post("/cases/MS-1/exhibits/hand-ins/1/", {"step": "stop"}).status_code == 404
    for path in ("exhibits/", "exhibits/hand-ins/", "gaps/", "warnings/", "captures.svg", ""):
        assert theirs.get(f"/cases/MS-1/{path}").status_code == 404
    assert (HandIn.objects.count(), Entry.objects.count()) == (1, before)
    assert list((home / "arriving").iterdir()) == []


@pytest.mark.parametrize(
    ("role", "reads", "takes_in"),
    [
        (Role.OWNER, True, True),
        (Role.INVESTIGATOR, True, True),
        (Role.REVIEWER, True, False),
        (Role.DECISION_MAKER, True, False),
        (Role.AUDITOR, False, False),
    ],
)
def test_each_role_opens_what_it_may(
    browser: Client, case: Case, ada: Account, signed_in: Signed, role: Role, reads: bool, takes_in: bool
) -> None:
    """Reading and taking in, page by page."""
    bo = account("bo")
    give_role(Actor.of(ada), NOW, case=case, account=bo, role=role)
    theirs = signed_in(bo)
    for path in ("exhibits/", "exhibits/hand-ins/", "gaps/", "warnings/"):
        assert theirs.get(f"/cases/MS-1/{path}", follow=True).status_code == (200 if reads else 403)
    assert theirs.get(NEW).status_code == (200 if takes_in else 403)
    assert theirs.get("/cases/MS-1/").status_code == 200


def test_warnings_are_veiled_and_looking_at_them_is_entered(browser: Client, home: Path) -> None:
    """By kind and exhibit; their words are behind a summary; the ledger says that somebody looked."""
    browser.post(
        NEW, {"custodian": "PC Ash", "exhibits": _file("unknown.bin", b"\x00\x01<script>"), "reference": "AB/1"}
    )
    work(Site(home=home), threading.Event(), once=True)
    asked = "/cases/MS-1/warnings/?kind=unknown_format&exhibit=AB/1"
    assert browser.get(asked).headers["Location"].startswith("/cases/MS-1/reading/why/")
    browser.post("/cases/MS-1/reading/why/", {"kind": "quality"})
    page = browser.get(asked).content.decode()
    assert '<details class="desk-veil"><summary>Show what it says</summary>' in page
    entry = Entry.objects.filter(verb="read_content").get()
    assert entry.about == "warnings of kind unknown_format about AB/1"
    assert json.loads(entry.detail)["why"] == "quality check"
    assert browser.get("/cases/MS-1/warnings/?exhibit=ZZ/9").status_code == 404
    assert browser.get("/cases/MS-1/warnings/?kind=nonsense").status_code == 200


def test_the_list_has_the_name_that_each_exhibit_came_under(browser: Client, home: Path, tmp_path: Path) -> None:
    """Signs that turn text round are seen, and a name of any length is cut, and breaks where it has to."""
    names = ["msgstore.db", "a\u202egpj.exe", "<b>.txt", "n" * 200]
    for name in names:
        (tmp_path / name).write_text(name)
    folder = Home(home).open("MS-1")
    ingest(folder, [tmp_path / name for name in names], Handed(), now=NOW, progress=lambda *_: None)
    page = browser.get("/cases/MS-1/exhibits/").content.decode()
    shown = re.findall(r'<td class="govuk-table__cell desk-breaks"><bdi>(.*?)</td>', page)
    sign = '<span class="desk-sign" title="right-to-left override">U+202E</span>'
    cut = f"{'n' * 120}</bdi>… (80 more characters)"
    assert sorted(shown) == sorted(["msgstore.db</bdi>", f"a{sign}gpj.exe</bdi>", "&lt;b&gt;.txt</bdi>", cut])


def test_what_could_not_be_read_needs_a_human(browser: Client, home: Path) -> None:
    """Each kind of it is a line of the overview, with its number and the way to its warnings."""
    sent = [_file("a.bin", b"\x00one"), _file("b.bin", b"\x00two"), _file("c.txt", b""), _file("d.zip", _bomb())]
    sent.append(_file("e.zip", _bomb()[:200]))
    browser.post(NEW, {"custodian": "PC Ash", "exhibits": sent})
    work(Site(home=home), threading.Event(), once=True)
    page = browser.get("/cases/MS-1/").content.decode()
    waits = page[page.index("What needs a human") :]
    counted = warnings_by_kind(Home(home).open("MS-1"))
    assert {"unknown_format", "empty_file", "unsafe_path", "truncated_archive"} <= counted.keys()
    for kind, count in counted.items():
        line = f'<a class="govuk-link" href="/cases/MS-1/warnings/?kind={kind}">{count} warning{"s" * (count > 1)}: '
        assert line in waits, kind
    assert set(LOOK_FIRST) <= warning_kinds().keys()


def test_where_to_report_a_weakness_is_told_to_anybody(client: Client, home: Path, settings: LazySettings) -> None:
    """security.txt without an account, where a contact is set."""
    settings.SITE = Site(home=home, contact="security@example.org")
    told = client.get("/.well-known/security.txt")
    assert b"Contact: mailto:security@example.org\nExpires: 2" in told.content
    settings.SITE = Site(home=home)
    assert client.get("/.well-known/security.txt").status_code == 404


def test_what_was_taken_in_at_the_command_line_says_by_whom(
    browser: Client, case: Case, home: Path, tmp_path: Path
) -> None:
    """The name that the machine knew them by, and the entry; a hand-in under way is left to its own entry."""
    (tmp_path / "result.json").write_bytes(chat(30))
    folder = Home(home).open("MS-1")
    ingest(
        folder,
        [tmp_path / "result.json"],
        Handed(reference="AB/7", custodian="PC Example"),
        now=NOW,
        progress=lambda *_: None,
    )
    waiting = HandIn.objects.create(
        case=case, number=1, handed_at=NOW, reference="AB/7", custodian="PC Example", folder="phones"
    )
    assert admit_intakes(NOW, case=case, folder=folder, by="carla", since=NOW) == 0
    waiting.delete()
    assert admit_intakes(NOW, case=case, folder=folder, by="carla", since=NOW) == 1
    (exhibit,) = {file["sha256"] for file in json.loads(Entry.objects.get(verb="admit_exhibits").detail)["exhibits"]}
    page = " ".join(browser.get(f"/cases/MS-1/exhibits/{exhibit}/").content.decode().split())
    assert "by carla, at the command line" in page
    assert "took in AB/7 at the command line on 1 March 2026, 12:00 UTC: 1 exhibit; custodian: PC Example" in page
