"""The pipeline, written once: what each stage reads, what it writes, and what has to be done again.

`exhibits` leads from files to who knew; `review` from there to codings, scores and the text index.
"""

from upstander.stages.exhibits import Ingested, Progress, ingest, rebuild, reconcile, together

__all__ = ["Ingested", "Progress", "ingest", "rebuild", "reconcile", "together"]
