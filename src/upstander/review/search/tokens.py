"""What a word is to the text index: one tokenizer for the index, for searches and for highlights.

It works on folded text. A run of letters and digits is a word, and so is one with stars within it (f**k); every emoji
is a word of its own, so that skin tones and joiners do not hide it; and where a script has no spaces every character
is, so that what stands together is found as a phrase.
"""

import re
from collections.abc import Iterable
from functools import cache

import tantivy

from upstander.review.folding import unmasked

__all__ = [
    "BLANKS", "CHUNK", "DISGUISED", "GRAM", "GRAMS", "LANGUAGES",
    "analyzer", "disguises", "grams", "masking", "stemmer", "tokens",
]  # fmt: skip

#: Scripts that put no space between words.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_LETTER = rf"[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]"
_TOKEN = rf"{_LETTER}+(?:\*+{_LETTER}+)*|[[\p{{L}}\p{{N}}]&&[{_UNSPACED}]]|[\p{{So}}\x{{2190}}-\x{{2BFF}}]"

#: What may be a word in disguise, in an expression that Python's and Rust's engines read alike.
_SHOWN = r"(?:[^\W_]|[$@])"
CHUNK = rf"\*?{_SHOWN}+(?:[*_.\-#!'’]{{1,3}}{_SHOWN}+)*\**"
#: A text without a match of this has none.
DISGUISED = r"[^\W_][*_.\-#!'’$@]|[*$@][^\W_]|[^\W\d_][0-9]|[0-9][^\W\d_]"
_SAID = re.compile(r"['’]")
_MASKS = re.compile(r"[*#_.\-]")
_LONGEST = 40

#: The field of runs of characters, how many are a run, and what is one blank between them.
GRAMS, GRAM = "grams", 3
BLANKS = "[ \t\n\r\f\x0b\x85\u2028\u2029]+"

#: Languages that words can be stemmed in, by their ISO 639-1 code.
LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """The tokenizer."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN)).build()


@cache
def grams() -> tantivy.TextAnalyzer:
    """What cuts a text into its runs of three characters, for substrings."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(GRAM, GRAM, False)).build()


@cache
def stemmer(language: str) -> tantivy.TextAnalyzer:
    """What gives a word's stem in the language of that code."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.stemmer(LANGUAGES[language])).build()


def tokens(folded: str) -> list[str]:
    """The words of a folded text."""
    return list(analyzer().analyze(folded))


def disguises(chunk: str) -> tuple[str | None, str | None]:
    """What a chunk of folded text may stand for: a word with its signs read as letters, and one with masked letters.

    s-l-a-g and f4g give the first, sh*t and r-pe the second, in which a star is one unknown letter. At least half of
    the letters are shown, or it could be any word.
    """
    if len(chunk) > _LONGEST or (chunk[0] == "*" and chunk[-1] == "*"):
        return None, None
    received, chunk = chunk, _SAID.sub("", chunk)
    starred = "*" in chunk
    bare = unmasked(chunk)
    plain = bare if not starred and bare != received and len(bare) > 1 and bare.isalpha() else None
    masked = "".join("*" if _MASKS.match(sign) else unmasked("a" + sign)[1:] or sign for sign in chunk)
    letters = sum(sign.isalpha() for sign in masked)
    hidden = masked.count("*")
    fits = 0 < hidden <= letters and letters + hidden == len(masked) > 2
    return plain, masked if fits else None


def masking(words: Iterable[str], word: str) -> list[str]:
    """Those of the masked `words` that `word` may be."""
    return [
        masked
        for masked in words
        if len(masked) == len(word) and all(sign in ("*", letter) for sign, letter in zip(masked, word, strict=True))
    ]
