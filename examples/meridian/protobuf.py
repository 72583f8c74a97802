"""Just enough of the protobuf wire format to write the blobs that WhatsApp for iOS keeps."""

from __future__ import annotations

Value = int | str | bytes


def varint(number: int) -> bytes:
    """A base-128 number, low groups first."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def field(tag: int, value: Value) -> bytes:
    """One field: a number, or a run of bytes."""
    if isinstance(value, int):
        return varint(tag << 3) + varint(value)
    data = value.encode() if isinstance(value, str) else value
    return varint(tag << 3 | 2) + varint(len(data)) + data


def message(*fields: tuple[int, Value]) -> bytes:
    """Fields in the order given."""
    return b"".join(field(tag, value) for tag, value in fields)


def nibbles(digits: str) -> bytes:
    """A number as in receipts: 0x01 (0x81 where odd), then two digits a byte, the last half filled with f."""
    odd = len(digits) % 2 == 1
    return bytes([0x81 if odd else 0x01]) + bytes.fromhex(digits + "f" * odd)
