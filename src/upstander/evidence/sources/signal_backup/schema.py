"""The messages of a Signal backup, as far as they are read: field numbers, names and types.

Facts of Signal's published `Backup.proto` (signalapp/libsignal, rust/message-backup; the later fields as Signal for
Android has them). Names are those of the JSON form too, so that the binary backup and the plain-text export become the
same records. What is left out here (colours, settings, keys) says nothing about who said what to whom.
"""

import re
from dataclasses import dataclass

__all__ = ["ENUMS", "MESSAGES", "Field"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a message."""

    name: str
    #: `int`, `flag`, `text`, `bytes`, the name of an enumeration, or that of a message.
    type: str
    repeated: bool


#: Names of the values of each enumeration, from 0 up.
ENUMS: dict[str, tuple[str, ...]] = {
    "Role": ("UNKNOWN", "DEFAULT", "ADMINISTRATOR"),
    "Access": ("UNKNOWN", "ANY", "MEMBER", "ADMINISTRATOR", "UNSATISFIABLE"),
    "Privacy": ("UNKNOWN", "ONLY_WITH", "ALL_EXCEPT", "ALL"),
    "Failure": ("UNKNOWN", "NETWORK", "IDENTITY_KEY_MISMATCH"),
    "Flag": ("NONE", "VOICE_MESSAGE", "BORDERLESS", "GIF"),
    "Badge": ("UNOPENED", "OPENED", "REDEEMED", "FAILED"),
    "PaymentFailure": ("GENERIC", "NETWORK", "INSUFFICIENT_FUNDS"),
    "PaymentStatus": ("INITIAL", "SUBMITTED", "SUCCESSFUL"),
    "Quoted": ("UNKNOWN", "NORMAL", "GIFT_BADGE", "VIEW_ONCE", "POLL"),
    "CallType": ("UNKNOWN_TYPE", "AUDIO_CALL", "VIDEO_CALL"),
    "CallDirection": ("UNKNOWN_DIRECTION", "INCOMING", "OUTGOING"),
    "CallState": ("UNKNOWN_STATE", "ACCEPTED", "NOT_ACCEPTED", "MISSED", "MISSED_NOTIFICATION_PROFILE"),
    "GroupCallState": (
        *("UNKNOWN_STATE", "GENERIC", "JOINED", "RINGING", "ACCEPTED", "DECLINED", "MISSED"),
        *("MISSED_NOTIFICATION_PROFILE", "OUTGOING_RING"),
    ),
    "Simple": (
        *("UNKNOWN", "JOINED_SIGNAL", "IDENTITY_UPDATE", "IDENTITY_VERIFIED", "IDENTITY_DEFAULT", "CHANGE_NUMBER"),
        *("RELEASE_CHANNEL_DONATION_REQUEST", "END_SESSION", "CHAT_SESSION_REFRESH", "BAD_DECRYPT"),
        *("PAYMENTS_ACTIVATED", "PAYMENT_ACTIVATION_REQUEST", "UNSUPPORTED_PROTOCOL_MESSAGE", "REPORTED_SPAM"),
        *("BLOCKED", "UNBLOCKED", "MESSAGE_REQUEST_ACCEPTED"),
    ),
}

#: A message a line; `name number type`, with * where the field is repeated and `int` where no type is written.
_WRITTEN = """
BackupInfo: version 1, backupTimeMs 2, mediaRootBackupKey 3 bytes, currentAppVersion 4 text, firstAppVersion 5 text,
  debugInfo 6 bytes
Frame: account 1 Account, recipient 2 Recipient, chat 3 Chat, chatItem 4 ChatItem, stickerPack 5 bytes,
  adHocCall 6 AdHocCall, notificationProfile 7 bytes, chatFolder 8 bytes
Account: username 2 text, givenName 4 text, familyName 5 text
Recipient: id 1, contact 2 Contact, group 3 Group, distributionList 4 ListItem, self 5 Empty, releaseNotes 6 Empty,
  callLink 7 CallLink
Contact: aci 1 bytes, pni 2 bytes, username 3 text, e164 4, blocked 5 flag, notRegistered 8 Empty,
  profileGivenName 11 text, profileFamilyName 12 text, nickname 16 Nickname, note 17 text, systemGivenName 18 text,
  systemFamilyName 19 text, systemNickname 20 text
Nickname: given 1 text, family 2 text
Empty:
Group: masterKey 1 bytes, snapshot 5 Snapshot, blocked 6 flag
Snapshot: title 2 Blob, description 11 Blob, disappearingMessagesTimer 4 Blob, version 6, members 7 Member*,
  membersPendingProfileKey 8 Invited*, membersPendingAdminApproval 9 Requesting*, announcementsOnly 12 flag,
  membersBanned 13 Banned*, terminated 14 flag
Blob: title 1 text, disappearingMessagesDuration 3, descriptionText 4 text
Member: userId 1 bytes, role 2 Role, joinedAtVersion 5, labelEmoji 6 text, labelString 7 text
Invited: member 1 Member, addedByUserId 2 bytes, timestamp 3
Requesting: userId 1 bytes, timestamp 4
Banned: userId 1 bytes, timestamp 2
ListItem: distributionId 1 bytes, deletionTimestamp 2, distributionList 3 List
List: name 1 text, allowReplies 2 flag, privacyMode 3 Privacy, memberRecipientIds 4 int*
CallLink: rootKey 1 bytes, name 3 text
Chat: id 1, recipientId 2, expirationTimerMs 5
AdHocCall: callId 1, recipientId 2, state 3, callTimestamp 4
ChatItem: chatId 1, authorId 2, dateSent 3, expireStartDate 4, expiresInMs 5, revisions 6 ChatItem*, sms 7 flag,
  incoming 8 Incoming, outgoing 9 Outgoing, directionless 10 Empty, standardMessage 11 Standard,
  contactMessage 12 ContactMessage, stickerMessage 13 StickerMessage, remoteDeletedMessage 14 Empty,
  updateMessage 15 Update, paymentNotification 16 Payment, giftBadge 17 GiftBadge, viewOnceMessage 18 ViewOnce,
  directStoryReplyMessage 19 StoryReply, poll 20 Poll, pinDetails 21 Pin, adminDeletedMessage 22 AdminDeleted
Incoming: dateReceived 1, dateServerSent 2, read 3 flag, sealedSender 4 flag
Outgoing: sendStatus 1 SendStatus*, dateReceived 2
SendStatus: recipientId 1, timestamp 2, pending 3 Empty, sent 4 Empty, delivered 5 Empty, read 6 Empty,
  viewed 7 Empty, skipped 8 Empty, failed 9 Failed
Failed: reason 1 Failure
Text: body 1 text, bodyRanges 2 Range*
Range: start 1, length 2, mentionAci 3 bytes
Standard: quote 1 Quote, text 2 Text, attachments 3 Attachment*, linkPreview 4 Link*, longText 5 Pointer,
  reactions 6 Reaction*
ContactMessage: contact 1 Card, reactions 2 Reaction*
Card: name 1 CardName, number 3 Labelled*, email 4 Labelled*, organization 7 text
CardName: givenName 1 text, familyName 2 text, prefix 3 text, suffix 4 text, middleName 5 text, nickname 6 text
Labelled: value 1 text, label 3 text
StickerMessage: sticker 1 Sticker, reactions 2 Reaction*
Sticker: packId 1 bytes, stickerId 3, emoji 4 text, data 5 Pointer
Payment: amountMob 1 text, feeMob 2 text, note 3 text, transactionDetails 4 PaymentDetails
PaymentDetails: transaction 1 Transaction, failedTransaction 2 PaymentFailed
Transaction: status 1 PaymentStatus
PaymentFailed: reason 1 PaymentFailure
GiftBadge: state 2 Badge
ViewOnce: attachment 1 Attachment, reactions 2 Reaction*
StoryReply: textReply 1 TextReply, emoji 2 text, reactions 3 Reaction*
TextReply: text 1 Text, longText 2 Pointer
Poll: question 1 text, allowMultiple 2 flag, options 3 Option*, hasEnded 4 flag, reactions 5 Reaction*
Option: option 1 text, votes 2 Vote*
Vote: voterId 1, voteCount 2
Pin: pinnedAtTimestamp 1, pinExpiresAtTimestamp 2, pinNeverExpires 3 flag
AdminDeleted: adminId 1
Attachment: pointer 1 Pointer, flag 2 Flag, wasDownloaded 3 flag
Pointer: backupLocator 1 OldLocator, attachmentLocator 2 OldTransit, contentType 4 text, fileName 7 text,
  caption 10 text, locatorInfo 13 Locator
Locator: size 3, plaintextHash 10 bytes
OldLocator: size 5
OldTransit: size 6
Link: url 1 text, title 2 text, description 4 text
Quote: targetSentTimestamp 1, authorId 2, text 3 Text, type 5 Quoted
Reaction: emoji 1 text, authorId 2, sentTimestamp 3, sortOrder 4
Update: simpleUpdate 1 SimpleUpdate, groupChange 2 GroupChange, expirationTimerChange 3 Timer,
  profileChange 4 ProfileChange, threadMerge 5 Merge, sessionSwitchover 6 Switchover, individualCall 7 Call,
  groupCall 8 GroupCall, learnedProfileChange 9 Learned, pollTerminate 10 PollEnd, pinMessage 11 PinMessage
SimpleUpdate: type 1 Simple
Timer: expiresInMs 1
ProfileChange: previousName 1 text, newName 2 text
Merge: previousE164 1
Switchover: e164 1
Learned: e164 1, username 2 text
PollEnd: targetSentTimestamp 1, question 2 text
PinMessage: targetSentTimestamp 1, authorId 2
Call: callId 1, type 2 CallType, direction 3 CallDirection, state 4 CallState, startedCallTimestamp 5
GroupCall: callId 1, state 2 GroupCallState, ringerRecipientId 3, startedCallRecipientId 4, startedCallTimestamp 5,
  endedCallTimestamp 6
GroupChange: updates 1 GroupUpdate*
GroupUpdate: genericGroupUpdate 1 By, groupCreationUpdate 2 By, groupNameUpdate 3 NameUpdate,
  groupAvatarUpdate 4 AvatarUpdate, groupDescriptionUpdate 5 DescriptionUpdate,
  groupMembershipAccessLevelChangeUpdate 6 AccessUpdate, groupAttributesAccessLevelChangeUpdate 7 AccessUpdate,
  groupAnnouncementOnlyChangeUpdate 8 AnnouncementUpdate, groupAdminStatusUpdate 9 AdminUpdate,
  groupMemberLeftUpdate 10 LeftUpdate, groupMemberRemovedUpdate 11 RemovedUpdate,
  selfInvitedToGroupUpdate 12 InvitedBy, selfInvitedOtherUserToGroupUpdate 13 InvitedOther,
  groupUnknownInviteeUpdate 14 UnknownInvitee, groupInvitationAcceptedUpdate 15 Accepted,
  groupInvitationDeclinedUpdate 16 Declined, groupMemberJoinedUpdate 17 NewMember, groupMemberAddedUpdate 18 Added,
  groupSelfInvitationRevokedUpdate 19 SelfRevoked, groupInvitationRevokedUpdate 20 Revoked,
  groupJoinRequestUpdate 21 Requestor, groupJoinRequestApprovalUpdate 22 Approval,
  groupJoinRequestCanceledUpdate 23 Requestor, groupInviteLinkResetUpdate 24 By,
  groupInviteLinkEnabledUpdate 25 LinkUpdate, groupInviteLinkAdminApprovalUpdate 26 LinkUpdate,
  groupInviteLinkDisabledUpdate 27 By, groupMemberJoinedByLinkUpdate 28 NewMember, groupV2MigrationUpdate 29 Empty,
  groupV2MigrationSelfInvitedUpdate 30 Empty, groupV2MigrationInvitedMembersUpdate 31 InvitedCount,
  groupV2MigrationDroppedMembersUpdate 32 DroppedCount, groupSequenceOfRequestsAndCancelsUpdate 33 Sequence,
  groupExpirationTimerUpdate 34 GroupTimer, groupMemberLabelAccessLevelChangeUpdate 35 AccessUpdate,
  groupTerminateChangeUpdate 36 By
By: updaterAci 1 bytes
NameUpdate: updaterAci 1 bytes, newGroupName 2 text
AvatarUpdate: updaterAci 1 bytes, wasRemoved 2 flag
DescriptionUpdate: updaterAci 1 bytes, newDescription 2 text
AccessUpdate: updaterAci 1 bytes, accessLevel 2 Access
AnnouncementUpdate: updaterAci 1 bytes, isAnnouncementOnly 2 flag
AdminUpdate: updaterAci 1 bytes, memberAci 2 bytes, wasAdminStatusGranted 3 flag
LeftUpdate: aci 1 bytes
RemovedUpdate: removerAci 1 bytes, removedAci 2 bytes
InvitedBy: inviterAci 1 bytes
InvitedOther: inviteeServiceId 1 bytes
UnknownInvitee: inviterAci 1 bytes, inviteeCount 2
Accepted: inviterAci 1 bytes, newMemberAci 2 bytes
Declined: inviterAci 1 bytes, inviteeAci 2 bytes
NewMember: newMemberAci 1 bytes
Added: updaterAci 1 bytes, newMemberAci 2 bytes, hadOpenInvitation 3 flag, inviterAci 4 bytes
SelfRevoked: revokerAci 1 bytes
Revoked: updaterAci 1 bytes, invitees 2 Invitee*
Invitee: inviterAci 1 bytes, inviteeAci 2 bytes, inviteePni 3 bytes
Requestor: requestorAci 1 bytes
Approval: requestorAci 1 bytes, updaterAci 2 bytes, wasApproved 3 flag
LinkUpdate: updaterAci 1 bytes, linkRequiresAdminApproval 2 flag
InvitedCount: invitedMembersCount 1
DroppedCount: droppedMembersCount 1
Sequence: requestorAci 1 bytes, count 2
GroupTimer: expiresInMs 1, updaterAci 2 bytes
"""

_FIELD = re.compile(r"(\w+) (\d+)(?: (\w+)(\*)?)?")


def _messages() -> dict[str, dict[int, Field]]:
    joined = re.sub(r"\n +", " ", _WRITTEN.strip())
    found = {}
    for line in joined.split("\n"):
        name, _, fields = line.partition(":")
        found[name] = {
            int(field[2]): Field(field[1], field[3] or "int", repeated=field[4] == "*")
            for field in _FIELD.finditer(fields)
        }
    return found


#: Fields of each message by number.
MESSAGES: dict[str, dict[int, Field]] = _messages()
