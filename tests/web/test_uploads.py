"""Files that are sent to do harm, to the page that takes files and to those that do not."""

import io
import stat
import threading
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import MULTIPART_CONTENT
from tests.register.people import account
from tests.support.chats import chat
from tests.web.conftest import Signed
from tests.web.crawling import checked
from tests.web.test_exhibits import NEW

from upstander.actions import Actor, give_role, open_case
from upstander.evidence.contents import totals
from upstander.register.models import Account, Case, HandIn, HandInState, Role
from upstander.register.site import Site
from upstander.storage import Home
from upstander.worker.loop import work

pytestmark = pytest.mark.django_db

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def _zip(members: dict[str, bytes], **links: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        for name, target in links.items():
            link = zipfile.ZipInfo(name)
            link.create_system, link.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
            archive.writestr(link, target)
    return made.getvalue()


def _nested(depth: int) -> bytes:
    content = _zip({"result.json": chat(1)})
    for _ in range(depth):
        content = _zip({"inner.zip": content})
    return content


def _arriving(home: Path) -> list[Path]:
    return list((home / "arriving").iterdir()) if (home / "arriving").exists() else []


#: Name, content, and what whoever sends it says that it is.
SENT = [
    ("bomb.zip", _zip({"zeros.txt": bytes(24 << 20)}), "application/zip"),
    ("leads out.zip", _zip({"../../../../tmp/out.txt": b"x", "/etc/out.txt": b"x"}), "application/zip"),
    ("links.zip", _zip({"a.txt": b"x"}, link="/etc/passwd"), "image/png"),
    ("nested.zip", _nested(8), "text/html"),
    ("cut.zip", _zip({"a.txt": b"x" * 5_000})[:60], "application/zip"),
    ("run.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "image/svg+xml"),
    ("page.html", b"<script>alert(1)</script>", "text/html; charset=utf-7"),
    ("nothing.bin", b"", "application/octet-stream"),
    ("x" * 4_000 + ".json", b"{}", "application/json"),
    (".htaccess", b"Options +Indexes", "x" * 300),
    ("con.php", b"<?php echo 1; ?>", "application/x-php"),
]


@pytest.fixture
def case(home: Path, ada: Account) -> Case:
    """A case that Ada owns."""
    return open_case(Actor.of(ada), _NOW, home=Home(home), reference="MS-1", title="Late turn")


@pytest.fixture
def browser(case: Case, ada: Account, signed_in: Signed) -> Client:
    """Ada's."""
    return signed_in(ada)


def test_whatever_is_sent_is_kept_as_it_came_and_run_by_nothing(browser: Client, home: Path) -> None:
    """Beside a good chat, which is read: every page of it stands, and no file is at any address."""
    files = [SimpleUploadedFile(name, content, content_type=kind) for name, content, kind in SENT]
    files.append(SimpleUploadedFile("result.json", chat(7)))
    assert browser.post(NEW, {"custodian": "PC Ash", "exhibits": files}).status_code == 302
    work(Site(home=home), threading.Event(), once=True)
    row = HandIn.objects.get()
    assert row.state == HandInState.DONE, row.error
    folder = Home(home).open("MS-1")
    assert totals(folder).messages >= 7
    assert [file["bytes"] for file in row.files[:-1]] == [len(content) for _, content, _ in SENT]
    for file in row.files:
        assert folder.exhibit(file["sha256"]).stat().st_size == file["bytes"]
        told = browser.get(f"/cases/MS-1/exhibits/{file['sha256']}/")
        assert told.headers["Content-Type"].startswith("text/html")
        checked(told)
    assert not list(home.rglob("out.txt"))
    assert not [path for path in home.rglob("*") if path.is_symlink()]
    assert not [path for path in folder.bytes.rglob("*") if path.is_file() and path.stat().st_mode & 0o111]
    browser.post("/cases/MS-1/reading/why/", {"kind": "reviewing"})
    for page in ("", "exhibits/", "warnings/", "conversations/", "ledger/"):
        checked(browser.get(f"/cases/MS-1/{page}"))
    assert _arriving(home) == []


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--BoUnDaRyStRiNg",
        b"--BoUnDaRyStRiNg\r\nContent-Disposition: form-data; name=exhibits; filename=a\r\n\r\nhalf of it",
        b"--BoUnDaRyStRiNg\r\nContent-Disposition: form-data; name=\"exhibits\"; filename=\"a\r\nb\"\r\n\r\nx\r\n",
        b"--BoUnDaRyStRiNg\r\nContent-Disposition: form-data; name=exhibits; filename*=utf-7''+AGE-\r\n\r\nx\r\n",
        b"--BoUnDaRyStRiNg\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: form-data; name=exhibits;"
        b" filename=a\r\n\r\n!!!!!\r\n--BoUnDaRyStRiNg--\r\n",
        b"\xff" * 5_000,
    ],
)  # fmt: skip
def test_a_body_that_is_no_form_is_refused_and_leaves_nothing(body: bytes, browser: Client, home: Path) -> None:
    """Whatever stands in it: a page, no fault, and nothing on the disk."""
    answer = browser.generic("POST", NEW, body, content_type=MULTIPART_CONTENT)
    assert answer.status_code in (200, 400), answer.status_code
    checked(answer)
    assert not HandIn.objects.exists()
    assert _arriving(home) == []


def test_files_are_taken_by_one_page_and_from_those_who_may_alone(
    browser: Client,
    case: Case,
    home: Path,
    ada: Account,
    signed_in: Signed,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Anywhere else, and from anybody else, not one byte of a file comes to the disk: not even for a moment."""
    begun: list[object] = []
    monkeypatch.setattr("upstander.web.arriving.os.open", lambda *given: begun.append(given))
    bo = account("bo")
    give_role(Actor.of(ada), _NOW, case=case, account=bo, role=Role.REVIEWER)
    file = {"exhibits": SimpleUploadedFile("a.json", b"x" * 1_000), "custodian": "PC Ash"}
    assert Client().post("/account/login/", {**file, "login": "x", "password": "y"}).status_code == 200
    assert signed_in(bo).post(NEW, file).status_code == 403
    assert signed_in(account("cy")).post(NEW, file).status_code == 404
    assert Client().post(NEW, file).status_code == 302
    for page in ("/own/", "/cases/new/", "/cases/MS-1/standings/new/", "/cases/MS-1/reading/why/"):
        assert browser.post(page, file).status_code in (200, 302)
    assert begun == []
    assert _arriving(home) == []
