"""The content of a message, HTML or the older XML of Skype, as visible text and what it carries.

`text` is what its author's screen showed: the words between the tags, a line end for each break or block, an emoji as
its character. What is quoted stands apart from what was said; what is forwarded is what was said. The markup itself
stays in the exhibit.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from upstander.evidence.sources.teams.values import mri

__all__ = ["Carried", "Content", "read_html"]

#: Characters of one content that are parsed; the rest is in the exhibit.
LIMIT = 1_000_000
_BLOCKS = frozenset({"p", "div", "li", "ul", "ol", "tr", "table", "pre", "h1", "h2", "h3", "h4", "blockquote", "hr"})
_VOID = frozenset({"br", "img", "hr", "input", "meta", "link", "source", "col", "wbr"})
_QUIET = frozenset({"script", "style", "legacyquote", "meta", "filename", "originalname", "title"})
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_EMOJI = re.compile(r"emoji|emoticon", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Carried:
    """A file that the content names."""

    kind: str
    name: str | None
    size: int | None = None


@dataclass
class Content:
    """What one content says."""

    text: str | None = None
    reply_to: str | None = None
    reply_to_author: str | None = None
    reply_to_text: str | None = None
    forwarded: bool = False
    #: When an edit mark of the older markup says that it was edited (ms), 0 where it says no time; None without one.
    edited_at: int | None = None
    carried: list[Carried] = field(default_factory=list)
    #: Whether all of it could be read.
    whole: bool = True


_URI_KINDS = {"picture": "image", "video": "video", "audio": "voice", "file": "document", "swift": "document"}


class _Target:
    """Collects what lxml's parser meets."""

    def __init__(self) -> None:
        self.content = Content()
        self._open: list[str] = []
        self._said: list[str] = []
        self._quoted: list[str] = []
        #: Depths at which the quote, the silenced element and the file began; 0 outside of one.
        self._quote = 0
        self._quiet = 0
        self._author = 0
        self._file: dict[str, Any] | None = None
        self._file_depth = 0

    def start(self, tag: str | bytes, attrib: Any) -> None:
        tag = str(tag).casefold()
        attributes = {str(name).casefold(): str(value) for name, value in attrib.items()}
        if tag == "br":
            self._write("\n")
        elif tag == "img":
            self._image(attributes)
        elif tag == "emoji":
            self._write(attributes.get("alt", ""))
        if tag in _BLOCKS:
            self._write("\x00")
        if tag in _VOID:
            return
        self._open.append(tag)
        depth = len(self._open)
        schema = attributes.get("itemtype", "")
        if tag == "blockquote" and schema.endswith("/Forward"):
            self.content.forwarded = True
        elif not self._quote and self.content.reply_to is None and self.content.reply_to_text is None:
            if tag == "blockquote" and schema.endswith("/Reply"):
                self._quote, self.content.reply_to = depth, attributes.get("itemid") or None
            elif tag == "quote":
                self._quote, self.content.reply_to = depth, attributes.get("messageid") or None
                author = attributes.get("author")
                self.content.reply_to_author = mri(author) or author or attributes.get("authorname")
        if self._quote and tag == "strong" and attributes.get("itemprop") == "mri":
            self._author = depth
            self.content.reply_to_author = mri(attributes.get("itemid")) or self.content.reply_to_author
        if tag in _QUIET and not self._quiet:
            self._quiet = depth
        if tag == "e_m":
            stamp = attributes.get("ts_ms") or attributes.get("ts") or ""
            self.content.edited_at = int(stamp) if stamp.isdecimal() and len(stamp) < 16 else 0
            if len(stamp) == 10:
                self.content.edited_at *= 1000
        self._object(tag, attributes, depth)

    def _object(self, tag: str, attributes: dict[str, str], depth: int) -> None:
        if tag == "uriobject":
            kind = attributes.get("type", "").casefold().split(".")[0]
            self._file = {"kind": _URI_KINDS.get(kind, "unknown"), "name": None, "size": None}
            self._file_depth = self._quiet = depth
        elif self._file is not None:
            value = attributes.get("v", "")
            if tag == "originalname":
                self._file["name"] = value or None
            elif tag == "filesize" and value.isdecimal() and len(value) < 16:
                self._file["size"] = int(value)

    def _image(self, attributes: dict[str, str]) -> None:
        marks = f"{attributes.get('itemtype', '')} {attributes.get('class', '')}"
        if _EMOJI.search(marks):
            self._write(attributes.get("alt") or attributes.get("title") or "")
        elif attributes.get("src") and not self._quote:
            self.content.carried.append(Carried("image", attributes["src"][:2_000]))

    def _write(self, words: str) -> None:
        if self._quiet or self._author:
            return
        (self._quoted if self._quote else self._said).append(words)

    def data(self, data: str | bytes) -> None:
        self._write(str(data))

    def end(self, tag: str | bytes) -> None:
        tag = str(tag).casefold()
        if tag in _VOID or tag not in self._open:
            return
        while self._open:
            depth = len(self._open)
            closed = self._open.pop()
            if depth == self._file_depth and self._file is not None:
                self.content.carried.append(Carried(**self._file))
                self._file, self._file_depth = None, 0
            if depth == self._quiet:
                self._quiet = 0
            if depth == self._author:
                self._author = 0
            if depth == self._quote:
                self._quote = 0
                self.content.reply_to_text = _joined(self._quoted)
            if closed in _BLOCKS:
                self._write("\x00")
            if closed == tag:
                return

    def comment(self, text: str | bytes) -> None:
        """Comments say nothing."""

    def close(self) -> Content:
        """End of the content."""
        while self._open:
            self.end(self._open[-1])
        self.content.text = _joined(self._said)
        return self.content


def _joined(pieces: list[str]) -> str | None:
    """Text with a line a block; white space between tags is layout, a hard space is not."""
    boxes = [box.strip("\r\n") if box.strip(" \t\r\n") else "" for box in "".join(pieces).split("\x00")]
    return "\n".join(box for box in boxes if box) or None


def read_html(content: str) -> Content:
    """What `content` says; where it is no markup that can be read, its text is itself."""
    if "<" not in content and "&" not in content:
        return Content(text=content or None)
    target = _Target()
    parser = etree.HTMLParser(target=target, no_network=True, huge_tree=False)
    clean = _NOT_XML.sub("\ufffd", content[:LIMIT])
    try:
        parser.feed(f"<html><body><span>{clean}</span></body></html>")
        parser.close()
    except (etree.LxmlError, AssertionError):
        return Content(text=content, whole=False)
    found = target.content
    found.whole = len(content) <= LIMIT
    return found
