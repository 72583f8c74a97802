"""Double coding: what is read a second time, how far reviewers agree, and where they do not.

No single number says how far people agree about something rare, so that several are always given together, with what
they rest on.
"""

from upstander.review.agreement.drawing import Draw, draw, draws
from upstander.review.agreement.figures import Figure, Figures, figures, gwet
from upstander.review.agreement.report import Agreement, Due, OfCode, agreement

__all__ = [
    "Agreement",
    "Draw",
    "Due",
    "Figure",
    "Figures",
    "OfCode",
    "agreement",
    "draw",
    "draws",
    "figures",
    "gwet",
]
