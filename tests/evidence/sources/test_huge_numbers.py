"""Whole numbers that no fraction can hold, where a time should be: property lists and JSON have them."""

from collections.abc import Callable

import pytest

from upstander.evidence.sources import loose
from upstander.evidence.sources.imessage import values as imessage
from upstander.evidence.sources.teams import values as teams
from upstander.evidence.sources.whatsapp_ios import values as whatsapp_ios


@pytest.mark.parametrize("reads", [loose.instant, imessage.instant, teams.cocoa, whatsapp_ios.instant])
@pytest.mark.parametrize("number", [10**400, -(10**400), float("inf"), float("nan"), 1e308])
def test_what_is_too_large_to_be_a_time_is_none(reads: Callable[[object], int | None], number: float) -> None:
    """Nor does it end the reading."""
    assert reads(number) is None
