"""Signs of a stance that are the same in every group: negation, a question back, agreement, shared words, length.

A few dozen numbers a reply, each between 0 and 1. The patterns are stems of everyday words; there are no slurs here.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.folding import folded

__all__ = ["CUES", "cues"]

#: By name, what is searched in the folded reply; each gives whether it is there, and its share of the words.
_SIGNS = {
    "laughter": r"\b(?:a?(?:h[aei]){2,}h?|lo+l|lmf?ao|rofl|xd|(?:ja){2,})\b",
    "joking": r"\b(?:jok(?:e|es|ing|ed)|funny|hilarious|banter|humou?r|kidding|satire|sarcasm|meme)\b",
    "negation": r"\b(?:not?|never|none|nothing|nobody|nor|without|cannot|\w+n'?t)\b",
    "second_person": r"\b(?:you|your|yours|yourself|u|ur|you're|youre)\b",
    "first_person": r"\b(?:i|me|my|mine|i'm|im|we|our)\b",
    "third_person": r"\b(?:they|them|their|those|these|she|he|her|him|his)\b",
    "agreement": r"\b(?:yes|yeah|yep|yup|agreed?|exactly|true|right|this|correct|absolutely|definitely|same|facts?|"
    r"totally|indeed|based|amen)\b",
    "disagreement": r"\b(?:disagree|wrong|false|nonsense|nope|incorrect|untrue|lies?|lying|rubbish)\b",
    "rebuke": r"\b(?:stop|don'?t|shut|wtf|why|disgusting|gross|awful|horrible|terrible|shame|ashamed|enough|seriously|"
    r"wow|jesus|apologi[sz]e|delete|racist|sexist|misogyn\w*|bigot\w*|homophob\w*|transphob\w*|hat(?:e|eful)|sad|"
    r"pathetic|hypocri\w*|unprofessional|inappropriate|disrespect\w*|report)\b",
    "contrast": r"\b(?:but|however|though|although|yet|actually|well)\b",
    "obligation": r"\b(?:should|shouldn't|must|need|ought|can't|cannot)\b",
    "thanks": r"\b(?:thanks?|ty|cheers|please|sorry)\b",
    "insult": r"\b(?:idiots?|stupid|morons?|dumb|losers?|clown|trash|pathetic|fool\w*|ignorant|delusional|troll\w*)\b",
    "question": r"\?",
    "exclamation": r"!",
    "link": r"https?://",
    "trailing": r"\.\.\.",
}
_OPENS = {
    "opens_agreeing": r"^\W*(?:yes|yeah|yep|yup|agree|exactly|true|right|this|correct|same|lol|haha|amen|based|and|"
    r"also|because|i mean|me too|preach|or)\b",
    "opens_against": r"^\W*(?:no|nope|nah|not|but|wrong|actually|um|uh|so|except|are you|you're|youre|you|why|what|how|"
    r"who|imagine|wow|ok|okay)\b",
    "ends_asking": r"\?\W*$",
}
_PAIRS = (
    ("negation", "second_person"),
    ("second_person", "question"),
    ("negation", "agreement"),
    ("second_person", "rebuke"),
    ("third_person", "insult"),
)

#: Names of the numbers, in their order.
CUES = (
    *(f"{name}{part}" for name in _SIGNS for part in ("", "_share")),
    *_OPENS,
    *("_and_".join(pair) for pair in _PAIRS),
    *("short_agreement", "overlap", "overlaps", "length", "three_words", "eight_words", "long"),
    *("answered_length", "answered_disagrees"),
)


def cues(replies: pl.Series, parents: pl.Series) -> npt.NDArray[np.float32]:
    """The cues of each reply, one row a reply, in the order of `CUES`."""
    frame = pl.DataFrame({"reply": _plain(replies), "parent": _plain(parents)})
    reply, parent = pl.col("reply"), pl.col("parent")
    own, said = reply.str.extract_all(r"\w{3,}"), parent.str.extract_all(r"\w{3,}")
    count = reply.str.count_matches(r"\S+").cast(pl.Float64)
    counted = frame.select(
        count.alias("words"),
        own.list.unique().list.len().cast(pl.Float64).alias("own"),
        own.list.set_intersection(said).list.len().cast(pl.Float64).alias("shared"),
        said.list.unique().list.len().cast(pl.Float64).alias("answered"),
        parent.str.contains(_SIGNS["disagreement"]).alias("answered_disagrees"),
        *(reply.str.count_matches(pattern).cast(pl.Float64).alias(name) for name, pattern in _SIGNS.items()),
        *(reply.str.contains(pattern).alias(name) for name, pattern in _OPENS.items()),
    )
    words = pl.max_horizontal(pl.col("words"), 1.0)
    there = {name: pl.col(name) > 0 for name in _SIGNS}
    columns = [
        *(
            made.alias(f"{name}{part}")
            for name in _SIGNS
            for part, made in (("", there[name]), ("_share", (pl.col(name) / words * 4).clip(0, 1)))
        ),
        *(pl.col(name) for name in _OPENS),
        *((there[one] & there[other]).alias(f"{one}_and_{other}") for one, other in _PAIRS),
        (there["agreement"] & (words <= 8)).alias("short_agreement"),
        (pl.col("shared") / pl.max_horizontal(pl.col("own"), 1.0)).alias("overlap"),
        (pl.col("shared") > 0).alias("overlaps"),
        (words.log1p() / 5).clip(0, 1).alias("length"),
        (words <= 3).alias("three_words"),
        (words <= 8).alias("eight_words"),
        (words > 40).alias("long"),
        (pl.col("answered").log1p() / 5).clip(0, 1).alias("answered_length"),
        pl.col("answered_disagrees"),
    ]
    return counted.select([column.cast(pl.Float32) for column in columns]).to_numpy().reshape(len(replies), len(CUES))


def _plain(texts: pl.Series) -> pl.Series:
    """The texts folded, with one kind of apostrophe."""
    return folded(texts).str.replace_all("[’‘`´]", "'")
