"""The first ranking: which messages to read first, from a small linear model that says which words made each score.

A score puts messages into an order for people to read. It decides nothing, hides nothing and codes nothing.
"""

from upstander.review.triage.card import card
from upstander.review.triage.model import Model, load, shipped
from upstander.review.triage.reasons import Span

__all__ = ["Model", "Span", "card", "load", "shipped"]
