"""Values of a ChatStorage column, which SQLite lets be of any type, as what the column is meant to hold."""

import base64
import binascii
import math
import re

from upstander.evidence.protobuf import Fields, decode

__all__ = [
    "blob",
    "hexadecimal",
    "instant",
    "integer",
    "is_account",
    "jid",
    "number_of",
    "packed",
    "precision",
    "push_metadata",
    "text",
    "unix",
]

#: Seconds from 1970 to 2001, where Apple's clock starts.
COCOA = 978_307_200
#: First instant that is no longer plausible: 2100-01-01.
_END = 4_102_444_800_000
_JID = re.compile(
    r"([^@\s]{1,64})@(s\.whatsapp\.net|c\.us|lid|g\.us|broadcast|newsletter|status_me|hosted|hosted\.lid)"
)
_ACCOUNT = re.compile(r"[0-9]{3,20}@(?:s\.whatsapp\.net|c\.us|lid)")
_DEVICE = re.compile(r"[:.][0-9]{1,4}(?=@)")
#: A push name column holds a name, or a base64 protobuf that starts with a time; a time before WhatsApp is none.
_FIRST_SECOND = 1_230_000_000


def text(value: object) -> str | None:
    """The value as text; None where there is none."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)


def integer(value: object) -> int | None:
    """The value as a whole number; None where it is none."""
    if isinstance(value, int):
        return value
    if isinstance(value, float) and math.isfinite(value) and value.is_integer() and abs(value) < 2**63:
        return int(value)
    return None


def blob(value: object) -> bytes | None:
    """The value as bytes; None where there is none."""
    if isinstance(value, bytes):
        return value
    return value.encode("utf-8") if isinstance(value, str) else None


def instant(value: object) -> int | None:
    """A Cocoa time as milliseconds since 1970; None where there is none or it is before 1970 or after 2100."""
    if not isinstance(value, int | float) or abs(value) > _END or not math.isfinite(value):
        return None
    milliseconds = round((value + COCOA) * 1000)
    return milliseconds if 0 <= milliseconds < _END else None


def unix(seconds: int) -> int | None:
    """A Unix time in seconds as milliseconds, under the same limits."""
    return seconds * 1000 if 0 < seconds * 1000 < _END else None


def precision(value: object) -> str:
    """Precision of a stored time: the phone stamps fractions, the server whole seconds."""
    return "millisecond" if isinstance(value, float) and not value.is_integer() else "second"


def jid(value: object) -> str | None:
    """The value where it is an address of WhatsApp, without the number of one device of the account."""
    written = text(value)
    if written is None or not _JID.fullmatch(written):
        return None
    return _DEVICE.sub("", written)


def is_account(handle: str) -> bool:
    """Whether the address is that of one account, not of a group or broadcast list."""
    return _ACCOUNT.fullmatch(handle) is not None


def number_of(handle: str) -> str | None:
    """Telephone number of a phone address; None for any other, a LID among them."""
    user, _, server = handle.partition("@")
    return f"+{user}" if server in {"s.whatsapp.net", "c.us"} and 5 <= len(user) <= 15 and user.isdecimal() else None


def packed(value: bytes) -> str | None:
    """Digits of a number packed two to a byte behind one leading byte, filled up with F; None where it is no such."""
    digits = value[1:].hex()
    if digits.endswith("f"):
        digits = digits[:-1]
    return digits if digits.isdecimal() and 3 <= len(digits) <= 20 else None


def hexadecimal(value: object) -> str | None:
    """A base64 SHA-256 as hexadecimal digits; None where the column holds something else."""
    written = text(value)
    if written is None or len(written) != 44:
        return None
    try:
        digest = base64.b64decode(written, validate=True)
    except (binascii.Error, ValueError):
        return None
    return digest.hex() if len(digest) == 32 else None


def push_metadata(value: object) -> Fields | None:
    """What stands in a push name column since about 2022; None where it holds a name, as it did before."""
    written = text(value)
    if not written or len(written) > 4096:
        return None
    try:
        fields = decode(base64.b64decode(written, validate=True))
    except (binascii.Error, ValueError):
        return None
    first = fields.number(1)
    stamped = first is not None and (first > _FIRST_SECOND or fields.number(4) is not None)
    return fields if fields.whole and stamped else None
