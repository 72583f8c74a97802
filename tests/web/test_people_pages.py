"""A person's page: each number is the length of a list of messages, and guesses are no count of challenges."""

import re
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from tests.register.people import account
from tests.web.cases import registered, why

from upstander.evidence.reconciled import FINDINGS, Wanted, gaps_counted
from upstander.evidence.worded import moment_in_words
from upstander.people.decided import pairs_standing
from upstander.people.listed import persons, suggestions
from upstander.people.presence import Presence
from upstander.register.models import Account, Entry, Role
from upstander.register.site import Site
from upstander.review.codings import Coding
from upstander.review.codings import append as code
from upstander.review.codings.record import CODINGS
from upstander.review.collection import collection
from upstander.review.stance.decision import Ruling
from upstander.review.stance.decision import append as rule
from upstander.review.stance.kinds import Stance
from upstander.stages import review
from upstander.stages.conduct import DID, Coded, coded_of
from upstander.stages.handles import handles
from upstander.stages.persons import person as told_of
from upstander.stages.stances import Asked, Response, listed
from upstander.stages.transcripts import transcript
from upstander.storage import Case
from upstander.storage.scan import collect

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
CODE = "misogyny_sexism"


@pytest.fixture
def reader(reviewed: Case, settings: LazySettings, ada: Account, signed_in: Browser) -> Client:
    """Ada, an investigator, who has said why she reads; Rob reviews."""
    settings.SITE = Site(home=reviewed.path.parent)
    account("rob")
    registered(reviewed.path.name, ada=Role.INVESTIGATOR, rob=Role.REVIEWER)
    browser = signed_in(ada)
    why(browser, reviewed.path.name)
    return browser


def somebody(case: Case) -> tuple[str, Coded, Response]:
    """A person who answered coded messages of others, what they did, and one of their replies."""
    for row in listed(case, Asked(show="waiting", coded=True), limit=5_000).rows:
        found = coded_of(case, row.person)
        if row.act == "reply" and found and found[0].replied and found[0].nothing:
            return row.person, found[0], row
    raise AssertionError("nobody replied to a coded message")


def page(browser: Client, case: Case, path: str, status: int = 200) -> str:
    """A page's content."""
    answer = browser.get(f"/cases/{case.path.name}/people/{path}")
    assert answer.status_code == status, answer.headers.get("Location")
    return str(answer.content.decode())


def test_each_number_leads_to_as_many_messages(reviewed: Case, reader: Client) -> None:
    """And silence is stated against what they were there for."""
    person, told, _ = somebody(reviewed)
    whole = page(reader, reviewed, f"{person}/")
    assert f"of {len(told.present):,}</td>" in whole
    links = {
        did: (unescape(where), int(count.replace(",", "")))
        for where, did, count in re.findall(r'href="([^"]*/people/messages/\?[^"]*did=(\w+))">([\d,]+)</a>', whole)
    }
    assert set(links) == {did for did in DID if getattr(told, did)}
    for did, (where, count) in links.items():
        assert count == len(getattr(told, did))
        content = reader.get(where).content.decode()
        shown = re.findall(r'<li class="desk-message[^"]*" id="m-([^"]+)"', content)
        assert shown == list(getattr(told, did))[:50]
        assert "Content note. These messages were coded as “" in content
        assert content.count('<details class="desk-veil"') > 0
    assert Entry.objects.filter(
        verb="read_content", about__startswith="messages of person ", detail__contains=person
    ).count() == len(links)


def test_silence_is_what_who_knew_says(reviewed: Case) -> None:
    """Present, not theirs, and neither answered nor reacted to: none is in two lists that exclude each other."""
    person, told, _ = somebody(reviewed)
    assert coded_of(reviewed, person, opened=Presence.open) == coded_of(reviewed, person)
    present = set(told.present)
    assert not present & set(told.own)
    assert set(told.nothing) == present - set(told.replied) - set(told.reacted)
    assert set(told.active) <= set(told.nothing)
    assert set(told.challenged) <= present


def test_what_is_coded_is_in_the_lists_and_what_is_denied_is_in_none(reviewed: Case, reader: Client) -> None:
    """As soon as the table of codings has it: nothing of what was put together before stands."""
    person, told, _ = somebody(reviewed)
    path = reviewed.decisions / CODINGS
    before, denied = path.read_bytes(), told.present[0]
    try:
        code(reviewed, [Coding(denied, CODE, "police-misconduct@1", False, "Cy Example", NOW)])
        code(reviewed, [Coding(denied, "threat_violence", "police-misconduct@1", True, "Cy Example", NOW)])
        review.codings(reviewed)
        now = {row.code: row for row in coded_of(reviewed, person)}
        assert now[CODE].present == told.present[1:]
        assert now["threat_violence"].present == (denied,)
        assert coded_of(reviewed, person, code="threat_violence") == [now["threat_violence"]]
        assert f"of {len(told.present) - 1:,}</td>" in page(reader, reviewed, f"{person}/")
    finally:
        path.write_bytes(before)
        review.codings(reviewed)
    assert coded_of(reviewed, person)[0] == told


def test_a_guess_is_no_challenge_until_it_is_confirmed(reviewed: Case, reader: Client, tmp_path: Path) -> None:
    """Then it is, at once; and it is taken back as well."""
    person, told, reply = somebody(reviewed)
    assert told.challenged == ()
    assert reply.message in told.unconfirmed
    before = (reviewed.decisions / "stances.jsonl").exists()
    assert not before
    try:
        said = Ruling(reply.message, reply.act, reply.response, None, None, Stance.CHALLENGE, "Bo Example", NOW)
        rule(reviewed, [said])
        assert coded_of(reviewed, person)[0].challenged == (reply.message,)
        whole = page(reader, reviewed, f"{person}/")
        assert "did=challenged" in whole
        assert re.search(r"Challenges</th><td[^>]*><a [^>]*show=confirmed[^>]*>1</a>", whole)
        rule(
            reviewed,
            [Ruling(reply.message, reply.act, reply.response, None, None, Stance.UNDECIDED, "Bo Example", NOW)],
        )
        assert coded_of(reviewed, person)[0].challenged == ()
    finally:
        (reviewed.decisions / "stances.jsonl").unlink()


def test_places_count_what_the_tables_have(reviewed: Case, reader: Client) -> None:
    """Their own messages are those that a search for them finds, and nobody was there for more than was sent."""
    person, _, _ = somebody(reviewed)
    told = told_of(reviewed, person)
    rows = collect(collection(reviewed))
    assert sum(place.own for place in told.places) == rows.filter(rows["person"] == person).height
    for place in told.places:
        assert place.sent == rows.filter(rows["conversation"] == place.conversation).height
        assert place.own <= place.sent
        assert place.present <= place.sent
    whole = page(reader, reviewed, f"{person}/")
    place = told.places[0]
    assert f">{place.own:,}</a>" in whole
    where = next(unescape(link) for link in re.findall(r'href="([^"]*/search/\?[^"]*)"', whole))
    assert f"{place.own:,} message" in reader.get(where).content.decode()


def test_two_of_one_name_are_told_apart(reviewed: Case, reader: Client) -> None:
    """A pair says of each side the number, the phone, whose that is and where; so does the list, of people alike."""
    rows = suggestions(reviewed, standing="proposed")
    known = handles(reviewed, {row[side] for row in rows for side in ("a", "b")})
    alike = next(row for row in rows if known[row["a"]].name == known[row["b"]].name)
    content = unescape(page(reader, reviewed, "pairs/?standing=proposed"))
    for side in ("a", "b"):
        of = known[alike[side]]
        told = [f"<bdi>{of.reference}</bdi>", of.custodian or "", f"<bdi>{of.address or of.name}</bdi>"]
        assert all(each in content for each in told)
        assert f"<bdi>{of.conversation}</bdi>" in content or of.conversation is None
    sides = re.findall(r'<ul class="desk-cards desk-cards--pair">(.*?)</ul>', content, re.DOTALL)
    assert len(sides) == len(rows)
    assert all(len(set(re.findall(r"<li>(.*?)</li>", pair, re.DOTALL))) == 2 for pair in sides)
    everybody = unescape(page(reader, reviewed, ""))
    bearers = Counter(row["label"] for row in persons(reviewed))
    twins = [row for row in persons(reviewed) if bearers[row["label"]] > 1]
    assert len(twins) >= 2
    where = [reverse("person", kwargs={"reference": reviewed.path.name, "person": row["person"]}) for row in twins]
    shown = [re.search(rf'href="{re.escape(each)}">.*?</tr>', everybody, re.DOTALL) for each in where]
    assert None not in shown
    cells = [re.sub(r"^[^>]*>", "", found[0]) for found in shown if found is not None]
    assert len(set(cells)) == len(twins)


def test_reviewers_are_not_told_what_others_coded(reviewed: Case, reader: Client, signed_in: Browser) -> None:
    """The page is there, and its counts by code are not."""
    person, _, _ = somebody(reviewed)
    browser = signed_in(Account.objects.get(username="rob"))
    why(browser, reviewed.path.name)
    assert "What others coded is not shown" in page(browser, reviewed, f"{person}/")
    assert "did=" not in page(browser, reviewed, f"{person}/")
    page(browser, reviewed, f"messages/?person={person}&code={CODE}&did=present", status=403)
    assert len(persons(reviewed)) > 3
    page(reader, reviewed, "messages/?person=nobody&code=x&did=present", status=404)
    page(reader, reviewed, f"messages/?person={person}&code={CODE}&did=__class__", status=404)


def test_two_people_on_one_pair_are_told_of_each_other(
    reviewed: Case, reader: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    """The second, who looked before the first decided, decides nothing; a person's pairs are those of their page."""
    path = reviewed.decisions / "aliases.jsonl"
    before = path.read_bytes() if path.exists() else None
    try:
        zone = {"kind": "reviewing", "said": "", "zone": "Pacific/Auckland"}
        assert reader.post(f"/cases/{reviewed.path.name}/reading/why/", zone).status_code == 302
        content = page(reader, reviewed, "pairs/?standing=proposed")
        told = dict(re.findall(r'<input type="hidden" name="(a|b|seen)" value="([^"]*)">', content)[:3])
        told = {name: unescape(value) for name, value in told.items()}
        where = f"/cases/{reviewed.path.name}/people/pairs/decide/"
        with django_capture_on_commit_callbacks(execute=True):
            assert reader.post(where, {**told, "word": "refused", "back": "proposed"}).status_code == 302
        answer = reader.post(where, {**told, "word": "confirmed", "back": "proposed"})
        assert answer.status_code == 409
        said = answer.content.decode()
        first = Entry.objects.get(verb="decide_alias").at.astimezone(ZoneInfo("Pacific/Auckland"))
        assert f"Ada Example refused this pair on {moment_in_words(first)}; look at it again" in said
        link = re.search(r'href="([^"]*)">Look at the pair again</a>', said)
        assert link is not None
        assert f'name="a" value="{escape(told["a"])}"' in reader.get(unescape(link[1])).content.decode()
        assert "standing=refused&" in unescape(link[1])
        assert Entry.objects.filter(verb="decide_alias").count() == 1
    finally:
        path.write_bytes(before) if before is not None else path.unlink()
    person = somebody(reviewed)[0]
    whole = page(reader, reviewed, f"{person}/")
    for link, count in re.findall(r'href="([^"]*/pairs/[?][^"]*)">([\d,]+) ', whole):
        assert reader.get(unescape(link)).content.decode().count('class="desk-pair"') == min(50, int(count))


def test_what_was_decided_is_shown_as_decided_at_once(
    reviewed: Case, reader: Client, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    """It waits no longer, says that tables follow, can be taken back, and a click on an older page changes nothing."""
    path = reviewed.decisions / "aliases.jsonl"
    before = path.read_bytes() if path.exists() else None
    where = f"/cases/{reviewed.path.name}/people/pairs/decide/"
    row = suggestions(reviewed, standing="proposed")[0]
    pair = {"a": row["a"], "b": row["b"]}

    def counted(standing: str) -> tuple[int, str]:
        content = unescape(page(reader, reviewed, f"pairs/?standing={standing}"))
        return content.count('class="desk-pair"'), content

    def say(word: str, seen: str, back: str) -> int:
        with django_capture_on_commit_callbacks(execute=True):
            return reader.post(where, {**pair, "word": word, "seen": seen, "back": back}).status_code

    waiting, already = counted("proposed")[0], counted("confirmed")[0]
    try:
        assert say("confirmed", "", "proposed") == 302
        left, content = counted("proposed")
        assert left == waiting - 1
        assert f'value="{row["a"]}"><input type="hidden" name="b" value="{row["b"]}"' not in content
        found, content = counted("confirmed")
        assert found == already + 1
        assert "Ada Example confirmed it on" in content
        assert re.search(r"confirmed it on <time [^>]*>[^<]* UTC</time>. That", content)
        assert "counts once the tables are made again" in content
        assert content.count('value="undecided"') == found
        assert pairs_standing(reviewed, "proposed") == waiting - 1
        # The page that was open before: its next click is refused, and says who decided.
        assert say("refused", "", "proposed") == 409
        assert counted("refused")[0] == 0
        shown = content[content.index("Decided since") :].partition("</form>")[0]
        seen = re.search(r'name="seen" value="(\w+)"', shown)
        assert seen is not None
        assert say("undecided", seen[1], "confirmed") == 302
        assert (counted("proposed")[0], counted("confirmed")[0]) == (waiting, already)
    finally:
        path.write_bytes(before) if before is not None else path.unlink()


def test_every_number_leads_to_what_made_it(reviewed: Case, reader: Client) -> None:
    """Of a person, of the codes and of gaps: whoever may look at it is led there, and the pages are there."""
    person, _, _ = somebody(reviewed)
    root = f"/cases/{reviewed.path.name}"
    where = set()
    person_page = reverse("person", kwargs={"reference": reviewed.path.name, "person": person})
    for path in (person_page, *(f"{root}/{name}/" for name in ("review", "conversations", "exhibits"))):
        content = reader.get(path).content.decode()
        cells = re.findall(r'<td class="govuk-table__cell desk-number">(.*?)</td>', content, re.DOTALL)
        numbers = [cell for cell in cells if re.sub(r"<[^>]*>", "", cell).strip() not in ("0", "–", "0 of 0")]
        # How large a file is was measured on the file itself, which nobody opens here.
        numbers = [cell for cell in numbers if not re.fullmatch(r"[\d,.]+ (bytes|kB|MB)", cell)]
        assert len(numbers) > 5
        assert [cell for cell in numbers if "<a " not in cell] == []
        where |= {unescape(found) for cell in numbers for found in re.findall(r'href="([^"#]*)', cell)}
    assert {reader.get(each, follow=True).status_code for each in sorted(where) if "/review/" not in each} == {200}


def test_a_list_behind_a_number_has_as_many(reviewed: Case, reader: Client) -> None:
    """People and gaps of a conversation, conversations and messages of an exhibit, pairs that joined somebody."""
    root = f"/cases/{reviewed.path.name}"
    told = transcript(reviewed)
    for of in told.conversations():
        people = reader.get(f"{root}/people/", {"conversation": of.conversation}).content.decode()
        assert f"{of.people} people of " in people
        gaps = reader.get(f"{root}/gaps/", {"conversation": of.conversation, "reason": "deleted_on_phone"})
        rows = gaps.content.decode().partition('aria-label="Gaps one by one"')[2].partition("</table>")[0]
        assert max(0, rows.count("<tr") - 1) == min(of.deletions, 50)
    exhibits = {lane.reference for of in told.conversations() for lane in of.lanes}
    for reference in exhibits:
        shows = sum(any(lane.reference == reference for lane in of.lanes) for of in told.conversations())
        listed = reader.get(f"{root}/conversations/", {"exhibit": reference}).content.decode()
        assert re.search(rf"\b{shows} conversations? that ", listed)
    assert "0 conversations that" in reader.get(f"{root}/conversations/?exhibit=none").content.decode()
    traced = [row for row in gaps_counted(reviewed, Wanted(reasons=FINDINGS)) if row.traced]
    assert traced
    for row in traced:
        asked = {"reason": row.reason, "exhibit": row.reference, "traced": "yes"}
        rows = reader.get(f"{root}/gaps/", asked).content.decode()
        assert rows.partition('aria-label="Gaps one by one"')[2].partition("</table>")[0].count("<tr") - 1 == row.traced


def test_people_of_nowhere_are_nobody(reviewed: Case, reader: Client) -> None:
    """A conversation or an exhibit that the case does not have."""
    for asked in ("conversation=x", "exhibit=x", "conversation=%22%3E"):
        content = reader.get(f"/cases/{reviewed.path.name}/people/?{asked}").content.decode()
        assert "0 people" in content
        assert reader.get(f"/cases/{reviewed.path.name}/gaps/?{asked}").status_code == 200


def test_what_leads_to_more_than_its_number_says_what_it_leads_to(reviewed: Case, reader: Client) -> None:
    """How many they were there for is fewer than the conversation has; who coded is no list of what was read."""
    person, told, _ = somebody(reviewed)
    root = f"/cases/{reviewed.path.name}"
    whole = page(reader, reviewed, f"{person}/")
    said = re.findall(r'>([\d,]+)<br><a [^>]*href="[^"]*/conversations/[^"]*">([^<]*)</a>', whole)
    places = [place for place in told_of(reviewed, person).places if place.present]
    assert [number for number, _ in said] == [f"{place.present:,}" for place in places] != []
    assert all(re.fullmatch(r"conversation from \d+ \w+ \d{4}|whole conversation", words) for _, words in said)
    content = reader.get(f"{root}/messages/{told.present[0]}/").content.decode()
    assert re.search(r"Opportunity: [\d,]+ messages? posted here in the \d+ days after it \(<a [^>]*>read on ", content)

    page(reader, reviewed, f"messages/?person={person}&code={CODE}&did=present")
    review_page = reader.get(f"{root}/review/").content.decode()
    found = re.search(r'>([\d,]+)<br><a [^>]*href="([^"]*/ledger/[^"]*)">who coded<', review_page)
    assert found is not None
    where = unescape(found[2])
    assert where.endswith(f"/ledger/?verb=code_message&about={CODE}")
    # What the command line coded has no entry; what was read here has, and the link passes it over.
    assert "No entry is like that" not in reader.get(f"{root}/ledger/?about={CODE}").content.decode()
    assert "No entry is like that" in reader.get(where).content.decode()
