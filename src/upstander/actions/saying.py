"""All that somebody says of one message at once: written together or not at all."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from upstander.actions.actor import Actor
from upstander.actions.code_message import code_message
from upstander.actions.deny_message import deny_message
from upstander.errors import SaidAlready
from upstander.register.models import Case
from upstander.review.codings.named import Named
from upstander.storage import Case as Folder

__all__ = ["Said", "say"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a form says: of the code that the message was given for, of others that apply, or that nothing does."""

    hold: int
    code: str
    applies: bool = False
    others: Sequence[str] = ()
    nothing: bool = False
    span: str | None = None
    note: str | None = None
    #: Whether it is another word on what was coded before.
    again: bool = False


def say(actor: Actor, now: datetime, /, *, case: Case, folder: Folder, of: Named, said: Said) -> None:
    """Write it, each decision with its entry. Raises what the actions do; nothing is written then."""
    with transaction.atomic():
        if said.nothing:
            deny_message(actor, now, case=case, folder=folder, of=of, code=said.code, hold=said.hold, note=said.note)
            return
        about = {"case": case, "folder": folder, "of": of, "code": said.code, "hold": said.hold, "note": said.note}
        try:
            code_message(actor, now, **about, applies=said.applies, span=said.span, again=said.again)  # type: ignore[arg-type]
        except SaidAlready:
            # What is the same as before is passed over, where there is something else.
            if not (said.again and said.others):
                raise
        for other in said.others:
            with suppress(SaidAlready):
                code_message(actor, now, **about, applies=True, beside=other)  # type: ignore[arg-type]
