"""Review on the desk: the queue by keys and forms, each decision written once, nothing shown before it is asked for."""

import datetime as dt
import json
import re
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from django.conf import LazySettings
from django.test import Client
from tests.register.people import account
from tests.web.cases import registered
from tests.web.reviewers import CODE, ROOT, browser_of, code, given, page, registered_role

from upstander.actions import SYSTEM, Actor, choose_care, close_account, give_role, state_standing, withdraw_role
from upstander.cli.sample import REFERENCE
from upstander.register.models import Account, Entry, Exposure, Grant, Hold, Role, StandingKind
from upstander.register.models import Case as Registered
from upstander.register.site import Site
from upstander.review.certificate.scope import Scope
from upstander.review.codebook import codebook
from upstander.review.codings.coding import Coding
from upstander.review.codings.record import append, codings
from upstander.review.queue.learner import Learned
from upstander.review.queue.order import Order, Why
from upstander.stages import certificate as certificates
from upstander.stages.certificate import standing
from upstander.stages.queue import opened
from upstander.stages.resident import Estimate, State, resident
from upstander.storage import Case, Home

pytestmark = pytest.mark.django_db

THEN = dt.datetime(2026, 3, 1, 12, tzinfo=dt.UTC)


@pytest.fixture
def case(operation: Case, tmp_path: Path, settings: LazySettings) -> Case:
    """The sample operation, for one test alone."""
    folder = tmp_path / "cases"
    shutil.copytree(operation.path.parent, folder)
    settings.SITE = Site(home=folder)
    return Home(folder).open(REFERENCE)


@pytest.fixture
def reader(case: Case, ada: Account) -> Client:
    """Ada, an investigator."""
    registered(REFERENCE, ada=Role.INVESTIGATOR)
    return browser_of(ada)


@pytest.fixture
def ben(reader: Client) -> Client:
    """Ben, a reviewer."""
    who = account("ben")
    registered_role("ben")
    return browser_of(who)


def test_every_code_is_listed_with_how_far_it_has_come(reader: Client) -> None:
    """Those that nobody has begun too."""
    content = page(reader, "")
    assert content.count("Certificate<span") == len(codebook("police-misconduct").codes)
    assert "Being read" not in content
    code(reader, "ticked", own="on")
    content = page(reader, "")
    row = re.search(rf'{CODE}/">[^<]*</a></th>(.*?)</tr>', content, re.DOTALL)
    assert row is not None
    assert re.findall(r"desk-number\">(?:<a [^>]*>)?(\d+)", row[1])[:2] == ["1", "1"]


def test_words_are_shown_when_they_are_asked_for_and_counted(reader: Client, case: Case, ada: Account) -> None:
    """Not a word of the message or of what stands around it before; then the page, its entry, and the count."""
    hold = Hold.objects.get(pk=given(reader))
    veiled = page(reader, f"{CODE}/")
    assert "Why this one: first ranking" in veiled or "Why this one: nothing is known yet" in veiled
    assert "desk-message__text" not in veiled
    assert not Entry.objects.filter(verb="read_content").exists()
    shown = page(reader, f"{CODE}/?reveal={hold.pk}")
    assert shown.count("desk-message__text") >= 1
    entry = Entry.objects.get(verb="read_content")
    assert entry.about == f"message {hold.message}"
    assert json.loads(entry.detail)["code"] == CODE
    assert Exposure.objects.get(account=ada).messages == json.loads(entry.detail)["shown"] > 1
    hold.refresh_from_db()
    assert hold.revealed_at is not None
    assert hold.before + hold.after > 1


def test_nothing_is_written_of_what_was_not_shown_or_not_said(reader: Client, case: Case) -> None:
    """A key that slipped; nothing ticked; a part that is none; a code that the codebook does not have."""
    hold = given(reader)
    where = f"{ROOT}/{CODE}/said/queue/"
    assert "have not been shown" in _told(reader, where, {"hold": hold, "say": "not"})
    page(reader, f"{CODE}/?reveal={hold}")
    assert "Tick what applies" in _told(reader, where, {"hold": hold, "say": "ticked"})
    assert "A part has a first" in _told(reader, where, {"hold": hold, "say": "ticked", "own": "on", "first": "3"})
    assert "no part of message" in _told(
        reader, where, {"hold": hold, "say": "ticked", "own": "on", "first": "3", "last": "99999"}
    )
    assert "has no code" in _told(reader, where, {"hold": hold, "say": "ticked", "others": ["<b>none</b>"]})
    assert "not given to you" in _told(reader, where, {"hold": int(hold) + 1_000, "say": "not"})
    assert "was not understood" in _told(reader, where, {"hold": hold, "say": "whatever"})
    assert codings(case) == []
    assert reader.post(f"{ROOT}/{CODE}/said/elsewhere/", {"hold": hold, "say": "not"}).status_code == 404


def test_a_coding_is_what_the_command_line_would_write(reader: Client, case: Case) -> None:
    """How it came, what was on show, in the reviewer's own name; other codes beside it; the entry's number."""
    hold = code(reader, "ticked", own="on", others=["misogyny_sexism"], note="as said", first="1", last="2")
    given_ = Hold.objects.get(pk=hold)
    made = codings(case)
    assert [(one.code, one.applies, one.by, one.note) for one in made] == [
        (CODE, True, "Ada Example", "as said"),
        ("misogyny_sexism", True, "Ada Example", "as said"),
    ]
    assert made[0].via.value == given_.via == "queue"
    assert made[0].span == (0, 2)
    assert made[0].context == (given_.before, given_.after)
    assert [one.via.value for one in made[1:]] == ["read"]
    numbers = [json.loads(line)["ledger"] for line in _lines(case)]
    assert numbers == list(Entry.objects.filter(verb="code_message").values_list("sequence", flat=True))
    code(reader, "nothing")
    assert json.loads(_lines(case)[-1]).items() >= {"nothing": True, "for": CODE}.items()
    assert (case.decisions / "codebooks").is_dir()
    ledger = reader.get(f"/cases/{REFERENCE}/ledger/").content.decode()
    title = "Threat or wish of violence</bdi></a>"
    for words in (
        f"{title} (seed of its random draws: 0)",
        f"{title} applies to the message of",
        "said that nothing of",
    ):
        assert words in ledger


def test_the_list_says_how_much_was_found_with_its_interval(reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the open queue has it; of one that is not open it says how to see it."""
    code(reader, "ticked", own="on")
    row = page(reader, "").partition("Threat or wish of violence")[2].partition("</tr>")[0]
    assert "cannot be said yet" in row
    recall = Estimate(low=0.61, likely=0.85, high=0.97, apart=12, apart_relevant=2)
    state = State(100, 40, 9, 1, 60, 14, 3, recall)
    monkeypatch.setattr("upstander.web.places.review.open_already", lambda case, code: state)
    row = page(reader, "").partition("Threat or wish of violence")[2].partition("</tr>")[0]
    assert "perhaps 85 %" in row
    assert "61 to 97 %, 90 % interval" in row
    monkeypatch.setattr("upstander.web.places.review.open_already", lambda case, code: None)
    assert "open the queue" in page(reader, "")


def test_a_form_that_is_sent_twice_writes_once(reader: Client, case: Case) -> None:
    """The back button, two tabs, a second click."""
    hold = code(reader, "not")
    where = f"{ROOT}/{CODE}/said/queue/"
    for say in ("not", "ticked", "nothing", "pass"):
        assert "already" in _told(reader, where, {"hold": hold, "say": say, "own": "on"}) or say == "pass"
    assert len(_lines(case)) == 1
    assert given(reader) == given(reader)


def test_a_word_is_changed_by_another_and_both_stay(reader: Client, case: Case) -> None:
    """Said so again it is not written."""
    hold = code(reader, "not")
    again = page(reader, f"{CODE}/?again={hold}&reveal={hold}")
    assert "Change what you said" in again
    assert "does not apply. What you say now" in again
    where = f"{ROOT}/{CODE}/said/queue/"
    _told(reader, where, {"hold": hold, "say": "ticked", "own": "on", "again": "on"})
    assert "not written twice" in _told(reader, where, {"hold": hold, "say": "ticked", "own": "on", "again": "on"})
    assert [(one.applies, one.via.value) for one in codings(case)] == [(False, "queue"), (True, "queue")]


def test_what_is_passed_on_is_for_others(reader: Client, case: Case, ben: Client) -> None:
    """And comes back to whoever passed it on when they ask."""
    hold = Hold.objects.get(pk=code(reader, "pass"))
    assert Hold.objects.get(pk=given(reader)).message != hold.message
    theirs = Hold.objects.get(pk=given(ben))
    assert theirs.message == hold.message
    assert Entry.objects.get(verb="pass_on").about == hold.message
    assert not codings(case)


def test_nobody_has_what_another_has(reader: Client, case: Case, ben: Client) -> None:
    """Two read on side by side: no message is given twice, and what the queue says follows from the file alone."""
    for turn in range(6):
        a, b = Hold.objects.get(pk=given(reader)), Hold.objects.get(pk=given(ben))
        assert a.message != b.message
        code(reader, "ticked" if turn % 2 else "not", own="on")
        code(ben, "not")
    made = codings(case)
    read = [one for one in made if one.note is None]
    assert len({one.sighting for one in read}) == len(read) == 12
    assert all("rank has come to it" in (one.note or "") for one in made if one not in read)
    again = opened(case, CODE)
    there = resident(case, CODE)
    assert there is not None
    assert (there.found.queue.known.label == again.queue.known.label).all()
    assert there.found.queue.rankings == again.queue.rankings
    assert there.found.queue._trained == again.queue._trained


def test_a_role_that_is_withdrawn_is_gone_at_the_next_page(reader: Client, case: Case, ben: Client) -> None:
    """Nothing is given, shown or written to whoever lost theirs between two pages."""
    hold = given(ben)
    Grant.objects.filter(account__username="ben").update(withdrawn_at=THEN)
    for path in (f"{CODE}/", f"{CODE}/?reveal={hold}"):
        assert ben.get(f"{ROOT}/{path}").status_code == 404
    assert ben.post(f"{ROOT}/{CODE}/said/queue/", {"hold": hold, "say": "not"}).status_code == 404
    assert codings(case) == []
    assert not Entry.objects.filter(verb="read_content", actor="Ben").exists()


@pytest.mark.parametrize("how", ["withdrawn", "another role", "closed", "named"])
def test_what_somebody_had_whose_power_ends_is_for_others_at_once(
    reader: Client, case: Case, ben: Client, ada: Account, how: str
) -> None:
    """Nothing of it is written any more; the next who asks is given it, and need not wait for it to lapse."""
    hold, bens = Hold.objects.get(pk=given(ben)), Account.objects.get(username="ben")
    page(ben, f"{CODE}/?reveal={hold.pk}")
    where, owner = Registered.objects.get(), Actor.of(ada)
    Grant.objects.filter(account=ada).update(role=Role.OWNER)
    if how == "withdrawn":
        withdraw_role(owner, THEN, case=where, account=bens)
    elif how == "another role":
        give_role(owner, THEN, case=where, account=bens, role=Role.AUDITOR)
    elif how == "closed":
        close_account(SYSTEM, THEN, account=bens)
    else:
        state_standing(owner, THEN, case=where, kind=StandingKind.SUBJECT, name=bens.full_name)
    said = ben.post(f"{ROOT}/{CODE}/said/queue/", {"hold": hold.pk, "say": "ticked", "own": "on"})
    assert said.status_code in (302, 403, 404)
    assert "login" in said.headers.get("Location", "login")
    assert codings(case) == []
    assert Hold.objects.get(pk=given(reader)).message == hold.message


def test_each_look_at_a_message_begins_its_time_anew(reader: Client, case: Case, ben: Client) -> None:
    """What its reader looks at is theirs for as long again, and nobody else is given it."""
    hold = given(reader)
    began = Hold.objects.get(pk=hold).until
    Hold.objects.filter(pk=hold).update(until=began - dt.timedelta(minutes=29))
    page(reader, f"{CODE}/?reveal={hold}")
    assert Hold.objects.get(pk=hold).until >= began
    assert given(ben) != hold


def test_what_lies_too_long_goes_to_others(reader: Client, case: Case, ben: Client) -> None:
    """And a late word is refused where they have it, and taken where nobody does."""
    hold = given(reader)
    page(reader, f"{CODE}/?reveal={hold}")
    Hold.objects.filter(pk=hold).update(until=dt.datetime(2020, 1, 1, tzinfo=dt.UTC))
    theirs = given(ben)
    assert Hold.objects.get(pk=theirs).message == Hold.objects.get(pk=hold).message
    where = f"{ROOT}/{CODE}/said/queue/"
    assert "somebody else was given" in _told(reader, where, {"hold": hold, "say": "not"})
    assert codings(case) == []
    ben.post(where, {"hold": theirs, "say": "pass"})
    reader.post(where, {"hold": hold, "say": "not"})
    assert len(codings(case)) == 1


def test_second_readings_are_blind_and_disagreements_are_settled(reader: Client, case: Case, ben: Client) -> None:
    """Drawn, read by another who is told nothing, measured, and settled with both readings kept."""
    for _ in range(4):
        code(reader, "ticked", own="on")
    assert "Nothing waits for a second reading" in page(reader, f"{CODE}/second/")
    answer = reader.post(f"{ROOT}/second-readings/", {"code": CODE, "share": "100"})
    assert answer.status_code == 302
    assert "Nothing waits for a second reading" in page(reader, f"{CODE}/second/")
    given(ben, f"{CODE}/second/")
    seen_by_ben = ("", "second-readings/", f"{CODE}/certificate/")
    before = [_bare(page(ben, path)) for path in seen_by_ben]
    first = code(ben, "not", f"{CODE}/second/")
    blind = page(ben, f"{CODE}/second/")
    assert "Ada" not in blind
    assert "How far it has come" not in blind
    # No number moves by which they would know that the first reader said something else.
    assert [_bare(page(ben, path)) for path in seen_by_ben] == before
    assert "shown to those who settle" in before[1]
    assert "shown to those who settle" in before[2]
    assert "are known" not in before[2]
    code(ben, "ticked", f"{CODE}/second/", own="on")
    assert [one.via.value for one in codings(case)][-2:] == ["second", "second"]
    content = page(reader, "second-readings/")
    assert re.search(
        r"Threat or wish.*?<td class=\"govuk-table__cell desk-number\">(?:<a [^>]*>)?2<", content, re.DOTALL
    )
    message = Hold.objects.get(pk=first).message
    assert message in page(reader, f"{CODE}/disagreements/")
    assert page(ben, f"{CODE}/disagreements/", 403)
    twice = page(reader, f"{CODE}/disagreements/?show=twice")
    assert "Everything read twice (2)" in twice
    assert twice.partition("<table")[2].count("<tr") - 1 == 2
    assert twice.count("they agree") == 1
    assert f'/{CODE}/disagreements/?show=twice">2<' in content
    one = page(reader, f"{CODE}/disagreements/{message}/?reveal=yes")
    seen = re.search(r'name="seen" value="(\d+)"', one)
    assert seen is not None
    assert "Ben Example" in one
    assert "You are one of its readers" in one
    assert "Show the words first" in page(reader, f"{CODE}/disagreements/{message}/")
    where = f"{ROOT}/{CODE}/disagreements/{message}/settle/"
    unread = {"applies": "yes", "seen": seen[1]}
    assert "Nothing was written" in reader.post(where, unread).content.decode()
    yes, no = ({"applies": word, "seen": seen[1], "words": "shown"} for word in ("yes", "no"))
    assert "settled once Ben Example says the same" in _told(reader, where, yes)
    ledger = reader.get(f"/cases/{REFERENCE}/ledger/").content.decode()
    assert "said, to settle it, that" in ledger
    assert "settled so already" in _told(reader, where, yes)
    assert "More was said" in _told(reader, where, no)
    who = account("cara")
    registered_role("cara", Role.DECISION_MAKER)
    cara = browser_of(who)
    _told(cara, where, {**no, "seen": str(int(seen[1]) + 1)})
    assert message not in page(reader, f"{CODE}/disagreements/").partition("<table")[2]
    assert message in page(reader, f"{CODE}/disagreements/?settled=yes")
    assert [one.via.value for one in codings(case)][-2:] == ["settled", "settled"]


def test_what_was_passed_on_is_given_again_wherever_it_was_passed_on(reader: Client, case: Case, ben: Client) -> None:
    """Of second readings too: nothing waits but that, and the page leads to it."""
    code(reader, "ticked", own="on")
    reader.post(f"{ROOT}/second-readings/", {"code": CODE, "share": "100"})
    hold = code(ben, "pass", f"{CODE}/second/")
    content = page(ben, f"{CODE}/second/")
    assert "by you but what you passed on" in content
    assert "Give me what I passed on (1 message)" in content
    again = re.search(r'name="hold" value="(\d+)"', page(ben, f"{CODE}/second/?passed=yes"))
    assert again is not None
    assert Hold.objects.get(pk=again[1]).message == Hold.objects.get(pk=hold).message


def _bare(content: str) -> str:
    """A page without its tokens, and without how much was shown."""
    return re.sub(r'value="[^"]+"', "", content.partition("<footer")[0])


def test_a_second_reader_of_a_code_that_they_keep_hidden_is_spared_and_told_nothing(
    reader: Client, case: Case, ben: Client
) -> None:
    """All messages of the page are hidden alike, whatever the first reader said; elsewhere the one in hand is too."""
    first = {code(reader, "ticked" if word else "not", own="on" if word else ""): word for word in (True, False)}
    said_of = {Hold.objects.get(pk=hold).message: word for hold, word in first.items()}
    reader.post(f"{ROOT}/second-readings/", {"code": CODE, "share": "100"})
    who = Account.objects.get(username="ben")
    choose_care(Actor.of(who), THEN, veiled=False, grey=True, keys=True, always_veiled=[CODE])
    for _ in range(2):
        hold = Hold.objects.get(pk=given(ben, f"{CODE}/second/"))
        assert hold.message in said_of
        hidden = page(ben, f"{CODE}/second/")
        assert "Show the words" in hidden
        assert "desk-message__text" not in hidden
        shown = page(ben, f"{CODE}/second/?reveal={hold.pk}")
        around = shown.count("desk-message__text") - 1
        assert shown.count('<details class="desk-veil"><summary>Show text') == around > 0
        elsewhere = ben.get(f"/cases/{REFERENCE}/messages/{hold.message}/").content.decode()
        said = elsewhere.partition("What was said</h2>")[2].partition("In its place</h2>")[0]
        assert said.index("desk-veil") < said.index("desk-message__text")
        assert "Threat" in elsewhere.partition("Content note.")[2].partition("</p>")[0]
        code(ben, "not", f"{CODE}/second/")
    assert set(said_of.values()) == {True, False}


def test_a_certificate_says_its_price_its_plan_and_what_it_claims(reader: Client, case: Case) -> None:
    """Price first; a plan that is written down; a sample that is drawn for it and read; no option of a command."""
    content = page(reader, f"{CODE}/certificate/")
    assert content.index("What it costs") < content.index("As it stands")
    assert "Not certifiable" in content
    assert not re.search(r"--[a-z]", re.sub(r'(class|for|id|href)="[^"]*"', "", content))
    choice = {"rule": "final", "recall": "80", "confidence": "95", "population": "all"}
    answer = reader.post(f"{ROOT}/{CODE}/certificate/choose/", {**choice, "draws": "3"})
    assert "takes no number of draws" in answer.content.decode()
    assert reader.post(f"{ROOT}/{CODE}/certificate/draw/", {"size": "3"}).status_code == 200
    assert reader.post(f"{ROOT}/{CODE}/certificate/choose/", choice).status_code == 302
    content = page(reader, f"{CODE}/certificate/")
    assert "Plan of Ada Example" in content
    assert reader.post(f"{ROOT}/{CODE}/certificate/draw/", {"size": "3"}).status_code == 302
    assert "3 messages of the final sample to be read" in page(reader, f"{CODE}/certificate/")
    for _ in range(3):
        code(reader, "not", f"{CODE}/sample/")
    assert "Nothing of a final sample waits" in page(reader, f"{CODE}/sample/")
    assert {one.via.value for one in codings(case)} == {"sample"}
    assert [json.loads(line).get("rule", "draw") for line in _lines(case, "certificates.jsonl")] == ["final", "draw"]
    assert set(Entry.objects.values_list("verb", flat=True)) >= {"choose_plan", "draw_sample"}


def test_a_certificate_is_worked_out_with_little_left_for_when_the_ledger_is_held(
    reader: Client, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only the tables say is there beforehand, and worked out again where they are others."""
    for say in ("ticked", "not", "not"):
        code(reader, say, own="on")
    fresh = standing(case, CODE, Scope())
    certificates._ground.cache_clear()
    certificates.prepare(case, CODE, Scope())
    assert certificates._ground.cache_info().misses == 1
    again = standing(case, CODE, Scope())
    assert certificates._ground.cache_info().misses == 1
    assert (again.gathered, again.uncovered, again.stream, again.seen) == (
        fresh.gathered, fresh.uncovered, fresh.stream, fresh.seen,
    )  # fmt: skip
    # A coding counts at once.
    code(reader, "ticked", own="on")
    later = standing(case, CODE, Scope())
    assert later.gathered.reviewed.known > again.gathered.reviewed.known
    assert certificates._ground.cache_info().misses == 1
    monkeypatch.setattr(certificates, "tables_digest", lambda *_: "other tables")
    standing(case, CODE, Scope())
    assert certificates._ground.cache_info().misses == 2


def test_why_a_message_is_given_is_said_by_the_ranking_that_holds(reader: Client, case: Case) -> None:
    """Asked again it is the same; by another ranking it is another."""
    for turn in range(8):
        code(reader, "not" if turn % 2 else "ticked", own="on")
    there = resident(case, CODE)
    assert there is not None
    queue = there.found.queue
    there.found.queue._order = order = Order(
        np.arange(3), Why.RANKED, Learned(np.ones(len(queue.matrix.rarity), np.float32), 0.0)
    )
    queue._making = queue._next = None
    message = there.message(5)
    text = "one two three four"
    first = there.reason(message, text, Why.RANKED)
    assert first.spans
    assert there.reason(message, text, Why.RANKED) == first
    assert there.reason(message, text, Why.RANDOM).spans == ()
    queue._order = replace(order, learned=Learned(np.full(len(queue.matrix.rarity), 2, np.float32), 0.0))
    second = there.reason(message, text, Why.RANKED)
    assert [span.weight for span in second.spans] == [pytest.approx(2 * span.weight, abs=1e-3) for span in first.spans]


def test_whoever_may_not_code_sees_how_far_it_has_come_and_no_queue(case: Case, ada: Account) -> None:
    """A decision maker reads; an auditor does not."""
    registered(REFERENCE, ada=Role.DECISION_MAKER)
    browser = browser_of(ada)
    assert "coding needs another role" in page(browser, "")
    page(browser, f"{CODE}/", 403)
    page(browser, f"{CODE}/certificate/")
    auditor = account("audrey")
    registered_role("audrey", Role.AUDITOR)
    stranger = Client()
    stranger.force_login(auditor, backend="upstander.web.signing_in.Passwords")
    page(stranger, "", 403)
    page(browser, "no_such_code/certificate/", 404)


def test_the_estimate_of_recall_stands_with_its_interval(reader: Client, case: Case, ben: Client) -> None:
    """Once chance has drawn something; no number tells a reviewer what another said: they may be its second reader."""
    assert "cannot be said yet" in page(reader, f"{CODE}/")
    for _ in range(11):
        code(reader, "ticked", own="on")
    content = page(reader, f"{CODE}/")
    assert re.search(r"perhaps <strong>\d+ %</strong> of all that is relevant, between \d+ and \d+ %", content)
    theirs = page(ben, f"{CODE}/")
    assert "words decided" in theirs
    assert "relevant, those" in content
    assert [said for said in ("relevant, those", "all that is relevant") if said in theirs] == []
    assert "random" in {one.via.value for one in codings(case, code=CODE)}


def test_what_was_typed_elsewhere_is_taken_up(reader: Client, case: Case) -> None:
    """A coding of the command line: what was given is another's word, and the next one comes."""
    hold = Hold.objects.get(pk=given(reader))
    then = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    append(case, [Coding(hold.message, CODE, "police-misconduct@1", False, "T. Typist", then)])
    assert Hold.objects.get(pk=given(reader)).message != hold.message
    hold.refresh_from_db()
    assert hold.end == "lapsed"


def _told(browser: Client, where: str, form: dict[str, object]) -> str:
    """What the next page says of a form."""
    answer = browser.post(where, form, follow=True)
    assert answer.status_code == 200
    return str(answer.content.decode())


def _lines(case: Case, name: str = "codings.jsonl") -> list[str]:
    path = case.decisions / name
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def test_what_the_case_does_not_show_any_more_is_in_nobodys_hands(reader: Client, ada: Account) -> None:
    """As after an exhibit came that names a message otherwise: it is said once, and reading goes on."""
    then = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    Hold.objects.create(
        case=Registered.objects.get(reference=REFERENCE), code=CODE, message="gone", account=ada, mode="second",
        via="second", why="x", given_at=then, until=then + dt.timedelta(days=40_000),
    )  # fmt: skip
    assert "does not show that message any more" in page(reader, f"{CODE}/second/", 409)
    assert "Nothing waits for a second reading" in page(reader, f"{CODE}/second/")
