"""Words that name a group of people and say nothing about it: alone, they must not make a message look hateful."""

import re
from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features import Recipe, hashed
from upstander.review.features.hashing import APART, streams
from upstander.review.folding import folded

__all__ = ["IDENTITIES", "identity_columns"]

#: Words that people use of themselves. No slur is among them.
IDENTITIES = tuple(
    """
    woman women female females girl girls lady ladies feminist feminists wife mother mum mom daughter sister
    man men male males boy boys
    black blacks white whites asian asians african africans arab arabs chinese indian indians mexican mexicans latino
    latinos latina hispanic hispanics pakistani pakistanis native american americans british english german polish
    immigrant immigrants migrant migrants refugee refugees foreigner foreigners minority minorities traveller
    travellers roma somali nigerian turkish middle eastern
    muslim muslims islam islamic jew jews jewish judaism christian christians christianity catholic catholics hindu
    hindus sikh sikhs buddhist
    gay gays lesbian lesbians bisexual queer lgbt lgbtq homosexual homosexuals straight heterosexual trans transgender
    nonbinary transsexual
    disabled disability disabilities deaf blind autistic autism paralysed paralyzed wheelchair handicapped
    old young elderly people person folks
    """.split()  # noqa: SIM905 - a list of a hundred lines reads worse
)


#: Words that may stand beside them and say as little.
_SMALL = frozenset(
    """
    a an the and or of in to with for from by as at on i you he she we they my your his her our their am is are was were
    be been being who that this these those some all many most more other not no only like so too very it it's i'm
    """.split()  # noqa: SIM905 - as above
)


def identity_columns(recipe: Recipe, texts: pl.Series) -> npt.NDArray[np.uint32]:
    """The columns of these words standing alone, and of what names no more.

    That is the runs of characters in them, and the pairs of words in `texts` of such a word and one that says little.
    """
    identities, small = set(IDENTITIES), _SMALL | set(IDENTITIES)
    pairs = set()
    for text in folded(texts):
        words = re.sub(APART, " ", text).split()
        pairs |= {
            f"{one} {two}"
            for one, two in pairwise(words)
            if one in small and two in small and (one in identities or two in identities)
        }
    alone = hashed(pl.Series(IDENTITIES), replace(recipe, words=1)).columns
    taken = replace(recipe, words=2, characters=(0, 0))
    together = list(streams(pl.Series(sorted(pairs), dtype=pl.String), taken))[1][0]
    return np.unique(np.concatenate([alone, together]))
