"""`upstander ledger`: prove the register's ledger."""

import re
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
    """Prove that no entry of the ledger was changed, removed or put in.

    Every entry is sealed with the one before it; each seal is computed again from the first to the last. Ends with
    status 2, and the first entry that is not what was written, where one is not. Note the last seal somewhere else:
    whoever can write to the whole database could seal all of it anew, and then no entry has the seal that was --noted.
    """
    if noted is not None and not re.fullmatch(r"\s*[0-9a-fA-F]{64}\s*", noted):
        raise UsageError(f"--noted is a seal of 64 signs from 0-9 and a-f, and {visible(noted)!r} is not one")
    opened(shared)
    from upstander.actions.verify_ledger import verify_ledger

    with counting() as told:
        entries, digest = verify_ledger(lambda done, total: told("Proving entries", done, total), noted=noted)
    if shared.json:
        emit({"entries": entries, "digest": digest, "whole": True})
    else:
        print(f"The ledger is whole: {entries:,} {'entry' if entries == 1 else 'entries'}.")  # noqa: T201 - the result
        print(f"Its last seal is {digest}.")  # noqa: T201 - the result
    return DONE
