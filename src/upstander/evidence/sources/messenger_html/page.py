"""Facebook's pages as a parser's events; no tree is built.

Three layouts, told apart by their classes: until 2018 one page with every thread (`thread`, `message_header`, `user`,
`meta`), then one page a thread (`_2lej`), and the same with other classes since about 2021 (`_a6-g`).
"""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from upstander.errors import LimitReached, Unreadable
from upstander.evidence.document import File

__all__ = ["Page", "Post", "Thread", "read_pages"]

CHUNK = 1 << 18
#: Messages of one thread that are held to be turned round.
MESSAGES = 1_000_000
#: Characters of one text, header or name.
TEXT = 1_000_000
#: Elements within elements; Facebook's pages have about twenty.
DEPTH = 400

_PART = {
    "user": "sender", "meta": "stamp",
    "_2pio": "sender", "_2lek": "sender", "_2let": "body", "_2lem": "stamp",
    "_a6-h": "sender", "_a6-p": "body", "_a6-o": "stamp",
}  # fmt: skip
_POST = frozenset({"message", "_2lej", "_a6-g"})
_REACTIONS = frozenset({"_a6-q", "_tqp"})
_MEDIA = {"img": "image", "video": "video", "audio": "audio", "a": "document"}
#: References and tags that a browser's parser would act upon are nothing here.
_SPACE = re.compile(r"[ \t\r\n\f]+")
#: NUL, and what decoding with `surrogateescape` leaves of bytes that are no UTF-8.
_NO_TEXT = re.compile("[\udc80-\udcff\x00]+")


@dataclass(slots=True)
class Post:
    """One message as the page shows it."""

    sender: str = ""
    stamp: str = ""
    body: str | None = None
    #: (path, kind by the tag that shows it)
    files: dict[str, str] = field(default_factory=dict)
    reactions: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Thread:
    """One thread, or one page of it."""

    header: str = ""
    posts: list[Post] = field(default_factory=list)


@dataclass(slots=True)
class Page:
    """What a page says besides its threads."""

    heading: str = ""
    title: str = ""
    #: How many places hold bytes that are no text, and the byte that the first of them starts at.
    invalid: int = 0
    first_invalid: int = 0


class _Target:
    """Collects threads from the parser's events."""

    def __init__(self) -> None:
        self.page = Page()
        self.done: list[Thread] = []
        self._thread: Thread | None = None
        self._thread_depth = 0
        self._post: Post | None = None
        self._post_depth = 0
        self._into: str | None = None
        self._into_depth = 0
        self._pieces: list[str] = []
        self._length = 0
        self._depth = 0

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        tag = str(tag)
        attributes = {str(name): str(value) for name, value in attrib.items()}
        if tag in ("br", "img", "meta", "link", "hr", "input", "source"):
            self._void(tag, attributes)
            return
        self._depth += 1
        if self._depth > DEPTH:
            raise LimitReached(f"the page nests more than {DEPTH} elements; what came before was read")
        classes = frozenset(attributes.get("class", "").split())
        if "thread" in classes and tag == "div":
            self._close_thread()
            self._thread, self._thread_depth = Thread(), self._depth
            self._collect("header")
        elif classes & _POST and not (self._post is not None and self._into is not None):
            self._new_post("message" not in classes)
        elif tag == "p" and self._post is not None and self._post_depth == 0:
            self._collect("body")
        elif tag in ("h1", "title") and self._thread is None:
            self._collect("heading" if tag == "h1" else "title")
        elif self._post is not None and self._into is None:
            part = next((_PART[name] for name in attributes.get("class", "").split() if name in _PART), None)
            if part is not None:
                self._collect(part)
        elif self._into == "body":
            self._body(tag, classes)
        if tag in _MEDIA:
            self._media(tag, attributes)

    def _body(self, tag: str, classes: frozenset[str]) -> None:
        if tag == "ul" and (classes & _REACTIONS or not classes):
            self._finish()
            self._into, self._into_depth = "reactions", self._depth
        elif tag in ("div", "p", "li"):
            self._pieces.append("\x00")

    def _void(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "br" and self._into is not None:
            self._pieces.append("\n")
        elif tag in ("img", "source"):
            self._media("img" if tag == "img" else "video", attributes)

    def _media(self, tag: str, attributes: dict[str, str]) -> None:
        path = attributes.get("href" if tag == "a" else "src", "")
        if self._post is None or not path or re.match(r"[a-zA-Z][a-zA-Z0-9+.-]*:|//|#", path):
            return
        if path not in self._post.files or self._post.files[path] == "document":
            self._post.files[path] = _MEDIA[tag]

    def _new_post(self, whole: bool) -> None:
        """Begin a message: `whole` where its element holds it all, and not only its header."""
        self._finish()
        if self._thread is None:
            self._thread, self._thread_depth = Thread(), 0
        if len(self._thread.posts) >= MESSAGES:
            raise LimitReached(f"a thread has more than {MESSAGES:,} messages; the first of them were read")
        self._post, self._post_depth = Post(), self._depth if whole else 0
        self._thread.posts.append(self._post)

    def _collect(self, part: str) -> None:
        self._finish()
        self._into, self._into_depth = part, self._depth
        self._pieces, self._length = [], 0

    def data(self, data: str | bytes) -> None:
        if self._into is not None and self._length < TEXT:
            self._pieces.append(str(data))
            self._length += len(data)

    def end(self, tag: str | bytes) -> None:
        tag = str(tag)
        if tag in ("br", "img", "meta", "link", "hr", "input", "source"):
            return
        if self._into == "reactions" and tag == "li":
            if self._post is not None and (text := _line(self._pieces)):
                self._post.reactions.append(text)
            self._pieces = []
        if self._into is not None and self._depth == self._into_depth:
            self._finish()
        if self._post is not None and self._depth == self._post_depth:
            self._post = None
        if self._thread is not None and self._depth == self._thread_depth:
            self._close_thread()
        self._depth -= 1

    def comment(self, text: str | bytes) -> None:
        """Comments say nothing."""

    def close(self) -> None:
        """End of the page."""
        self._close_thread()

    def _close_thread(self) -> None:
        self._finish()
        self._post = None
        if self._thread is not None:
            self.done.append(self._thread)
            self._thread = None

    def _finish(self) -> None:
        part, pieces = self._into, self._pieces
        self._into, self._pieces = None, []
        if part is None or part == "reactions":
            return
        if part == "body":
            if self._post is not None:
                text = _text(pieces)
                self._post.body = text if self._post.body is None else f"{self._post.body}\n{text}"
        elif part == "header":
            if self._thread is not None:
                self._thread.header = _line(pieces)
        elif part in ("heading", "title"):
            if not getattr(self.page, part):
                setattr(self.page, part, _line(pieces))
        elif self._post is not None and not getattr(self._post, part):
            setattr(self._post, part, _line(pieces))


def _line(pieces: list[str]) -> str:
    return _SPACE.sub(" ", "".join(pieces).replace("\x00", " ")).strip()


def _text(pieces: list[str]) -> str:
    """Text with its own line ends; boxes without text between are layout."""
    boxes = [box.strip("\r\n") if box.strip() else "" for box in "".join(pieces).split("\x00")]
    return "\n".join(box for box in boxes if box)


def _valid(text: str, raw: bytes, before: int, page: Page) -> bytes:
    """`raw`, which starts at byte `before` of the page, with U+FFFD for what is no text; `page` keeps count."""
    places = list(_NO_TEXT.finditer(text))
    if places:
        if not page.invalid:
            page.first_invalid = before + len(text[: places[0].start()].encode("utf-8"))
        page.invalid += len(places)
        # A NUL ends the text for the parser.
        raw = raw.decode("utf-8", "replace").replace("\x00", "\ufffd").encode("utf-8")
    return raw.removeprefix(codecs.BOM_UTF8) if before == 0 else raw


def read_pages(file: File, page: Page) -> Iterator[Thread]:
    """The threads of one file; `page` receives what it says besides. Raises `Unreadable` or `LimitReached`."""
    target = _Target()
    target.page = page
    parser = etree.HTMLParser(target=target, encoding="utf-8", no_network=True, huge_tree=False)
    decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
    before = 0
    with file.open() as stream:
        last = False
        while not last:
            problem: Unreadable | LimitReached | None = None
            try:
                chunk = stream.read(CHUNK)
            except Unreadable as damage:  # a damaged archive member: what came before it is good
                problem, chunk = damage, b""
            last = not chunk
            try:
                text = decode(chunk, last)
                raw = text.encode("utf-8", "surrogateescape")
                parser.feed(_valid(text, raw, before, page))
                before += len(raw)
                if last:
                    parser.close()
            except LimitReached as limit:
                problem = limit
            except etree.LxmlError as broken:
                problem = Unreadable(
                    f"the page {file.name} is damaged ({str(broken)[:100]}); what came before was read"
                )
            if problem is not None:
                target.close()
            yield from target.done
            target.done.clear()
            if problem is not None:
                raise problem
