"""What is looked at on a page: axe's findings, whether it fits a narrow screen, and what the keyboard reaches."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

__all__ = ["RULES", "axe_findings", "keyboard_findings", "narrow_findings"]

_AXE = Path(__file__).parents[2] / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
#: WCAG 2.2 up to AA, and what axe holds for good practice.
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
#: A window of 1280 by 1024 at 400 %.
NARROW = {"width": 320, "height": 256}
#: More than any page has places for the focus.
_PLACES = 1_500
#: How often Tab is pressed before it is looked whether that was all.
_AT_ONCE = 10

#: A link that has the focus is not underlined: it is told by its ground, which axe does not see.
_OPEN_ALL = """() => {
  document.activeElement.blur();
  for (const details of document.querySelectorAll('details')) details.open = true;
}"""

_AXE_RUN = """async (rules) => (await axe.run(document, {runOnly: rules})).violations.map(
  (found) => `${found.id}: ${found.help} (${found.nodes.length}): ${found.nodes[0].html.slice(0, 200)}`)"""

_TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  const over = [...document.body.querySelectorAll('*')].filter(
    (element) => element.getBoundingClientRect().right > width + 1 && !element.closest('.desk-scroll'));
  return over.slice(-3).map((element) => `wider than the screen: ${element.outerHTML.slice(0, 200)}`);
}"""

#: Notes every place that the focus comes to, and how that place looks with it and without.
_WATCH = """() => {
  const drawn = (element) => {
    const of = getComputedStyle(element);
    const line = of.outlineStyle === 'none' || of.outlineWidth === '0px' || of.outlineColor === 'rgba(0, 0, 0, 0)';
    // What is drawn for a hidden box stands beside it.
    const beside = ['::before', '::after'].map((part) =>
      element.nextElementSibling ? getComputedStyle(element.nextElementSibling, part).boxShadow : '');
    return [line ? '' : of.outline, of.boxShadow, of.backgroundColor, of.borderColor, ...beside].join('|');
  };
  const seen = window.seen = {places: new Set(), problems: [], ended: false};
  let last = null;
  document.addEventListener('focusin', ({target}) => {
    const hidden = () => {
      const box = target.getBoundingClientRect();
      const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
      const at = document.elementFromPoint(box.x + Math.min(box.width / 2, 20), (top + bottom) / 2);
      return !at || !(target.contains(at) || at.contains(target)
        || at.closest('label, .govuk-form-group, .govuk-file-upload-button') ||
        at.tagName === 'HTML');
    };
    if (target.matches('.govuk-skip-link') && seen.places.has(target)) seen.ended = true;
    seen.places.add(target);
    last = {target, drawn: drawn(target)};
    if (!target.matches('.govuk-visually-hidden, main') && hidden())
      seen.problems.push(`the focus is covered: ${target.outerHTML.slice(0, 160)}`);
  });
  document.addEventListener('focusout', ({target}) => {
    const before = last;
    requestAnimationFrame(() => {
      if (before?.target === target && document.activeElement !== target && drawn(target) === before.drawn)
        seen.problems.push(`the focus is not seen: ${target.outerHTML.slice(0, 160)}`);
    });
  });
}"""

_UNREACHED = """() => {
  const all = document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex="0"]');
  const grouped = new Set([...seen.places].filter((e) => e.type === 'radio').map((e) => e.name));
  return [...all].filter((element) => element.checkVisibility({visibilityProperty: true}) && !element.disabled
      && !element.closest('[inert]')
      && element.type !== 'hidden' && element.tabIndex >= 0 && !seen.places.has(element)
      && !(element.type === 'radio' && grouped.has(element.name)))
    .map((element) => `no key leads to it: ${element.outerHTML.slice(0, 160)}`).concat(seen.problems);
}"""


@cache
def _axe() -> str:
    if not _AXE.is_file():
        raise RuntimeError("axe-core is not there: `uv sync --reinstall-package upstander` brings it with the assets.")
    return _AXE.read_text(encoding="utf-8")


def axe_findings(page: Page, *, rules: Sequence[str] = RULES) -> list[str]:
    """What axe finds on the page with everything opened that can be opened."""
    # A button that leads elsewhere does not wait for what comes.
    page.wait_for_load_state()
    page.evaluate(_OPEN_ALL)
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(_axe())
    found: list[str] = page.evaluate(_AXE_RUN, list(rules))
    return found


def narrow_findings(page: Page) -> list[str]:
    """What makes the page scroll sideways at 400 %: a table may, inside its own region."""
    before = page.viewport_size
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    found: list[str] = page.evaluate(_TOO_WIDE)
    if before is not None:
        page.set_viewport_size(before)
    return found


def _first(page: Page) -> str:
    """What the first Tab comes to, by its class."""
    page.evaluate(_WATCH)
    page.keyboard.press("Tab")
    return str(page.evaluate("document.activeElement.className"))


def keyboard_findings(page: Page) -> list[str]:
    """What the Tab key does not come to, or comes to unseen; the page is as it was loaded."""
    first = _first(page)
    if "govuk-skip-link" not in first:
        # On a busy machine a key may still reach the page before: where it is this page's doing, it is so again.
        page.reload()
        first = _first(page)
    found = [] if "govuk-skip-link" in first else [f"the first place is no skip link: {first}"]
    for _ in range(_PLACES // _AT_ONCE):
        for _ in range(_AT_ONCE):
            page.keyboard.press("Tab")
        # After the last place comes the first.
        if page.evaluate("seen.ended"):
            break
    else:
        found.append("the focus does not come to the end")
    unreached: list[str] = page.evaluate(_UNREACHED)
    return found + unreached
