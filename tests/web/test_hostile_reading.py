"""Evidence that is made to do harm, and addresses that are: every page stands, and shows what is there."""

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.conf import LazySettings
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.made_case import Made, say
from tests.web.cases import HOSTILE, LONG, hostile, made, registered, why

from upstander.evidence.transcript import Conversation, Transcript
from upstander.register.models import Account, Role
from upstander.register.site import Site
from upstander.stages.transcripts import transcript
from upstander.storage import Case, Home

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]


@pytest.fixture(scope="module")
def hostile_case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """A case in which every string is hostile."""
    return made(tmp_path_factory.mktemp("hostile") / "home", "HO-1", hostile)


@pytest.fixture
def reader(settings: LazySettings, hostile_case: Case, ada: Account, signed_in: Browser) -> Client:
    """Ada, who reads it."""
    return _reading(settings, hostile_case, ada, signed_in)


def _reading(settings: LazySettings, case: Case, ada: Account, signed_in: Browser) -> Client:
    settings.SITE = Site(home=case.path.parent)
    registered(case.path.name, ada=Role.INVESTIGATOR)
    browser = signed_in(ada)
    why(browser, case.path.name)
    return browser


def _group(told: Transcript) -> Conversation:
    return max(told.conversations(), key=lambda of: of.lines)


_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


class _Elements(HTMLParser):
    """What a browser would make elements of: in the value of an attribute anything may stand."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.inside_scripts = ""
        self._script = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, attrs))
        self._script = tag == "script"

    def handle_data(self, data: str) -> None:
        self.inside_scripts += data if self._script else ""

    def handle_endtag(self, tag: str) -> None:
        self._script = False


def sound(content: str) -> None:
    """No element, attribute or sign of the evidence's own making."""
    elements = _Elements()
    elements.feed(content)
    for element, attributes in elements.seen:
        assert element not in {"i", "b"}
        assert not (element == "img" and ("src", "x") in attributes)
        assert element != "script" or ("src" in dict(attributes) and not elements.inside_scripts)
        assert not [name for name, _ in attributes if name == "style" or name.startswith("on")]
    assert not _OBEYED.search(content)
    assert "49" not in content.partition("{{ 7 * 7 }}")[2][:40]


def test_hostile_evidence_is_shown_and_not_obeyed(reader: Client, hostile_case: Case) -> None:
    """On the list, the conversation, and every message's own page; signs that would be obeyed are named."""
    told = transcript(hostile_case)
    of = _group(told)
    sound(reader.get("/cases/HO-1/conversations/").content.decode())
    for shown in ("no", "yes"):
        reader.post("/cases/HO-1/reading/text/", {"shown": shown})
        content = reader.get(f"/cases/HO-1/conversations/{of.conversation}/").content.decode()
        sound(content)
        for text in HOSTILE:
            assert (
                html.escape(text.replace("\r\n", "\n").partition("\u202e")[0][:12]) in content or not text.isprintable()
            )
        assert '<span class="desk-sign" title="right-to-left override">U+202E</span>' in content
        assert ">U+0000</span>" in content
        for line in told.lines(of, 0, of.lines):
            answer = reader.get(f"/cases/HO-1/messages/{line.message}/?people=all")
            assert answer.status_code == 200
            sound(answer.content.decode())


def test_a_megabyte_is_cut_and_can_be_read_whole(reader: Client, hostile_case: Case) -> None:
    """A page of a conversation shows its beginning and leads to the whole, part by part."""
    told = transcript(hostile_case)
    of = _group(told)
    line = next(line for line in told.lines(of, 0, of.lines) if len(line.text or "") > 1_000_000)
    reader.post("/cases/HO-1/reading/text/", {"shown": "yes"})
    content = reader.get(f"/cases/HO-1/conversations/{of.conversation}/").content.decode()
    assert len(content) < 200_000
    assert f"{len(LONG) - 2_000:,} more characters" in content
    path = f"/cases/HO-1/messages/{line.message}/"
    first = reader.get(path).content.decode()
    assert len(first) < 200_000
    parts = int(re.findall(r"Part 1 of (\d+)", first)[0])
    read = "".join(
        html.unescape(re.findall(r'desk-message__text">(.*?)</div>', page, re.DOTALL)[0])
        for page in (reader.get(f"{path}?part={part}").content.decode() for part in range(1, parts + 1))
    )
    assert read == LONG


def test_undated_and_empty_conversations_have_their_pages(reader: Client, hostile_case: Case) -> None:
    """A message without a time says so; a conversation without messages is a page too."""
    told = transcript(hostile_case)
    of = _group(told)
    line = next(line for line in told.lines(of, 0, of.lines) if line.at is None and not line.notice)
    assert "undated" in reader.get(f"/cases/HO-1/messages/{line.message}/").content.decode()
    empty = [of for of in told.conversations() if not of.lines]
    for of in empty:
        content = reader.get(f"/cases/HO-1/conversations/{of.conversation}/").content.decode()
        assert "No message of this conversation was read." in content
        assert reader.get(f"/cases/HO-1/conversations/{of.conversation}/?date=2018-03-01").status_code == 200


def test_a_case_without_anything_has_an_empty_list(
    settings: LazySettings, home: Path, ada: Account, signed_in: Browser
) -> None:
    """Before anything was taken in."""
    case = Home(home).new("NEW-1", title="new", now=ada.made_at)
    browser = _reading(settings, case, ada, signed_in)
    assert "Nothing is put together yet" in browser.get("/cases/NEW-1/conversations/").content.decode()
    for path in ("conversations/0123456789abcdef/", "messages/0123456789abcdef-1/"):
        assert browser.get(f"/cases/NEW-1/{path}").status_code == 404


def test_ten_thousand_participants_are_a_page_of_a_hundred(
    settings: LazySettings, home: Path, ada: Account, signed_in: Browser
) -> None:
    """And all of them where one asks."""

    def crowd(exhibit: Made) -> None:
        group = exhibit.conversation()
        for number in range(10_000):
            group.participant(f"member {number}")
        for place in range(20):
            say(group, place, "hello", author=f"member {place}")

    case = made(home, "CROWD", crowd)
    browser = _reading(settings, case, ada, signed_in)
    told = transcript(case)
    of = told.conversations()[0]
    assert of.people == 10_000
    line = told.lines(of, 3, 4)[0]
    content = browser.get(f"/cases/CROWD/messages/{line.message}/").content.decode()
    assert "9,900 more people" in content
    assert len(content) < 300_000
    assert browser.get(f"/cases/CROWD/conversations/{of.conversation}/").status_code == 200


#: Texts that a query can be made of.
_ANY = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["", "0", "-1", "1e9", "9" * 5_000, "٣", "²", "0x10", "2017-02-30", "0001-01-01", "NaN"]),
    st.dates().map(str),
    st.sampled_from(HOSTILE),
)


@given(
    query=st.lists(
        st.tuples(st.sampled_from(["page", "date", "message", "part", "people", "named", "next", "q", "x"]), _ANY),
        max_size=4,
    ),
    which=st.integers(0, 4),
    odd=st.text(max_size=20),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_address_is_too_much(
    reader: Client, hostile_case: Case, query: list[tuple[str, Any]], which: int, odd: str
) -> None:
    """Whatever stands in an address: a page, a way to one, or no such page; never a fault."""
    told = transcript(hostile_case)
    of = _group(told)
    message = told.lines(of, 2, 3)[0].message
    path = (
        "conversations/",
        f"conversations/{of.conversation}/",
        f"messages/{message}/",
        "reading/why/",
        f"messages/{quote(odd, safe='')}/",
    )[which]
    asked = urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in query])
    answer = reader.get(f"/cases/HO-1/{path}?{asked}")
    assert answer.status_code in (200, 302, 404)
    if answer.status_code == 200:
        sound(answer.content.decode())
