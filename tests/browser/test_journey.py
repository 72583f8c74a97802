"""A new user's first day, in a browser: from the first page to the ledger, with JavaScript and without."""

import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, expect
from playwright.sync_api import Page as Window
from tests.browser.conftest import PATIENTLY, Phones
from tests.browser.looking import axe_findings, narrow_findings
from tests.support.desks import environment, open_desk
from tests.support.shown_desk import CODE, PASSWORD

from meridian.truth import Exhibit

pytestmark = PATIENTLY

#: Formats that record no time zone: whoever has the phone says it.
_WITHOUT_ZONE = ("whatsapp_text_ios", "whatsapp_text_android")
#: Milliseconds that taking the phones in may need while the machine does other things.
_TAKING = 180_000


@dataclass
class Day:
    """A browser, and what it was told that no page should say."""

    window: Window
    address: str
    javascript: bool
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def listen(self) -> None:
        """Note every request, and whatever the browser complains of."""
        self.window.on("request", lambda request: self.asked.append(request.url))
        self.window.on("pageerror", lambda problem: self.said.append(str(problem)))
        self.window.on("console", self._heard)

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.said.append(message.text)

    def go(self, name: str) -> None:
        """To a place of the case."""
        link = self.window.get_by_role("navigation", name="Places of the case").get_by_role("link", name=name)
        link.click()
        expect(link).to_have_attribute("aria-current", "page")

    def key(self, key: str) -> None:
        """A key, once the page listens to keys."""
        expect(self.window.locator("body.js-enabled")).to_be_attached()
        self.window.keyboard.press(key)

    def press(self, key: str, button: str, by: str = "button:has-text('{}')") -> None:
        """A key; where there is no JavaScript, the button that it stands for."""
        if self.javascript:
            self.key(key)
        else:
            self.window.locator(by.format(button)).first.click()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_the_first_day(browser: Browser, phones: Phones, tmp_path: Path, javascript: bool) -> None:
    """First run, a case, six phones, a conversation, a search, codings, a merge, who knew, the ledger."""
    home = tmp_path / "home"
    with open_desk(home) as desk:
        context = browser.new_context(java_script_enabled=javascript, locale="en-GB", reduced_motion="reduce")
        context.set_default_timeout(60_000)
        day = Day(context.new_page(), desk.address.rstrip("/"), javascript)
        day.listen()
        _begin(day)
        _open_a_case(day)
        handed = phones.truth.exhibits
        for made in handed:
            _hand_in(day, phones, made)
        _wait_for_them(day, phones, handed)
        _read_a_conversation(day)
        _search(day)
        _code(day, messages=30)
        _merge(day)
        _who_knew(day)
        _look_into_the_ledger(day, codings=30)
        assert day.said == []
        assert {url for url in day.asked if not url.startswith(day.address + "/")} == set()
        context.close()
    command = [sys.executable, "-m", "upstander", "ledger", "verify"]
    proved = subprocess.run(command, capture_output=True, text=True, env=environment(home))
    assert proved.returncode == 0, proved.stderr


def _begin(day: Day) -> None:
    """Whatever address they ask for, a new user makes the first account."""
    window = day.window
    window.goto(f"{day.address}/cases/")
    expect(window).to_have_url(f"{day.address}/begin/")
    if day.javascript:
        assert axe_findings(window) + narrow_findings(window) == []
    window.get_by_label("Your name").fill("Ines Example")
    window.get_by_label("User name").fill("ines")
    window.get_by_label("Password", exact=True).fill(PASSWORD)
    window.get_by_label("I work on cases").check()
    window.get_by_role("button", name="Begin").click()
    expect(window.get_by_role("heading", name="Cases")).to_be_visible()


def _open_a_case(day: Day) -> None:
    window = day.window
    window.get_by_role("button", name="Open a case").click()
    window.get_by_label("Reference").fill("MS-1")
    window.get_by_label("Title").fill("Meridian Street")
    window.get_by_role("button", name="Open it").click()
    expect(window.get_by_text("Nothing has been handed in yet.")).to_be_visible()


def _hand_in(day: Day, phones: Phones, made: Exhibit) -> None:
    """One phone: its files are dragged onto the page, and it is said whose it is."""
    window = day.window
    files = [str(phones.folder / name) for name in made.files]
    day.go("Exhibits")
    if day.javascript:
        day.key("n")
    else:
        window.get_by_role("button", name="Hand in exhibits").click()
    expect(window.get_by_role("heading", name="Hand in exhibits")).to_be_visible()
    if day.javascript:
        _drag(window, files)
        many = len(files) > 1
        told = f"{len(files)} files chosen" if many else Path(files[0]).name
        expect(window.locator(".govuk-file-upload-button__status")).to_have_text(told)
    else:
        window.get_by_label("Files").set_input_files(files)
    owner = next(person.name for person in phones.truth.people if person.id == made.owner)
    window.get_by_label("Whose phone or account").fill(owner)
    window.get_by_label("Exhibit reference").fill(made.reference)
    if made.format in _WITHOUT_ZONE:
        window.get_by_label("Time zone of times that have none").select_option(made.zone)
    window.get_by_role("button", name="Hand in", exact=True).click()
    expect(window.get_by_text("is handed in. It is being taken in now.")).to_be_visible()


def _drag(window: Window, files: list[str]) -> None:
    """Files from the desktop onto the page, as the browser sees somebody do it."""
    box = window.locator(".govuk-file-upload-button").bounding_box()
    assert box is not None
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = window.context.new_cdp_session(window)
    for kind in ("dragEnter", "dragOver", "drop"):
        carried = {"items": [], "files": files, "dragOperationsMask": 1}
        session.send("Input.dispatchDragEvent", {"type": kind, **at, "data": carried})
    session.detach()


def _wait_for_them(day: Day, phones: Phones, handed: list[Exhibit]) -> None:
    """The page shows how far it has come, and by itself what came of it."""
    window = day.window
    expect(window.locator(".desk-hand-in").first).to_be_attached()
    expect(window.locator(".desk-hand-in")).to_have_count(0, timeout=_TAKING)
    files = sum(len(made.files) for made in handed)
    expect(window.get_by_role("region", name="Exhibits").locator("tbody tr")).to_have_count(files)
    day.go("Overview")
    messages = len({message.id for message in phones.truth.messages})
    found = window.locator(".desk-cards li", has_text=re.compile(r"^\s*[\d,]+\s*messages\s*$")).inner_text()
    assert 0 < int(re.sub(r"\D", "", found)) <= messages


def _read_a_conversation(day: Day) -> None:
    """What people wrote is hidden until it is asked for, and why one reads is asked before."""
    window = day.window
    day.go("Conversations")
    window.get_by_role("link", name="Knitting Circle").click()
    expect(window.get_by_role("heading", name="Before you read")).to_be_visible()
    window.get_by_role("button", name="Go on", exact=True).click()
    expect(window.get_by_role("heading", name="A conversation")).to_be_visible()
    text = window.locator(".desk-message .desk-message__text").first
    expect(text).to_be_hidden()
    day.press("t", "Show text")
    expect(text).to_be_visible()
    if day.javascript:
        day.key("j")
    else:
        window.get_by_role("link", name="Newer").first.click()
    expect(window.get_by_text(re.compile(r"^Page 2 of")).first).to_be_visible()


def _search(day: Day) -> None:
    window = day.window
    day.go("Search")
    if day.javascript:
        day.key("/")
        window.keyboard.type("lol")
        window.keyboard.press("Enter")
    else:
        window.get_by_label("Words to find").fill("lol")
        window.get_by_role("button", name="Search", exact=True).click()
    found = window.get_by_text(re.compile(r"^[1-9]\d* messages? found"))
    being_made = window.get_by_text("The text index is being made")
    expect(found.or_(being_made).first).to_be_visible()
    for _ in range(_TAKING // 1_000):
        if found.count():
            break
        window.wait_for_timeout(1_000)
        window.reload()
    expect(found).to_be_visible()
    expect(window.locator("mark").first).to_be_visible()


def _code(day: Day, *, messages: int) -> None:
    """Read what is given, one after the other; the keyboard is enough."""
    window = day.window
    day.go("Review")
    window.locator(f'th a[href$="/review/{CODE}/"]').click()
    hold = window.locator("input[name=hold]")
    expect(hold).to_have_count(1, timeout=_TAKING)
    for number in range(messages):
        # What is looked for below may come after what was waited for.
        window.wait_for_load_state()
        given = hold.input_value()
        if window.get_by_text("Show the words first").count():
            if day.javascript:
                day.key("r")
            else:
                window.get_by_role("button", name="Show the words").click()
            expect(window.get_by_text("Show the words first")).to_have_count(0)
        if number % 10 == 0:
            if day.javascript:
                day.key("1")
            else:
                window.locator("input[name=own]").check()
            day.press("j", "ticked", "button[name=say][value={}]")
        else:
            day.press("n", "not", "button[name=say][value={}]")
        expect(hold).not_to_have_value(given)


def _merge(day: Day) -> None:
    """The reasons are there; one press confirms, and it can be taken back."""
    window = day.window
    day.go("People")
    window.get_by_role("link", name="Look at them").click()
    pair = window.locator(".desk-pair").first
    title = pair.get_by_role("heading").inner_text()
    pair.get_by_role("button", name="One person").click()
    expect(window.get_by_text("They are one person.")).to_be_visible()
    decided = window.get_by_role("heading", name=title)
    window.get_by_role("link", name="Confirmed").click()
    # The people of the case are made again with it in the background; what somebody looks at is not changed meanwhile.
    for _ in range(_TAKING // 1_000):
        if decided.count():
            break
        window.wait_for_timeout(1_000)
        window.reload()
    expect(decided.first).to_be_visible()
    expect(window.get_by_role("button", name="Take it back").first).to_be_visible()


def _who_knew(day: Day) -> None:
    """A message's page says for each person how it is known."""
    window = day.window
    day.go("Conversations")
    window.get_by_role("link", name="Knitting Circle").click()
    window.locator(".desk-message__head a").nth(5).click()
    expect(window.get_by_role("heading", name="Who knew")).to_be_visible()
    expect(window.get_by_role("region", name="Who knew").locator("tbody tr").nth(5)).to_be_attached()
    expect(window.get_by_role("region", name="Where it stands").locator("tbody tr").first).to_be_attached()


def _look_into_the_ledger(day: Day, *, codings: int) -> None:
    """Everything that they did reads as sentences."""
    window = day.window
    day.go("Ledger")
    for said in ("read the message of", "confirmed that", "said that Misogyny or sexism"):
        expect(window.get_by_role("region", name="Entries").get_by_text(said).first).to_be_visible()
    window.get_by_label("What was done").select_option("code_message")
    window.get_by_role("button", name="Show these").click()
    rows = window.get_by_role("region", name="Entries").locator("tbody tr")
    expect(rows).to_have_count(codings)
