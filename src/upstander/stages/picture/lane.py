"""One lane of the picture: what one phone holds and lacks of one conversation."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from upstander.evidence.lanes import Group, Lane
from upstander.evidence.worded import REASONS, clock
from upstander.stages.picture.look import (
    LEFT,
    PLOT_LEFT,
    PLOT_RIGHT,
    RIGHT,
    WIDTH,
    fitted,
    legible,
    text_width,
    wrapped,
)
from upstander.stages.picture.shapes import Box, Drawing, Said, Scale, bracket
from upstander.stages.picture.words import clock_of

__all__ = ["NAME", "SMALL", "Sheet", "lane"]

NAME, SMALL, COUNT = 12.0, 10.5, 10.0

#: The findings, as the right of a lane says them.
_FINDINGS: Mapping[str, str] = MappingProxyType({"deleted_on_phone": "deleted", "unexplained": "unexplained"})

#: Pixels that a custodian's name needs beside the reference, to be worth cutting.
_NAMED = 70.0

#: Height of a strip for marks, above the band of what is held.
_STRIP = 14.0
#: Pixels between the middles of two marks, at least, where the first has no number.
_APART = 13.0


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all lanes share."""

    drawing: Drawing
    scale: Scale
    bin: timedelta
    #: Height of the band of what is held.
    band: float


def lane(sheet: Sheet, group: Group, one: Lane, y: float, tallest: int, *, named: bool) -> float:
    """Draw the lane with its top at `y`; gives where the next one begins.

    `tallest` is the number of messages whose bar fills the band; `named` writes the conversation's title, because no
    heading does.
    """
    kinds = [reason for reason in _FINDINGS if any(mark.reason == reason for mark in one.marks)]
    strips = _STRIP * len(kinds)
    top = y + 4 + strips
    ground = top + sheet.band
    _stretches(sheet, one, top)
    _bars(sheet, one, ground, tallest)
    # Deletions stand nearer to the band: their stems cross nothing.
    for place, reason in enumerate(reversed(kinds)):
        _findings(sheet, one, reason, y + 10 + _STRIP * place, ground)
    _explained(sheet, one, ground)
    bottom, unsaid = _clock(sheet, one, ground)
    _said(sheet, group, one, ground - sheet.band / 2 - 1, named=named, unsaid=unsaid)
    return bottom + 6


def _stretches(sheet: Sheet, one: Lane, top: float) -> None:
    for stretch in one.stretches:
        left, right = sheet.scale.x(stretch.since), sheet.scale.x(stretch.until)
        left = min(left, PLOT_RIGHT - 3)
        width = max(3.0, right - left)
        sheet.drawing.stretches.append(Box(left, top, width, sheet.band))
        said = REASONS[stretch.reason]
        if text_width(said, COUNT) + 10 <= width:
            text = Said(said, left + width / 2, top + sheet.band / 2 + 3.5, COUNT, align="center")
            sheet.drawing.texts.append(text)
            box = text.box
            sheet.drawing.papers.append(Box(box.x - 3, box.y - 2, box.width + 6, box.height + 4))


def _bars(sheet: Sheet, one: Lane, ground: float, tallest: int) -> None:
    scale = sheet.scale
    step = (PLOT_RIGHT - PLOT_LEFT) * (sheet.bin / (scale.until - scale.since))
    for at, count in one.bars:
        if not count:
            continue
        left = PLOT_LEFT + (PLOT_RIGHT - PLOT_LEFT) * ((at - scale.since) / (scale.until - scale.since))
        # The first bin may begin before the span does, and the last end after it.
        right = min(float(PLOT_RIGHT), left + max(1.2, step - 0.6))
        left = max(float(PLOT_LEFT), min(left, PLOT_RIGHT - 1.2))
        height = max(1.0, round(count / tallest * (sheet.band - 1), 1))
        width = round(max(1.2, right - left), 1)
        sheet.drawing.bars.append(Box(round(left, 1), round(ground - height, 1), width, height))
    sheet.drawing.grounds.append(Box(PLOT_LEFT, ground, PLOT_RIGHT - PLOT_LEFT))
    if one.first_at is not None and one.last_at is not None:
        first, last = scale.x(one.first_at), scale.x(one.last_at)
        sheet.drawing.covered.append(Box(first, ground, max(1.0, last - first)))


def _findings(sheet: Sheet, one: Lane, reason: str, y: float, ground: float) -> None:
    """Marks of one kind of finding, each with its number where it stands for more than one."""
    for x, count in _together([(sheet.scale.x(mark.at), mark.gaps) for mark in one.marks if mark.reason == reason]):
        if reason == "deleted_on_phone":
            sheet.drawing.deleted.append(Box(x, y, 0, ground - y))
        else:
            sheet.drawing.unexplained.append(Box(x, y))
        if count > 1:
            at, align = (x + 7, "left") if _behind(x, count) else (x - 7, "right")
            sheet.drawing.texts.append(Said(f"{count:,}", at, y + 3.5, COUNT, bold=True, align=align))


def _together(marks: Sequence[tuple[float, int]]) -> Iterator[tuple[float, int]]:
    """Places and numbers of marks, those that would touch made one, at the middle of what it stands for."""
    made: list[tuple[float, float, int]] = []
    for x, count in sorted(marks):
        made.append((x, x, count))
        while len(made) > 1:
            (left, left_end, before), (right, right_end, after) = made[-2:]
            first, second = (left + left_end) / 2, (right + right_end) / 2
            room = _APART + (_number(before) if _behind(first, before) else 0)
            room += 0 if _behind(second, after) else _number(after)
            if second - first >= room:
                break
            made[-2:] = [(left, right_end, before + after)]
    for left, right, count in made:
        yield round((left + right) / 2, 1), count


def _number(count: int) -> float:
    """Pixels that the number of a mark takes; one alone has none."""
    return text_width(f"{count:,}", COUNT, bold=True) + 3 if count > 1 else 0


def _behind(x: float, count: int) -> bool:
    """Whether the number of a mark has room to the right of it."""
    return x + 7 + _number(count) <= RIGHT - 6


def _explained(sheet: Sheet, one: Lane, ground: float) -> None:
    places = {round(sheet.scale.x(mark.at)) for mark in one.marks if mark.reason not in _FINDINGS}
    sheet.drawing.explained += [Box(float(x), ground + 1, 0, 5) for x in sorted(places)]


def _clock(sheet: Sheet, one: Lane, ground: float) -> tuple[float, str | None]:
    """A bracket under every stretch in which the clock was moved, with its size.

    Gives where the lane ends, and what there was no room to say here.
    """
    moved = [row for row in one.clocks if row["kind"] == "moved" and row["since"] is not None]
    if not moved:
        return ground + 6, None
    ends = [(sheet.scale.x(row["since"]), sheet.scale.x(row["until"] or row["since"])) for row in moved]
    ends = [(min(left, PLOT_RIGHT - 5), max(right, min(left, PLOT_RIGHT - 5) + 5)) for left, right in ends]
    for left, right in ends:
        sheet.drawing.clocks += bracket(left, right, ground + 11)
    sizes = [clock(row).removesuffix(", a clock that was moved") for row in moved]
    if _beside(sheet, ground + 14, ends, [f"clock {size}" for size in sizes]):
        return ground + 16, None
    largest = max(zip(moved, sizes, strict=True), key=lambda entry: abs(entry[0]["offset_ms"]))[1]
    said = f"clock moved {len(moved)} times, up to {largest}"
    if len(moved) > 1 and _beside(sheet, ground + 14, [(ends[0][0], ends[-1][1])], [said]):
        return ground + 16, None
    return ground + 16, said if len(moved) > 1 else f"clock {largest}"


def _beside(sheet: Sheet, y: float, ends: Sequence[tuple[float, float]], sizes: Sequence[str]) -> bool:
    """Write every text beside its bracket, where all have room; gives whether they had."""
    texts = []
    free = float(PLOT_LEFT)
    for place, ((left, right), said) in enumerate(zip(ends, sizes, strict=True)):
        width = text_width(said, COUNT)
        until = ends[place + 1][0] - 8 if place + 1 < len(ends) else float(RIGHT - 6)
        if right + 5 + width <= until:
            texts.append(Said(said, right + 5, y, COUNT))
            free = right + 5 + width + 8
        elif left - 5 - width >= free:
            texts.append(Said(said, left - 5, y, COUNT, align="right"))
            free = right + 8
        else:
            return False
    sheet.drawing.texts += texts
    return True


def _said(sheet: Sheet, group: Group, one: Lane, middle: float, *, named: bool, unsaid: str | None) -> None:
    """Whose phone it is and what it holds, on the left; what it lacks and how its clock stood, on the right."""
    put = sheet.drawing.texts.append
    room = float(PLOT_LEFT - 10 - LEFT)
    reference = fitted(legible(one.reference), NAME, room, bold=True)
    put(Said(reference, LEFT, middle + 1, NAME, bold=True))
    taken = text_width(reference, NAME, bold=True) + 7
    held = f"{one.messages:,} of {group.messages:,}" if one.messages != group.messages else f"all {group.messages:,}"
    below = f"{legible(one.title or '') or 'no title'}, {one.messages:,}" if named else held
    custodian = legible(one.custodian or "")
    if custodian and room - taken >= min(_NAMED, text_width(custodian, NAME)):
        put(Said(fitted(custodian, NAME, room - taken), LEFT + taken, middle + 1, NAME))
    elif custodian:
        # A reference is what a lane is known by: its end tells it from the next, and a name gives way to it.
        below = f"{below}, {custodian}"
    put(Said(fitted(below, SMALL, room), LEFT, middle + 14, SMALL, quiet=True))
    room = float(WIDTH - 10 - RIGHT)
    lines = _lacks(one, room, alone=group.captures == 1, unsaid=unsaid)
    y = middle + (1 if len(lines) > 1 else 7)
    for place, (line, bold) in enumerate(lines[:2]):
        put(Said(fitted(line, SMALL, room, bold=bold), RIGHT, y + 13 * place, SMALL, bold=bold, quiet=not bold))


def _lacks(one: Lane, room: float, *, alone: bool, unsaid: str | None) -> list[tuple[str, bool]]:
    """What stands at the right of a lane: findings in bold, then what is explained and how the clock stood."""
    findings = [f"{one.gaps[reason]:,} {said}" for reason, said in _FINDINGS.items() if one.gaps.get(reason)]
    lines = [(", ".join(findings), True)] if findings else []
    explained = [f"{count:,} {REASONS[reason]}" for reason, count in one.gaps.items() if reason not in _FINDINGS]
    moved = any(row["kind"] == "moved" for row in one.clocks)
    # What was moved is said under the lane.
    rest = ([] if moved else clock_of(one)) + ([unsaid] if unsaid else [])
    short = [f"{sum(one.gaps.values()) - _found(one):,} missing, explained"] if explained else []
    for said in (explained, short):
        below = wrapped("; ".join([*said, *rest]), SMALL, room)
        if len(below) <= 2 - len(lines):
            break
    lines += [(line, False) for line in below]
    return lines or [("no trace of a gap" if alone else "lacks nothing that others hold", False)]


def _found(one: Lane) -> int:
    return sum(one.gaps.get(reason, 0) for reason in _FINDINGS)
