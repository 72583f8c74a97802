"""The picture in words: its title, which states the finding, its subtitle, and a text that says all that it shows."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from upstander.evidence.document import natural
from upstander.evidence.lanes import Group, Lane, View
from upstander.evidence.worded import REASONS, TRACES, clock, date_in_words, listed, offset, plural, span
from upstander.model.signs import visible

__all__ = ["bin_in_words", "clock_of", "described", "headline", "subtitle"]

#: Phones that a title names.
_NAMED = 3


def headline(view: View) -> str:
    """The finding in one sentence: deletions first, then what is unexplained, then that nothing is missing."""
    lanes = [lane for group in view.groups for lane in group.lanes]
    deleted, unexplained = (_by_phone(lanes, reason) for reason in ("deleted_on_phone", "unexplained"))
    parts = []
    if deleted:
        total = sum(deleted.values())
        verb = "shows" if total == 1 else "show"
        parts.append(f"{plural(total, 'missing message')} {verb} the trace of deletion{_where(deleted)}")
    if unexplained:
        total = sum(unexplained.values())
        parts.append(f"{plural(total, 'gap')} {'is' if total == 1 else 'are'} unexplained{_where(unexplained)}")
    moved = _moved(lanes)
    if moved:
        parts.append(_clocks_moved(moved))
    if not parts:
        gaps = sum(sum(lane.gaps.values()) for lane in lanes)
        parts.append("Every gap is explained" if gaps else "No phone lacks a message that another holds")
    said = "; ".join(parts)
    return said[0].upper() + said[1:]


def subtitle(view: View) -> str:
    """What it is about: messages, phones, dates, gaps and moved clocks."""
    lanes = [lane for group in view.groups for lane in group.lanes]
    messages = sum(group.messages for group in view.groups)
    phones = len({lane.exhibit for lane in lanes})
    gaps = sum(sum(lane.gaps.values()) for lane in lanes)
    findings = sum(lane.gaps.get(reason, 0) for lane in lanes for reason in ("deleted_on_phone", "unexplained"))
    said = (
        f"{plural(messages, 'message')} in {plural(len(view.groups), 'conversation')} on"
        f" {plural(phones, 'phone or account', 'phones and accounts')}, {span(view.since, view.until)} (UTC)."
    )
    if gaps:
        said += f" {plural(gaps, 'gap')}, of which {gaps - findings:,} {_are(gaps - findings)} explained."
    return said


def clock_of(lane: Lane) -> list[str]:
    """What its clock did, in words: moved stretches first, then what held longest of the rest."""
    moved = [row for row in lane.clocks if row["kind"] == "moved"]
    others = sorted((row for row in lane.clocks if row["kind"] != "moved"), key=lambda row: -row["messages"])
    said = [f"clock {clock(row).removesuffix(', a clock that was moved')}" for row in moved]
    return said + [f"clock {clock(row)}" for row in others[:1]]


def bin_in_words(view: View) -> str:
    """What a bar stands for: `a week`, `10 minutes`."""
    minutes = int(view.bin.total_seconds()) // 60
    for size, one in ((10_080, "week"), (1440, "day"), (60, "hour"), (1, "minute")):
        if minutes % size == 0:
            number = minutes // size
            return f"a{'n' if one == 'hour' else ''} {one}" if number == 1 else f"{number:,} {one}s"
    return f"{minutes:,} minutes"


def described(view: View) -> list[str]:
    """Everything that the picture shows, a line a fact: the title, then conversation by conversation, lane by lane."""
    return list(_described(view))


def _described(view: View) -> Iterator[str]:
    yield headline(view) + "."
    yield subtitle(view)
    for group in view.groups:
        yield ""
        by = plural(group.captures, "phone") if group.captures > 1 else "one phone only"
        some = f", {len(group.lanes)} of them here" if len(group.lanes) < group.captures else ""
        yield f"{visible(group.title)}: {plural(group.messages, 'message')}, shown by {by}{some}."
        for lane in group.lanes:
            yield from _lane(group, lane)
    for reference, count in view.unplaced.items():
        yield ""
        number = plural(count, "trace")
        yield f"{visible(reference)}: {number} of missing messages that do not say which conversation they are of."
    if view.undrawn:
        yield ""
        yield f"{view.undrawn:,} entries have no time, or one far outside the rest, and are counted but not drawn."
    if view.left_out:
        yield ""
        yield f"{plural(view.left_out, 'capture')} more could not be drawn; --conversation chooses others."


def _lane(group: Group, lane: Lane) -> Iterator[str]:
    whose = f", {visible(lane.custodian)}" if lane.custodian else ""
    yield (
        f"  {visible(lane.reference)}{whose}: holds {lane.messages:,} of {group.messages:,},"
        f" {span(lane.first_at, lane.last_at)}."
    )
    for reason, count in lane.gaps.items():
        said = f"Lacks {plural(count, 'message')}: {REASONS[reason]}"
        if reason == "deleted_on_phone" and lane.traces:
            traces = listed([f"{TRACES.get(name, name)} ({number:,})" for name, number in lane.traces.items()])
            said += f"; traces: {traces}"
        yield f"    {said}; {_when(lane, reason)}."
    for row in lane.clocks:
        touched = plural(row["messages"], "message")
        yield f"    Clock {clock(row)}, {span(row['since'], row['until'])}; it touches {touched}."


def _when(lane: Lane, reason: str) -> str:
    """The days that its gaps of that reason lie in."""
    spans = [span(entry.since, entry.until) for entry in lane.stretches if entry.reason == reason]
    days = [date_in_words(mark.at) for mark in lane.marks if mark.reason == reason]
    if spans:
        return listed(spans[:4]) if len(spans) <= 4 else f"in {len(spans)} stretches from {spans[0]} to {spans[-1]}"
    if days:
        return "about " + days[0] if len(days) == 1 else f"from about {days[0]} to about {days[-1]}"
    return "at no known time"


def _by_phone(lanes: Sequence[Lane], reason: str) -> Counter[tuple[str, str | None]]:
    found: Counter[tuple[str, str | None]] = Counter()
    for lane in lanes:
        if lane.gaps.get(reason):
            found[lane.reference, lane.custodian] += lane.gaps[reason]
    return found


def _where(found: Counter[tuple[str, str | None]]) -> str:
    """On which phone, or how many of them on the one with most."""
    (reference, custodian), count = max(found.items(), key=lambda entry: (entry[1], entry[0][0]))
    whose = f"{visible(reference)} ({visible(custodian)})" if custodian else visible(reference)
    total = sum(found.values())
    if count == total:
        return f", all on {whose}" if total > 1 else f" on {whose}"
    return f", {count:,} of them on {whose}"


def _clocks_moved(moved: Sequence[Mapping[str, Any]]) -> str:
    """Whose clocks were moved, and by how much where it was one clock and once."""
    names = sorted({visible(row["reference"] or row["exhibit"][:12]) for row in moved}, key=natural)
    if len(names) > _NAMED:
        return f"the clocks of {len(names)} phones were moved"
    by = f" by {offset(moved[0]['offset_ms']).rsplit(' ', 1)[0]}" if len(moved) == 1 else ""
    return (
        f"the clock{'s' if len(names) > 1 else ''} of {listed(names)} {'were' if len(names) > 1 else 'was'} moved{by}"
    )


def _moved(lanes: Sequence[Lane]) -> list[Mapping[str, Any]]:
    """Every moved stretch once, though several lanes of one phone show it."""
    found = {
        (row["exhibit"], row["capture"], row["scope"], row["ordinal"]): row
        for lane in lanes
        for row in lane.clocks
        if row["kind"] == "moved"
    }
    return list(found.values())


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
