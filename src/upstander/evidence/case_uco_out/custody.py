"""The investigation, the exhibits as files with their digests, and the actions by which they were taken in and read."""

from collections.abc import Iterable, Iterator
from typing import Any

from upstander import __version__
from upstander.evidence.case_uco_out.nodes import Node, iri, node, ours, ref, typed
from upstander.storage import Case
from upstander.storage.intakes import Intake, intakes

__all__ = ["custody", "exhibit_iri", "file_facets", "hashed", "reading_action", "tool_iri"]


def tool_iri() -> str:
    """The tool that read the exhibits and wrote the file."""
    return iri("tool", "upstander", __version__)


def exhibit_iri(exhibit: str) -> str:
    """The file that is an exhibit."""
    return iri("exhibit", exhibit)


def custody(case: Case, exhibits: Iterable[dict[str, Any]]) -> Iterator[Node]:
    """The investigation, the tool, each exhibit, and each intake with a provenance record an exhibit."""
    cover = case.cover
    rows = sorted(exhibits, key=lambda row: (str(row["reference"]), str(row["exhibit"])))
    found = intakes(case)
    records = [iri("provenance-record", row["exhibit"]) for row in rows]
    yield node(
        iri("investigation", cover.reference),
        "case-investigation:Investigation",
        uco_core__name=cover.reference,
        uco_core__description=[cover.title] if cover.title else None,
        uco_core__startTime=typed("dateTime", cover.opened_at),
        uco_core__object=[ref(identity) for identity in records],
    )
    yield node(
        tool_iri(),
        "uco-tool:Tool",
        uco_core__name="Upstander",
        uco_tool__version=__version__,
        uco_tool__toolType="Reader",
    )
    for row, record in zip(rows, records, strict=True):
        yield _exhibit(row)
        yield node(
            record,
            "case-investigation:ProvenanceRecord",
            uco_core__description=[f"Exhibit {row['reference']} as received"],
            case_investigation__exhibitNumber=row["reference"],
            uco_core__object=[ref(exhibit_iri(row["exhibit"]))],
        )
    known = {row["exhibit"] for row in rows}
    for intake in found:
        yield _intake(intake, known)


def _exhibit(row: dict[str, Any]) -> Node:
    identity = row["exhibit"]
    names = ("reference", "custodian", "producer", "received_at", "source", "role", "intake")
    facets = file_facets("exhibit", identity, name=row["source_name"], size=row["bytes"], sha256=identity, media=None)
    received = ours(iri("received-facet", identity), "ReceivedFacet", row, names)
    return node(
        exhibit_iri(identity),
        "uco-observable:File",
        uco_core__name=row["reference"],
        uco_core__hasFacet=[*facets, *([received] if received else [])],
    )


def file_facets(
    kind: str, *key: object, name: str | None, size: int | None, sha256: str | None, media: str | None
) -> list[Node]:
    """What is known of a file and of its bytes."""
    facets = []
    if name is not None:
        path = name.replace("\\", "/")
        facets.append(
            node(
                iri("file-facet", kind, *key),
                "uco-observable:FileFacet",
                uco_observable__fileName=path.rsplit("/", 1)[-1] or name,
                uco_observable__filePath=name if "/" in path else None,
                uco_observable__sizeInBytes=size,
            )
        )
    if sha256 is not None or media is not None or (size is not None and name is None):
        facets.append(
            node(
                iri("content-data-facet", kind, *key),
                "uco-observable:ContentDataFacet",
                uco_observable__sizeInBytes=size,
                uco_observable__mimeType=[media] if media else None,
                uco_observable__hash=[hashed(sha256, kind, *key)] if sha256 else None,
            )
        )
    return facets


def hashed(sha256: str, *key: object) -> Node:
    """A SHA-256."""
    return node(
        iri("hash", *key),
        "uco-types:Hash",
        uco_types__hashMethod="SHA256",
        uco_types__hashValue=typed("hexBinary", sha256),
    )


def _intake(intake: Intake, known: set[str]) -> Node:
    """Files received together; what an exhibit was received as again stands in the later intake."""
    files = [file for file in intake.files if file.exhibit in known]
    results = [exhibit_iri(file.exhibit) for file in files]
    results += [iri("provenance-record", file.exhibit) for file in files]
    received = {"custodian": intake.custodian, "producer": intake.producer, "intake": intake.id}
    facet = ours(iri("received-facet", "intake", intake.id), "ReceivedFacet", received, tuple(received))
    return node(
        iri("investigative-action", "intake", intake.id),
        "case-investigation:InvestigativeAction",
        uco_core__name="received",
        uco_core__description=[f"Intake {intake.number}: {len(files)} files received together"],
        uco_action__startTime=typed("dateTime", intake.received_at),
        uco_action__instrument=[ref(tool_iri())],
        uco_action__result=[ref(identity) for identity in dict.fromkeys(results)],
        uco_core__hasFacet=[facet] if facet else None,
    )


def reading_action(exhibit: dict[str, Any], threads: list[str], facets: list[Node]) -> Node:
    """The exhibit's reading: conversations out of a file; `facets` is what was found there and is of none of them."""
    return node(
        iri("investigative-action", "reading", exhibit["exhibit"]),
        "case-investigation:InvestigativeAction",
        uco_core__name="read",
        uco_core__description=[f"Exhibit {exhibit.get('reference') or exhibit['exhibit'][:12]} read for conversations"],
        uco_action__instrument=[ref(tool_iri())],
        uco_action__object=[ref(exhibit_iri(exhibit["exhibit"]))],
        uco_action__result=[ref(identity) for identity in threads],
        uco_core__hasFacet=facets,
    )
