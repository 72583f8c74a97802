"""Every change of a group that a Signal backup can report."""

from pathlib import Path
from typing import Any

import pytest
from tests.support.made_signal import ANNA, BELA, CARLO, ME, START, binary, group, lines, read_made, said, update

from upstander.evidence.sources.signal_backup.groups import _KINDS
from upstander.evidence.sources.signal_backup.schema import MESSAGES

A, B, C, M = ANNA[1], BELA[1], CARLO[1], ME[1]
BY = {"updaterAci": ANNA[0]}
PNI = "AQkJCQkJCQkJCQkJCQkJCQk="  # 1, then sixteen times 9

#: Kind of change, its content, the event, and the membership events: kind, participant, actor, detail.
CHANGES: list[Any] = [
    (
        *("genericGroupUpdate", BY, "settings_changed"),
        [("changed", None, A, "a change that the backup does not describe")],
    ),
    ("groupCreationUpdate", BY, "group_created", [("created", A, A, None)]),
    ("groupNameUpdate", BY | {"newGroupName": "X"}, "group_renamed", [("changed", None, A, "title: X")]),
    ("groupNameUpdate", BY, "group_renamed", [("changed", None, A, "title removed")]),
    ("groupAvatarUpdate", BY, "icon_changed", [("changed", None, A, "picture changed")]),
    ("groupAvatarUpdate", {"wasRemoved": True}, "icon_changed", [("changed", None, None, "picture removed")]),
    (
        *("groupDescriptionUpdate", BY | {"newDescription": "tea"}, "description_changed"),
        [("changed", None, A, "description: tea")],
    ),
    ("groupDescriptionUpdate", BY, "description_changed", [("changed", None, A, "description removed")]),
    (
        *("groupMembershipAccessLevelChangeUpdate", BY | {"accessLevel": "MEMBER"}, "settings_changed"),
        [("changed", None, A, "who may add members: MEMBER")],
    ),
    (
        *("groupAttributesAccessLevelChangeUpdate", BY | {"accessLevel": "ADMINISTRATOR"}, "settings_changed"),
        [("changed", None, A, "who may change the group: ADMINISTRATOR")],
    ),
    (
        *("groupMemberLabelAccessLevelChangeUpdate", BY | {"accessLevel": "MEMBER"}, "settings_changed"),
        [("changed", None, A, "who may set labels: MEMBER")],
    ),
    (
        *("groupAnnouncementOnlyChangeUpdate", BY | {"isAnnouncementOnly": True}, "settings_changed"),
        [("changed", None, A, "only administrators may send: on")],
    ),
    (
        *("groupAdminStatusUpdate", BY | {"memberAci": BELA[0], "wasAdminStatusGranted": True}, "administrator_added"),
        [("administrator_added", B, A, None)],
    ),
    (
        *("groupAdminStatusUpdate", BY | {"memberAci": BELA[0]}, "administrator_removed"),
        [("administrator_removed", B, A, None)],
    ),
    ("groupMemberLeftUpdate", {"aci": CARLO[0]}, "left", [("left", C, None, None)]),
    (
        *("groupMemberRemovedUpdate", {"removerAci": ANNA[0], "removedAci": CARLO[0]}, "removed"),
        [("removed", C, A, None)],
    ),
    ("selfInvitedToGroupUpdate", {"inviterAci": ANNA[0]}, "invited", [("invited", M, A, None)]),
    (
        *("selfInvitedOtherUserToGroupUpdate", {"inviteeServiceId": PNI}, "invited"),
        [("invited", "PNI:09090909-0909-0909-0909-090909090909", M, None)],
    ),
    (
        *("groupUnknownInviteeUpdate", {"inviterAci": ANNA[0], "inviteeCount": 3}, "invited"),
        [("invited", None, A, "3 people, not named")],
    ),
    (
        *("groupInvitationAcceptedUpdate", {"inviterAci": ANNA[0], "newMemberAci": CARLO[0]}, "joined"),
        [("joined", C, None, f"accepted the invitation of {A}")],
    ),
    ("groupInvitationDeclinedUpdate", {}, "other", [("changed", None, None, "declined the invitation")]),
    (
        *("groupInvitationDeclinedUpdate", {"inviterAci": ANNA[0], "inviteeAci": CARLO[0]}, "other"),
        [("changed", C, None, f"declined the invitation of {A}")],
    ),
    ("groupMemberJoinedUpdate", {"newMemberAci": CARLO[0]}, "joined", [("joined", C, None, None)]),
    ("groupMemberAddedUpdate", BY | {"newMemberAci": CARLO[0]}, "added", [("added", C, A, None)]),
    (
        *("groupMemberAddedUpdate", BY | {"newMemberAci": CARLO[0], "hadOpenInvitation": True}, "added"),
        [("added", C, A, "had been invited")],
    ),
    (
        "groupMemberAddedUpdate",
        BY | {"newMemberAci": CARLO[0], "hadOpenInvitation": True, "inviterAci": BELA[0]},
        *("added", [("added", C, A, f"had been invited by {B}")]),
    ),
    (
        *("groupSelfInvitationRevokedUpdate", {"revokerAci": ANNA[0]}, "other"),
        [("changed", M, A, "invitation revoked")],
    ),
    (
        "groupInvitationRevokedUpdate",
        BY
        | {"invitees": [{"inviterAci": BELA[0], "inviteeAci": CARLO[0]}, {"inviteePni": "CQkJCQkJCQkJCQkJCQkJCQ=="}]},
        "other",
        [
            ("changed", C, A, f"invitation revoked, made by {B}"),
            ("changed", "PNI:09090909-0909-0909-0909-090909090909", A, "invitation revoked"),
        ],
    ),
    ("groupJoinRequestUpdate", {"requestorAci": CARLO[0]}, "requested", [("requested", C, None, None)]),
    (
        *("groupJoinRequestApprovalUpdate", BY | {"requestorAci": CARLO[0], "wasApproved": True}, "joined"),
        [("joined", C, A, "request approved")],
    ),
    (
        *("groupJoinRequestApprovalUpdate", BY | {"requestorAci": CARLO[0]}, "other"),
        [("changed", C, A, "request refused")],
    ),
    (
        *("groupJoinRequestCanceledUpdate", {"requestorAci": CARLO[0]}, "other"),
        [("changed", C, None, "request withdrawn")],
    ),
    ("groupInviteLinkResetUpdate", BY, "settings_changed", [("changed", None, A, "invite link replaced")]),
    (
        *("groupInviteLinkEnabledUpdate", BY | {"linkRequiresAdminApproval": True}, "settings_changed"),
        [("changed", None, A, "invite link switched on: administrators must approve")],
    ),
    (
        *("groupInviteLinkAdminApprovalUpdate", BY, "settings_changed"),
        [("changed", None, A, "invite link: administrators need not approve")],
    ),
    ("groupInviteLinkDisabledUpdate", BY, "settings_changed", [("changed", None, A, "invite link switched off")]),
    (
        *("groupMemberJoinedByLinkUpdate", {"newMemberAci": CARLO[0]}, "joined"),
        [("joined", C, None, "by the invite link")],
    ),
    ("groupV2MigrationUpdate", {}, "other", [("changed", None, None, "group upgraded to a new kind")]),
    ("groupV2MigrationSelfInvitedUpdate", {}, "invited", [("invited", M, None, "when the group was upgraded")]),
    (
        *("groupV2MigrationInvitedMembersUpdate", {"invitedMembersCount": 2}, "invited"),
        [("invited", None, M, "2 people, when the group was upgraded")],
    ),
    (
        *("groupV2MigrationDroppedMembersUpdate", {"droppedMembersCount": 2}, "removed"),
        [("removed", None, M, "2 people, when the group was upgraded")],
    ),
    (
        *("groupSequenceOfRequestsAndCancelsUpdate", {"requestorAci": CARLO[0], "count": 4}, "requested"),
        [("requested", C, None, "requested and withdrew 4 times; the last is a withdrawal")],
    ),
    (
        *("groupExpirationTimerUpdate", BY | {"expiresInMs": 86_400_000}, "timer_changed"),
        [("changed", None, A, "timer: 86400 s")],
    ),
    ("groupTerminateChangeUpdate", BY, "ended", [("ended", None, A, "group ended for everyone")]),
]


@pytest.mark.parametrize(
    ("kind", "body", "event", "told"), CHANGES, ids=[f"{change[0]}-{change[2]}" for change in CHANGES]
)
def test_every_change(
    tmp_path: Path,
    kind: str,
    body: dict[str, Any],
    event: str,
    told: list[tuple[str, str | None, str | None, str | None]],
) -> None:
    """Each kind of change is an event, with whom it happened to and who did it; both forms agree."""
    frames = [*START, update(2, 5, "groupChange", {"updates": [{kind: body}]})]
    for content in (binary(frames), lines(frames)):
        tables = read_made(tmp_path, content)
        (row,) = tables.system
        found = [
            (one["kind"], one["participant"], one["actor"], one["detail"])
            for one in tables.rows("membership_events", message=row["message"])
        ]
        assert (row["event"], found) == (event, told)
        assert all(one["at"] == row["sent_at"] for one in tables.rows("membership_events", evidence="system_event"))
        assert C not in tables.handles
        assert tables.warned == {"missing_reference": 1}


def test_no_kind_of_change_is_without_a_test() -> None:
    """The schema, the table of changes and this file know the same thirty-six kinds."""
    kinds = {field.name for field in MESSAGES["GroupUpdate"].values()}
    assert len(kinds) == 36
    assert kinds == _KINDS.keys() == {change[0] for change in CHANGES}


def test_changes_in_one_frame_are_each_an_event(tmp_path: Path) -> None:
    """A frame that bundles changes gives one event for each, at its own place, in their order."""
    changes = [{kind: body} for kind, body, _, _ in CHANGES]
    tables = read_made(tmp_path, binary([*START, update(2, 5, "groupChange", {"updates": changes}), said(2, 6, "so")]))
    assert [row["event"] for row in tables.system] == [change[2] for change in CHANGES]
    assert len({row["message"] for row in tables.system}) == len({row["row"] for row in tables.system}) == len(CHANGES)
    assert tables.authored[0]["position"] == len(CHANGES)


def test_the_groups_own_lists(tmp_path: Path) -> None:
    """Members with their standing and label, people invited, asking and banned, and that the group has ended."""
    listed = group(
        *(9, ANNA, ME),
        description={"descriptionText": "tea"},
        membersPendingProfileKey=[{"member": {"userId": BELA[0]}, "addedByUserId": ANNA[0], "timestamp": 5}],
        membersPendingAdminApproval=[{"userId": CARLO[0], "timestamp": 6}],
        membersBanned=[{"userId": CARLO[0], "timestamp": 7}],
        terminated=True,
    )
    listed["recipient"]["group"]["snapshot"]["members"][1]["labelString"] = "Lead"
    frames = [*START[:6], listed, START[7]]
    for content in (binary(frames), lines(frames), binary(frames[:-1])):
        tables = read_made(tmp_path, content)
        told = [
            (row["kind"], row["participant"], row["actor"], row["detail"]) for row in tables.rows("membership_events")
        ]
        assert told == [
            ("current_member", A, None, "administrator"),
            ("current_member", M, None, "label: Lead"),
            ("invited", B, A, None),
            ("requested", C, None, None),
            ("changed", C, None, "banned from joining again"),
            ("changed", None, None, "description: tea"),
            ("ended", None, None, "group ended for everyone"),
        ]
        standing = {row["handle"]: (row["standing"], row["owner"]) for row in tables.rows("participants")}
        assert standing == {A: ("administrator", False), M: ("member", True)}
        assert [row["title"] for row in tables.rows("conversations")] == ["Lates"]


def test_who_left_is_an_author_only(tmp_path: Path) -> None:
    """Somebody who wrote and is not in the member list has no standing but that."""
    tables = read_made(tmp_path, binary([*START, said(4, 1, "bye")]))
    assert {row["handle"]: row["standing"] for row in tables.rows("participants")}[C] == "author_only"


def test_members_without_an_id_are_said(tmp_path: Path) -> None:
    """A member that no id names is left out with a warning; a group without a key has no id to be found by."""
    broken = group(9, ANNA, ("CQk=", ""))
    broken["recipient"]["group"]["masterKey"] = "CQk="
    tables = read_made(tmp_path, binary([*START[:6], broken, START[7]]))
    assert tables.warned == {"missing_reference": 1, "unknown_value": 2}
    assert tables.rows("conversations")[0]["platform_key"] is None
