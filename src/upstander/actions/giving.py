"""Giving messages to read: what is next for whom, and that nobody else has it meanwhile.

The queue says what is next; the register says who has what, and refuses what may not be twice. Giving decides nothing
and has no entry in the ledger; what is read and what is said of it has.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from upstander.actions.actor import SYSTEM, Actor, having
from upstander.actions.begin_queue import begin_queue
from upstander.actions.note_reached import note_reached
from upstander.actions.powers import Power
from upstander.actions.projecting import project_file, project_files
from upstander.errors import NotAllowed, SaidAlready
from upstander.register.models import Account, Case, File, Grant, Hold, HoldEnd, HoldMode
from upstander.review.codings.coding import Via
from upstander.review.queue.order import Item, Why
from upstander.stages.desk_holding import mirrored
from upstander.stages.given import reached, sample_due, second_due
from upstander.stages.resident import Resident, resident
from upstander.storage import Case as Folder

__all__ = ["LEASE", "give", "let_lie", "passed_by", "reveal"]

#: How long somebody has a message that they do not decide on; each look at it begins it anew.
LEASE = timedelta(minutes=30)
#: What of it may be over before another look is written down.
_SETTLED = timedelta(minutes=1)

#: Messages that are tried where others were a little faster.
_TRIES = 50


def give(
    actor: Actor,
    now: datetime,
    *,
    case: Case,
    folder: Folder,
    code: str,
    mode: HoldMode = HoldMode.QUEUE,
    passing: Collection[str] | None = None,
    powers: Collection[Power] | None = None,
) -> tuple[Resident, Hold | None] | None:
    """What the actor reads next for a code, held for them; no hold where nothing can be given, None while it opens.

    What they passed on (`passed_by`) they are not given again, unless another `passing` is said. `powers` are theirs
    where whoever asks has just looked; they are asked for again as a message is taken. Raises `NotAllowed`, `BadCode`,
    `BadCodebook`, `BadDecision`.
    """
    if powers is None or Power.CODE not in powers:
        actor.need(Power.CODE, case)
    account = actor.account
    if account is None:
        raise NotAllowed("Only somebody with an account is given messages on the desk.")
    project_files(case, folder, File.CODINGS, File.QUEUES)
    there = resident(folder, code)
    if there is None:
        return None
    code = there.code
    with there.lock, mirrored(folder, code) as others:
        if there.found.way.at is None and mode == HoldMode.QUEUE:
            with suppress(SaidAlready):
                begin_queue(actor, now, case=case, folder=folder, way=there.found.way, by=account.full_name)
        _note_reached(now, case, folder, there)
        holds = _standing(now, case, there)
        mine = next((hold for hold in holds if (hold.account_id, hold.mode) == (account.pk, mode)), None)
        if mine is None:
            over = passed_by(account, case, code) if passing is None else passing
            mine = _taken(now, case, account, there, mode, holds, others.held, over)
            if mine is not None:
                holds.append(mine)
        elif mine.until < now + LEASE - _SETTLED:
            mine.until = now + LEASE
            Hold.objects.filter(pk=mine.pk, end="").update(until=mine.until)
        others.ours = [
            {
                "message": hold.message, "by": hold.account.full_name, "via": hold.via, "why": hold.why,
                "codings": len(there.found.made), "window": [hold.before, hold.after],
            }
            for hold in holds
            if hold.mode == HoldMode.QUEUE
        ]  # fmt: skip
    return there, mine


def passed_by(account: Account, case: Case, code: str) -> set[str]:
    """Messages that somebody passed on and did not take again."""
    own = Hold.objects.filter(account=account, case=case, code=code).order_by("pk")
    passed = set(own.filter(end=HoldEnd.PASSED).values_list("message", flat=True))
    if not passed:
        return passed
    last = dict(own.filter(message__in=passed).values_list("message", "end"))
    return {message for message, end in last.items() if end == HoldEnd.PASSED}


def reveal(hold: Hold, now: datetime, *, before: int, after: int) -> None:
    """Keep that the words of a message were shown to whoever has it, and how many around it."""
    hold.revealed_at = hold.revealed_at or now
    hold.before, hold.after = max(hold.before, before), max(hold.after, after)
    hold.save(update_fields=["revealed_at", "before", "after"])


def let_lie(hold: Hold, now: datetime) -> None:
    """Take from somebody's hands what cannot be read any more."""
    Hold.objects.filter(pk=hold.pk, end="").update(end=HoldEnd.LAPSED, ended_at=now)


def _note_reached(now: datetime, case: Case, folder: Folder, there: Resident) -> None:
    """Write down what the stream had shown and rank has come to; a new ranking may have come to more."""
    while due := reached(there, now):
        for coding in due:
            note_reached(SYSTEM, now, case=case, folder=folder, coding=coding)
        project_file(case, folder, File.CODINGS)
        before = len(there.found.made)
        there.catch_up()
        if len(there.found.made) == before:
            # Nothing came of it, as where the disk is full: the next one tries again.
            return


def _standing(now: datetime, case: Case, there: Resident) -> list[Hold]:
    """What is in anybody's hands; what lay too long, or was decided meanwhile, or nobody may code, is not any more."""
    open_ = list(Hold.objects.filter(case=case, code=there.code, end="").select_related("account"))
    able = having(Power.CODE, case, [hold.account for hold in open_])
    found = []
    for hold in open_:
        lies = hold.until <= now
        first = hold.mode == HoldMode.QUEUE and not there.undecided(hold.message)
        if lies or first or hold.account_id not in able:
            let_lie(hold, now)
        else:
            found.append(hold)
    return found


def _taken(
    now: datetime,
    case: Case,
    account: Account,
    there: Resident,
    mode: HoldMode,
    holds: Iterable[Hold],
    others: Iterable[tuple[str, str]],
    passing: Collection[str],
) -> Hold | None:
    """The first that nobody has, taken; where somebody elsewhere was faster, the next."""
    if mode == HoldMode.QUEUE:
        offers = _ranked(there, account, holds, others, passing)
    else:
        due = sample_due(there) if mode == HoldMode.SAMPLE else second_due(there, account.full_name)
        via = Via.SAMPLE if mode == HoldMode.SAMPLE else Via.SECOND
        kept = {hold.message for hold in holds if (hold.mode == HoldMode.SECOND) == (mode == HoldMode.SECOND)}
        offers = ((message, via, mode.label) for message in due if message not in kept and message not in passing)
    for _, (message, via, why) in zip(range(_TRIES), offers, strict=False):
        try:
            with transaction.atomic():
                _able(account, case)
                return Hold.objects.create(
                    case=case, code=there.code, message=message, account=account, mode=mode, via=via.value, why=why,
                    given_at=now, until=now + LEASE,
                )  # fmt: skip
        except IntegrityError:
            already = Hold.objects.filter(Q(case=case, code=there.code, account=account, mode=mode, end=""))
            if (mine := already.select_related("account").first()) is not None:
                # Two pages of one person: both show the same message.
                return mine
    return None


def _able(account: Account, case: Case) -> None:
    """Raise `NotAllowed` where they may not code there now. Called where a hold is made, in its transaction.

    What it reads is kept as it is until that ends: a role or an account that is taken away meanwhile is taken away
    after it, and the hold with it.
    """
    known = Account.objects.select_for_update(no_key=True).get(pk=account.pk)
    list(Grant.objects.select_for_update(no_key=True).filter(case=case, account=known, withdrawn_at=None))
    Actor.of(known).need(Power.CODE, case)


def _ranked(
    there: Resident,
    account: Account,
    holds: Iterable[Hold],
    others: Iterable[tuple[str, str]],
    passing: Collection[str],
) -> Iterator[tuple[str, Via, str]]:
    """What the queue gives them, one after the other."""
    reader = f"account {account.pk}"
    held: dict[int, tuple[str, Item]] = {}
    taken = [(hold.message, f"account {hold.account_id}") for hold in holds if hold.mode != HoldMode.SECOND]
    for message, by in [*taken, *others, *((message, "passed on") for message in passing)]:
        place = there.place(message)
        if place is not None:
            held[place] = (by, Item(place, Via.QUEUE, Why.LEFT))
    while True:
        there.hold(dict(held))
        item = there.found.queue.next(reader)
        if item is None:
            return
        yield there.message(item.place), item.via, item.why.value
        held[item.place] = ("somebody faster", item)
