"""Drives one source over one file, as the pipeline does, and checks what every source owes."""

import shutil
from contextlib import suppress
from pathlib import Path

from upstander.errors import SourceError
from upstander.evidence.document import Document, ExhibitFile
from upstander.evidence.sources import Reading, Source
from upstander.model import schema

__all__ = ["drive"]


def drive(source: Source, path: Path, folder: Path) -> int:
    """Read the file at `path`; gives the number of rows. Raises what a source must never raise."""
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    file = ExhibitFile(name=path.name, path=path, exhibit="0" * 64)
    document = Document(file=file, siblings={file.name: file}, scratch=scratch)
    rows = 0
    with suppress(SourceError):
        source.recognise(document)
        for batch in source.read(document, Reading()):
            if not batch.batch.schema.equals(schema(batch.table)):
                raise AssertionError(f"rows of {batch.table} are not of its schema")
            batch.batch.validate(full=True)
            rows += batch.batch.num_rows
    shutil.rmtree(scratch)
    return rows
