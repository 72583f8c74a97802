"""`upstander ledger`: prove the register's ledger."""

import re
from dataclasses import asdict
from typing import Annotated

from cyclopts import Parameter

from upstander.cli.exits import DONE
from upstander.cli.opened import opened
from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import counting, emit
from upstander.cli.written import visible
from upstander.errors import UsageError

__all__ = ["verify"]


def verify(
    *,
    noted: Annotated[str | None, Parameter(help="A seal that this command printed before.", show_default=False)] = None,
    shared: Shared = SHARED,
) -> int:
    """Prove that no entry of the ledger was changed, removed or put in, and no decision that it enters.

    Every entry is sealed with the one before it; each seal is computed again from the first to the last. A decision is
    held to the seal in its entry, and the decision files of the cases to the register. Ends with status 2, and the
    first that is not what was written, where one is not. Note the last seal somewhere else:
    whoever can write to the whole database could seal all of it anew, and then no entry has the seal that was --noted.
    """
    if noted is not None and not re.fullmatch(r"\s*[0-9a-fA-F]{64}\s*", noted):
        raise UsageError(f"--noted is a seal of 64 signs from 0-9 and a-f, and {visible(noted)!r} is not one")
    site = opened(shared)
    from upstander.actions.verify_register import verify_register

    with counting() as told:
        whole = verify_register(site.home, told, noted=noted)
    decided = whole.decided
    if shared.json:
        emit({"entries": whole.entries, "digest": whole.digest, "whole": True, "decisions": asdict(decided)})
    else:
        decisions = "decision" if decided.sealed == 1 else "decisions"
        for said in (
            f"The ledger is whole: {whole.entries:,} {'entry' if whole.entries == 1 else 'entries'}.",
            f"{decided.sealed:,} {decisions} and the files of the cases are what it sealed.",
            *([f"{decided.unsealed:,} of an earlier version are not sealed."] if decided.unsealed else []),
            *([f"{decided.waiting:,} more wait to be entered or written."] if decided.waiting else []),
            f"Its last seal is {whole.digest}.",
        ):
            print(said)  # noqa: T201 - the result
    return DONE
