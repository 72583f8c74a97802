"""Discord channels, as DiscordChatExporter writes them in JSON: direct messages, groups, servers' channels, threads."""

from collections.abc import Iterator

from upstander.errors import SourceError
from upstander.evidence.capture import Capture
from upstander.evidence.document import Document, File
from upstander.evidence.sources.discord import parts
from upstander.evidence.sources.discord.channel import Channel
from upstander.evidence.sources.discord.clock import Clock
from upstander.evidence.sources.discord.messages import Messages
from upstander.evidence.sources.discord.stream import walk
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.json_records import CleanStream

__all__ = ["SOURCE"]

NAME = "discord"


def recognise(document: Document) -> tuple[str, ...]:
    """A JSON object with the exporter's own keys; claims the further parts of the same channel."""
    parts.channel_of(document.head)
    return parts.companions(document)


def read(document: Document, reading: Reading) -> Iterator[Rows]:
    """Read messages in the order of the export; of a file that is cut short, everything before the cut."""
    parts.channel_of(document.head)
    capture = Capture(document, source=NAME, platform="discord")
    messages = Messages(capture, Clock(reading.time_zone), Channel())
    files = parts.in_order(document)
    size = max(1, sum(file.size for _, file in files))
    before = 0
    problems: list[SourceError] = []
    for number, file in files:
        messages.begin(file, f"{number}/" if len(files) > 1 else "")
        try:
            for place in _part(messages, file):
                yield from capture.drain(min(1.0, (before + place) / size))
        except SourceError as raised:  # the other parts are read all the same
            problems.append(raised)
        before += file.size
    absent = sorted(set(range(1, files[-1][0])) - {number for number, _ in files})
    for number in absent[:20]:
        capture.warn("companion_missing", f"part {number} of this channel did not come; ask for the whole export")
    messages.close()
    yield from capture.close()
    if problems:
        raise problems[0]


def _part(messages: Messages, file: File) -> Iterator[int]:
    """Read one file; gives the place reached, now and then."""
    stated: object = None
    count = 0
    with file.open() as opened:
        stream = CleanStream(opened)
        try:
            for found in walk(stream, file.name):
                if found.what == "message":
                    messages.add(found)
                    count += 1
                    if count % 1_000 == 0:
                        yield stream.place
                elif found.what == "messageCount":
                    stated = found.value
                elif found.what == "messages":
                    messages.loose.warn("invalid_record", f"the messages of {file.name} are no list", "messages")
                else:
                    messages.channel.told(found.what, found.value)
        finally:
            if stream.mended:
                detail = f"{stream.mended} places of {file.name} are no valid text; U+FFFD stands for them"
                messages.loose.warn("invalid_text", detail)
    # A channel without messages is a conversation too.
    messages.channel.conversation(messages.capture, file)
    if isinstance(stated, int) and stated != count:
        detail = (
            f"{file.name} states {stated:,} messages and holds {count:,}; it may have been changed after its export"
        )
        messages.loose.warn("missing_reference", detail, "messageCount")


CARD = Card(
    title="Discord, DiscordChatExporter (JSON)",
    tried_on=(
        "mlomb/chat-analytics samples (made by hand after the exporter's layout of 2023): a direct message channel of"
        " 2 messages and 1 notice; a group of 3 messages and 3 notices, which states 5 for 6; a server's channel of 5"
        " records of which one stands twice: 4 messages",
        "forwarded messages, users of reactions, parts, media folders and later notices only as invented, after the"
        " exporter's published writer",
    ),
    limits=(
        "The exporter's own default writes mentions and custom emoji as names in the text; that is kept, no id of it.",
        "Notices have the exporter's English words, not Discord's; a channel's new name is not exported.",
        "There is no list of members: who wrote, and in groups who was added or removed, is all that is known.",
        "The exporting account is not named, so no message is known as outgoing; there are no receipts.",
        "Only that a message was edited and when last is exported; deleted messages are not, and leave no mark.",
        "A nickname is that of the day of the export. That an account is a bot's, roles, colours, pins, buttons and the"
        " command that a bot answers are not read.",
        "Embeds are kept as their words and address; addresses of files on Discord's servers are not kept.",
        "Where ids are out of order, a repeated message is found among the last 20,000.",
        "The exporter's HTML, text and CSV are not read.",
    ),
)
SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
