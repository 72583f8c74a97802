"""How a message came before a reviewer, in words."""

from upstander.review.codings.coding import Via
from upstander.review.codings.worded import came


def test_every_way_that_a_message_comes_is_said_differently() -> None:
    """None is left out, and none is the word of the table."""
    said = {came(via) for via in Via}
    assert len(said) == len(Via)
    assert said.isdisjoint(via.value for via in Via)
