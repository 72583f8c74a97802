"""A crawler that follows every link and sends every form, and what it asks of each answer."""

import random
import re
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote, urlencode, urljoin, urlsplit

from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

__all__ = ["HEADERS", "VALUES", "Crawler", "Form", "Page", "body", "checked", "parsed"]

#: What somebody sends who means harm, or has slipped.
VALUES = (
    "",
    " ",
    "0",
    "-1",
    "9" * 400,
    "1e9",
    "٣",
    "\x00",
    "a\x00b",
    "\ud800".encode("utf-8", "replace").decode(),
    "\u202e\u2066\ufeff",
    "'; DROP TABLE register_entry; --",
    "\" OR ''='",
    "<x-foreign onclick=alert(1)>",
    '"><x-foreign src=//example.org>',
    "{{ 7 * 7 }}${7*7}{% raise %}",
    "../../../../etc/passwd",
    "..%2f..%2f",
    "https://example.org/",
    "//example.org/",
    "javascript:alert(1)",
    "\r\nSet-Cookie: a=b",
    "%0d%0aLocation: //example.org",
    "NaN",
    "null",
    "2017-02-30",
    "0001-01-01",
    "a" * 5_000,
    "(" * 300,
    "*~99 AND OR NOT",
    "conversation:",
    'author:"',
    "e" + "\u0301" * 200,
    "\U0001f3f4\U000e0067\U000e007f",
)

#: What every answer carries, redirects, refusals and files among them, and what must stand in each.
HEADERS = {
    "Content-Security-Policy": ("default-src 'none'", "frame-ancestors 'none'"),
    "X-Content-Type-Options": ("nosniff",),
    "X-Frame-Options": ("DENY",),
    "Referrer-Policy": ("same-origin",),
    "Cross-Origin-Opener-Policy": ("same-origin",),
    "Cross-Origin-Resource-Policy": ("same-origin",),
    "Permissions-Policy": ("camera=()",),
    "Cache-Control": ("no-store",),
}

_ADDRESSES = ("href", "src", "action", "formaction", "poster", "data", "ping", "background", "cite", "srcset")
_NEVER = {"iframe", "object", "embed", "base", "style", "applet", "frame", "marquee", "x-foreign"}


@dataclass
class Form:
    """A form as it stands in a page."""

    method: str
    action: str
    #: Name, kind, and the values that it offers.
    fields: list[tuple[str, str, list[str]]] = field(default_factory=list)


class Page(HTMLParser):
    """What a browser makes of a page: elements, addresses, forms."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, list[tuple[str, str | None]]]] = []
        self.links: list[str] = []
        self.addresses: list[str] = []
        self.forms: list[Form] = []
        self.words = ""
        self._select: tuple[str, str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element."""
        self.elements.append((tag, attrs))
        told = {name: value or "" for name, value in attrs}
        self.addresses += [told[name] for name in _ADDRESSES if name in told]
        if tag == "a" and "href" in told:
            self.links.append(told["href"])
        elif tag == "form":
            self.forms.append(Form(told.get("method", "get").lower(), told.get("action", "")))
        elif tag in ("input", "select", "textarea", "button") and told.get("name") and self.forms:
            one = (told["name"], told.get("type", tag), [told["value"]] if "value" in told else [])
            self.forms[-1].fields.append(one)
            self._select = one if tag == "select" else None
        elif tag == "option" and self._select is not None:
            self._select[2].append(told.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Its end."""
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """Words."""
        self.words += data


def parsed(content: str) -> Page:
    """A page as a browser has it."""
    page = Page()
    page.feed(content)
    page.close()
    return page


def body(answer: HttpResponseBase) -> bytes:
    """All of an answer's bytes, streamed or not."""
    if answer.streaming:
        return b"".join(answer)
    return bytes(answer.content)  # type: ignore[attr-defined]


def checked(answer: HttpResponseBase, *, secure: bool = False) -> str:
    """Ask of an answer what is asked of every one; gives its text. Raises `AssertionError`."""
    said = answer.headers
    for name, parts in HEADERS.items():
        assert name in said, name
        assert all(part in said[name] for part in parts), (name, said[name])
    policy = said["Content-Security-Policy"]
    assert "unsafe" not in policy or said["Content-Type"] == "image/svg+xml", policy
    assert "http" not in policy
    assert not [name for name in said if name.lower() in ("server", "x-powered-by", "access-control-allow-origin")]
    for morsel in answer.cookies.values():
        assert morsel["httponly"], morsel.key
        assert morsel["samesite"] == "Lax", morsel.key
        assert morsel["path"] == "/", morsel.key
        assert not morsel["domain"], morsel.key
        assert bool(morsel["secure"]) is secure, morsel.key
    if "Location" in said:
        where = urlsplit(said["Location"])
        assert not where.netloc, said["Location"]
        assert not where.scheme, said["Location"]
    kind = said.get("Content-Type", "")
    content = body(answer)
    if kind.startswith("text/"):
        assert "charset=utf-8" in kind, kind
    if not kind.startswith(("text/html", "image/svg")):
        return content.decode("utf-8", "replace")
    text = content.decode("utf-8")
    # Markup of ours or of a library's that stands there as words.
    assert not re.search(r"&lt;/?(?:ul|ol|li|p|div|span|br|strong|a href)\b", text), "markup is shown as words"
    page = parsed(text)
    for element, attributes in page.elements:
        told = dict(attributes)
        assert element not in _NEVER or (element == "style" and kind.startswith("image/svg")), element
        assert not [name for name in told if name.startswith("on") or name == "srcdoc"], (element, told)
        assert "style" not in told or kind.startswith("image/svg"), (element, told)
        if element == "script":
            assert (told.get("src") or "").startswith("/static/") or told.get("type") == "application/json", told
    for address in page.addresses:
        where = urlsplit(address)
        assert not where.netloc, address
        assert where.scheme in ("", "data") or kind.startswith("image/svg"), address
    return text


class Crawler:
    """Goes everywhere that one browser can, and no more than a few times to each page."""

    def __init__(self, browser: Client, seed: int, told: Callable[[str, str, HttpResponseBase, str], None]) -> None:
        self.browser = browser
        self.random = random.Random(seed)
        self.told = told
        #: By name of page and verb: how often it was asked for.
        self.seen: Counter[tuple[str, str]] = Counter()
        self._known: set[tuple[str, str]] = set()
        self._queue: deque[tuple[str, str, dict[str, Any]]] = deque()

    def crawl(self, starts: list[str], *, most: int = 2) -> None:
        """From these addresses on, until nothing is left that was not seen `most` times."""
        for start in starts:
            self._add("GET", start, {})
        while self._queue:
            verb, address, form = self._queue.popleft()
            name = self._name(address)
            if self.seen[name, verb] >= most:
                continue
            self.seen[name, verb] += 1
            answer = self.browser.post(address, form) if verb == "POST" else self.browser.get(address)
            text = checked(answer)
            self.told(verb, address, answer, text)
            if "Location" in answer.headers:
                self._add("GET", urljoin(address, answer.headers["Location"]), {})
            elif answer.headers.get("Content-Type", "").startswith("text/html"):
                self._follow(address, parsed(text))

    def hostile(self, addresses: list[str]) -> None:
        """Each address with something hostile in each of its places, and behind it."""
        for address in addresses:
            for _ in range(2):
                where = re.sub(r"<(\w+):\w+>", self._place, address)
                query = {name: self._value() for name in self.random.sample(_NAMES, 4)}
                answer = self.browser.get(f"{where}?{urlencode(query)}")
                self.told("GET", where, answer, checked(answer))

    def _follow(self, base: str, page: Page) -> None:
        for link in page.links:
            self._add("GET", urljoin(base, link.partition("#")[0]), {})
        for form in page.forms:
            action = urljoin(base, form.action)
            if "/account/logout/" in action:
                continue
            for hostile in (False, True):
                sent = self._filled(form, hostile=hostile)
                if form.method == "post":
                    self._add("POST", action, sent)
                else:
                    self._add("GET", f"{action.partition('?')[0]}?{urlencode(sent)}", {})

    def _filled(self, form: Form, *, hostile: bool) -> dict[str, Any]:
        sent: dict[str, Any] = {}
        for name, kind, offered in form.fields:
            if kind == "file":
                sent[name] = SimpleUploadedFile(self.random.choice(_FILES), b"<svg onload='alert(1)'/>")
            elif hostile and name != "csrfmiddlewaretoken" and self.random.random() < 0.7:
                sent[name] = self._value()
            elif offered:
                sent[name] = self.random.choice(offered)
            elif kind not in ("radio", "checkbox", "button", "submit"):
                sent[name] = self._value() if hostile else "three green lamps"
        return sent

    def _value(self) -> str:
        return self.random.choice(VALUES)

    def _place(self, found: re.Match[str]) -> str:
        if found[1] == "int":
            return str(self.random.choice([0, 7, 2**31, 2**63, 10**30]))
        return quote(self._value()[:300], safe="") or "x"

    def _add(self, verb: str, address: str, form: dict[str, Any]) -> None:
        where = urlsplit(address)
        if where.path.startswith("/static/") or where.netloc or where.scheme not in ("", "http"):
            return
        key = (verb, f"{address}{sorted(form) if verb == 'POST' else ''}{len(self._known) if form else ''}")
        if key not in self._known:
            self._known.add(key)
            self._queue.append((verb, address, form))

    @staticmethod
    def _name(address: str) -> str:
        try:
            return resolve(urlsplit(address).path).url_name or "home"
        except Resolver404:
            return "nowhere"


#: What files are called that mean harm; what no library would send is tried in test_uploads.py.
_FILES = ("<x-foreign>.svg", "a\u202egpj.exe", "x" * 300, "'; --.zip", "{{ 7 * 7 }}.json")

#: Names that pages look for in an address.
_NAMES = ["page", "q", "next", "kind", "exhibit", "reason", "verb", "by", "named", "date", "message", "part", "people"]
_NAMES += ["name", "standing", "sort", "stem", "code", "from", "to", "show"]
