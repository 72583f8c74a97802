"""The stances, and what a guess of one rests on."""

from enum import StrEnum

__all__ = ["ORDER", "Basis", "Stance"]


class Stance(StrEnum):
    """What a response does about the message that it is to."""

    CHALLENGE = "challenge"
    APPROVE = "approve"
    LAUGH_ALONG = "laugh_along"
    MOVE_ON = "move_on"
    #: None is likely enough to be shown; no person decides this.
    UNDECIDED = "undecided"


class Basis(StrEnum):
    """What a guess rests on. Emoji and laughter are what was seen; only words are weighed by the model."""

    EMOJI = "emoji"
    LAUGHTER = "laughter"
    TEXT = "text"


#: The order of every array of probabilities, and of the table's columns.
ORDER = (Stance.CHALLENGE, Stance.APPROVE, Stance.LAUGH_ALONG, Stance.MOVE_ON)
