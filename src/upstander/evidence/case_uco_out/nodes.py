"""Objects of the graph: identifiers made from content, typed values, nothing where nothing is known."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

__all__ = ["Node", "boolean", "instant", "iri", "node", "ours", "ref", "typed"]

Node = dict[str, Any]

#: Every identifier is a UUID of version 5 under this one, from the kind of object and our own id of it.
_NAMESPACE = UUID("8c5c2d0e-0b51-5d0a-9c0c-6f2b7c1d5a11")


def iri(kind: str, *key: object) -> str:
    """The identifier of one object: the same case gives the same, on any machine."""
    # Joined by length: no two different keys read the same.
    written = "\x1f".join(f"{len(part)}:{part}" for part in (kind, *(str(entry) for entry in key)))
    return f"kb:{kind}-{uuid5(_NAMESPACE, written)}"


def ref(identity: str) -> Node:
    """A reference to an object."""
    return {"@id": identity}


def typed(kind: str, value: object) -> Node:
    """A value of an XML Schema type."""
    return {"@type": f"xsd:{kind}", "@value": str(value)}


def boolean(value: bool) -> Node:
    """A truth value."""
    return {"@type": "xsd:boolean", "@value": value}


def instant(at: datetime | None) -> Node | None:
    """An instant, in UTC, with milliseconds where there are any."""
    if at is None:
        return None
    at = at.astimezone(UTC).replace(tzinfo=None)
    written = at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")
    return {"@type": "xsd:dateTime", "@value": f"{written}Z"}


def node(identity: str, kind: str | list[str], **properties: Any) -> Node:
    """An object, without properties that are None or an empty list; `a_b__c` is written `a-b:c`."""
    made: Node = {"@id": identity, "@type": kind}
    for name, value in properties.items():
        if value is None or value == []:
            continue
        prefix, _, local = name.partition("__")
        made[f"{prefix.replace('_', '-')}:{local}"] = value
    return made


def ours(identity: str, kind: str, row: dict[str, Any], names: tuple[str, ...], **more: Any) -> Node | None:
    """A facet of our vocabulary with those columns of `row`, in camel case; None where none of them is known."""
    facet: Node = {"@id": identity, "@type": f"upstander:{kind}"}
    for name in names:
        value = row[name]
        if value is None or value is False:
            continue
        first, *rest = name.split("_")
        key = "upstander:" + first + "".join(part.capitalize() for part in rest)
        if isinstance(value, datetime):
            facet[key] = instant(value)
        else:
            facet[key] = boolean(value) if isinstance(value, bool) else value
    facet |= {f"upstander:{name}": value for name, value in more.items() if value is not None}
    return facet if len(facet) > 2 else None
