"""Two handles that somebody found to be one person: what was kept of either before leads to who they are now."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from tests.web.cases import registered, why
from tests.web.world import CODE, folder

from upstander.people.decisions import line
from upstander.people.listed import person_of, persons, suggestions
from upstander.register.models import Account, Role
from upstander.register.site import Site
from upstander.stages.exhibits import reconcile
from upstander.stages.persons import person as told_of
from upstander.stages.searches import Wanted, answer
from upstander.storage import Case
from upstander.storage.decisions import add

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def case(tmp_path: Path) -> Case:
    """A case of two phones, each of which has its own handle for two people."""
    return folder(tmp_path / "home")


@pytest.fixture
def reader(case: Case, settings: LazySettings, ada: Account, signed_in: Callable[[Account], Client]) -> Client:
    """Ada, an investigator, who has said why she reads."""
    settings.SITE = Site(home=case.path.parent)
    registered(case.path.name, ada=Role.INVESTIGATOR)
    browser = signed_in(ada)
    why(browser, case.path.name)
    return browser


def said(case: Case, pair: tuple[str, str], *, confirmed: bool | None) -> None:
    """A decision on the pair, which the tables have not heard of."""
    add(case.decisions / "aliases.jsonl", [line(*pair, confirmed=confirmed, by="Bo Example", at=NOW)], what="it")


def followed(case: Case) -> None:
    """The tables of people made again."""
    with case.writing():
        reconcile(case, progress=lambda *_: None)


def pair_of(case: Case) -> tuple[str, str]:
    """Two handles that may be one person: who has the first keeps their id, who has the second loses it."""
    row = suggestions(case, standing="proposed")[0]
    return min(row["a"], row["b"]), max(row["a"], row["b"])


def address(case: Case, person: str) -> str:
    """Where a person's page is."""
    return reverse("person", kwargs={"reference": case.path.name, "person": person})


def counted(case: Case, query: str) -> int:
    """How many a search finds."""
    return answer(case, Wanted(query, limit=100), progress=lambda *_: None).count


def test_an_address_of_before_a_merge_leads_to_who_they_are(case: Case, reader: Client) -> None:
    """With all that it asked for; so do those of lists of theirs; a merge that is undone gives each page back."""
    kept, lost = pair_of(case)
    assert [reader.get(address(case, one)).status_code for one in (kept, lost)] == [200, 200]
    said(case, (kept, lost), confirmed=True)
    followed(case)
    assert lost not in {row["person"] for row in persons(case)}
    assert person_of(case, lost) == person_of(case, kept) == kept
    answer = reader.get(f"{address(case, lost)}?places=all")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{address(case, kept)}?places=all")
    assert reader.get(address(case, lost)).headers["Location"] == address(case, kept)
    root = f"/cases/{case.path.name}/people"
    lists = {"pairs": {"standing": "confirmed"}, "messages": {"code": CODE, "did": "own"}, "stances": {"show": "all"}}
    for name, asked in lists.items():
        pages = [reader.get(f"{root}/{name}/", {**asked, "person": one}) for one in (kept, lost)]
        assert [page.status_code for page in pages] == [200, 200]
        told = [re.findall(r"\([\d,]+\)|[\d,]+ (?:response|message)s?\b", page.content.decode()) for page in pages]
        assert told[0] == told[1] != []
    assert reader.get(address(case, "0123456789abcdef/nobody")).status_code == 404
    assert reader.get(address(case, "nobody")).status_code == 404
    said(case, (kept, lost), confirmed=None)
    followed(case)
    assert [reader.get(address(case, one)).status_code for one in (kept, lost)] == [200, 200]


def test_a_search_by_any_id_of_a_person_finds_what_they_wrote(case: Case, reader: Client) -> None:
    """As many as the page of the person counts; and as before where the merge is undone."""
    kept, lost = pair_of(case)
    before = [counted(case, f'author:"{one}"') for one in (kept, lost)]
    assert all(before)
    said(case, (kept, lost), confirmed=True)
    followed(case)
    wrote = sum(place.own for place in told_of(case, kept).places)
    assert wrote == sum(before)
    name = told_of(case, kept).label
    for query in (f'author:"{kept}"', f'author:"{lost}"', f'author:"{name} ({lost})"', f'author:"{lost.upper()}"'):
        assert counted(case, query) == wrote, query
    assert counted(case, f'kind:text AND NOT author:"{lost}"') == counted(case, "kind:text") - wrote
    found = reader.get(f"/cases/{case.path.name}/search/", {"q": f'author:"{lost}"'}).content.decode()
    assert f">{wrote:,} messages found" in found
    whole = reader.get(address(case, kept)).content.decode()
    links = re.findall(r'href="([^"]*/search/\?[^"]*)">([\d,]+)</a>', whole)
    assert sum(int(count) for _, count in links) == wrote
    for link, count in links:
        assert f">{count} message" in reader.get(unescape(link)).content.decode()
    said(case, (kept, lost), confirmed=None)
    followed(case)
    assert [counted(case, f'author:"{one}"') for one in (kept, lost)] == before


def test_a_page_says_that_what_was_decided_is_still_to_come(case: Case, reader: Client) -> None:
    """Until the tables are made again, of both; then a pair of theirs is one of their handles, not one with others."""
    pair = pair_of(case)
    pending = "Their handles are being put together again"
    assert all(pending not in reader.get(address(case, one)).content.decode() for one in pair)
    for confirmed, before, after in (
        (True, "joined to no other", "One person because"),
        (None, "One person", "no other"),
    ):
        said(case, pair, confirmed=confirmed)
        whom = {person_of(case, one) or "" for one in pair}
        for one in whom:
            content = reader.get(address(case, one)).content.decode()
            assert before in content
            assert pending in content
            assert "1 decision on their pairs" in content
        followed(case)
        content = reader.get(address(case, pair[0])).content.decode()
        assert pending not in content
        assert after in content
        assert "Pairs with others" not in content
        links = re.findall(r'href="([^"]*/pairs/[?][^"]*standing[^"]*)">([\d,]+) ', content)
        assert [count for _, count in links] == ["1"]
        for link, count in links:
            assert reader.get(unescape(link)).content.decode().count('class="desk-pair"') == int(count)
