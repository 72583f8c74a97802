"""One message or system event with all that other tables say of it."""

from collections.abc import Iterator
from typing import Any

from upstander.evidence.case_uco_out.conversation import (
    Accounts,
    application_iri,
    contained,
    membership,
    thread_iri,
)
from upstander.evidence.case_uco_out.custody import file_facets
from upstander.evidence.case_uco_out.nodes import Node, boolean, instant, iri, node, ours, ref
from upstander.evidence.rsmf_out.details import Details

__all__ = ["loose_facets", "message", "message_iri", "warned"]

_SIGHTING = (
    *("exhibit", "reference", "member", "byte_start", "byte_end", "row", "position", "platform_key", "sent_at_written"),
    *("sent_at_precision", "time_zone", "time_zone_basis", "server_at", "received_at", "kind", "event"),
    *("reply_to", "reply_to_text", "forwarded", "edited", "deleted", "deleted_at", "recipients", "roster_digest"),
)
_REACTION = ("emoji", "count", "at", "target_key", "row")
_RECEIPT = ("delivered_at", "read_at", "played_at", "target_key", "row")
_EDIT = ("version", "text", "at", "target_key", "row")
_ATTACHMENT = ("kind", "held", "ordinal", "name", "caption")
_WARNING = ("kind", "detail", "member", "byte_start", "byte_end", "row")


def message_iri(message: str, *, system: bool) -> str:
    """A message, or a system event: never the same kind of thing."""
    return iri("event" if system else "message", message)


def message(row: dict[str, Any], conversation: dict[str, Any], details: Details, accounts: Accounts) -> Iterator[Node]:
    """The object of a row of messages, its attachments and their relationships; `row` has `reference` added."""
    system = row["kind"] == "system"
    identity = message_iri(row["message"], system=system)
    key = row["message"]
    sighting = ours(
        iri("sighting-facet", key),
        "SightingFacet",
        row,
        _SIGHTING,
        outgoing=None if row["outgoing"] is None else boolean(row["outgoing"]),
        replyToAuthor=accounts.ref(row["reply_to_author"]),
    )
    facets = [_event(row, conversation) if system else _facet(row, conversation, accounts)]
    facets += [sighting] if sighting else []
    for entry in details.of("membership_events", key):
        facets.append(membership(entry, accounts))
    facets += _hanging(details, key, accounts)
    yield node(
        identity,
        "uco-observable:EventRecord" if system else "uco-observable:Message",
        uco_core__hasFacet=facets,
    )
    if system:
        yield contained(identity, thread_iri(row["conversation"]))
    for entry in details.of("attachments", key):
        yield from _attachment(entry, identity)
    for number, entry in enumerate(details.of("warnings", key)):
        yield warned(entry, identity, number)


def _facet(row: dict[str, Any], conversation: dict[str, Any], accounts: Accounts) -> Node:
    return node(
        iri("message-facet", row["message"]),
        "uco-observable:MessageFacet",
        uco_observable__application=ref(application_iri(conversation["platform"])),
        uco_observable__from=accounts.ref(row["author"]),
        uco_observable__to=accounts.others(row["author"]),
        uco_observable__sentTime=instant(row["sent_at"]),
        uco_observable__messageID=row["platform_key"],
        uco_observable__messageText=row["text"],
        uco_observable__messageType=row["kind"],
        uco_observable__sessionID=conversation["platform_key"] or row["conversation"],
    )


def _event(row: dict[str, Any], conversation: dict[str, Any]) -> Node:
    return node(
        iri("event-record-facet", row["message"]),
        "uco-observable:EventRecordFacet",
        uco_observable__application=ref(application_iri(conversation["platform"])),
        uco_observable__startTime=instant(row["sent_at"]),
        uco_observable__eventType=row["event"],
        uco_observable__eventRecordID=row["platform_key"],
        uco_observable__eventRecordText=row["text"],
    )


def _hanging(details: Details, key: str, accounts: Accounts) -> list[Node]:
    found: list[Node] = []
    for table in ("reactions", "receipts", "edits"):
        found += loose_facets(table, details.of(table, key), accounts)
    return found


def loose_facets(table: str, rows: list[dict[str, Any]], accounts: Accounts | None) -> list[Node]:
    """Facets of rows of reactions, receipts or edits, on a message; else on the thread; else on the reading.

    Without a conversation there are no `accounts`, and whoever a row names stands as the handle that it is.
    """
    found = []
    for number, row in enumerate(rows):
        key = (row["conversation"] or "", row["message"] or "", row["row"], row["target_key"] or "", number)
        if table == "edits":
            facet = ours(iri("edit-facet", *key), "EditFacet", row, _EDIT)
        else:
            kind, columns = ("ReactionFacet", _REACTION) if table == "reactions" else ("ReceiptFacet", _RECEIPT)
            who = accounts.ref(row["participant"]) if accounts else None
            handle = None if accounts else row["participant"]
            facet = ours(
                iri(table[:-1] + "-facet", *key), kind, row, columns, participant=who, participantHandle=handle
            )
        if facet is not None:
            found.append(facet)
    return found


def _attachment(row: dict[str, Any], target: str) -> Iterator[Node]:
    key = (row["message"], row["ordinal"])
    identity = iri("attachment", *key)
    facet = ours(iri("attachment-facet", *key), "AttachmentFacet", row, _ATTACHMENT)
    facets = file_facets(
        "attachment", *key, name=row["name"], size=row["bytes"], sha256=row["sha256"], media=row["media_type"]
    )
    yield node(identity, "uco-observable:ObservableObject", uco_core__hasFacet=[*facets, *([facet] if facet else [])])
    yield node(
        iri("relationship", "Attachment_Of", identity, target),
        "uco-observable:ObservableRelationship",
        uco_core__source=[ref(identity)],
        uco_core__target=ref(target),
        uco_core__kindOfRelationship="Attachment_Of",
        uco_core__isDirectional=boolean(True),
    )


def warned(row: dict[str, Any], about: str | None, number: int) -> Node:
    """A warning, about a message, a thread or an exhibit."""
    key = (row["exhibit"] or "", row["ordinal"], row["kind"], row["row"] or "", row["message"] or "", number)
    made = ours(iri("warning", *key), "Warning", row, _WARNING, about=None if about is None else ref(about))
    assert made is not None  # noqa: S101 - kind and detail are always there
    return made
