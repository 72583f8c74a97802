"""The command as a process: pipes, signals, terminals, and what it loads."""

import contextlib
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.support.commands import Command

#: The command as a program of its own.
PROGRAM = [sys.executable, "-c", "import sys; from upstander.cli import main; sys.exit(main())"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_a_sentence(upstander: Command, case: str, home: Path) -> None:
    """Output that does not fit is said in one sentence."""
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "messages", case, "--json", "--home", str(home)], stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 2
    assert "the disk is full" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_pipe_is_survived(case: str, home: Path) -> None:
    """A reader that has seen enough ends the command without a word."""
    for form in ("table", "jsonl", "csv"):
        with subprocess.Popen(
            [*PROGRAM, "messages", case, "--format", form, "--home", str(home)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 0


def test_a_stop_from_the_keyboard_says_how_to_go_on(case: str, home: Path, tmp_path: Path) -> None:
    """Ctrl-C ends with status 130 and a sentence, and the same command then does the work."""
    big = tmp_path / "big.bin"
    with big.open("wb") as stream:
        stream.truncate(3_000_000_000)
    command = [*PROGRAM, "ingest", case, str(big), "--home", str(home)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    arriving = home / case / "scratch" / "arriving"
    deadline = time.monotonic() + 20
    while not arriving.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert (out, err) == ("", "stopped; run the same command again to go on\n")


def test_stdout_that_is_ascii_shows_numbers(case: str, home: Path) -> None:
    """A terminal without Unicode gets ASCII tables and escapes, not an error."""
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "COLUMNS": "80"}
    done = subprocess.run(
        [*PROGRAM, "status", case, "--home", str(home)], capture_output=True, env=environment, check=True
    )
    assert done.stdout.isascii()
    assert b"Team" in done.stdout


def test_the_help_loads_no_columns() -> None:
    """`upstander --help` and `--version` import neither Polars nor Arrow nor a command."""
    program = (
        "import sys; from upstander.cli import run; run(['--help']); run(['--version']);"
        "print([name for name in sys.modules if name.split('.')[0] in"
        " ('polars', 'pyarrow', 'numpy', 'meridian') or name == 'upstander.cli.ingest'], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


def _all_of(terminal: int) -> bytes:
    """Everything that is written to a terminal until the other side closes it, which Linux tells as an error."""
    pieces = []
    with contextlib.suppress(OSError):
        while piece := os.read(terminal, 4_096):
            pieces.append(piece)
    os.close(terminal)
    return b"".join(pieces)


def test_progress_is_for_terminals(case: str, home: Path, tmp_path: Path) -> None:
    """On a terminal, bars with what is at work, made safe to show; elsewhere nothing on stderr at all."""
    received = tmp_path / "received"
    received.mkdir()
    (received / "\x1b[31m[b]odd.bin").write_bytes(b"x" * 1000)
    command = [sys.executable, "-c", "import sys; from upstander.cli import main; sys.exit(main())", "ingest", case]
    command += [str(received), "--home", str(home)]
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as process:
        os.close(theirs)
        shown = _all_of(ours).decode()
    assert process.returncode == 0
    assert "Taking in" in shown
    assert "received/<U+001B>" in shown
    assert "1.0/1.0 kB" in shown
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert "<U+001B>[31m[b]odd.bin" in done.stdout.replace("\n", "").replace(" ", "")
