"""Words in disguise: with digits and signs for letters, with masked letters, pulled apart, or of mixed alphabets.

`disguised` reads one folded text; `of_texts` reads many, for the index. Both go by `readings` and `_spaced`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from upstander.review.folding import unmasked
from upstander.review.search.lookalikes import BOXED, BOXES, MIXED, SMALL, alike, unboxed
from upstander.review.search.tokens import tokens

__all__ = ["Disguise", "disguised", "masking", "of_texts", "readings"]


def _chunk(letter: str) -> str:
    """What may be a word in disguise, where `letter` is one letter or digit."""
    shown = rf"(?:{letter}|[$@{BOXES}])"
    return rf"\*?{shown}+(?:[*_.\-#!'’]{{1,3}}{shown}+)*\**"


def _marked(letter: str, no_digit: str) -> str:
    """A text without a match of this has none."""
    return (
        rf"{letter}[*_.\-#!'’$@{BOXES}]|[*$@{BOXES}]{letter}|[{BOXES}]{{2}}|{no_digit}[0-9]|[0-9]{no_digit}"
        rf"|{MIXED}|{SMALL}"
    )


# Python's expressions have no classes of letters, and those of Rust, which read many texts, take marks for letters.
_RUST, _RUST_MARKED = _chunk(r"[\p{L}\p{N}]"), _marked(r"[\p{L}\p{N}]", r"\p{L}")
_CHUNK, _MARKED = re.compile(_chunk(r"[^\W_]")), re.compile(_marked(r"[^\W_]", r"[^\W\d_]"))

#: Letters that stand alone, three or more; alphabets that go on beyond these need no space between words, or have none.
_APART = r"[\s.\-*_,|/·•~+]{1,3}"
_ONE = rf"(?:(?=[\x00-\u06ff])[^\W_](?!\u20e3)|[{BOXES}\U0001f1e6-\U0001f1ff])"
_SPACED = re.compile(rf"(?<![^\W_]){_ONE}(?:{_APART}{_ONE}(?![^\W_])){{2,}}|(?<![^\W_])[0-9]\u20e3(?:\s?[0-9]\u20e3)+")
_ONES = re.compile(_ONE)
_RUST_ONE = rf"[[[\p{{L}}\p{{N}}]&&[\x00-\x{{6ff}}]]{BOXES}\p{{RI}}]"
_RUST_SPACED = rf"(?:^|[^\p{{L}}\p{{N}}]){_RUST_ONE}(?:{_APART}{_RUST_ONE}){{2}}(?:[^\p{{L}}\p{{N}}]|$)|[0-9]\x{{20E3}}"

_SAID = re.compile(r"['’]")
_MASKS = re.compile(r"[*#_.\-]")
_PARTED, _PARTED_MORE = re.compile(r"[_.\-#!]+"), re.compile(r"[_.\-#!'’]+")
_LONGEST = 40
#: Letters of a word that is spaced, and how many words are read in one message: of alphabets it could be any number.
_SPACED_LONGEST, _SPACED_MOST = 12, 5_000


@dataclass(frozen=True, slots=True)
class Disguise:
    """A stretch of a folded text that may stand for a word."""

    first: int
    last: int
    #: The words that it stands for.
    plain: tuple[str, ...] = ()
    #: A word with a star for each letter that is not known.
    masked: str | None = None


@lru_cache(maxsize=4096)
def readings(chunk: str) -> tuple[tuple[str, ...], str | None]:
    """What a chunk of folded text may stand for: words with its signs read as letters, and one with masked letters.

    s-l-a-g and f4g give the first, sh*t and r-pe the second, in which a star is one unknown letter. At least half of
    the letters are shown, or it could be any word.
    """
    if len(chunk) > _LONGEST or (chunk[0] == "*" and chunk[-1] == "*"):
        return (), None
    received, chunk = chunk, unboxed(_SAID.sub("", chunk))
    masked = "".join("*" if _MASKS.match(sign) else unmasked("a" + sign)[1:] or sign for sign in chunk)
    letters = sum(sign.isalpha() for sign in masked)
    hidden = masked.count("*")
    fits = 0 < hidden <= letters and letters + hidden == len(masked) > 2
    found: dict[str, None] = {}
    if "*" not in chunk:
        for word in alike(chunk):
            # A one is an i or an l.
            for shown in dict.fromkeys((word, word.replace("1", "l"))):
                bare = unmasked(shown)
                if bare != received and len(bare) > 1 and bare.isalpha():
                    found[bare] = None
    return tuple(found), masked if fits else None


def disguised(folded: str) -> Iterator[Disguise]:
    """Every stretch of a folded text that may stand for another word than it is."""
    if _MARKED.search(folded) is not None:
        for match in _CHUNK.finditer(folded):
            if _MARKED.search(match[0]) is None:
                continue
            for first, last in _stretches(match[0]):
                plain, masked = readings(match[0][first:last])
                if plain or masked is not None:
                    yield Disguise(match.start() + first, match.start() + last, plain, masked)
    yield from _spaced(folded)


def _stretches(chunk: str) -> list[tuple[int, int]]:
    """What of a chunk is read: all of it, what hyphens and the like part it into, and of that what apostrophes do."""
    found = dict.fromkeys([(0, len(chunk))])
    for parted in (_PARTED, _PARTED_MORE):
        if parted.search(chunk) is not None:
            starts = [0, *(match.end() for match in parted.finditer(chunk))]
            ends = [*(match.start() for match in parted.finditer(chunk)), len(chunk)]
            found |= dict.fromkeys(
                ends_ for ends_ in zip(starts, ends, strict=True) if _MARKED.search(chunk[slice(*ends_)]) is not None
            )
    return list(found)


def _spaced(folded: str) -> Iterator[Disguise]:
    """Words whose letters stand apart: r a p e. Where one begins and ends is not shown, so that each run is read."""
    left = _SPACED_MOST
    for match in _SPACED.finditer(folded):
        if "\u20e3" in match[0]:
            yield Disguise(*match.span(), (re.sub("[^0-9]", "", match[0]),))
            continue
        places = [(one.start(), one.end()) for one in _ONES.finditer(folded, *match.span())]
        letters = "".join(BOXED.get(ord(folded[first]), folded[first]) for first, _ in places)
        for begin in range(len(places) - 2):
            for end in range(begin + 3, min(begin + _SPACED_LONGEST, len(places)) + 1):
                word = unmasked(letters[begin:end])
                if not word.isalpha():
                    continue
                yield Disguise(places[begin][0], places[end - 1][1], (word,))
                left -= 1
                if not left:
                    return


def of_texts(words: pl.Series) -> tuple[list[pl.Series], pl.DataFrame]:
    """For folded texts: beside each what it may stand for, `plain` and `masked`; and how each of that is written.

    Few texts have any, and few chunks are many. The frame has `reading`, its `pieces` (the tokens that are written for
    it, parted by blanks) and whether these are `certain`: nothing else is written so.
    """
    rows = pl.DataFrame({"row": pl.int_range(len(words), eager=True), "words": words})
    chunks = (
        rows.filter(pl.col("words").str.contains(_RUST_MARKED))
        .select("row", pl.col("words").str.extract_all(_RUST).alias("chunk"))
        .explode("chunk")
        .filter(pl.col("chunk").is_not_null() & pl.col("chunk").str.contains(_RUST_MARKED))
    )
    unique = chunks["chunk"].unique()
    read = {chunk: [chunk[slice(*ends)] for ends in _stretches(chunk)] for chunk in unique}
    told = {part: readings(part) for parts in read.values() for part in parts}
    meant = pl.DataFrame(
        [(chunk, *_joined(told[part] for part in parts)) for chunk, parts in read.items()],
        schema={"chunk": pl.String, "plain": pl.String, "masked": pl.String},
        orient="row",
    )
    written = [
        (reading, *_pieces(part, reading))
        for part, (plain, masked) in told.items()
        for reading in (*plain, *(() if masked is None else (masked,)))
    ]
    apart = []
    for row, text in rows.filter(pl.col("words").str.contains(_RUST_SPACED)).rows():
        forms: dict[str, None] = {}
        for found in _spaced(text):
            forms |= dict.fromkeys(found.plain)
            pieces = tokens(text[found.first : found.last])
            # One letter after another is looked for anyhow.
            written += [(word, " ".join(pieces), True) for word in found.plain if pieces != list(word)]
        if forms:
            apart.append((row, " ".join(forms), None))
    whole = pl.concat(
        [
            chunks.join(meant, on="chunk").select("row", "plain", "masked"),
            pl.DataFrame(apart, schema={"row": pl.Int64, "plain": pl.String, "masked": pl.String}, orient="row"),
        ]
    )
    found_ = whole.group_by("row").agg(pl.col("plain", "masked").drop_nulls().str.join(" "))
    beside = rows.select("row").join(found_, on="row", how="left", maintain_order="left")
    schema_ = {"reading": pl.String, "pieces": pl.String, "certain": pl.Boolean}
    return (
        [beside[name].fill_null("") for name in ("plain", "masked")],
        pl.DataFrame(written, schema=schema_, orient="row").unique(),
    )


def _joined(told: Iterable[tuple[tuple[str, ...], str | None]]) -> tuple[str | None, str | None]:
    """The readings of several stretches, as the fields of the index have them."""
    read = list(told)
    plain = " ".join(word for words, _ in read for word in words)
    return plain or None, " ".join(masked for _, masked in read if masked is not None) or None


def _pieces(chunk: str, reading: str) -> tuple[str, bool]:
    """The tokens that a chunk is written with, and whether whatever has them is meant by the reading."""
    pieces = tokens(chunk)
    together = "".join(pieces)
    return " ".join(pieces), pieces == [chunk] or together == reading


def masking(words: Iterable[str], word: str) -> list[str]:
    """Those of the masked `words` that `word` may be."""
    return [
        masked
        for masked in words
        if len(masked) == len(word) and all(sign in ("*", letter) for sign, letter in zip(masked, word, strict=True))
    ]
