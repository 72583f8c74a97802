"""Words one after another, each of them in any of the ways that it may be written."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod

from tantivy import Occur, Query

from upstander.review.search.disguises import masking, readings
from upstander.review.search.opening import TextIndex
from upstander.review.search.tokens import akin, tokens

__all__ = ["Member", "Part", "Phrases", "any_of", "escaped", "parts", "shown_letters", "wildcard"]

#: Runs of words that one phrase is sought as; beyond them messages with all of its words are read.
_MOST_RUNS = 64
#: Runs of single words that are sought each by itself; beyond them by expressions that take in several.
_MOST_APART = 256
#: Words that one place of a phrase lists; beyond them it is what they have in common.
_MOST_WORDS = 100

#: A word that is typed with stars for letters, and one with an apostrophe.
_MASKED = re.compile(r"\w+(?:\*+\w+)+\**|\w+\*{2,}")
_APOSTROPHE = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)+")
#: What means something in an expression.
_SIGNS = re.compile(r"([\\.+*?()|\[\]{}^$#&\-~])")


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a phrase as it is asked for."""

    word: str
    #: Whether it has stars for letters.
    masked: bool = False
    #: The tokens of it where it is typed with apostrophes; it is sought without them too.
    pieces: tuple[str, ...] = ()


@dataclass(slots=True)
class Member:
    """The ways in which one place of a phrase may be written."""

    #: Single tokens, and an expression for more of them.
    words: list[str] = field(default_factory=list)
    pattern: str | None = None
    #: Several tokens, or some that other things are written with too; and whether it is the first.
    runs: list[tuple[tuple[str, ...], bool]] = field(default_factory=list)


def parts(folded: str) -> list[Part]:
    """The places of a phrase."""
    found: list[Part] = []
    for written in folded.split():
        bare = re.sub(r"^[^\w*]+|[^\w*]+$", "", written)
        if _MASKED.fullmatch(bare) is not None:
            found.append(Part(bare, masked=True))
        elif _APOSTROPHE.fullmatch(bare) is not None:
            found.append(Part(re.sub("['’]", "", bare), pieces=tuple(tokens(bare))))
        else:
            found += [Part(token) for token in tokens(written)]
    return found


class Phrases:
    """Makes queries for runs of words, for one index."""

    def __init__(self, index: TextIndex) -> None:
        self.index = index
        self.schema = index.engine.schema

    def members(self, wanted: Iterable[Part]) -> list[Member]:
        """How each place may be written in this case."""
        return [self._masked(part.word) if part.masked else self._said(part) for part in wanted]

    def _said(self, part: Part) -> Member:
        word = part.word
        if not any(sign.isalnum() for sign in word):
            return Member(self.emoji(word))
        member = Member([word], runs=[(part.pieces, True)] if part.pieces else [])
        for meant in dict.fromkeys((word, *readings(word)[0])):
            if meant != word:
                member.words.append(meant)
            if self.index.searcher.doc_freq("plain", meant):
                self._written(member, meant)
            for hidden in masking(self.index.disguised.get(len(meant), ()), meant):
                self._add(member, self.index.written(hidden))
        return member

    def emoji(self, emoji: str) -> list[str]:
        """The words of the case that somebody means who looks for an emoji."""
        # Between the parts of a joined one may stand tones of skin.
        first = emoji.partition("\u200d")[0]
        return [word for word in self.index.holding("words", first) if akin(emoji, word)] or [emoji]

    def _masked(self, shown: str) -> Member:
        hidden = self.index.masked_as(re.compile(shown_letters(shown)), len(shown))
        member = Member(pattern=wildcard(shown))
        for masked in hidden:
            self._add(member, self.index.written(masked))
        for word in self.index.meant_as(shown_letters(shown)):
            self._written(member, word)
        return member

    def _written(self, member: Member, word: str) -> None:
        self._add(member, self.index.written(word))
        # r a p e: letters that stand apart.
        self._add(member, [(tuple(word), True)] if len(word) > 2 else [])

    @staticmethod
    def _add(member: Member, written: Iterable[tuple[tuple[str, ...], bool]]) -> None:
        for pieces, certain in written:
            if len(pieces) == 1 and certain:
                if pieces[0] not in member.words:
                    member.words.append(pieces[0])
            elif (pieces, True) not in member.runs:
                member.runs = [run for run in member.runs if run[0] != pieces or run[1]]
                if all(run[0] != pieces for run in member.runs):
                    member.runs.append((pieces, certain))

    def queries(self, members: Sequence[Member], slop: int = 0) -> tuple[list[Query], list[Query]]:
        """What finds the members one after another; and what finds messages that must be read to be sure."""
        if prod(bool(member.words or member.pattern) + len(member.runs) for member in members) > _MOST_RUNS:
            return [], [self._all(members)]
        # Phrases of single words are quick, for most of these words are rare; expressions take in many at once.
        apart = prod(len(member.words) + len(member.runs) or 1 for member in members) <= _MOST_APART
        sure: list[Query] = []
        doubtful: list[Query] = []
        for chosen in product(*(self._ways(member, apart=apart) for member in members)):
            said = [word for words, _ in chosen for word in words]
            (sure if all(certain for _, certain in chosen) else doubtful).append(self._one(said, slop))
        return sure, doubtful

    @staticmethod
    def _ways(member: Member, *, apart: bool) -> list[tuple[list[list[str] | str], bool]]:
        """Each a run, of which every place has words to choose from or an expression; `apart` makes every word one."""
        if apart and member.pattern is None:
            alone: list[tuple[tuple[str, ...], bool]] = [((word,), True) for word in member.words]
            return [([[piece] for piece in pieces], certain) for pieces, certain in (*alone, *member.runs)]
        single: list[list[str] | str] = [member.words]
        if member.pattern is not None:
            single = ["|".join([*map(escaped, member.words), member.pattern])]
        whole: list[tuple[list[list[str] | str], bool]] = [(single, True)] if member.words or member.pattern else []
        return whole + [([[piece] for piece in pieces], certain) for pieces, certain in member.runs]

    def _one(self, said: Sequence[list[str] | str], slop: int) -> Query:
        if len(said) < 2:
            return any_of([self._either(place) for place in said]) if said else Query.all_query()
        if all(isinstance(place, list) and len(place) == 1 for place in said):
            return Query.phrase_query(self.schema, "words", [place[0] for place in said], slop=slop)
        places: list[str | tuple[int, str]] = [
            place if isinstance(place, str) else "|".join(map(escaped, place)) for place in said
        ]
        return Query.regex_phrase_query(self.schema, "words", [f"({place})" for place in places], slop=slop)

    def _either(self, place: list[str] | str) -> Query:
        if isinstance(place, str):
            return Query.regex_query(self.schema, "words", f"({place})")
        return Query.term_set_query(self.schema, "words", place)

    def _all(self, members: Sequence[Member]) -> Query:
        """What has every member, wherever it stands."""
        return Query.boolean_query(
            [
                (
                    Occur.Must,
                    any_of(
                        [self._one(said, 0) for said, _ in self._ways(member, apart=False)] or [Query.empty_query()]
                    ),
                )
                for member in members
            ]
        )

    def ends(self, piece: str, *, begins: bool) -> Member:
        """A place of which only the beginning is known, or only the end."""
        words = self.index.holding("words", f"\n{piece}" if begins else f"{piece}\n")
        if len(words) > _MOST_WORDS:
            return Member(pattern=f"{escaped(piece)}.*" if begins else f".*{escaped(piece)}")
        return Member(words)


def any_of(queries: Sequence[Query]) -> Query:
    """What finds what any of `queries` finds."""
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def escaped(piece: str) -> str:
    """The expression of the piece itself."""
    return _SIGNS.sub(r"\\\1", piece)


def wildcard(shown: str) -> str:
    """The expression of a word with stars for letters."""
    return "".join("." if sign == "*" else escaped(sign) for sign in shown)


def shown_letters(shown: str) -> str:
    """The expression of the masked words that may hide the same letters as one with stars for some."""
    return "".join(r"." if sign == "*" else f"[{re.escape(sign)}*]" for sign in shown)
