"""Files that are no export and need none: photographs, films, sound, documents, and what file managers leave about."""

from pathlib import PurePosixPath

__all__ = ["is_clutter", "is_media"]

_STARTS = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
    b"RIFF",  # WebP, WAV, AVI
    b"OggS",
    b"ID3",
    b"\xff\xfb",
    b"\xff\xf1",
    b"\xff\xf9",
    b"#!AMR",
    b"fLaC",
    b"%PDF-",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",  # older office documents
    b"BEGIN:VCARD",
    b"\x1a\x45\xdf\xa3",  # WebM
)


def is_media(head: bytes) -> bool:
    """Whether the first bytes are those of a photograph, film, sound, contact card or document."""
    return head.startswith(_STARTS) or head[4:8] == b"ftyp"


def is_clutter(name: str) -> bool:
    """Whether the name is one that a file manager gives to its own notes."""
    path = PurePosixPath(name)
    return (
        "__MACOSX" in path.parts
        or path.name.startswith("._")
        or path.name in {".DS_Store", "Thumbs.db", "desktop.ini"}
        or path.name.endswith("-shm")
    )
