"""Drives one source over one file, as the pipeline does, and checks what every source owes."""

import shutil
from contextlib import suppress
from pathlib import Path

from tests.fuzz.databases import KEYS, LOG

from upstander.errors import SourceError
from upstander.evidence.document import Document, ExhibitFile, File
from upstander.evidence.sources import Format, Reading
from upstander.model import schema

__all__ = ["drive"]


def drive(source: Format, content: bytes, folder: Path) -> int:
    """Read a document of these bytes; gives the number of rows. Raises what a source must never raise.

    Bytes after `LOG` are the write-ahead log beside the document.
    """
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    document, _, log = content.partition(LOG)
    siblings = {"document": _file(folder / "document", document)}
    if log:
        siblings["document-wal"] = _file(folder / "document-wal", log)
    siblings |= {name: _file(folder / name, key) for name, key in KEYS.items()}
    rows = 0
    with suppress(SourceError):
        given = Document(file=siblings["document"], siblings=siblings, scratch=scratch)
        source.recognise(given)
        for batch in source.read(given, Reading()):
            if not batch.batch.schema.equals(schema(batch.table)):
                raise AssertionError(f"rows of {batch.table} are not of its schema")
            batch.batch.validate(full=True)
            rows += batch.batch.num_rows
    shutil.rmtree(scratch)
    return rows


def _file(path: Path, content: bytes) -> File:
    path.write_bytes(content)
    return ExhibitFile(name=path.name, path=path, exhibit="0" * 64)
