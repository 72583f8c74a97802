"""Leaves the last rows of a database in its write-ahead log, and makes the log the same on every run.

SQLite draws the log's two salts at random. Evidence that changes with each build could not be tested by its digest,
so the log is written again with salts of our own: every frame carries them, and a running checksum
over all that goes before.
"""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

_HEADER, _FRAME = 32, 24
_SALTS = struct.pack(">II", 0x4D455249, 0x4449414E)


def checksum(data: bytes, state: tuple[int, int], order: str) -> tuple[int, int]:
    """SQLite's running checksum (https://www.sqlite.org/fileformat2.html, section 4.2)."""
    one, two = state
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for index in range(0, len(words), 2):
        one = (one + words[index] + two) & 0xFFFFFFFF
        two = (two + words[index + 1] + one) & 0xFFFFFFFF
    return one, two


def resalt(log: bytes) -> bytes:
    """The same log with fixed salts and the checksums to match."""
    magic, _, page_size = struct.unpack(">III", log[:12])
    order = ">" if magic & 1 else "<"
    head = log[:16] + _SALTS
    state = checksum(head, (0, 0), order)
    out = bytearray(head + struct.pack(">II", *state))
    for at in range(_HEADER, len(log), _FRAME + page_size):
        page = log[at + _FRAME : at + _FRAME + page_size]
        state = checksum(log[at : at + 8], state, order)
        state = checksum(page, state, order)
        out += log[at : at + 8] + _SALTS + struct.pack(">II", *state) + page
    return bytes(out)


def detach(live: Path, target: Path) -> None:
    """Copy a database that is still open, and its log, as a seized phone would hold them."""
    shutil.copyfile(live, target)
    log = live.with_name(live.name + "-wal").read_bytes()
    target.with_name(target.name + "-wal").write_bytes(resalt(log))
