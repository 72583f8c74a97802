"""Where in a message the words are that a search found, in the text as received.

Tantivy's own snippets are empty for fuzzy words and wildcards; and they would show folded text.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from upstander.review.folding import fold, fold_map, unmasked
from upstander.review.search.nodes import Phrase, Within, Word
from upstander.review.search.substrings import pattern, substring
from upstander.review.search.tokens import CHUNK, DISGUISED, disguises, masking, stemmer, tokens

__all__ = ["Highlighter", "Snippet", "distance", "snippet"]

_CHUNK = re.compile(CHUNK)
_DISGUISED = re.compile(DISGUISED)
Span = tuple[int, int]
Fits = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Snippet:
    """A stretch of a text, and the highlights in it."""

    text: str
    #: First character, and one past the last, within `text`.
    spans: tuple[Span, ...]
    #: Whether something of the message stands before it, and after it.
    before: bool
    after: bool


class Highlighter:
    """Finds the leaves of one search in texts."""

    def __init__(self, leaves: Sequence[Word | Phrase | Within], stem: str | None = None) -> None:
        self.stem = stem
        #: Each one or several words, one after another, with what may stand between.
        self.runs: list[tuple[list[Fits], int]] = []
        self.words: set[str] = set()
        self.patterns: list[re.Pattern[str]] = []
        self.pieces: list[re.Pattern[str]] = []
        for leaf in leaves:
            self._add(leaf)

    def _add(self, leaf: Word | Phrase | Within) -> None:
        text = fold(leaf.text)
        parts = tokens(text)
        if isinstance(leaf, Within):
            self.pieces.append(pattern(substring(leaf.text)))
        elif isinstance(leaf, Word) and "*" in text:
            shown = re.sub(r"[^\w*]", "", text)
            letters = "".join("." if sign == "*" else f"[{re.escape(sign)}*]" for sign in shown)
            self.patterns.append(re.compile(".*" * leaf.ends + letters + ".*" * leaf.begins))
            whole = self.patterns[-1]
            self.runs.append(([lambda token: whole.fullmatch(token) is not None], 0))
        elif parts:
            fits = [_exactly(part) for part in parts]
            if isinstance(leaf, Word) and leaf.fuzzy:
                fits = [_nearly(parts[0], leaf.fuzzy)]
            elif isinstance(leaf, Word) and len(parts) == 1 and not (leaf.begins or leaf.ends):
                fits = [self._meaning(parts[0])]
            if leaf.begins:
                fits[-1] = _beginning(parts[-1])
            if isinstance(leaf, Word) and leaf.ends:
                fits[0] = _ending(parts[0])
            self.runs.append((fits, leaf.slop if isinstance(leaf, Phrase) else 0))
            if isinstance(leaf, Word) and not (leaf.fuzzy or leaf.begins or leaf.ends):
                bare = unmasked(re.sub("['’]", "", text))
                self.words |= {bare, *(parts if len(parts) == 1 else ())}
                if bare not in parts:
                    self.runs.append(([_exactly(bare)], 0))
            elif isinstance(leaf, Word) and not leaf.fuzzy and len(parts) == 1:
                # What the signs of a disguised word stand for may begin or end so too.
                shown = re.escape(parts[0])
                self.patterns.append(re.compile(f"{'.*' * leaf.ends}{shown}{'.*' * leaf.begins}"))

    def _meaning(self, part: str) -> Fits:
        if self.stem is None or not part.isalpha():
            return _exactly(part)
        stem = stemmer(self.stem)
        wanted = stem.analyze(part)
        return lambda token: token[:3] == part[:3] and stem.analyze(token) == wanted

    def spans(self, text: str | None) -> list[Span]:
        """Every place in `text`, in order and none overlapping: first character and one past the last."""
        if not text:
            return []
        # Most texts are plain ASCII, whose characters keep their places.
        folded, places = (text.lower(), range(len(text))) if text.isascii() else fold_map(text)
        found = sorted({*self._runs(folded), *self._chunks(folded), *self._pieces(folded)})
        merged: list[Span] = []
        for first, last in found:
            start, end = places[first], places[last] if last < len(places) else len(text)
            # A character that becomes several when it is folded is marked whole.
            end = max(end, places[last - 1] + 1)
            if merged and start < merged[-1][1]:
                merged[-1] = merged[-1][0], max(end, merged[-1][1])
            else:
                merged.append((start, end))
        return merged

    def _runs(self, folded: str) -> Iterator[Span]:
        told = list(_placed(folded)) if self.runs else []
        for fits, slop in self.runs:
            for place, (word, start, _) in enumerate(told):
                if not fits[0](word):
                    continue
                end = _follows(told, place, fits, slop)
                if end is not None:
                    yield start, end

    def _chunks(self, folded: str) -> Iterator[Span]:
        if not (self.words or self.patterns) or _DISGUISED.search(folded) is None:
            return
        for match in _CHUNK.finditer(folded):
            if _DISGUISED.search(match[0]) is None:
                continue
            plain, masked = disguises(match[0])
            if plain in self.words or any(masking([masked], word) for word in self.words if masked):
                yield match.span()
                continue
            forms = [form for form in (plain, masked) if form]
            if any(pattern.fullmatch(form) for pattern in self.patterns for form in forms):
                yield match.span()

    def _pieces(self, folded: str) -> Iterator[Span]:
        for piece in self.pieces:
            yield from (match.span(1) for match in piece.finditer(folded))


def _placed(folded: str) -> Iterator[tuple[str, int, int]]:
    """Every word with its place. Tantivy's own places take time with the square of the text's length.

    Between two words stands nothing that a word begins with, so that the next occurrence is the word itself.
    """
    end = 0
    for word in tokens(folded):
        start = folded.find(word, end)
        end = start + len(word)
        yield word, start, end


def _follows(told: Sequence[tuple[str, int, int]], place: int, fits: Sequence[Fits], slop: int) -> int | None:
    """Where the run that begins at `place` ends; None where it is no such run."""
    for fit in fits[1:]:
        after = range(place + 1, min(place + 2 + slop, len(told)))
        following = next((other for other in after if fit(told[other][0])), None)
        if following is None:
            return None
        slop -= following - place - 1
        place = following
    return told[place][2]


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


def _exactly(part: str) -> Fits:
    return lambda token: token == part


def _beginning(part: str) -> Fits:
    return lambda token: token.startswith(part)


def _ending(part: str) -> Fits:
    return lambda token: token.endswith(part)


def _nearly(part: str, most: int) -> Fits:
    return lambda token: abs(len(token) - len(part)) <= most and distance(token, part) <= most


def distance(one: str, other: str) -> int:
    """Letters to put in, leave out, exchange for another or swap with the next, to make one word of the other."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, start=1):
        new = [place]
        for column, against in enumerate(other, start=1):
            best = min(row[column] + 1, new[-1] + 1, row[column - 1] + (letter != against))
            if place > 1 and column > 1 and letter == other[column - 2] and one[place - 2] == against:
                best = min(best, before[column - 2] + 1)
            new.append(best)
        before, row = row, new
    return row[-1]
