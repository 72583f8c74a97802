"""The ledger on the desk: sentences, found by person, deed and day, taken away; settings, and what spares a reader."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.register.people import account
from tests.register.people import case as made

from upstander.actions import ACTIONS, Actor, give_role, read_content, sentence, withdraw_role
from upstander.actions.admit_decisions import admit_decision
from upstander.actions.back_up import note_backup
from upstander.actions.deeds import DEEDS, deed
from upstander.actions.restore import note_restore
from upstander.register.models import Account, Care, Case, Entry, Exposure, File, Role
from upstander.storage import Home

pytestmark = pytest.mark.django_db

Browser = Callable[[Account], Client]

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def entered(ada: Account, home: Path) -> Case:
    """A case with some hundred entries over two days, by Ada and by Bo."""
    Home(home).new("MS-1", title="Operation MS-1", now=NOW)
    bo, cy = account("bo"), account("cy")
    case = made("MS-1", ada=Role.OWNER, bo=Role.INVESTIGATOR)
    for number in range(60):
        who = Actor.of(ada if number % 2 else bo)
        read_content(who, NOW + timedelta(minutes=number), case=case, about=f"message m-{number:02d}", why="testing")
    give_role(Actor.of(ada), NOW + timedelta(days=1), case=case, account=cy, role=Role.AUDITOR)
    withdraw_role(Actor.of(ada), NOW + timedelta(days=1, minutes=1), case=case, account=cy)
    give_role(Actor.of(ada), NOW + timedelta(days=2), case=case, account=cy, role=Role.AUDITOR)
    return case


def shown(browser: Client, query: str = "") -> list[int]:
    """Numbers of the entries on a page, as it has them."""
    answer = browser.get(f"/cases/MS-1/ledger/{query}")
    assert answer.status_code == 200
    return list(map(int, re.findall(r'id="e-(\d+)"', answer.content.decode())))


def test_entries_are_found_by_person_deed_day_and_what_they_are_about(entered: Case, signed_in: Browser) -> None:
    """Each narrows, and they narrow together; a day that is none is said."""
    browser = signed_in(Account.objects.get(username="cy"))
    every = set(Entry.objects.filter(case="MS-1").values_list("sequence", flat=True))
    bo = set(Entry.objects.filter(actor="Bo Example").values_list("sequence", flat=True))
    assert set(shown(browser, "?by=bo")) == bo
    assert shown(browser, "?verb=withdraw_role&by=ada") == [62]
    assert set(shown(browser, "?since=2026-03-02&until=2026-03-02")) == {61, 62}
    assert shown(browser, "?since=2026-03-03") == [63]
    assert shown(browser, "?about=m-07") == [8]
    assert shown(browser, "?about=auditor&until=2026-03-02") == [62, 61]
    assert "Give the day as year" in browser.get("/cases/MS-1/ledger/?until=yesterday").content.decode()
    assert "No entry is like that" in browser.get("/cases/MS-1/ledger/?about=nothing").content.decode()
    first = shown(browser)
    assert first == sorted(every, reverse=True)[:50]
    older = shown(browser, f"?before={first[-1]}")
    assert first + older == sorted(every, reverse=True)
    assert shown(browser, f"?after={older[0]}") == first
    content = browser.get("/cases/MS-1/ledger/?verb=give_role").content.decode()
    assert "gave cy the role auditor" in content
    assert '<option value="Bo Example"></option>' in content


def test_deeds_are_chosen_by_plain_words(entered: Case, signed_in: Browser) -> None:
    """Every action has words of its own, and none is a sentence for whoever writes programs."""
    # Tests of actions make some of their own in the same process.
    ours = {name for name in ACTIONS if not name.endswith("_in_a_test")}
    assert {*ours, note_backup.__name__, note_restore.__name__} == set(DEEDS)
    assert len(set(DEEDS.values())) == len(DEEDS)
    content = unescape(signed_in(Account.objects.get(username="cy")).get("/cases/MS-1/ledger/").content.decode())
    choices = re.search(r'<select[^>]*name="verb"[^>]*>(.*?)</select>', content, re.DOTALL)
    assert choices is not None
    told = re.findall(r"<option[^>]*>([^<]*)</option>", choices[1])
    assert set(DEEDS.values()) & set(told) == {deed(verb) for verb in ours}
    assert [words for words in DEEDS.values() if "`" in words or "Raises" in words or "_" in words] == []


def test_what_is_shown_is_taken_away_as_sentences_or_with_digests(
    entered: Case, ada: Account, signed_in: Browser
) -> None:
    """The same entries as on the page, in order; nothing in them is a formula."""
    read_content(Actor.of(ada), NOW, case=entered, about='=HYPERLINK("x")\u202e', why="testing")
    browser = signed_in(ada)
    answer = browser.get("/cases/MS-1/ledger.jsonl?verb=give_role")
    rows = [json.loads(line) for line in b"".join(answer.streaming_content).decode().splitlines()]  # type: ignore[attr-defined]
    assert [row["sequence"] for row in rows] == [61, 63]
    assert all(len(row["digest"]) == 64 for row in rows)
    answer = browser.get("/cases/MS-1/ledger.csv?since=2026-03-01")
    told = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))  # type: ignore[attr-defined]
    assert len(told) == 1 + Entry.objects.filter(case="MS-1").count()
    assert told[1][1:5] == ["2026-03-01 12:00:00 UTC", "Bo Example", "desk", "read message m-00: testing"]
    assert "\u202e" not in "".join(map("".join, told))
    assert not any(value[:1] in "=+-@" for row in told for value in row if value)
    assert browser.get("/cases/MS-1/ledger.exe").status_code == 404
    assert signed_in(account("dee")).get("/cases/MS-1/ledger.csv").status_code == 404


@pytest.mark.parametrize(
    ("file", "line", "says"),
    [
        (File.ALIASES, '{"decision": "refused", "a": "x/1", "b": "y/2"}', "refused that x/1 and y/2 are one person"),
        (File.CODINGS, '{"message": "m", "code": "age", "applies": false}', "age does not apply to message m"),
        (File.CODINGS, '{"message": "m", "codebook": "b@1", "nothing": true}', "nothing of b@1 applies to message m"),
        (File.STANCES, '{"message": "m", "act": "reaction", "emoji": "x", "stance": "laugh_along"}', "laugh along"),
        (File.SEARCHES, '{"name": "n", "removed": true}', "the search n is kept no longer"),
        (File.DRAWS, '{"code": "age", "share": 0.1}', "drew messages to be read a second time for age"),
        (File.QUEUES, '{"code": "age", "seed": 1}', "began to read for age"),
        (File.CERTIFICATES, '{"code": "age", "rule": "fixed"}', "chose how the certificate of age is made"),
        (File.CERTIFICATES, '{"code": "age", "seed": 3}', "drew a final sample for the certificate of age"),
        (File.CODINGS, '{"message": "m"}', "– does not apply to message m"),
        (File.DRAWS, '{"x": 1}', "a line that is no decision"),
        (File.CODINGS, "no json", "a line that is no decision"),
    ],
)
def test_what_was_decided_at_the_command_line_is_a_sentence(entered: Case, file: File, line: str, says: str) -> None:
    """And what is no decision is said to be none."""
    admit_decision(Actor.typing("Bo"), NOW, case=entered, file=file, line=line)
    assert says in sentence(Entry.objects.latest("sequence"))


def test_an_entry_has_no_words_of_a_line_but_what_was_decided(entered: Case) -> None:
    """Remarks, quotations and whatever else somebody wrote there stay in the line; the entry seals it."""
    row = {"message": "m", "code": "age", "applies": True, "by": "Bo", "note": "SECRET a", "quote": "SECRET b"}
    line = json.dumps({**row, "decision": "SECRET c" * 100, "seed": ["SECRET d"], "at": {"x": "SECRET e"}})
    admit_decision(Actor.typing("Bo"), NOW, case=entered, file=File.CODINGS, line=line)
    entry = Entry.objects.latest("sequence")
    assert "SECRET" not in entry.detail + entry.about
    assert "age applies to message m" in sentence(entry)
    assert json.loads(entry.detail)["line_sha256"] == hashlib.sha256(line.encode()).hexdigest()


def test_whoever_runs_the_site_reads_deeds_and_not_what_they_are_about(entered: Case, signed_in: Browser) -> None:
    """On the page, in both files, and by asking for a word: accounts and roles in full, of a case the deed alone."""
    browser = signed_in(account("root", administrator=True))
    content = browser.get("/ledger/").content.decode()
    assert "read what people wrote" in content
    assert "message m-" not in content
    assert "gave " in browser.get("/ledger/?verb=give_role").content.decode()
    assert "No entry is like that." in browser.get("/ledger/?about=m-00").content.decode()
    files = [browser.get(f"/ledger.{form}") for form in ("csv", "jsonl")]
    told, rows = (b"".join(answer.streaming_content).decode() for answer in files)  # type: ignore[attr-defined]
    assert "message m-" not in told + rows
    assert all(len(json.loads(row)["digest"]) == 64 for row in rows.splitlines())


def test_whoever_runs_the_site_sees_its_settings_and_no_secret(signed_in: Browser, settings: LazySettings) -> None:
    """Each with what sets it; nobody else does."""
    root = account("root", administrator=True)
    content = signed_in(root).get("/settings/").content.decode()
    assert "UPSTANDER_SESSION_HOURS" in content
    assert "Nobody is told where to report a weakness" in content
    assert "a secret, shown to nobody" in content
    assert str(settings.SECRET_KEY) not in content
    assert signed_in(account("mo")).get("/settings/").status_code == 403
    assert signed_in(root).get("/ledger.csv").status_code == 200


def test_texts_opened_one_by_one_count_and_the_pause_leads_back(ada: Account, signed_in: Browser) -> None:
    """The counter stands on every page; a pause is offered, and goes on where one was."""
    browser = signed_in(ada)
    data = {"veiled": "on", "grey": "on", "keys": "on", "pause_after": "2", "theme": ""}
    chosen = {**data, "always_veiled": ["sexual_violence", "misogyny_sexism"], "others": "own-code, other"}
    assert browser.post("/own/", chosen).status_code == 302
    assert Care.objects.get(account=ada).always_veiled == ["misogyny_sexism", "other", "own-code", "sexual_violence"]
    content = browser.get("/own/").content.decode()
    assert re.search(r'value="sexual_violence"\s+checked', content)
    assert 'value="other, own-code"' in content
    assert browser.get("/own/opened/").status_code == 405
    for _ in range(2):
        assert browser.post("/own/opened/").status_code == 204
    content = browser.get("/cases/").content.decode()
    assert "Shown to you today: 2 texts; a pause is offered after each 2" in content
    assert "Time for a pause?" in content
    assert browser.post("/own/pause/", {"next": "/cases/MS-1/search/?q=x"}).headers["Location"].endswith("?q=x")
    for hostile in ("//elsewhere.example/", "https://elsewhere.example/", "/\\elsewhere.example", ""):
        assert browser.post("/own/pause/", {"next": hostile}).headers["Location"] == "/cases/"
    assert "Time for a pause?" not in browser.get("/cases/").content.decode()
    assert Exposure.objects.get().paused_at == 2
