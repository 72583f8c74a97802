"""What a word is to the text index: one tokenizer for the index, for searches and for highlights.

It works on folded text. A run of letters and digits with their marks is a word, and so is one with stars within it
(f**k); every emoji is a word of its own, with its tone of skin and what is joined to it, and so are flags and keycaps;
and where a script has no spaces every character with its marks is, so that what stands together is found as a phrase.
"""

from collections.abc import Sequence
from functools import cache

import tantivy

from upstander.review.search.letters import EMOJI, TONES

__all__ = [
    "BLANKS",
    "GRAM",
    "GRAMS",
    "LANGUAGES",
    "akin",
    "alike_at",
    "analyzer",
    "grams",
    "is_stemmed",
    "stemmer",
    "tokens",
]

#: Scripts that put no space between words.
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}"
_MARKS = r"[\p{M}--\x{20E3}]"
_LETTER = rf"[[\p{{L}}\p{{N}}]--[{_UNSPACED}]]"
_WORD = rf"{_LETTER}(?:{_LETTER}|{_MARKS})*"
_TAGS = r"[\x{E0020}-\x{E007E}]+\x{E007F}"
_TOKEN = (
    rf"[0-9#*]\x{{20E3}}|{_WORD}(?:\*+{_WORD})*|[[\p{{L}}\p{{N}}]&&[{_UNSPACED}]]{_MARKS}*"
    rf"|\p{{RI}}{{2}}|\p{{RI}}|{EMOJI}(?:{_TAGS}|{TONES}?(?:\x{{200D}}{EMOJI}{TONES}?)*)"
)

#: The field of runs of characters, how many are a run, and what is one blank between them.
GRAMS, GRAM = "grams", 4
BLANKS = "[ \t\n\r\f\x0b\x85\u2028\u2029]+"

#: Languages that words can be stemmed in, by their ISO 639-1 code.
LANGUAGES = {
    "ar": "arabic", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish", "fi": "finnish",
    "fr": "french", "hu": "hungarian", "it": "italian", "nl": "dutch", "no": "norwegian", "pt": "portuguese",
    "ro": "romanian", "ru": "russian", "sv": "swedish", "ta": "tamil", "tr": "turkish",
}  # fmt: skip
#: Letters that words of one stem share.
_SHARED = 3


@cache
def analyzer() -> tantivy.TextAnalyzer:
    """The tokenizer."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.regex(_TOKEN)).build()


@cache
def grams() -> tantivy.TextAnalyzer:
    """What cuts a text into its runs of characters, for substrings."""
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(GRAM, GRAM, False)).build()


@cache
def stemmer(language: str) -> tantivy.TextAnalyzer:
    """What gives a word's stem in the language of that code."""
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.raw())
    return builder.filter(tantivy.Filter.stemmer(LANGUAGES[language])).build()


def is_stemmed(word: str) -> bool:
    """Whether a word has a stem: it has letters, with their marks, and no digits or stars."""
    return any(map(str.isalpha, word)) and not any(sign == "*" or sign.isdigit() for sign in word)


def alike_at(word: str, stem: Sequence[str], language: str) -> str:
    """What words of one stem share, with a line end for the beginning of a word: first letters of the word.

    Arabic puts its articles and prepositions before a word: there it is the first letters of the stem, anywhere.
    """
    return stem[0][:_SHARED] if language == "ar" and stem else "\n" + word[:_SHARED]


def tokens(folded: str) -> list[str]:
    """The words of a folded text."""
    return list(analyzer().analyze(folded))


def akin(emoji: str, word: str) -> bool:
    """Whether somebody who looks for `emoji` means `word`: it is that, with any tone of skin where that has none.

    Of several joined to one each part counts: 🌈 finds the rainbow flag, 👩 a woman of any tone, office or family.
    """
    sought, parts = emoji.split("\u200d"), word.split("\u200d")
    return any(
        all(
            part == wanted or (part[:-1] == wanted and "\U0001f3fb" <= part[-1] <= "\U0001f3ff")
            for wanted, part in zip(sought, parts[first:], strict=False)
        )
        for first in range(len(parts) - len(sought) + 1)
    )
