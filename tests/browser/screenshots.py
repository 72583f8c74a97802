"""The pictures of the documentation: every page of the sample case on the desk, and the page that shows them.

`python -m tests.browser.screenshots` writes docs/pictures/desk/*.png and docs/reference/desk.md. They look as they do
here where the machine has Debian's fonts-liberation and fonts-noto-color-emoji; without the second, emoji are boxes.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, expect
from tests.browser.pictures import DARK, PICTURES, Picture
from tests.support.chromium import chromium
from tests.support.desks import environment, open_desk

__all__ = ["FOLDER", "PAGE", "page"]

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "pictures" / "desk"
PAGE = ROOT / "docs" / "reference" / "desk.md"


def page() -> str:
    """The page of the documentation."""
    lines = [
        "# The desk, page by page",
        "",
        "The pictures are made by `just screenshots` from the sample case, in which people, messages and phones are",
        "invented. Dates to fill in stand as each browser writes them. How to [open it](../how-to/run-the-desk.md),",
        "[read](../how-to/reading-on-the-desk.md) and [review](../how-to/review-on-the-desk.md) on it.",
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
            _take(browser, _named(desk.address), PICTURES[0], PICTURES[0].path, "", "light")
        command = [sys.executable, "-m", "tests.support.shown_desk"]
        settings = environment(home, DJANGO_SETTINGS_MODULE="upstander.web.settings")
        made = subprocess.run(command, check=True, capture_output=True, text=True, env=settings, cwd=ROOT)
        told = json.loads(made.stdout)
        with open_desk(home, "--no-worker") as desk:
            for picture in sorted(PICTURES[1:], key=lambda picture: picture.moving):
                if picture.moving:
                    subprocess.run([*command, "--moving"], check=True, env=settings, cwd=ROOT)
                for scheme in ("light", "dark") if picture.name in DARK else ("light",):
                    session = told["sessions"].get(picture.who, "")
                    _take(browser, _named(desk.address), picture, picture.path.format(**told), session, scheme)


def _named(address: str) -> str:
    """The address by this machine's name: by its number the page for signing in says something more."""
    return address.rstrip("/").replace("127.0.0.1", "localhost")


def _take(browser: Browser, address: str, picture: Picture, path: str, session: str, scheme: str) -> None:
    size = {"width": 1280, "height": picture.height}
    context = browser.new_context(color_scheme=scheme, viewport=size, locale="en-GB", reduced_motion="reduce")  # type: ignore[arg-type]
    if session:
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
    window = context.new_page()
    window.goto(address + path)
    expect(window.locator("main")).not_to_contain_text("asks again by itself", timeout=300_000)
    if not picture.moving:
        window.wait_for_load_state("networkidle")
    top = window.locator(f"#{picture.since}").bounding_box() if picture.since else None
    tall = window.evaluate("document.documentElement.scrollHeight") - (top["y"] if top else 0)
    clip = {"x": 0, "y": top["y"] if top else 0, "width": 1280, "height": min(tall, picture.height)}
    name = f"{picture.name}{'-dark' if scheme == 'dark' else ''}.png"
    window.screenshot(path=FOLDER / name, clip=clip, full_page=True, animations="disabled")  # type: ignore[arg-type]
    with Image.open(FOLDER / name) as taken:
        small = _few_colours(taken.convert("RGB"))
    small.save(FOLDER / name, optimize=True)
    context.close()


def _few_colours(taken: Image.Image) -> Image.Image:
    """With a palette, which makes a third of it: pages have few colours.

    Those that there is most of stay as they are, or grounds change from picture to picture; the rest are those that
    cover most of what there is, or the few red marks of a page lose their colour.
    """
    pixels = np.asarray(taken).reshape(-1, 3)
    colours, whose, counted = np.unique(pixels, axis=0, return_inverse=True, return_counts=True)
    exact = colours[np.argsort(-counted)[:64]]
    covering = taken.quantize(256 - len(exact), Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).getpalette() or []
    palette = np.vstack([exact, np.reshape(covering, (-1, 3))])[:256].astype(np.int32)
    nearest = [int(((palette - colour) ** 2).sum(axis=1).argmin()) for colour in colours.astype(np.int32)]
    made = Image.fromarray(np.array(nearest, np.uint8)[whose.reshape(-1)].reshape(taken.height, taken.width), "P")
    made.putpalette(palette.astype(np.uint8).tobytes())
    return made


if __name__ == "__main__":
    main()
