"""What a page shows of the lines of a conversation: days, lanes, findings and system events in words."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from upstander.evidence.transcript import Attachment, Change, Conversation, Lane, Line, Trace
from upstander.evidence.worded import REASONS, capital, listed, traces
from upstander.web.evidence import cut
from upstander.web.zones import local_day

__all__ = ["Phone", "Shown", "happened", "shown", "trace_in_words"]

#: Characters of a text that a page of a conversation shows; the message's own page has the whole.
SHOWN = 2_000

#: What a system event reports, where the export keeps no words of its own.
_EVENTS: Mapping[str, str] = MappingProxyType(
    {
        "encryption_notice": "The app said that messages are encrypted",
        "group_created": "The group was made",
        "added": "Somebody was added",
        "joined": "Somebody joined",
        "left": "Somebody left",
        "removed": "Somebody was removed",
        "invited": "Somebody was invited",
        "requested": "Somebody asked to join",
        "administrator_added": "Somebody became an administrator",
        "administrator_removed": "Somebody is no administrator any more",
        "number_changed": "Somebody changed their number",
        "group_renamed": "The group was renamed",
        "icon_changed": "The group's picture was changed",
        "description_changed": "The group's description was changed",
        "settings_changed": "The group's settings were changed",
        "timer_changed": "The timer after which messages disappear was changed",
        "security_code_changed": "A security code changed",
        "blocked": "Somebody was blocked or unblocked",
        "pinned": "A message was pinned",
        "call": "A call",
        "poll": "A poll",
        "history_shared": "Earlier messages were shared with whoever joined",
        "community": "A change to the community that the group belongs to",
        "deleted_chat": "The chat was deleted",
        "ended": "The conversation ended",
        "other": "A notice of the app",
    }
)

#: What happened to somebody, by the kind of change; `by` is added where it is known.
_CHANGES: Mapping[str, str] = MappingProxyType(
    {
        "created": "{whom} made the group",
        "added": "{whom} was added",
        "joined": "{whom} joined",
        "left": "{whom} left",
        "removed": "{whom} was removed",
        "invited": "{whom} was invited",
        "requested": "{whom} asked to join",
        "administrator_added": "{whom} became an administrator",
        "administrator_removed": "{whom} is no administrator any more",
        "number_changed": "{whom} changed their number",
        "current_member": "{whom} is a member",
        "past_member": "{whom} was a member",
        "history_shared": "earlier messages were shared with {whom}",
        "ended": "the conversation ended for {whom}",
        "changed": "something changed for {whom}",
    }
)

#: Changes that somebody does to somebody else.
_DONE = ("added", "removed", "invited", "administrator_added", "administrator_removed")

#: By whom a message was deleted.
DELETED: Mapping[str, str] = MappingProxyType(
    {
        "by_author": "Deleted by its author for everyone",
        "by_administrator": "Deleted by an administrator for everyone",
        "by_owner": "Deleted on the phone",
        "unknown": "Deleted; the export does not say by whom",
    }
)

#: What a phone that holds it shows of a message, where that is not all of it.
_SHOWS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "full": ("■", "holds it"),
        "edited_differently": ("◩", "holds another version of it"),
        "tombstone": ("†", "holds a tombstone: that it was deleted"),
        "empty": ("◇", "holds it without its content"),
        "omitted": ("◇", "holds a placeholder for it"),
    }
)


@dataclass(frozen=True, slots=True)
class Phone:
    """How one phone stands to one message: a sign, and the same in words."""

    number: int
    lane: Lane
    sign: str
    says: str
    #: `held`, `finding` (a deletion, or nothing explains its absence) or `lacks`.
    kind: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One line as a page shows it."""

    line: Line
    #: Place in the conversation, the first being 0.
    place: int
    #: The day, where it is another than that of the line before.
    day: date | None
    phones: tuple[Phone, ...]
    #: What was found of it, in words.
    findings: tuple[str, ...]
    #: Of a system event, what happened.
    happened: tuple[str, ...]
    #: The text as far as it is shown, and the number of characters that are left out.
    text: str
    more: int
    #: One of each attachment, the one that came with an exhibit if any did, with its number among all.
    attachments: tuple[tuple[int, Attachment], ...]
    #: Whether the message that it answers is on this page too.
    answer_here: bool
    #: Whether it stays veiled even where text is shown.
    veiled: bool


def shown(of: Conversation, lines: Sequence[Line], first: int, *, veiled: Collection[str] = frozenset()) -> list[Shown]:
    """Lines of a conversation from the place `first` on, as a page shows them; `veiled` are ids of messages."""
    here = {line.ordinal for line in lines}
    made: list[Shown] = []
    before: date | None = None
    for place, line in enumerate(lines, start=first):
        day = local_day(line.at)
        phones = tuple(_phones(of.lanes, line))
        text, more = cut(line.text or "", SHOWN)
        made.append(
            Shown(
                line=line,
                place=place,
                day=day if day is not None and day != before else None,
                phones=phones,
                findings=tuple(_findings(line, phones)),
                happened=tuple(happened(line)) if line.notice else (),
                text=text,
                more=more,
                attachments=tuple(_distinct(line.attachments)),
                answer_here=line.answers in here,
                veiled=line.message in veiled,
            )
        )
        before = day or before
    return made


def happened(line: Line) -> list[str]:
    """A system event in words: of each person concerned, what happened to them."""
    told = [_change(change) for change in line.changes]
    if not told:
        told = [_EVENTS.get(line.event or "other", _EVENTS["other"])]
    return [f"{capital(said)}." for said in dict.fromkeys(told)]


def trace_in_words(trace: Trace, lanes: Sequence[Lane]) -> str:
    """A trace of a message that no phone holds, as one sentence."""
    where = next((lane.reference for lane in lanes if lane.capture == trace.capture), None)
    shows = traces(trace.traces) or REASONS.get(trace.reason, trace.reason)
    return f"{where or 'A phone'} shows a message that no phone holds: {shows}"


def _change(change: Change) -> str:
    said = _CHANGES.get(change.kind, _CHANGES["changed"]).format_map({"whom": change.whom or "somebody"})
    by = f" by {change.by}" if change.by and change.kind in _DONE else ""
    return cut(said + by, 400)[0]


def _phones(lanes: Iterable[Lane], line: Line) -> Iterable[Phone]:
    held = {one.capture: one for one in line.held}
    lacked = {one.capture: one for one in line.lacked}
    for number, lane in enumerate(lanes, start=1):
        lack = lacked.get(lane.capture)
        if lane.capture in held:
            sign, says = _SHOWS.get(held[lane.capture].shows, _SHOWS["full"])
            kind = "held"
            if lack is not None and lack.reason == "deleted_on_phone":
                sign, says, kind = "↺", f"{says}, recovered after it was deleted there", "finding"
        elif lack is None:
            sign, says, kind = "·", "does not say", "lacks"
        elif lack.reason == "deleted_on_phone":
            sign, says, kind = "✕", f"lacks it: {REASONS[lack.reason]}", "finding"
        elif lack.reason == "unexplained":
            sign, says, kind = "?", "lacks it, and nothing explains why", "finding"
        else:
            sign, says, kind = "□", f"lacks it: {REASONS.get(lack.reason, lack.reason)}", "lacks"
        yield Phone(number, lane, sign, says, kind)


def _findings(line: Line, phones: Sequence[Phone]) -> Iterable[str]:
    if line.deleted:
        yield DELETED.get(line.deleted, DELETED["unknown"])
    for reason, said in (("deleted_on_phone", "Deleted on {}"), ("unexplained", "Missing from {} without explanation")):
        where = {one.capture for one in line.lacked if one.reason == reason}
        names = [phone.lane.reference for phone in phones if phone.lane.capture in where]
        if names:
            yield said.format(listed(names))


def _distinct(attachments: Sequence[Attachment]) -> Iterable[tuple[int, Attachment]]:
    best: dict[int, tuple[int, Attachment]] = {}
    for number, attachment in enumerate(attachments):
        known = best.get(attachment.ordinal)
        if known is None or (known[1].held != "held" and attachment.held == "held"):
            best[attachment.ordinal] = (number, attachment)
    return [best[ordinal] for ordinal in sorted(best)]
