"""Which rows of a database were read: when it is damaged, what is left is fetched one by one."""

from dataclasses import dataclass, field

__all__ = ["Places"]

#: Keys up to here are noted in bits, 16 MB in all; beyond, one by one.
_DENSE = 1 << 27


@dataclass
class Places:
    """Rows that were read, a bit each."""

    _bits: bytearray = field(default_factory=bytearray)
    _others: set[int] = field(default_factory=set)
    _odd: int = 0

    def holds(self, key: int) -> bool:
        """Whether the row of this key was read."""
        if not 0 <= key < _DENSE:
            return key in self._others
        return key >> 3 < len(self._bits) and bool(self._bits[key >> 3] & (1 << (key & 7)))

    def take(self, key: object) -> int | str:
        """Note the row and give the place that makes its message's id: the key, where there is one and it is new."""
        if isinstance(key, bool) or not isinstance(key, int) or self.holds(key):
            self._odd += 1
            return f"{key if isinstance(key, int) else 'none'}-again-{self._odd}"
        if 0 <= key < _DENSE:
            missing = (key >> 3) + 1 - len(self._bits)
            if missing > 0:
                self._bits.extend(bytes(missing + (1 << 16)))
            self._bits[key >> 3] |= 1 << (key & 7)
        else:
            self._others.add(key)
        return key
