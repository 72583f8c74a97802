"""Facebook Messenger and Instagram conversations from *Download your information*, in JSON.

A conversation is a folder of `message_1.json`, `message_2.json`, … (10,000 messages each, newest first), read here as
one. A message has no key of its own: its place is the file's number and its index there, `2.137`.
"""

from collections.abc import Iterator

from upstander.errors import LimitReached, Unreadable
from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import Loose, instant, record
from upstander.evidence.sources.messenger import members
from upstander.evidence.sources.messenger.message import Reader
from upstander.evidence.sources.messenger.mojibake import Repair
from upstander.evidence.sources.messenger.thread import Thread, thread

__all__ = ["SOURCE"]

NAME = "messenger"

CARD = Card(
    title="Facebook Messenger and Instagram, download in JSON",
    tried_on=(
        "mlomb/chat-analytics messenger sample (one file, 2 participants): 7 messages, 4 attachments named and absent",
        "joweich/chat-miner instagram sample (one file, no list of participants): 2 messages",
    ),
    limits=(
        "The export does not name the exporting account: it is known only from a profile file that came along, or in"
        " a one-to-one exchange from the title.",
        "Participants are names, not ids: two people of one name, or two closed accounts ('Facebook user'), are one.",
        "The list of participants is that of the day of the export; earlier members show in notices alone.",
        "Reactions have no time in Facebook's files; edits, read receipts and quoted messages are in neither.",
        "The length of calls, polls' options and the place of plans are not read; the text is.",
        "Notices are known in English, German, French, Spanish, Portuguese, Italian and Dutch; in other languages they"
        " stay authored messages of the person who acted.",
        "One file is read up to 128 MiB.",
    ),
)

#: A step back of more than this is said.
_BACKWARDS = 60_000


def recognise(document: Document) -> tuple[str, ...]:
    """Claim the higher-numbered files of the same conversation; raise `WrongSource` where it is none."""
    members.check(document.head)
    return members.companions(document)


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - times are stored instants
    """Stream the conversation, oldest first."""
    members.check(document.head)
    capture = Capture(document, source=NAME, platform="messenger")
    yield from _Conversation(document, capture).read()


class _Conversation:
    """One conversation over its files."""

    def __init__(self, document: Document, capture: Capture) -> None:
        self.document = document
        self.capture = capture
        self.listed = False
        self.latest: int | None = None

    def read(self) -> Iterator[Rows]:
        """Read every file; what could not be read of one is raised at the end, when the others are through."""
        parts = 1 + len(members.companions(self.document))
        failed: list[members.Part] = []
        opened: tuple[Conversation, Thread] | None = None
        seen: set[int] = set()
        for count, part in enumerate(members.in_order(self.document)):
            repair = Repair(part.loaded.value)
            loose = self._loose(part, repair)
            senders = {
                repair(name)[0]
                for entry in part.messages
                if isinstance(name := record(entry).get("sender_name"), str) and name
            }
            if part.loaded.problem is not None:
                failed.append(part)
            if part.loaded.replaced:
                loose.warn("invalid_text", f"{part.file.name} is no valid UTF-8; what is not was replaced by U+FFFD")
            if not part.loaded.value:
                continue
            if opened is None:
                opened = self._open(part, loose)
            conversation, described = opened
            loose.where["conversation"] = conversation.id
            self._members(conversation, described, part)
            reader = Reader(
                self.document,
                self.capture,
                conversation,
                described,
                loose,
                part.file,
                part.number,
                frozenset(described.participants) | senders,
            )
            seen.add(part.number)
            for index, entry in members.oldest_first(part.messages):
                reader.read(index, entry)
                self._backwards(entry, f"{part.number}/messages[{index}]", loose)
                yield from self.capture.drain((count + 0.5) / parts)
        if opened is not None:
            self._gaps(seen)
        yield from self.capture.close()
        if failed:
            self._fail(failed)

    def _loose(self, part: members.Part, repair: Repair) -> Loose:
        loose = Loose(self.capture, {"exhibit": part.file.exhibit, "member": part.file.member})

        def repaired(text: str, row: str) -> str:
            fixed, kept = repair(text)
            if kept:
                detail = f"the text at {row} looks doubly encoded and does not decode; kept as received"
                loose.warn("mojibake_kept", detail, row)
            return fixed

        loose.repair = repaired
        return loose

    def _open(self, part: members.Part, loose: Loose) -> tuple[Conversation, Thread]:
        described = thread(part.loaded.value, loose, self.document)
        conversation = self.capture.conversation(
            "thread",
            kind=described.kind,
            platform=described.platform,
            platform_key=described.key,
            title=described.title,
            account=described.owner,
        )
        return conversation, described

    def _members(self, conversation: Conversation, described: Thread, part: members.Part) -> None:
        """The list of participants stands in every file of a conversation; it is taken once."""
        if described.owner is not None:
            conversation.participant(described.owner, owner=True)
        for index, name in enumerate(dict.fromkeys(described.participants)):
            conversation.participant(name, standing="member" if described.present else "unknown")
            if described.present and not self.listed:
                conversation.membership(
                    "current_member",
                    participant=name,
                    evidence="member_table",
                    row=f"participants[{index}]",
                    exhibit=part.file.exhibit,
                )
        self.listed = True

    def _backwards(self, entry: object, row: str, loose: Loose) -> None:
        stamp = instant(record(entry).get("timestamp_ms"))
        if stamp is None:
            return
        if self.latest is not None and stamp < self.latest - _BACKWARDS:
            detail = f"the message at {row} is stamped earlier than the one before it; the export's order is kept"
            loose.warn("times_run_backwards", detail, row)
        self.latest = stamp

    def _gaps(self, seen: set[int]) -> None:
        missing = sorted(set(range(1, max(seen, default=0))) - seen)
        for number in missing[:20]:
            detail = f"message_{number}.json of this conversation did not come; ask for the whole folder"
            self.capture.warn("companion_missing", detail)

    def _fail(self, failed: list[members.Part]) -> None:
        detail = "; ".join(f"{part.file.name}: {part.loaded.problem}" for part in failed[:3])
        if all(part.loaded.limited for part in failed):
            raise LimitReached(f"{detail}; what stands before that was read")
        raise Unreadable(f"{detail}; what stands before that was read, ask for the file again")


SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
