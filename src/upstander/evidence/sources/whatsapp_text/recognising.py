"""Tells a WhatsApp text export from other text by its first lines."""

import re
from itertools import islice

from upstander.errors import Unreadable, WrongSource
from upstander.evidence.document import HEAD_BYTES as LOOKED_AT
from upstander.evidence.document import Document
from upstander.evidence.sources.whatsapp_text.grammar import HEAD_BYTES, LEADING, Template, head
from upstander.evidence.sources.whatsapp_text.phrases import Phrases, plain

__all__ = ["recognise"]

#: Lines that may stand before the first message: a note by whoever sent the export on.
_PREAMBLE_LINES = 20
#: Messages that are looked at: as many as show what a file is.
_ENOUGH = 200
#: Names that say that a file is a program's log.
_LOG = re.compile(r"\b(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|FATAL|CRITICAL|SEVERE|ALERT|EMERGENCY)\b")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def recognise(document: Document) -> tuple[str, ...]:
    """Raises `WrongSource` where the document's first lines are not those of a WhatsApp text export."""
    start = document.head
    if start.startswith(_UTF16):
        _utf16(document, start)
    lines = start.split(b"\n")
    if len(lines) > 1 and len(start) == LOOKED_AT:
        lines.pop()  # cut in two by the end of what was looked at
    heads = ((index, line, made) for index, line in enumerate(lines) if (made := _head(line)) is not None)
    found = list(islice(heads, _ENOUGH))
    if not found or found[0][0] > _PREAMBLE_LINES or not any(_message(line, made) for _, line, made in found):
        raise WrongSource(f"{document.file.name} has no line that starts a WhatsApp message")
    if found[0][0] > 0 and len(found) < 2:
        raise WrongSource(f"{document.file.name} quotes one line of a chat and is no export")
    logged = sum(bool(_LOG.search(_name(line, made).upper())) for _, line, made in found)
    if 2 * logged >= len(found):
        raise WrongSource(f"{document.file.name} is a program's log")
    return ()


def _utf16(document: Document, start: bytes) -> None:
    """WhatsApp writes UTF-8; a file that some editor saved otherwise is not the exhibit it claims to be."""
    text = start[: len(start) // 2 * 2].decode("utf-16", "replace")
    if any(_head(line.encode("utf-8", "replace")) is not None for line in text.splitlines()[:_PREAMBLE_LINES]):
        raise Unreadable(
            f"{document.file.name} is a WhatsApp export that was saved again as UTF-16, which moves every byte; ask for"
            " the file as it was exported, or save a copy as UTF-8"
        )
    raise WrongSource(f"{document.file.name} is UTF-16 and has no line that starts a WhatsApp message")


def _head(line: bytes) -> Template | None:
    return head(line[: 2 * HEAD_BYTES] + b"\n") if line[:1] and line[0] in LEADING else None


def _name(line: bytes, made: Template) -> str:
    """What stands where a name would."""
    rest = line[made.length : made.length + 1024].decode("utf-8", "replace")
    return re.split(r":(?: |\.?\r?$)", rest, maxsplit=1)[0]


def _message(line: bytes, made: Template) -> bool:
    """Whether the line has an author, or says what only WhatsApp says."""
    rest = line[made.length :].decode("utf-8", "replace").rstrip("\r")
    return _name(line, made) != rest or Phrases().event(plain(rest).strip()) is not None
