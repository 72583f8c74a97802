"""Read what people wrote: it changes nothing, and is written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.register.exposure import seen
from upstander.register.models import Case

__all__ = ["read_content"]


@action(Power.READ, says="read {about}: {why}")
def read_content(
    actor: Actor,
    now: datetime,
    /,
    *,
    case: Case,
    about: str,
    why: str,
    what: Mapping[str, Any] | None = None,
    shown: int = 0,
) -> Told[None]:
    """Note that somebody reads what people wrote: which conversation, messages or exhibit, and what for.

    `shown` is how many texts stand on the page: they count towards the reader's pause.
    """
    if shown and actor.account is not None:
        seen(actor.account, shown, now)
    return Told(None, about, {"why": why, **({"shown": shown} if shown else {}), **(what or {})})
