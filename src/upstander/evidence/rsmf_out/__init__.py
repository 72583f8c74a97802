"""RSMF 2.0 out: the case's conversations as review platforms take them in.

One `.rsmf` file is an e-mail message that carries `rsmf.zip`, which holds `rsmf_manifest.json` and the attachments that
came with the exhibits. A zip holds one such file a conversation and day (UTC), since platforms advise no more than
10,000 events and 2 GB a file. Our provenance goes with every event, in its `custom` list, under the names of the
tables' own columns.
"""

from upstander.evidence.rsmf_out.summary import RsmfSummary
from upstander.evidence.rsmf_out.writing import write_rsmf

__all__ = ["RsmfSummary", "write_rsmf"]
