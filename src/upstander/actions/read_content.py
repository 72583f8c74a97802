"""Read what people wrote: it changes nothing, and is written down."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from upstander.actions.action import Told, action
from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.register.models import Case

__all__ = ["read_content"]


@action(Power.READ, says="read {about}: {why}")
def read_content(
    actor: Actor, now: datetime, /, *, case: Case, about: str, why: str, what: Mapping[str, Any] | None = None
) -> Told[None]:
    """Note that somebody reads what people wrote: which conversation, messages or exhibit, and what for."""
    return Told(None, about, {"why": why, **(what or {})})
