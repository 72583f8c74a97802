"""What reviewers decided: appended to the decision file, one line a coding, and never edited."""

from upstander.review.codings.coding import Coding, Via
from upstander.review.codings.record import CODINGS, append, codings, told

__all__ = ["CODINGS", "Coding", "Via", "append", "codings", "told"]
