"""The pictures of the documentation: every page of the sample case on the desk, and the page that shows them.

`python -m tests.browser.screenshots` writes docs/pictures/desk/*.png and docs/reference/desk.md. Emoji are drawn where
the machine has a font for them (Debian's fonts-noto-color-emoji).
"""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, expect
from tests.support.chromium import chromium
from tests.support.desks import environment, open_desk
from tests.support.shown_desk import REFERENCE

__all__ = ["DARK", "PICTURES", "Picture", "page"]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures" / "desk"
PAGE = ROOT / "docs" / "reference" / "desk.md"
_CASE = f"/cases/{REFERENCE}"


@dataclass(frozen=True, slots=True)
class Picture:
    """A page: the name of its address, the address, what it is for, and how much of it is shown."""

    name: str
    title: str
    path: str
    says: str
    height: int = 900
    who: str = "maya"
    #: Where the picture begins, as a heading's id; empty for the top.
    since: str = ""


PICTURES = (
    Picture("begin", "The first page", "/begin/", "Whoever comes first makes the first account.", who=""),
    Picture(
        "account_login",
        "Signing in",
        "/account/login/",
        "A password, or a passkey; a second step if you set one up.",
        640,
        "",
    ),
    Picture("cases", "Cases", "/cases/", "The cases in which you have a role, and no others.", 500),
    Picture(
        "case",
        "Overview",
        f"{_CASE}/",
        "What came in, what was found, what needs a person, and what each phone holds.",
        1500,
    ),
    Picture(
        "hand_in",
        "Handing in",
        f"{_CASE}/exhibits/new/",
        "Drop the files of a phone here and say whose it is; they are read in the background.",
        1100,
    ),
    Picture(
        "exhibits",
        "Exhibits",
        f"{_CASE}/exhibits/",
        "Every file as received, under its SHA-256, and what could not be read of it.",
        1100,
    ),
    Picture(
        "exhibit",
        "Exhibit",
        f"{_CASE}/exhibits/{{exhibit}}/",
        "One file: what it is, how it came here, and everybody who read it.",
        1400,
    ),
    Picture(
        "warnings",
        "Warnings",
        f"{_CASE}/warnings/",
        "What could not be read, was assumed or looks odd, with its place.",
    ),
    Picture(
        "gaps", "Gaps and clocks", f"{_CASE}/gaps/", "What each phone lacks and why, and clocks that were moved.", 1800
    ),
    Picture(
        "conversations",
        "Conversations",
        f"{_CASE}/conversations/",
        "Each conversation once, however many phones show it.",
    ),
    Picture(
        "why",
        "Before you read",
        f"{_CASE}/reading/why/",
        "You say once what you read for; it stands in the ledger with every page that you read.",
    ),
    Picture(
        "conversation",
        "Conversation",
        f"{_CASE}/conversations/{{conversation}}/?page=2",
        "As it was, with a sign for each phone beside each message; words stay hidden until you ask for them.",
    ),
    Picture(
        "message",
        "Message",
        f"{_CASE}/messages/{{message}}/",
        "One message with everything: who knew of it and how that is known, what they did, where it stands.",
        1500,
        since="who",
    ),
    Picture(
        "search",
        "Search",
        f"{_CASE}/search/?q=leave",
        "Words, phrases and beginnings; hits in their context, and what they divide by.",
        1100,
    ),
    Picture("review", "Review", f"{_CASE}/review/", "Every code of the codebook, and how far reading for it has come."),
    Picture(
        "review_queue",
        "The queue",
        f"{_CASE}/review/{{code}}/",
        "One message after the other: one key shows, one codes, one moves on.",
        1300,
    ),
    Picture(
        "review_agreement",
        "Agreement",
        f"{_CASE}/review/second-readings/",
        "How far reviewers agree where they read the same, each figure with its interval.",
    ),
    Picture(
        "review_disagreement",
        "A disagreement",
        f"{_CASE}/review/{{code}}/disagreements/{{disputed}}/",
        "Who said what of a message, and the word that settles it.",
    ),
    Picture(
        "review_certificate",
        "Certificate",
        f"{_CASE}/review/{{code}}/certificate/",
        "What may be claimed of how much was found, and what it costs.",
        1300,
    ),
    Picture("people", "People", f"{_CASE}/people/", "Persons and their handles, with what joins them."),
    Picture(
        "pairs",
        "Pairs",
        f"{_CASE}/people/pairs/",
        "Handles that may be one person wait for your word; it can be taken back.",
    ),
    Picture(
        "person",
        "Person",
        f"{_CASE}/people/{{person}}/",
        "Where they were, and what they did about what was coded, stated against opportunity.",
        1100,
    ),
    Picture(
        "conduct",
        "Behind a number",
        f"{_CASE}/people/messages/?person={{person}}&code={{code}}&did=present",
        "Every number of a person's page leads to its messages.",
    ),
    Picture(
        "stances",
        "Responses",
        f"{_CASE}/people/stances/",
        "What a response may have meant is a guess, with how likely it is, until somebody has looked.",
    ),
    Picture(
        "stance",
        "One response",
        f"{_CASE}/people/stances/one/",
        "The response, what it answers, and one key for each word on it.",
        1200,
    ),
    Picture(
        "access", "Access", f"{_CASE}/access/", "Who has which role; whoever the case is about can never be given one."
    ),
    Picture(
        "ledger",
        "Ledger",
        f"{_CASE}/ledger/",
        "Everything that anybody did, as sentences, each sealed with the one before it.",
    ),
    Picture("own", "Your own page", "/own/", "What you have read, and what spares you while you read.", 1300),
)

#: Those that are shown in the dark as well.
DARK = ("case", "conversation", "review_queue")


def page() -> str:
    """The page of the documentation."""
    lines = [
        "# The desk, page by page",
        "",
        "The pictures are made by `just screenshots` from the sample case, in which people, messages and phones are",
        "invented. How to [open it](../how-to/run-the-desk.md), [read](../how-to/reading-on-the-desk.md) and",
        "[review](../how-to/review-on-the-desk.md) on it.",
    ]  # fmt: skip
    for picture in PICTURES:
        lines += [
            "",
            f"## {picture.title}",
            "",
            picture.says,
            "",
            f"![{picture.title}](../pictures/desk/{picture.name}.png)",
        ]
        if picture.name in DARK:
            lines += ["", f"![{picture.title}, in the dark](../pictures/desk/{picture.name}-dark.png)"]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Make the desk, and take the pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder, chromium() as browser:
        empty, home = Path(folder) / "empty", Path(folder) / "home"
        home.mkdir()
        with open_desk(empty, "--no-worker") as desk:
            _take(browser, desk.address.rstrip("/"), PICTURES[0], PICTURES[0].path, "", "light")
        command = [sys.executable, "-m", "tests.support.shown_desk"]
        settings = environment(home, DJANGO_SETTINGS_MODULE="upstander.web.settings")
        made = subprocess.run(command, check=True, capture_output=True, text=True, env=settings, cwd=ROOT)
        told = json.loads(made.stdout)
        with open_desk(home, "--no-worker") as desk:
            for picture in PICTURES[1:]:
                for scheme in ("light", "dark") if picture.name in DARK else ("light",):
                    session = told["sessions"].get(picture.who, "")
                    _take(browser, desk.address.rstrip("/"), picture, picture.path.format(**told), session, scheme)


def _take(browser: Browser, address: str, picture: Picture, path: str, session: str, scheme: str) -> None:
    size = {"width": 1280, "height": picture.height}
    context = browser.new_context(color_scheme=scheme, viewport=size, locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    window = context.new_page()
    window.goto(address + path)
    expect(window.locator("main")).not_to_contain_text("asks again by itself", timeout=300_000)
    window.wait_for_load_state("networkidle")
    top = window.locator(f"#{picture.since}").bounding_box() if picture.since else None
    tall = window.evaluate("document.documentElement.scrollHeight") - (top["y"] if top else 0)
    clip = {"x": 0, "y": top["y"] if top else 0, "width": 1280, "height": min(tall, picture.height)}
    name = f"{picture.name}{'-dark' if scheme == 'dark' else ''}.png"
    window.screenshot(path=FOLDER / name, clip=clip, full_page=True, animations="disabled")  # type: ignore[arg-type]
    with Image.open(FOLDER / name) as taken:
        # Pages have few colours: a palette makes a third of it. One of what there is, not of what there is much of, or
        # the few red marks of a page lose their colour.
        small = taken.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(FOLDER / name, optimize=True)
    context.close()


if __name__ == "__main__":
    main()
