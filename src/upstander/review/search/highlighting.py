"""Where in a message the words are that a search found, in the text as received.

Tantivy's own snippets are empty for fuzzy words and wildcards; and they would show folded text.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

from upstander.review.search.disguises import Disguise, disguised, readings
from upstander.review.search.fitting import Fits, affixed, exactly, masked, nearly, said
from upstander.review.search.letters import JOINT, FoldMap, fold
from upstander.review.search.nodes import Phrase, Within, Word
from upstander.review.search.phrases import parts
from upstander.review.search.substrings import pattern, substring
from upstander.review.search.tokens import alike_at, is_stemmed, stemmer, tokens

__all__ = ["Highlighter", "Snippet", "snippet"]

Span = tuple[int, int]

#: What no word and no sign with its marks goes on across.
_BLANK = re.compile("[ \n]")
#: Characters of the first stretch of a text that an excerpt is looked for in, and at most of any later one; and how far
#: they overlap: more than an excerpt has.
_STRETCH, _LONGEST, _OVERLAP = 8_192, 131_072, 1_024


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text, and the highlights in it."""

    text: str
    #: First character, and one past the last, within `text`.
    spans: tuple[Span, ...]
    #: Whether something of the message stands before it, and after it.
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class _Told:
    """A folded text's tokens with their places, and by the number of the token that each begins at, its disguises."""

    tokens: list[tuple[str, int, int]]
    disguises: dict[int, list[tuple[int, Disguise]]]

    @classmethod
    def of(cls, folded: str, *, hidden: bool) -> "_Told":
        """What is told by a text; its disguises where they matter."""
        placed = list(_placed(folded))
        starts = [start for _, start, _ in placed]
        found: dict[int, list[tuple[int, Disguise]]] = {}
        for disguise in disguised(folded) if hidden else ():
            first, after = (bisect_left(starts, place) for place in (disguise.first, disguise.last))
            found.setdefault(first, []).append((after, disguise))
        return cls(placed, found)

    def runs(self, fits: Sequence[Fits], slop: int) -> Iterator[Span]:
        """Every run of what fits; up to `slop` tokens may stand between."""
        for place in range(len(self.tokens) + 1):
            for after, start, end in self._at(place, fits[0]):
                last = end if len(fits) == 1 else self._follows(after, fits, 1, slop, set())
                if last is not None:
                    yield start, last

    def _at(self, place: int, fits: Fits) -> Iterator[tuple[int, int, int]]:
        """What fits at a token: the number of the token after it, and its place."""
        if place < len(self.tokens) and fits.token(self.tokens[place][0]):
            yield place + 1, *self.tokens[place][1:]
        for after, disguise in self.disguises.get(place, ()):
            if fits.disguise(disguise):
                yield after, disguise.first, disguise.last

    def _follows(
        self, place: int, fits: Sequence[Fits], number: int, slop: int, failed: set[tuple[int, int, int]]
    ) -> int | None:
        """Where the run ends that goes on at `place` with what fits as `number`; None where it does not."""
        if (place, number, slop) in failed:
            return None
        for step in range(slop + 1):
            for after, _, end in self._at(place + step, fits[number]):
                last = end if number + 1 == len(fits) else self._follows(after, fits, number + 1, slop - step, failed)
                if last is not None:
                    return last
        failed.add((place, number, slop))
        return None


class Highlighter:
    """Finds the leaves of one search in texts."""

    def __init__(self, leaves: Sequence[Word | Phrase | Within], stem: str | None = None) -> None:
        self.stem = stem
        #: Each one or several words, one after another, with what may stand between.
        self.runs: list[tuple[list[Fits], int]] = []
        self.pieces: list[re.Pattern[str]] = []
        for leaf in leaves:
            self._add(leaf)
        self.hidden = any(fit.plain is not None or fit.masked is not None for fits, _ in self.runs for fit in fits)

    def _add(self, leaf: Word | Phrase | Within) -> None:
        text = fold(leaf.text)
        if isinstance(leaf, Within):
            self.pieces.append(pattern(substring(leaf.text)))
        elif isinstance(leaf, Phrase):
            self._phrase(leaf, text)
        elif "*" in text:
            shown = re.sub(r"[^\w*]", "", text)
            self.runs.append(([masked(shown, begins=leaf.begins, ends=leaf.ends)], 0))
        elif pieces := tokens(text):
            self._word(leaf, pieces, text)

    def _phrase(self, leaf: Phrase, text: str) -> None:
        wanted = parts(text)
        if len(wanted) == 1 and not (wanted[0].masked or wanted[0].pieces or leaf.begins):
            # A single word in quotation marks is as it is written.
            self.runs.append(([exactly(wanted[0].word)], 0))
        elif wanted:
            fits = [masked(part.word) if part.masked else said(part.word) for part in wanted]
            if leaf.begins:
                pieces = wanted[-1].pieces or (wanted[-1].word.strip("*"),)
                fits[-1:] = [*map(said, pieces[:-1]), affixed(pieces[-1], begins=True, ends=False)]
            self.runs.append((fits, leaf.slop))

    def _word(self, leaf: Word, pieces: list[str], text: str) -> None:
        if leaf.fuzzy:
            self.runs.append(([nearly(pieces[0], leaf.fuzzy)], 0))
        elif len(pieces) == 1 and (leaf.begins or leaf.ends):
            self.runs.append(([affixed(pieces[0], begins=leaf.begins, ends=leaf.ends, disguised=True)], 0))
        elif leaf.begins or leaf.ends:
            fits = [exactly(piece) for piece in pieces]
            if leaf.begins:
                fits[-1] = affixed(pieces[-1], begins=True, ends=False)
            if leaf.ends:
                fits[0] = affixed(pieces[0], begins=False, ends=True)
            self.runs.append((fits, 0))
        else:
            self.runs.append(([self._single(pieces[0])] if len(pieces) == 1 else [*map(exactly, pieces)], 0))
            bare = re.sub("['’]", "", text)
            meant = dict.fromkeys((bare, *readings(bare)[0])) if bare else {}
            self.runs += [([said(word)], 0) for word in meant if word.isalnum() and [word] != pieces]

    def _single(self, piece: str) -> Fits:
        """A single word, its disguises, and those of its stem where that is asked for."""
        fits = said(piece)
        if self.stem is None or not is_stemmed(piece):
            return fits
        stem = stemmer(self.stem)
        wanted = stem.analyze(piece)
        shared = alike_at(piece, wanted, self.stem)
        return Fits(
            lambda token: (shared in f"\n{token}" and stem.analyze(token) == wanted) or token == piece,
            fits.plain,
            fits.masked,
        )

    def spans(self, text: str | None) -> list[Span]:
        """Every place in `text`, in order and none overlapping: first character and one past the last."""
        found = self._found(fold(text)) if text else set()
        return _mapped(text, found) if text and found else []

    def first(self, text: str | None) -> tuple[list[Span], bool]:
        """Those places that an excerpt shows; and whether the text was looked through no further than to these.

        A long text is looked through by stretches, from its beginning to the first that has any. They overlap: several
        words that are further apart than that are looked for in the whole, where nothing else is found.
        """
        if not text or len(text) <= _STRETCH:
            return self.spans(text), False
        begin, length, end = 0, _STRETCH, 0
        while end < len(text):
            end, within = _cut(text, begin + length)
            folded = fold(text[begin:end])
            # What ends where a word is cut may be no more than its beginning.
            found = {span for span in self._found(folded) if not (within and span[1] == len(folded))}
            if found:
                spans = [(first + begin, last + begin) for first, last in _mapped(text[begin:end], found)]
                if end == len(text) or spans[0][0] + _OVERLAP <= end:
                    return spans, end < len(text)
            after = _BLANK.search(text, max(begin + 1, end - 2 * _OVERLAP), end - _OVERLAP + 1)
            # The later, the longer; and longer where it ends in a word that is longer than the overlap.
            begin, length = (begin, 2 * (end - begin)) if after is None else (after.start(), min(2 * length, _LONGEST))
        several = bool(self.pieces) or any(len(fits) > 1 for fits, _ in self.runs)
        return self.spans(text) if several else [], False

    def _found(self, folded: str) -> set[Span]:
        """Every place in a folded text."""
        found = {match.span(1) for piece in self.pieces for match in piece.finditer(folded)}
        if self.runs:
            told = _Told.of(folded, hidden=self.hidden)
            found.update(span for fits, slop in self.runs for span in told.runs(fits, slop))
        return found


def _cut(text: str, place: int) -> tuple[int, bool]:
    """Where about a place a text can be cut in two that are folded alike alone; and whether that is within a word."""
    blank = _BLANK.search(text, place, place + _OVERLAP)
    if blank is not None:
        return blank.start(), False
    joint = JOINT.search(text, place)
    return (len(text), False) if joint is None else (joint.start(), True)


def _mapped(text: str, found: Iterable[Span]) -> list[Span]:
    """Places in what a text becomes when it is folded, as places in it: in order, and none overlapping."""
    origin = FoldMap(text)
    merged: list[Span] = []
    for first, last in sorted(found):
        start, end = origin[first], origin[last]
        # A character that becomes several when it is folded is marked whole.
        least = origin[last - 1] + 1
        while end > least and category(text[end - 1]) == "Cf":
            # What shows nothing belongs to no word.
            end -= 1
        end = max(end, least)
        if merged and start < merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def _placed(folded: str) -> Iterator[tuple[str, int, int]]:
    """Every word with its place. Tantivy's own places take time with the square of the text's length.

    Between two words stands nothing that a word begins with, so that the next occurrence is the word itself.
    """
    end = 0
    for word in tokens(folded):
        start = folded.find(word, end)
        end = start + len(word)
        yield word, start, end


def snippet(text: str, spans: Sequence[Span], *, width: int = 160) -> Snippet:
    """The stretch of about `width` characters around the first of `spans`, at ends of words where there are any."""
    first, last = spans[0] if spans else (0, 0)
    start = max(0, first - width // 3)
    end = min(len(text), max(start + width, min(last, start + 4 * width)))
    if start:
        start = next((place + 1 for place in range(start, first) if text[place].isspace()), start)
    if end < len(text):
        end = next((place for place in range(end, max(last, end - 20), -1) if text[place].isspace()), end)
    shown = tuple((max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start)
    return Snippet(text[start:end], shown, before=start > 0, after=end < len(text))
