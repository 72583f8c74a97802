"""One file a concept."""

from upstander.register.models.account import Account
from upstander.register.models.care import Care, Exposure
from upstander.register.models.case import Case
from upstander.register.models.decision import Decision, File
from upstander.register.models.grant import Grant, Role
from upstander.register.models.hand_in import HandIn, HandInState
from upstander.register.models.hold import Hold, HoldEnd, HoldMode
from upstander.register.models.ledger import Entry, Head
from upstander.register.models.standing import Standing, StandingKind

__all__ = [
    "Account",
    "Care",
    "Case",
    "Decision",
    "Entry",
    "Exposure",
    "File",
    "Grant",
    "HandIn",
    "HandInState",
    "Head",
    "Hold",
    "HoldEnd",
    "HoldMode",
    "Role",
    "Standing",
    "StandingKind",
]
