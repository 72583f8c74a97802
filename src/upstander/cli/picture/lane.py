"""One lane of the picture: what one phone holds and lacks of one conversation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from upstander.cli.picture.look import LEFT, PLOT_LEFT, PLOT_RIGHT, RIGHT, WIDTH, fitted, legible, text_width
from upstander.cli.picture.shapes import Box, Drawing, Said, Scale, bracket
from upstander.cli.picture.words import clock_of
from upstander.cli.worded import REASONS, clock
from upstander.evidence.lanes import Group, Lane, Mark

__all__ = ["NAME", "SMALL", "Sheet", "lane"]

NAME, SMALL, COUNT = 12.0, 10.5, 10.0

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
    kinds = [
        reason for reason in ("deleted_on_phone", "unexplained") if any(mark.reason == reason for mark in one.marks)
    ]
    top = y + 4 + _STRIP * max(1, len(kinds))
    ground = top + sheet.band
    _stretches(sheet, one, top)
    _bars(sheet, one, ground, tallest)
    for place, reason in enumerate(kinds):
        _findings(sheet, one, reason, y + 10 + _STRIP * place, ground)
    _explained(sheet, one, ground)
    bottom = _clock(sheet, one, ground)
    _said(sheet, group, one, ground - (sheet.band + _STRIP) / 2, named=named)
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
    marks = [mark for mark in one.marks if mark.reason == reason]
    for x, count in _together(sheet, marks):
        if reason == "deleted_on_phone":
            sheet.drawing.deleted.append(Box(x, y, 0, ground - y))
        else:
            sheet.drawing.unexplained.append(Box(x, y))
        if count > 1:
            # Before the mark where there is no more room behind it.
            behind = x + 8 + text_width(f"{count:,}", COUNT, bold=True) <= PLOT_RIGHT + 10
            at, align = (x + 7, "left") if behind else (x - 7, "right")
            sheet.drawing.texts.append(Said(f"{count:,}", at, y + 3.5, COUNT, bold=True, align=align))


def _together(sheet: Sheet, marks: Sequence[Mark]) -> Iterator[tuple[float, int]]:
    """Places and numbers of marks, those that would touch made one, at the middle of what it stands for."""
    waiting: list[tuple[float, float, int]] = []
    for mark in marks:
        at = sheet.scale.x(mark.at)
        waiting.append((at, at, mark.gaps))
        while len(waiting) > 1:
            (left, left_end, left_count), (right, right_end, right_count) = waiting[-2:]
            apart = (right + right_end) / 2 - (left + left_end) / 2
            if apart >= _APART + (text_width(f"{left_count:,}", COUNT, bold=True) + 2 if left_count > 1 else 0):
                break
            waiting[-2:] = [(left, right_end, left_count + right_count)]
    for left, right, count in waiting:
        yield round((left + right) / 2, 1), count


def _explained(sheet: Sheet, one: Lane, ground: float) -> None:
    places = {
        round(sheet.scale.x(mark.at)) for mark in one.marks if mark.reason not in ("deleted_on_phone", "unexplained")
    }
    sheet.drawing.explained += [Box(float(x), ground + 1, 0, 5) for x in sorted(places)]


def _clock(sheet: Sheet, one: Lane, ground: float) -> float:
    """A bracket under every stretch in which the clock was moved, with its size; gives where the lane ends."""
    moved = [row for row in one.clocks if row["kind"] == "moved" and row["since"] is not None]
    if not moved:
        return ground + 6
    free = float(PLOT_LEFT)
    for row in moved:
        left, right = sheet.scale.x(row["since"]), sheet.scale.x(row["until"] or row["since"])
        right = max(right, left + 5)
        sheet.drawing.clocks += bracket(left, right, ground + 11)
        said = f"clock {clock(row).removesuffix(', a clock that was moved')}"
        width = text_width(said, COUNT)
        if right + 5 + width <= PLOT_RIGHT:
            at, align, start = right + 5, "left", right
        else:
            at, align, start = left - 5, "right", left - 5 - width
        if start >= free:
            sheet.drawing.texts.append(Said(said, at, ground + 14, COUNT, align=align))
            free = (right if align == "right" else at + width) + 8
    return ground + 16


def _said(sheet: Sheet, group: Group, one: Lane, middle: float, *, named: bool) -> None:
    """Whose phone it is and what it holds, on the left; what it lacks and how its clock stood, on the right."""
    put = sheet.drawing.texts.append
    reference = fitted(legible(one.reference), NAME, 80, bold=True)
    put(Said(reference, LEFT, middle + 1, NAME, bold=True))
    taken = LEFT + text_width(reference, NAME, bold=True) + 7
    if one.custodian:
        put(Said(fitted(legible(one.custodian), NAME, PLOT_LEFT - 10 - taken), taken, middle + 1, NAME))
    held = f"{one.messages:,} of {group.messages:,}" if one.messages != group.messages else f"all {group.messages:,}"
    below = f"{legible(one.title or '') or 'no title'}, {one.messages:,}" if named else held
    put(Said(fitted(below, SMALL, PLOT_LEFT - 10 - LEFT), LEFT, middle + 14, SMALL, quiet=True))
    lines = _lacks(one)
    room = WIDTH - 10 - RIGHT
    y = middle + (1 if len(lines) > 1 else 7)
    for place, (line, bold) in enumerate(lines[:2]):
        put(Said(fitted(line, SMALL, room, bold=bold), RIGHT, y + 13 * place, SMALL, bold=bold, quiet=not bold))


def _lacks(one: Lane) -> list[tuple[str, bool]]:
    """What stands at the right of a lane: findings in bold, then the explained and the clock."""
    findings = []
    if one.gaps.get("deleted_on_phone"):
        findings.append(f"{one.gaps['deleted_on_phone']:,} deleted")
    if one.gaps.get("unexplained"):
        findings.append(f"{one.gaps['unexplained']:,} unexplained")
    explained = sum(count for reason, count in one.gaps.items() if reason not in ("deleted_on_phone", "unexplained"))
    rest = []
    if explained:
        rest.append(f"{explained:,} missing, explained")
    rest += [said for row, said in _slow(one)]
    lines = [(", ".join(findings), True)] if findings else []
    if rest:
        lines.append(("; ".join(rest), False))
    return lines or [("lacks nothing that is known", False)]


def _slow(one: Lane) -> Iterator[tuple[object, str]]:
    """The clock's standing where it was wrong all along; what was moved is said under the lane."""
    said = [entry for entry in clock_of(one) if not any(row["kind"] == "moved" for row in one.clocks)]
    yield from ((None, entry) for entry in said)
