"""What a response to a message does: challenges it, approves, laughs along or moves on. A guess until a person says so.

The model is imported where it is used (`upstander.review.stance.model`): whoever only reads the table needs none of it.
"""

from upstander.review.stance.counting import Counts, counts
from upstander.review.stance.decision import STANCES_FILE, Ruling, append, rulings
from upstander.review.stance.kinds import Basis, Stance

__all__ = ["STANCES_FILE", "Basis", "Counts", "Ruling", "Stance", "append", "counts", "rulings"]
