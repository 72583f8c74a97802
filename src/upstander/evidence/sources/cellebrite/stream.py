"""A report as one model at a time, in bounded memory.

A report is up to tens of gigabytes, three quarters of it on files and places that are of no interest here. So no tree
is built: what is wanted is collected from the parser's events, and the rest only counted. expat resolves no outside
entity and here meets none at all, since a document type is refused. What may grow is limited by named constants; a
text node or tag of any length is read in pieces or refused, so no setting like libxml2's *huge tree* is needed.
"""

import codecs
import re
from collections.abc import Iterator
from xml.parsers import expat

from upstander.errors import LimitReached, SourceError, Unreadable, WrongSource
from upstander.evidence.document import Document
from upstander.evidence.sources.cellebrite.building import Builder, Found, Model, Seen
from upstander.evidence.sources.cellebrite.mending import Mender

__all__ = ["NAMESPACE", "Found", "Model", "Seen", "found", "recognise_root"]

NAMESPACE = b"http://pa.cellebrite.com/report/2.0"

#: Bytes read at a time.
CHUNK = 1 << 18
#: Bytes of one tag. A parser holds a tag whole.
LONGEST_TAG = 16 * 1024 * 1024

_PROLOGUE = re.compile(rb"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?project(?=[\s>])[^>]*>?")


def recognise_root(head: bytes) -> None:
    """Raise `WrongSource` where the root element is not a report's."""
    head = head.removeprefix(codecs.BOM_UTF8)
    at = 0
    while match := _PROLOGUE.match(head, at):
        at = match.end()
    if head.startswith(b"<!DOCTYPE", at) and NAMESPACE in head:
        # No report declares a document type; its entities are how XML is made to grow without end.
        raise Unreadable("the report declares a document type, which none does; it was not read, look at the file")
    root = _ROOT.match(head, at)
    if root is None or NAMESPACE not in root[0]:
        raise WrongSource("the document is no report of Cellebrite Physical Analyzer")


def found(document: Document, mender: Mender, seen: Seen) -> Iterator[Found]:
    """Everything in the report that is wanted, in its order.

    Raises `Unreadable` at the first place where the XML is broken; what stands before it was given.
    """
    parser = expat.ParserCreate("utf-8")
    parser.buffer_text = True
    builder = Builder(parser, seen)
    size = max(document.file.size, 1)
    read = fed = 0
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
            data = mender.feed(chunk, last=last).encode("utf-8")
            fed += len(data)
            try:
                parser.Parse(data, last and problem is None)
            except expat.ExpatError as broken:
                problem = problem or Unreadable(
                    f"the XML of {document.file.name} is damaged or cut short ({broken}); what came before was read,"
                    " ask for the report again"
                )
            except SourceError as refused:
                problem = refused
            if problem is None and not last and fed - parser.CurrentByteIndex > LONGEST_TAG:
                problem = LimitReached(
                    f"one tag of the report has more than {LONGEST_TAG:,} bytes; what came before it was read"
                )
            if problem is not None:
                builder.flush()
            seen.read = min(read / size, 1.0)
            yield from builder.done
            builder.done.clear()
            if problem is not None:
                raise problem
