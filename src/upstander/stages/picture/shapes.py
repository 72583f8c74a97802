"""The shapes of a picture, in pixels: a plain list of boxes, marks and texts, before anything is drawn.

Nothing here measures anything but its own boxes, so that a test can say that no two texts overlap and that nothing
leaves the sheet.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from upstander.stages.picture.look import PLOT_LEFT, PLOT_RIGHT, WIDTH, text_width

__all__ = ["Box", "Drawing", "Said", "Scale", "bracket"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle; a line where it has no height or no width; a point where it has neither."""

    x: float
    y: float
    width: float = 0
    height: float = 0


@dataclass(frozen=True, slots=True)
class Said:
    """A text with its left end, middle or right end at `x` and its baseline at `y`."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    quiet: bool = False
    align: str = "left"

    @property
    def box(self) -> Box:
        """The room that it takes."""
        width = text_width(self.text, self.size, bold=self.bold)
        left = self.x - {"left": 0.0, "center": width / 2, "right": width}[self.align]
        return Box(left, self.y - 0.76 * self.size, width, self.size)


@dataclass(slots=True)
class Drawing:
    """Everything that is drawn, by kind."""

    width: int = WIDTH
    height: int = 0
    texts: list[Said] = field(default_factory=list)
    #: Lines of the time grid, and of the rules above conversations.
    grid: list[Box] = field(default_factory=list)
    rules: list[Box] = field(default_factory=list)
    #: Stretches that a phone cannot hold.
    stretches: list[Box] = field(default_factory=list)
    #: Paper behind the texts that stand on a stretch.
    papers: list[Box] = field(default_factory=list)
    #: Messages held in one bin.
    bars: list[Box] = field(default_factory=list)
    #: One a lane: its ground line, and the part of it from the first message held to the last.
    grounds: list[Box] = field(default_factory=list)
    covered: list[Box] = field(default_factory=list)
    #: Middle of the triangle of deleted messages; the height is its stem's.
    deleted: list[Box] = field(default_factory=list)
    #: Middle of the ring of unexplained gaps.
    unexplained: list[Box] = field(default_factory=list)
    #: Ticks of gaps that are explained one by one.
    explained: list[Box] = field(default_factory=list)
    #: Lines of the brackets under stretches in which a clock was moved.
    clocks: list[Box] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Scale:
    """Turns instants into pixels across."""

    since: datetime
    until: datetime

    def x(self, at: datetime) -> float:
        """Where `at` stands; what lies outside stands at the edge."""
        share = (at - self.since) / (self.until - self.since)
        return round(PLOT_LEFT + min(1.0, max(0.0, share)) * (PLOT_RIGHT - PLOT_LEFT), 1)


def bracket(left: float, right: float, y: float) -> Sequence[Box]:
    """A line with an upright at either end, open to what stands above."""
    return (Box(left, y, right - left, 0), Box(left, y - 4, 0, 4), Box(right, y - 4, 0, 4))
