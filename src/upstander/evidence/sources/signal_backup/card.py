"""What the source of Signal backups was tried on, and what it does not read."""

from upstander.evidence.sources.interface import Card

__all__ = ["CARD"]

CARD = Card(
    title="Signal backup, version 2 (binary, encrypted, or plain-text JSON lines)",
    tried_on=(
        "libsignal's canonical backup, the one real binary file published, and its plain-text export: an account, "
        "4 recipients, no chat",
        "libsignal's 13 valid test cases, encoded here from their JSON: 2 messages with 3 versions each, 4 reactions, "
        "3 receipts, 26 notices, 5 members of a group and of story lists",
        "libsignal's 6 invalid test cases, read as far as they go: 1 message and 1 notice",
        "libsignal's 2 encrypted backups, without and with forward secrecy, opened with the keys of its tests",
        "invented frames for all 36 changes of a group, 16 simple updates, calls, polls, pins, payments, stickers and "
        "every state of sending; no backup of a phone in use was available",
    ),
    limits=(
        "A backup does not state the id of its own account. It is taken from the key, or inferred as the one member of "
        "the groups without a contact record; else the account is called `self` and its keys match no other phone's.",
        "Of each recipient only the last state of sending survives: read says nothing of when it was delivered, and a "
        "receipt without times means sent. Receipts are of the account's own messages alone.",
        "Who skipped, failed and waiting recipients are stands in a warning; they have no receipt.",
        "An edited message has the key, place in time and clocks of its first version; its expiry and reactions are "
        "the last one's.",
        "A notice of a group has no key: each phone stamps it itself. A vote in a poll is kept as a reaction: the "
        "option's text, without a time.",
        "Files are named, with hash and size where stated, and never held: they lie encrypted beside the backup or on "
        "Signal's servers.",
        "A contact's name is the nickname or address book name of the phone, else the profile's; the others are not "
        "kept, nor user names beside them.",
        "Not read: whether the owner had read a message (a flag without a time), mentions (U+FFFC stands in the text), "
        "formatting, sealed sender, SMS through Signal, contacts without a chat, settings, sticker packs, folders.",
        "Stories and replies to group stories are not in a backup; story lists show only who could see them.",
        "An encrypted backup without a header is recognised only with the file metadata or a key file (signal.key, "
        "recovery_key.txt) beside it. Keys made from a master key, before recovery keys, are not tried.",
        "The old Android backup (.backup) and Signal Desktop's database are not read.",
    ),
)
