"""How many messages are read before the ranking is made again: one at first, a tenth more each time, up to a cap."""

__all__ = ["LIVE", "REPLAY", "grown"]

#: The most that a reviewer reads of one ranking, and what a simulation allows itself.
LIVE, REPLAY = 50, 1_000


def grown(size: int, cap: int) -> int:
    """The size of the batch after one of `size`."""
    return min(size + (size + 9) // 10, cap)
