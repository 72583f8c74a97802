"""`upstander serve`."""

import os
import signal
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from types import FrameType
from typing import Annotated, Any

from cyclopts import Parameter
from django.core.wsgi import get_wsgi_application
from django.db import connections

from upstander.cli.exits import DONE
from upstander.cli.helping import working
from upstander.cli.listening import listening
from upstander.cli.opened import opened
from upstander.cli.options import SHARED, Shared
from upstander.cli.terminal import emit, note
from upstander.cli.written import visible
from upstander.errors import UsageError
from upstander.register.site import Site

__all__ = ["HOST", "PORT", "desk", "serve"]

HOST = "127.0.0.1"
PORT = 8000

#: The site for a server that is told by name what to serve.
APPLICATION = "upstander.web.wsgi:application"

#: Addresses that only this machine reaches.
_OWN = ("127.0.0.1", "localhost", "::1")


def serve(
    *,
    host: Annotated[str, Parameter(help="Address to listen at; other machines reach 127.0.0.1 not at all.")] = HOST,
    port: Annotated[int, Parameter(help="Port to listen at.")] = PORT,
    threads: Annotated[int, Parameter(help="Pages that are worked on at once.")] = 8,
    team: Annotated[
        bool,
        Parameter(
            negative="",
            show_default=False,
            help="Serve a team: several processes, over a register on PostgreSQL, behind a reverse proxy.",
        ),
    ] = False,
    processes: Annotated[int, Parameter(help="Processes that serve pages, with --team.")] = 2,
    worker: Annotated[
        bool,
        Parameter(
            negative="--no-worker",
            show_default=False,
            help="Also take in what is handed in; without it, `upstander work` does that elsewhere.",
        ),
    ] = True,
    shared: Shared = SHARED,
) -> int:
    """Open the desk in a browser: the investigators' site over the cases of the home.

    The register is made, or brought up to date, and cases that were made on the command line are admitted to it. The
    first page makes the first account. It listens on this machine alone unless --host says otherwise, asks nothing of
    any other, and Ctrl-C ends it. For a team: docs/how-to/run-for-a-team.md.
    """
    site = opened(shared, make=True)
    if team:
        serve_team(site, shared, host=host, port=port, processes=processes, threads=threads, worker=worker)
    else:
        desk(site, shared, host=host, port=port, threads=threads, worker=worker)
    return DONE


def serve_team(site: Site, shared: Shared, *, host: str, port: int, processes: int, threads: int, worker: bool) -> None:
    """Serve with several processes. Raises `UsageError` where the site is not one for a team."""
    if not site.database_url:
        raise UsageError("--team needs a register on PostgreSQL: set UPSTANDER_DATABASE_URL")
    if find_spec("granian") is None:
        raise UsageError("--team needs the extra `team` (granian): install upstander[team]")
    _prepared(site)
    _admitted(site, shared)
    connections.close_all()
    if not site.https:
        note("Caution: UPSTANDER_HTTPS is not set; behind a proxy with HTTPS it has to be.")
    server = import_module("granian").Granian(
        APPLICATION,
        address=host,
        port=port,
        interface="wsgi",
        workers=processes,
        blocking_threads=threads,
        websockets=False,
        log_level="warning",
    )
    with working(site, start=worker):
        if shared.json:
            emit({"address": f"http://{host}:{port}/", "home": site.home})
            sys.stdout.flush()
        else:
            _ready(f"http://{host}:{port}/")
        server.serve()
    note("The desk is closed; what was being taken in goes on when it is opened again.")


def desk(
    site: Site,
    shared: Shared,
    *,
    host: str = HOST,
    port: int = PORT,
    threads: int = 8,
    worker: bool = True,
    ready: Callable[[str], None] | None = None,
) -> None:
    """Serve an opened register until somebody stops it; `ready` is told the address once it can be reached."""
    _prepared(site)
    server = listening(get_wsgi_application(), site, host=host, port=port, threads=threads)
    where = _address(server, host)
    _admitted(site, shared)
    signal.signal(signal.SIGTERM, _stop)
    with working(site, start=worker):
        if shared.json:
            emit({"address": where, "home": site.home})
            sys.stdout.flush()
        else:
            (ready or _ready)(where)
        _cautioned(site, host)
        server.run()
    note("The desk is closed; what was being taken in goes on when it is opened again.")


def _ready(where: str) -> None:
    print(f"The desk is open at {where} (Ctrl-C closes it).", flush=True)  # noqa: T201 - the result


def _prepared(site: Site) -> None:
    """A place for what is being sent: on the disk of the cases, for the system's own may be in memory."""
    from upstander.worker.tidying import arrived

    site.arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
    arrived(site)
    tempfile.tempdir = os.environ["TMPDIR"] = str(site.arriving)


def _address(server: Any, host: str) -> str:
    port = getattr(server, "effective_port", None) or server.effective_listen[0][1]
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{port}/"


def _admitted(site: Site, shared: Shared) -> None:
    from upstander.actions.admit_case import admit_cases, without_owner

    for reference, problem in admit_cases(shared.now(), site.home):
        note(f"The case {reference} is not on the desk: {problem}")
    orphans = without_owner()
    if orphans:
        named = ", ".join(visible(reference) for reference in orphans[:5]) + (" …" if len(orphans) > 5 else "")
        note(
            f"Nobody at the desk sees {named} yet: `upstander case admit REF --owner USER` gives a case an owner, and"
            " the first account can take them all."
        )


def _cautioned(site: Site, host: str) -> None:
    if host not in _OWN and not site.https:
        note(
            "Caution: other machines can reach this address, and what they send and read can be seen on the way. Put a"
            " reverse proxy with HTTPS before it (docs/how-to/run-for-a-team.md)."
        )


def _stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what a signal gives
    raise SystemExit(DONE)
