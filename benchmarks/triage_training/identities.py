"""Words that name a group of people and say nothing about it: alone, they must not make a message look hateful."""

import numpy as np
import numpy.typing as npt
import polars as pl

from upstander.review.features import Recipe, hashed

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


def identity_columns(recipe: Recipe) -> npt.NDArray[np.uint32]:
    """The columns of these words standing alone, and of the runs of characters that hold nearly all of one."""
    found = hashed(pl.Series(IDENTITIES), Recipe(recipe.bits, 1, recipe.characters, recipe.apart))
    return np.unique(found.columns)
