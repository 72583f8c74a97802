"""What is stored to do harm: exports of every format, taken in for real, on every page that shows any of it."""

import datetime as dt
import re
import time
from urllib.parse import quote

import polars as pl
import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import resolve
from tests.support.hostile_exports import LARGE, write_hostile
from tests.web.cases import registered, why
from tests.web.conftest import Signed
from tests.web.crawling import checked

from upstander.evidence.intake import Handed
from upstander.evidence.sources.registry import SOURCES
from upstander.people.decisions import line
from upstander.people.listed import persons, suggestions
from upstander.register.models import Account, Role, Standing, StandingKind
from upstander.register.site import Site
from upstander.review.codings.coding import Coding
from upstander.review.codings.listing import coded
from upstander.review.codings.record import append
from upstander.review.codings.standing import readings
from upstander.stages import ingest, review, together
from upstander.stages.indexing import index
from upstander.stages.transcripts import transcript
from upstander.storage import Case, Home, decisions
from upstander.storage.scan import scan
from upstander.web.urls import urlpatterns

pytestmark = pytest.mark.django_db

_NOW = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)

#: Signs that a browser, or a reader's eye, would obey.
_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")

#: What was coded, and by whom.
CODE, READERS = "threat_violence", ("Ash <x-foreign>", "Ben Example")

#: What a form sends back as it came, and nobody sees.
_SENT_BACK = re.compile(r'<input type="hidden"[^>]*>')


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case of one hostile export of each format."""
    folder = tmp_path_factory.mktemp("stored")
    given = write_hostile(folder)
    case = Home(folder / "home").new("HO-9", title="<x-foreign>", now=_NOW)
    for key, paths in given.items():
        handed = Handed(
            custodian="<x-foreign>\u202eAsh",
            producer="<x-foreign>",
            conversation=None,
            time_zone="Europe/London",
            key=folder / key if key else None,
        )
        ingest(case, paths, handed, now=_NOW, progress=lambda *_: None, later=True)
    together(case, progress=lambda *_: None)
    index(case, progress=lambda *_: None)
    pair = next(row for row in suggestions(case) if row["standing"] == "proposed")
    said = line(pair["a"], pair["b"], confirmed=True, by=READERS[0], at=_NOW)
    decisions.add(case.decisions / "aliases.jsonl", [said], what="it")
    # Two readers differ on what is longest, and on what somebody answered.
    rows = scan(case, "messages").select("message", "text").collect()
    large = rows.filter(pl.col("text").str.len_chars() > LARGE)["message"].to_list()
    some = [*large, *rows["message"].to_list()[:40]]
    book = "police-misconduct@1"
    made = [Coding(message, CODE, book, who == READERS[0], who, _NOW) for message in some for who in READERS]
    append(case, made)
    review.stances(case)
    return case


@pytest.fixture
def reader(settings: LazySettings, hostile: Case, ada: Account, signed_in: Signed) -> Client:
    """Ada, who owns it and shows text without being asked."""
    settings.SITE = Site(home=hostile.path.parent)
    where = registered(hostile.path.name, ada=Role.OWNER)
    named = {"kind": StandingKind.WITNESS, "name": "<x-foreign>\u202e", "stated_at": _NOW}
    Standing.objects.create(pk=77, case=where, stated_by=ada, **named)
    browser = signed_in(ada)
    why(browser, hostile.path.name)
    browser.post("/cases/HO-9/reading/text/", {"shown": "yes"})
    return browser


def test_every_format_has_something_hostile_and_a_megabyte_in_it(hostile: Case) -> None:
    """What the other tests look for is there, from each source."""
    sources = scan(hostile, "exhibits").select(pl.col("exhibit", "source").cast(pl.String)).collect()
    rows = scan(hostile, "messages").select(pl.col("exhibit", "text").cast(pl.String)).collect()
    found = rows.join(sources, on="exhibit").filter(pl.col("text").str.contains("<x-foreign", literal=True))
    assert {source.name for source in SOURCES} - set(found["source"]) == set()
    large = found.filter(pl.col("text").str.len_chars() > LARGE)
    assert {source.name for source in SOURCES} - set(large["source"]) == set()


#: Routes of a case that are none of its pages: forms that are only sent, and what says where one is or goes on.
_NO_PAGES = {
    # A picture is drawn anew and has no page: tests/web/test_reading.py.
    "message_media",
    *("hand_ins", "hand_in_step", "text", "conversation_find", "access_withdraw", "search_keep", "search_drop"),
    *("review_said", "review_settle", "review_choose", "review_draw", "pair_decide", "stance_decide"),
}


def test_every_page_of_a_case_is_tried(hostile: Case) -> None:
    """A page that is added is tried here, or is said to be none."""
    named = {getattr(route, "name", None): str(getattr(route, "pattern", "")) for route in urlpatterns}
    routes = {name for name, where in named.items() if where.startswith("cases/<")}
    tried = {resolve(page.partition("?")[0]).url_name for page in _pages(hostile)}
    assert routes - tried == _NO_PAGES


def _reviewed(case: Case) -> list[str]:
    """What shows evidence while it is coded, and what was said of it."""
    told = readings((row.about, row.coding) for row in coded(case)).values()
    whose = sorted({row["person"] for row in persons(case)})[:10]
    pages = ["review/", "review/second-readings/?show=twice", "people/stances/"]
    pages += [f"review/{CODE}/{page}" for page in ("", "second/", "sample/", "disagreements/", "certificate/")]
    pages += [f"review/{CODE}/disagreements/{each.message}/?reveal=yes" for each in told if each.disputed][:20]
    pages += [f"people/stances/one/?n={number}" for number in range(1, 6)]
    asked = f"people/messages/?code={CODE}&person="
    pages += [f"{asked}{quote(each)}&did={did}" for each in whose for did in ("own", "present")]
    return pages


def _pages(case: Case) -> list[str]:
    """Every page of the case that shows any of what came in."""
    root, told = f"/cases/{case.path.name}", transcript(case)
    pages = ["", "exhibits/", "gaps/?reason=all", "warnings/", "conversations/", "people/", "ledger/", "access/"]
    pages += ["search/?q=alert", "search/?q=AAAAA*", "search/?q=kettle&stem=english", "captures.svg"]
    standings = ("proposed", "blocked", "refused", "confirmed", "applied")
    pages += [f"people/pairs/?standing={standing}" for standing in standings]
    pages += ["exhibits/new/", "reading/why/", "standings/77/withdraw/", "access/give/", "standings/new/"]
    pages += ["ledger.csv", "ledger.jsonl", *_reviewed(case)]
    pages += [f"exhibits/{path.name}/" for path in sorted(case.bytes.rglob("*")) if path.is_file()][:12]
    pages += [f"people/{row['person']}/" for row in persons(case)[:25]]
    for of in told.conversations(limit=1_000):
        pages.append(f"conversations/{of.conversation}/")
        pages += [f"messages/{line.message}/?people=all" for line in told.lines(of, 0, of.lines)][:4]
    return [f"{root}/{page}" for page in pages]


def test_no_page_obeys_what_was_stored(reader: Client, hostile: Case) -> None:
    """No element, attribute, script or sign of the evidence's own making; each in bounded time and size."""
    shown = 0
    pages = _pages(hostile)
    assert len(pages) > 100
    for address in pages:
        began = time.process_time()
        answer = reader.get(address, follow=True)
        took = time.process_time() - began
        assert answer.status_code == 200, address
        content = checked(answer)
        sign = (
            None
            if answer.headers["Content-Type"] == "image/svg+xml"
            else _OBEYED.search(_SENT_BACK.sub("", content.replace("\r\n", "\n")))
        )
        assert sign is None, (
            address,
            sign and sign.start(),
            content[max(0, (sign.start() if sign else 0) - 300) :][:400],
        )
        assert "49" not in content.partition("{{ 7 * 7 }}")[2][:20], address
        assert len(content) < 600_000, (address, len(content))
        assert took < 5, (address, took)
        shown += "&lt;x-foreign" in content
    assert shown > 60
