"""The protobuf wire format, read without a schema.

WhatsApp for iOS keeps receipts, reactions and quotes in protobuf blobs whose schema is not published; a Signal backup
is nothing but protobuf. This reads fields as numbers and bytes and leaves the meaning to others. A blob may be cut
short, be something else altogether, or be made to hang a reader: what can be read before the first fault is given, and
nothing recurses.
"""

from dataclasses import dataclass

__all__ = ["Fields", "decode", "varint", "varints"]

#: Fields read from one blob; a real one has a few per member of the group.
FIELDS = 50_000
_LONGEST_VARINT = 10


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one message, in order, and whether the blob was read to its end."""

    all: tuple[tuple[int, int | bytes], ...]
    whole: bool

    def numbers(self, field: int) -> list[int]:
        """Every varint of this field."""
        return [value for number, value in self.all if number == field and isinstance(value, int)]

    def blobs(self, field: int) -> list[bytes]:
        """Every length-delimited value of this field."""
        return [value for number, value in self.all if number == field and isinstance(value, bytes)]

    def number(self, field: int) -> int | None:
        """The last varint of this field, which is the one that counts."""
        found = self.numbers(field)
        return found[-1] if found else None

    def text(self, field: int) -> str | None:
        """The last value of this field as text; None where there is none or it is no UTF-8."""
        found = self.blobs(field)
        if not found:
            return None
        try:
            return found[-1].decode("utf-8")
        except UnicodeDecodeError:
            return None

    def messages(self, field: int) -> list["Fields"]:
        """Every value of this field, read as a message in its turn."""
        return [decode(value) for value in self.blobs(field)]


def decode(blob: bytes) -> Fields:
    """The fields of `blob` up to the first fault. Fixed-width values are skipped: nothing here is known to use them."""
    found: list[tuple[int, int | bytes]] = []
    place, end = 0, len(blob)
    while place < end:
        # Nearly every tag and length is one byte long; a call for each would take most of the time.
        tag = blob[place]
        place += 1
        if tag >= 0x80:
            read = varint(blob, place - 1)
            if read is None:
                return Fields(tuple(found), whole=False)
            tag, place = read
        field, wire = tag >> 3, tag & 7
        if field == 0 or len(found) >= FIELDS:
            return Fields(tuple(found), whole=False)
        if wire == 0 or wire == 2:
            if place < end and blob[place] < 0x80:
                value = blob[place]
                place += 1
            else:
                read = varint(blob, place)
                if read is None:
                    return Fields(tuple(found), whole=False)
                value, place = read
            if wire == 0:
                found.append((field, value))
                continue
            if value > end - place:
                return Fields(tuple(found), whole=False)
            found.append((field, bytes(blob[place : place + value])))
            place += value
        elif wire == 1 or wire == 5:
            place += 8 if wire == 1 else 4
        else:
            return Fields(tuple(found), whole=False)
    return Fields(tuple(found), whole=place == end)


def varint(blob: bytes, place: int) -> tuple[int, int] | None:
    """The varint at `place` and the place after it; None where none ends within ten bytes."""
    value = 0
    for index, byte in enumerate(blob[place : place + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, place + index + 1
    return None


def varints(blob: bytes) -> list[int]:
    """Every varint of a packed repeated field, up to the first fault."""
    found: list[int] = []
    place = 0
    while place < len(blob) and len(found) < FIELDS and (value := varint(blob, place)) is not None:
        found.append(value[0])
        place = value[1]
    return found
