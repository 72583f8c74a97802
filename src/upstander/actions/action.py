"""What makes a function an action: a power that is asked for, a transaction, and exactly one entry in the ledger."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Concatenate, Generic, ParamSpec, TypeAlias, TypeVar

from django.db import transaction

from upstander.actions.actor import Actor
from upstander.actions.powers import Power
from upstander.register.models import Account, Case, Decision, Entry, Head
from upstander.register.sealing import LINE, canonical, of_line, seal, storable

__all__ = ["ACTIONS", "Act", "Action", "Told", "action"]

Given = ParamSpec("Given")
Gives = TypeVar("Gives")


@dataclass(frozen=True, slots=True)
class Told(Generic[Gives]):
    """What an action did: what it gives back, and what the ledger is told of it."""

    value: Gives
    #: What it was done to.
    about: str = ""
    #: Everything else, as JSON can say it.
    detail: Mapping[str, Any] = field(default_factory=dict)
    #: The case that it opened: for the one action whose case is not there before it.
    case: Case | None = None
    #: A decision on evidence, to be saved with the entry that it is.
    decision: Decision | None = None
    #: What takes back what it made beside the register, where the rest of it fails.
    undo: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class Action:
    """One verb: what it needs, and how the ledger reads."""

    verb: str
    power: Power
    #: The sentence, with `{about}` and the names of its detail in braces: "gave {about} the role {role}".
    says: str
    #: What it does, for the reference.
    help: str


_KNOWN: dict[str, Action] = {}

#: Every action that was imported, by verb.
ACTIONS: Mapping[str, Action] = MappingProxyType(_KNOWN)


#: An action as a shell calls it: who, when, and the rest by name.
Act: TypeAlias = Callable[Concatenate[Actor, datetime, Given], Gives]


def action(power: Power, *, says: str) -> Callable[[Act[Given, Told[Gives]]], Act[Given, Gives]]:
    """Make a function an action; its name is the verb.

    The function is given the actor and the time and does the work; what comes out does so whole, with its entry, or not
    at all. A keyword `case` is the case that the power is asked for in; without it, the site. There is no way around
    any of it: what is not an action cannot write to the ledger, and what is has to.
    """

    def made(work: Act[Given, Told[Gives]]) -> Act[Given, Gives]:
        known = Action(work.__name__, power, says, (work.__doc__ or "").partition("\n")[0])
        if known.verb in _KNOWN:
            raise ValueError(f"there is an action {known.verb} already")
        _KNOWN[known.verb] = known

        @functools.wraps(work)
        def act(actor: Actor, now: datetime, /, *args: Given.args, **named: Given.kwargs) -> Gives:
            where = named.get("case")
            case = where if isinstance(where, Case) else None
            told: Told[Gives] | None = None
            try:
                with transaction.atomic():
                    # Held from here to the end: actions happen one after the other, and what one finds still holds
                    # when it is written. The power is asked for inside, so that one withdrawn meanwhile is gone.
                    head = Head.objects.select_for_update().get(pk=1)
                    _as_they_are(actor.account, *named.values())
                    actor.need(power, case)
                    told = work(actor, now, *args, **named)
                    _enter(head, known, actor, now, told.case or case, told)
            except BaseException:
                if told is not None and told.undo is not None:
                    told.undo()
                raise
            return told.value

        return act

    return made


def _as_they_are(*known: object) -> None:
    """Read again whose accounts they are: what was read before the wait may be closed, or have another password."""
    for account in known:
        if isinstance(account, Account):
            account.refresh_from_db()


def _enter(head: Head, known: Action, actor: Actor, now: datetime, case: Case | None, told: Told[Any]) -> None:
    sequence = head.sequence + 1
    # A decision's words stand in its line alone; the entry seals what they were.
    sealed = {} if told.decision is None else {LINE: of_line(told.decision.line)}
    entry = Entry(
        sequence=sequence,
        at=now,
        account=actor.account,
        actor=storable(actor.name),
        via=actor.via.value,
        verb=known.verb,
        case="" if case is None else case.reference,
        about=storable(told.about),
        detail=storable(canonical({**told.detail, **sealed})),
        before=head.digest,
    )
    entry.digest = seal(entry)
    entry.save(force_insert=True)
    head.sequence, head.digest = sequence, entry.digest
    head.save()
    if told.decision is not None:
        told.decision.entry = entry
        told.decision.save(force_insert=True)
