"""The keys of an encrypted backup, as libsignal derives them from the account's recovery key.

Facts of signalapp/libsignal (rust/account-keys, rust/message-backup), checked against what its tests publish.
"""

import re
from dataclasses import dataclass

from Cryptodome.Cipher import AES
from Cryptodome.Hash import SHA256
from Cryptodome.Protocol.KDF import HKDF

from upstander.evidence.protobuf import decode

__all__ = ["BackupKeys", "Stated", "backup_id", "backup_key", "derive", "local_id", "stated"]

_UUID = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b")
_TOKEN = re.compile(r"token\s*[:=]\s*([0-9a-f]{64})\b")
_KEYS = re.compile(r"\b[0-9a-f]{128}\b")
_RECOVERY = re.compile(r"[0-9a-z]{64}")
#: How Signal shows the letters that are easily mistaken.
_SHOWN = str.maketrans({"#": "o", "=": "0"})


@dataclass(frozen=True, slots=True)
class BackupKeys:
    """What a backup is authenticated and encrypted with."""

    mac: bytes
    cipher: bytes


@dataclass(frozen=True, slots=True)
class Stated:
    """What a key file states."""

    #: The account's recovery key of 64 letters and digits (libsignal: account entropy pool).
    recovery: str | None = None
    #: The account's id.
    aci: bytes | None = None
    #: The forward secrecy token that Signal's server keeps for a backup stored there.
    token: bytes | None = None
    #: The two keys themselves.
    keys: BackupKeys | None = None


def stated(content: bytes) -> Stated | None:
    """What is in a key file: text with the recovery key, and beside it the account's id or `token: …` where needed.

    In place of all that it may hold the HMAC key and the AES key as 128 hexadecimal digits; and for a backup in the
    clear the account's id alone, which that does not state.
    """
    text = content.decode("utf-8", "replace").lower()
    keys = _KEYS.search(text)
    if keys is not None:
        both = bytes.fromhex(keys[0])
        return Stated(keys=BackupKeys(both[:32], both[32:]))
    account, token = _UUID.search(text), _TOKEN.search(text)
    rest = _TOKEN.sub(" ", _UUID.sub(" ", text)).translate(_SHOWN)
    recovery = "".join(re.findall(r"[0-9a-z]+", rest))
    whole = _RECOVERY.fullmatch(recovery) is not None
    if not whole and (account is None or recovery):
        return None
    return Stated(
        recovery=recovery if whole else None,
        aci=bytes.fromhex(account[0].replace("-", "")) if account else None,
        token=bytes.fromhex(token[1]) if token else None,
    )


def backup_key(recovery: str) -> bytes:
    """The key that all others come from."""
    return _hkdf(recovery.encode("ascii"), 32, b"20240801_SIGNAL_BACKUP_KEY")


def backup_id(key: bytes, aci: bytes) -> bytes:
    """The id of an account's backups."""
    return _hkdf(key, 16, b"20241024_SIGNAL_BACKUP_ID:" + aci)


def local_id(key: bytes, metadata: bytes) -> bytes | None:
    """The id of a backup on the phone, out of the file `metadata` beside it; None where that is something else."""
    boxed = decode(metadata)
    inner = boxed.messages(2)
    if not boxed.whole or len(inner) != 1:
        return None
    nonce, sealed = inner[0].blobs(1), inner[0].blobs(2)
    if len(nonce) != 1 or len(sealed) != 1 or len(nonce[0]) != 12 or len(sealed[0]) != 16:
        return None
    own = _hkdf(key, 32, b"20241011_SIGNAL_LOCAL_BACKUP_METADATA_KEY")
    return bytes(AES.new(own, AES.MODE_CTR, nonce=nonce[0]).decrypt(sealed[0]))


def derive(key: bytes, identity: bytes, token: bytes | None) -> BackupKeys:
    """The keys of one backup."""
    info = b"20250708" if token else b"20241007"
    both = _hkdf(key, 64, info + b"_SIGNAL_BACKUP_ENCRYPT_MESSAGE_BACKUP:" + identity, salt=token or b"")
    return BackupKeys(both[:32], both[32:])


def _hkdf(key: bytes, length: int, info: bytes, *, salt: bytes = b"") -> bytes:
    made = HKDF(key, length, salt, SHA256, context=info)
    return made if isinstance(made, bytes) else b"".join(made)
