"""The prefixes of the file, and our own vocabulary, declared in the file itself so that it stands alone."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from upstander.evidence.case_uco_out.nodes import Node

__all__ = ["CONTEXT", "FACETS", "vocabulary"]

CONTEXT: Mapping[str, str] = MappingProxyType(
    {
        "kb": "https://upstander.invalid/kb/",
        "upstander": "https://upstander.invalid/ontology/",
        "case-investigation": "https://ontology.caseontology.org/case/investigation/",
        "uco-action": "https://ontology.unifiedcyberontology.org/uco/action/",
        "uco-core": "https://ontology.unifiedcyberontology.org/uco/core/",
        "uco-observable": "https://ontology.unifiedcyberontology.org/uco/observable/",
        "uco-tool": "https://ontology.unifiedcyberontology.org/uco/tool/",
        "uco-types": "https://ontology.unifiedcyberontology.org/uco/types/",
        "co": "http://purl.org/co/",
        "owl": "http://www.w3.org/2002/07/owl#",
        "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
        "xsd": "http://www.w3.org/2001/XMLSchema#",
    }
)

#: Our facets, each with what it says. Their properties have the names of the tables' columns, in camel case.
FACETS: Mapping[str, str] = MappingProxyType(
    {
        "SightingFacet": "Where one exhibit shows a message or system event, and what else is written there: reply,"
        " forwarding, edit and deletion marks, the time as written and how its zone is known.",
        "MembershipFacet": "One piece of evidence on who was in a conversation: a notice, or a row of a member table.",
        "ReceiptFacet": "What the exporting account's device knows of one recipient and one message. That there is none"
        " is never evidence of not reading.",
        "ReactionFacet": "A reaction to a message; an empty emoji was withdrawn.",
        "EditFacet": "One version of an edited message; 1 is the first text, the last the message's own.",
        "AttachmentFacet": "What an export says of a file that a message carried, whether it came or not.",
        "ParticipantFacet": "What an exhibit says of one handle in one conversation.",
        "CaptureFacet": "One exhibit's view of one conversation: who read it, under which key.",
        "ReceivedFacet": "From whom and as what an exhibit was received.",
    }
)


def vocabulary() -> Iterator[Node]:
    """The declarations of our classes."""
    for name, comment in FACETS.items():
        yield {
            "@id": f"upstander:{name}",
            "@type": "owl:Class",
            "rdfs:subClassOf": {"@id": "uco-core:Facet"},
            "rdfs:label": name,
            "rdfs:comment": comment,
        }
    yield {
        "@id": "upstander:Warning",
        "@type": "owl:Class",
        "rdfs:subClassOf": {"@id": "uco-core:UcoObject"},
        "rdfs:label": "Warning",
        "rdfs:comment": "What could not be read, had to be assumed or looks odd, and where.",
    }
