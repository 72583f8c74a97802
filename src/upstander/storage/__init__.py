"""The case folder: exhibits as received, tables in Parquet, and a manifest of what made them.

::

    HOME/REF/
      exhibits/                what was received: cannot be made again
        case.json              reference, title, when it was opened
        bytes/3f/3f9a…         an exhibit under its SHA-256, read-only
        intakes/0001-7c….json  one record of files received together: names, digests, who, when, how to read them
      decisions/               what people decided: cannot be made again either, and a rebuild keeps it
        aliases.jsonl          pairs of participants that somebody confirmed or refused, one a line, the last one stands
        searches.jsonl         searches that are kept under a name, one a line
        codings.jsonl          which code applies to which message, by whom and when, one a line
      tables/
        3f9a…/                 the rows of one exhibit, one Parquet file a table, and part.json
        case/                  rows that belong to no one exhibit
      inbox/                   what was handed in at the desk and is no exhibit yet
      index/                   text index and features: can be deleted and made again
      manifest.json            every table's digest, and the versions that made it

Reading tables back is `upstander.storage.scan`, which loads Polars: writing needs none of it.
"""

from upstander.storage.case import Case, Cover, Home
from upstander.storage.exhibits import store
from upstander.storage.intakes import Intake, Received, Refused, intakes, keep
from upstander.storage.manifest import Manifest, manifest, write_manifest
from upstander.storage.parts import Part, PartWriter, discard, parts, sweep

__all__ = [
    "Case",
    "Cover",
    "Home",
    "Intake",
    "Manifest",
    "Part",
    "PartWriter",
    "Received",
    "Refused",
    "discard",
    "intakes",
    "keep",
    "manifest",
    "parts",
    "store",
    "sweep",
    "write_manifest",
]
