"""The XML of *SMS Backup & Restore* as one record at a time, in bounded memory.

Real backups are not XML. The app writes an emoji as two character references, `&#55357;&#56832;`, which XML forbids,
and copies control characters as they are; a parser stops at the first. So the text is mended on its way to the parser,
by rules that change nothing else. Pictures stand in attributes of many megabytes; they are hashed on the way and never
held.
"""

import base64
import binascii
import codecs
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from upstander.errors import LimitReached, SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document

__all__ = ["Element", "Mender", "elements", "root"]

#: Bytes read at a time.
CHUNK = 1 << 18
#: Parts and addresses of one MMS that are kept.
CHILDREN = 1_000
#: Characters of one tag with its attributes, base64 left out. A parser holds a tag whole, at several times its size.
LONGEST_TAG = 16 * 1024 * 1024
#: Base64 that is shorter is left to the parser.
LONG_DATA = 1 << 15

_RECORDS = ("sms", "mms", "call")

_PROLOGUE = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(smses|calls|allsms)[\s/>]")

_REF = r"&#(?:[0-9]{1,7}|[xX][0-9a-fA-F]{1,6});"
#: References to halves of surrogate pairs (D800 to DFFF) and what stands directly beside them.
_HALVES = re.compile(r"(?:&#(?:0*5[5-7][0-9]{3}|[xX]0*[dD][89a-fA-F][0-9a-fA-F]{2});)+")
_NUMBER = re.compile(r"&#(?:([0-9]+)|[xX]([0-9a-fA-F]+));")
#: Characters that XML has no place for, written as references or as they are.
_FORBIDDEN = re.compile(
    "&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01]|6553[45])|[xX]0*(?:[0-8bcefBCEF]|1[0-9a-fA-F]|[fF]{3}[eEfF]));"
    "|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
)
#: What a chunk may end with that belongs to the next one.
_UNFINISHED = re.compile(r"(?:" + _REF + r"){0,8}(?:&[#xX0-9a-fA-F]{0,9})?\Z")
_DATA = re.compile(r"\sdata=([\"'])(?=[A-Za-z0-9+/=\s]{" + str(LONG_DATA) + r"})")
_NOT_BASE64 = re.compile(r"[^A-Za-z0-9+/=\s]")


def root(head: bytes) -> str:
    """Name of the root element. Raises `WrongSource` where it is none of these backups'."""
    head = head.removeprefix(codecs.BOM_UTF8)
    at = 0
    while match := _PROLOGUE.match(head, at):
        at = match.end()
    if head.startswith(b"<!DOCTYPE", at) and (b"<smses" in head or b"<calls" in head):
        # No backup declares a document type; its entities are how XML is made to grow without end.
        raise Unreadable("the backup declares a document type, which none does; it was not read, look at the file")
    found = _ROOT.match(head, at)
    if found is None:
        raise WrongSource("the document is no SMS Backup & Restore XML")
    return found[1].decode()


@dataclass(slots=True)
class Element:
    """One `<sms>`, `<mms>` or `<call>`."""

    tag: str
    #: Number among the elements of its tag, from 0.
    number: int
    fields: dict[str, str]
    parts: list[dict[str, str]] = field(default_factory=list)
    addresses: list[dict[str, str]] = field(default_factory=list)
    #: Children beyond the limit, left out.
    dropped: int = 0


class Mender:
    """Turns the bytes of a backup into XML that a parser takes, chunk by chunk."""

    def __init__(self) -> None:
        self.replaced = 0
        self._decode = codecs.getincrementaldecoder("utf-8-sig")("replace").decode
        self._held = ""
        self._quote: str | None = None
        self._digest: _Digest | None = None
        self._run = 0

    def feed(self, data: bytes, *, last: bool) -> str:
        """The mended text of the next chunk; what may go on in the chunk after it is held back."""
        decoded = self._decode(data, last)
        if not decoded.isascii():
            self.replaced += max(0, decoded.count("\ufffd") - data.count(b"\xef\xbf\xbd"))
        text = self._held + decoded
        self._held = ""
        out: list[str] = []
        while text:
            if self._quote is not None and self._digest is not None:
                text = self._swallow(text, out)
                continue
            match = _DATA.search(text)
            if match is None:
                break
            out.append(self._mend(text[: match.end()]))
            self._quote, self._digest = match[1], _Digest()
            text = text[match.end() :]
        if text and not last:
            # Enough is kept to see whether a `data` attribute that begins here is a long one.
            begun = max(text.rfind("data=", -LONG_DATA - 8) - 1, 0) if "data=" in text[-LONG_DATA - 8 :] else len(text)
            unfinished = _UNFINISHED.search(text, max(0, len(text) - 200))
            keep = min(begun, unfinished.start() if unfinished else len(text))
            # Held text does not grow without end: a chunk is at most held once more.
            if len(text) - keep <= 2 * LONG_DATA:
                self._held, text = text[keep:], text[:keep]
        out.append(self._mend(text))
        mended = "".join(out)
        opened = mended.rfind("<")
        self._run = len(mended) - opened if opened >= 0 else self._run + len(mended)
        if self._run > LONGEST_TAG:
            raise LimitReached(
                f"one record of the backup has more than {LONGEST_TAG:,} characters; what came before it was read"
            )
        return mended

    def _mend(self, text: str) -> str:
        if "&#" in text:
            text = _HALVES.sub(self._join, text)
        text, count = _FORBIDDEN.subn("\ufffd", text)
        self.replaced += count
        return text

    def _join(self, match: re.Match[str]) -> str:
        units = [int(decimal) if decimal else int(hexa, 16) for decimal, hexa in _NUMBER.findall(match[0])]
        joined = "".join(map(chr, units)).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        self.replaced += joined.count("\ufffd")
        return joined

    def _swallow(self, text: str, out: list[str]) -> str:
        """Hash base64 up to its end, and put what it was in its place."""
        assert self._digest is not None  # noqa: S101 - told to the type checker
        end = _NOT_BASE64.search(text)
        stop = len(text) if end is None else end.start()
        self._digest.add(text[:stop])
        if end is not None:
            out.append(self._digest.written())
            self._quote = self._digest = None
        return text[stop:]


class _Digest:
    """SHA-256 of what base64 text stands for, as the text arrives."""

    def __init__(self) -> None:
        self._left = ""
        self._sha = hashlib.sha256()
        self._bytes = 0
        self._good = True

    def add(self, text: str) -> None:
        text = self._left + "".join(text.split())
        whole = len(text) - len(text) % 4
        self._left = text[whole:]
        try:
            data = base64.b64decode(text[:whole], validate=True)
        except binascii.Error:
            self._good = False
            return
        self._sha.update(data)
        self._bytes += len(data)

    def written(self) -> str:
        return f"sha256:{self._sha.hexdigest()}:{self._bytes}" if self._good and not self._left else "damaged:"


class _Target:
    """Collects finished records from the parser's events; no tree is built."""

    def __init__(self) -> None:
        self.done: list[Element] = []
        self.root: dict[str, str] = {}
        self.unknown = 0
        self._counts: dict[str, int] = {}
        self._open: Element | None = None
        self._depth = 0

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        tag, attributes = str(tag), {str(name): str(value) for name, value in attrib.items()}
        self._depth += 1
        if self._depth == 1:
            self.root = attributes
        elif self._depth == 2 and tag not in _RECORDS:
            self.unknown += 1
        elif self._depth == 2:
            number = self._counts.get(tag, 0)
            self._counts[tag] = number + 1
            self._open = Element(tag, number, attributes)
        elif self._open is not None and tag in ("part", "addr"):
            into = self._open.parts if tag == "part" else self._open.addresses
            if len(into) < CHILDREN:
                into.append(attributes)
            else:
                self._open.dropped += 1

    def end(self, tag: str | bytes) -> None:  # noqa: ARG002 - the parser's interface
        if self._depth == 2 and self._open is not None:
            self.done.append(self._open)
            self._open = None
        self._depth -= 1

    def data(self, data: str | bytes) -> None:
        """Text between elements is layout."""

    def comment(self, text: str | bytes) -> None:
        """Comments are the app's own."""

    def close(self) -> None:
        """End of the document."""


def elements(document: Document, mender: Mender, stated: dict[str, str]) -> Iterator[tuple[Element, float]]:
    """Every record with the share of the file read.

    `stated` receives the root's attributes, and under `unknown` the number of elements of other names.

    Raises `Unreadable` at the first place where the XML is broken; the records before it were given.
    """
    target = _Target()
    # `root` refused every document type, so there are no entities but the five of XML. Those must be resolved here:
    # with `resolve_entities=False` the parser gives `&amp;` in an attribute as `&#38;`.
    parser = etree.XMLParser(
        target=target,
        encoding="utf-8",
        resolve_entities="internal",  # type: ignore[arg-type]  # the stubs know lxml 4
        no_network=True,
        load_dtd=False,
        huge_tree=False,
    )
    size = max(document.file.size, 1)
    read = 0
    with document.file.open() as stream:
        last = False
        while not last:
            problem: SourceError | None = None
            try:
                chunk = stream.read(CHUNK)
            except Unreadable as damage:  # a damaged archive member: what came before it is good
                problem, chunk = damage, b""
            last = not chunk
            read += len(chunk)
            try:
                parser.feed(mender.feed(chunk, last=last).encode("utf-8"))
                if last and problem is None:
                    parser.close()
            except etree.XMLSyntaxError as broken:
                problem = problem or Unreadable(
                    f"the XML of {document.file.name} is damaged or cut short ({str(broken).splitlines()[0][:200]});"
                    " what came before was read, ask for the file again"
                )
            except LimitReached as limit:
                problem = limit
            stated.update(target.root, unknown=str(target.unknown))
            for element in target.done:
                yield element, min(read / size, 1.0)
            target.done.clear()
            if problem is not None:
                raise problem
