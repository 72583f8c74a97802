"""The edge of the process: every error becomes one sentence and an exit status, and no traceback reaches the user."""

import errno
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from cyclopts import CycloptsError
from platformdirs import user_log_path

from upstander.cli.entering import entered
from upstander.cli.exits import DONE, FAULT, REFUSED, STOPPED
from upstander.cli.program import COMMANDS, app, described
from upstander.cli.watching import begun
from upstander.cli.written import as_json, visible
from upstander.errors import UpstanderError

__all__ = ["main", "run"]


def main() -> int:
    """Run the command of `sys.argv`; gives the exit status."""
    # Nothing here does linear algebra: the threads that NumPy's starts would only spin, a twentieth of a second each.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character shows its number instead of stopping the work.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    return run(sys.argv[1:])


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives the exit status. Results go to stdout, everything else to stderr."""
    try:
        _whole_help(arguments)
        begun()
        try:
            status = app(list(arguments), exit_on_error=False, print_error=False)
        finally:
            entered()
        sys.stdout.flush()
        return status if isinstance(status, int) else DONE
    except CycloptsError as problem:
        return _refuse(arguments, problem, _usage(arguments, problem))
    except UpstanderError as problem:
        return _refuse(arguments, problem, str(problem))
    except BrokenPipeError:
        return _closed()
    except KeyboardInterrupt:
        sys.stderr.write("stopped; run the same command again to go on\n")
        return STOPPED
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else DONE
    except OSError as problem:
        return _refuse(arguments, problem, _system(problem))
    except Exception as problem:  # noqa: BLE001 - the process boundary: nobody above could say anything better
        return _fault(arguments, problem)


def _whole_help(arguments: Sequence[str]) -> None:
    """Let the help of the command that is asked for be its whole docstring; the list shows only the summary."""
    for words in COMMANDS:
        if tuple(arguments[: len(words)]) == words:
            described(words)


def _usage(arguments: Sequence[str], problem: CycloptsError) -> str:
    said = " ".join(str(problem).split())
    if said.endswith(("?", "...")):
        return f"{said} {_see(arguments)}"
    return f"{said.removesuffix('.')}; {_see(arguments)}"


def _see(arguments: Sequence[str]) -> str:
    for words in COMMANDS:
        if tuple(arguments[: len(words)]) == words:
            return f"`upstander {' '.join(words)} --help` shows how it is called"
    return "`upstander --help` lists the commands"


def _refuse(arguments: Sequence[str], problem: Exception, sentence: str) -> int:
    if "--traceback" in arguments:
        traceback.print_exc()
    _say(arguments, problem, sentence)
    return REFUSED


def _say(arguments: Sequence[str], problem: BaseException, sentence: str) -> None:
    try:
        if "--json" in arguments:
            sys.stdout.write(as_json({"error": sentence, "type": type(problem).__name__}) + "\n")
            sys.stdout.flush()
    except OSError:
        # Stdout itself is what failed; stderr says why.
        _closed()
    with suppress(OSError):
        sys.stderr.write(f"upstander: {visible(sentence)}\n")


def _system(problem: OSError) -> str:
    """What the operating system refused, as one sentence."""
    what = problem.strerror or str(problem) or type(problem).__name__
    where = f"{problem.filename}: " if problem.filename else ""
    if problem.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"{where}the disk is full; make room and run the same command again"
    if problem.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{where}{what[0].lower()}{what[1:]}; check who may read and write there"
    return f"{where}{what[0].lower()}{what[1:]}; nothing that was finished before is lost"


def _closed() -> int:
    """Whoever read our output has seen enough: end quietly, and keep Python from saying so while it shuts down."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = sys.__stdout__ or sys.stdout
    return DONE


def _fault(arguments: Sequence[str], problem: Exception) -> int:
    if "--traceback" in arguments:
        traceback.print_exc()
        where = "the traceback stands above"
    else:
        where = _saved(problem)
    sentence = (
        f"this is a fault of Upstander's own ({type(problem).__name__}), not of your files; {where}: please report it"
    )
    _say(arguments, problem, sentence)
    return FAULT


def _saved(problem: Exception) -> str:
    """Save the traceback for its owner's eyes only: it may quote evidence."""
    folder = user_log_path("upstander", appauthor=False)
    path: Path = folder / f"fault-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.txt"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as stream:
            stream.writelines(traceback.format_exception(problem))
    except OSError as unsaved:
        return f"its traceback could not be saved ({unsaved.strerror}), run it again with --traceback"
    return f"its traceback was saved in {path} (it may quote evidence)"
