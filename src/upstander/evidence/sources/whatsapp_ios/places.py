"""Which rows were read, so that each makes one message id whatever state the database is in."""

from dataclasses import dataclass, field

__all__ = ["Places"]

#: Keys up to here are noted in bits, 16 MB in all; beyond, one by one.
_DENSE = 1 << 27


@dataclass
class Places:
    """Which rows of ZWAMESSAGE were read, a bit each: in a damaged database a key may come twice, or be no key."""

    _bits: bytearray = field(default_factory=bytearray)
    _others: set[int | None] = field(default_factory=set)
    _again: int = 0

    def holds(self, key: int | None) -> bool:
        """Whether the row of this key was read."""
        if key is None or not 0 <= key < _DENSE:
            return key in self._others
        return key >> 3 < len(self._bits) and bool(self._bits[key >> 3] & (1 << (key & 7)))

    def take(self, key: int | None) -> int | str:
        """Note the row and give the place that makes its message's id: the key, where that is unique."""
        if self.holds(key) or key is None:
            self._again += 1
            return f"{key}-again-{self._again}"
        if 0 <= key < _DENSE:
            missing = (key >> 3) + 1 - len(self._bits)
            if missing > 0:
                self._bits.extend(bytes(missing + (1 << 16)))
            self._bits[key >> 3] |= 1 << (key & 7)
        else:
            self._others.add(key)
        return key
