"""From what is asked for to tantivy's queries.

Its own parser is not used: it has no prefixes, and would not look for a word in its disguises.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from tantivy import FieldType, Occur, Query

from upstander.errors import BadQuery
from upstander.review.search.building import UNDATED
from upstander.review.search.disguises import masking, readings
from upstander.review.search.highlighting import Highlighter
from upstander.review.search.letters import fold
from upstander.review.search.nodes import Both, Either, Node, Not, Phrase, Time, Value, Within, Word
from upstander.review.search.opening import TextIndex
from upstander.review.search.phrases import Member, Part, Phrases, any_of, parts, shown_letters, wildcard
from upstander.review.search.substrings import SHORTEST, confirmed, holding, substring
from upstander.review.search.tokens import alike_at, is_stemmed, stemmer, tokens
from upstander.review.search.values import Choices, Codes, Flags, pick

__all__ = ["Compiler", "Means"]

#: Words of the dictionary that one wildcard may stand for.
_MOST = 20_000
_LAST = 2**62


@dataclass(frozen=True, slots=True)
class Means:
    """How words are to be read, and what was coded as what."""

    stem: str | None = None
    codes: Codes | None = None
    #: None where no first ranking was made.
    flags: Flags | None = None


class Compiler:
    """Makes queries for one index. Raises `BadQuery` for what asks for nothing that can be found."""

    def __init__(self, index: TextIndex, means: Means) -> None:
        self.index = index
        self.schema = index.engine.schema
        self.means = means
        self.phrases = Phrases(index)

    def query(self, node: Node) -> Query:
        """The query of a tree."""
        match node:
            case Both(parts):
                return self._both(parts)
            case Either(parts):
                return any_of([self.query(part) for part in parts])
            case Not():
                return self._both((node,))
            case Word():
                return self.word(node)
            case Phrase():
                return self.phrase(node)
            case Within():
                return self.within(node)
            case Value():
                return self.value(node)
            case Time(since, until):
                return self._between("at", since if since is not None else UNDATED + 1, until)

    def _both(self, parts: Sequence[Node]) -> Query:
        wanted: list[tuple[Occur, Query]] = []
        for part in parts:
            if isinstance(part, Not):
                wanted.append((Occur.MustNot, self.query(part.part)))
            else:
                found = self.query(part)
                # Who, where and when say nothing about how well the words fit.
                exact = isinstance(part, Value | Time)
                wanted.append((Occur.Must, Query.const_score_query(found, 0.0) if exact else found))
        if all(occur == Occur.MustNot for occur, _ in wanted):
            wanted.append((Occur.Must, Query.all_query()))
        return wanted[0][1] if len(wanted) == 1 else Query.boolean_query(wanted)

    def word(self, word: Word) -> Query:
        """A word, in the disguises that it may have."""
        text = fold(word.text)
        if "*" in text:
            return self._masked(text, word)
        pieces = tokens(text)
        if not pieces:
            raise _nothing(word.text, word.place)
        if word.begins or word.ends:
            if len(pieces) > 1:
                return self._run(pieces, begins=word.begins, ends=word.ends)
            affixed = self._affixed(pieces[0], begins=word.begins, ends=word.ends, name="words")
            return any_of([affixed, self._affixed(pieces[0], begins=word.begins, ends=word.ends, name="plain")])
        if word.fuzzy:
            if len(pieces) > 1:
                raise BadQuery(f"{_at(word.place)}: {word.text} is several words; only a single one can be fuzzy")
            return Query.fuzzy_term_query(self.schema, "words", pieces[0], distance=word.fuzzy)
        if len(pieces) > 1:
            # Those that are written together are as they are, but that an emoji has every tone.
            said = [Member(self.phrases.emoji(piece) if _is_sign(piece) else [piece]) for piece in pieces]
            found = self.phrases.queries(said)[0]
        else:
            found = [self._single(pieces[0])]
        return any_of(found + self._disguised(text, pieces))

    def _disguised(self, text: str, pieces: Sequence[str]) -> list[Query]:
        """The queries for the spellings that hide the word, or that it is itself; none where the case has none."""
        bare = text.replace("'", "").replace("’", "")
        plain = {bare, *readings(bare)[0], *(pieces if len(pieces) == 1 else ())} if bare else set()
        found = []
        for word in sorted(plain):
            if not word.isalnum():
                continue
            if word not in pieces or len(pieces) > 1:
                found.append(Query.term_query(self.schema, "words", word))
            if self.index.searcher.doc_freq("plain", word):
                found.append(Query.term_query(self.schema, "plain", word, "basic"))
            hidden = masking(self.index.disguised.get(len(word), ()), word)
            if hidden:
                found.append(Query.term_set_query(self.schema, "masked", hidden))
        return found

    def _masked(self, text: str, word: Word) -> Query:
        """A word with stars for letters: those it may be, and those that hide the same letters."""
        shown = re.sub(r"[^\w*]", "", text)
        if not shown.strip("*"):
            raise _nothing(text, word.place)
        before, after = ".*" * word.ends, ".*" * word.begins
        same = re.compile(before + shown_letters(shown) + after)
        hidden = self.index.masked_as(same, len(shown), longer=word.begins or word.ends)
        pattern = before + wildcard(shown) + after
        found = [Query.regex_query(self.schema, name, pattern) for name in ("words", "plain")]
        return any_of([*found, Query.term_set_query(self.schema, "masked", hidden)] if hidden else found)

    def _affixed(self, piece: str, *, begins: bool, ends: bool, name: str) -> Query:
        """Words that begin, or end, with a piece, or both: that hold it."""
        sought = ("" if ends else "\n") + piece + ("" if begins else "\n")
        found = self.index.holding(name, sought)
        if len(found) > _MOST:
            raise BadQuery(
                f"{piece!r} stands in {len(found):,} different words of this case, and at most {_MOST:,} can be looked"
                " for at once; write more of it"
            )
        return Query.term_set_query(self.schema, name, found) if found else Query.empty_query()

    def _single(self, piece: str) -> Query:
        if _is_sign(piece):
            return Query.term_set_query(self.schema, "words", self.phrases.emoji(piece))
        language = self.means.stem
        if language is None or not is_stemmed(piece):
            return Query.term_query(self.schema, "words", piece)
        stem = stemmer(language)
        wanted = stem.analyze(piece)
        there = self.index.holding("words", alike_at(piece, wanted, language))
        found = [word for word in there if stem.analyze(word) == wanted]
        return Query.term_set_query(self.schema, "words", sorted({*found, piece}))

    def phrase(self, phrase: Phrase) -> Query:
        """Words one after another, in the disguises that they may have; a single one as it is written."""
        text = fold(phrase.text)
        wanted = parts(text)
        if not wanted:
            raise _nothing(phrase.text, phrase.place)
        if len(wanted) == 1 and not (wanted[0].masked or phrase.begins):
            (part,) = wanted
            if _is_sign(part.word) or not part.pieces:
                return self._single_as_written(part)
        if phrase.begins:
            *wanted, last = wanted
            pieces = last.pieces or (last.word.strip("*"),)
            wanted += [Part(piece) for piece in pieces[:-1]]
            members = [*self.phrases.members(wanted), self.phrases.ends(pieces[-1], begins=True)]
        else:
            members = self.phrases.members(wanted)
        sure, doubtful = self.phrases.queries(members, phrase.slop)
        if doubtful:
            highlighter = Highlighter([phrase])
            query = any_of(doubtful)
            rows = confirmed(
                self.index, query, self._count(query), lambda texts: pl.Series(map(bool, map(highlighter.spans, texts)))
            )
            sure.append(self.among_rows(rows))
        return any_of(sure)

    def _single_as_written(self, part: Part) -> Query:
        words = self.phrases.emoji(part.word) if _is_sign(part.word) else [part.word]
        return Query.term_set_query(self.schema, "words", words)

    def _count(self, query: Query) -> int:
        count: int = self.index.searcher.search(query, 1).count  # type: ignore[attr-defined]  # there, not in its stub
        return count

    def rows_within(self, node: Within) -> list[int] | None:
        """The rows that hold characters across words; None where a query finds them."""
        text = substring(node.text)
        found = holding(self.index, text) if len(text) >= SHORTEST and tokens(text) != [text] else None
        return found if isinstance(found, list) else None

    def within(self, node: Within) -> Query:
        """Characters wherever they are."""
        text = substring(node.text)
        pieces = tokens(text)
        if pieces == [text]:
            # What lies within words is in the list of words.
            return self._affixed(text, begins=True, ends=True, name="words")
        if len(text) < SHORTEST:
            raise _nothing(node.text, node.place)
        found = holding(self.index, text)
        return self.among_rows(found) if isinstance(found, list) else Query.const_score_query(found, 1.0)

    def _run(self, pieces: Sequence[str], *, begins: bool, ends: bool) -> Query:
        """Pieces one after another, of which the last may be only a beginning, and the first only an end."""
        first, *middle, last = pieces
        members = [
            self.phrases.ends(first, begins=False) if ends else Member([first]),
            *(Member([piece]) for piece in middle),
            self.phrases.ends(last, begins=True) if begins else Member([last]),
        ]
        if not all(member.words or member.pattern for member in members):
            return Query.empty_query()
        return any_of(self.phrases.queries(members)[0])

    def value(self, value: Value) -> Query:
        """What a field must be."""
        if value.field == "code":
            return self._coded(value)
        if value.field == "flagged":
            return self._flagged(value)
        if value.field == "held":
            bounds = re.fullmatch(r"([0-9]{1,6})(\.\.([0-9]{1,6})?)?", value.text)
            if bounds is None:
                raise BadQuery(f"{_at(value.place)}: held: takes a number of exhibits: held:1, held:2.. or held:2..4")
            last = bounds[3] if bounds[2] else bounds[1]
            return self._between("held", int(bounds[1]), int(last) + 1 if last else None)
        name = {"exhibit": "holders", "custodian": "holders"}.get(value.field, value.field)
        found = pick(value, self.index.choices(value.field))
        return Query.term_query(self.schema, name, found[0]) if len(found) == 1 else self._among(name, found)

    def _coded(self, value: Value) -> Query:
        codes = self.means.codes or {}
        listed = sorted(codes)
        chosen = [
            listed[number] for number in pick(value, Choices.of({number: [code] for number, code in enumerate(listed)}))
        ]
        return self.among_rows(sorted({row for code in chosen for row in codes[code]}))

    def _flagged(self, value: Value) -> Query:
        if self.means.flags is None:
            raise BadQuery(f"{_at(value.place)}: no first ranking was made of this case; `upstander triage` makes it")
        heads = sorted(self.means.flags)
        chosen = pick(value, Choices.of({number: [head] for number, head in enumerate(heads)}))
        rows = [self.means.flags[heads[number]] for number in chosen]
        return self.among_rows(np.unique(np.concatenate(rows)).tolist())

    def among_rows(self, rows: Iterable[int]) -> Query:
        """The messages of those rows."""
        return self._among("row", list(rows))

    def _among(self, name: str, found: Sequence[int]) -> Query:
        return Query.term_set_query(self.schema, name, found) if found else Query.empty_query()

    def _between(self, name: str, since: int, until: int | None) -> Query:
        last = _LAST if until is None else until
        return Query.range_query(self.schema, name, FieldType.Integer, since, last, include_upper=False)


def _is_sign(piece: str) -> bool:
    return not any(sign.isalnum() for sign in piece)


def _at(place: int) -> str:
    return f"at character {place + 1} of the search"


def _nothing(text: str, place: int) -> BadQuery:
    return BadQuery(f"{_at(place)}: {text!r} has no letter, digit or emoji to search for")
