"""A lock between processes: who wants it waits, says so, and gives up in a sentence."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from upstander.errors import CaseBusy
from upstander.storage.locks import PATIENCE, Patience, held


def holder(path: Path, seconds: float) -> subprocess.Popen[bytes]:
    """A process that holds the lock at `path` for so long, and does already."""
    program = (
        "import time\nfrom pathlib import Path\nfrom upstander.storage.locks import held\n"
        f"with held(Path({str(path)!r}), 'it'):\n print('in', flush=True)\n time.sleep({seconds})\n"
    )
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline() == b"in\n"
    return other


def test_one_waits_and_says_so_once(tmp_path: Path) -> None:
    """With who holds it and for how long at most; then it goes on."""
    heard: list[str] = []
    PATIENCE.set(Patience(limit=60, quiet=0.05, told=heard.append))
    with holder(tmp_path / ".lock", 0.6) as other, held(tmp_path / ".lock", "case C-1"):
        assert other.wait() == 0
    assert heard == [
        f"case C-1 is being written to by another process ({other.pid}); waiting for it, for 60 seconds at most"
        " (Ctrl-C stops waiting)"
    ]


def test_no_longer_than_the_limit(tmp_path: Path) -> None:
    """Then it is refused in a sentence; what a killed process held is free."""
    PATIENCE.set(Patience(limit=0.2))
    with holder(tmp_path / ".lock", 60) as other:
        began = time.monotonic()
        said = rf"written to by another process \({other.pid}\), and has been for"
        with pytest.raises(CaseBusy, match=said), held(tmp_path / ".lock", "case C-1"):
            pass
        assert 0.2 <= time.monotonic() - began < 5
        other.kill()
        other.wait()
    with held(tmp_path / ".lock", "case C-1"):
        pass


@pytest.mark.parametrize("content", ["", "{", "[]", '{"process": "x"}', '{"process": null}', "\x00" * 200])
def test_a_lock_of_an_older_making(tmp_path: Path, content: str) -> None:
    """Whatever is in the file: the lock is the kernel's, and who holds it is only said."""
    (tmp_path / ".lock").write_text(content)
    with held(tmp_path / ".lock", "it"):
        assert str(os.getpid()) in (tmp_path / ".lock").read_text()
