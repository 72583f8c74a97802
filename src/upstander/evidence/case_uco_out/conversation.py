"""One conversation: its accounts, its thread, what stands once for the whole of it."""

from collections.abc import Callable, Iterable
from typing import Any

from upstander.evidence.case_uco_out.custody import exhibit_iri
from upstander.evidence.case_uco_out.nodes import Node, boolean, iri, node, ours, ref

__all__ = ["Accounts", "application", "application_iri", "membership", "opening", "thread_iri"]

_STANDING = ("number", "linked_id", "standing", "owner")
_CAPTURE = (
    *("exhibit", "member", "source", "platform", "platform_key", "kind", "account", "languages", "messages"),
    "system_events",
)


def application_iri(platform: str) -> str:
    """The service."""
    return iri("application", platform)


def application(platform: str) -> Node:
    """The service that conversations took place on."""
    return node(
        application_iri(platform),
        "uco-observable:Application",
        uco_core__name=platform,
        uco_core__hasFacet=[
            node(
                iri("application-facet", platform),
                "uco-observable:ApplicationFacet",
                uco_observable__applicationIdentifier=platform,
            )
        ],
    )


def thread_iri(conversation: str) -> str:
    """The thread that a conversation is."""
    return iri("thread", conversation)


class Accounts:
    """The accounts of one conversation; a handle that a notice or a receipt names first gets one, marked so."""

    def __init__(
        self, row: dict[str, Any], participants: Iterable[dict[str, Any]], emit: Callable[[Node], None]
    ) -> None:
        """Write the accounts of `participants` (rows), in order of handle."""
        self._row = row
        self._emit = emit
        self._known: dict[str, str] = {}
        for participant in sorted(participants, key=lambda entry: str(entry["handle"])):
            self._enter(participant["handle"], participant)
        self.stated = list(self._known.values())

    def ref(self, handle: str | None) -> Node | None:
        """A reference to the account of `handle`."""
        if handle is None:
            return None
        if handle not in self._known:
            self._enter(handle, None)
        return ref(self._known[handle])

    @property
    def count(self) -> int:
        """How many there are so far."""
        return len(self._known)

    def others(self, handle: str | None) -> list[Node]:
        """In a one-to-one exchange of two, the other: nothing says to whom a group's message went."""
        if self._row["kind"] != "direct" or len(self.stated) != 2 or handle is None:
            return []
        mine = self._known.get(handle)
        return [ref(identity) for identity in self.stated if identity != mine] if mine in self.stated else []

    def _enter(self, handle: str, participant: dict[str, Any] | None) -> None:
        key = (self._row["conversation"], handle)
        identity = self._known[handle] = iri("account", *key)
        number = participant and participant["number"]
        phone = self._row["platform"] in ("sms", "mms") and bool(number)
        facets = [
            node(
                iri("account-facet", *key),
                "uco-observable:AccountFacet",
                uco_observable__accountIdentifier=handle,
            ),
            node(
                iri("application-account-facet", *key),
                "uco-observable:ApplicationAccountFacet",
                uco_observable__application=ref(application_iri(self._row["platform"])),
            ),
        ]
        if participant and participant["name"]:
            facets.append(
                node(
                    iri("digital-account-facet", *key),
                    "uco-observable:DigitalAccountFacet",
                    uco_observable__displayName=participant["name"],
                )
            )
        if number:
            facets.append(
                node(
                    iri("phone-account-facet", *key),
                    "uco-observable:PhoneAccountFacet",
                    uco_observable__phoneNumber=number,
                )
            )
        extra = (
            ours(iri("participant-facet", *key), "ParticipantFacet", participant, _STANDING)
            if participant
            else {
                "@id": iri("participant-facet", *key),
                "@type": "upstander:ParticipantFacet",
                "upstander:namedOnly": boolean(True),
            }
        )
        if extra:
            facets.append(extra)
        kind = "uco-observable:PhoneAccount" if phone else "uco-observable:ApplicationAccount"
        self._emit(node(identity, kind, uco_core__hasFacet=facets))


def membership(row: dict[str, Any], accounts: Accounts) -> Node:
    """One row of membership_events."""
    columns = ("kind", "detail", "at", "evidence", "row", "position")
    facet = ours(
        iri("membership-facet", row["conversation"], row["position"], row["participant"] or "", row["kind"]),
        "MembershipFacet",
        row,
        columns,
        participant=accounts.ref(row["participant"]),
        actor=accounts.ref(row["actor"]),
    )
    assert facet is not None  # noqa: S101 - kind and evidence are always there
    return facet


def opening(row: dict[str, Any], accounts: Accounts, facets: list[Node]) -> list[Node]:
    """The thread, and that it stands in its exhibit; `facets` is what hangs on no message."""
    identity = row["conversation"]
    capture = ours(iri("capture-facet", identity), "CaptureFacet", row, _CAPTURE)
    thread = node(
        thread_iri(identity),
        "uco-observable:MessageThread",
        uco_core__name=row["title"],
        uco_core__hasFacet=[
            node(
                iri("message-thread-facet", identity),
                "uco-observable:MessageThreadFacet",
                uco_observable__messageThread=ref(iri("messages", identity)),
                uco_observable__participant=[ref(account) for account in accounts.stated],
            ),
            *([capture] if capture else []),
            *facets,
        ],
    )
    return [thread, contained(thread_iri(identity), exhibit_iri(row["exhibit"]))]


def contained(source: str, target: str) -> Node:
    """That one thing stands in another."""
    return node(
        iri("relationship", "Contained_Within", source, target),
        "uco-observable:ObservableRelationship",
        uco_core__source=[ref(source)],
        uco_core__target=ref(target),
        uco_core__kindOfRelationship="Contained_Within",
        uco_core__isDirectional=boolean(True),
    )
