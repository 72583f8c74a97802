"""Every page for everybody: axe finds nothing, in the light and in the dark; 400 % fits; the keyboard is enough."""

import re
from collections.abc import Iterator

from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Window
from tests.browser import screenshots
from tests.browser.conftest import PATIENTLY, Shown
from tests.browser.looking import axe_findings, keyboard_findings, narrow_findings
from tests.browser.pages import NO_PAGES, PAGES, UNUSED, Page, addresses
from tests.browser.pictures import PICTURES
from tests.support.shown_desk import KEYED, PASSWORD, REFERENCE

pytestmark = PATIENTLY


def _windows(browser: Browser, desk: Shown) -> Iterator[tuple[str, Window]]:
    """Every page in a window, as whoever may see it sees it, with what to call it."""
    opened: dict[str, Window] = {}
    for pages in PAGES.values():
        for page in pages:
            window = opened.get(page.who) or opened.setdefault(page.who, _signed_in(browser, desk, page.who))
            window.emulate_media(color_scheme="light")
            yield _asked(window, desk, page), window
    for window in opened.values():
        window.context.close()


def _signed_in(browser: Browser, desk: Shown, who: str) -> Window:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    if who:
        context.add_cookies([{"name": "sessionid", "value": desk.sessions[who], "url": desk.address}])
    return context.new_page()


def _asked(window: Window, desk: Shown, page: Page) -> str:
    path = page.path.format(**desk.ids)
    answer = window.goto(desk.address + path)
    assert answer is not None
    # A queue that is being opened asks for itself until it is.
    expect(window.locator("main")).not_to_contain_text("asks again by itself", timeout=120_000)
    # A page that leads elsewhere would be looked at in another's stead.
    assert window.url == desk.address + path
    assert answer.status == page.status, path
    return f"{page.who or 'nobody'} {path}"


def test_every_address_is_looked_at_or_is_no_page() -> None:
    """A new page is tried here from its first day."""
    assert sorted(addresses()) == sorted([*PAGES, *NO_PAGES])


def test_every_page_is_for_everybody(browser: Browser, desk: Shown) -> None:
    """The keyboard comes to everything and is seen; axe finds nothing, in the dark neither; 400 % fits.

    Axe looks at everything that can be opened.
    """
    found = []
    for name, window in _windows(browser, desk):
        # Before anything is opened.
        keys = keyboard_findings(window)
        light = [*axe_findings(window), *narrow_findings(window)]
        window.emulate_media(color_scheme="dark")
        dark = [f"in the dark, {finding}" for finding in axe_findings(window)]
        found += [f"{name}: {finding}" for finding in (*keys, *light, *dark)]
    assert found == []


def test_without_scripts_an_opened_text_counts(browser: Browser, desk: Shown) -> None:
    """The browser says itself that it runs none, and no text is on the page before it is asked for."""
    context = browser.new_context(java_script_enabled=False)
    window = context.new_page()
    window.goto(f"{desk.address}/account/login/")
    window.get_by_label("User name").fill("maya")
    window.locator("[name=password]").fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window.get_by_role("heading", name="Cases")).to_be_visible()
    where = f"{desk.address}/cases/{REFERENCE}/conversations/{desk.ids['conversation']}/?page=26"
    window.goto(where)
    window.get_by_role("button", name="Go on", exact=True).click()
    expect(window.get_by_role("heading", name="A conversation")).to_be_visible()
    before = _shown_today(window)
    assert window.locator(".desk-message__text").count() == 0
    window.get_by_role("link", name="Show text").first.click()
    expect(window.locator(".desk-message__text").first).to_be_visible()
    assert _shown_today(window) == before + 1
    context.close()


def _shown_today(window: Window) -> int:
    """What the foot of the page says was shown to them today; the page is there to its end then."""
    window.wait_for_load_state()
    found = re.search(r"Shown to you today: ([\d,]+) text", window.locator("footer").inner_text())
    return int(found[1].replace(",", "")) if found else 0


def test_the_skip_link_skips(browser: Browser, desk: Shown) -> None:
    """One key more and the page's own text is next."""
    window = _signed_in(browser, desk, "maya")
    window.goto(f"{desk.address}/cases/")
    window.keyboard.press("Tab")
    expect(window.locator(".govuk-skip-link")).to_be_focused()
    window.keyboard.press("Enter")
    expect(window.locator("#main-content")).to_be_focused()


def test_the_second_step_is_a_page_too(browser: Browser, desk: Shown) -> None:
    """Between password and code: axe finds nothing, and a wrong code is said at its field."""
    window = _signed_in(browser, desk, "")
    window.goto(f"{desk.address}/account/login/")
    window.get_by_label("User name").fill(KEYED)
    window.locator("[name=password]").fill(PASSWORD)
    window.get_by_role("button", name="Sign in", exact=True).click()
    expect(window).to_have_url(f"{desk.address}/account/2fa/authenticate/")
    assert axe_findings(window) + narrow_findings(window) == []
    window.locator("[name=code]").fill("000000")
    window.get_by_role("button").filter(has_text="Sign in").first.click()
    expect(window.get_by_text("There is a problem").first).to_be_visible()
    assert axe_findings(window) == []


def test_what_the_site_does_not_use_is_not_there(browser: Browser, desk: Shown) -> None:
    """Pages of the library that signs people in, for people with an e-mail address."""
    window = _signed_in(browser, desk, "maya")
    found = {path: window.request.get(desk.address + path).status for path in UNUSED.values()}
    assert set(found.values()) == {404}, found


def test_every_page_of_a_case_is_in_pictures() -> None:
    """The page of the documentation is what the recipe writes, and its pictures are there."""
    of_a_case = {name for name, pages in PAGES.items() if pages[0].path.startswith(f"/cases/{REFERENCE}/")}
    assert of_a_case - {picture.name for picture in PICTURES} == set()
    assert screenshots.PAGE.read_text(encoding="utf-8") == screenshots.page()
    for picture in PICTURES:
        assert (screenshots.FOLDER / f"{picture.name}.png").is_file(), picture.name
