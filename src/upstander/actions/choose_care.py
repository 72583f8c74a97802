"""Choose what spares oneself."""

from collections.abc import Sequence
from datetime import datetime

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.errors import Refused
from upstander.register.models import Care

__all__ = ["choose_care"]

THEMES = ("", "light", "dark")


@action(Power.OWN, says="chose how pages are shown to them")
def choose_care(
    actor: Actor,
    now: datetime,
    /,
    *,
    veiled: bool,
    grey: bool,
    keys: bool,
    theme: str = "",
    pause_after: int | None = None,
    always_veiled: Sequence[str] = (),
) -> Told[Care]:
    """Choose whether text and pictures are spared, when a pause is offered, and whether single keys do things."""
    if actor.account is None or theme not in THEMES or (pause_after is not None and not 0 < pause_after < 1_000_000):
        raise Refused("That choice was not understood; go back and choose again.")
    chosen = {
        "veiled": veiled,
        "grey": grey,
        "keys": keys,
        "theme": theme,
        "pause_after": pause_after,
        "always_veiled": sorted(set(always_veiled)),
    }
    care = Care.objects.update_or_create(account=actor.account, defaults=chosen)[0]
    return Told(care, actor.account.username, chosen)
