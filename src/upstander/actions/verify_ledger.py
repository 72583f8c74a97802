"""Prove the ledger: it changes nothing, and so it is no action."""

from collections.abc import Callable

from django.db.models import Subquery

from upstander.errors import LedgerBroken
from upstander.register.models import Entry, Head
from upstander.register.sealing import FIRST, seal

__all__ = ["verify_ledger"]


def verify_ledger(
    told: Callable[[int, int], None] | None = None, *, using: str = "default", noted: str | None = None
) -> tuple[int, str]:
    """Go through every entry; gives how many there are and the digest of the last.

    Raises `LedgerBroken` at the first that is not what was written: changed, missing, put in, or cut off at the end;
    and where no entry has the digest `noted`, that somebody wrote down when it was the last: all was sealed anew since.
    """
    head = Head.objects.using(using).get(pk=1)
    before, expected = FIRST, 1
    entries = Entry.objects.using(using)
    # What is written meanwhile is no part of what is proved.
    for entry in entries.filter(sequence__lte=head.sequence).order_by("sequence").iterator(chunk_size=2_000):
        where = f"entry {entry.sequence:,} of the ledger"
        if entry.sequence != expected:
            raise LedgerBroken(f"entry {expected:,} of the ledger is missing: {where} comes in its place")
        if entry.before != before:
            raise LedgerBroken(f"{where} does not follow from the one before it: one of them was changed")
        digest = seal(entry)
        if digest != entry.digest:
            raise LedgerBroken(f"{where} was changed after it was written ({entry.verb} by {entry.actor})")
        before, expected = digest, expected + 1
        if told is not None and entry.sequence % 1_000 == 0:
            told(entry.sequence, head.sequence)
    if (head.sequence, head.digest) != (expected - 1, before):
        raise LedgerBroken(f"the ledger ends at entry {expected - 1:,} and was written to {head.sequence:,}")
    # Both in one statement: an entry and the head that counts it come together.
    last = Head.objects.using(using).filter(pk=1).values("sequence")[:1]
    beyond = entries.filter(sequence__gt=Subquery(last)).order_by("sequence").first()
    if beyond is not None:
        raise LedgerBroken(f"the ledger has entry {beyond.sequence:,}, which nothing that wrote to it counted")
    if noted is not None and not entries.filter(digest=noted.strip().lower()).exists():
        raise LedgerBroken(f"no entry of the ledger has the seal {noted}: it was sealed anew since that was noted")
    return head.sequence, head.digest
