"""Bad archives: one sentence each, and everything else in the folder is read."""

import random
import struct
import zipfile
from pathlib import Path

import pytest
from tests.hostile.conftest import Received

_CHAT = "".join(f"[14/03/2018, 10:{n:02d}:00] Ann: inside {n}\n" for n in range(10)).encode()


def _zip(path: Path, members: dict[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path.read_bytes()


def _inside(received: Received) -> int:
    return sum(text is not None and text.startswith("inside") for text in received.column("messages", "text"))


@pytest.mark.parametrize("share", [0.02, 0.5, 0.99])
def test_a_truncated_zip(received: Received, share: float) -> None:
    """A zip that lost its end cannot be listed: it is kept, and named as cut short."""
    bad = received.folder / "cut.zip"
    whole = _zip(bad, {"_chat.txt": _CHAT, "1.jpg": random.Random(1).randbytes(5000)})
    bad.write_bytes(whole[: int(len(whole) * share)])
    received.ingest()
    assert received.warned(bad) == {"truncated_archive": 1}
    assert "cut.zip" in received.warnings()[0]["detail"]


def test_a_zip_damaged_inside(received: Received) -> None:
    """Compressed bytes that do not decompress cost that member its rest, and no other member."""
    bad = received.folder / "bent.zip"
    whole = bytearray(_zip(bad, {"a/_chat.txt": _CHAT * 400, "b/_chat.txt": _CHAT}))
    whole[200:300] = bytes(100)
    bad.write_bytes(whole)
    received.ingest()
    assert received.warned(bad)["truncated_archive"] == 1
    (row,) = [row for row in received.warnings() if row["kind"] == "truncated_archive"]
    assert row["member"] == "a/_chat.txt"
    assert _inside(received) >= 10


def test_an_encrypted_zip(received: Received) -> None:
    """An encrypted member is named, and the open one beside it is read."""
    bad = received.folder / "locked.zip"
    whole = bytearray(_zip(bad, {"secret/_chat.txt": _CHAT, "_chat.txt": _CHAT}))
    whole[6] |= 1
    whole[whole.index(b"PK\x01\x02") + 8] |= 1
    bad.write_bytes(whole)
    received.ingest()
    assert received.warned(bad) == {"encrypted_member": 1}
    assert "secret/_chat.txt" in received.warnings()[0]["detail"]
    assert _inside(received) == 10


def test_a_zip_bomb(received: Received) -> None:
    """A member that would grow a thousand times is not read; the chat beside it is."""
    bad = received.folder / "bomb.zip"
    with zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as archive:
        with archive.open("zeros.txt", "w", force_zip64=True) as member:
            for _ in range(160):
                member.write(bytes(1 << 20))
        archive.writestr("_chat.txt", _CHAT)
    received.ingest()
    assert received.warned(bad) == {"archive_limit": 1}
    assert _inside(received) == 10


def test_a_zip_that_states_too_small_a_size(received: Received) -> None:
    """A member larger than the archive says gives no more than it said, and is named."""
    bad = received.folder / "liar.zip"
    whole = bytearray(_zip(bad, {"_chat.txt": _CHAT * 100}))
    central = whole.index(b"PK\x01\x02")
    whole[22:26] = whole[central + 24 : central + 28] = struct.pack("<I", 100)
    bad.write_bytes(whole)
    received.ingest()
    assert received.warned(bad)["truncated_archive"] == 1


def test_archives_within_archives(received: Received) -> None:
    """Nesting ends at the stated limit: what stands above is read, the rest is named."""
    bad = received.folder / "nested.zip"
    content = _zip(bad, {"_chat.txt": _CHAT})
    for _ in range(6):
        content = _zip(bad, {"_chat.txt": _CHAT, "inner.zip": content}, compression=zipfile.ZIP_STORED)
    received.ingest()
    assert received.warned(bad) == {"archive_limit": 1}
    assert _inside(received) == 30


def test_paths_that_lead_out(received: Received, tmp_path: Path) -> None:
    """A member called ../../x is read, said, and written nowhere."""
    bad = received.folder / "leads out.zip"
    _zip(bad, {f"{'../' * 12}{tmp_path}/out/_chat.txt": _CHAT, "/etc/out.txt": b"x", "C:\\out.txt": b"x"})
    received.ingest()
    assert received.warned(bad) == {"unsafe_path": 3, "unknown_format": 2}
    assert _inside(received) == 10
    assert not list(tmp_path.rglob("out*"))


def test_a_link_in_a_zip(received: Received) -> None:
    """A symbolic link in a zip is its few bytes of text: nothing is followed."""
    bad = received.folder / "linked.zip"
    link = zipfile.ZipInfo("_chat.txt")
    link.create_system, link.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(bad, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    received.ingest()
    assert received.warned(bad) == {"unknown_format": 1}


def test_members_of_odd_names(received: Received) -> None:
    """Names with a newline, a direction override, 4,000 characters no encoding or nothing are names."""
    bad = received.folder / "names.zip"
    names = ["a\nb/_chat.txt", "a\u202eb/_chat.txt", "c" * 4_000 + "/_chat.txt", "\ud7ff/_chat.txt"]
    whole = bytearray(_zip(bad, {name: _CHAT + str(place).encode() for place, name in enumerate(names)}))
    for place in (30, whole.index(b"PK\x01\x02") + 46):
        whole[place] = 0xFF
    bad.write_bytes(whole)
    received.ingest()
    assert not received.warned(bad)
    assert _inside(received) == 40


def test_a_member_without_a_name(received: Received) -> None:
    """A member that is called nothing is read."""
    bad = received.folder / "nameless.zip"
    whole = bytearray(_zip(bad, {"xxxx": _CHAT}))
    # The four bytes of the name become an extra field without content, in both headers.
    for name, start in ((30, 26), (whole.index(b"PK\x01\x02") + 46, whole.index(b"PK\x01\x02") + 28)):
        whole[start : start + 4] = struct.pack("<HH", 0, 4)
        whole[name : name + 4] = struct.pack("<HH", 0xCAFE, 0)
    bad.write_bytes(whole)
    received.ingest()
    assert not received.warned(bad)
    assert _inside(received) == 10
