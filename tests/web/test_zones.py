"""In which time zone pages tell times: the one that the phones lived in, for one page at a time."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from tests.support.made_case import Made, say
from tests.web.cases import made, registered, why

from upstander.actions import choose_care
from upstander.actions.actor import Actor
from upstander.evidence.transcript import Conversation
from upstander.register.models import Account, Role
from upstander.review.search.grammar import parse
from upstander.review.search.nodes import Both, Time
from upstander.stages.transcripts import transcript
from upstander.stages.zones import zone_of, zones_stated
from upstander.storage import Case, Intake, Received
from upstander.storage import intakes as records
from upstander.storage.intakes import keep
from upstander.web.moments import clock, moment
from upstander.web.narrowing import Asked

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]
NOW = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)

#: The night in which British clocks went back: 00:30 and 01:30 UTC are both half past one.
_NIGHT = (
    dt.datetime(2018, 10, 27, 22, 30, tzinfo=dt.UTC),
    dt.datetime(2018, 10, 27, 23, 30, tzinfo=dt.UTC),
    dt.datetime(2018, 10, 28, 0, 30, tzinfo=dt.UTC),
    dt.datetime(2018, 10, 28, 1, 30, tzinfo=dt.UTC),
    dt.datetime(2018, 10, 28, 23, 30, tzinfo=dt.UTC),
    dt.datetime(2018, 10, 29, 0, 15, tzinfo=dt.UTC),
)


def night(exhibit: Made) -> None:
    """One group over that night."""
    group = exhibit.conversation()
    for place, at in enumerate(_NIGHT):
        say(group, place, f"line {place}", sent_at=int(at.timestamp() * 1000))


def stated(case: Case, zone: str | None, exhibit: str = "a" * 64) -> None:
    """A hand-in of an exhibit of which that zone was said."""
    file = Received(name=f"{exhibit[:1]}.txt", exhibit=exhibit, bytes=1, reference=f"AB/{exhibit[:1]}")
    keep(case, Intake(id="", number=0, received_at="2026-02-01T00:00:00+00:00", files=(file,), time_zone=zone))


@pytest.fixture
def reads(home: Path, ada: Account, signed_in: Browser) -> Callable[[str, str | None], tuple[Client, Conversation]]:
    """A case of that name and zone, and Ada, who reads it with its text."""
    choose_care(Actor.of(ada), NOW, veiled=False, grey=True, keys=True, theme="", pause_after=None, always_veiled=())
    browser = signed_in(ada)

    def opened(reference: str, zone: str | None) -> tuple[Client, Conversation]:
        case = made(home, reference, night)
        if zone:
            stated(case, zone)
        registered(reference, ada=Role.INVESTIGATOR)
        why(browser, reference)
        return browser, transcript(case).conversations()[0]

    return opened


def times(content: str) -> list[str]:
    """The times beside the messages of a page."""
    return re.findall(r'desk-message__when" href="[^"]*"><time[^>]*>([^<]*)</time>', content)


def test_a_conversation_is_told_in_the_zone_of_its_phones(reads: Callable[..., tuple[Client, Conversation]]) -> None:
    """Times, day rules and the days that one can go to; in the order of the instants; machines read UTC."""
    browser, of = reads("LONDON", "Europe/London")
    where = f"/cases/LONDON/conversations/{of.conversation}/"
    content = browser.get(where).content.decode()
    assert content.count("Times are in Europe/London.") == 1
    assert times(content) == ["23:30:00", "00:30:00", "01:30:00 BST", "01:30:00 GMT", "23:30:00", "00:15:00"]
    assert re.findall(r'desk-day"><span>([^<]*)<', content) == [
        "Saturday 27 October 2018",
        "Sunday 28 October 2018",
        "Monday 29 October 2018",
    ]
    assert 'datetime="2018-10-28T00:30:00+00:00">01:30:00 BST<' in content
    assert 'min="2018-10-27" max="2018-10-29"' in content
    lines = [message.split('"')[0] for message in content.split('id="m-')[1:]]
    for day, place in (("2018-10-27", 0), ("2018-10-28", 1), ("2018-10-29", 5), ("0001-01-01", 0), ("9999-12-31", 5)):
        found = browser.get(where, {"date": day})
        assert found.headers["Location"].endswith(f"#m-{lines[place]}"), day


def test_a_message_says_its_time_in_utc_too(reads: Callable[..., tuple[Client, Conversation]], home: Path) -> None:
    """Beside the local one, where that is another; once."""
    browser, of = reads("LONDON", "Europe/London")
    line = transcript(Case(home / "LONDON")).lines(of, 2, 3)[0]
    content = browser.get(f"/cases/LONDON/messages/{line.message}/").content.decode()
    assert ">28 October 2018, 01:30 BST</time></h1>" in content
    assert "That is 28 October 2018, 00:30 UTC." in content
    assert content.count("Times are in Europe/London.") == 1


def test_each_page_has_the_zone_of_its_own_case(reads: Callable[..., tuple[Client, Conversation]]) -> None:
    """One after the other in one thread; and what belongs to no case, and the ledger, are in UTC."""
    browser, of = reads("LONDON", "Europe/London")
    _, other = reads("KARACHI", "Asia/Karachi")
    _, plain = reads("NOWHERE", None)
    for _ in range(2):
        london = browser.get(f"/cases/LONDON/conversations/{of.conversation}/").content.decode()
        assert timezone.get_current_timezone_name() == "UTC"
        karachi = browser.get(f"/cases/KARACHI/conversations/{other.conversation}/").content.decode()
        nowhere = browser.get(f"/cases/NOWHERE/conversations/{plain.conversation}/").content.decode()
        assert (times(london)[0], times(karachi)[0], times(nowhere)[0]) == ("23:30:00", "03:30:00", "22:30:00")
        assert "Times are in UTC." in nowhere
        assert "GMT" not in browser.get("/cases/").content.decode()
    assert timezone.get_current_timezone_name() == "UTC"
    listed = browser.get("/cases/KARACHI/conversations/").content.decode()
    assert "28 Oct 2018" in listed
    assert "27 Oct 2018" not in listed
    assert listed.count("Times are in Asia/Karachi.") == 1


def test_a_refused_page_leaves_no_zone_behind(reads: Callable[..., tuple[Client, Conversation]]) -> None:
    """The next page of the same thread, of no case, is in UTC."""
    browser, _ = reads("LONDON", "Europe/London")
    assert browser.get("/cases/LONDON/messages/nothing/").status_code == 404
    assert timezone.get_current_timezone_name() == "UTC"


def test_the_zone_of_a_case_is_the_one_that_all_name(home: Path) -> None:
    """Of each exhibit the latest statement counts; where two are named, or none that is known, it is UTC."""
    case = made(home, "ZONES", night)
    assert (zones_stated(case), str(zone_of(case))) == ((), "UTC")
    stated(case, None)
    assert zones_stated(case) == ()
    stated(case, "Europe/London")
    assert str(zone_of(case)) == "Europe/London"
    stated(case, "Asia/Karachi", "b" * 64)
    assert (zones_stated(case), str(zone_of(case))) == (("Asia/Karachi", "Europe/London"), "UTC")
    stated(case, "Asia/Karachi")
    assert str(zone_of(case)) == "Asia/Karachi"
    assert len(records(case)) == 4
    nowhere = made(home, "MARS", night)
    stated(nowhere, "Mars/Olympus")
    assert str(zone_of(nowhere)) == "UTC"
    next(nowhere.intakes.glob("*.json")).write_text("{")
    (nowhere.intakes / "touched").touch()
    assert str(zone_of(nowhere)) == "UTC"


def test_a_page_says_why_its_times_are_in_utc(reads: Callable[..., tuple[Client, Conversation]], home: Path) -> None:
    """Where exhibits name two zones."""
    browser, _ = reads("TWO", "Europe/London")
    stated(Case(home / "TWO"), "Asia/Karachi", "b" * 64)
    content = browser.get("/cases/TWO/people/").content.decode()
    assert content.count("Times are in UTC, as the exhibits come from more than one time zone.") == 1


def test_the_days_of_a_search_are_days_of_the_page() -> None:
    """From the first millisecond of the one to the last of the other, by the clock of the zone."""

    def bounds(zone: str) -> tuple[int | None, int | None]:
        with timezone.override(zone):
            said = parse(Asked(since="2018-10-28", until="2018-10-28").query)
        assert isinstance(said, Both)
        first, last = said.parts
        assert isinstance(first, Time)
        assert isinstance(last, Time)
        return first.since, last.until

    day = [int(dt.datetime(2018, 10, 28 + more, tzinfo=dt.UTC).timestamp() * 1000) for more in (0, 1)]
    hour = 3_600_000
    assert bounds("UTC") == (day[0], day[1])
    # The clocks went back in it: the day has 25 hours.
    assert bounds("Europe/London") == (day[0] - hour, day[1])
    assert bounds("Asia/Karachi") == (day[0] - 5 * hour, day[1] - 5 * hour)


def test_a_zone_without_a_name_is_told_by_its_offset() -> None:
    """And half hours stay."""
    at = dt.datetime(2018, 6, 1, 12, tzinfo=dt.UTC)
    with timezone.override("Asia/Kathmandu"):
        assert ">1 June 2018, 17:45 UTC+05:45<" in moment(at)
        assert ">17:45:00<" in clock(at)


def test_a_reader_chooses_another_zone_for_the_rest_of_the_session(
    reads: Callable[..., tuple[Client, Conversation]],
) -> None:
    """Where they say what they read for; of that case alone; a zone that is none is refused."""
    browser, of = reads("LONDON", "Europe/London")
    _, other = reads("SECOND", "Europe/London")
    where = f"/cases/LONDON/conversations/{of.conversation}/"
    form = browser.get("/cases/LONDON/reading/why/").content.decode()
    assert "As the case is told: Europe/London" in form
    assert '<optgroup label="Elsewhere">' in form
    assert form.index('value="Europe/London"') < form.index('value="UTC"') < form.index("<optgroup")
    assert re.search(r'value="reviewing"[^>]*checked', form)
    said = {"kind": "reviewing", "said": "", "next": where}
    assert (
        "Select a valid choice"
        in browser.post("/cases/LONDON/reading/why/", {**said, "zone": "Mars/Olympus"}).content.decode()
    )
    assert browser.post("/cases/LONDON/reading/why/", {**said, "zone": "America/New_York"}).status_code == 302
    assert times(browser.get(where).content.decode())[0] == "18:30:00"
    assert "Times are in America/New_York." in browser.get("/cases/LONDON/people/").content.decode()
    assert re.search(r'value="America/New_York" selected', browser.get("/cases/LONDON/reading/why/").content.decode())
    assert times(browser.get(f"/cases/SECOND/conversations/{other.conversation}/").content.decode())[0] == "23:30:00"
    assert browser.post("/cases/LONDON/reading/why/", {**said, "zone": ""}).status_code == 302
    assert times(browser.get(where).content.decode())[0] == "23:30:00"
