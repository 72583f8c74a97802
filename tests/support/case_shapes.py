"""The official shapes of CASE 1.4 and UCO 1.4, applied to a graph: those of the classes that stand in it.

pySHACL on the whole ontology takes minutes, most of them for the ontology itself; the shapes of the classes in use and
of what they are kinds of take seconds, and say the same of the data.
"""

import warnings
from functools import cache
from importlib import resources

import case_utils.ontology
import pyshacl
from rdflib import RDF, RDFS, BNode, Graph, URIRef
from rdflib.namespace import OWL, SH
from rdflib.term import Node

__all__ = ["blank", "parsed", "undeclared", "violations"]

PREFIXES = ("https://ontology.unifiedcyberontology.org/", "https://ontology.caseontology.org/", "http://purl.org/co/")


@cache
def _ontology() -> Graph:
    text = (resources.files(case_utils.ontology) / "case-1.4.0.ttl").read_text(encoding="utf-8")
    return Graph().parse(data=text, format="turtle")


def parsed(document: bytes) -> Graph:
    """The JSON-LD document as triples; its context is in the document, so nothing is fetched."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Graph().parse(data=document, format="json-ld")


def undeclared(graph: Graph) -> set[str]:
    """Classes and properties under the ontologies' own names that the ontologies do not declare."""
    ontology = _ontology()
    declared = set(ontology.subjects(RDF.type, None))
    used = {*graph.predicates(), *graph.objects(None, RDF.type)}
    return {str(term) for term in used if str(term).startswith(PREFIXES) and term not in declared}


def blank(graph: Graph) -> int:
    """How many objects have no identifier of their own, which UCO does not allow."""
    return len({subject for subject in graph.subjects() if isinstance(subject, BNode)})


def violations(graph: Graph) -> str:
    """What the shapes find wrong; empty where nothing."""
    ontology, shapes, data = _ontology(), Graph(), Graph()
    classes: set[Node] = set()
    waiting: list[Node] = list(graph.objects(None, RDF.type))
    for parent in graph.objects(None, RDFS.subClassOf):
        waiting.append(parent)
    while waiting:
        kind = waiting.pop()
        if kind in classes or not isinstance(kind, URIRef):
            continue
        classes.add(kind)
        for parent in ontology.objects(kind, RDFS.subClassOf):
            if isinstance(parent, URIRef):
                data.add((kind, RDFS.subClassOf, parent))
                waiting.append(parent)
        _copy(ontology, shapes, kind, set())
    for triple in graph:
        data.add(triple)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        conforms, _, report = pyshacl.validate(
            data, shacl_graph=shapes, inference="none", allow_warnings=True, allow_infos=True
        )
    return "" if conforms else str(report)


def _copy(source: Graph, target: Graph, subject: Node, seen: set[Node]) -> None:
    """The triples of a shape, with the blank nodes, lists and named property shapes that it is made of."""
    if subject in seen:
        return
    seen.add(subject)
    for _, predicate, value in source.triples((subject, None, None)):
        # Queries are asked of every object one by one, for minutes; that no object is a blank node is looked at apart.
        if predicate in (SH.sparql, RDFS.subClassOf, OWL.disjointWith, RDFS.seeAlso, RDFS.isDefinedBy):
            continue
        target.add((subject, predicate, value))
        if isinstance(value, BNode) or predicate in (SH.property, SH.node):
            _copy(source, target, value, seen)
