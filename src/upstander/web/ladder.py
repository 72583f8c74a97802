"""Who knew as a strip: of everybody in the conversation, how many are on which part of the ladder."""

from collections.abc import Iterable
from dataclasses import dataclass

from upstander.people.presence import OUT
from upstander.people.who import Knower

__all__ = ["WIDTH", "Band", "strip"]

#: Units across the strip.
WIDTH = 720

#: Parts of the ladder: a class for its look, what it says, and its rungs.
_PARTS = (
    ("saw", "wrote it, or saw it: a receipt, a reaction, a reply", ("wrote", "read", "played", "reacted", "replied")),
    ("after", "posted later, or their own phone holds it", ("posted_later", "own_phone_past", "own_phone_holds")),
    (
        "member",
        "were members, or had it delivered",
        ("delivered", "verified_roster", "by_events", "by_inference"),
    ),
    ("unknown", "nothing tells whether they were in", ("unknown", "unreachable")),
    ("out", "were not in when it was sent", OUT),
)


@dataclass(frozen=True, slots=True)
class Band:
    """One part of the strip."""

    name: str
    says: str
    people: int
    x: float
    width: float


def strip(people: Iterable[Knower]) -> list[Band]:
    """The parts that anybody is on, from those who saw it to those who were not in."""
    rungs = [knower.standing.strongest for knower in people]
    bands: list[Band] = []
    x = 0.0
    for name, says, of in _PARTS:
        count = sum(rung in of for rung in rungs)
        if count:
            width = WIDTH * count / len(rungs)
            bands.append(Band(name, says, count, round(x, 2), round(width, 2)))
            x += width
    return bands
