"""CASE/UCO out: the case as JSON-LD, for forensic tools that exchange what they hold in that ontology.

What CASE 1.4 (UCO 1.4) has a word for is said with it. What it lacks (who joined, who read, what was edited, where a
row was read from) is said in facets of our own vocabulary, which stands at the head of every file.
"""

from upstander.evidence.case_uco_out.summary import CaseUcoSummary
from upstander.evidence.case_uco_out.writing import write_case_uco

__all__ = ["CaseUcoSummary", "write_case_uco"]
