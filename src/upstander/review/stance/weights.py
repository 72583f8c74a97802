"""The weights that travel with the package: where they are, and their digest."""

import hashlib
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

__all__ = ["held", "weights"]


def held() -> Traversable:
    """The file of weights."""
    return files("upstander.review.stance").joinpath("weights.npz")


@cache
def weights() -> str:
    """SHA-256 of the weights: a table that other weights made is made again."""
    return hashlib.sha256(held().read_bytes()).hexdigest()
