"""The graph against the ontology itself: CASE 1.4 and UCO 1.4 with their own SHACL shapes (about ten CPU seconds)."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.evidence.case_uco_out.test_graph import full
from tests.support.case_shapes import blank, parsed, undeclared, violations
from tests.support.made_case import NOW

import meridian
from upstander.evidence.case_uco_out import write_case_uco
from upstander.evidence.intake import Handed
from upstander.stages import ingest
from upstander.storage import Case


def _written(case: Case, path: Path) -> bytes:
    write_case_uco(case, path, progress=lambda *_: None)
    return path.read_bytes()


def test_every_kind_of_row_conforms(case: Case, tmp_path: Path) -> None:
    """A case with a row of every table breaks no shape, and no word under the ontologies' names is made up."""
    full(case)
    graph = parsed(_written(case, tmp_path / "out.jsonld"))
    assert undeclared(graph) == set()
    assert blank(graph) == 0
    assert violations(graph) == ""


def test_the_sample_operation_conforms(case: Case, tmp_path: Path) -> None:
    """Three hundred messages of the sample operation, taken in from a phone's database, break no shape."""
    export = meridian.capture(tmp_path / "phone", source="whatsapp-android", messages=300, seed=2018)
    ingest(case, [export], Handed(custodian="Sgt A"), now=NOW, progress=lambda *_: None)
    graph = parsed(_written(case, tmp_path / "out.jsonld"))
    assert undeclared(graph) == set()
    assert blank(graph) == 0
    assert violations(graph) == ""


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("uco-observable:MessageFacet", "uco-observable:sentTime", "yesterday"),
        ("uco-observable:MessageFacet", "uco-observable:from", {"@id": "kb:nobody-1"}),
        ("uco-observable:ObservableRelationship", "uco-core:isDirectional", None),
    ],
)
def test_the_shapes_find_what_is_wrong(case: Case, tmp_path: Path, kind: str, name: str, value: Any) -> None:
    """The check is none for show: a wrong type, a reference to nothing and a missing property are found."""
    full(case)
    document = json.loads(_written(case, tmp_path / "out.jsonld"))
    everything = [part for entry in document["@graph"] for part in (entry, *entry.get("uco-core:hasFacet", []))]
    spoilt = next(part for part in everything if part["@type"] == kind and name in part)
    spoilt[name] = value
    if value is None:
        del spoilt[name]
    assert violations(parsed(json.dumps(document).encode())) != ""


def test_the_shapes_pass_the_published_example(fixtures: Path) -> None:
    """The example of a message that CASE publishes conforms; so what is found in ours would be ours."""
    folder = fixtures / "case-uco" / "casework+CASE-Examples"
    graph = parsed((folder / "examples__illustrations__message__message.json").read_bytes())
    assert undeclared(graph) == set()
    assert violations(graph) == ""
