"""Slack workspace exports: lists of channels and people, and a folder a channel with a file a day.

The whole export is read as one: a conversation a channel, private channel, direct message and group message, with its
days in order.
"""

from collections.abc import Iterator

from upstander.evidence.capture import Capture, Conversation
from upstander.evidence.document import Document, File, natural
from upstander.evidence.sources.interface import Card, Reading, Rows, Source
from upstander.evidence.sources.loose import record
from upstander.evidence.sources.slack.clock import stamp
from upstander.evidence.sources.slack.export import PEOPLE, Export, companions, export_of
from upstander.evidence.sources.slack.log import scan
from upstander.evidence.sources.slack.messages import Found, Messages
from upstander.evidence.sources.slack.records import records
from upstander.evidence.sources.slack.workspace import Listed, Workspace, word

__all__ = ["SOURCE"]

NAME = "slack"


def recognise(document: Document) -> tuple[str, ...]:
    """A list of messages, channels or members as Slack writes it; claims the rest of the export."""
    return companions(document)


def read(document: Document, reading: Reading) -> Iterator[Rows]:  # noqa: ARG001 - times are stored instants
    """Stream the conversations in the order of the export's lists; damage to one day costs no other."""
    export = export_of(document)
    capture = Capture(document, source=NAME, platform="slack")
    workspace = Workspace.of(export, capture)
    found = Found()
    folders = workspace.folders()
    known = {id(listed): folder for folder, listed in folders.items() if folder in export.days}
    silent: list[str] = []
    done, size = 0, max(1, sum(file.size for days in export.days.values() for file in days.values()))
    for listed in workspace.listed:
        folder = known.get(id(listed))
        if folder is None:
            silent.append(word(listed.entry.get("name")) or word(listed.entry.get("id")) or "")
        days = export.days[folder] if folder is not None else {}
        for place in _conversation(capture, workspace, export, found, folder or "", days, listed):
            yield from capture.drain(min(1.0, (done + place) / size))
        done += sum(file.size for file in days.values())
    unlisted = sorted(set(export.days) - set(known.values()), key=natural)
    for folder in unlisted:
        days = export.days[folder]
        for place in _conversation(capture, workspace, export, found, folder, days, None):
            yield from capture.drain(min(1.0, (done + place) / size))
        done += sum(file.size for file in days.values())
    _tell(capture, workspace, export, found, silent, unlisted)
    yield from capture.close()


def _conversation(
    capture: Capture,
    workspace: Workspace,
    export: Export,
    found: Found,
    folder: str,
    days: dict[str, File],
    listed: Listed | None,
) -> Iterator[int]:
    """Read one conversation; gives the bytes read, now and then."""
    conversation, key = _open(capture, workspace, folder, listed)
    known = listed is not None and isinstance(listed.entry.get("members"), list)
    members = frozenset(listed.members) if listed is not None and known else None
    above = f"{folder}/" if folder else ""
    log = scan(((f"{above}{day}", file) for day, file in days.items()), capture)
    messages = Messages(capture, workspace, conversation, key, export.root, folder, members, log, found)
    read_so_far = 0
    for day, file in days.items():
        place = messages.begin(file, day)
        for index, entry in records(file, messages.loose, place):
            messages.add(index, entry)
            if index % 1_000 == 999:
                yield read_so_far
        read_so_far += file.size
        yield read_so_far
    # Handed on now: the members of ten thousand channels are not kept to the end.
    conversation.close()


def _open(
    capture: Capture, workspace: Workspace, folder: str, listed: Listed | None
) -> tuple[Conversation, str | None]:
    """The conversation, with what its list says of it."""
    if listed is None:
        kind = "direct" if folder.startswith("D") and folder.isupper() else "unknown"
        key = folder if kind == "direct" else None
        made = capture.conversation(f"folder {folder}", kind=kind, platform_key=key, title=None if key else folder)
        return made, key
    key, entry = word(listed.entry.get("id")), listed.entry
    made = capture.conversation(
        f"{listed.row} {key}", kind=listed.kind, platform_key=key, title=word(entry.get("name"))
    )
    where = {"exhibit": listed.file.exhibit, "row": listed.row}
    created = stamp(entry.get("created")).at
    if created is not None or word(entry.get("creator")):
        creator = word(entry.get("creator"))
        made.membership("created", participant=creator, actor=creator, at=created, evidence="header", **where)
    for name in ("topic", "purpose"):
        said = record(entry.get(name))
        value = word(said.get("value"))
        if value:
            made.membership(
                "changed",
                actor=word(said.get("creator")),
                at=stamp(said.get("last_set")).at,
                detail=f"{name}: {value}",
                evidence="header",
                **where,
            )
    if entry.get("is_archived") is True:
        made.membership("ended", detail="archived when the export was made", evidence="header", **where)
    for index, member in enumerate(listed.members):
        made.participant(member, standing="member", **workspace.person(member, {}))
        row = f"{listed.row}.members[{index}]"
        made.membership("current_member", participant=member, evidence="member_table", **(where | {"row": row}))
    return made, key


def _tell(
    capture: Capture,
    workspace: Workspace,
    export: Export,
    found: Found,
    silent: list[str],
    unlisted: list[str],
) -> None:
    """What is said once of the whole export."""
    for name, count in sorted(found.unknown.items()):
        detail = f"{count} records are of {name}, which is not known; they were kept as messages"
        capture.warn("unknown_value", detail)
    if found.links:
        detail = f"{found.links} files are named and did not come: an export has links to them only; ask for the files"
        capture.warn("attachment_missing", detail)
    if not export.days:
        capture.warn("companion_missing", "no day of any conversation came with the lists; ask for the whole export")
    elif silent:
        detail = f"{len(silent)} conversations are listed and have no day: {_some(silent)}"
        capture.warn("companion_missing", detail)
    if unlisted:
        names = [folder or export.root or "the document" for folder in unlisted]
        detail = f"{len(unlisted)} folders are of no listed conversation, so its id and members are unknown: "
        capture.warn("companion_missing", detail + _some(names))
    if not any(name in export.lists for name in PEOPLE):
        capture.warn("companion_missing", "users.json did not come; ids stand for people where no message names them")
    elif workspace.strangers:
        detail = f"{len(workspace.strangers)} ids are in no list of people: {_some(list(workspace.strangers))}"
        capture.warn("missing_reference", detail)


def _some(names: list[str]) -> str:
    return ", ".join(name[:80] for name in names[:20]) + (" and others" if len(names) > 20 else "")


CARD = Card(
    title="Slack, workspace export (JSON)",
    tried_on=(
        "hfaran/slack-export-viewer testarchive.zip (2016): 2 channels, 16 days, 4 people; 147 messages, 94 of them"
        " a bot's, and 11 notices; 8 joins, 8 members, 1 reaction, 1 edit, 3 files named",
        "direct and group messages, private channels, threads, deletions, logs of edits, and shared messages only as"
        " invented, after Slack's published descriptions",
    ),
    limits=(
        "A `ts` is kept to the digit as the message's key. Until about 2019 its fraction counts messages within a"
        " second and is no time.",
        "Lists of members are those of the day of the export; leaving and removal are one notice to Slack.",
        "Edits have a time and no earlier text, unless the export logs changes; deleted messages are missing without a"
        " mark, but for the tombstone of a thread's first message, whose author Slack replaces by its own bot.",
        "Hidden records of the log that change no text (previews, counts of replies) make no row.",
        "Reactions have no time; there are no receipts. Slack's export holds no files, only links, which are not kept.",
        "Whether an account is a bot's, pins, canvases, lists, and logs of integrations are not read; of a huddle, only"
        " that it took place.",
        "A list of channels or people is read into memory; messages are not.",
        "The TXT export of a single person's conversations is not read.",
    ),
)
SOURCE = Source(name=NAME, card=CARD, recognise=recognise, read=read)
