"""The language of searches, read by recursive descent; what cannot be read is named with its place.

::

    either  = both { "OR" both }
    both    = one { ["AND"] one }
    one     = ("NOT" | "-") one | "(" either ")" | field ":" value | "phrase"[~N][*] | word[~N][*]
"""

import re
from datetime import UTC, datetime, timedelta

from upstander.errors import BadQuery
from upstander.review.search.fields import FIELDS, OTHER_NAMES, field_of, is_text, unknown
from upstander.review.search.nodes import Both, Either, Node, Not, Phrase, Time, Value, Within, Word

__all__ = ["FIELDS", "LONGEST", "parse"]

#: Characters of a search, how deep it may nest and how many things it may ask for: what bounds its cost.
LONGEST, _DEEPEST, _MOST = 10_000, 50, 500

_QUOTES = '"“”„'
_LEX = re.compile(
    rf"""(?P<space>\s+)
    |(?P<address>[A-Za-z][A-Za-z0-9+.\-]*://(?:[^\s(){_QUOTES}]|\([^\s(){_QUOTES}]*\))+)
    |(?P<field>[^\W\d_]+(?:[-_][^\W\d_]+)*):(?=[^\s)])
    |(?P<bare>(?i:{"|".join([*FIELDS, *OTHER_NAMES])}):(?![^\s)]))
    |(?P<shortcode>:[A-Za-z0-9_+\-]{{2,}}:(?=[\s):]|$))
    |(?P<emoticon>(?<!\S)[:;=]['’]?-?[()DPpOo3*|/\\\[\]](?!\S))
    |(?P<phrase>[{_QUOTES}](?P<said>[^{_QUOTES}]*)[{_QUOTES}](?P<tail>~[0-9]?|\*)?)
    |(?P<range>\[[^\]]*\])
    |(?P<open>\()|(?P<close>\))
    |(?P<minus>-(?=[^\s)]))
    |(?P<word>(?:[^\s()\[\]{_QUOTES}~]|(?<=\S)~(?![0-9]?(?:[\s)]|$)))+(?:~[0-9]?(?![^\s)]))?)
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_PERIOD = re.compile(r"([0-9]{4})(?:-([0-9]{2}))?(-[0-9]{2})?")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def parse(query: str) -> Node:
    """What `query` asks for. Raises `BadQuery`, which says where in it something is wrong."""
    if len(query) > LONGEST:
        raise BadQuery(f"the search has {len(query):,} characters; at most {LONGEST:,} can be read")
    reader = _Reader(query)
    if not reader.lexemes:
        raise BadQuery('the search is empty; write words, a "phrase", or a field such as author:smith')
    node = reader.either(0)
    if reader.next is not None:
        raise reader.problem("a closing parenthesis that was not opened")
    return node


class _Reader:
    """The lexemes of one search, taken from the left."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.lexemes = [match for match in _LEX.finditer(query) if match.lastgroup != "space"]
        self.at = 0
        if len(self.lexemes) > _MOST:
            raise BadQuery(f"the search asks for {len(self.lexemes):,} things; at most {_MOST:,} can be asked at once")

    @property
    def next(self) -> re.Match[str] | None:
        return self.lexemes[self.at] if self.at < len(self.lexemes) else None

    def problem(self, what: str, place: int | None = None) -> BadQuery:
        if place is None:
            place = self.next.start() if self.next is not None else len(self.query)
        return BadQuery(f"at character {place + 1} of the search: {what}")

    def says(self, word: str) -> bool:
        return self.next is not None and self.next.lastgroup == "word" and self.next[0] == word

    def either(self, depth: int) -> Node:
        if depth > _DEEPEST:
            raise self.problem(f"parentheses more than {_DEEPEST} deep")
        parts = [self.both(depth)]
        while self.says("OR"):
            self.at += 1
            parts.append(self.both(depth))
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def both(self, depth: int) -> Node:
        parts = [self.one(depth)]
        while self.next is not None and self.next.lastgroup != "close" and not self.says("OR"):
            if self.says("AND"):
                self.at += 1
            parts.append(self.one(depth))
        return parts[0] if len(parts) == 1 else Both(tuple(parts))

    def one(self, depth: int) -> Node:
        negative = False
        while self.says("NOT") or (self.next is not None and self.next.lastgroup == "minus"):
            negative = not negative
            self.at += 1
        node = self._positive(depth)
        return Not(node) if negative else node

    def _positive(self, depth: int) -> Node:
        lexeme = self.next
        if lexeme is None:
            raise self.problem("the search ends where something to search for should stand")
        group, place = lexeme.lastgroup, lexeme.start()
        if group == "open":
            self.at += 1
            node = self.either(depth + 1)
            if self.next is None or self.next.lastgroup != "close":
                raise self.problem("a parenthesis that is not closed", place)
            self.at += 1
            return node
        if group == "phrase":
            return self._phrase(lexeme)
        if group == "field" and field_of(lexeme["field"]) is not None:
            self.at += 1
            return self._field(lexeme["field"].lower(), place)
        if group in ("word", "field"):
            return self._word(lexeme)
        if group in ("address", "shortcode", "emoticon"):
            return self._pasted(lexeme)
        if group == "bare":
            raise self.problem(
                f'{lexeme[0]} is followed by no value; write it without a blank ({lexeme[0]}value), or "{lexeme[0]}" in'
                " quotation marks to search for the word"
            )
        if group == "close":
            raise self.problem("a closing parenthesis where something to search for should stand")
        if group == "range":
            raise self.problem("a range without its field; write at:[2018-03-01 TO 2018-03-05]")
        if group == "other" and lexeme[0] in _QUOTES:
            raise self.problem("a quotation mark that is not closed")
        raise self.problem(f"{lexeme[0]!r} has nothing to belong to")

    def _pasted(self, lexeme: re.Match[str]) -> Node:
        """An address, whose words stand one after another; an emoji's shortcode or an emoticon: these characters."""
        self.at += 1
        if lexeme.lastgroup != "address":
            return Within(lexeme[0], lexeme.start())
        bare = lexeme[0].rstrip("*")
        return Phrase(bare, lexeme.start(), begins=bare != lexeme[0])

    def _word(self, lexeme: re.Match[str]) -> Node:
        place = lexeme.start()
        self.at += 1
        text = lexeme[0]
        while lexeme.lastgroup == "field" and self.next is not None and self.next.start() == place + len(text):
            if self.next.lastgroup not in ("word", "field", "shortcode", "minus"):
                break
            text += self.next[0]
            self.at += 1
        if lexeme.lastgroup == "field" and not is_text(lexeme["field"], text[lexeme.end() - place :]):
            raise self.problem(unknown(lexeme["field"], self._written(place)), place)
        if lexeme.lastgroup == "field":
            return Phrase(text.rstrip("*"), place, begins=text.endswith("*"))
        if text in ("AND", "OR"):
            raise self.problem(f"{text} has nothing before it; write it in small letters to search for the word", place)
        fuzzy = re.search(r"~([0-9]?)$", text)
        distance = int(fuzzy[1] or 1) if fuzzy else 0
        if fuzzy:
            text = text[: fuzzy.start()]
            if distance > 2:
                raise self.problem("at most two letters may differ: write ~1 or ~2", place + fuzzy.start())
        bare = text.strip("*")
        if not bare:
            raise self.problem("a star alone; write the beginning of a word before it", place)
        front, back = len(text) - len(text.lstrip("*")), len(text) - len(text.rstrip("*"))
        if back > 1 or front > 1:
            # f***: letters that are masked, and no beginning of a word.
            return Word(text, place, distance)
        if front and back:
            return Within(bare, place)
        if distance and (front or back):
            raise self.problem("a word is either fuzzy~ or a prefix*, not both", place)
        return Word(bare, place, distance, begins=bool(back), ends=bool(front))

    def _written(self, place: int) -> str:
        """What is written from `place` on up to a blank, or to the end of what stands in quotation marks."""
        found = re.match(rf"[^\s(){_QUOTES}]+(?:[{_QUOTES}]([^{_QUOTES}]*))?", self.query[place:])
        return re.sub(rf"[{_QUOTES}]", "", found[0]) if found else ""

    def _phrase(self, lexeme: re.Match[str]) -> Phrase:
        self.at += 1
        tail = lexeme["tail"] or ""
        slop = int(tail[1:] or 1) if tail.startswith("~") else 0
        return Phrase(lexeme["said"], lexeme.start(), slop, begins=tail == "*")

    def _field(self, written: str, place: int) -> Node:
        field = field_of(written) or written
        lexeme = self.next
        if lexeme is None or lexeme.lastgroup not in (
            "word",
            "phrase",
            "range",
            "field",
            "minus",
            "address",
            "shortcode",
        ):
            raise self.problem(f"{written}: is followed by no value")
        self.at += 1
        text = lexeme[0]
        while self.next is not None and self.next.start() == lexeme.end() and lexeme.lastgroup in ("field", "word"):
            if self.next.lastgroup not in ("word", "field", "minus"):
                break
            lexeme = self.next
            text += lexeme[0]
            self.at += 1
        if lexeme.lastgroup == "minus" and self.next is not None and self.next.lastgroup == "word":
            text += self.next[0]
            self.at += 1
        if field == "at" and text.startswith("["):
            return self._range(text, lexeme.start())
        if text.startswith("["):
            raise self.problem("only at: takes a range", lexeme.start())
        if lexeme.lastgroup == "phrase":
            text = lexeme["said"]
        if not text.strip():
            raise self.problem(f"{written}: is followed by no value", place)
        if field == "at" and ".." in text:
            return self._span(*text.partition("..")[::2], place)
        if field in ("since", "until", "at"):
            try:
                first, after = self._moment(text, place)
            except BadQuery as problem:
                if written != "from":
                    raise
                raise BadQuery(f"{problem}; for who wrote it, write author:{text}") from problem
            return Time(first if field != "until" else None, after if field != "since" else None)
        return Within(text, place) if field == "contains" else Value(field, text, place)

    def _range(self, text: str, place: int) -> Time:
        ends = re.fullmatch(r"\[\s*(\S+)\s+TO\s+(\S+)\s*\]", text)
        if ends is None:
            raise self.problem("a range of time is written [2018-03-01 TO 2018-03-05]; * leaves an end open", place)
        begins, after = ("" if end == "*" else end for end in ends.groups())
        return self._span(begins, after, place)

    def _span(self, begins: str, ends: str, place: int) -> Time:
        """From the beginning of the one to the end of the other; one that is empty leaves that side open."""
        if not (begins or ends):
            raise self.problem("a range of time needs a beginning or an end: at:2018-03.. or at:..2018-05-31", place)
        first = self._moment(begins, place)[0] if begins else None
        after = self._moment(ends, place)[1] if ends else None
        if first is not None and after is not None and first >= after:
            raise self.problem(f"the range of time ends ({ends}) before it begins ({begins})", place)
        return Time(first, after)

    def _moment(self, written: str, place: int) -> tuple[int, int]:
        """The first millisecond of a date or time, and the first that is none of it."""
        try:
            period = _PERIOD.fullmatch(written)
            if period is None and "T" not in written and ":" not in written:
                # 20180301 and 2018-W09 are dates too, but whoever writes one would be given its first moment.
                raise ValueError(written)
            at = datetime.fromisoformat(
                written if period is None else f"{period[1]}-{period[2] or '01'}{period[3] or '-01'}"
            )
            at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
            after = at + timedelta(milliseconds=1) if period is None else _end(at, *period.groups()[1:])
            ends = [round((moment - _EPOCH) / timedelta(milliseconds=1)) for moment in (at, after)]
        except (ValueError, OverflowError) as problem:
            raise self.problem(
                f"{written!r} is no date or time; write 2018, 2018-03, 2018-03-01 or 2018-03-01T07:05", place
            ) from problem
        return ends[0], ends[1]


def _end(at: datetime, month: str | None, day: str | None) -> datetime:
    """The first moment after the day, month or year that begins at `at`."""
    if day is not None:
        return at + timedelta(days=1)
    if month is None or at.month == 12:
        return at.replace(year=at.year + 1, month=1)
    return at.replace(month=at.month + 1)
