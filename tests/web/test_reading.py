"""Reading on the desk: conversations as they were, one message with everything, and why somebody reads."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.conf import LazySettings
from django.test import Client
from tests.register.people import account
from tests.web.cases import registered, why

from upstander.actions import choose_care
from upstander.actions.actor import Actor
from upstander.cli.sample import REFERENCE
from upstander.evidence.received import rows
from upstander.evidence.transcript import Conversation, Line, Transcript
from upstander.people.who import who
from upstander.people.worded import spoken
from upstander.register.models import Account, Entry, Exposure, Grant, Role
from upstander.register.models import Case as Registered
from upstander.register.site import Site
from upstander.review.codings.coding import Coding
from upstander.review.codings.record import append
from upstander.stages.transcripts import transcript
from upstander.storage import Case, Home
from upstander.storage.scan import collect, scan
from upstander.web.evidence import drawn
from upstander.web.sparing import sign_of, texts

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]

NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)
ROOT = f"/cases/{REFERENCE}"


@pytest.fixture
def told(operation: Case) -> Transcript:
    """Its transcript."""
    return transcript(operation)


@pytest.fixture
def reader(settings: LazySettings, operation: Case, ada: Account, signed_in: Browser) -> Client:
    """Ada, an investigator of the operation, who has said why she reads."""
    settings.SITE = Site(home=operation.path.parent)
    registered(REFERENCE, ada=Role.INVESTIGATOR)
    browser = signed_in(ada)
    why(browser, REFERENCE)
    return browser


def page(browser: Client, path: str, status: int = 200) -> str:
    """A page's content."""
    answer = browser.get(f"{ROOT}{path}")
    assert answer.status_code == status, answer.headers.get("Location")
    return str(answer.content.decode())


def lines(told: Transcript) -> list[tuple[Conversation, int, Line]]:
    """Every line of every conversation, with its place."""
    return [(of, place, line) for of in told.conversations() for place, line in enumerate(told.lines(of, 0, of.lines))]


def test_every_conversation_is_listed_once_with_what_was_found(reader: Client, told: Transcript) -> None:
    """However many phones show it; by name, in part."""
    whole = page(reader, "/conversations/")
    for of in told.conversations():
        # Its name and its number of messages lead there.
        assert whole.count(f'"{ROOT}/conversations/{of.conversation}/"') == 2
        assert f">{of.messages:,}<" in whole
    some = page(reader, "/conversations/?named=knitting")
    assert "1 conversation whose name" in some
    assert some.count("/conversations/1e2b59ef9703639a/") == 2
    assert "0 conversations" in page(reader, "/conversations/?named=no+such+group")


def test_a_conversation_is_read_whole_in_order_and_each_line_once(reader: Client, told: Transcript) -> None:
    """Page after page until there is no newer one."""
    of = next(of for of in told.conversations() if 200 < of.lines < 2_000)
    seen: list[str] = []
    path = f"/conversations/{of.conversation}/"
    while True:
        content = page(reader, path)
        seen += re.findall(r'<li class="desk-(?:message|event)[^"]*" id="m-([^"]+)"', content)
        newer = re.search(r'rel="next" href="[^"]*(\?page=\d+)"', content)
        if newer is None:
            break
        path = f"/conversations/{of.conversation}/{newer[1]}"
    assert seen == [line.message for line in told.lines(of, 0, of.lines)]


def test_a_day_and_a_message_lead_to_where_they_are(reader: Client, told: Transcript) -> None:
    """With the anchor; a day that is none is said."""
    of = told.conversations()[0]
    place = 2_150
    line = told.lines(of, place, place + 1)[0]
    assert line.at is not None
    answer = reader.get(f"{ROOT}/conversations/{of.conversation}/?message={line.held[-1].sighting}")
    assert answer.headers["Location"] == f"{ROOT}/conversations/{of.conversation}/?page=22#m-{line.message}"
    assert f'id="m-{line.message}"' in page(reader, f"/conversations/{of.conversation}/?page=22")
    day = line.at.date()
    answer = reader.get(f"{ROOT}/conversations/{of.conversation}/?date={day.isoformat()}")
    found = told.find(answer.headers["Location"].rpartition("#m-")[2])
    assert found is not None
    first = told.lines(of, found[1], found[1] + 1)[0]
    before = told.lines(of, found[1] - 1, found[1])[0]
    assert first.at is not None
    assert before.at is not None
    assert before.at.date() < day <= first.at.date()
    assert "Give the day as year" in page(reader, f"/conversations/{of.conversation}/?date=16%2F3%2F2017")
    assert reader.get(f"{ROOT}/conversations/{of.conversation}/?date=9999-12-31").status_code == 302


def test_why_is_asked_once_and_entered_with_each_page(
    settings: LazySettings, operation: Case, ada: Account, signed_in: Browser, told: Transcript
) -> None:
    """Before the first page of content; and the ledger says what was read and what for."""
    settings.SITE = Site(home=operation.path.parent)
    registered(REFERENCE, ada=Role.REVIEWER)
    browser = signed_in(ada)
    of = told.conversations()[0]
    path = f"{ROOT}/conversations/{of.conversation}/?page=3"
    asked = browser.get(path).headers["Location"]
    assert asked.startswith(f"{ROOT}/reading/why/?next=")
    assert not Entry.objects.filter(verb="read_content").exists()
    form = browser.get(asked).content.decode()
    sent = {"kind": "other", "said": " ", "next": path}
    assert "Say what you read for." in browser.post(asked, sent).content.decode()
    assert 'name="next" value="' in form
    answer = browser.post(asked, {**sent, "said": "a  request under oath"})
    assert answer.headers["Location"] == path
    assert browser.get(path).status_code == 200
    entry = Entry.objects.get(verb="read_content")
    assert entry.about == f"conversation {of.conversation}"
    assert json.loads(entry.detail) == {"why": "a request under oath", "from": 200, "to": 299, "lines": 100}


@pytest.mark.parametrize(
    "elsewhere", ["https://example.org/", "//example.org/", "/cases/", "javascript:alert(1)", "\x00"]
)
def test_a_form_leads_nowhere_but_into_the_case(reader: Client, elsewhere: str) -> None:
    """An address that was slipped in is passed over."""
    for form in ("why", "text"):
        answer = reader.post(f"{ROOT}/reading/{form}/", {"kind": "reviewing", "shown": "yes", "next": elsewhere})
        assert answer.headers["Location"] == f"{ROOT}/conversations/"


def test_text_is_veiled_until_it_is_asked_for(reader: Client, told: Transcript, ada: Account) -> None:
    """Behind a summary first; then as it is, counted towards the reader's pause."""
    of, place, line = next(
        (of, place, line) for of, place, line in lines(told) if (line.text or "").isalpha() and len(line.text or "") > 8
    )
    path = f"/conversations/{of.conversation}/?page={place // 100 + 1}"
    veiled = r"<details class=\"desk-veil\"><summary>Show text<span[^>]*> \(\d+ characters\)</span></summary>"
    assert re.search(rf"{veiled}<div class=\"desk-message__text\">{line.text}</div>", page(reader, path))
    assert not Exposure.objects.exists()
    assert reader.post(f"{ROOT}/reading/text/", {"shown": "yes", "next": f"{ROOT}{path}"}).status_code == 302
    content = page(reader, path)
    assert "Show text<" not in content
    assert f'<div class="desk-message__text">{line.text}</div>' in content
    assert 50 < Exposure.objects.get(account=ada).messages <= 100
    reader.post(f"{ROOT}/reading/text/", {"shown": "no"})
    assert "Show text<" in page(reader, path)


def test_what_was_received_and_earlier_versions_are_veiled_as_the_text_is(
    reader: Client, told: Transcript, operation: Case, ada: Account
) -> None:
    """Where text is hidden, and where a theme is; where they are shown, each different text counts once."""
    of, place, line = next(entry for entry in lines(told) if any(each.text for each in entry[2].versions))
    words = f'desk-message__text">{drawn(line.text)}<'
    veil = re.compile(r'<details class="desk-veil">.*?</details>', re.DOTALL)
    path = f"/messages/{line.message}/"

    def outside(where: str) -> str:
        """What stands on a page without anything that is hidden being opened."""
        return veil.sub("", page(reader, where))

    for where in (f"/conversations/{of.conversation}/?page={place // 100 + 1}", path):
        assert page(reader, where).count(words) > 1
        assert 'class="desk-message__text"' not in outside(where)
    assert "Show this version" in page(reader, path)
    assert "Show the text as received" in page(reader, path)
    care: dict[str, Any] = {"veiled": False, "grey": True, "keys": True, "theme": "", "pause_after": None}
    choose_care(Actor.of(ada), NOW, **care, always_veiled=["sexual-violence"])
    assert outside(path).count(words) > 2
    around = told.lines(of, max(0, place - 5), place + 6)
    received = [row.text for row in rows(operation, line.held, {one.capture: one.exhibit for one in of.lanes})]
    Exposure.objects.all().delete()
    page(reader, path)
    counted = Exposure.objects.get(account=ada).messages
    assert counted == sum(texts(each, *(received if each == line else ())) for each in around)
    edited = replace(line, versions=(replace(line.versions[-1], text="before"), *line.versions))
    assert (texts(line), texts(edited), texts(edited, line.text, "as received", None)) == (1, 2, 3)
    append(operation, [Coding(line.message, "sexual-violence", "police-misconduct@1", True, "somebody", NOW)])
    try:
        assert words not in outside(path)
    finally:
        (operation.decisions / "codings.jsonl").unlink()


def test_without_scripts_a_text_is_opened_by_a_page_that_counts_it(
    reader: Client, told: Transcript, ada: Account
) -> None:
    """A browser without scripts asks for a dot; from then on no hidden text is on a page before it is asked for."""
    of, place, line = next(entry for entry in lines(told) if len(entry[2].text or "") > 12 and entry[1] > 100)
    path = f"/conversations/{of.conversation}/?page={place // 100 + 1}"
    assert '<noscript><img src="/own/unscripted/" alt=""' in page(reader, path)
    assert reader.get("/own/unscripted/").headers["Content-Type"] == "image/gif"
    content = page(reader, path)
    for absent in ("/own/unscripted/", "desk-veil", 'class="desk-message__text"', "<img"):
        assert absent not in content
    assert not Exposure.objects.exists()
    found = re.search(rf'href="([^"]*open={sign_of(line.text or "")}#m-{line.message})"', content)
    assert found is not None
    opened = reader.get(unescape(found[1])).content.decode()
    assert f'<div class="desk-message__text">{drawn(line.text)}</div>' in opened
    assert len(set(re.findall(r'desk-message__text">(.*?)</div>', opened, re.DOTALL))) == 1
    assert Exposure.objects.get(account=ada).messages == 1
    assert json.loads(Entry.objects.latest("sequence").detail)["shown"] == 1
    reader.post(f"{ROOT}/reading/text/", {"shown": "yes"})
    assert drawn(line.text) in page(reader, path)


def test_titles_and_names_of_files_are_veiled_with_the_text(reader: Client, told: Transcript) -> None:
    """People wrote these too: behind a summary where text is hidden, as they are where it is shown."""
    of, place, line = next(
        entry for entry in lines(told) if any(held.name and held.held == "absent" for held in entry[2].attachments)
    )
    name = next(held.name for held in line.attachments if held.name and held.held == "absent")
    asked = r"<details class=\"desk-asked\">.*?</details>"
    for path in (f"/conversations/{of.conversation}/?page={place // 100 + 1}", f"/messages/{line.message}/"):
        reader.post(f"{ROOT}/reading/text/", {"shown": "no"})
        hidden = page(reader, path)
        assert of.title in hidden
        assert name in hidden
        seen = re.sub(asked, "", hidden, flags=re.DOTALL).partition("As received</h2>")[0]
        assert of.title not in seen
        assert name not in seen
        assert (line.called or "") in seen
        reader.post(f"{ROOT}/reading/text/", {"shown": "yes"})
        shown = re.sub(asked, "", page(reader, path), flags=re.DOTALL)
        assert of.title in shown
        assert name in shown


def test_what_a_reader_chose_veils_where_text_is_shown(reader: Client, told: Transcript, operation: Case) -> None:
    """A message coded with a code that stays hidden; and text shows at once for whoever chose so."""
    ada = Account.objects.get(username="ada")
    of, place, line = next(entry for entry in lines(told) if len(entry[2].text or "") > 12)
    choose_care(
        Actor.of(ada),
        NOW,
        veiled=False,
        grey=True,
        always_veiled=["sexual-violence"],
        pause_after=None,
        keys=True,
        theme="",
    )
    path = f"/conversations/{of.conversation}/?page={place // 100 + 1}"
    assert "Show text<" not in page(reader, path)
    append(operation, [Coding(line.held[-1].sighting, "sexual-violence", "police-misconduct@1", True, "somebody", NOW)])
    try:
        assert page(reader, path).count("Show text<") == 1
    finally:
        (operation.decisions / "codings.jsonl").unlink()


def test_what_happened_stands_in_its_place(reader: Client, told: Transcript) -> None:
    """Joins in words, quotes with their link, reactions, versions, files, deletions and traces of what nobody holds."""
    every = lines(told)

    def of_first(wanted: Callable[[Line], bool]) -> tuple[Line, str]:
        of, place, line = next(entry for entry in every if wanted(entry[2]))
        content = page(reader, f"/conversations/{of.conversation}/?page={place // 100 + 1}")
        return line, content.partition(f'id="m-{line.message}"')[2].partition('id="m-')[0]

    line, shown = of_first(lambda line: any(change.kind == "removed" and change.by for change in line.changes))
    change = next(change for change in line.changes if change.kind == "removed")
    assert f"{change.whom} was removed by {change.by}." in shown
    line, shown = of_first(lambda line: line.answers is not None)
    assert f"#m-{line.answered}" in shown or f"message={line.answered}" in shown
    line, shown = of_first(lambda line: line.answering and line.answers is None)
    assert "a message that no phone holds" in shown
    line, shown = of_first(lambda line: len(line.reactions) > 1)
    assert all(reaction.by in shown for reaction in line.reactions if reaction.by)
    line, shown = of_first(lambda line: len(line.versions) > 1 and bool(line.versions[-1].text))
    assert f"Edited: {len(line.versions)} versions" in shown
    line, shown = of_first(lambda line: any(held.held == "absent" and bool(held.name) for held in line.attachments))
    assert "it did not come with the exhibit" in shown
    line, shown = of_first(lambda line: line.deleted == "by_administrator")
    assert "Deleted by an administrator for everyone" in shown
    line, shown = of_first(lambda line: any(lack.reason == "deleted_on_phone" for lack in line.lacked))
    assert "Deleted on MS/" in shown
    line, shown = of_first(lambda line: bool(line.traces))
    assert "shows a message that no phone holds" in shown


def test_each_phone_stands_beside_each_message(reader: Client, told: Transcript) -> None:
    """In words too: who holds it, and who lacks it and why."""
    of, _, line = next(entry for entry in lines(told) if any(lack.reason == "before_join" for lack in entry[2].lacked))
    content = page(reader, f"/conversations/{of.conversation}/?page=1")
    mine = content.partition(f'id="m-{line.message}"')[2].partition("</ul>")[0]
    for lane in of.lanes:
        holds = any(held.capture == lane.capture for held in line.held)
        whose = f"({lane.custodian})" if lane.custodian else ""
        said = "holds it" if holds else "lacks it: before joining"
        assert re.search(rf"<span>{re.escape(lane.reference)} .*{re.escape(whose[1:-1])}.* {said}</span>", mine)
    held = len({held.capture for held in line.held})
    assert f'hidden">{held} of {len(of.lanes)} phones hold it<' in mine


def test_a_message_shows_everything_that_the_command_shows(reader: Client, told: Transcript, operation: Case) -> None:
    """Everybody with the strongest rung, as `upstander who` has them; each phone; each row as received."""
    of, _, line = next(entry for entry in lines(told) if len(entry[2].held) > 2 and len(entry[2].reactions) > 1)
    content = page(reader, f"/messages/{line.message}/")
    known = who(operation, line.message, roster=None)
    for knower in known.people:
        row = re.search(
            rf'scope="row"[^>]*><a [^>]*><bdi>{re.escape(knower.standing.label)}</bdi>.*?</tr>', content, re.DOTALL
        )
        assert row is not None
        assert f"<strong>{spoken(knower.standing.strongest)}</strong>" in row[0]
    places = content.partition("Where it stands")[2].partition("As received")[0]
    assert all(lane.reference in places for lane in of.lanes)
    received = content.partition("As received")[2].partition("Codings")[0]
    assert received.count('<details class="govuk-details"') == len(line.held)
    assert all(held.sighting in received for held in line.held)
    assert f'aria-label="Of {len(known.people)} people: ' in content
    ordinals = [other.ordinal for other in told.lines(of, told.place_of(of, line.ordinal) - 5, line.ordinal + 6)]
    assert ordinals == sorted(ordinals)
    entry = Entry.objects.filter(about=f"message {line.message}").get()
    assert json.loads(entry.detail)["ordinal"] == line.ordinal


def test_keys_lead_to_the_messages_before_and_after(reader: Client, told: Transcript) -> None:
    """J is the next one, k the one before, and the ends have but one of them."""
    of = told.conversations()[0]
    first, second, third = told.lines(of, 0, 3)
    content = page(reader, f"/messages/{second.message}/")
    assert f'data-key="k" href="{ROOT}/messages/{first.message}/"' in content
    assert f'data-key="j" href="{ROOT}/messages/{third.message}/"' in content
    assert 'data-key="k"' not in page(reader, f"/messages/{first.message}/")


def test_codings_of_others_are_for_whoever_settles(
    settings: LazySettings, operation: Case, told: Transcript, signed_in: Browser, tmp_path: Path
) -> None:
    """A reviewer sees their own and not that there are others; an investigator sees all."""
    copy = tmp_path / "home" / "COPY"
    shutil.copytree(operation.path, copy)
    cover = copy / "exhibits" / "case.json"
    cover.write_text(cover.read_text(encoding="utf-8").replace(REFERENCE, "COPY"), encoding="utf-8")
    case = Home(tmp_path / "home").open("COPY")
    settings.SITE = Site(home=tmp_path / "home")
    of = told.conversations()[0]
    line = told.lines(of, 300, 301)[0]
    account("rana")
    account("ines")
    registered("COPY", rana=Role.REVIEWER, ines=Role.INVESTIGATOR)
    append(
        case,
        [
            Coding(line.held[0].sighting, "misogyny", "police-misconduct@1", True, "Ines Example", NOW, note="my word"),
            Coding(line.held[-1].sighting, "racism", "police-misconduct@1", False, "Rana Example", NOW, note="another"),
        ],
    )
    seen = {}
    for username in ("rana", "ines"):
        browser = signed_in(Account.objects.get(username=username))
        why(browser, "COPY")
        seen[username] = browser.get(f"/cases/COPY/messages/{line.message}/").content.decode()
    assert "another" in seen["rana"]
    assert "my word" not in seen["rana"]
    assert "Ines Example" not in seen["rana"]
    assert "my word" in seen["ines"]
    assert "another" in seen["ines"]


def test_a_picture_is_given_out_still_and_walled_off(reader: Client, told: Transcript) -> None:
    """By what its bytes are; nothing else that came with an exhibit is, and each is entered in the ledger."""
    held = [
        (line, number, attachment)
        for _, _, line in lines(told)
        for number, attachment in enumerate(line.attachments)
        if attachment.held == "held"
    ]
    line, number, _ = next(entry for entry in held if entry[2].kind == "image")
    answer = reader.get(f"{ROOT}/messages/{line.message}/media/{number}/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert Entry.objects.filter(about=f"attachment {number} of message {line.message}").count() == 1
    line, number, _ = next(entry for entry in held if entry[2].kind == "document")
    assert reader.get(f"{ROOT}/messages/{line.message}/media/{number}/").status_code == 404
    assert reader.get(f"{ROOT}/messages/{line.message}/media/99/").status_code == 404


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OWNER, 302), (Role.REVIEWER, 302), (Role.DECISION_MAKER, 302), (Role.AUDITOR, 403), (None, 404)],
)
def test_who_may_read(
    settings: LazySettings, operation: Case, told: Transcript, signed_in: Browser, role: Role | None, status: int
) -> None:
    """Those with the power to read; others are refused, or not told that there is a case."""
    settings.SITE = Site(home=operation.path.parent)
    rana = account("rana")
    registered(REFERENCE, **({"rana": role} if role else {}))
    of = told.conversations()[0]
    line = told.lines(of, 0, 1)[0]
    browser = signed_in(rana)
    for path in (f"/conversations/{of.conversation}/", f"/messages/{line.message}/"):
        assert browser.get(f"{ROOT}{path}").status_code == status
    if role in (Role.AUDITOR, None):
        for path in ("/conversations/", "/reading/why/", f"/messages/{line.message}/media/0/"):
            assert browser.get(f"{ROOT}{path}").status_code == status
    assert not Entry.objects.filter(verb="read_content").exists()


def test_what_is_not_there_is_not_found(reader: Client, told: Transcript) -> None:
    """Unknown ids, and a message of another conversation; any phone's id leads to the message or conversation."""
    of, other = told.conversations()[:2]
    line = told.lines(of, 40, 41)[0]
    sighting = next(held.sighting for held in line.held if held.sighting != line.message)
    for path in (
        "/conversations/0000/",
        "/messages/0000/",
        f"/conversations/{other.conversation}/?message={line.message}",
    ):
        assert "There is no such page" in page(reader, path, 404)
    assert reader.get(f"{ROOT}/messages/{sighting}/").headers["Location"] == f"{ROOT}/messages/{line.message}/"
    capture = next(lane.capture for lane in of.lanes if lane.capture != of.conversation)
    assert f"conversations/{of.conversation}/" in page(reader, f"/conversations/{capture}/")


def test_the_ledger_names_what_ids_stand_for(reader: Client, told: Transcript, signed_in: Browser) -> None:
    """Whoever may read sees who wrote a message, when and where, with a link; an auditor sees the id alone."""
    of, _, line = next(entry for entry in lines(told) if entry[2].text and not entry[2].notice)
    page(reader, f"/messages/{line.message}/")
    page(reader, f"/conversations/{of.conversation}/")
    assert line.at is not None
    content = page(reader, "/ledger/")
    link = f'<a class="govuk-link" href="{ROOT}/messages/{line.message}/" title="{line.message}">'
    assert f"read the message of {link}<bdi>{line.called}</bdi>, " in content
    assert f"in <bdi>{of.title}</bdi></a>: " in content
    assert (
        f'href="{ROOT}/conversations/{of.conversation}/" title="{of.conversation}"><bdi>{of.title}</bdi></a>' in content
    )
    auditor = account("aud")
    case = Registered.objects.get(reference=REFERENCE)
    Grant.objects.create(case=case, account=auditor, role=Role.AUDITOR, given_at=NOW)
    content = signed_in(auditor).get(f"{ROOT}/ledger/").content.decode()
    assert f"read message {line.message}: " in content
    assert str(line.called) not in content
    assert of.title not in content


def test_gaps_that_no_picture_shows_are_said_to_be_so(reader: Client, operation: Case) -> None:
    """Traces that name no conversation are in the number, and not in the picture."""
    rows = collect(scan(operation, "gaps").filter(pl.col("reason") == "unexplained"))
    adrift = rows.filter(pl.col("conversation").is_null()).height
    assert adrift > 1
    content = page(reader, "/")
    assert f'<span class="desk-figure">{rows.height}</span>' in content
    assert f"{adrift} of them name no conversation, and are not in the picture of the captures" in content
