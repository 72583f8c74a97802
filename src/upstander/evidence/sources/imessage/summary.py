"""`message_summary_info`: what was edited and what was unsent, since iOS 16 and macOS 13.

A property list: `ec` holds for each part of the message every version it had (`t` its attributed text, `d` when), `rp`
the parts that were unsent, `ep` those edited, `otr` where each part stood in the first text.
"""

from dataclasses import dataclass
from typing import Any

from upstander.evidence.sources.imessage.archive import property_list
from upstander.evidence.sources.imessage.typedstream import attributed
from upstander.evidence.sources.imessage.values import instant

__all__ = ["Summary", "Version", "read_summary"]

#: Versions of one message that are read; the app allows five edits.
_VERSIONS = 1_000


@dataclass(frozen=True, slots=True)
class Version:
    """One version of one part."""

    part: int
    #: Its place in the list of that part.
    index: int
    text: str | None
    at: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """What a message's summary says."""

    #: Every version of every part, in the order of time.
    versions: tuple[Version, ...] = ()
    #: Parts that were unsent.
    unsent: frozenset[int] = frozenset()
    #: Parts that the first text had.
    parts: frozenset[int] = frozenset()
    whole: bool = True

    @property
    def fully_unsent(self) -> bool:
        """Whether every part that there was is unsent."""
        return bool(self.unsent) and bool(self.parts) and self.parts <= self.unsent

    @property
    def text(self) -> str | None:
        """The newest version of each edited part, in the order of the parts."""
        newest: dict[int, str] = {}
        for version in self.versions:
            if version.text is not None and version.part not in self.unsent:
                newest[version.part] = version.text
        return "".join(newest[part] for part in sorted(newest)) or None


_NOTHING = Summary()


def read_summary(data: bytes | None) -> Summary:
    """Read the column; most messages' says nothing that concerns their text."""
    if data is None:
        return _NOTHING
    found = property_list(data)
    if not isinstance(found, dict):
        return Summary(whole=False)
    if not {"ec", "rp"} & found.keys():
        return _NOTHING
    versions: list[Version] = []
    whole = True
    changed = found.get("ec", {})
    for name, entries in changed.items() if isinstance(changed, dict) else ():
        part = _part(name)
        if part is None or not isinstance(entries, list):
            whole = False
            continue
        for index, entry in enumerate(entries[:_VERSIONS]):
            record = entry if isinstance(entry, dict) else {}
            stream = record.get("t")
            read = attributed(stream, runs=False) if isinstance(stream, bytes) else None
            whole = whole and read is not None and read.whole
            versions.append(Version(part, index, read.text if read else None, instant(record.get("d"))))
        whole = whole and len(entries) <= _VERSIONS
    # Versions of one part keep their order, also where a clock ran backwards.
    versions.sort(key=lambda version: (version.index, version.part))
    versions.sort(key=lambda version: version.at or 0)
    if len({version.part for version in versions}) == 1:
        versions.sort(key=lambda version: version.index)
    unsent = found.get("rp")
    parts = found.get("otr")
    return Summary(
        tuple(versions[:_VERSIONS]),
        frozenset(number for number in map(_part, unsent if isinstance(unsent, list) else ()) if number is not None),
        frozenset(number for number in map(_part, parts if isinstance(parts, dict) else ()) if number is not None),
        whole=whole and isinstance(changed, dict),
    )


def _part(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) < 7:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000 else None
