"""Texts as numbers: hashed words, pairs of words and runs of characters, the same for every ranking."""

from upstander.review.features.hashing import Hashed, Recipe, hashed
from upstander.review.features.places import Place, places

__all__ = ["Hashed", "Place", "Recipe", "hashed", "places"]
