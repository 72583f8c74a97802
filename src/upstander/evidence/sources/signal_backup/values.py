"""Single values of a record, whether protobuf or JSON wrote it."""

import base64
import binascii
import hashlib
import hmac
import uuid
from typing import Any

__all__ = ["group_id", "milliseconds", "number", "raw", "service_id", "squeezed", "telephone", "whole"]

_GROUP = b"Signal_ZKGroup_20200424_GroupMasterKey_GroupSecretParams_DeriveFromMasterKey"
#: A service id of 17 bytes states its kind in the first; this one is a telephone number's (PNI).
_PNI = 1


def whole(value: Any) -> int | None:
    """A whole number: JSON writes those of 64 bits as text."""
    if isinstance(value, str) and len(value) <= 20 and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1 << 64 else None


def number(value: Any) -> int:
    """A whole number, 0 where none is written: neither form writes a zero."""
    return whole(value) or 0


def raw(value: Any) -> bytes | None:
    """Bytes: JSON writes them in base 64, of either alphabet. None where there are none, or no bytes at all."""
    if isinstance(value, bytes):
        return value or None
    if not isinstance(value, str) or not value.isascii():
        return None
    try:
        return (
            base64.b64decode(value.replace("-", "+").replace("_", "/") + "=" * (-len(value) % 4), validate=True) or None
        )
    except (binascii.Error, ValueError):
        return None


def service_id(value: Any, *, pni: bool = False) -> str | None:
    """The id of an account as Signal writes it, `PNI:` before that of a telephone number; None where it is none."""
    found = raw(value)
    if found is not None and len(found) == 17 and found[0] in (0, _PNI):
        pni, found = found[0] == _PNI, found[1:]
    if found is None or len(found) != 16 or not any(found):
        return None
    return f"{'PNI:' if pni else ''}{uuid.UUID(bytes=found)}"


def telephone(value: Any) -> str | None:
    """A telephone number as + and digits; Signal keeps the digits as a number."""
    found = whole(value)
    return f"+{found}" if found is not None and 10**4 < found < 10**15 else None


def milliseconds(value: Any) -> str:
    """A time as the export writes it."""
    found = whole(value)
    return str(found) if found is not None else ""


def group_id(master_key: bytes) -> str:
    """The group's public id, as every member's phone and every list of groups shows it, in hexadecimal digits.

    The master key itself opens the group's state on Signal's server and stays in the exhibit. The id is what libsignal
    derives from it (zkgroup, a hash in the manner of HMAC-SHA-256): the first 32 bytes squeezed out.
    """
    return squeezed(_GROUP, master_key).hex()


def squeezed(label: bytes, data: bytes) -> bytes:
    """The first 32 bytes that poksho's ShoHmacSha256 gives for `data` under `label`."""
    chain = bytes(32)
    for absorbed in (label, data):
        chain = hmac.digest(chain, absorbed + b"\x00", hashlib.sha256)
    return hmac.digest(chain, bytes(8) + b"\x01", hashlib.sha256)
