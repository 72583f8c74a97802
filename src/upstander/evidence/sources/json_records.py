"""JSON of any size, event by event: a stream that the parser can read, and records of bounded size.

The parser underneath stops at the first byte that is no UTF-8 and writes `?` for half a surrogate pair without a word;
both are made U+FFFD before it sees them, and counted.
"""

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import ijson

from upstander.errors import Unreadable

__all__ = ["NESTING", "CleanStream", "build", "no_json"]

_CHUNK = 1 << 16
#: Values that one record may have. A message of Telegram has some thirty, a long formatted one some hundreds.
RECORD_VALUES = 200_000
#: Containers that may lie in one another.
NESTING = 200

_ESCAPE = re.compile(
    r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(u[dD][89a-fA-F][0-9a-fA-F]{2})|.)", re.DOTALL
)
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
#: An escape that the end of a chunk may have cut, with the half pair before it.
_CUT = re.compile(r"(?:\\u[dD][89abAB][0-9a-fA-F]{2})?(?:\\(?:u[0-9a-fA-F]{0,3})?)?\Z")


class CleanStream:
    """A binary stream for the parser: valid UTF-8 without half surrogate pairs, whatever the file holds."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._held = ""
        self._ended = False
        #: Bytes of the document read so far.
        self.place = 0
        #: Bad bytes and half pairs that U+FFFD stands for.
        self.mended = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes; empty only at the end."""
        if size == 0:
            return b""
        while not self._ended:
            chunk = self._stream.read(_CHUNK)
            self.place += len(chunk)
            self._ended = not chunk
            text = self._decoder.decode(chunk, final=self._ended)
            if "\ufffd" in text:
                self.mended += max(0, text.count("\ufffd") - chunk.count(b"\xef\xbf\xbd"))
            text = self._whole(self._held + text)
            if text:
                return text.encode("utf-8")
        return b""

    def _whole(self, text: str) -> str:
        """`text` without an escape that the next chunk may complete, and with its half pairs mended."""
        self._held = ""
        if not self._ended:
            cut = _CUT.search(text, max(0, len(text) - 12))
            start = cut.start() if cut else len(text)
            before = text[:start]
            if (len(before) - len(before.rstrip("\\"))) % 2:
                # What looked like the start of an escape is the second half of an escaped backslash.
                start -= 1
            text, self._held = text[:start], text[start:]
        return _ESCAPE.sub(self._mend, text) if _SURROGATE.search(text) else text

    def _mend(self, found: re.Match[str]) -> str:
        if found[1] is None:
            return found[0]
        self.mended += 1
        return "\\ufffd"


@contextmanager
def no_json(stream: CleanStream, name: str) -> Iterator[None]:
    """Map what the parser raises where the document called `name` is no JSON from some place on."""
    try:
        yield
    except (ijson.JSONError, ValueError, ArithmeticError, SystemError) as problem:
        # SystemError: what the parser's C code makes of a number with more digits than Python converts.
        reason = " ".join(str(problem).split())[:80]
        message = f"{name} is no JSON from about byte {stream.place} on ({reason}); what stands before was read"
        raise Unreadable(message) from problem


def build(events: Iterator[tuple[str, Any]], start: str) -> tuple[Any, bool]:
    """The container that has just started, read to its end, and whether anything in it was left out."""
    root: Any = {} if start == "start_map" else []
    stack: list[Any] = [root]
    key, values, skipped, cut = "", 0, 0, False
    for event, value in events:
        if event == "map_key":
            key = value
            continue
        if event in {"end_map", "end_array"}:
            if skipped:
                skipped -= 1
                continue
            stack.pop()
            if not stack:
                break
            continue
        opens = event in {"start_map", "start_array"}
        values += 1
        if skipped or values > RECORD_VALUES or (opens and len(stack) >= NESTING):
            skipped += opens
            cut = True
            continue
        made = ({} if event == "start_map" else []) if opens else value
        if isinstance(stack[-1], dict):
            stack[-1][key] = made
        else:
            stack[-1].append(made)
        if opens:
            stack.append(made)
    return root, cut
