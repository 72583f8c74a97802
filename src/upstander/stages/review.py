"""What a review makes of a case; each stage is a part, made again when what it depends on has changed.

Nothing here is done by an ingest: a command asks for it, and finds it done where it is.
"""

import hashlib
import json

from upstander import __version__
from upstander.evidence.standing import CODINGS
from upstander.review.codings import record
from upstander.review.codings.snapshot import snapshot
from upstander.storage import Case, Part, PartWriter, parts

__all__ = ["codings"]

_VERSION = f"upstander {__version__}"


def codings(case: Case) -> Part:
    """Bring the table of codings up to date with the decision file. Raises `CaseBusy`, `BadDecision`."""
    path = case.decisions / record.CODINGS
    said = path.read_bytes() if path.is_file() else b""
    made_from = digest(_VERSION, hashlib.sha256(said).hexdigest(), table_digest(case, "sightings"))
    there = {part.name: part for part in parts(case)}
    if CODINGS in there and there[CODINGS].made_from == made_from:
        return there[CODINGS]
    with case.writing():
        writer = PartWriter(case, CODINGS)
        writer.write("codings", snapshot(case))
        return writer.finish(made_from=made_from, about={"version": _VERSION})


def table_digest(case: Case, name: str) -> list[str]:
    """SHA-256 of every file of the table called `name`: what it holds, whenever it was made."""
    return [part.tables[name]["sha256"] for part in parts(case) if name in part.tables]


def digest(*content: object) -> str:
    """One digest of what a stage depends on."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
