"""Search on the desk: narrowed by what hits divide by, as it is typed, kept under a name, careful of its readers."""

import json
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import LazySettings
from django.http import QueryDict
from django.test import Client
from tests.register.people import account
from tests.web.cases import registered, why

from upstander.actions import Actor, choose_care, sentence
from upstander.errors import NotIndexed, SearchTimeout
from upstander.register.models import Account, Entry, Grant, Role
from upstander.register.models import Case as Registered
from upstander.register.site import Site
from upstander.review.codings import Coding, append
from upstander.review.search import Found, parse
from upstander.stages.codes import words_of, words_on
from upstander.stages.flagging import flagged_with
from upstander.stages.searches import Wanted, all_remembered, answer, remember
from upstander.stages.transcripts import transcript
from upstander.storage import Case
from upstander.web.facets import FIELDS, said_as
from upstander.web.narrowing import Asked

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]
Kept = Callable[..., AbstractContextManager[object]]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WORD = "shift"


@pytest.fixture
def case(reviewed: Case, settings: LazySettings, ada: Account) -> Case:
    """The case; Ada investigates, Rob reviews."""
    settings.SITE = Site(home=reviewed.path.parent)
    account("rob")
    registered(reviewed.path.name, ada=Role.INVESTIGATOR, rob=Role.REVIEWER)
    return reviewed


@pytest.fixture
def reader(case: Case, ada: Account, signed_in: Browser) -> Client:
    """Ada, who has said why she reads."""
    browser = signed_in(ada)
    why(browser, case.path.name)
    return browser


def found(case: Case, query: str) -> Found:
    """What the command line finds."""
    return answer(case, Wanted(query, facets=True, limit=100), progress=lambda *_: None)


def page(browser: Client, case: Case, query: str, **headers: str) -> str:
    """A page of the search."""
    answer = browser.get(f"/cases/{case.path.name}/search/{query}", headers=headers)
    assert answer.status_code == 200, answer.headers.get("Location")
    return str(answer.content.decode())


def test_every_facet_narrows_to_as_many_as_it_says(case: Case, reader: Client) -> None:
    """By conversation, author, custodian, date, kind, code, what the first ranking flags, and deleted on a phone."""
    told = found(case, f"{WORD} OR code:misogyny_sexism")
    whole = page(reader, case, f"?q={WORD}+OR+code:misogyny_sexism")
    assert f"{told.count:,} messages found" in whole
    facets = dict(re.findall(r'<h2 class="govuk-heading-s">([^<]+)</h2><ul class="govuk-list">(.*?)</ul>', whole, re.S))
    assert {"Conversation", "Author", "Custodian", "Month", "Code"} <= set(facets)
    for title, rows in facets.items():
        links = re.findall(r'href="([^"]*)">.*?</a> <span class="desk-message__when">([\d,]+)</span>', rows)
        assert links, title
        for link, count in (links[0], links[-1]):
            narrowed = reader.get(unescape(link)).content.decode()
            assert re.search(rf">{count} messages? found", narrowed), (title, link)
            assert "remove<span" in narrowed
    everything = found(case, "kind:text")
    for name, field in (("flagged", "flagged"), ("deleted", "deleted")):
        assert everything.facets[name], name
        for value, count in everything.facets[name][:3]:
            assert found(case, f'kind:text AND {field}:"{value}"').count == count


def test_days_and_deletions_narrow_without_words(case: Case, reader: Client) -> None:
    """The same as in the language of searches; a day that is none is said."""
    first = found(case, "since:2017-03-01 AND until:2017-03-31").count
    assert first > 0
    assert f">{first:,} message" in page(reader, case, "?since=2017-03-01&until=2017-03-31")
    deleted = found(case, "deleted:*")
    gone = deleted.count
    assert gone == len(deleted.hits) == sum(bool(hit.row["deleted_on"]) for hit in deleted.hits) > 0
    content = page(reader, case, "?deleted=yes")
    assert f">{gone:,} message" in content
    assert content.count("desk-finding") >= min(gone, 25)
    assert "Give the day as year" in page(reader, case, "?q=x&since=2017-31-31")


def test_a_search_is_entered_to_its_last_word(case: Case, reader: Client) -> None:
    """However long it is, with what narrows it; and the ledger shows it whole."""
    words = " OR ".join([WORD, *(f"invented{number}" for number in range(120)), "lastword"])
    assert 1_500 < len(words) < 2_000
    page(reader, case, "?" + urlencode({"q": words, "f": "kind:text"}))
    entry = Entry.objects.filter(verb="read_content").latest("sequence")
    query = f'({words}) AND kind:"text"'
    assert json.loads(entry.detail)["query"] == query
    assert sentence(entry).startswith(f"read search {query}: ")
    ledger = reader.get(f"/cases/{case.path.name}/ledger/?about=lastword").content.decode()
    assert "OR lastword) AND kind:" in ledger


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"q": '"half of what'}, 'read search "half of what (not answered: '),
        ({"q": "slow words"}, "read search slow words (not answered: It took too long): "),
        ({"q": "early words"}, "read search early words (not answered: The text index is being made"),
        ({"q": "a day", "since": "2017-31-31"}, "read search a day (not answered: Give the day as year"),
    ],
)
def test_a_search_that_is_not_answered_is_entered_too(
    case: Case, reader: Client, monkeypatch: pytest.MonkeyPatch, asked: dict[str, str], says: str
) -> None:
    """What somebody looked for is what a review of misuse asks first, whatever came of it."""

    def answered(where: Case, wanted: Wanted, **more: Any) -> Found:
        if wanted.query == "slow words":
            raise SearchTimeout("it took too long")
        if wanted.query == "early words":
            raise NotIndexed("no index")
        return answer(where, wanted, **more)

    monkeypatch.setattr("upstander.web.places.search.answer", answered)
    before = Entry.objects.count()
    assert "Error:" in page(reader, case, "?" + urlencode(asked))
    entry = Entry.objects.latest("sequence")
    assert Entry.objects.count() == before + 1
    assert sentence(entry).startswith(says)
    assert "hits" not in json.loads(entry.detail)


def test_what_is_typed_is_answered_by_the_part_that_changes(case: Case, reader: Client) -> None:
    """With the address that brings it back, and entered as any other page."""
    before = Entry.objects.filter(verb="read_content").count()
    answer = reader.get(f"/cases/{case.path.name}/search/?q={WORD}&since=", headers={"HX-Request": "true"})
    content = answer.content.decode()
    assert "<html" not in content
    assert content.lstrip().startswith('<div id="found">')
    assert 'hx-swap-oob="innerHTML"' in content
    assert answer.headers["HX-Replace-Url"] == f"/cases/{case.path.name}/search/?q={WORD}"
    assert Entry.objects.filter(verb="read_content").count() == before + 1
    assert "Error:" in page(reader, case, "?q=%22half", **{"HX-Request": "true"})
    whole = page(reader, case, f"?q={WORD}")
    assert "delay:300ms" in whole
    assert "onclick" not in whole


def test_a_search_is_kept_opened_and_dropped(
    case: Case, reader: Client, django_capture_on_commit_callbacks: Kept
) -> None:
    """With all that narrows it; each is a line of the case's file and an entry of the ledger."""
    root = f"/cases/{case.path.name}/search/"
    asked = Asked.of(QueryDict(f"q={WORD}&f=kind:text&since=2017-01-01"))
    path = case.decisions / "searches.jsonl"
    try:
        with django_capture_on_commit_callbacks(execute=True):
            reader.post(f"{root}keep/", {"name": "Shifts", "q": asked.query, "stem": ""})
        content = page(reader, case, "")
        link = next(unescape(link) for link in re.findall(r'href="(\?q=[^"]*)"', content))
        kept = reader.get(f"{root}{link}").content.decode()
        assert f">{found(case, asked.query).count:,} message" in kept
        with django_capture_on_commit_callbacks(execute=True):
            reader.post(f"{root}drop/", {"name": "Shifts"})
        assert "Searches that are kept" not in page(reader, case, "")
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        entries = Entry.objects.filter(verb__in=("save_search", "drop_search"))
        assert [row["ledger"] for row in rows] == list(entries.values_list("sequence", flat=True))
        assert rows[1]["removed"] is True
        assert reader.post(f"{root}drop/", {"name": "Shifts"}).status_code == 409
    finally:
        path.unlink(missing_ok=True)


def test_a_kept_search_is_dropped_by_whoever_kept_it_or_gives_access(
    case: Case, reader: Client, signed_in: Browser, django_capture_on_commit_callbacks: Kept
) -> None:
    """Others see no button, are refused, and take its name for nothing of theirs; a namesake is another person."""
    root = f"/cases/{case.path.name}/search/"
    path = case.decisions / "searches.jsonl"
    twin, olive = account("twin", full_name="Ada Example"), account("olive")
    known = Registered.objects.get(reference=case.path.name)
    for who, role in ((twin, Role.REVIEWER), (olive, Role.OWNER)):
        Grant.objects.create(case=known, account=who, role=role, given_at=NOW)
    rob, namesake, owner = (signed_in(who) for who in (Account.objects.get(username="rob"), twin, olive))
    for browser in (rob, namesake, owner):
        why(browser, case.path.name)

    def said(browser: Client, what: str, **form: str) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return browser.post(f"{root}{what}/", {"stem": "", **form}).status_code

    def standing() -> dict[str, str]:
        return {saved.name: saved.query for saved in all_remembered(case)}

    try:
        remember(case, "Typed", WORD, by="Ada Example", now=NOW)
        for name in ("Shifts", "Teas"):
            assert said(reader, "keep", name=name, q=WORD) == 302
        for browser in (rob, namesake):
            assert 'Keep it no longer<span class="govuk-visually-hidden">: <bdi>Shifts' not in page(browser, case, "")
            assert said(browser, "drop", name="Shifts") == 403
            assert said(browser, "keep", name="Shifts", q="tea") == 302
            assert "keeps a search as Shifts already" in page(browser, case, "")
        assert page(rob, case, "").count("Keep it no longer") == 0
        # What was typed at the command line is of whoever has the name that was given there.
        assert page(namesake, case, "").count("Keep it no longer") == 1
        assert page(reader, case, "").count("Keep it no longer") == 3
        assert standing() == dict.fromkeys(("Shifts", "Teas", "Typed"), WORD)
        assert said(reader, "keep", name="Shifts", q="tea") == 302
        assert standing()["Shifts"] == "tea"
        assert said(reader, "drop", name="Shifts") == 302
        assert page(owner, case, "").count("Keep it no longer") == 2
        assert said(owner, "drop", name="Teas") == 302
        assert list(standing()) == ["Typed"]
    finally:
        path.unlink(missing_ok=True)


def test_hits_of_codes_that_one_keeps_veiled_stay_veiled(case: Case, reader: Client, ada: Account) -> None:
    """Even where text is shown; and the page says what is on it before it is read."""
    hit = found(case, "code:misogyny_sexism").hits[0]
    reader.post(f"/cases/{case.path.name}/reading/text/", {"shown": "yes"})
    content = page(reader, case, "?q=code:misogyny_sexism")
    assert "Content note. Among these messages may be, by what was coded or by the first ranking: " in content
    assert "Show text<" not in content
    choose_care(Actor.of(ada), NOW, veiled=False, grey=True, keys=True, always_veiled=["misogyny_sexism"])
    content = page(reader, case, "?q=code:misogyny_sexism")
    row = content[content.index(f"/messages/{hit.row['message']}/") :]
    assert row.index("desk-veil") < row.index("desk-message__text")


def test_reviewers_are_not_told_what_others_coded(case: Case, signed_in: Browser) -> None:
    """Neither by a facet nor by asking for the code."""
    browser = signed_in(Account.objects.get(username="rob"))
    why(browser, case.path.name)
    content = page(browser, case, f"?q={WORD}")
    assert ">Code</h2>" not in content
    assert "Error:" in page(browser, case, "?q=code:misogyny_sexism")


@pytest.mark.parametrize(
    "address",
    ['q=a&f=author:x"y', "f=at:2017) OR (x", "f=nofield:x", "f=author:", "q=(a&f=kind:text", "f=author:\u202ex"],
)
def test_what_narrows_is_one_condition_whatever_it_holds(address: str) -> None:
    """A value ends no phrase and opens no parenthesis; what no field has is left out."""
    asked = Asked.of(QueryDict(address))
    for field, value in asked.narrowed:
        assert field in ("author", "kind", "at")
        assert "\u202e" not in value
    rest = Asked.of(QueryDict(address.partition("&")[2] if address.startswith("q=") else address))
    if rest.query:
        parse(rest.query)
    assert Asked.of(QueryDict(asked.address)) == asked


def test_what_narrows_is_said_in_words(case: Case, reader: Client) -> None:
    """Months, kinds and codes; and each example of what may be typed is a search."""
    content = page(reader, case, "?q=the")
    assert re.search(r"f=at%3A2016-\d\d[^\"]*\"><bdi>[A-Z][a-z]+ 2016</bdi>", content)
    assert not re.search(r"<bdi>2016-\d\d</bdi>", content)
    said = said_as(case)
    assert said("Code", "misogyny_sexism") == "Misogyny or sexism"
    assert said("Kind", "view_once") == "to be seen once"
    assert said("Month", "2016-13") == "2016-13"
    for example, _ in FIELDS:
        parse(example)
        assert f">{example}</dt>" in unescape(content)


def test_reviewers_are_spared_what_others_coded_and_what_is_flagged(case: Case, signed_in: Browser) -> None:
    """What a colleague coded stays veiled; so is what nobody coded and the ranking flags, with a note before it.

    No note counts what others said: who knows the flags could tell.
    """
    rob = Account.objects.get(username="rob")
    browser = signed_in(rob)
    why(browser, case.path.name)
    choose_care(Actor.of(rob), NOW, veiled=False, grey=True, keys=True, always_veiled=["misogyny_sexism"])
    by_others = found(case, "code:misogyny_sexism").hits[0].row["message"]
    flags = flagged_with(case)
    coded = {hit.row["message"] for hit in found(case, "code:misogyny_sexism").hits}
    by_machine = next(
        message for message, codes in flags.items() if "misogyny_sexism" in codes and message not in coded
    )
    for message in (by_others, by_machine):
        content = browser.get(f"/cases/{case.path.name}/messages/{message}/").content.decode()
        said = content.partition("What was said</h2>")[2].partition("In its place</h2>")[0]
        assert said.index("desk-veil") < said.index("desk-message__text")
        noted = "Misogyn" in content.partition("Content note.")[2].partition("</p>")[0]
        assert noted is ("misogyny_sexism" in flags.get(message, ()))
        assert "You have not coded it." in content
        assert "Bo Example" not in content


def test_what_messages_are_about_is_known_by_their_ids_as_by_their_lines(case: Case) -> None:
    """Coded by any of its sightings, at once, by what is read on and by what is read anew; and none is lost."""
    there = transcript(case)
    lines = [line for of in there.conversations() for line in there.lines(of, 0, of.lines)]
    ids = [line.message for line in lines]
    before = words_of(case, ids)
    assert before == words_on(case, lines) != {}
    path = case.decisions / "codings.jsonl"
    kept = path.read_bytes()
    line = next(line for line in lines if line.message not in before and len({one.sighting for one in line.held}) > 1)
    other = next(held.sighting for held in line.held if held.sighting != line.message)
    try:
        append(case, [Coding(other, "threat_violence", "police-misconduct@1", applies=True, by="Bo Example", at=NOW)])
        assert words_of(case, [line.message]) == {line.message: {"threat_violence"}}
        assert words_of(case, ids) == words_on(case, lines) == {**before, line.message: {"threat_violence"}}
        assert words_of(case, ["no-message"]) == {}
    finally:
        path.write_bytes(kept)
    assert words_of(case, ids) == before
