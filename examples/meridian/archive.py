"""Zips that come out the same every time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

_STAMP = (2018, 3, 22, 9, 0, 0)


def write(path: Path, members: Mapping[str, bytes]) -> None:
    """A zip of files held in memory."""
    stream(path, members.items())


def stream(path: Path, members: Iterable[tuple[str, bytes]]) -> None:
    """A zip of files made one after another."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, data in members:
            info = zipfile.ZipInfo(name, _STAMP)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = 0o644 << 16
            out.writestr(info, data, compresslevel=1)
