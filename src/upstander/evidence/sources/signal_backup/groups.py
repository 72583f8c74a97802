"""Changes of a group: what each says happened, to whom, and by whom."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from upstander.evidence.sources.loose import items, record, shown
from upstander.evidence.sources.signal_backup.values import number, service_id

__all__ = ["Change", "changed", "seconds"]


@dataclass(frozen=True, slots=True)
class Change:
    """One change: the event of the notice, and the membership events (their columns) that it gives."""

    event: str
    memberships: list[dict[str, Any]] = field(default_factory=list)
    #: Fields that should name an account and do not.
    broken: tuple[str, ...] = ()


def seconds(value: Any) -> str:
    """A disappearing timer, in words that a later stage can read: `timer: 3600 s`, 0 where it was switched off."""
    return f"timer: {number(value) / 1000:g} s"


class _Of:
    """One update: who is named in it."""

    def __init__(self, update: dict[str, Any], owner: str) -> None:
        self.update, self.owner = update, owner
        self.broken: list[str] = []

    def who(self, name: str, *, of: dict[str, Any] | None = None, pni: bool = False) -> str | None:
        """The account that field `name` names."""
        value = (self.update if of is None else of).get(name)
        found = service_id(value, pni=pni)
        if found is None and value not in (None, b"", ""):
            self.broken.append(name)
        return found

    def text(self, name: str) -> str:
        """A text of the update."""
        return shown(self.update.get(name))

    def flag(self, name: str) -> bool:
        """Whether a flag is set."""
        return self.update.get(name) is True

    def count(self, name: str) -> int:
        """A number of people."""
        return number(self.update.get(name))


def changed(kind: str, update: Any, owner: str) -> Change | None:
    """What the update called `kind` says; None where it is not known."""
    make = _KINDS.get(kind)
    if make is None:
        return None
    of = _Of(record(update), owner)
    event, memberships = make(of)
    return Change(event, memberships, tuple(of.broken))


_Made = tuple[str, list[dict[str, Any]]]


def _one(event: str, kind: str, participant: str | None, actor: str | None = None, detail: str | None = None) -> _Made:
    return event, [{"kind": kind, "participant": participant, "actor": actor, "detail": detail}]


def _said(event: str, detail: Callable[[_Of], str], by: str = "updaterAci") -> Callable[[_Of], _Made]:
    """Nobody comes or goes; what changed is kept in the detail."""
    return lambda of: _one(event, "changed", None, of.who(by), detail(of))


def _name(of: _Of) -> str:
    return f"title: {of.text('newGroupName')}" if of.update.get("newGroupName") else "title removed"


def _description(of: _Of) -> str:
    written = of.text("newDescription")
    return f"description: {written}" if written else "description removed"


def _access(what: str) -> Callable[[_Of], str]:
    return lambda of: f"{what}: {of.text('accessLevel') or 'UNKNOWN'}"


def _announcements(of: _Of) -> str:
    return f"only administrators may send: {'on' if of.flag('isAnnouncementOnly') else 'off'}"


def _approval(before: str) -> Callable[[_Of], str]:
    return lambda of: (
        f"{before}: administrators {'must' if of.flag('linkRequiresAdminApproval') else 'need not'} approve"
    )


def _admin(of: _Of) -> _Made:
    kind = "administrator_added" if of.flag("wasAdminStatusGranted") else "administrator_removed"
    return _one(kind, kind, of.who("memberAci"), of.who("updaterAci"))


def _by(of: _Of, name: str, before: str) -> str | None:
    found = of.who(name)
    return f"{before} {found}" if found else None


def _accepted(of: _Of) -> _Made:
    return _one("joined", "joined", of.who("newMemberAci"), detail=_by(of, "inviterAci", "accepted the invitation of"))


def _declined(of: _Of) -> _Made:
    return _one("other", "changed", of.who("inviteeAci"), detail=_declining(of))


def _declining(of: _Of) -> str:
    return _by(of, "inviterAci", "declined the invitation of") or "declined the invitation"


def _added(of: _Of) -> _Made:
    detail = _by(of, "inviterAci", "had been invited by") or (
        "had been invited" if of.flag("hadOpenInvitation") else None
    )
    return _one("added", "added", of.who("newMemberAci"), of.who("updaterAci"), detail)


def _revoked(of: _Of) -> _Made:
    made = []
    for written in items(of.update.get("invitees")):
        one = record(written)
        who = of.who("inviteeAci", of=one) or of.who("inviteePni", of=one, pni=True)
        inviter = of.who("inviterAci", of=one)
        detail = "invitation revoked" + (f", made by {inviter}" if inviter else "")
        made.append({"kind": "changed", "participant": who, "actor": of.who("updaterAci"), "detail": detail})
    return "other", made


def _approved(of: _Of) -> _Made:
    who, by = of.who("requestorAci"), of.who("updaterAci")
    if of.flag("wasApproved"):
        return _one("joined", "joined", who, by, "request approved")
    return _one("other", "changed", who, by, "request refused")


def _sequence(of: _Of) -> _Made:
    detail = f"requested and withdrew {of.count('count')} times; the last is a withdrawal"
    return _one("requested", "requested", of.who("requestorAci"), detail=detail)


_KINDS: dict[str, Callable[[_Of], _Made]] = {
    "genericGroupUpdate": _said("settings_changed", lambda _: "a change that the backup does not describe"),
    "groupCreationUpdate": lambda of: _one("group_created", "created", of.who("updaterAci"), of.who("updaterAci")),
    "groupNameUpdate": _said("group_renamed", _name),
    "groupAvatarUpdate": _said(
        "icon_changed", lambda of: f"picture {'removed' if of.flag('wasRemoved') else 'changed'}"
    ),
    "groupDescriptionUpdate": _said("description_changed", _description),
    "groupMembershipAccessLevelChangeUpdate": _said("settings_changed", _access("who may add members")),
    "groupAttributesAccessLevelChangeUpdate": _said("settings_changed", _access("who may change the group")),
    "groupMemberLabelAccessLevelChangeUpdate": _said("settings_changed", _access("who may set labels")),
    "groupAnnouncementOnlyChangeUpdate": _said("settings_changed", _announcements),
    "groupAdminStatusUpdate": _admin,
    "groupMemberLeftUpdate": lambda of: _one("left", "left", of.who("aci")),
    "groupMemberRemovedUpdate": lambda of: _one("removed", "removed", of.who("removedAci"), of.who("removerAci")),
    "selfInvitedToGroupUpdate": lambda of: _one("invited", "invited", of.owner, of.who("inviterAci")),
    "selfInvitedOtherUserToGroupUpdate": lambda of: _one("invited", "invited", of.who("inviteeServiceId"), of.owner),
    "groupUnknownInviteeUpdate": lambda of: _one(
        "invited", "invited", None, of.who("inviterAci"), f"{of.count('inviteeCount')} people, not named"
    ),
    "groupInvitationAcceptedUpdate": _accepted,
    "groupInvitationDeclinedUpdate": _declined,
    "groupMemberJoinedUpdate": lambda of: _one("joined", "joined", of.who("newMemberAci")),
    "groupMemberAddedUpdate": _added,
    "groupSelfInvitationRevokedUpdate": lambda of: _one(
        "other", "changed", of.owner, of.who("revokerAci"), "invitation revoked"
    ),
    "groupInvitationRevokedUpdate": _revoked,
    "groupJoinRequestUpdate": lambda of: _one("requested", "requested", of.who("requestorAci")),
    "groupJoinRequestApprovalUpdate": _approved,
    "groupJoinRequestCanceledUpdate": lambda of: _one(
        "other", "changed", of.who("requestorAci"), detail="request withdrawn"
    ),
    "groupInviteLinkResetUpdate": _said("settings_changed", lambda _: "invite link replaced"),
    "groupInviteLinkEnabledUpdate": _said("settings_changed", _approval("invite link switched on")),
    "groupInviteLinkAdminApprovalUpdate": _said("settings_changed", _approval("invite link")),
    "groupInviteLinkDisabledUpdate": _said("settings_changed", lambda _: "invite link switched off"),
    "groupMemberJoinedByLinkUpdate": lambda of: _one(
        "joined", "joined", of.who("newMemberAci"), detail="by the invite link"
    ),
    "groupV2MigrationUpdate": lambda _: _one("other", "changed", None, detail="group upgraded to a new kind"),
    "groupV2MigrationSelfInvitedUpdate": lambda of: _one(
        "invited", "invited", of.owner, detail="when the group was upgraded"
    ),
    "groupV2MigrationInvitedMembersUpdate": lambda of: _one(
        "invited", "invited", None, of.owner, f"{of.count('invitedMembersCount')} people, when the group was upgraded"
    ),
    "groupV2MigrationDroppedMembersUpdate": lambda of: _one(
        "removed", "removed", None, of.owner, f"{of.count('droppedMembersCount')} people, when the group was upgraded"
    ),
    "groupSequenceOfRequestsAndCancelsUpdate": _sequence,
    "groupExpirationTimerUpdate": _said("timer_changed", lambda of: seconds(of.update.get("expiresInMs"))),
    "groupTerminateChangeUpdate": lambda of: _one(
        "ended", "ended", None, of.who("updaterAci"), "group ended for everyone"
    ),
}
