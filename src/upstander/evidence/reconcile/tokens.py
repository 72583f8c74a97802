"""What must be equal for two rows to be one message, as one number a row: author, body, or both."""

import numpy as np
import numpy.typing as npt

from upstander.evidence.reconcile.held import Ints

__all__ = ["Digests", "author_token", "crowded", "mixed", "numbered"]

Digests = npt.NDArray[np.uint64]

#: Authors that have no number: notices of the app.
_NOTICE = np.uint64(0x5DEECE66D)


def author_token(author: Ints, group: Ints) -> Digests:
    """One number for every group of authors; `author` are places in `group`, or -1 for a notice of the app."""
    if not len(group):
        return np.full(len(author), _NOTICE)
    numbers = np.where(author >= 0, group[np.maximum(author, 0)], 0).astype(np.uint64)
    return np.where(author >= 0, (numbers + np.uint64(1)) * np.uint64(0xD6E8FEB86659FD93), _NOTICE)


def numbered(author: Digests) -> Ints:
    """Authors by number: 0, 1, … in the order of their tokens."""
    numbers: Ints = np.unique(author, return_inverse=True)[1]
    return numbers


def mixed(body: Digests, author: Digests) -> Digests:
    """One number for body and author together."""
    mixed: Digests = (body ^ author) * np.uint64(0x9E3779B97F4A7C15)
    return mixed


def crowded(token: Digests, low: Ints, high: Ints) -> Ints:
    """Places whose interval meets that of another place with the same token."""
    order = np.lexsort((low, token))
    near = (token[order][1:] == token[order][:-1]) & (low[order][1:] <= high[order][:-1])
    crowded: Ints = order[np.concatenate([near, [False]]) | np.concatenate([[False], near])]
    return crowded
