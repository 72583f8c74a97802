"""Builds Slack exports, and reads them as the pipeline does."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.reading import Tables, check

from upstander.evidence.document import ExhibitFile
from upstander.evidence.reading import Found, read_exhibit
from upstander.evidence.sources import Reading
from upstander.evidence.sources.slack import SOURCE

__all__ = ["DAY", "START", "USERS", "channel", "export", "lates", "line", "notice", "pack", "read_archive", "ts"]

START = 1_709_286_600  # 1 March 2024, 09:50 UTC
DAY = "2024-03-01.json"


def ts(seconds: float) -> str:
    """A `ts` so many seconds after the start."""
    return f"{START + int(seconds)}.{round(seconds % 1 * 1_000_000):06d}"


def line(seconds: float, text: str = "tea?", user: str = "U0VALE", **more: Any) -> dict[str, Any]:
    """One message."""
    return {"type": "message", "user": user, "text": text, "ts": ts(seconds), **more}


def notice(seconds: float, subtype: str, user: str = "U0VALE", **more: Any) -> dict[str, Any]:
    """One notice."""
    return line(seconds, f"<@{user}> {subtype}", user, subtype=subtype, **more)


def channel(key: str = "C0LATES", name: str = "lates", **more: Any) -> dict[str, Any]:
    """A channel as its list has it."""
    return {"id": key, "name": name, "members": ["U0VALE", "U0FINCH"], **more}


USERS = [
    {"id": "U0VALE", "name": "avale",
     "profile": {"real_name": "A Vale", "email": "a@example.org", "phone": "+44 7700 900001"}},
    {"id": "U0FINCH", "name": "bfinch", "real_name": "", "profile": {"display_name": "Finch"}},
]  # fmt: skip


def pack(path: Path, files: Mapping[str, Any]) -> Path:
    """Write an export as an archive: of the same files the same bytes, whenever it is made."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            said = content if isinstance(content, bytes) else json.dumps(content)
            archive.writestr(zipfile.ZipInfo(name), said, zipfile.ZIP_DEFLATED)
    return path


def read_archive(path: Path, scratch: Path) -> tuple[Tables, list[Found]]:
    """Read an archive as the pipeline does."""
    tables, found = Tables(), []
    file = ExhibitFile.of(path)
    scratch.mkdir(exist_ok=True)
    for item in read_exhibit(file, {file.name: file}, reading=Reading(), sources=(SOURCE,), scratch=scratch):
        if isinstance(item, Found):
            found.append(item)
        else:
            tables.batches.setdefault(item.table, []).append(item.batch)
    check(tables)
    return tables, found


def export(folder: Path, files: Mapping[str, Any]) -> Tables:
    """Write and read an export whose members of staff are known."""
    return read_archive(pack(folder / "export.zip", {"users.json": USERS, **files}), folder / "scratch")[0]


def lates(folder: Path, *entries: Any, **more: Any) -> Tables:
    """An export of one day of one channel."""
    return export(folder, {"channels.json": [channel(**more)], f"lates/{DAY}": list(entries)})
