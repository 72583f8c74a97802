"""Pictures that came with the exhibits, as a page may show them: known by their bytes, still, not too large."""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from tempfile import SpooledTemporaryFile

from upstander.errors import CaseDamaged, SourceError
from upstander.evidence.rsmf_out.held import Held, copy
from upstander.evidence.transcript import Attachment
from upstander.storage import Case

__all__ = ["LARGEST", "Picture", "kind_of", "picture"]

#: Bytes of the largest picture that is shown.
LARGEST = 20_000_000


@dataclass(frozen=True, slots=True)
class Picture:
    """The bytes of a picture, and what they are."""

    media_type: str
    content: bytes


def picture(case: Case, attachment: Attachment) -> Picture | None:
    """The picture that the attachment is; None where it was not held, or is none that may be shown.

    Raises `CaseDamaged` where its bytes are not those that were taken in.
    """
    if attachment.held != "held" or attachment.sha256 is None:
        return None
    with (
        tempfile.TemporaryDirectory(prefix="upstander-picture-") as scratch,
        Held(case, Path(scratch)) as held,
        SpooledTemporaryFile(max_size=LARGEST) as kept,
    ):
        file = held.find(attachment.exhibit, attachment.sha256, attachment.name)
        if file is None:
            return None
        try:
            if copy(file, kept, sha256=attachment.sha256) > LARGEST:
                return None
        except (OSError, SourceError) as problem:
            raise CaseDamaged(f"the picture {attachment.name} cannot be read: {problem}") from problem
        kept.seek(0)
        content = kept.read()
    kind = kind_of(content)
    return None if kind is None else Picture(kind, content)


def kind_of(content: bytes) -> str | None:
    """The media type of a still picture that every browser shows; None for anything else, moving ones among them."""
    if content.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        # The chunk that makes it move stands before the first data.
        return None if b"acTL" in content.partition(b"IDAT")[0] else "image/png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return None if b"ANIM" in content[:64] else "image/webp"
    if content.startswith((b"GIF87a", b"GIF89a")):
        moves = b"NETSCAPE2.0" in content or content.count(b"\x21\xf9\x04") > 1
        return None if moves else "image/gif"
    return None
