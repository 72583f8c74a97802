"""The manifest: the digest of every table, and the versions that made it."""

import hashlib
import platform
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from upstander import __version__
from upstander.model import TABLES
from upstander.storage.case import Case
from upstander.storage.files import read_json, write_json
from upstander.storage.parts import parts

__all__ = ["Manifest", "manifest", "write_manifest"]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the tables are, as one small JSON file."""

    #: By table: `rows`, and `digest`, the SHA-256 over the names and digests of its parts, by name.
    tables: dict[str, dict[str, Any]]
    #: Of Upstander, Python and Arrow; another version of Arrow may write other bytes for the same rows.
    versions: dict[str, str]


def write_manifest(case: Case) -> Manifest:
    """Make the manifest from the parts that are there, and write it."""
    digests = {name: hashlib.sha256() for name in TABLES}
    rows = dict.fromkeys(TABLES, 0)
    for part in parts(case):
        for name, entry in part.tables.items():
            digests[name].update(f"{part.name} {entry['sha256']}\n".encode())
            rows[name] += entry["rows"]
    made = Manifest(
        tables={name: {"rows": rows[name], "digest": digests[name].hexdigest()} for name in TABLES},
        versions={"upstander": __version__, "python": platform.python_version(), "pyarrow": pa.__version__},
    )
    write_json(case.path / "manifest.json", asdict(made))
    return made


def manifest(case: Case) -> Manifest | None:
    """The manifest as last written; None before the first ingest and after a killed one left none."""
    path = case.path / "manifest.json"
    return Manifest(**read_json(path)) if path.is_file() else None
