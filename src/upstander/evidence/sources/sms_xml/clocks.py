"""The two clocks of a received message: `date`, the phone's, and `date_sent`, the network's stamp."""

from dataclasses import dataclass

from upstander.evidence.sources.loose import Loose

__all__ = ["Clocks"]

#: Messages that have a warning of their own; the rest are counted.
LISTED = 3

_MINUTE = 60_000
_QUARTER = 15 * _MINUTE
#: The farthest that two zones are apart.
_ZONES = 26 * 60 * _MINUTE


@dataclass
class Clocks:
    """Compares the two, message by message, and says where they part by more than a minute."""

    loose: Loose
    apart: int = 0
    #: Of those, apart by whole quarter hours, as zones are.
    zoned: int = 0

    def compare(self, phone: int | None, network: int | None, row: str) -> None:
        """Look at one received message."""
        if phone is None or network is None or abs(phone - network) <= _MINUTE:
            return
        self.apart += 1
        zoned = _zoned(phone - network)
        self.zoned += zoned
        if self.apart > LISTED:
            return
        way = "before" if network < phone else "after"
        why = (
            "whole quarter hours, so it looks like a wrong zone in the network's stamp"
            if zoned
            else "delivery was late or one of the two clocks is wrong"
            if network < phone
            else "one of the two clocks is wrong"
        )
        self.loose.warn(
            "clock_wrong",
            f"the network's stamp of {row} is {_length(abs(phone - network))} {way} the phone's own time, which was"
            f" taken; {why}",
            row,
        )

    def close(self) -> None:
        """Count those that had no warning of their own."""
        if self.apart > LISTED:
            detail = (
                f"{self.apart:,} received messages in all have a network's stamp over a minute from the phone's own"
                f" time, {self.zoned:,} of them by whole quarter hours; the phone's was taken, server_at has the other"
            )
            self.loose.warn("clock_wrong", detail)


def _zoned(ahead: int) -> bool:
    """Whether a difference is that of two zones, give or take the minute that delivery takes."""
    beyond = abs(ahead) % _QUARTER
    return _QUARTER - _MINUTE <= abs(ahead) <= _ZONES and min(beyond, _QUARTER - beyond) <= _MINUTE


def _length(milliseconds: int) -> str:
    seconds = milliseconds // 1000
    hours, minutes = seconds // 3600, seconds // 60 % 60
    return f"{hours} h {minutes} min {seconds % 60} s" if hours else f"{minutes} min {seconds % 60} s"
