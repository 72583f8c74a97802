"""What pages call rungs, reasons and bounds: every word of the tables has one of people's."""

import re

from upstander.model import table
from upstander.people.presence import LADDER
from upstander.people.worded import BOUNDS, JOINS, spoken


def test_every_rung_is_said_and_none_as_another() -> None:
    """In words that need no legend."""
    said = [spoken(rung) for rung in LADDER]
    assert len(set(said)) == len(LADDER)
    assert not [words for words in said if "_" in words]


def test_every_bound_and_every_reason_has_words() -> None:
    """As the schema lists them."""
    bounds = {value for each in table("memberships").fields if each.name in ("began", "ended") for value in each.values}
    assert bounds == set(BOUNDS)
    described = next(each.description for each in table("alias_suggestions").fields if each.name == "reasons")
    assert set(re.findall(r"[a-z]+_[a-z_]+", described)) <= set(JOINS)
